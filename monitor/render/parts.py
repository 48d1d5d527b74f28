"""The parts of a message, in plain words: what HTML, plain text and Slack lay out.

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
    stood: str = ""  # "first change since March 2016"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The stories told under one council's name."""

    council: str
    stories: tuple[Telling, ...]


# What stands above all that is only expected.
EXPECTED = (
    "From now on these may come, going by Ofsted’s frameworks and by how long it took lately. "
    "Nobody has announced them."
)


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
    more: tuple[str, ...]
    sources: str
    failing: tuple[str, ...]
    gaps: tuple[str, ...]
    window: str
    why: str
    stop: str
