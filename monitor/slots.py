"""Cron slots and windows: when a digest is due, and what it covers. Pure arithmetic in the configured time zone.

A slot is named by its local wall time. When clocks go back, 01:30 comes once; when they go forward, a schedule in
the hour that is skipped runs right after it (as Debian's cron does, whose rules cronsim follows).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from cronsim import CronSim

from monitor.model import Window

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from monitor.model import QuietHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A moment a digest is due, and the window it covers."""

    name: str  # "2026-06-18T07:30+01:00"
    window: Window


def slot_name(moment: datetime, zone: ZoneInfo, *, to: Literal["minutes", "seconds"] = "minutes") -> str:
    """Local wall time, with its offset."""
    return moment.astimezone(zone).isoformat(timespec=to)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins on the clocks of `zone`, aware UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def latest(schedule: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The last time at or before `now` that the schedule named, aware UTC."""
    # Backwards, the starting point is excluded: it lies a minute later, since slots fall on whole minutes.
    start = (now + timedelta(minutes=1)).astimezone(zone).replace(second=0, microsecond=0)
    found = next(CronSim(schedule, start, reverse=True)).astimezone(UTC)
    # When the clock shows an hour for the second time, the way back misses what was named in the first.
    while (later := upcoming(schedule, found, zone)) <= now:
        found = later
    return found


def upcoming(schedule: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The next time after `now`, aware UTC."""
    # In an hour that comes twice, the first times found may be those of its first coming.
    times = (named.astimezone(UTC) for named in CronSim(schedule, now.astimezone(zone)))
    return next(named for named in times if named > now)


def due(schedule: str, *, now: datetime, since: datetime, last: Window | None, zone: ZoneInfo) -> Slot | None:
    """The slot to run now, if any: the latest one, covering all since the last run, so that a machine that was off
    catches up once. A subscription met at `since` is owed its first slot after that; it covers one usual interval, and
    whatever came later where that slot was missed.
    """
    end = latest(schedule, now, zone)
    if end <= since or (last and end <= last.end):
        return None
    start = last.end if last else latest(schedule, since, zone)
    return Slot(name=slot_name(end, zone), window=Window(start=start, end=end))


_MINUTE = timedelta(minutes=1)
_SATURDAY = 5  # of datetime.weekday()


def quiet_until(quiet: QuietHours, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet time that holds `now` ends, aware UTC; None when it is not quiet.

    The clock on the wall decides, minute by minute: an hour that it leaves out keeps nobody waiting, and one that it
    shows twice is quiet both times. A night that runs into a quiet weekend is one time with it.
    """
    if not _is_quiet(quiet, now.astimezone(zone)):
        return None
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    while _is_quiet(quiet, minute.astimezone(zone)):  # two days and two nights at most: no hours are the whole day
        minute += _MINUTE
    return minute


def quiet_within(quiet: QuietHours, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """How much of the time from `start` to `end` is quiet, to the minute."""
    minutes = max(0, (end - start) // _MINUTE)
    return sum(_is_quiet(quiet, (start + at * _MINUTE).astimezone(zone)) for at in range(minutes)) * _MINUTE


def _is_quiet(quiet: QuietHours, shown: datetime) -> bool:
    if quiet.weekends and shown.weekday() >= _SATURDAY:
        return True
    if quiet.start is None or quiet.end is None:
        return False
    clock = shown.time()
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end
