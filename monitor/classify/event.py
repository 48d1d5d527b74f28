"""Which event a relevant text tells of: a kind of inspection, a council's response to one, or something else.

Its words, how the council stands by it and the trained model are weighed together; the likeliest event wins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from monitor.classify.phrases import Phrases, data, plain
from monitor.model import Cue, Event, Grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.classify.linear import Fusion

READ = 4_000  # characters; what an item tells of stands in its head
_STRONG = 2.0
_WEAK = 0.5
_STRENGTHS = {"strong": _STRONG, "weak": _WEAK, "strong_if_graded": _STRONG, "weak_if_graded": _WEAK}
# Where a cue stands says how much it counts: the title and the head tell the news, the rest its history.
_IN_TITLE = 3.0
_IN_HEAD = 1.5
_HEAD = 700
_AGAIN = 0.25  # of a phrase's weight for each repetition, three at most
# A response is the event only where the item says so plainly: every report of an inspection quotes the council.
_RESPONSE_IN_TEXT = 0.4
_VISIT = re.compile(r"\b(?:inspectors|ofsted)\b[^.]{0,60}\bvisit|\bvisit\b[^.]{0,60}\b(?:ofsted|inspectors)\b")
_NO_NEW_RATING = re.compile(
    r"\b(?:(?:did not|does not|doesn't|didn't|not)"
    r" (?:update|change|alter|affect|carry|lead to|result in|come with|give|bring)|without|no)"
    r" [^.;]{0,40}\b(?:rating|grades?|judgements?)\b"
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
            for event in Event
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
                speaks_for=event.value,
            )
            found.append((event, cue))
        return found


# What the model and the words say of one event, and how the council stands by the text, in this order: the model's
# logit of each event, the words' total for each, and the rest.
_REST = (
    "a grade is news",
    "a grade stands: inadequate",
    "a grade stands: another",
    "a visit without its name",
    "no new rating",
    "under improvement",
    "inspected",
)
EVENT_FEATURES = (*(f"model: {one}" for one in Event), *(f"words: {one}" for one in Event), *_REST)
_CAP = 10.0


def event_features(
    logits: Sequence[float],
    cues: Iterable[tuple[Event, Cue]],
    title: str,
    text: str,
    judgement: Grade | None,
    *,
    is_new: bool,
) -> tuple[float, ...]:
    """See EVENT_FEATURES; `judgement` is how the council stands by the text, `is_new` that the text gives it."""
    totals = dict.fromkeys(Event, 0.0)
    for kind, cue in cues:
        totals[kind] += cue.weight
    head = f"{plain(title)}\n{plain(text[:READ])}"
    stands = judgement is not None and not is_new
    return (
        *logits,
        *(min(totals[one], _CAP) for one in Event),
        float(is_new),
        float(stands and judgement is Grade.INADEQUATE),
        float(stands and judgement is not Grade.INADEQUATE),
        float(_VISIT.search(head) is not None),
        float(_NO_NEW_RATING.search(head) is not None),
        float(_IMPROVING.search(head) is not None),
        float(_INSPECTED.search(head) is not None),
    )


# How Ofsted's page names the reports it lists, the special kinds before the common one.
_REPORTS = (
    (Event.JTAI, re.compile(r"\bjoint (?:targeted )?area\b|\bjtai\b")),
    (Event.AREA_SEND, re.compile(r"\bsend\b|\bspecial educational needs\b")),
    (Event.MONITORING_VISIT, re.compile(r"\bmonitoring (?:visit|inspection)\b")),
    (Event.FOCUSED_VISIT, re.compile(r"\bfocus+ed visit\b")),
    (Event.FULL_INSPECTION, re.compile(r"\binspection\b")),
)


def event_of_report(title: str) -> Event | None:
    """The event that Ofsted's page calls a report of; None where its title does not tell."""
    searched = plain(title)
    return next((kind for kind, name in _REPORTS if name.search(searched)), None)


def event(fusions: Mapping[str, Fusion], features: Sequence[float]) -> Event:
    """The likeliest event of a relevant text, by `features` (EVENT_FEATURES)."""
    said = dict(zip(EVENT_FEATURES, features, strict=True))
    # A full inspection gives a rating; what brings none is a visit.
    possible = [one for one in Event if not (said["no new rating"] and one is Event.FULL_INSPECTION)]
    return max(possible, key=lambda one: fusions[one].logit(features))
