"""A source is asked as often as it brings something, and no oftener than its publisher deserves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import SourceKind
from monitor.sources import schedule
from monitor.store import SourceState

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))


@pytest.fixture
def state_of(now):
    """Where a source stands that was checked an hour ago and is due now, unless told otherwise."""

    def make(source, **changes):
        known = {"name": source.name, "url": source.url, "last_check_at": now - HOUR, "next_at": now}
        return SourceState(**known | changes)

    return make


# --- due -----------------------------------------------------------------------------------------------------


def test_a_source_never_checked_is_due(make_source, now):
    source = make_source()
    assert schedule.due([source], {}, now) == [source]


@pytest.mark.parametrize(
    ("next_in", "is_due"),
    [
        pytest.param(-DAY, True, id="a day ago"),
        pytest.param(timedelta(0), True, id="at this very moment"),
        pytest.param(SECOND, False, id="in a second"),
        pytest.param(30 * DAY, False, id="in a month: its interval says so"),
    ],
)
def test_a_source_is_due_from_its_next_check_on(make_source, state_of, now, next_in, is_due):
    source = make_source()
    states = {source.name: state_of(source, next_at=now + next_in)}
    assert bool(schedule.due([source], states, now)) is is_due


def test_a_source_whose_address_was_edited_is_due_at_once(make_source, state_of, now):
    source = make_source()
    before = state_of(source, url="https://old.example.org/rss", next_at=now + DAY)
    assert schedule.due([source], {source.name: before}, now) == [source]


@pytest.mark.parametrize("ahead_by", [HOUR, DAY, 3650 * DAY], ids=["an hour", "a day", "ten years"])
def test_a_clock_that_was_ahead_and_is_set_back_keeps_no_source_waiting(make_source, state_of, now, ahead_by):
    source = make_source()
    wrong_now = now + ahead_by
    state = state_of(source, last_check_at=wrong_now, next_at=wrong_now + HOUR)
    assert schedule.due([source], {source.name: state}, now) == [source]


def test_a_clock_set_ahead_makes_every_source_due_once(make_source, state_of, now):
    source = make_source()
    state = state_of(source, next_at=now + HOUR)
    later = now + 365 * DAY
    assert schedule.due([source], {source.name: state}, later) == [source]
    checked = state_of(source, last_check_at=later, next_at=later + HOUR)
    assert schedule.due([source], {source.name: checked}, later) == []


def test_the_longest_waiting_source_comes_first_and_equals_keep_their_order(make_source, state_of, now):
    sources = [make_source(name) for name in ("an hour", "a day", "never", "another hour")]
    waits = {"an hour": HOUR, "another hour": HOUR, "a day": DAY}
    states = {one.name: state_of(one, next_at=now - waits[one.name]) for one in sources if one.name in waits}
    assert [one.name for one in schedule.due(sources, states, now)] == ["never", "a day", "an hour", "another hour"]


# --- how often -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "least", "most", "expected"),
    [
        pytest.param(SourceKind.FEED, 10 * MINUTE, 12 * HOUR, (10 * MINUTE, 12 * HOUR), id="a feed: as configured"),
        pytest.param(SourceKind.FEED, MINUTE, 12 * HOUR, (5 * MINUTE, 12 * HOUR), id="a feed: never under 5 minutes"),
        pytest.param(SourceKind.OFSTED, 10 * MINUTE, 12 * HOUR, (3 * HOUR, 6 * HOUR), id="Ofsted: a few times a day"),
        pytest.param(SourceKind.OFSTED, 8 * HOUR, 12 * HOUR, (8 * HOUR, 8 * HOUR), id="Ofsted: asked even less"),
        pytest.param(SourceKind.PAGE, 10 * MINUTE, HOUR, (2 * HOUR, 2 * HOUR), id="a page: its least outweighs a most"),
        pytest.param(SourceKind.MODERNGOV, 10 * MINUTE, 12 * HOUR, (4 * HOUR, 12 * HOUR), id="committees: slow"),
    ],
)
def test_intervals_stay_within_what_a_publisher_deserves(make_source, kind, least, most, expected):
    assert schedule.bounds(make_source(kind=kind), least=least, most=most) == expected


def test_an_interval_written_in_the_configuration_is_exactly_kept(make_source):
    source = make_source(kind=SourceKind.OFSTED, interval=MINUTE)
    assert schedule.bounds(source, least=10 * MINUTE, most=12 * HOUR) == (MINUTE, MINUTE)


@pytest.mark.parametrize(
    ("previous", "share_new", "expected"),
    [
        pytest.param(timedelta(0), 0.0, 10 * MINUTE, id="the first time: the least"),
        pytest.param(HOUR, 0.0, 90 * MINUTE, id="nothing new: half as long again"),
        pytest.param(HOUR, 0.1, HOUR, id="something new: as before"),
        pytest.param(HOUR, 0.5, 30 * MINUTE, id="half of it new: twice as often"),
        pytest.param(HOUR, 1.0, 30 * MINUTE, id="all of it new: twice as often"),
        pytest.param(15 * MINUTE, 1.0, 10 * MINUTE, id="never under the least"),
        pytest.param(10 * HOUR, 0.0, 12 * HOUR, id="never over the most"),
        pytest.param(MINUTE, 0.1, 10 * MINUTE, id="the configured least was raised meanwhile"),
        pytest.param(DAY, 0.1, 12 * HOUR, id="the configured most was lowered meanwhile"),
    ],
)
def test_a_source_that_brings_news_is_asked_oftener(previous, share_new, expected):
    assert schedule.interval_after_success(previous, share_new, 10 * MINUTE, 12 * HOUR) == expected


@pytest.mark.parametrize(
    ("interval", "low", "high", "first", "last"),
    [
        pytest.param(HOUR, 10 * MINUTE, 12 * HOUR, 60, 66, id="up to a tenth later"),
        pytest.param(10 * MINUTE, 10 * MINUTE, 12 * HOUR, 10, 11, id="nor sooner than the least"),
        pytest.param(11 * HOUR, 10 * MINUTE, 11 * HOUR, 600, 660, id="nor later than the most"),
        pytest.param(HOUR, HOUR, HOUR, 60, 60, id="exactly, where an interval is configured"),
    ],
)
def test_sources_that_were_added_together_drift_apart_within_their_bounds(now, interval, low, high, first, last):
    early, late = (schedule.next_after_success(now, interval, jitter, low=low, high=high) for jitter in (0.0, 0.9999))
    assert early - now == first * MINUTE
    assert last * MINUTE - SECOND * 5 < late - now <= last * MINUTE


# --- after a failure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "failures", "expected"),
    [
        pytest.param(HOUR, 1, 10 * MINUTE, id="soon again"),
        pytest.param(HOUR, 2, 20 * MINUTE, id="twice as long"),
        pytest.param(HOUR, 5, 160 * MINUTE, id="the fifth time"),
        pytest.param(HOUR, 9, DAY, id="never more than a day"),
        pytest.param(HOUR, 1_000_000, DAY, id="however often"),
        pytest.param(5 * MINUTE, 1, 5 * MINUTE, id="never later than it would have been asked anyway"),
        pytest.param(7 * DAY, 30, 7 * DAY, id="a weekly source is not asked daily because it fails"),
    ],
)
def test_a_failing_source_is_asked_soon_and_then_less_and_less_but_never_given_up(now, interval, failures, expected):
    assert schedule.next_after_failure(now, interval, failures, 0.0) - now == expected


def test_jitter_after_a_failure_only_adds(now):
    early, late = (schedule.next_after_failure(now, HOUR, 1, jitter) - now for jitter in (0.0, 0.999))
    assert early == 10 * MINUTE
    assert early < late < 11 * MINUTE


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        pytest.param(2 * HOUR, 2 * HOUR, id="longer than ours"),
        pytest.param(MINUTE, 10 * MINUTE, id="shorter than ours"),
    ],
)
def test_the_servers_retry_after_is_obeyed_when_longer(now, retry_after, expected):
    assert schedule.next_after_failure(now, HOUR, 1, 0.0, retry_after=retry_after) - now == expected


def test_a_page_that_is_gone_is_asked_weekly(now):
    assert schedule.next_after_failure(now, HOUR, 1, 0.0, gone=True) - now == 7 * DAY
