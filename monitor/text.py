"""Plain text from markup, and text from bytes: what every reader of documents needs, in linear time.

All of it is fed by strangers. No pattern here looks at a character more than a few times: what it repeats is
possessive or ends at the next "<", and an opening that is never closed ends the search.
"""

from __future__ import annotations

import codecs
import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model import Document

# Entities are decoded at most this often: GOV.UK finders, ModernGov and Reach escape twice.
_DECODINGS = 2

# What stands between these is never shown by a browser; one that is left open hides the rest of the text.
_HIDDEN = re.compile(r"<!--|<(script|style|noscript|template|iframe|svg)\b(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+"""  # a ">" inside quotes does not end the tag
_REST = rf"(?:{_ATTRIBUTES}>|[^<>]*+(?:>|\Z))"  # a stray quote, or a tag cut off by the end
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer"
    r"|form|h[1-6]|header|hr|li|main|nav|ol|option|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)"
    rf"(?=[\s/>]){_REST}",
    re.IGNORECASE,
)
_TAG = re.compile(rf"<[a-zA-Z/!?]{_REST}")

PARAGRAPH = "\x1d"  # an information separator: no text has one, and folding white space would remove it
_PARTING = re.compile(rf"{PARAGRAPH}|\n[ \t\r]*+\n")

# Characters that hide, join or turn text: C0 and C1 controls that are not white space, the soft hyphen,
# zero-width and bidirectional controls, byte order marks, tag characters, noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")

_APPEARED = " appeared first on "  # how WordPress ends the summary and the text of a post in a feed
_POST = "The post"


def plain(markup: str) -> str:
    """One line of plain text: what a reader sees of `markup`, which may be HTML, escaped HTML or text."""
    return " ".join(_pieces(markup))


def paragraphs(markup: str) -> str:
    """Plain text whose paragraphs are parted by blank lines."""
    return "\n\n".join(_pieces(markup))


def clean(text: str) -> str:
    """`text`, which holds no markup, on one line and without characters that cannot be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text)).split())


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut after a word and marked with "…"."""
    if len(text) <= limit:
        return text
    cut = text[:limit]  # one character more than can be kept, so that a word that just fits is seen whole
    word_end = max(cut.rfind(" "), cut.rfind("\n"))
    # A single endless word is cut where it must be.
    return cut[: word_end if word_end > limit // 2 else limit - 1].rstrip() + "…"


def page_title(markup: str) -> str:
    """What a web page calls itself, for a person to recognise it by: its title, else its first heading."""
    for name in ("title", "h1"):
        opening = re.search(rf"<{name}\b[^<>]*>", markup, re.IGNORECASE)
        if opening:
            end = markup.find("</", opening.end())
            title = plain(markup[opening.end() : end if end != -1 else opening.end() + 500])
            if title:
                return shorten(title, 120)
    return ""


def without_credit(text: str) -> str:
    """`text` without WordPress's closing "The post … appeared first on …"."""
    appeared = text.rfind(_APPEARED)
    if appeared == -1 or len(text) - appeared > 200:  # the name of a site, not the rest of an article
        return text
    start = text.rfind(_POST + " ", 0, appeared + 1)
    # A title may begin with these words itself: "The post The post office closes appeared first on …".
    while start != -1 and text.endswith(_POST + " ", 0, start):
        start -= len(_POST) + 1
    return text if start == -1 else text[:start].rstrip()


def document_text(document: Document) -> str:
    """The text of a feed or page: see `decode`; the header's claim before its own (RFC 7303, 3)."""
    header = _CHARSET.search(document.content_type)
    own = _DECLARED.search(document.body[:2_000])
    claims = [header.group(1)] if header else []
    return decode(document.body, [*claims, own.group(1).decode()] if own else claims)


# An XML declaration's encoding, or an HTML page's <meta charset> in either of its forms.
_DECLARED = re.compile(rb"<(?:\?xml|meta)\b[^>]{0,300}?(?:encoding|charset)\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})")


def decode(body: bytes, declared: Iterable[str] = ()) -> str:
    """The text of `body`, whatever it says of itself.

    A byte order mark decides; then what is valid UTF-8 is UTF-8, since text in another encoding hardly ever
    is by chance; then the first of `declared` (names as served, best first) that is known and is not UTF-8.
    A document that claims UTF-8 and is not quite is read as UTF-8 in which each wrong byte is windows-1252:
    that reads old council systems, feeds that mix both, and a document cut within a character.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for name in declared:
        codec = _codec(name)
        if codec is not None and codec != "utf-8":
            return body.decode(codec, "replace")
    return body.decode("utf-8", "windows-1252-bytes")


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_CHARACTER_SETS = ("ascii", "big5", "cp", "euc", "gb", "iso", "koi8", "mac", "shift", "utf-8", "utf-16", "utf-32")


def _codec(name: str) -> str | None:
    try:
        info = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):  # ValueError: a null character in the name
        return None
    if not info.name.startswith(_CHARACTER_SETS):  # "base64", "punycode" and the like are codecs too
        return None
    # What is declared as Latin-1 or ASCII is windows-1252 in practice (WHATWG Encoding, 4.2).
    return "cp1252" if info.name in ("iso8859-1", "ascii") else info.name


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252-bytes", _as_windows_1252)


def _pieces(markup: str) -> list[str]:
    text = markup
    if "<" not in text and "&" not in text:
        return _parted(text)
    for _ in range(_DECODINGS):
        text = _without_tags(text)
        if "&" not in text:
            return _parted(text)
        decoded = html.unescape(text)
        if decoded == text:
            return _parted(text)
        text = decoded
    return _parted(_without_tags(text))


def _parted(text: str) -> list[str]:
    if PARAGRAPH not in text and "\n" not in text:
        line = clean(text)
        return [line] if line else []
    return [line for line in map(clean, _PARTING.split(text)) if line]


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    return _TAG.sub("", _BLOCK.sub(PARAGRAPH, _without_hidden(text)))


def _without_hidden(text: str) -> str:
    """`text` without comments, scripts and the like."""
    kept, at = [], 0
    while opening := _HIDDEN.search(text, at):
        kept.append(text[at : opening.start()])
        name = opening.group(1)
        if name is None:
            end = text.find("-->", opening.end())
            at = end + 3 if end != -1 else len(text)
        else:
            closing = _closing(name).search(text, opening.end())
            at = closing.end() if closing else len(text)
    kept.append(text[at:])
    return "".join(kept)


def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\b[^<>]*+>?", re.IGNORECASE)  # `re` keeps the few of these compiled
