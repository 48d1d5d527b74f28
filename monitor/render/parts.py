"""The parts of a message, in plain words: what HTML, plain text, Slack, Teams and GOV.UK Notify lay out.

Every string is clean and bounded (see words.py) but not yet escaped: each medium escapes for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.model import Polarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead somewhere; without a `url` they are shown as words alone."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement now, and what it was where it changed."""

    name: str
    now: str
    before: str = ""  # "inadequate (March 2023)"
    stood: str = ""  # "first change since March 2016", "unchanged since March 2023"
    direction: str = ""  # "▲ better, up one grade"; "" where nothing changed or neither is better
    level: str = ""  # the grade or outcome as data, which a medium may give a colour to: "requires-improvement"
    level_before: str = ""

    @property
    def is_better(self) -> bool:
        return self.direction.startswith("▲")

    @property
    def line(self) -> str:
        """As in "inadequate (March 2023) → good; ▲ better, up two grades", for a medium that sets it in one piece."""
        now = f"{self.before} → {self.now}" if self.before else self.now
        return "; ".join(filter(None, (now, self.direction, self.stood)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An inspection that may come, from when to when and why, with the document its rule stands in."""

    text: str
    source: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The facts of a report published in the window."""

    heading: str  # "Devon: full inspection"
    link: Link  # to the report, worded "Read the report"
    dates: str
    priority_action: bool
    actions: tuple[str, ...]  # the report's words on priority action
    judged: tuple[Judged, ...]
    notes: tuple[str, ...]
    next: Expected | None
    to_improve: tuple[str, ...]  # the report's words on what needs to improve
    more_to_improve: str
    caption: str = ""  # of the table of judgements: "Judgements, before → now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A theme and its polarity: "Workforce stability", "▼ concern"."""

    theme: str
    polarity: Polarity
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence that earned one theme or several, or an item's own summary, with where it stands."""

    text: str
    themes: str  # "▼ Assessment, ▲ Early help"; "" for a summary
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What others say beside Ofsted's report, and the report does not."""

    about: str  # "Also about Kent and Surrey"
    quotes: tuple[Quote, ...]
    more: str  # "and 2 more themes (2 ▼ concern)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One story as it is told."""

    title: Link
    about: str  # "Monitoring visit · Devon Live · 17 June 2026, 08:30"
    update: bool
    marks: tuple[Mark, ...]
    more_marks: str
    quotes: tuple[Quote, ...]
    coverage: tuple[Link, ...]  # the story's other items
    more_coverage: str
    response: Link | None = None  # "The council has responded: …", where it is among what others tell
    others: Others | None = None
    new: str = ""  # of an update: "Ofsted’s report is out; now judged good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The stories told under one council's name."""

    council: str
    stories: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """Stories told by headline and link alone, under one council's name."""

    council: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many stories about a council bear a theme."""

    council: str
    counts: str  # "2 ▼ 1 ▲"; "0" when there were none
    before: str  # "last four: 7"; "" where there is nothing to compare with

    @property
    def is_empty(self) -> bool:
        """None now, and none to compare with."""
        return self.counts == "0" and not self.before

    @property
    def words(self) -> str:
        """As in "2 ▼ 1 ▲ (last four: 7)"."""
        return f"{self.counts} ({self.before})" if self.before else self.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """A theme, with a cell for each council of the table."""

    theme: str
    cells: tuple[Cell, ...]

    @property
    def line(self) -> str:
        """As in "Permanence: Devon 2 ▼ (last four: 7); Kent 1 ▲ (last four: 0)", for a medium without tables; cells
        that hold nothing are left out."""
        told = (f"{cell.council} {cell.words}" for cell in self.cells if not cell.is_empty)
        return f"{self.theme}: {'; '.join(told)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """Themes by council, in the window and against those before it."""

    caption: str  # what the counts and signs mean
    councils: tuple[str, ...]
    rows: tuple[TrendRow, ...]
    notes: tuple[str, ...]  # what is left out; that there is nothing to compare with yet


OTHERS = "What others say:"  # under a report: whatever is not the report's own
AGAIN = "Already told; also in:"  # before what only repeats, by headline
# What stands above all that is only expected.
EXPECTED = "Likely in the months shown, going by Ofsted’s frameworks and recent intervals. Nothing has been announced."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A whole message; "" and () stand for what is not said."""

    subject: str
    preheader: str  # what a mail client shows after the subject
    kicker: str
    quiet: str  # said instead of news when there is none
    reports: tuple[Report, ...]
    groups: tuple[Group, ...]
    expected: tuple[Expected, ...]  # what may come from now on
    more_expected: str
    more: tuple[str, ...]  # what is left out, counted
    sources: str
    failing: tuple[str, ...]
    gaps: tuple[str, ...]
    window: str
    why: str
    stop: str
    stop_link: Link | None = None  # for a medium that is one recipient's; its address is put in when it is sent
    trends: Trends | None = None
    linked_heading: str = ""  # "12 more stories, by headline"
    linked: tuple[Headlines, ...] = ()
    repeated: str = ""  # "5 more items repeat stories you have already had."
    again: tuple[Link, ...] = ()  # those items by headline, for whoever doubts it
    more_again: str = ""
    undelivered: tuple[str, ...] = ()  # for the operator: what did not reach whom, when and why
    advice: tuple[str, ...] = ()  # what to do about it
