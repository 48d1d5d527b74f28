"""Where sources and councils stand: what the commands `sources` and `councils` tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import history
from monitor.dates import london_day
from monitor.expecting import expected
from monitor.model import JUDGEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from monitor.expecting import Rule
    from monitor.history import OpenAction
    from monitor.model import Expectation, Grade, Item, KnownReport, ReadyItem, Source, SourceState

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    source: str
    url: str
    last_success: datetime | None
    next_check: datetime | None
    interval: timedelta | None
    failures: int
    items: int  # first shown within RECENT
    last_error: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilStanding:
    """A council by Ofsted's reports. What is known of it may be less than there is: `unread` says so."""

    council: str
    judgements: Mapping[str, Grade | None]  # keys of JUDGEMENTS, as `judged` gives them
    judged: KnownReport | None  # the last full inspection that could be read
    visits: tuple[KnownReport, ...]  # since then, oldest first
    priority_actions: tuple[OpenAction, ...]  # open
    send: KnownReport | None  # the last area SEND inspection with an outcome
    last: KnownReport | None  # the last report of any kind that could be read
    expected: tuple[Expectation, ...]  # soonest first
    unread: tuple[KnownReport, ...]  # newer, and could not be read: the judgements may not stand any more
    items: int  # relevant, first seen within RECENT, and no history
    day: date  # on which it stands so

    @property
    def is_known(self) -> bool:
        """Whether any report on it is known, read or not."""
        return bool(self.last or self.unread)

    @property
    def next(self) -> Expectation | None:
        """What is expected first whose window has not closed yet; else what came last of those that have."""
        still_open = (one for one in self.expected if one.closes >= self.day)
        return next(still_open, self.expected[-1] if self.expected else None)


def source_standings(
    sources: Iterable[Source], states: Mapping[str, SourceState], items: Mapping[str, int]
) -> list[SourceStanding]:
    """One a configured source, in configured order."""
    found = []
    for source in sources:
        state = states.get(source.name)
        found.append(
            SourceStanding(
                source=source.name,
                url=source.url,
                last_success=state.last_success_at if state else None,
                next_check=state.next_at if state else None,
                interval=timedelta(seconds=state.interval_s) if state and state.interval_s else None,
                failures=state.failures if state else 0,
                items=items.get(source.name, 0),
                last_error=state.error if state else "",
                note=state.note if state else "",
            )
        )
    return found


def council_standings(
    councils: Sequence[str],
    reports: Iterable[KnownReport],
    *,
    rules: Sequence[Rule],
    today: date,
    recent: Iterable[ReadyItem] = (),
) -> list[CouncilStanding]:
    """One a council asked for, in that order, by all its known `reports` and the `recent` items about it."""
    news = (one for one in recent if not _is_history(one.item, today))
    counts = Counter(name for one in news for name in one.classification.councils)
    by_council: dict[str, list[KnownReport]] = {}
    for report in reports:
        by_council.setdefault(report.council, []).append(report)
    return [_council(name, by_council.get(name, []), rules, today, counts[name]) for name in councils]


def _is_history(item: Item, today: date) -> bool:
    """Whether it was there before its source was looked at, and had been for longer than RECENT."""
    published = london_day(item.published) if item.published else None
    return item.from_first_check and published is not None and published < today - RECENT


def _council(
    name: str, reports: Sequence[KnownReport], rules: Sequence[Rule], today: date, items: int
) -> CouncilStanding:
    held = history.of_council(name, reports)
    judged = history.last_judged(held)
    last = next((one for one in reversed(held) if one.inspection), None)
    given = judged.judgements if judged else {}
    return CouncilStanding(
        council=name,
        judgements={key: given.get(key) for key in JUDGEMENTS},
        judged=judged,
        visits=tuple(history.visits_since(held, judged)),
        priority_actions=tuple(history.open_actions(held)),
        send=history.last_send(held),
        last=last,
        expected=tuple(expected(held, rules, today)),
        unread=tuple(one for one in held if one.unread and _may_matter(one, judged, last)),
        items=items,
        day=today,
    )


def _may_matter(report: KnownReport, judged: KnownReport | None, last: KnownReport | None) -> bool:
    """Whether an unread report may say otherwise than those that were read: it came out with them or after them.

    One that may be a full inspection is measured by the last that was judged: no later visit makes up for it.
    """
    read = judged if judged and history.may_be(report, *history.FULL) else last
    return read is None or report.published is None or report.published >= (read.published or read.dated)
