"""A check believes what a source shows as far as it deserves, and asks again no more than it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from checked import DAY, FEED, HOUR, MINUTE, rss, titles

from monitor.model import SourceKind
from monitor.store import CheckStatus

CONSENT_PAGE = b"<html><head><title>Before you continue</title></head><body><p>Cookies?</p></body></html>"


class NoReaders:
    """In place of the child processes, where nothing is to be read."""

    async def run(self, *_):
        raise AssertionError("a document was read")


def conditions(web) -> list[tuple[str | None, str | None]]:
    """If-None-Match and If-Modified-Since of each request."""
    return [(headers.get("If-None-Match"), headers.get("If-Modified-Since")) for _, headers, _ in web.requests]


def titles_to_read(check) -> list[str]:
    return [item.title for item in check.items if item.key in check.to_read]


def test_the_same_bytes_as_last_time_are_not_read_again(web, feed, check):
    web.shows(FEED, rss("One", "Two"))
    first = check(feed)
    again = check(feed, first.state, readers=NoReaders())
    assert (again.status, again.unchanged, again.items) == (CheckStatus.UNCHANGED, 2, ())


def test_known_entries_in_a_changed_document_are_not_items_again(web, feed, check):
    web.shows(FEED, rss("One", "Two"))
    first = check(feed)
    web.shows(FEED, rss("Three", "One", "Two"))
    second = check(feed, first.state)
    assert (titles(second), second.unchanged) == (["Three"], 2)


def test_what_the_server_gave_to_tell_versions_apart_is_sent_back(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"', Last_Modified="Tue, 16 Jun 2026 09:00:00 GMT")
    first = check(feed)
    web.shows(FEED, status=304)
    second = check(feed, first.state, readers=NoReaders())
    assert second.status is CheckStatus.UNCHANGED
    assert conditions(web) == [(None, None), ('"v1"', "Tue, 16 Jun 2026 09:00:00 GMT")]


def test_a_304_without_an_etag_keeps_the_one_we_have(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, status=304)
    second = check(feed, first.state)
    assert second.state.etag == '"v1"'


def test_a_304_with_another_etag_replaces_ours(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, status=304, ETag='W/"v1"')
    assert check(feed, first.state).state.etag == 'W/"v1"'


def test_a_document_without_an_etag_takes_the_old_one_with_it(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, rss("Two", "One"))
    assert check(feed, first.state).state.etag is None


def test_once_a_day_a_whole_document_is_asked_for(web, feed, check, now):
    whole, not_modified = {"body": rss("One"), "ETag": '"v1"'}, {"status": 304}
    state = None
    for hours, answer in ((0, whole), (23, not_modified), (24, whole), (25, not_modified)):
        web.shows(FEED, **answer)
        state = check(feed, state, at=now + hours * HOUR).state
    assert conditions(web) == [(None, None), ('"v1"', None), (None, None), ('"v1"', None)]


def test_an_edited_address_starts_the_source_afresh(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows("/other", rss("One"))
    second = check(replace(feed, url=web.url + "/other"), first.state)
    assert conditions(web)[-1] == (None, None)
    assert titles(second) == ["One"]
    assert second.items[0].from_first_check


def test_what_was_there_at_the_first_check_is_marked(web, feed, check):
    web.shows(FEED, rss("One"))
    first = check(feed)
    web.shows(FEED, rss("Two", "One"))
    second = check(feed, first.state)
    assert [item.from_first_check for item in (*first.items, *second.items)] == [True, False]


def test_a_check_that_failed_was_not_the_first(web, feed, check):
    failed = check(feed)
    assert failed.reason == "HTTP 404"
    web.shows(FEED, rss("One"))
    assert check(feed, failed.state).items[0].from_first_check


def test_pages_of_the_backlog_are_not_fetched_but_those_of_this_week_are(web, feed, check, now):
    dated = b"".join(
        f"<item><title>{title}</title><link>https://gazette.example.org/{title}</link>"
        f"<pubDate>{when:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>".encode()
        for title, when in (("old", now - 30 * DAY), ("recent", now - DAY))
    )
    web.shows(FEED, b"<rss><channel>" + dated + rss("undated").partition(b"</title>")[2])
    found = check(replace(feed, full_text=True))
    assert titles(found) == ["old", "recent", "undated"]
    assert titles_to_read(found) == ["recent"]


def test_the_page_of_every_later_entry_is_fetched_where_the_source_says_so(web, feed, check):
    web.shows(FEED, rss("One"))
    first = check(feed)
    web.shows(FEED, rss("Two", "One"))
    assert titles_to_read(check(feed, first.state)) == []
    assert titles_to_read(check(replace(feed, full_text=True), first.state)) == ["Two"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param({"body": CONSENT_PAGE, "Content_Type": "text/html"}, "Before you continue", id="a consent page"),
        pytest.param({"status": 500}, "HTTP 500", id="an error"),
        pytest.param({"body": b""}, "an empty document", id="nothing at all"),
    ],
)
def test_a_failed_check_keeps_all_that_was_known(web, feed, check, now, answer, reason):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, **answer)
    later = now + HOUR
    failed = check(feed, first.state, at=later)
    assert failed.status is CheckStatus.FAILED
    assert reason in failed.reason
    trouble = {
        "failures": 1,
        "failing_since": later,
        "error": failed.reason,
        "last_check_at": later,
        "next_at": later + 10.5 * MINUTE,
    }
    assert failed.state == replace(first.state, **trouble)


def test_trouble_is_counted_from_its_first_day_and_forgotten_when_it_ends(web, feed, check, now):
    state = None
    for hours in range(3):
        state = check(feed, state, at=now + hours * HOUR).state
    assert (state.failures, state.failing_since) == (3, now)
    web.shows(FEED, rss("One"))
    well = check(feed, state, at=now + DAY).state
    assert (well.failures, well.failing_since, well.error) == (0, None, "")


def test_a_quiet_source_is_asked_less_and_less(web, feed, check, now):
    web.shows(FEED, rss("One"))
    state, intervals = None, []
    for day in range(3):
        state = check(feed, state, at=now + day * DAY).state
        intervals.append(timedelta(seconds=state.interval_s))
    assert intervals == [10 * MINUTE, 15 * MINUTE, 22.5 * MINUTE]


def test_a_committee_system_is_asked_for_its_whats_new_feed(make_source, web, check):
    source = make_source(kind=SourceKind.MODERNGOV, url=web.url + "/committees")
    web.shows("/committees/mgRss.aspx?XXR=0", rss("One"))
    assert titles(check(source)) == ["One"]


def test_pages_are_asked_for_only_where_robots_txt_allows_it_and_feeds_always(ofsteds, feed, web, check):
    web.shows("/robots.txt", b"User-agent: *\nDisallow: /\n")
    web.shows(FEED, rss("One"))
    assert "robots.txt" in check(ofsteds).reason
    assert not check(feed).reason
