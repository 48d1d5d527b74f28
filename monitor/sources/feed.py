"""A feed's bytes read into entries: RSS, Atom, RDF, JSON Feed.

    bytes → text → scan → marks → the new entries only → feedparser → entries
                     │ not well-formed: mended and scanned again
                     └ still not:       feedparser is given each entry by itself

feedparser forgives the most and is slow: it is handed a small document made of what the scan left open of the new
entries, with its HTML sanitiser and its resolution of links inside HTML off (both take time in the square of what is
unclosed; text is made plain here, and links are not followed from it).
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import feedparser

from monitor.dates import read_date
from monitor.errors import ParseError
from monitor.model import Entry, Reading
from monitor.sources.jsonfeed import read_json
from monitor.sources.marks import Sketch, marked, real_url, web_url
from monitor.sources.scan import Scan, ScannedEntry, mended, scan
from monitor.text import document_text, page_title, paragraphs, plain, shorten, without_credit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.model import Document

TITLE_LIMIT = 500  # characters
SUMMARY_LIMIT = 2_000
TEXT_LIMIT = 100_000
_MARKUP_LIMIT = 4 * TEXT_LIMIT  # of markup looked at for one text

_ROOT_TAG = re.compile(r"<(?:rss|feed|rdf:rdf)\b[^<>]*>", re.IGNORECASE)
_ENTRY_OPENS = re.compile(r"<(?:[\w-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ENTRY_CLOSES = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOTS = frozenset(("rss", "feed", "rdf", "channel"))
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|h1|div|p|script|meta)\b", re.IGNORECASE)
_ENDED = re.compile(r"tag:www\.gov\.uk,2005:.*/feed-ended")  # the id of a retired GOV.UK feed's only entry
_DECLARATION = re.compile(r"\A<\?xml[^>]{0,400}\?>")


def read_feed(document: Document, *, known: frozenset[str]) -> Reading:
    """The entries of `document` whose marks are not in `known`, the newest version of each, in its order.

    Raises ParseError when the document is no feed, holds no entry whole though it began one, declares entities, or
    says that the feed has ended.
    """
    text = document_text(document).lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise ParseError("an empty document, not a feed")
    if text[0] in "{[":
        return _from_values(read_json(text), known, base=document.url)
    return _read_xml(_DECLARATION.sub("", text, count=1), known, base=document.url)


def _read_xml(text: str, known: frozenset[str], *, base: str) -> Reading:
    data = text.encode("utf-8", "replace")
    found = scan(data)
    notes = [found.note] if found.note else []
    if found.root not in _ROOTS or (found.error and not found.is_cut):
        notes = [f"not well-formed: {found.error or found.note}"]
        served, text = text, mended(text)
        data = text.encode("utf-8", "replace")
        found = scan(data)
        if found.root not in _ROOTS:
            raise ParseError(_what_it_is(served, found.root))
    if found.is_cut and not found.entries:
        raise ParseError("the feed is cut short before its first entry ends")
    is_cut, reading = found.is_cut, None
    if found.is_cut or not found.error:
        reading = _from_scan(data, found, known, base=base)
    if reading is None:
        values, is_cut = _values_of_all(text)
        reading = _from_values(values, known, base=base)
        if found.error and not reading.marks:
            raise ParseError(f"not well-formed ({found.error}), and no entry could be read")
    if is_cut:
        notes.append("cut short")
    return replace(reading, is_complete=not is_cut, notes=(*notes, *reading.notes))


def _from_scan(data: bytes, found: Scan, known: frozenset[str], *, base: str) -> Reading | None:
    """None when feedparser does not count as many entries as the scan did."""
    marks = marked([_sketch(entry, data) for entry in found.entries])
    new = [found.entries[position] for position, mark in marks if mark not in known]
    settled = [entry.settled(data) for entry in new]
    parsed: list[dict[str, str]] = []
    if new:
        elements = (entry.element(data, told) for entry, told in zip(new, settled, strict=True))
        parsed = _parse(b"".join((found.opening, *elements, found.closing)))
        if len(parsed) != len(new):
            return None
    values = [
        {**read, **told, "id": entry.id, "published": entry.published, "updated": entry.updated}
        for entry, read, told in zip(new, parsed, settled, strict=True)
    ]
    return _reading(values, [mark for _, mark in marks], base, ids=[entry.id for entry in found.entries])


def _sketch(entry: ScannedEntry, data: bytes) -> Sketch:
    return Sketch(
        id=entry.id,
        link=entry.link,
        title=entry.title,
        date=entry.published or entry.updated,
        content=entry.content(data),
    )


def _values_of_all(text: str) -> tuple[list[dict[str, str]], bool]:
    """What feedparser makes of a document that cannot be mended, an entry at a time.

    One bad entry then costs itself, not those behind it. An entry that the document's end cuts is left out, and
    the second value says so.
    """
    root = _ROOT_TAG.search(text)
    starts = [match.start() for match in _ENTRY_OPENS.finditer(text)]
    values: list[dict[str, str]] = []
    is_cut = False
    for start, end in pairwise([*starts, len(text)]):
        element = text[start:end]
        closing = _ENTRY_CLOSES.search(element)
        if closing or end < len(text):
            element = element[: closing.end()] if closing else element
            document = f"{root.group() if root else ''}{element}"
            values += _parse(document.encode("utf-8", "replace"))[:1]
        else:
            is_cut = True
    return values, is_cut


def _from_values(values: list[dict[str, str]], known: frozenset[str], *, base: str) -> Reading:
    marks = marked(
        [
            Sketch(
                id=each.get("id", ""),
                link=each.get("link", ""),
                title=each.get("title", ""),
                date=each.get("published") or each.get("updated", ""),
                content="\n".join(each.values()).encode("utf-8", "replace"),
            )
            for each in values
        ]
    )
    new = [values[position] for position, mark in marks if mark not in known]
    return _reading(new, [mark for _, mark in marks], base, ids=[each.get("id", "") for each in values])


def _reading(new: list[dict[str, str]], marks: list[str], base: str, *, ids: Sequence[str]) -> Reading:
    if len(ids) == 1 and _ENDED.fullmatch(ids[0]):
        raise ParseError("this feed has ended: GOV.UK closed it, and sources.toml needs what took its place")
    entries = (_entry(values, base) for values in new)
    return Reading(entries=tuple(entry for entry in entries if entry.title or entry.url), marks=tuple(marks))


# --- one entry ---------------------------------------------------------------------------------------------


def _entry(values: Mapping[str, str], base: str) -> Entry:
    """`values` are id, link, title, summary, content, published, updated, publisher: each as served, or missing."""
    summary = _summary(values)
    publisher = plain(values.get("publisher", "")[:TITLE_LIMIT])
    title = plain(values.get("title", "")[:_MARKUP_LIMIT])
    title = title.removesuffix(f" - {publisher}") if publisher else title  # news search adds it
    if summary in (title, f"{title} {publisher}"):
        summary = ""  # it repeats the title
    text = _text(values, summary)
    published, is_date = read_date(values.get("published", ""))
    updated, updated_is_date = read_date(values.get("updated", ""))
    if published is None:
        published, is_date = updated, updated_is_date
    return Entry(
        url=_url(values, base),
        title=shorten(title or summary, TITLE_LIMIT if title else 100),
        id=values.get("id", ""),
        summary=shorten(summary, SUMMARY_LIMIT),
        text=shorten(text, TEXT_LIMIT),
        published=published,
        published_is_date=is_date,
        updated=updated,
        publisher=publisher,
    )


def _summary(values: Mapping[str, str]) -> str:
    return without_credit(plain((values.get("summary") or values.get("content", ""))[:_MARKUP_LIMIT]))


def _text(values: Mapping[str, str], summary: str) -> str:
    """The full text; "" where there is no more than the summary says."""
    fullest = max(values.get("content", ""), values.get("summary", ""), key=len)
    if fullest == values.get("summary") and len(summary) <= SUMMARY_LIMIT:
        return ""
    text = without_credit(paragraphs(fullest[:_MARKUP_LIMIT]))
    return text if len(text) > min(len(summary), SUMMARY_LIMIT) else ""


def _url(values: Mapping[str, str], base: str) -> str:
    """The entry's address, absolute http(s); "" when it has none."""
    served = values.get("link", "") or values.get("id", "")
    if not values.get("link") and not served.lower().startswith(("http://", "https://")):
        return ""
    return web_url(real_url(served), base)


# --- feedparser --------------------------------------------------------------------------------------------

# A driver that no package brings any more would be looked for on the whole path at each call.
feedparser.api.PREFERRED_XML_PARSERS.clear()


def _parse(data: bytes) -> list[dict[str, str]]:
    """feedparser's entries of `data`, which is UTF-8, as the values `_entry` takes.

    Links are resolved against xml:base only. Given the document's address as well, feedparser would join URLs
    at each element, a fifth of its time.
    """
    parsed = feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return [_values(entry) for entry in parsed.entries]


def _values(parsed: dict[str, Any]) -> dict[str, str]:
    # `dict.get`, since feedparser's own answers for names it does not have ("updated" is "published").
    contents = [str(content.get("value", "")) for content in dict.get(parsed, "content", ())]
    values = {
        "content": max(contents, key=len, default=""),
        "published": dict.get(parsed, "published") or dict.get(parsed, "created", ""),
        "publisher": _publisher(parsed),
    }
    for name in ("id", "link", "title", "summary", "updated"):
        values[name] = dict.get(parsed, name, "")
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _publisher(parsed: dict[str, Any]) -> str:
    source = dict.get(parsed, "source")
    if isinstance(source, dict):
        return str(dict.get(source, "title", ""))
    # Bing's News:Source. The prefix may differ and the namespace is the query, so only the name tells.
    named = (value for key, value in parsed.items() if key.endswith("_source") and isinstance(value, str))
    return next(named, "")


# --- what it is when it is no feed -------------------------------------------------------------------------


def _what_it_is(text: str, root: str) -> str:
    if _HTML.search(text[:5_000]):
        title = page_title(text[:200_000])
        return f"a web page titled “{title}”, not a feed" if title else "a web page, not a feed"
    if root:
        return f"XML whose root is <{shorten(root, 40)}>, not a feed"
    return f"plain text, not a feed: “{shorten(plain(text[:500]), 80)}”"
