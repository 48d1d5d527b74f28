"""Ofsted's search → which councils' provider pages have moved.

It lists every council with the day of its latest report, a hundred to a page: two requests tell of all 153. It names
no report, so it brings no items; the pages of the councils that moved are opened for those.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from monitor.councils import councils
from monitor.dates import LONDON, read_date
from monitor.errors import ParseError
from monitor.model import Reading
from monitor.sources.marks import mark, web_url
from monitor.sources.ofsted import came_instead_of, line_of, provider_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from monitor.model import Document

_PROVIDER = re.compile(r"/provider/[0-9]+/([0-9]{1,12})(?![0-9])")
_URN = re.compile(r"[0-9]{1,12}")
_COUNT = re.compile(r"[0-9]{1,6}")
# Ofsted lists some 150,000 providers, and 153 of them are councils: what finds so many was asked something else.
_MOST_RESULTS = 400


def read_search_page(document: Document, *, base_url: str, known: frozenset[str]) -> Reading:
    """One page of the search: a mark for each council and its day, in the page's order.

    It wakes the provider pages, under `base_url`, of the councils whose marks are not in `known`.

    Raises ParseError when it is no such page, tells of far more than the councils, or shows nothing that could ever
    be seen to move: no council, or none with a day. That happens to a site in trouble. Whether it shows as many as
    before is for the check to judge.
    """
    page = BeautifulSoup(document.body, "lxml")
    results, counted = page.select_one(".results-list"), page.select_one(".results-count")
    count = _COUNT.search(line_of(counted).replace(",", ""))
    if results is None or count is None:
        raise came_instead_of("search page", page, lacks="list of results" if results is None else "count of results")
    rows = results.select("li.search-result")
    _refuse_more_than_most(max(len(rows), int(count[0])))
    latest = {urn: _latest_report(row) for row in rows if (urn := _urn(row))}
    if not any(latest.values()):
        raise ParseError("the search found nothing: no council with the day of a report")
    marks = {urn: _mark(urn, day) for urn, day in latest.items()}
    unread = len(rows) - len(latest)
    return Reading(
        entries=(),
        marks=tuple(marks.values()),
        notes=(f"rows of the search that name no council: {unread}",) if unread else (),
        wakes=tuple(provider_url(base_url, urn) for urn, its_mark in marks.items() if its_mark not in known),
        count=int(count[0]),
        next_url=_next_url(page, document.url),
    )


def refuse_another_search(marks: Sequence[str]) -> None:
    """Raises ParseError when the marks of all pages are not of a search for councils.

    Councils are merged and renumbered now and then; but never are there twice as many strangers as councils.
    """
    _refuse_more_than_most(len(marks))
    ours = {_mark(council.urn, None)[:16] for council in councils()}
    strangers = sum(mark[:16] not in ours for mark in marks)
    if strangers > 2 * len(ours):
        raise ParseError(f"not the search that was asked for: it shows {strangers:,} providers that are no council")


def _refuse_more_than_most(results: int) -> None:
    if results > _MOST_RESULTS:
        raise ParseError(f"not the search that was asked for: it has {results:,} results")


def _mark(urn: str, latest: date | None) -> str:
    return mark(f"ofsted:{urn}", str(latest or "").encode())


def _urn(row: Tag) -> str:
    """A council's number, by the link to its page, else as the row tells it; "" when it does not."""
    for link in row.select("a[href]"):
        if found := _PROVIDER.search(str(link["href"])):
            return found[1]
    told = _fact(row, "URN")
    return told if _URN.fullmatch(told) else ""


def _latest_report(row: Tag) -> date | None:
    day, _ = read_date(_fact(row, "Latest report"))
    return day.astimezone(LONDON).date() if day else None


def _fact(row: Tag, name: str) -> str:
    """What a row says after "Latest report:" and the like; "" when it does not."""
    for fact in row.select("li"):
        label, _, told = line_of(fact).partition(":")
        if label.strip().casefold() == name.casefold():
            return told.strip()
    return ""


def _next_url(page: BeautifulSoup, url: str) -> str:
    """The address of the page that follows, on the same site; "" on the last."""
    link = page.select_one("a.pagination__next[href]")
    target = web_url(str(link["href"]), url) if link else ""
    return target if urlsplit(target)[:2] == urlsplit(url)[:2] else ""
