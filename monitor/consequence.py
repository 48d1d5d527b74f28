"""What a story means for its readers, and the order of a digest that follows from it."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from monitor.classify.phrases import Phrases, data, plain
from monitor.model import RANKS, Event, Polarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model import InspectionNews, Item, Story

_OPENING = 700  # characters: what an item tells of stands there, what came before it further down
_BEFORE = 30  # characters before a hit, for the words that make it history


class Consequence(IntEnum):
    """How much follows from a story, the most first; a digest tells its stories in this order.

    Within each, the worst comes first: of reports with a change those that ask for priority action, then those in which
    anything has fallen to the lowest grade, then those with another fall, then the others; of coverage that of a
    judgement, the worst grade first, then of other inspections, then other news, then the council's own response. Then
    by council, and of one council's the most relevant first.
    """

    CHANGED_REPORT = 1  # Ofsted's report that changes a judgement, or asks for priority action
    REPORT = 2  # any other report of Ofsted's
    INTERVENTION = 3  # somebody steps in or out: a commissioner, a notice, a direction, a trust, a court's review
    COVERAGE = 4  # the press on an inspection, the council's response to it, other news that weighs
    ROUTINE = 5  # papers of committees, appointments, awards, calls for foster carers


_UNCHANGED = 4


def gravity(news: InspectionNews) -> int:
    """Priority action; a fall to the lowest grade or outcome; another fall; any other change; no change: 0 to 4.

    It is one judgement that has fallen, whichever: since April 2026 none of them is the overall one.
    """
    if news.inspection.priority_action:
        return 0
    if any(change.is_fall_to_lowest for change in news.changes):
        return 1
    if any(change.steps < 0 for change in news.changes):
        return 2
    return 3 if news.changes else _UNCHANGED


def consequence(story: Story, reports: Sequence[InspectionNews]) -> Consequence:
    """What follows from a story; `reports` is what its own reports tell."""
    if story.lead.item.is_report:
        is_change = any(gravity(one) < _UNCHANGED for one in reports)
        return Consequence.CHANGED_REPORT if is_change else Consequence.REPORT
    items = [told.item for told in story.items]
    if any(_headline_intervenes(item) for item in items):
        return Consequence.INTERVENTION
    if story.event not in (None, Event.OTHER) or _is_answered(story):
        return Consequence.COVERAGE
    if _in_headline("routine", story.lead.item):
        return Consequence.ROUTINE
    if any(_hits("intervention", "anywhere", item.full_text[:_OPENING]) for item in items):
        return Consequence.INTERVENTION
    is_concern = any(label.polarity is not Polarity.PROGRESS for label, _ in story.themes)
    is_grave = is_concern or _judged(story) or any(_in_headline("grave", item) for item in items)
    return Consequence.COVERAGE if is_grave else Consequence.ROUTINE


def order(story: Story, reports: Sequence[InspectionNews]) -> tuple[Consequence, int, str, float]:
    """Stories sorted by this stand as a digest tells them; `reports` is what the story's own reports tell."""
    found = consequence(story, reports)
    worst = 0
    if found is Consequence.CHANGED_REPORT:
        worst = min(gravity(one) for one in reports)
    elif found is Consequence.COVERAGE:
        worst = _of_coverage(story)
    return found, worst, story.councils[0] if story.councils else "", -story.relevance


def _of_coverage(story: Story) -> int:
    """A judgement, the worst first: below 0; another inspection; other news; a council's response: 1 to 3."""
    judged = _judged(story)
    if story.event is Event.FULL_INSPECTION and judged:
        return min(judged) - len(RANKS)
    if story.event in (None, Event.OTHER):
        return 2
    return 3 if story.event is Event.COUNCIL_RESPONSE else 1


def _is_answered(story: Story) -> bool:
    """Whether the council found it worth an answer."""
    return any(told.classification.event is Event.COUNCIL_RESPONSE for told in story.items)


def _judged(story: Story) -> list[int]:
    """The grades its items give, by how good they are."""
    found = (told.classification.judgement for told in story.items)
    return [RANKS[grade] for grade in found if grade and grade in RANKS]


# --- words ----------------------------------------------------------------------------------------------------


def _headline_intervenes(item: Item) -> bool:
    return _in_headline("intervention", item) or _hits("intervention", "anywhere", item.title)


def _in_headline(what: str, item: Item) -> bool:
    return _hits(what, "headline", item.title)


def _hits(what: str, where: str, text: str) -> bool:
    searched = plain(text)
    return any(
        not _background().search(searched[max(0, hit.start - _BEFORE) : hit.start])
        for hit in _phrases(what, where).find(searched)
    )


@cache
def _phrases(what: str, where: str) -> Phrases[None]:
    return Phrases((phrase, None) for phrase in data("consequence.toml")[what][where])


@cache
def _background() -> re.Pattern[str]:
    words = "|".join(map(re.escape, data("consequence.toml")["background"]))
    return re.compile(rf"\b(?:{words})\s+$")
