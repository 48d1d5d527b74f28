"""Where the entries of an XML feed stand, and what tells them apart, without reading them.

One pass of expat finds each entry's bytes, its id, link, title and date. Reading the rest of an entry costs ten
times as much, so it is done for new entries only (feed.py).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_ENTRY = frozenset(("item", "entry"))
_IDS = ("guid", "id")
_PUBLISHED = ("pubdate", "published", "issued", "date", "created")
_UPDATED = ("updated", "modified")
_TOLD = frozenset(("link", "title", *_IDS, *_PUBLISHED, *_UPDATED))  # children whose text the scan keeps
# The children that are read at all. The rest (categories, comment counts, thumbnails with passing signatures)
# is neither handed on nor part of what makes an entry's content another.
_READ = _TOLD | {"description", "summary", "content", "encoded", "body", "source", "tagline"}
_HANDED_ON = _READ.difference(_IDS, _PUBLISHED, _UPDATED) | {""}  # what the scan has told need not be read again
_MEDIA = frozenset(("media", "itunes"))  # their title, description and content are those of a picture

# A title or link that is text and nothing else, with what may stand before the next child. Text may hold references.
_BARE = re.compile(rb"<(title|link)>(?:<!\[CDATA\[[^<>]*\]\]>|[^<]*)</\1>\s*")
_DOUBTFUL = re.compile("[\x80-\xff]")  # where UTF-8 and windows-1252 that were taken for Latin-1 show
_WHOLE_URL = re.compile(r"https?://[^\s;]+", re.IGNORECASE)  # feedparser undoes what looks like a reference: "&amp;"

# How expat says that the document ended too early.
_CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_JUNK = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]


@dataclass(slots=True)
class ScannedEntry:
    """One entry as it stands in the document."""

    name: str  # of its element, with prefix
    about: str = ""  # rdf:about
    told: dict[str, str] = field(default_factory=dict)  # local name in _TOLD → text of the first such child
    slices: list[tuple[str, int, int]] = field(default_factory=list)  # local name, start, end; its own tag as ""

    @property
    def id(self) -> str:
        return self._first(_IDS) or self.about

    @property
    def link(self) -> str:
        return self.told.get("link", "")

    @property
    def title(self) -> str:
        return self.told.get("title", "")

    @property
    def published(self) -> str:
        return self._first(_PUBLISHED)

    @property
    def updated(self) -> str:
        return self._first(_UPDATED)

    def _first(self, names: Iterable[str]) -> str:
        for name in names:
            if name in self.told:
                return self.told[name]
        return ""

    def settled(self, data: bytes) -> dict[str, str]:
        """Its title and link, each where the scan's reading of it is beyond doubt.

        That is a child of that name alone, without attributes: there are no markup, relative address or wrong
        encoding in it for a parser to deal with.
        """
        settled = {}
        for name in ("title", "link"):
            text = self.told.get(name, "")
            places = [(start, end) for each, start, end in self.slices if each == name]
            if len(places) == 1 and _BARE.fullmatch(data, *places[0]) and not _DOUBTFUL.search(text):
                settled[name] = text
        if not _WHOLE_URL.fullmatch(settled.get("link", "")):
            settled.pop("link", None)
        return settled

    def element(self, data: bytes, settled: Container[str]) -> bytes:
        """The entry with those of its children that are still to be read."""
        parts = [data[start:end] for name, start, end in self.slices if name in _HANDED_ON and name not in settled]
        return b"".join(parts) + f"</{self.name}>".encode()

    def content(self, data: bytes) -> bytes:
        """What is read of the entry, but for its link, which Bing writes anew for each request."""
        return b"".join([data[start:end] for name, start, end in self.slices if name not in ("", "link")])


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found, and how far the document could be read."""

    root: str  # local name of the root element, lower case; "" when there is none
    entries: tuple[ScannedEntry, ...]  # the complete ones, in document order
    opening: bytes = b""  # the tags around the entries, with their namespaces and xml:base
    closing: bytes = b""
    error: str = ""  # why expat stopped: "mismatched tag, line 12"; "" when everything was read
    note: str = ""  # what was odd, though everything was read
    is_cut: bool = False  # the document stops before its root element ends


def scan(data: bytes) -> Scan:
    """The entries of `data`, a feed in UTF-8. Raises ParseError when it declares entities."""
    return _Scanner(data).scan()


class _Scanner:
    """The state of one pass of expat."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parser = parser = expat.ParserCreate("utf-8")  # whatever the declaration says
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = _refuse_entity
        self._text: list[str] = []
        parser.CharacterDataHandler = self._text.append
        self._local = _LocalNames()
        self._root = ""
        self._around: list[tuple[str, dict[str, str]]] = []  # the open elements outside entries
        self._opening: list[tuple[str, dict[str, str]]] = []  # those around the first entry
        self._depth = 0  # within the entry: 1 is the entry itself; 0 outside
        self._entry: ScannedEntry | None = None
        self._since = 0  # where the slice that is open began
        self._name = ""  # local name of the child that is open, and of the slice
        self._entries: list[ScannedEntry] = []

    def scan(self) -> Scan:
        error, code, note = "", 0, ""
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as problem:
            code = problem.code
            error = f"{expat.ErrorString(code)}, line {problem.lineno}"
        if code == _JUNK:
            error, note = "", error
        return Scan(
            root=self._local[self._root],
            entries=tuple(self._entries),
            opening="".join(_start_tag(name, attributes) for name, attributes in self._opening).encode(),
            closing="".join(f"</{name}>" for name, _ in reversed(self._opening)).encode(),
            error=error,
            note=note,
            is_cut=code in _CUT and bool(self._root) and not self._is_root_closed(),
        )

    def _is_root_closed(self) -> bool:
        return f"</{self._root}".encode() in self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._entry is not None:
            self._depth += 1
            if self._depth == 2:
                self._close_slice(self._entry)
                self._text.clear()
                self._name = self._local[name]
                if attributes and self._name == "link":
                    _tell_link(self._entry, attributes)
            return
        if self._around and self._local[name] in _ENTRY:
            self._opening = self._opening or list(self._around)
            about = next((attributes[key] for key in attributes if key.endswith(":about")), "")
            self._entry = ScannedEntry(name=name, about=about.strip())
            self._depth, self._since, self._name = 1, self._parser.CurrentByteIndex, ""
            return
        self._root = self._root or name
        self._around.append((name, attributes))

    def _close_slice(self, entry: ScannedEntry) -> None:
        """What stands from the last start of a child, or of the entry, up to here is one slice.

        It may end in white space or a comment, never in half an element.
        """
        here = self._parser.CurrentByteIndex
        if self._name in _READ or not entry.slices:
            entry.slices.append((self._name, self._since, here))
        self._since = here

    def _end(self, _: str) -> None:
        entry = self._entry
        if entry is None:
            self._around.pop()
            self._text.clear()
            return
        self._depth -= 1
        if self._depth == 1 and self._name in _TOLD:
            text = "".join(self._text).strip()
            if text:
                entry.told.setdefault(self._name, text)
        elif self._depth == 0:
            if entry.slices:  # one without children says nothing
                self._close_slice(entry)
                self._entries.append(entry)
            self._entry = None


class _LocalNames(dict[str, str]):
    """Qualified name → local name in lower case; "" for what belongs to a picture."""

    def __missing__(self, name: str) -> str:
        prefix, _, local = name.lower().rpartition(":")
        self[name] = local = "" if prefix in _MEDIA else local
        return local


def _tell_link(entry: ScannedEntry, attributes: dict[str, str]) -> None:
    is_alternate = attributes.get("rel", "alternate") == "alternate"  # Atom's default (RFC 4287, 4.2.7.2)
    href = attributes.get("href", "").strip()
    if is_alternate and href:
        entry.told.setdefault("link", href)


def _refuse_entity(*_: object) -> None:
    raise ParseError("the document declares XML entities, which are not read")


def _start_tag(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>"


# --- feeds that are not well-formed ------------------------------------------------------------------------

_FIRST = re.compile(r"<(?:\?xml|rss|feed|rdf:RDF)\b", re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# An ampersand that begins none of XML's own references, and a reference to a character.
_REFERENCE = re.compile(r"&(?:(?:amp|lt|gt|quot|apos);|#(x[0-9a-fA-F]{1,8}|[0-9]{1,8});|([A-Za-z0-9]{2,31});)?")


def mended(text: str) -> str:
    """`text` without what most often keeps a feed from being well-formed.

    That is: anything before the XML begins, characters XML does not allow, stray ampersands, HTML's entities.
    CDATA sections are left as they are.
    """
    first = _FIRST.search(text, 0, 2_000)  # further on it stands within something else
    text = _NOT_XML.sub("", text[first.start() :] if first else text)
    parts, at = [], 0
    while (cdata := text.find("<![CDATA[", at)) != -1:
        end = text.find("]]>", cdata)
        end = len(text) if end == -1 else end
        parts += [_REFERENCE.sub(_mended_reference, text[at:cdata]), text[cdata:end]]
        at = end
    parts.append(_REFERENCE.sub(_mended_reference, text[at:]))
    return "".join(parts)


def _mended_reference(reference: re.Match[str]) -> str:
    whole, number, name = reference.group(0, 1, 2)
    if number:
        code = int(number[1:], 16) if number[0] == "x" else int(number)
        return "" if code > 0x10FFFF or _NOT_XML.match(chr(code)) else whole
    if name:
        character = html.unescape(whole)
        return "&amp;" + whole[1:] if character == whole else "".join(f"&#{ord(c)};" for c in character)
    return whole if len(whole) > 1 else "&amp;"
