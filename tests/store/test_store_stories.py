"""Which items are about one event, and which of them a digest still owes its readers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import NO_COUNCIL, Classification, Telling, Window

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def understood(store, stored, make_classification):
    """Items stored and understood as relevant, not yet in a story."""

    def make(*items):
        found = stored(*items)
        store.classifications.save([(item, make_classification()) for item in found])
        return found

    return make


@pytest.fixture
def window(now):
    """The day before now."""
    return Window(start=now - DAY, end=now)


@pytest.fixture
def owed(store, window):
    """Keys of what a digest of that day owes, when the last one was composed as the day began."""

    def keys(subscription="weekday-briefing", *, window=window, late_since=window.start, now=window.end):
        found = store.stories.owed(subscription, window, late_since=late_since, now=now)
        return [one.item.key for one in found]

    return keys


class TestStory:
    def test_items_wait_for_one_oldest_first(self, store, understood, make_item):
        items = understood(*(make_item() for _ in range(3)))
        assert [told.item for told in store.stories.ungrouped(2)] == items[:2]

    def test_holds_the_items_put_into_it(self, store, understood, make_item, now):
        items = understood(*(make_item() for _ in range(3)))
        store.stories.save([(None, items[:2]), (None, items[2:])], now)
        first, second, third = store.stories.recent(now - DAY, {"Wexmoor"})
        assert [told.item for _, told in (first, second, third)] == items
        assert first[0] == second[0] != third[0]
        assert store.stories.ungrouped(10) == []

    def test_takes_more_items_later(self, store, understood, make_item, now):
        [first] = understood(make_item())
        store.stories.save([(None, [first])], now)
        [(story, _)] = store.stories.recent(now, {"Wexmoor"})
        [second] = understood(make_item(first_seen=now + HOUR))
        store.stories.save([(story, [second])], now + HOUR)
        assert [(number, told.item) for number, told in store.stories.recent(now + HOUR, {"Wexmoor"})] == [
            (story, first),
            (story, second),
        ]

    def test_that_went_quiet_is_not_recent(self, store, ready, make_item, now):
        ready(make_item())
        assert store.stories.recent(now + HOUR, {"Wexmoor"}) == []

    def test_is_recalled_for_the_councils_that_one_of_its_items_is_about(self, store, understood, make_item, now):
        items = understood(*(make_item(key=key) for key in ("first", "second", "third", "none")))
        about = {"first": ("Devon", "Torbay"), "second": ("Leeds",), "third": ("Leeds",), "none": ()}
        store.classifications.save(
            [(one, Classification(relevant=True, relevance=1.0, councils=about[one.key])) for one in items]
        )
        first, second, third, none = store.stories.ungrouped(10)
        store.stories.save([(None, [first.item, second.item]), (None, [third.item]), (None, [none.item])], now)

        def recalled(*councils: str) -> list[str]:
            return [told.item.key for _, told in store.stories.recent(now - DAY, set(councils))]

        assert recalled("Torbay") == ["first", "second"]
        assert recalled("Leeds") == ["first", "second", "third"]
        assert recalled(NO_COUNCIL) == ["none"]
        assert recalled("Kent") == []

    def test_stays_recent_when_an_item_stored_earlier_joins_it_late(self, store, understood, make_item, now):
        [early, late] = understood(make_item(first_seen=now - DAY), make_item(first_seen=now))
        store.stories.save([(None, [late])], now)
        [(story, _)] = store.stories.recent(now, {"Wexmoor"})
        store.stories.save([(story, [early])], now)
        assert len(store.stories.recent(now, {"Wexmoor"})) == 2


class TestOwed:
    def test_window_is_half_open(self, ready, make_item, owed, window):
        moments = {
            "before": window.start - HOUR / 60,
            "start": window.start,
            "within": window.start + HOUR,
            "end": window.end,
        }
        ready(*(make_item(key=key, first_seen=at) for key, at in moments.items()), ready_at=window.start - HOUR)
        assert owed() == ["start", "within"]

    def test_is_chosen_by_arrival_never_by_the_date_shown(self, ready, make_item, owed, window):
        old, future = window.start - 30 * DAY, window.end + 30 * DAY
        ready(
            make_item(key="old", first_seen=window.start, published=old),
            make_item(key="future", first_seen=window.start, published=future),
        )
        assert owed() == ["old", "future"]

    def test_takes_in_an_item_that_was_ready_only_after_the_last_digest_was_composed(
        self, ready, make_item, owed, window
    ):
        before = window.start - HOUR
        ready(make_item(key="late", first_seen=before), ready_at=window.start + HOUR)
        ready(make_item(key="in time", first_seen=before), ready_at=before)
        assert owed() == ["late"]

    def test_leaves_a_late_item_of_the_next_window_to_the_next_digest(self, ready, make_item, owed, window):
        ready(make_item(first_seen=window.end), ready_at=window.end)
        assert owed(now=window.end + HOUR) == []

    def test_takes_in_what_a_clock_that_ran_ahead_dated_in_the_future(self, ready, make_item, owed, window):
        year = window.end + 365 * DAY
        [item] = ready(make_item(first_seen=year), ready_at=year)
        assert owed() == [item.key]

    def test_leaves_out_what_was_told(self, ready, make_item, owed, tell, window):
        told, untold = ready(*(make_item(first_seen=window.start) for _ in range(2)))
        tell(told)
        assert owed() == [untold.key]

    def test_takes_in_what_the_last_digest_left_out_for_length(self, ready, make_item, owed, tell, window):
        [item] = ready(make_item(first_seen=window.start - DAY), ready_at=window.start - DAY)
        tell(item, how=Telling.COUNTED)
        assert owed() == [item.key]

    def test_is_each_subscriptions_own(self, ready, make_item, owed, tell, window):
        [item] = ready(make_item(first_seen=window.start))
        tell(item)
        assert owed("another") == [item.key]

    def test_leaves_out_what_has_no_story_yet(self, understood, make_item, owed, window):
        understood(make_item(first_seen=window.start))
        assert owed() == []

    def test_nothing_is_owed_of_an_empty_store(self, owed):
        assert owed() == []


class TestReports:
    def test_are_those_first_seen_since_then(self, store, ready, make_item, now):
        ready(
            make_item(key="old", is_report=True, first_seen=now - HOUR),
            make_item(key="new", is_report=True, first_seen=now),
            make_item(key="news", first_seen=now),
        )
        assert [one.item.key for one in store.stories.reports(now)] == ["new"]

    def test_that_were_there_at_the_first_check_alert_nobody(self, store, ready, make_item, now):
        ready(make_item(is_report=True, from_first_check=True))
        assert store.stories.reports(now) == []


def test_relevant_items_are_counted_from_when_they_were_first_seen(store, ready, make_item, now):
    ready(make_item(first_seen=now - HOUR))
    [recent] = ready(make_item(first_seen=now))
    assert [one.item for one in store.stories.relevant_since(now)] == [recent]


def test_item_unknown_or_not_relevant_is_not_ready(store, stored, make_item):
    [item] = stored(make_item())
    assert store.stories.ready(item.id) is None
    assert store.stories.ready(item.id + 1) is None


def test_what_arrived_in_a_window_comes_without_its_texts(store, ready, make_item, window):
    ready(
        make_item(key="before", first_seen=window.start - HOUR),
        make_item(key="within", first_seen=window.start, summary="…", text="…"),
        make_item(key="end", first_seen=window.end),
    )
    [one] = store.stories.arrived(window)
    assert (one.item.key, one.item.text, one.item.summary) == ("within", "", "")
