"""Reports as the service knows them, of invented councils; each dated by the day its inspection ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

from monitor import history
from monitor.model import (
    Classification,
    Expectation,
    Grade,
    Inspection,
    InspectionKind,
    InspectionNews,
    Item,
    KnownReport,
    ReadyItem,
)

OUTSTANDING, GOOD, REQUIRES, INADEQUATE = (
    Grade.OUTSTANDING,
    Grade.GOOD,
    Grade.REQUIRES_IMPROVEMENT,
    Grade.INADEQUATE,
)
ILACS, VISIT, FOCUSED, JTAI, SEND, OF_2013 = (
    InspectionKind.ILACS,
    InspectionKind.MONITORING_VISIT,
    InspectionKind.FOCUSED_VISIT,
    InspectionKind.JTAI,
    InspectionKind.AREA_SEND,
    InspectionKind.LOOKED_AFTER_2013,
)
NOW = datetime(2026, 6, 17, 6, 30, tzinfo=UTC)
_numbers = count(10_001)  # beyond those that tests give to items of their own


def report(end: str, kind: InspectionKind = ILACS, council: str = "Wexmoor", **facts: object) -> KnownReport:
    """A report that was read; of its `facts` those named like judgements are judgements."""
    number = next(_numbers)
    held = date.fromisoformat(end)
    judged = {name: facts.pop(name) for name in list(facts) if name in _JUDGED}
    return KnownReport(
        item_id=number,
        key=f"ofsted:80999/{number}",
        council=council,
        title=f"Report {number}",
        url=f"https://files.example.org/v1/file/{number}",
        event_date=held,
        first_seen=NOW,
        inspection=Inspection(council=council, kind=kind, inspection_end=held, judgements=judged, **facts),
    )


_JUDGED = ("overall", "impact_of_leaders", "help_and_protection", "in_care", "care_leavers")


def unread(end: str, **changes: object) -> KnownReport:
    """A report of which only what Ofsted's page says is known."""
    return replace(report(end), inspection=None, unread="HTTP 500", **changes)


def again(one: KnownReport, **facts: object) -> KnownReport:
    """The same inspection's report in a newer file, with these facts in place of the older ones."""
    newer = report(str(one.dated), council=one.council)
    return replace(newer, title=one.title, event_date=one.event_date, inspection=replace(one.inspection, **facts))


def ready(one: KnownReport) -> ReadyItem:
    """The report as it comes to be told."""
    published = one.published and datetime(one.published.year, one.published.month, one.published.day, 12, tzinfo=UTC)
    item = Item(
        id=one.item_id,
        key=one.key,
        url=one.url,
        title=one.title,
        first_seen=NOW,
        council=one.council,
        is_report=True,
        event_date=one.event_date,
        published=published,
    )
    labels = Classification(relevant=True, relevance=0.9, councils=(one.council,))
    return ReadyItem(
        item=item, classification=labels, story=one.item_id, ready_at=NOW, inspection=one.inspection, unread=one.unread
    )


def news(current: KnownReport, *others: KnownReport) -> InspectionNews:
    """What is told of the report where the others are known."""
    return history.news(ready(current), [*others, current])


def expectation(council: str = "Wexmoor", **changes: object) -> Expectation:
    """A monitoring visit that may come this summer."""
    values = {
        "council": council,
        "event": VISIT,
        "opens": date(2026, 6, 17),
        "closes": date(2026, 9, 30),
        "what": "monitoring visit",
        "rule": "A council judged inadequate is visited every few months.",
        "source": "The framework",
        "source_url": "https://rules.example.org/framework",
        "follows": "Report 1",
        "follows_url": "https://files.example.org/v1/file/1",
        "follows_date": date(2026, 3, 20),
    }
    return Expectation(**values | changes)
