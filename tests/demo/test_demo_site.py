"""The site answers as a polite publisher does, and shows Ofsted's pages and files."""

from __future__ import annotations

import gzip
import urllib.request
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from demo_client import NOW, Get, Reply

from monitor.councils import council_named
from monitor.demo.reports import Kind, Report
from monitor.model import Grade

if TYPE_CHECKING:
    from monitor.demo.site import DemoSite

FEED = "/newsroom/feed/"
FOLLOWED = ("Devon", "Leicestershire", "Middlesbrough", "North East Lincolnshire")


def provider(name: str) -> str:
    council = council_named(name)
    assert council is not None
    return f"/ofsted/provider/44/{council.urn}"


def timeline(get: Get, name: str) -> list[tuple[str, str, str]]:
    """(event, event date, file path) of each report on a council's page."""
    page = BeautifulSoup(get(provider(name)).body, "lxml")
    days = page.select("ol.timeline > li.timeline__day:has(a.publication-link)")
    return [
        (
            str(day.select_one("span.nonvisual").get_text()),  # type: ignore[union-attr]
            str(day.select_one("p.timeline__date > time").get_text()),  # type: ignore[union-attr]
            "/" + str(day.select_one("a.publication-link")["href"]).split("/", 3)[3],  # type: ignore[index]
        )
        for day in days
    ]


@pytest.mark.parametrize("path", [FEED, provider("Devon"), "/listing/news", "/ofsted/v1/file/59990301"])
def test_unchanged_page_is_answered_with_304(get: Get, path: str) -> None:
    first = get(path)
    assert first.status == 200
    by_tag = get(path, If_None_Match=f'"other", W/{first.headers["ETag"]}')
    by_date = get(path, If_Modified_Since=first.headers["Last-Modified"])
    assert [(reply.status, reply.body) for reply in (by_tag, by_date)] == [(304, b""), (304, b"")]
    assert by_tag.headers["ETag"] == first.headers["ETag"]


def test_page_that_changed_overnight_is_answered_whole(site: DemoSite, get: Get) -> None:
    first = get(FEED)
    site.advance()
    by_tag = get(FEED, If_None_Match=first.headers["ETag"], If_Modified_Since="Wed, 01 Jan 2098 00:00:00 GMT")
    by_date = get(FEED, If_Modified_Since=first.headers["Last-Modified"])
    assert (by_tag.status, by_date.status) == (200, 200)


def test_nonsense_date_of_a_client_is_no_condition(get: Get) -> None:
    assert get(FEED, If_Modified_Since="yesterday").status == 200


def test_feed_that_changes_at_every_request_has_no_validators(get: Get) -> None:
    reply = get("/trade/feed/")
    assert reply.headers["ETag"] is None
    assert reply.headers["Last-Modified"] is None


def test_text_travels_packed_to_clients_that_can_unpack_it(get: Get) -> None:
    plain, packed = get(FEED), get(FEED, Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert get("/ofsted/v1/file/59990301", Accept_Encoding="gzip").headers["Content-Encoding"] is None


def test_head_has_the_headers_and_no_body(get: Get) -> None:
    whole, head = get(FEED), get(FEED, method="HEAD")
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_requests_are_written_down_in_order(site: DemoSite, get: Get) -> None:
    get("/robots.txt")
    get("/nothing/here?x=1", method="HEAD")
    assert site.requests == [("GET", "/robots.txt", 200), ("HEAD", "/nothing/here?x=1", 404)]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/here",
        "/ofsted/provider/44/89999",
        "/ofsted/v1/file/59990104",
        "/newsroom/our-response-on-social-work-staffing/",
    ],
    ids=["unknown", "another council", "tomorrow's report", "tomorrow's news"],
)
def test_what_is_not_there_yet_is_404(get: Get, path: str) -> None:
    assert get(path).status == 404


def test_robots_are_told_what_they_may_not_read(site: DemoSite, get: Get) -> None:
    assert get("/robots.txt").body == get("/ofsted/robots.txt").body == b"User-agent: *\nDisallow: /admin\n"
    site.disallow("/ofsted/search")
    assert get("/robots.txt").body.endswith(b"\nDisallow: /ofsted/search\n")


def test_front_page_lists_the_sources(site: DemoSite, get: Get) -> None:
    page = BeautifulSoup(get("/").body, "lxml")
    paths = [str(link["href"]) for link in page.select("li a")]
    assert set(map(provider, FOLLOWED)) <= set(paths)
    assert all(get(path).status == 200 for path in paths)


@pytest.mark.parametrize("name", FOLLOWED)
def test_each_council_has_a_history_whose_files_open(get: Get, name: str) -> None:
    events = timeline(get, name)
    assert 2 <= len(events) <= 4
    for _, _, path in events:
        reply = get(path)
        assert reply.headers["Content-Type"] == "application/pdf"
        assert reply.body.startswith(b"%PDF-")


def test_new_reports_stand_at_the_top_weeks_after_the_inspectors_left(site: DemoSite, get: Get) -> None:
    before = {name: timeline(get, name) for name in FOLLOWED}
    site.advance()
    after = {name: timeline(get, name) for name in FOLLOWED}
    new = {name: after[name][: len(after[name]) - len(before[name])] for name in FOLLOWED}
    assert {name: [event for event, _, _ in events] for name, events in new.items()} == {
        "Devon": [],
        "Leicestershire": ["Children's services focused visit, PDF - 17 June 2026"],
        "Middlesbrough": ["Children's services inspection, PDF - 17 June 2026"],
        "North East Lincolnshire": [],
    }
    left = datetime.strptime(new["Middlesbrough"][0][1], "%d %B %Y").replace(tzinfo=UTC)
    assert 6 * 7 <= (NOW - left).days <= 8 * 7


def visit(council: str, file: str, **changes: Any) -> Report:
    return Report(council=council, file=file, kind=Kind.FOCUSED_VISIT, **changes)


def test_report_published_between_two_polls_stands_on_top_and_its_file_opens(site: DemoSite, get: Get) -> None:
    before = timeline(get, "Devon")
    site.publish(visit("Devon", "59990901", title="An odd letter"))
    after = timeline(get, "Devon")
    assert after[0][0] == "An odd letter, PDF - 17 June 2026"
    assert [path for _, _, path in after[1:]] == [path for _, _, path in before]
    assert get("/ofsted/v1/file/59990901").body == get("/ofsted-files/v1/file/59990901").body
    assert get("/ofsted/v1/file/59990901").body.startswith(b"%PDF-")


def test_reports_of_one_day_stand_in_the_order_they_came(site: DemoSite, get: Get) -> None:
    site.publish(visit("Devon", "59990901"), visit("Devon", "59990902"))
    site.publish(visit("Devon", "59990903"))
    assert [path[-1] for _, _, path in timeline(get, "Devon")[:3]] == ["3", "2", "1"]


def test_report_of_an_earlier_day_takes_its_place_below(site: DemoSite, get: Get) -> None:
    site.publish(visit("Devon", "59990901", published_on=date(2019, 3, 4)))
    event, day, path = timeline(get, "Devon")[-1]
    assert (event[-12:], day, path[-8:]) == ("4 March 2019", "16 January 2019", "59990901")


def test_replaced_report_stands_under_a_new_file_and_the_old_one_is_gone(site: DemoSite, get: Get) -> None:
    site.publish(visit("Devon", "59990901"))
    (event, day, _), *others = timeline(get, "Devon")
    site.replace("59990901", visit("Devon", "59990902"))
    assert timeline(get, "Devon") == [(event, day, "/ofsted/v1/file/59990902"), *others]
    assert get("/ofsted/v1/file/59990901").status == 404


def test_withdrawn_report_is_gone(site: DemoSite, get: Get) -> None:
    before = timeline(get, "Devon")
    site.withdraw(before[0][2].rpartition("/")[2])
    assert [path for _, _, path in timeline(get, "Devon")] == [path for _, _, path in before[1:]]
    assert get(before[0][2]).status == 404


def test_council_without_reports_has_a_page_that_says_so(get: Get) -> None:
    assert timeline(get, "Wolverhampton") == []
    assert b"Wolverhampton" in get(provider("Wolverhampton")).body


SEARCH = "/ofsted/search?q=&level_1_types=3&level_2_types{}=12&start=0&rows={}"


def results(reply: Reply) -> dict[str, dict[str, str]]:
    """What the search's page says of each council, by number."""
    page = BeautifulSoup(reply.body, "lxml")
    found = {}
    for row in page.select("ul.results-list > li.search-result"):
        facts = dict(fact.get_text().split(": ", 1) for fact in row.select("ul.search-result__provider-info li"))
        found[facts["URN"]] = facts
    return found


@pytest.mark.parametrize("brackets", ["[]", "%5B%5D"])
@pytest.mark.parametrize("rows", [100, 14_000])
def test_search_shows_every_council_a_hundred_to_a_page(get: Get, brackets: str, rows: int) -> None:
    first = get(SEARCH.format(brackets, rows))
    page = BeautifulSoup(first.body, "lxml")
    onwards = page.select_one("a.pagination__next")
    assert onwards is not None
    assert page.select_one("strong.results-count").get_text() == "153"  # type: ignore[union-attr]
    second = get(str(onwards["href"]))
    assert (len(results(first)), len(results(second))) == (100, 53)
    assert b"pagination__next" not in second.body
    assert len(results(first) | results(second)) == 153


def test_search_shows_the_day_of_the_latest_report_and_the_grade_of_the_last_inspection(
    site: DemoSite, get: Get
) -> None:
    def shown() -> tuple[str | None, str]:
        facts = results(get(SEARCH.format("[]", 100)))["80461"]
        return facts.get("Rating"), facts["Latest report"]

    assert shown() == ("Inadequate", "17 February 2026")
    site.publish(visit("Devon", "59990901"))
    assert shown() == ("Inadequate", "17 June 2026")
    graded = {"impact_of_leaders": Grade.GOOD}  # as since April 2026, without an overall grade
    site.publish(Report(council="Devon", file="59990902", kind=Kind.INSPECTION, judgements=graded))
    assert shown() == (None, "17 June 2026")


def test_search_for_something_else_finds_nothing(get: Get) -> None:
    assert results(get("/ofsted/search?level_1_types=1&start=0&rows=100")) == {}


def test_listing_reads_with_its_selectors(site: DemoSite, get: Get) -> None:
    before = BeautifulSoup(get("/listing/news").body, "lxml").select("article")
    site.advance()
    after = BeautifulSoup(get("/listing/news").body, "lxml").select("article")
    assert (len(before), len(after)) == (4, 6)
    for article in after:
        link, day = article.select_one("h2 a"), article.select_one("time")
        assert link is not None
        assert day is not None
        assert day["datetime"] <= "2026-06-17"
        assert get(str(link["href"])).status == 200


def test_article_stands_among_clutter(get: Get) -> None:
    page = BeautifulSoup(get("/listing/news/new-flats-for-care-leavers/").body, "lxml")
    article = page.select_one("main article")
    assert article is not None
    assert "personal adviser" in article.get_text()
    assert "newsletter" not in article.get_text()
    assert "newsletter" in page.get_text()


def test_site_can_be_opened_at_its_address(site: DemoSite) -> None:
    with urllib.request.urlopen(f"{site.url}/ofsted/v1/file/59990101", timeout=5) as reply:
        document = pypdfium2.PdfDocument(reply.read())
    assert "Middlesbrough" in document[0].get_textpage().get_text_range()
    document.close()
