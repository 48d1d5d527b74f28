"""A feed that is cut short forgets nothing; one whose entries passed by unseen is asked more often."""

from __future__ import annotations

from dataclasses import replace

import pytest
from checked import DAY, FEED, HOUR, MINUTE, headlines, rss, titles

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


def test_an_empty_feed_forgets_no_entry(web, feed, check):
    web.shows(FEED, rss("One", "Two"))
    first = check(feed)
    web.shows(FEED, rss())
    second = check(feed, first.state)
    assert not second.reason
    web.shows(FEED, rss("Three", "One", "Two"))
    assert titles(check(feed, second.state)) == ["Three"]


def test_a_gap_is_noticed_and_the_source_is_polled_as_often_as_it_may(web, feed, check, now):
    web.shows(FEED, rss(*headlines(1, 20)))
    state = replace(check(feed).state, interval_s=HOUR.total_seconds() * 6)
    web.shows(FEED, rss(*headlines(30, 50)))
    found = check(feed, state, at=now + DAY)
    assert found.state.gap_at == now + DAY
    assert found.state.next_at == now + DAY + 10 * MINUTE


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
    assert found.new == 1
    assert "10 entries came under new addresses" in found.state.note
    assert found.state.gap_at is None
