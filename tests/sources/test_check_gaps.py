"""A feed that is cut short forgets nothing; one whose entries passed by unseen is asked more often."""

from __future__ import annotations

from dataclasses import replace

import pytest
from checked import DAY, FEED, HOUR, MINUTE, headlines, rss, titles

from monitor.model import SourceKind
from monitor.store import CheckStatus


def test_an_old_entry_that_comes_late_to_a_feed_is_no_history(web, feed, check):
    old = rss("Old").replace(b"</item>", b"<pubDate>Mon, 06 Apr 2026 09:00:00 GMT</pubDate></item>")
    web.shows(FEED, rss("One"))
    first = check(feed)
    web.shows(FEED, old)
    assert not check(feed, first.state).items[0].from_first_check


def test_a_feed_that_breaks_off_keeps_what_was_read_and_vouches_for_nothing(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, rss("Three", "Two", "One")[:-60], ETag='"v2"')
    second = check(feed, first.state)
    assert titles(second) == ["Three", "Two"]
    assert second.status is CheckStatus.FAILED
    assert "broke off" in second.reason
    assert (second.state.etag, second.state.marks) == ('"v1"', first.state.marks)
    assert second.state.body_hash == first.state.body_hash  # the same half will be read again, not taken for known


def test_a_feed_that_has_gone_empty_fails_for_as_long_and_forgets_no_entry(web, feed, check, now):
    web.shows(FEED, rss("One", "Two"), ETag='"v1"')
    state = check(feed).state
    web.shows(FEED, rss(), ETag='"v2"')
    for days in (1, 2, 9):
        empty = check(feed, state, at=now + days * DAY)
        assert (empty.status, empty.reason) == (CheckStatus.FAILED, "shows no entry where there were 2")
        state = empty.state
    assert (state.failures, state.failing_since, state.etag) == (3, now + DAY, '"v1"')
    web.shows(FEED, rss("Three", "One", "Two"))
    well = check(feed, state, at=now + 10 * DAY)
    assert (titles(well), well.unchanged, well.state.failing_since) == (["Three"], 2, None)


def test_a_feed_that_is_empty_at_its_first_check_has_nothing_to_tell_yet(web, feed, check, now):
    web.shows(FEED, rss())
    first = check(feed)
    again = check(feed, first.state, at=now + DAY)
    assert [(one.status, one.unchanged, one.state.note) for one in (first, again)] == [
        (CheckStatus.UNCHANGED, 0, "")
    ] * 2
    web.shows(FEED, rss("One"))
    assert not check(feed, again.state, at=now + 2 * DAY).items[0].from_first_check


SEARCHES = [
    "/rss/search?q=Wexmoor",
    "/search/all.atom?organisations=ofsted",
    "/doc?mode=artlist&query=Wexmoor",
    "/?s=Wexmoor",
]


@pytest.mark.parametrize("path", SEARCHES)
def test_a_search_may_find_nothing_and_says_so_and_since_when(make_source, web, check, now, path):
    search = make_source(url=web.url + path)
    web.shows(path, rss("One", "Two"), ETag='"v1"')
    first = check(search)
    web.shows(path, rss(), ETag='"v2"')
    state = first.state
    for days in (1, 2):
        empty = check(search, state, at=now + days * DAY)
        assert (empty.status, empty.unchanged) == (CheckStatus.UNCHANGED, 0)
        state = empty.state
    assert (state.note, state.failing_since) == ("finds nothing now, where it found 2", now + DAY)
    assert (state.failures, state.marks, state.interval_s) == (0, first.state.marks, first.state.interval_s)
    web.shows(path, rss("One", "Two"), ETag='"v1"')
    well = check(search, state, at=now + 2 * DAY + HOUR)
    assert (well.unchanged, well.state.note, well.state.failing_since) == (2, "", None)


def test_a_committee_system_may_have_nothing_new(make_source, web, check, now):
    source = make_source(kind=SourceKind.MODERNGOV, url=web.url + "/committees")
    web.shows("/committees/mgRss.aspx?XXR=0", rss("One"))
    first = check(source)
    web.shows("/committees/mgRss.aspx?XXR=0", rss())
    assert not check(source, first.state, at=now + DAY).reason


def test_a_gap_is_noticed_and_the_source_is_polled_as_often_as_it_may(web, feed, check, now):
    web.shows(FEED, rss(*headlines(1, 20)))
    state = replace(check(feed).state, interval_s=HOUR.total_seconds() * 6)
    web.shows(FEED, rss(*headlines(30, 50)))
    found = check(feed, state, at=now + DAY)
    assert found.state.gap_at == now + DAY
    assert found.state.next_at == now + DAY + 10.5 * MINUTE  # half of the jitter


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(headlines(1, 20), headlines(20, 40), id="one entry in common"),
        pytest.param(headlines(1, 3), headlines(4, 6), id="too few to tell"),
        pytest.param(headlines(1, 30), headlines(31, 40), id="much shorter than it was"),
        pytest.param((), headlines(1, 20), id="it was empty"),
    ],
)
def test_it_is_no_gap_when(web, feed, check, before, after):
    web.shows(FEED, rss(*before))
    first = check(feed)
    web.shows(FEED, rss(*after))
    assert check(feed, first.state).state.gap_at is None


def test_a_document_with_thousands_of_new_entries_is_taken_in_part_and_is_a_gap(web, feed, check, now):
    web.shows(FEED, rss("Headline 0"))
    first = check(feed)
    web.shows(FEED, rss(*headlines(1, 1_200), "Headline 0"))
    found = check(feed, first.state, at=now + DAY)
    assert titles(found) == list(headlines(1, 500))
    assert found.state.note == "showed 1,200 new entries; 500 were taken"
    assert found.state.gap_at == now + DAY
    web.shows(FEED, rss("Headline 1201", *headlines(1, 1_200), "Headline 0"))
    assert titles(check(feed, found.state, at=now + 2 * DAY)) == ["Headline 1201"]


def test_entries_that_all_change_their_addresses_are_recognised_and_new_to_nobody(web, feed, check, store):
    web.shows(FEED, rss(*headlines(1, 10)))
    first = check(feed)
    store.items.save([first])
    web.shows(FEED, rss("Headline 11", *headlines(1, 10), place="moved"))
    (found,) = store.items.save([check(feed, first.state)])
    assert (found.new, found.changed, found.unchanged) == (1, 0, 10)
    assert "10 entries came under new addresses" in found.state.note
    assert found.state.gap_at is None


def test_what_a_check_counts_adds_up_to_what_the_document_shows(web, feed, check, store):
    state, counts = None, []
    for first, last in ((1, 20), (21, 40), (1, 20), (11, 30)):
        web.shows(FEED, rss(*headlines(first, last)))
        (found,) = store.items.save([check(feed, state)])
        state = found.state
        counts.append((found.new, found.changed, found.unchanged))
    assert counts == [(20, 0, 0), (20, 0, 0), (0, 0, 20), (0, 0, 20)]
