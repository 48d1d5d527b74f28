"""What Ofsted found at a council: the facts of its reports, and what they lead one to expect."""

from __future__ import annotations

# msgspec reads these annotations at run time, when values go to the store and come back.
from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Grade(StrEnum):
    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires-improvement"
    INADEQUATE = "inadequate"
    ADEQUATE = "adequate"  # 2013 only
    NOT_JUDGED = "not-judged"


class InspectionKind(StrEnum):
    ILACS = "ilacs"
    FOCUSED_VISIT = "focused-visit"
    MONITORING_VISIT = "monitoring-visit"
    JTAI = "jtai"
    AREA_SEND = "area-send"
    SINGLE_INSPECTION = "single-inspection"
    SINGLE_REINSPECTION = "single-reinspection"
    LOOKED_AFTER_2013 = "looked-after-children-2013"
    OTHER = "other"


class SendOutcome(StrEnum):
    TYPICALLY_POSITIVE = "typically-positive"
    INCONSISTENT = "inconsistent"
    SYSTEMIC_FAILINGS = "systemic-failings"


# Full inspections held from this day on get no overall grade. Reports of earlier ones came out for months after it,
# with the grade: so the day of the inspection decides, and that of the report only where it is all we know.
NO_OVERALL_FROM = date(2026, 4, 1)

# Higher is better. In 2013 the grade below good was "adequate"; "requires improvement" took its place.
RANKS: Mapping[Grade | SendOutcome, int] = {
    Grade.OUTSTANDING: 3,
    Grade.GOOD: 2,
    Grade.REQUIRES_IMPROVEMENT: 1,
    Grade.ADEQUATE: 1,
    Grade.INADEQUATE: 0,
    SendOutcome.TYPICALLY_POSITIVE: 2,
    SendOutcome.INCONSISTENT: 1,
    SendOutcome.SYSTEMIC_FAILINGS: 0,
}


# The judgements of a report, in the order they are shown, with the words people use for them.
JUDGEMENTS: Mapping[str, str] = {
    "overall": "Overall effectiveness",
    "impact_of_leaders": "Impact of leaders",
    "help_and_protection": "Help and protection",
    "in_care": "Children in care",
    "care_leavers": "Care leavers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The facts of one Ofsted report; a fact the document does not state is None."""

    council: str | None
    kind: InspectionKind
    framework: str | None = None
    inspection_start: date | None = None
    inspection_end: date | None = None
    published: date | None = None
    judgements: Mapping[str, Grade | None] = field(default_factory=dict)  # keys of JUDGEMENTS
    priority_action: bool = False
    priority_actions: tuple[str, ...] = ()
    areas_for_improvement: tuple[str, ...] = ()
    lead_inspector: str | None = None
    send_outcome: SendOutcome | None = None
    visit_number: int | None = None  # of a monitoring visit since the judgement it follows, where its letter says so
    conflicts: tuple[str, ...] = ()  # where two places in the document disagree
    differences: tuple[str, ...] = ()  # where Ofsted's page says otherwise than the document


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReport:
    """A report or letter on a council's page and, once its document was read, the facts in it."""

    item_id: int
    key: str  # "ofsted:80461/50000001"
    council: str  # whose page shows it
    title: str
    url: str
    published: date | None = None  # by the page, else by the document
    event_date: date | None = None  # of the inspection, by the page
    first_seen: datetime | None = None  # when a check first stored it
    inspection: Inspection | None = None
    unread: str = ""  # why its document was not read so far

    @property
    def held(self) -> date | None:
        """The last day of the inspection, by the document, else by the page."""
        return (self.inspection and self.inspection.inspection_end) or self.event_date

    @property
    def dated(self) -> date:
        """When the inspection took place, for ordering: its end, else what else is known."""
        return self.held or self.published or date.min

    @property
    def judgements(self) -> Mapping[str, Grade]:
        """The grades it gives, by key of JUDGEMENTS; "not judged" is none."""
        given = self.inspection.judgements if self.inspection else {}
        return {name: grade for name, grade in given.items() if grade not in (None, Grade.NOT_JUDGED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """An inspection to expect, going by past intervals, not set by Ofsted. Nobody has announced it."""

    council: str
    event: InspectionKind
    opens: date  # the window in which it may come, both days included
    closes: date
    what: str  # "re-inspection", as people say it
    rule: str  # why, in a sentence
    source: str  # the framework's document
    source_url: str
    follows: str  # title of the report it follows from
    follows_url: str
    follows_date: date  # its publication, else the inspection's end
