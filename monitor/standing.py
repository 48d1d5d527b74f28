"""Where sources and councils stand: what the commands `sources` and `councils` tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from monitor.digests import dated
from monitor.model import JUDGEMENTS, Grade, InspectionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.model import Inspection, Item, ReadyItem, Source, SourceState

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
class LastInspection:
    kind: InspectionKind
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilStanding:
    council: str
    judgements: Mapping[str, Grade | None]  # keys of JUDGEMENTS: as the last report that gave any has them
    last: LastInspection | None
    unread: tuple[str, ...]  # titles of newer reports that could not be read: the judgements may not stand any more
    items: int  # relevant, first seen within RECENT


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
    inspections: Iterable[tuple[int, Inspection]],
    recent: Iterable[ReadyItem],
    unread: Iterable[Item] = (),
) -> list[CouncilStanding]:
    """One a council asked for, in that order; `unread` are the reports that could not be read."""
    counts = Counter(name for one in recent for name in one.classification.councils)
    by_council: dict[str, list[Inspection]] = {}
    for _, inspection in inspections:
        by_council.setdefault(inspection.council or "", []).append(inspection)
    unread_of: dict[str, list[Item]] = {}
    for report in unread:
        unread_of.setdefault(report.council or "", []).append(report)
    return [_council(name, by_council.get(name, []), unread_of.get(name, []), counts[name]) for name in councils]


def _council(name: str, inspections: Sequence[Inspection], unread: Sequence[Item], items: int) -> CouncilStanding:
    newest_first = sorted(inspections, key=dated, reverse=True)
    judged = next((one for one in newest_first if any(_is_grade(g) for g in one.judgements.values())), None)
    last = newest_first[0] if newest_first else None
    return CouncilStanding(
        council=name,
        judgements={key: judged.judgements.get(key) if judged else None for key in JUDGEMENTS},
        last=LastInspection(kind=last.kind, date=dated(last)) if last else None,
        unread=tuple(report.title for report in unread if last is None or _may_be_newer(report, last)),
        items=items,
    )


def _is_grade(grade: Grade | None) -> bool:
    return grade not in (None, Grade.NOT_JUDGED)


def _may_be_newer(report: Item, last: Inspection) -> bool:
    """Whether the report came out after the last one that was read; where that is not known, it may have."""
    read = last.published or dated(last)
    return report.published is None or report.published.date() > read
