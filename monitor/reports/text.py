"""The text of a report's pages → its lines and its paragraphs, without page furniture."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# The longest line of a real report has 250 characters.
_MOST_IN_LINE = 5000


class Mark(StrEnum):
    """How a block begins on the page."""

    PARAGRAPH = "paragraph"  # headings too: nothing but its length tells them apart
    BULLET = "bullet"
    NUMBERED = "numbered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, heading or list item, its line breaks joined and its bullet or number taken off."""

    text: str
    mark: Mark = Mark.PARAGRAPH


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A document as lines (for what stands in tables and headlines) and as blocks (for what is read)."""

    pages: tuple[tuple[str, ...], ...]  # lines of each page that has any, page furniture removed
    running: tuple[str, ...]  # the running headers and footers that were removed, each once
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """Paragraphs parted by blank lines; the items of a list on lines of their own, each with a bullet."""
        parts: list[str] = []
        for before, block in zip((None, *self.blocks), self.blocks, strict=False):
            bullet = block.mark is Mark.BULLET
            if parts:
                parts.append("\n" if bullet and before and before.mark is Mark.BULLET else "\n\n")
            parts.append(f"• {block.text}" if bullet else block.text)
        return "".join(parts)


def lay_out(pages: Sequence[str]) -> Layout:
    """The lines and blocks of a document, given the text of each page.

    Raises ParseError where a line has far more characters than fit on a page.
    """
    if any(len(line) > _MOST_IN_LINE for page in pages for line in page.splitlines()):
        raise ParseError("no report: a line of it is far longer than a page is wide")
    cleaned = [[clean_line(line) for line in page.splitlines()] for page in _with_whole_words(pages)]
    running = _running_lines(cleaned)
    kept = _without_imprint(
        [_without_furniture(lines, running, first=number == 0) for number, lines in enumerate(cleaned)]
    )
    kept = [_with_bullets(_without_spacing(lines)) for lines in kept]
    headers = {_key(line): line for lines in reversed(cleaned[1:]) for line in lines if _key(line) in running}
    return Layout(
        pages=tuple(shown for lines in kept if (shown := tuple(filter(None, lines)))),
        running=tuple(headers.values()),
        blocks=tuple(_blocks([_without_contents(lines) for lines in kept])),
    )


# --- characters --------------------------------------------------------------------------------------------

_CHARACTERS = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\ufffe": "-",  # PDFium's mark for a hyphen at the end of a line, whose line break it has removed
        "\x02": "-",  # the same, in older builds
        "\u2010": "-",
        "\u2011": "-",
        "\u00ad": "",
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\ufeff": "",
    }
)
# Word writes its bullets in the private letters of Symbol and Wingdings: U+F0B7, U+F06E, U+F0A7 …
BULLET = re.compile(r"^(?:[•◼■▪▫●○◦‣⁃∙·◾◆➢➤✓⎯―─\uf000-\uf8ff]\s*|o(?:\s+|$))")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\u202a-\u202e\u2066-\u2069]")
_PRIVATE = re.compile(r"(?<!^)[\ue000-\uf8ff]")


_HYPHEN_AT_LINE_END = re.compile(r"\b(\w+)[\ufffe\x02](\w+)")


def _with_whole_words(pages: Sequence[str]) -> Sequence[str]:
    """`pages` with the words that were only divided at the end of a line: whole elsewhere, and never hyphenated."""
    text = "\n".join(pages).casefold()
    if not _HYPHEN_AT_LINE_END.search(text):
        return pages
    words, hyphenated = frozenset(re.findall(r"\w+", text)), frozenset(re.findall(r"(?=\b(\w+-\w+))", text))

    def whole(parts: re.Match[str]) -> str:
        first, second = parts[1].casefold(), parts[2].casefold()
        divided = first + second in words and f"{first}-{second}" not in hyphenated
        return f"{parts[1]}{'' if divided else '-'}{parts[2]}"

    return [_HYPHEN_AT_LINE_END.sub(whole, page) for page in pages]


def clean_line(line: str) -> str:
    """`line` with one kind of space, letters for ligatures, plain hyphens, and nothing unprintable."""
    line = _UNPRINTABLE.sub(" ", line.translate(_CHARACTERS))
    return _PRIVATE.sub(" ", " ".join(line.split())).strip()


# --- page furniture ----------------------------------------------------------------------------------------

_PAGE_NUMBER = re.compile(r"(?:page )?\d{1,3}(?: ?(?:of|/) ?\d{1,3})?", re.IGNORECASE)
# The sender's address stands at the foot of a letter's first page, in the middle of a sentence that goes on overleaf.
_LETTERHEAD = re.compile(
    r"ofsted|piccadilly gate|store street,?|manchester(?:,? m1 2wd)?|m1 2wd|aviation house|125 kingsway|london"
    r"|wc2b 6se|(?:t|textphone|tel|telephone):?\s?[\d ()]{6,20}|(?:e:?\s?)?[\w.]+@ofsted\.gov\.uk"
    r"|(?:w:?\s?)?(?:https?://)?www\.(?:gov\.uk/ofsted|ofsted\.gov\.uk)/?",
    re.IGNORECASE,
)
_IMPRINT = re.compile(
    r"the office for standards in education, children’s services and skills \(ofsted\) regulates"
    r"|any complaints about the inspection or the report should be made",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:table of )?contents(?: page)?", re.IGNORECASE)


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())


def _edges(lines: Sequence[str]) -> set[tuple[int, str]]:
    """Where running headers and footers stand: a page's first and last three lines, with their places."""
    shown = [_key(line) for line in lines if line]
    return {*enumerate(shown[:3]), *enumerate(shown[-3:], start=-len(shown[-3:]))}


def _running_lines(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Keys of the lines that come back at the same place of page after page, numbers aside."""
    counts = Counter(edge for lines in pages[1:] for edge in _edges(lines))
    enough = 2 if len(pages) <= 4 else 3
    running = (key for (_, key), count in counts.items() if count >= enough)
    return frozenset(key for key in running if not BULLET.match(key) and not _HEADING_LINE.fullmatch(key))


def _without_furniture(lines: Sequence[str], running: frozenset[str], *, first: bool) -> list[str]:
    """A page's lines without page number, running lines and letterhead; a first page's headline always stays."""
    kept = _without_letterhead(lines)

    def is_furniture(line: str) -> bool:
        if not line or _PAGE_NUMBER.fullmatch(line):
            return True
        return not first and _key(line) in running

    start, end = 0, len(kept)
    while start < end and is_furniture(kept[start]):
        start += 1
    while end > start and is_furniture(kept[end - 1]):
        end -= 1
    return kept[start:end]


def _without_letterhead(lines: Sequence[str]) -> list[str]:
    """`lines` without runs of three or more lines of Ofsted's own address; one such line alone may be prose."""
    kept: list[str] = []
    run: list[str] = []
    for line in lines:
        if _LETTERHEAD.fullmatch(line):
            run.append(line)
            continue
        kept += run if len(run) < 3 else []
        run = []
        kept.append(line)
    return kept if len(run) >= 3 else kept + run


def _without_imprint(pages: list[list[str]]) -> list[list[str]]:
    """`pages` up to the publisher's notice, which ends the last page or the one before."""
    for number in range(max(0, len(pages) - 2), len(pages)):
        lines = pages[number]
        for index in range(len(lines)):
            if _IMPRINT.match(" ".join(lines[index : index + 2])):
                return [*pages[:number], lines[:index]]
    return pages


def _without_contents(lines: Sequence[str]) -> list[str]:
    """A page's lines without a table of contents: from its heading to the last line that ends in a page number."""
    start = next((index for index, line in enumerate(lines) if _CONTENTS.fullmatch(line)), None)
    if start is None:
        return list(lines)
    end = max((index for index, line in enumerate(lines) if re.search(r"\s\d{1,3}$", line)), default=start)
    return [*lines[:start], *lines[max(end, start) + 1 :]]


def _without_spacing(lines: Sequence[str]) -> list[str]:
    """`lines` without the blank ones that part no paragraphs: in the middle of a sentence, or after every line."""
    spaced = lines.count("") >= len(lines) * 0.4
    kept: list[str] = []
    for line, after in zip(lines, (*lines[1:], ""), strict=False):
        goes_on = after[:1].islower() and kept and not SENTENCE_END.search(kept[-1])
        if line or not (spaced or goes_on):
            kept.append(line)
    return kept


def _with_bullets(lines: Sequence[str]) -> list[str]:
    """`lines` with each bullet that stands alone put before the line after it; one before a heading has no item."""
    kept: list[str] = []
    bullet = ""
    for line in lines:
        if BULLET.fullmatch(line):
            bullet = line
        else:
            kept.append(f"{bullet} {line}" if bullet and line and not _KNOWN_HEADING.match(line) else line)
            bullet = "" if line else bullet
    return kept


# --- paragraphs --------------------------------------------------------------------------------------------

NUMBER = re.compile(r"^(\d{1,3})\.\s+(?=\S)")
# An item of a list may end in the outcome it serves: "… (outcome 1, national framework)".
SENTENCE_END = re.compile(r"(?:[.!?:;]['’”\")\]]?\d?|framework\))$")
# Headings that are known by their words, so that one after a full last line still begins a block.
_KNOWN_HEADING = re.compile(
    r"(?:the experiences and progress of (?:children|care leavers)|the impact of leaders on|overall effectiveness"
    r"|what needs to improve|what (?:is|does) the (?:area|local)|what is it like to be a child)\b"
    r"|(?:main |headline |key )?findings$|overview$|areas? for (?:priority action|improvement)s?$"
    r"|recommendations:?$|next steps$|yours sincerely,?$|inspection outcome$"
    r"|ofsted will take the findings|we have notified|(?:i am|we are|ofsted is) copying this letter",
    re.IGNORECASE,
)
# A line of just these words is a heading, whatever stood before it.
_HEADING_LINE = re.compile(
    r"(?:main |headline |key )?findings|areas? for (?:priority action|improvement)s?|recommendations", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:inspection dates?|dates? of previous inspection|lead inspectors?|reporting inspector|report published"
    r"|published|age group)\s?:|dear [A-Z]|this letter summarises|judgement grade$",
    re.IGNORECASE,
)


def _blocks(pages: Sequence[Sequence[str]]) -> Iterator[Block]:
    """The blocks of a document; one that goes on overleaf is joined."""
    lines = [line for page in pages for line in page]
    width = _full_width(lines)
    mark, parts, number = Mark.PARAGRAPH, list[str](), 0
    before = ""
    for line, after in zip(lines, (*lines[1:], ""), strict=False):
        content, opens = line, None
        if bullet := BULLET.match(line):
            content, opens = line[bullet.end() :], Mark.BULLET
        elif (numbered := NUMBER.match(line)) and int(numbered[1]) in (1, number + 1, number + 2):
            # only in sequence: a line may also begin with the number that ends a sentence
            number = int(numbered[1])
            content, opens = line[numbered.end() :], Mark.NUMBERED
        elif not parts or _begins(before, line, after, width):
            opens = Mark.PARAGRAPH
        if opens:
            if parts and (text := _joined(parts)):
                yield Block(text=text, mark=mark)
            mark, parts = opens, []
        parts.append(content)
        before = content or before
    if text := _joined(parts):
        yield Block(text=text, mark=mark)


def _full_width(lines: Sequence[str]) -> float:
    """Characters in a full line of prose: the upper quartile of the longer lines."""
    lengths = sorted(len(line) for line in lines if len(line) > 40)
    return lengths[len(lengths) * 3 // 4] if lengths else 80.0


def fits(line: str, following: str, room: float) -> bool:
    """Whether the first word of `following` would still have gone on `line`: then the break was meant."""
    return len(line) + 1 + len(following.split(" ", 1)[0]) <= room


def _begins(before: str, line: str, after: str, width: float) -> bool:
    """Whether `line` begins a paragraph rather than going on from `before`."""
    ended = bool(SENTENCE_END.search(before))
    if not line or not before or _LABEL.match(line):
        return True
    if line[0].islower() and not ended:
        return False  # a narrow column or a broken headline goes on
    if _HEADING_LINE.fullmatch(line):
        return line[0].isupper()
    if fits(before, line, 0.8 * width):
        return True
    if _KNOWN_HEADING.match(line):
        return line[0].isupper() and ended
    if not line[0].isupper() or not ended:
        return False
    heading = not SENTENCE_END.search(line) and fits(line, after, 0.8 * width)
    return heading or fits(before, line, 0.93 * width)


def _joined(parts: Sequence[str]) -> str:
    text = ""
    for part in filter(None, parts):
        text += part if not text or text.endswith("-") else f" {part}"
    return text
