"""Whether a text is about a council's children's services: a number from 0 to 1, and the words that made it.

A cheap gate answers for most of the world's items. What passes is weighed twice, by words for and against (each kind
once in full and a little for each repetition, more in the title) and by the trained model; what both say together is
worth what it was on texts held back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.classify.grading import grades
from monitor.classify.linear import sigmoid
from monitor.classify.phrases import Phrases, blank, data, plain
from monitor.classify.terms import subject_terms
from monitor.model import Cue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.classify.linear import Fusion
    from monitor.model import Mention

# The subject shows early; a long report says nothing more about its own relevance further down. Characters.
READ = 4_000
_GRADED = 3.6  # a council's name beside a grade and the inspectors who gave it
_BESIDE = 120  # characters to either side of the name
_INSPECTORS = re.compile(r"\b(?:ofsted|inspectors|watchdog)\b")
_SOURCE = 1.0  # added to the logit where the source is a council's own: it writes about itself, and about much else
_FOR = {"certain": 4.0, "decisive": 2.2, "strong": 1.4, "some": 0.7, "slight": 0.35}
_AGAINST = {"abroad": -8.0, "advert": -5.5, "decisive": -3.5, "strong": -1.3, "some": -0.6}
_IN_TITLE = 2.0
_AGAIN = 0.2  # of a phrase's weight for each repetition, four at most
_CAP = 15.0  # for either side: beyond it a longer text would only be a louder one
_HEAD = 400  # characters of a text that tell what it is about
# Only a council's services count: without any council, named or unnamed, an item stays below the line.
_WITHOUT_COUNCIL = 0.4


class RelevanceReader:
    def __init__(self) -> None:
        lexicon = data("relevance.toml")
        self._gate: tuple[str, ...] = tuple(lexicon["gate"])
        self._establishments = re.compile(r"\b(?:" + "|".join(lexicon["establishments"]) + r")\b")
        self._offices = Phrases((phrase, None) for phrase in lexicon["offices"])
        self._phrases = Phrases(
            (phrase, (phrase, weights[strength]))
            for side, weights in (("for", _FOR), ("against", _AGAINST))
            for strength, phrases in lexicon[side].items()
            for phrase in phrases
        )

    def may_be_relevant(self, title: str, text: str) -> bool:
        """The gate: False for a text that has none of the words a relevant one must have."""
        lowered = f"{title}\n{text}".lower().replace("’", "'")
        return any(word in lowered for word in self._gate)

    def is_of_establishment(self, title: str) -> bool:
        """Whether the headline speaks of a school, nursery, home or the like."""
        return self._establishments.search(plain(title)) is not None

    def cues(self, title: str, text: str, mentions: Iterable[Mention]) -> list[Cue]:
        """What speaks for and against, in `title` and the head of `text`; a phrase's repetitions are one cue.

        `mentions` are the councils' names in them.
        """
        cues = [*self._cues(title, in_title=True), *self._cues(text[:READ], in_title=False)]
        graded = self._graded(plain(title), plain(text[:READ]), mentions)
        return cues if graded is None else [*cues, graded]

    def _graded(self, title: str, text: str, mentions: Iterable[Mention]) -> Cue | None:
        """The first council's name beside a grade and inspectors, where no school, home or provider is spoken of."""
        if self._establishments.search(title) or self._establishments.search(text):
            return None
        for mention in mentions:
            if not mention.weight or (mention.start >= READ and not mention.in_title):
                continue
            place = title if mention.in_title else text
            beside = place[max(0, mention.start - _BESIDE) : mention.end + _BESIDE]
            if not next(grades(beside), None):
                continue
            # A headline leaves it to the text to say who gave the grade.
            if _INSPECTORS.search(beside) or (mention.in_title and _INSPECTORS.search(text[: 2 * _BESIDE])):
                return Cue(
                    question="relevance",
                    text=mention.text,
                    start=mention.start,
                    end=mention.end,
                    weight=_GRADED,
                    in_title=mention.in_title,
                )
        return None

    def _cues(self, text: str, *, in_title: bool) -> list[Cue]:
        searched = blank(plain(text), ((hit.start, hit.end) for hit in self._offices.find(plain(text))))
        found: dict[str, Cue] = {}
        times: dict[str, int] = {}
        for hit in self._phrases.find(searched):
            phrase, weight = hit.value
            times[phrase] = times.get(phrase, 0) + 1
            repeated = 1.0 + _AGAIN * min(times[phrase] - 1, 4)
            first = found.get(phrase)
            start, end = (first.start, first.end) if first else (hit.start, hit.end)
            found[phrase] = Cue(
                question="relevance",
                text=text[start:end],
                start=start,
                end=end,
                weight=round(weight * repeated * (_IN_TITLE if in_title else 1.0), 3),
                in_title=in_title,
            )
        return list(found.values())


# What the words and the model say of a text, in this order.
RELEVANCE_FEATURES = (
    "model",
    "words for",
    "words against",
    "words for, in the head",
    "words against, in the head",
    "another nation's words",
    "a council is named",
    "a council is spoken of",
    "no words for",
    "a school, nursery or home in the headline",
)


def relevance_features(
    logit: float, cues: Iterable[Cue], *, names_council: bool, speaks_of_council: bool, is_of_establishment: bool
) -> tuple[float, ...]:
    """See RELEVANCE_FEATURES; `logit` is the model's."""
    speaking_for = against = head_for = head_against = abroad = 0.0
    for cue in cues:
        in_head = cue.in_title or cue.start < _HEAD
        if cue.weight <= _ABROAD:
            abroad += 1.0
        elif cue.weight > 0:
            speaking_for += cue.weight
            head_for += cue.weight * in_head
        else:
            against += cue.weight
            head_against += cue.weight * in_head
    return (
        logit,
        min(speaking_for, _CAP) / _SCALE,
        max(against, -_CAP) / _SCALE,
        min(head_for, _CAP) / _SCALE,
        max(head_against, -_CAP) / _SCALE,
        min(abroad, 3.0),
        float(names_council),
        float(speaks_of_council),
        float(not speaking_for),
        float(is_of_establishment),
    )


_SCALE = 5.0
_ABROAD = _AGAINST["abroad"]


def relevance(fusion: Fusion, features: Sequence[float], *, of_council: bool, from_council: bool) -> float:
    """From 0 to 1, by `features` (RELEVANCE_FEATURES).

    `of_council` says that the text names a council or speaks of one, `from_council` that a council's own source has it.
    """
    value = sigmoid(fusion.logit(features) + (_SOURCE if from_council else 0.0))
    return round(value if of_council else min(value, _WITHOUT_COUNCIL), 4)


# Names are masked: a council says nothing of what is told about it, and one that was often in the news would.
_NAME = " xplace "


def relevance_terms(title: str, text: str, mentions: Iterable[Mention]) -> set[str]:
    """What the model knows a text by: the terms of its title and head, without councils' names."""
    named = list(mentions)
    head = text[:READ]
    return subject_terms(f"{_masked(title, named, in_title=True)} . {_masked(head, named, in_title=False)}")


def _masked(text: str, mentions: Sequence[Mention], *, in_title: bool) -> str:
    pieces, end = [], 0
    text = plain(text)
    for mention in mentions:
        if mention.in_title is in_title and end <= mention.start and mention.end <= len(text):
            pieces += [text[end : mention.start], _NAME]
            end = mention.end
    return "".join([*pieces, text[end:]])


_AUTHORITY = re.compile(
    r"\b(?:council|councillors|local authorit(?:y|ies)|county hall|city hall|scrutiny (?:committee|panel|board)"
    r"|corporate parenting"
    r"|children's (?:services|trust))\b"
)


def speaks_of_council(title: str, text: str) -> bool:
    """Whether a council is spoken of, even without a name."""
    return bool(_AUTHORITY.search(plain(title)) or _AUTHORITY.search(plain(text[:READ])))
