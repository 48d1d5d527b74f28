"""Items, and what was understood from them: classifications, and the facts of inspections."""

from __future__ import annotations

# msgspec reads these annotations at run time, when values go to the store and come back.
from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass, field
from datetime import date, datetime  # noqa: TC003
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published thing, whatever number of sources showed it."""

    key: str  # identity; see items.py
    url: str
    title: str
    first_seen: datetime  # when a check first stored it
    summary: str = ""
    text: str = ""  # the fullest text we have; "" when only the summary is known
    published: datetime | None = None
    published_is_date: bool = False
    source: str = ""  # name of the source that showed it first
    publisher: str = ""
    council: str | None = None  # the source's council, a hint
    is_report: bool = False  # an Ofsted report or letter, from Ofsted's own page
    event_date: date | None = None
    from_first_check: bool = False  # it was already there when its source was first checked
    version: int = 1  # counts changes of the same page
    id: int = 0  # the store's number; 0 when not stored

    @property
    def full_text(self) -> str:
        """The text that is classified: the full text, else the summary."""
        return self.text or self.summary


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
    conflicts: tuple[str, ...] = ()  # where two places in the document disagree


class Event(StrEnum):
    FULL_INSPECTION = "full-inspection"
    FOCUSED_VISIT = "focused-visit"
    MONITORING_VISIT = "monitoring-visit"
    JTAI = "jtai"
    AREA_SEND = "area-send"
    COUNCIL_RESPONSE = "council-response"
    OTHER = "other"


class Polarity(StrEnum):
    CONCERN = "concern"
    PROGRESS = "progress"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that earned a label: `text` is `item_text[start:end]`, or `title[start:end]` if `in_title`."""

    text: str
    start: int
    end: int
    polarity: Polarity
    score: float
    in_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLabel:
    """A theme an item was labelled with; `evidence` is never empty, best first."""

    theme: str  # id in themes.toml
    polarity: Polarity
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A council's name where it stands in the text (or title), and how much it counts."""

    council: str
    text: str
    start: int
    end: int
    in_title: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that spoke for (+) or against (-) an item's relevance, event or judgement."""

    question: str  # "relevance", "event", "judgement"
    text: str
    start: int
    end: int
    weight: float
    in_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What was understood from an item."""

    relevant: bool
    relevance: float
    councils: tuple[str, ...] = ()  # most prominent first
    event: Event | None = None
    judgement: Grade | None = None
    themes: tuple[ThemeLabel, ...] = ()  # best first
    mentions: tuple[Mention, ...] = ()
    cues: tuple[Cue, ...] = ()
    notes: tuple[str, ...] = ()  # a bound that was reached, and the like
