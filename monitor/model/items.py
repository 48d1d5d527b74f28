"""Items, and what was understood from them."""

from __future__ import annotations

# msgspec reads these annotations at run time, when values go to the store and come back.
from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.model.inspections import Grade  # noqa: TC001

# How keys begin of what one site says of another's page, and of those that would be too long: see items.py.
TOLD_BY, LONG = "told-by:", "long:"


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
    def is_at_home(self) -> bool:
        """Whether its address belongs to the site that is polled: else its words are whoever's lists that address."""
        return bool(self.url) and not self.key.startswith((TOLD_BY, LONG))  # which a long key was is not known

    @property
    def is_official(self) -> bool:
        """Whether it stands on a public body's own site, and was found there."""
        try:
            host = urlsplit(self.url).hostname or ""
        except ValueError:
            return False  # no address at all
        return self.is_at_home and not self.is_report and host.endswith(".gov.uk")

    @property
    def full_text(self) -> str:
        """The text that is classified: the full text, else the summary."""
        return self.text or self.summary


# Stands for the council of what is about none, where items are kept by their councils.
NO_COUNCIL = ""


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


_SENTENCE_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that earned a label: `text` is `item_text[start:end]`, or `title[start:end]` if `in_title`."""

    text: str
    start: int
    end: int
    polarity: Polarity
    score: float
    in_title: bool = False

    @property
    def is_sentence(self) -> bool:
        """Whether it says something: six words or more, and a stop. "School place planning." is a heading."""
        return len(self.text.split()) >= _SENTENCE_WORDS and self.text.rstrip("\"'”’)] ").endswith((".", "!", "?", "…"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLabel:
    """A theme an item was labelled with; `evidence` is never empty, best first."""

    theme: str  # id in themes.toml
    polarity: Polarity
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A theme that an item was not labelled with, and the sentence that came nearest to earning it."""

    theme: str
    score: float
    threshold: float
    start: int  # where the sentence stands in the text, or the title
    end: int
    in_title: bool = False


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
    speaks_for: str = ""  # which of several answers, where the question has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What was understood from an item."""

    relevant: bool
    relevance: float
    councils: tuple[str, ...] = ()  # most prominent first
    event: Event | None = None
    judgement: Grade | None = None
    judgement_is_new: bool = False  # the text gives it; otherwise it stands from before
    themes: tuple[ThemeLabel, ...] = ()  # best first
    left_out: tuple[NearMiss, ...] = ()  # themes that no sentence was sure enough of, best first
    mentions: tuple[Mention, ...] = ()
    cues: tuple[Cue, ...] = ()
    notes: tuple[str, ...] = ()  # a bound that was reached, and the like
