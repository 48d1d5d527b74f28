"""A report is found within one look at Ofsted's search, however rarely its council's page is read."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from fetched import make_fetcher
from readers import InThisProcess

from monitor.config import load_config
from monitor.councils import councils
from monitor.demo.config import write_config
from monitor.demo.reports import Kind, Report
from monitor.demo.site import DemoSite
from monitor.errors import ParseError
from monitor.fetching import Fetching
from monitor.model import Document, SourceKind
from monitor.sources import schedule
from monitor.sources.ofsted_search import read_search_page
from monitor.store import CheckStatus

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BASE = "https://reports.example.org"
FIRST_PAGE = f"{BASE}/search?q=&location=&lat=&lon=&radius=&level_1_types=3&level_2_types%5B%5D=12&start=0&rows=100"
SEARCH = FIRST_PAGE.removeprefix(BASE)


# --- reading a page ------------------------------------------------------------------------------------------


def row(urn: str, day: str = "06 May 2026", *, link: str | None = None, rating: str = "Requires improvement") -> str:
    """One council among the results, as the real page writes it."""
    rated = f"<li>Rating: <strong>{rating}</strong></li>" if rating else ""
    latest = f"<li>Latest report: <strong><time>{day}</time></strong></li>" if day else ""
    link = f"/provider/44/{urn}" if link is None else link
    return f"""<li class="search-result">
      <h3 class="search-result__title"><a href="{link}">Wexmoor Council</a></h3>
      <address class="search-result__address">County Hall, Wexmoor</address>
      <ul class="search-result__provider-info">
        <li>Category: <strong>Local authority children's services</strong></li>{rated}{latest}
        <li>URN: <strong>{urn}</strong></li></ul></li>"""


def page(*rows: str, count: str = "", after: str = "") -> Document:
    body = f"""<!DOCTYPE html><html><head><title>Search</title></head><body><h1>Search</h1>
      <strong class="results-count">{count or len(rows)}</strong><ul class="results-list">{"".join(rows)}</ul>{after}
      </body></html>"""
    return Document(url=FIRST_PAGE, body=body.encode())


def read(document: Document, known=()):
    return read_search_page(document, base_url=BASE, known=frozenset(known))


def test_a_page_wakes_the_councils_whose_latest_day_is_another():
    before = read(page(row("81001"), row("81002"), row("81003")))
    after = read(page(row("81001"), row("81002", "17 June 2026"), row("81003")), known=before.marks)
    assert after.wakes == (f"{BASE}/provider/44/81002",)
    assert after.entries == ()
    assert [mark[:16] for mark in after.marks] == [mark[:16] for mark in before.marks]


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(page(row("81001", rating="Good")), id="another rating"),
        pytest.param(page(row("81001", rating="")), id="no rating, as more and more since April 2026"),
        pytest.param(page(row("81001", link="https://elsewhere.example.org/x")), id="the number only in words"),
        pytest.param(page(row("81001", day="6 May 2026")), id="the day written otherwise"),
    ],
)
def test_the_same_day_written_a_little_differently_wakes_nobody(again):
    assert read(again, known=read(page(row("81001"))).marks).wakes == ()


def test_the_page_that_follows_is_named_when_it_is_on_the_same_site():
    onwards = '<a class="pagination__next" href="/search?q=&amp;start=100&amp;rows=100">Next</a>'
    assert read(page(row("81001"), after=onwards)).next_url == f"{BASE}/search?q=&start=100&rows=100"
    assert read(page(row("81001"))).next_url == ""


@pytest.mark.parametrize(
    "href", ["https://elsewhere.example.org/search", "http://reports.example.org/search", "javascript:next()", "//["]
)
def test_a_way_onwards_that_leaves_the_site_is_not_taken(href):
    assert read(page(row("81001"), after=f'<a class="pagination__next" href="{href}">Next</a>')).next_url == ""


def test_rows_that_name_no_council_are_noted():
    reading = read(page(row("81001"), row("", link="/about")))
    assert len(reading.marks) == 1
    assert reading.notes == ("rows of the search that name no council: 1",)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"<h1>Slim Application Error</h1>", "Slim Application Error", id="error page"),
        pytest.param(b"<title>Before you continue</title>", "consent page came instead of the search", id="consent"),
        pytest.param(b"<title>Just a moment...</title>", "blocked", id="challenge"),
        pytest.param(b"<h1>Maintenance</h1>", "no list of results .*Maintenance", id="anything else"),
        pytest.param(b"", "no list of results", id="empty"),
        pytest.param(page(count="0").body, "found nothing", id="no results"),
        pytest.param(page(count="none").body, "no count of results", id="no number of results"),
        pytest.param(page(row("81001", day="")).body, "found nothing", id="no days: nothing could be seen to move"),
    ],
)
def test_a_page_that_shows_nothing_is_a_failure_that_says_why(body, reason):
    with pytest.raises(ParseError, match=reason):
        read(Document(url=FIRST_PAGE, body=body))


def test_a_source_of_two_lines_asks_the_search_four_times_an_hour(tmp_path, make_source):
    write_config(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "Ofsted search"\nkind = "ofsted-search"\n', "utf-8")
    assert load_config(tmp_path, state=tmp_path, environ={}).sources == (
        make_source(
            "Ofsted search",
            kind=SourceKind.OFSTED_SEARCH,
            url=f"https://reports.ofsted.gov.uk{SEARCH}",
            interval=15 * MINUTE,
            pause=timedelta(seconds=1),
        ),
    )


# --- looking, over real HTTP ---------------------------------------------------------------------------------


@pytest.fixture
def site(now):
    with DemoSite(now=now) as site:
        yield site


@pytest.fixture
def search(site, make_source):
    return make_source(
        "Ofsted search", kind=SourceKind.OFSTED_SEARCH, url=f"{site.url}/ofsted{SEARCH}", interval=15 * MINUTE
    )


@pytest.fixture
def pages(site, make_source):
    """The provider pages of two councils, one on each page of the search, which are read twice a day."""
    return [
        make_source(
            f"Ofsted reports: {council.name}",
            kind=SourceKind.OFSTED,
            url=f"{site.url}/ofsted/provider/44/{council.urn}",
            council=council.name,
            interval=12 * HOUR,
        )
        for council in councils()
        if council.name in ("Devon", "Wolverhampton")
    ]


@pytest.fixture
def fetching(make_config, store, clock, search, pages):
    return Fetching(
        config=make_config(sources=(search, *pages)),
        store=store,
        workers=InThisProcess(),
        clock=clock,
        dice=random.Random(0),  # noqa: S311 - it guards nothing
        stopping=lambda: False,
    )


@pytest.fixture
def poll(fetching, store, search, pages, clock):
    """Checks what is due, over real HTTP: the checks by source."""

    def make(*sources):
        async def run():
            async with make_fetcher(per_host=1) as fetcher:
                due = sources or schedule.due([search, *pages], store.sources.states(), clock())
                return await fetching.poll(due, fetcher, on_check=lambda _: None, patience=None)

        return {check.source: check for check in asyncio.run(run())}

    return make


def visit(council: str, file: str = "59990901") -> Report:
    return Report(council=council, file=file, kind=Kind.MONITORING_VISIT)


@pytest.mark.parametrize("council", ["Devon", "Wolverhampton"], ids=["first page", "second page"])
def test_a_new_report_is_found_within_one_search_though_its_page_is_due_in_half_a_day(poll, site, clock, council):
    assert len(poll()) == 3
    site.publish(visit(council))
    clock.time += 17 * MINUTE
    assert poll().keys() == {"Ofsted search"}
    clock.time += timedelta(seconds=15)
    found = poll()
    assert found.keys() == {f"Ofsted reports: {council}"}
    assert found[f"Ofsted reports: {council}"].new == 1


def test_two_councils_on_one_morning_are_both_found(poll, site, clock):
    poll()
    site.publish(visit("Devon"), visit("Wolverhampton", "59990902"))
    clock.time += 17 * MINUTE
    poll()
    assert {name: check.new for name, check in poll().items()} == {
        "Ofsted reports: Devon": 1,
        "Ofsted reports: Wolverhampton": 1,
    }


def test_all_153_councils_are_read_from_two_pages(poll, store, site, search):
    assert len(poll(search)["Ofsted search"].state.marks) == 153
    asked = [target for _, target, _ in site.requests if "/search" in target]
    assert ["start=0" in target for target in asked] == [True, False]
    assert store.sources.states()["Ofsted search"].note == ""


def test_the_first_look_wakes_nobody(poll, pages, search, site, clock):
    poll(*pages)
    site.publish(visit("Devon"))
    clock.time += MINUTE
    assert poll(search)["Ofsted search"].wakes == ()
    clock.time += MINUTE
    assert poll() == {}


@pytest.mark.parametrize("kind", ["410", "503"], ids=["gone", "asks to wait"])
def test_a_page_in_trouble_is_not_woken(poll, site, clock, pages, kind):
    poll()
    devon = next(page for page in pages if page.council == "Devon")
    target = devon.url.removeprefix(site.url)
    site.fault(target, kind)
    clock.time += 16 * MINUTE
    assert poll(devon)[devon.name].reason
    site.mend(target)
    site.publish(visit("Devon"), visit("Wolverhampton", "59990902"))
    clock.time += MINUTE
    assert len(poll()["Ofsted search"].wakes) == 2
    assert poll().keys() == {"Ofsted reports: Wolverhampton"}


def test_a_search_without_news_wakes_nobody(poll, clock):
    poll()
    clock.time += 17 * MINUTE
    check = poll()["Ofsted search"]
    assert (check.status, check.unchanged, check.wakes) == (CheckStatus.UNCHANGED, 153, ())


def test_councils_that_are_not_followed_cost_nothing(poll, site, clock):
    poll()
    site.publish(visit("Kent"))
    clock.time += 17 * MINUTE
    assert len(poll()["Ofsted search"].wakes) == 1
    assert poll() == {}


def test_the_search_is_left_alone_where_robots_txt_says_so(poll, site, search):
    site.disallow("/ofsted/search")
    assert "robots.txt" in poll(search)["Ofsted search"].reason
    assert not any("/search" in target for _, target, _ in site.requests)


@pytest.mark.parametrize("kind", ["slim", "consent", "no-results", "500", "truncated"])
@pytest.mark.parametrize("start", ["0", "100"], ids=["first page", "second page"])
def test_a_search_in_trouble_forgets_no_council_and_finds_the_news_afterwards(poll, site, clock, search, kind, start):
    target = f"/ofsted{SEARCH}".replace("start=0", f"start={start}")
    known = poll()["Ofsted search"].state.marks
    site.publish(visit("Devon"))
    site.fault(target, kind)
    clock.time += 17 * MINUTE
    failed = poll()["Ofsted search"]
    assert failed.reason
    assert failed.state.marks == known
    site.mend(target)
    clock.time += 17 * MINUTE
    poll(search)
    assert poll().keys() == {"Ofsted reports: Devon"}


# --- what a search that is not as before is believed ---------------------------------------------------------


@pytest.fixture
def elsewhere(web, make_source):
    """A search on a site that shows what it is told to."""
    return make_source("Elsewhere", kind=SourceKind.OFSTED_SEARCH, url=web.url + SEARCH, interval=15 * MINUTE)


def rows(number: int) -> list[str]:
    return [row(str(81000 + n)) for n in range(number)]


def test_a_site_whose_pages_never_end_is_followed_for_five(poll, web, elsewhere):
    pages = [SEARCH, *(f"/search?start={number}" for number in range(1, 9))]
    for address, after in pairwise(pages):
        onwards = f'<a class="pagination__next" href="{after}">Next</a>'
        web.shows(address, page(*rows(3), count="153", after=onwards).body)
    check = poll(elsewhere)["Elsewhere"]
    assert web.asked == ["/robots.txt", *pages[:5]]
    assert check.state.note == "says that there are 153 entries, and shows 3"


@pytest.mark.parametrize(("left", "is_believed"), [(17, True), (16, False)], ids=["three fewer", "four fewer"])
def test_many_councils_gone_at_once_are_a_short_read_and_a_few_are_a_merger(
    poll, web, elsewhere, clock, left, is_believed
):
    web.shows(SEARCH, page(*rows(20)).body)
    poll(elsewhere)
    web.shows(SEARCH, page(*rows(left)).body)
    clock.time += HOUR
    check = poll(elsewhere)["Elsewhere"]
    assert len(check.state.marks) == (left if is_believed else 20)
    assert check.reason == ("" if is_believed else f"the search shows {left} councils where there were 20")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(page(*rows(20), count="22,000"), id="its count says so"),
        pytest.param(page(*(row(str(90000 + n)) for n in range(401)), count="20"), id="its rows are too many"),
        pytest.param(page(*(row(str(90000 + n)) for n in range(307))), id="hardly any is a council"),
    ],
)
def test_a_search_for_something_else_is_a_failure_that_wakes_nobody_and_forgets_no_council(
    poll, web, elsewhere, clock, other
):
    web.shows(SEARCH, page(*rows(20)).body)
    known = poll(elsewhere)["Elsewhere"].state.marks
    web.shows(SEARCH, other.body)
    clock.time += HOUR
    check = poll(elsewhere)["Elsewhere"]
    assert check.reason.startswith("not the search that was asked for")
    assert (check.wakes, check.state.marks) == ((), known)


def test_a_search_for_something_else_is_known_by_all_its_pages_together(poll, web, elsewhere):
    pages = [SEARCH, *(f"/search?start={number}" for number in range(1, 5))]
    for number, (address, after) in enumerate(zip(pages, [*pages[1:], ""], strict=True)):
        onwards = f'<a class="pagination__next" href="{after}">Next</a>' if after else ""
        found = (row(str(90000 + 100 * number + n)) for n in range(100))
        web.shows(address, page(*found, count="153", after=onwards).body)
    check = poll(elsewhere)["Elsewhere"]
    assert check.reason == "not the search that was asked for: it has 500 results"
    assert check.state.is_first_check


class SlowProviders:
    """In place of the network: provider pages that take longer than everything else, a search among it."""

    def __init__(self, *, day: str, councils: list[str], others: int) -> None:
        self._search = page(*(row(urn, day) for urn in councils)).body
        self._others = others
        self._others_are_done = asyncio.Event()

    @asynccontextmanager
    async def fetch(self, url, **_):
        if "/provider" in url:
            await self._others_are_done.wait()
            yield Document(url=url, body=b'<html><h1>Wexmoor</h1><ol class="timeline"></ol></html>')
            return
        yield Document(url=url, body=self._search if "/search" in url else b"<rss><channel></channel></rss>")
        self._others -= 1
        if not self._others:
            self._others_are_done.set()


def test_a_page_read_while_the_search_was_asked_is_read_once_more(fetching, store, clock, search, pages, make_source):
    """It may have been served just before the report was there, and its check ends when that of the search is over."""
    feeds = [make_source(f"Feed {n}", url=f"https://{n}.example.org/feed") for n in range(100)]
    urns = [one.url.rpartition("/")[2] for one in pages]

    def poll_all(day):
        far_end = SlowProviders(day=day, councils=urns, others=len(feeds) + 1)
        poll = fetching.poll([search, *feeds, *pages], far_end, on_check=lambda _: None, patience=None)
        return [check.source for check in asyncio.run(poll)]

    poll_all("16 June 2026")
    clock.time += 17 * MINUTE
    poll_all("17 June 2026")
    assert schedule.due(pages, store.sources.states(), clock()) == pages
