"""Whether a text is about a council's children's services: a number from 0 to 1, and the words that made it.

A cheap gate answers for most of the world's items. What passes is weighed: words for and against, each kind once in
full and a little for each repetition, more in the title; the difference through a logistic curve.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from monitor.classify.phrases import Phrases, data, plain
from monitor.model import Cue

if TYPE_CHECKING:
    from collections.abc import Iterable

# The subject shows early; a long report says nothing more about its own relevance further down. Characters.
READ = 6_000
_FOR = {"certain": 4.0, "decisive": 2.2, "strong": 1.4, "some": 0.7, "slight": 0.35}
_AGAINST = {"abroad": -8.0, "decisive": -3.5, "strong": -1.3, "some": -0.6}
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

    def cues(self, title: str, text: str) -> list[Cue]:
        """What speaks for and against, in `title` and the head of `text`; a phrase's repetitions are one cue."""
        return [*self._cues(title, in_title=True), *self._cues(text[:READ], in_title=False)]

    def _cues(self, text: str, *, in_title: bool) -> list[Cue]:
        searched = _blank(plain(text), ((hit.start, hit.end) for hit in self._offices.find(plain(text))))
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


def relevance(cues: Iterable[Cue], *, of_council: bool) -> float:
    """From 0 to 1; `of_council` says that the text names a council or speaks of one."""
    speaking_for = against = 0.0
    for cue in cues:
        if cue.weight > 0:
            speaking_for += cue.weight
        else:
            against += cue.weight
    sum_ = min(speaking_for, _CAP) + max(against, -_CAP) + _BIAS
    value = 1.0 / (1.0 + math.exp(-sum_))
    return round(value if of_council else min(value, _WITHOUT_COUNCIL), 4)


_AUTHORITY = re.compile(
    r"\b(?:council|councillors|local authorit(?:y|ies)|county hall|city hall|scrutiny committee|corporate parenting"
    r"|children's (?:services|trust))\b"
)


def speaks_of_council(title: str, text: str) -> bool:
    """Whether a council is spoken of, even without a name."""
    return bool(_AUTHORITY.search(plain(title)) or _AUTHORITY.search(plain(text[:READ])))


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
