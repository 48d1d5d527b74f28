"""A listing page read by the CSS selectors its source is configured with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from soupsieve import SelectorSyntaxError

from monitor.dates import read_date
from monitor.errors import ParseError
from monitor.model import Entry, Reading
from monitor.sources.marks import Sketch, marked, web_url
from monitor.text import clean, document_text, page_title, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bs4 import Tag

    from monitor.model import Document, Selectors

_HEADINGS = "h1, h2, h3, h4, h5, h6"
_TITLE_LIMIT = 500  # characters
_SUMMARY_LIMIT = 2_000


def read_page(document: Document, *, selectors: Selectors, known: frozenset[str]) -> Reading:
    """The entries of a listing page, in its order, whose marks are not in `known`.

    Raises ParseError when nothing on the page matches: it was redesigned, or it is an error page.
    """
    text = document_text(document)
    soup = BeautifulSoup(text, "lxml")
    base = _base(soup, document.url)
    try:
        items = _outermost(soup.select(selectors.item))
        entries = [entry for item in items if (entry := _entry(item, selectors, base)) is not None]
    except SelectorSyntaxError as problem:
        raise ParseError(f"a selector of this source is not CSS: {clean(str(problem))[:200]}") from problem
    if not entries:
        title = page_title(text)
        raise ParseError(
            f"no element matches “{selectors.item}” with a link or heading in it: the page has changed, or it is"
            f" an error page{f' (it is titled “{title}”)' if title else ''}"
        )
    marks = marked([_sketch(entry) for entry in entries])
    return Reading(
        entries=tuple(entries[position] for position, mark in marks if mark not in known),
        marks=tuple(mark for _, mark in marks),
    )


def _base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.select_one("base[href]")
    return urljoin(url, _attribute(tag, "href")) if tag else url


def _outermost(items: Iterable[Tag]) -> list[Tag]:
    """`items`, which are in document order, without those inside another of them."""
    kept: list[Tag] = []
    inside: set[int] = set()
    for item in items:
        if id(item) not in inside:
            kept.append(item)
            inside.update(map(id, item.find_all(True)))
    return kept


def _entry(item: Tag, selectors: Selectors, base: str) -> Entry | None:
    """None for an item with neither link nor heading: a divider, an advertisement."""
    link, url = _link(item, selectors.link, base)
    heading = item.select_one(_HEADINGS)
    # The link's own words, unless it wraps a whole card, heading and all.
    told = heading if heading and (link is None or link in heading.parents or not _line(link)) else link
    title = _line(told) if told else ""
    if not title:
        return None
    dated = item.select_one(selectors.date) if selectors.date else None
    published, is_date = (None, False)
    if dated is not None:
        published, is_date = read_date(_attribute(dated, "datetime"))
        if published is None:
            published, is_date = read_date(_line(dated))
    return Entry(
        url=url,
        title=shorten(title, _TITLE_LIMIT),
        summary=shorten(_rest(item, (told, dated)), _SUMMARY_LIMIT),
        published=published,
        published_is_date=is_date,
    )


def _link(item: Tag, selector: str, base: str) -> tuple[Tag | None, str]:
    """The first element that `selector` finds in `item`, or `item` itself, and leads to the web."""
    candidates = [*item.select(selector), *([item] if item.name == "a" else [])]
    for candidate in candidates:
        url = web_url(_attribute(candidate, "href"), base)
        if url:
            return candidate, url
    return None, ""


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _line(tag: Tag) -> str:
    return clean(tag.get_text(" "))


def _rest(item: Tag, told: tuple[Tag | None, ...]) -> str:
    """What `item` says besides `told`, which is taken out of it."""
    for tag in told:
        if tag is item:
            return ""
        if tag is not None:
            tag.extract()
    return _line(item)


def _sketch(entry: Entry) -> Sketch:
    return Sketch(
        link=entry.url,
        title=entry.title,
        date=entry.published.isoformat() if entry.published else "",
        content=f"{entry.title}\n{entry.published}\n{entry.summary}".encode("utf-8", "replace"),
    )
