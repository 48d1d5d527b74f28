"""Whether a text is about a council's children's services: a number from 0 to 1, and the words that made it.

A cheap gate answers for most of the world's items. What passes is weighed: words for and against, each kind once in
full and a little for each repetition, more in the title; the difference through a logistic curve.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from monitor.classify.judgement import grades
from monitor.classify.phrases import Phrases, blank, data, plain
from monitor.model import Cue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model import Mention

# The subject shows early; a long report says nothing more about its own relevance further down. Characters.
READ = 6_000
_GRADED = 3.6  # a council's name beside a grade and the inspectors who gave it
_BESIDE = 120  # characters to either side of the name
_INSPECTORS = re.compile(r"\b(?:ofsted|inspectors|watchdog)\b")
_SOURCE = 0.7  # the source is a council's own
_FOR = {"certain": 4.0, "decisive": 2.2, "strong": 1.4, "some": 0.7, "slight": 0.35}
_AGAINST = {"abroad": -8.0, "advert": -5.5, "decisive": -3.5, "strong": -1.3, "some": -0.6}
_IN_TITLE = 2.0
_AGAIN = 0.2  # of a phrase's weight for each repetition, four at most
_BIAS = -3.0
_CAP = 12.0  # for either side: beyond it a longer text would only be a louder one
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


def relevance(cues: Iterable[Cue], *, of_council: bool, from_council: bool) -> float:
    """From 0 to 1.

    `of_council` says that the text names a council or speaks of one, `from_council` that a council's own source has it.
    """
    speaking_for = against = 0.0
    for cue in cues:
        if cue.weight > 0:
            speaking_for += cue.weight
        else:
            against += cue.weight
    sum_ = min(speaking_for, _CAP) + max(against, -_CAP) + _BIAS + (_SOURCE if from_council else 0.0)
    value = 1.0 / (1.0 + math.exp(-sum_))
    return round(value if of_council else min(value, _WITHOUT_COUNCIL), 4)


_AUTHORITY = re.compile(
    r"\b(?:council|councillors|local authorit(?:y|ies)|county hall|city hall|scrutiny (?:committee|panel|board)"
    r"|corporate parenting"
    r"|children's (?:services|trust))\b"
)


def speaks_of_council(title: str, text: str) -> bool:
    """Whether a council is spoken of, even without a name."""
    return bool(_AUTHORITY.search(plain(title)) or _AUTHORITY.search(plain(text[:READ])))
