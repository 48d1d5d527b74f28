"""When a source is due, and when it is due next: pure arithmetic, with jitter given as an argument.

interval ← halved when most of a document was new, as it was when some of it was, 1.5 times longer when none was,
           within the bounds of its kind, the configured bounds, or fixed by the source's own `interval`
next     ← now + interval, up to 10 % later, within these bounds; after a failure soon again, then twice as long with
           each one, up to a day
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.model import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.model import Source, SourceState

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

# The least and most time between two checks that each kind of publisher deserves;
# the configured bounds narrow them. Feeds are made to be polled; Ofsted publishes on a few days a week; committee
# systems and HTML listings are slow, and easily annoyed.
_BOUNDS: Mapping[SourceKind, tuple[timedelta, timedelta]] = {
    SourceKind.FEED: (5 * _MINUTE, _DAY),
    SourceKind.OFSTED: (3 * _HOUR, 6 * _HOUR),
    SourceKind.OFSTED_SEARCH: (15 * _MINUTE, _HOUR),
    SourceKind.PAGE: (2 * _HOUR, _DAY),
    SourceKind.MODERNGOV: (4 * _HOUR, _DAY),
}
_FIRST_RETRY = 10 * _MINUTE  # most faults are gone by then
_LONGEST_BACKOFF = _DAY
_GONE = timedelta(days=7)  # a page that answered 410 is looked at again weekly, in case it was a mistake
_JITTER = 0.1


def bounds(source: Source, *, least: timedelta, most: timedelta) -> tuple[timedelta, timedelta]:
    """The least and most time between two checks of a source; `least` and `most` are the configured ones."""
    if source.interval:
        return source.interval, source.interval
    kind_least, kind_most = _BOUNDS[source.kind]
    lower = max(least, kind_least)
    return lower, max(lower, min(most, kind_most))


def due(sources: Iterable[Source], states: Mapping[str, SourceState], now: datetime) -> list[Source]:
    """Sources whose next check is at or before `now`, the longest waiting first; one never checked is due."""
    waiting: list[tuple[datetime, Source]] = []
    for source in sources:
        since = _due_since(source, states.get(source.name), now)
        if since <= now:
            waiting.append((since, source))
    return [source for _, source in sorted(waiting, key=lambda pair: pair[0])]


def _due_since(source: Source, state: SourceState | None, now: datetime) -> datetime:
    """When a source is, or was, to be checked next."""
    if state is None or state.next_at is None or state.last_check_at is None or state.url != source.url:
        return _LONG_AGO
    # A check in the future was made under a clock that ran ahead: what was planned then means nothing.
    return _LONG_AGO if state.last_check_at > now else state.next_at


def interval_after_success(previous: timedelta, share_new: float, low: timedelta, high: timedelta) -> timedelta:
    """The next interval by how much of the document was new: 0 for nothing, 1 for all of it.

    >>> interval_after_success(timedelta(hours=1), 0.0, timedelta(minutes=10), timedelta(hours=12))
    datetime.timedelta(seconds=5400)
    """
    if not previous:
        return low
    if share_new >= 0.5:
        wanted = previous / 2
    elif share_new > 0:
        wanted = previous
    else:
        wanted = previous * 1.5
    return min(max(wanted, low), high)


def next_after_success(
    now: datetime, interval: timedelta, jitter: float, *, low: timedelta, high: timedelta
) -> datetime:
    """Up to a tenth later than `interval`: `jitter` in [0, 1) spreads sources that were added together.

    Never outside the bounds; where the upper one leaves no room above the interval, it is earlier instead.
    """
    latest = min(interval * (1 + _JITTER), high)
    earliest = max(min(interval, latest / (1 + _JITTER)), low)
    return now + earliest + (latest - earliest) * jitter


def next_after_failure(
    now: datetime,
    interval: timedelta,
    failures: int,
    jitter: float,
    *,
    retry_after: timedelta | None = None,
    gone: bool = False,
) -> datetime:
    """After the `failures`-th failure in a row: never given up, only asked less often.

    With an interval of 10 minutes or more: 10 min, 20 min, 40 min, … a day, each up to a tenth later by `jitter`
    in [0, 1). The server's own word is obeyed when longer.
    """
    backoff = min(interval, _FIRST_RETRY) * 2 ** min(failures - 1, 12)
    wait = _GONE if gone else min(backoff, max(_LONGEST_BACKOFF, interval))
    if retry_after:
        wait = max(wait, retry_after)
    return now + wait * (1 + _JITTER * jitter)
