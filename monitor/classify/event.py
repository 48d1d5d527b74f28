"""Which event a relevant text tells of: a kind of inspection, a council's response to one, or something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from monitor.classify.phrases import Phrases, data, plain
from monitor.model import Cue, Event, Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

READ = 12_000  # characters; what an item tells of stands in its head
_STRONG = 2.0
_WEAK = 0.5
_STRENGTHS = {"strong": _STRONG, "weak": _WEAK, "strong_if_graded": _STRONG, "weak_if_graded": _WEAK}
# Where a cue stands says how much it counts: the title and the head tell the news, the rest its history.
_IN_TITLE = 3.0
_IN_HEAD = 1.5
_HEAD = 700
_AGAIN = 0.25  # of a phrase's weight for each repetition, three at most
_ENOUGH = 1.0
# A response is the event only where the item says so plainly: every report of an inspection quotes the council.
_RESPONSE_IN_TEXT = 0.4
# An inspection's own name beats "inspection", which every text about one has.
_PRECEDENCE = (
    Event.JTAI,
    Event.AREA_SEND,
    Event.FOCUSED_VISIT,
    Event.MONITORING_VISIT,
    Event.COUNCIL_RESPONSE,
    Event.FULL_INSPECTION,
)
_VISIT = re.compile(r"\b(?:inspectors|ofsted)\b[^.]{0,60}\bvisit|\bvisit\b[^.]{0,60}\b(?:ofsted|inspectors)\b")
_NO_NEW_RATING = re.compile(
    r"\b(?:did not|does not|doesn't|didn't|no)\b[^.]{0,40}\b(?:rating|grade|judgement|graded)\b[^.]{0,30}"
)
# Every letter names the framework it was written under, which is called after the full inspection.
_FRAMEWORK = re.compile(r"[\s(]*(?:ilacs)?[\s)]*framework")
_IMPROVING = re.compile(r"\b(?:path to|journey to|improvement (?:plan|board|journey|programme))\b")
_INSPECTED = re.compile(r"\b(?:ofsted|inspectors?|inspection)\b")


class _Named(NamedTuple):
    """What a phrase speaks for, and how loudly; `if_graded`, only where the item gives a new grade."""

    phrase: str
    event: Event
    weight: float
    if_graded: bool


class EventReader:
    def __init__(self) -> None:
        lexicon = data("events.toml")
        self._background = re.compile(
            r"\b(?:" + "|".join(map(re.escape, lexicon["background"])) + r")\s+(?:\w+['\w]*\s+){0,2}$"
        )
        self._phrases = Phrases(
            (phrase, _Named(phrase, event, weight, if_graded=strength.endswith("_if_graded")))
            for event in _PRECEDENCE
            for strength, weight in _STRENGTHS.items()
            for phrase in lexicon[event.value].get(strength, ())
        )

    def cues(self, title: str, text: str, *, is_new: bool) -> list[tuple[Event, Cue]]:
        """The words that name an event, each with the event it speaks for; `is_new` that the item gives a grade."""
        return [
            *self._cues(title, is_new=is_new, in_title=True),
            *self._cues(text[:READ], is_new=is_new, in_title=False),
        ]

    def _cues(self, text: str, *, is_new: bool, in_title: bool) -> list[tuple[Event, Cue]]:
        searched = plain(text)
        found = []
        times: dict[str, int] = {}
        for hit in self._phrases.find(searched):
            phrase, event, weight, if_graded = hit.value
            if if_graded and not is_new:
                continue
            if self._background.search(searched[max(0, hit.start - 45) : hit.start]):
                continue
            if _FRAMEWORK.match(searched[hit.end : hit.end + 40]):
                continue
            times[phrase] = times.get(phrase, 0) + 1
            if times[phrase] > 4:
                continue
            place = _IN_TITLE if in_title else _IN_HEAD if hit.start < _HEAD else 1.0
            if event is Event.COUNCIL_RESPONSE and not in_title:
                place *= _RESPONSE_IN_TEXT
            cue = Cue(
                question="event",
                text=text[hit.start : hit.end],
                start=hit.start,
                end=hit.end,
                weight=round(weight * place * (1.0 if times[phrase] == 1 else _AGAIN), 3),
                in_title=in_title,
            )
            found.append((event, cue))
        return found


def event(cues: Iterable[tuple[Event, Cue]], title: str, text: str, judgement: Grade | None, *, is_new: bool) -> Event:
    """The event of a relevant text; `judgement` is how the council stands by it, `is_new` that the item gives it."""
    totals = dict.fromkeys(_PRECEDENCE, 0.0)
    named = False  # a full inspection's own name stands in the text
    for kind, cue in cues:
        totals[kind] += cue.weight
        named = named or (kind is Event.FULL_INSPECTION and cue.weight >= _STRONG)
    head = f"{plain(title)}\n{plain(text[:READ])}"
    if is_new and _INSPECTED.search(head):
        totals[Event.FULL_INSPECTION] += _STRONG
    elif not is_new:
        totals[Event.FULL_INSPECTION] /= 2  # without a new grade, what names a full inspection is often history
    best = max(_PRECEDENCE, key=lambda kind: (totals[kind], -_PRECEDENCE.index(kind)))
    visited = bool(_VISIT.search(head) or _NO_NEW_RATING.search(head))
    if best is Event.FULL_INSPECTION and totals[best] < 3 * _STRONG and not is_new and visited:
        # A visit without its name: to an inadequate council they are monitoring visits, else focused ones.
        if judgement is Grade.INADEQUATE:
            return Event.MONITORING_VISIT
        return Event.FOCUSED_VISIT
    if best is Event.FULL_INSPECTION and judgement is None and not named:
        # A report without a grade is no full inspection's; a council under improvement is visited to monitor it.
        return Event.MONITORING_VISIT if _IMPROVING.search(head) else Event.OTHER
    return best if totals[best] >= _ENOUGH else Event.OTHER
