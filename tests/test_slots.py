"""A digest is due at the times its schedule names in local time, each once, and covers all since the last one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import slots
from monitor.model import QuietHours, Window

LONDON = ZoneInfo("Europe/London")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(schedule: str, now: str, *, since: str = "2020-01-01T00:00", last: tuple[str, str] | None = None):
    window = Window(start=utc(last[0]), end=utc(last[1])) if last else None
    return slots.due(schedule, now=utc(now), since=utc(since), last=window, zone=LONDON)


def names(schedule: str, first: str, last: str) -> list[str]:
    """The slots a service comes upon that looks every minute."""
    found: list[slots.Slot] = []
    moment, end = utc(first), utc(last)
    while moment < end:
        window = found[-1].window if found else None
        if slot := slots.due(schedule, now=moment, since=utc(first), last=window, zone=LONDON):
            found.append(slot)
        moment += MINUTE
    assert all(later.window.start == earlier.window.end for earlier, later in pairwise(found))
    return [slot.name for slot in found]


# --- when ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "now", "name"),
    [
        pytest.param("30 7 * * *", "2026-06-18T06:30", "2026-06-18T07:30+01:00", id="on the minute, in summer"),
        pytest.param("30 7 * * *", "2026-06-18T06:29", "2026-06-17T07:30+01:00", id="a minute early"),
        pytest.param("30 7 * * *", "2026-01-18T07:30", "2026-01-18T07:30+00:00", id="in winter"),
        pytest.param("30 7 * * mon-fri", "2026-06-21T12:00", "2026-06-19T07:30+01:00", id="not on a Sunday"),
        pytest.param("0 9 29 2 *", "2027-05-01T00:00", "2024-02-29T09:00+00:00", id="leap day"),
        pytest.param("0 9 1 1 *", "2026-12-31T23:59", "2026-01-01T09:00+00:00", id="once a year"),
    ],
)
def test_the_slot_is_the_latest_time_the_schedule_named(schedule, now, name):
    assert due(schedule, now).name == name


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        pytest.param("30 1 * * *", ["2026-03-29T02:00+01:00"], id="in the hour that is skipped: right after it"),
        pytest.param("30 7 * * *", ["2026-03-29T07:30+01:00"], id="later that day: by the new time"),
        pytest.param(
            "*/30 0-2 * * *",
            [f"2026-03-29T{time}" for time in ("00:00+00:00", "00:30+00:00", "02:00+01:00", "02:30+01:00")],
            id="every half hour: none twice",
        ),
    ],
)
def test_when_clocks_go_forward_no_slot_is_lost(schedule, expected):
    assert names(schedule, "2026-03-28T23:59", "2026-03-29T12:00") == expected


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        pytest.param("30 1 * * *", ["2026-10-25T01:30+01:00"], id="in the hour that comes twice: once"),
        pytest.param("30 7 * * *", ["2026-10-25T07:30+00:00"], id="later that day: by the new time"),
        pytest.param(
            "*/30 1 * * *",
            [f"2026-10-25T{time}" for time in ("01:00+01:00", "01:30+01:00", "01:00+00:00", "01:30+00:00")],
            id="every half hour: told apart by their offset",
        ),
    ],
)
def test_when_clocks_go_back_no_slot_comes_twice(schedule, expected):
    assert names(schedule, "2026-10-24T23:59", "2026-10-25T12:00") == expected


def test_a_slot_missed_in_the_hour_that_comes_twice_is_found_at_once():
    assert due("30 1 * * *", "2026-10-25T01:05", last=("2026-10-23T00:30", "2026-10-24T00:30")) == slots.Slot(
        name="2026-10-25T01:30+01:00", window=Window(start=utc("2026-10-24T00:30"), end=utc("2026-10-25T00:30"))
    )


@given(
    schedule=st.sampled_from(["30 7 * * mon-fri", "30 1 * * *", "*/30 * * * *", "15,45 1,2 * * *", "0 9 1 * *"]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them so
)
def test_between_the_latest_slot_and_the_next_lies_now_and_no_other_slot(schedule, now):
    latest, upcoming = slots.latest(schedule, now, LONDON), slots.upcoming(schedule, now, LONDON)
    assert latest <= now < upcoming
    assert slots.upcoming(schedule, latest, LONDON) == upcoming
    assert slots.latest(schedule, upcoming, LONDON) == upcoming


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        pytest.param("2026-01-18", "2026-01-18T00:00", id="in winter"),
        pytest.param("2026-06-18", "2026-06-17T23:00", id="in summer"),
        pytest.param("2026-03-29", "2026-03-29T00:00", id="the day clocks go forward"),
        pytest.param("2026-10-25", "2026-10-24T23:00", id="the day clocks go back"),
    ],
)
def test_a_day_begins_at_its_local_midnight(day, moment):
    assert slots.midnight(date.fromisoformat(day), LONDON) == utc(moment)


# --- what it covers ------------------------------------------------------------------------------------------


def test_the_first_window_is_one_usual_interval():
    weekdays = due("30 7 * * mon-fri", "2026-06-22T08:00", since="2026-06-21T08:00")
    assert weekdays.window == Window(start=utc("2026-06-19T06:30"), end=utc("2026-06-22T06:30"))


def test_a_first_window_whose_slot_was_missed_still_covers_all_since_the_subscription_was_met():
    slot = due("30 7 * * *", "2026-06-22T09:00", since="2026-06-18T16:00")
    assert slot == slots.Slot(
        name="2026-06-22T07:30+01:00", window=Window(start=utc("2026-06-18T06:30"), end=utc("2026-06-22T06:30"))
    )


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        pytest.param("30 7 29 2 *", ["2024-02-29", "2028-02-29", "2032-02-29"], id="the leap day itself"),
        pytest.param("30 7 * * tue", ["2028-02-22", "2028-02-29", "2028-03-07"], id="a week over it"),
        pytest.param("30 7 1 * *", ["2028-02-01", "2028-03-01", "2028-04-01"], id="a month over it"),
    ],
)
def test_windows_meet_over_a_leap_day(schedule, days):
    first, second, third = (f"{day}T07:30" for day in days)
    slot = due(schedule, second, since=first)
    assert slot.window == Window(start=slots.latest(schedule, utc(first), LONDON), end=slot.window.end)
    later = slots.due(schedule, now=utc(third), since=utc(first), last=slot.window, zone=LONDON)
    assert later.window.start == slot.window.end
    assert [one.name[:10] for one in (slot, later)] == days[1:]


def test_a_later_window_begins_where_the_last_one_ended():
    slot = due("30 7 * * *", "2026-06-18T06:31", last=("2026-06-16T06:30", "2026-06-17T06:30"))
    assert slot.window == Window(start=utc("2026-06-17T06:30"), end=utc("2026-06-18T06:30"))


def test_slots_missed_while_the_machine_was_off_are_caught_up_once_with_one_window():
    slot = due("30 7 * * *", "2026-06-20T12:00", last=("2026-06-16T06:30", "2026-06-17T06:30"))
    assert slot == slots.Slot(
        name="2026-06-20T07:30+01:00", window=Window(start=utc("2026-06-17T06:30"), end=utc("2026-06-20T06:30"))
    )
    assert due("30 7 * * *", "2026-06-20T12:00", last=("2026-06-17T06:30", "2026-06-20T06:30")) is None


@pytest.mark.parametrize(
    "since", ["2026-06-18T06:30", "2026-06-18T09:00"], ids=["met at that very moment", "met after it"]
)
def test_a_subscription_is_not_owed_a_slot_from_before_it_was_met(since):
    assert due("30 7 * * *", "2026-06-18T09:00", since=since) is None
    assert due("30 7 * * *", "2026-06-19T06:30", since=since).name == "2026-06-19T07:30+01:00"


def test_a_schedule_moved_to_an_earlier_hour_leaves_no_time_uncovered():
    slot = due("0 6 * * *", "2026-06-19T05:00", last=("2026-06-17T06:30", "2026-06-18T06:30"))
    assert slot.window == Window(start=utc("2026-06-18T06:30"), end=utc("2026-06-19T05:00"))


# --- quiet time ----------------------------------------------------------------------------------------------

QUIET = {
    "night": QuietHours(start=time(22), end=time(7)),
    "noon": QuietHours(start=time(12), end=time(13, 30)),
    "small hours": QuietHours(start=time(0, 30), end=time(1, 30)),
    "weekend": QuietHours(weekends=True),
    "night and weekend": QuietHours(start=time(22), end=time(7), weekends=True),
}


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        pytest.param("noon", "2026-06-17T10:59:59", None, id="just before"),
        pytest.param("noon", "2026-06-17T11:00", "2026-06-17T12:30", id="at its first moment"),
        pytest.param("noon", "2026-06-17T12:29:59", "2026-06-17T12:30", id="at its last"),
        pytest.param("noon", "2026-06-17T12:30", None, id="at its end"),
        pytest.param("night", "2026-06-17T21:00", "2026-06-18T06:00", id="over midnight"),
        pytest.param("night", "2026-12-31T23:30", "2027-01-01T07:00", id="over New Year"),
        pytest.param("night", "2028-02-28T23:30", "2028-02-29T07:00", id="into a leap day"),
        pytest.param("weekend", "2026-06-19T22:59", None, id="a Friday evening"),
        pytest.param("weekend", "2026-06-19T23:00", "2026-06-21T23:00", id="all of Saturday and Sunday"),
        pytest.param("night and weekend", "2026-06-19T21:00", "2026-06-22T06:00", id="a night, a weekend and a night"),
        pytest.param("night", "2026-03-28T22:00", "2026-03-29T06:00", id="the night that loses an hour"),
        pytest.param("night", "2026-10-24T21:00", "2026-10-25T07:00", id="the night that gains one"),
        pytest.param("weekend", "2026-03-28T12:00", "2026-03-29T23:00", id="the weekend that loses an hour"),
        pytest.param("weekend", "2026-10-24T12:00", "2026-10-26T00:00", id="the weekend that gains one"),
        pytest.param("small hours", "2026-03-29T00:40", "2026-03-29T01:00", id="an end that the clock leaves out"),
        pytest.param("small hours", "2026-10-25T00:10", "2026-10-25T00:30", id="an end that it shows twice"),
        pytest.param("small hours", "2026-10-25T01:10", "2026-10-25T01:30", id="and the second time"),
    ],
)
def test_it_is_quiet_by_the_clock_on_the_wall(quiet: str, now: str, until: str | None) -> None:
    assert slots.quiet_until(QUIET[quiet], utc(now), LONDON) == (until and utc(until))


@given(st.sampled_from(sorted(QUIET)), st.integers(0, 3 * 365 * 24 * 60 * 60))
def test_quiet_time_ends_and_is_not_quiet_then(quiet: str, seconds: int) -> None:
    now = utc("2026-01-01T00:00") + timedelta(seconds=seconds)
    until = slots.quiet_until(QUIET[quiet], now, LONDON)
    if until is not None:
        assert now < until <= now + timedelta(days=3)
        assert slots.quiet_until(QUIET[quiet], until, LONDON) is None
        assert slots.quiet_until(QUIET[quiet], until - timedelta(seconds=1), LONDON) == until
