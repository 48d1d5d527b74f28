"""sources.toml: the places that are polled, one `Source` for each that is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.config import values
from monitor.config.tables import Table, Unfit, shown, suggestion
from monitor.councils import council_named
from monitor.model import Selectors, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

OFSTED = "https://reports.ofsted.gov.uk"
# A hundred rows are the most that Ofsted's search shows on a page, whatever is asked for.
_SEARCH = "q=&location=&lat=&lon=&radius=&level_1_types=3&level_2_types%5B%5D=12&start=0&rows=100"

# Ofsted's site and hand-read pages are asked once a second at most: what its working scrapers found it bears.
_PAUSES = dict.fromkeys((SourceKind.OFSTED, SourceKind.OFSTED_SEARCH, SourceKind.PAGE), timedelta(seconds=1))
# Its search costs two requests for all councils together, and is there to be asked often.
_INTERVALS = {SourceKind.OFSTED_SEARCH: timedelta(minutes=15)}

_OTHER_KINDS = {
    "url": 'for kind = "ofsted-reports" and "ofsted-search" it is base_url',
    "base_url": 'only for kind = "ofsted-reports" and "ofsted-search"',
    "item": 'only for kind = "page"',
    "link": 'only for kind = "page"',
    "date": 'only for kind = "page"',
    "each_council": 'only for kind = "feed"',
    "query": 'only for kind = "feed"',
}


def read_sources(root: Table, tracked: Collection[str]) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The enabled sources, expanded for the `tracked` councils, and the names of the disabled ones."""
    enabled: list[Source] = []
    disabled: list[str] = []
    taken: dict[str, str] = {}  # where each name stands
    for table in root.tables("source", title="name"):
        name = table.need("name", values.line, "")
        kind = table.need("kind", values.one_of(tuple(SourceKind)), "")
        is_enabled = table.take("enabled", values.truth, True)
        if not kind:
            continue  # without its kind, none of its other keys can be judged
        source = Source(
            name=name,
            kind=SourceKind(kind),
            url="",
            interval=table.take("interval", values.duration, _INTERVALS.get(SourceKind(kind))),
            pause=table.take("pause", values.pause, _PAUSES.get(SourceKind(kind), timedelta(0))),
        )
        sources = _READERS[source.kind](table, source, tracked)
        table.finish(what=f"kind {kind}", elsewhere=_OTHER_KINDS)

        names = dict.fromkeys([name, *(one.name for one in sources if is_enabled)]) if name else {}
        twice = next((each for each in names if each in taken), None)
        if twice is not None:
            table.complain("name", shown(twice), "a name no other source has", f"so has {taken[twice]}")
        taken.update(dict.fromkeys(names, table.where))
        if is_enabled:
            enabled.extend(sources)
        else:
            disabled.append(name)
    root.finish()
    return tuple(enabled), tuple(disabled)


def _feed(table: Table, source: Source, tracked: Collection[str]) -> list[Source]:
    source = replace(
        source,
        url=table.need("url", values.url, ""),
        council=table.take("council", values.council, None),
        full_text=table.take("full_text", values.truth, False),
    )
    each_council = table.take("each_council", values.truth, False)
    query = table.take("query", values.line, "")
    if not each_council:
        if "query" in table:
            table.complain("query", "it without each_council", "each_council = true beside it")
        if re.search(r"\{(query|council)\}", source.url):
            table.complain("url", shown(source.url), "an address without {…}, or each_council = true")
        return [source]
    if source.council:
        table.complain("council", "it beside each_council", "one of the two")
    _check_places(table, source.url, query)
    return [replace(source, name=f"{source.name}: {c}", url=_filled(source.url, query, c)) for c in tracked]


def _check_places(table: Table, url: str, query: str) -> None:
    """Complain unless `url` has {query} or {council}, and {query} exactly when there is a query."""
    places = set(re.findall(r"\{\w*\}", url))
    if url and not places & {"{query}", "{council}"}:
        table.complain("url", shown(url), "an address with {query} or {council} in it")
    if url and places - {"{query}", "{council}"}:
        table.complain("url", shown(url), "no other places to fill than {query} and {council}")
    if "{query}" in places and "query" not in table:
        table.complain("query", "nothing", "a query, for url has {query}")
    if query and url and "{query}" not in places:
        table.complain("query", "it without {query} in url", "{query} in url")


def _filled(url: str, query: str, council: str) -> str:
    """`url` for one council: what is filled in is quoted, so that it cannot end its place in the address."""
    filled_query = quote(query.replace("{council}", council), safe="")
    return url.replace("{council}", quote(council, safe="")).replace("{query}", filled_query)


def _page(table: Table, source: Source, _: Collection[str]) -> list[Source]:
    selectors = Selectors(
        item=table.need("item", values.css, ""),
        link=table.take("link", values.css, "a[href]"),
        date=table.take("date", values.css, None),
    )
    return [
        replace(
            source,
            url=table.need("url", values.url, ""),
            council=table.take("council", values.council, None),
            full_text=table.take("full_text", values.truth, False),
            selectors=selectors,
        )
    ]


def _ofsted(table: Table, source: Source, tracked: Collection[str]) -> list[Source]:
    """One provider page a council; 44 is Ofsted's number for local authorities."""
    base = _ofsteds_site(table)
    found = [council for council in map(council_named, tracked) if council is not None]
    return [
        replace(source, name=f"{source.name}: {c.name}", url=f"{base}/provider/44/{c.urn}", council=c.name)
        for c in found
    ]


def _ofsted_search(table: Table, source: Source, _: Collection[str]) -> list[Source]:
    """The first page of a search for everything (3: children's social care; 12: a council's services)."""
    return [replace(source, url=f"{_ofsteds_site(table)}/search?{_SEARCH}")]


def _ofsteds_site(table: Table) -> str:
    return table.take("base_url", values.url, OFSTED).rstrip("/")


def _moderngov(table: Table, source: Source, _: Collection[str]) -> list[Source]:
    return [
        replace(
            source,
            url=table.need("url", _committee_site, ""),
            council=table.take("council", values.council, None),
            full_text=table.take("full_text", values.truth, False),
        )
    ]


def _committee_site(value: object) -> str:
    """The base of a committee system; the monitor knows its pages."""
    url = values.url(value)
    page = re.search(r"/\w+\.aspx", url, re.IGNORECASE)
    if page:
        wanted = "the address of the committee site itself, without a page"
        raise Unfit(wanted, hint=suggestion([url[: page.start()]]))
    return url


_READERS: Mapping[SourceKind, Callable[[Table, Source, Collection[str]], list[Source]]] = {
    SourceKind.FEED: _feed,
    SourceKind.PAGE: _page,
    SourceKind.OFSTED: _ofsted,
    SourceKind.OFSTED_SEARCH: _ofsted_search,
    SourceKind.MODERNGOV: _moderngov,
}
