"""Concern or progress: what a sentence says about the thing a theme's words stand for.

A sentence is cut into clauses where it turns (but, however, although). Within a clause, words of concern and of
progress are weighed; a negation turns the word that follows it, a word of scarcity ("few", "no child") turns whatever
follows it, and a word that governs the rest ("lack of stable managers") takes the praise after it away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.classify.phrases import Phrases, data
from monitor.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Sequence

_TURN = re.compile(
    r"[;:]|\s-\s"
    r"|(?:,\s*|\b)(?:but|however|although|though|whilst|while|whereas|nevertheless|nonetheless|even so|despite"
    r"|in spite of|(?<!not )(?<!as )(?<!has )(?<!have )(?<!is )(?<!are )yet(?! to\b)"
    r"|and (?=some|there (?:is|are) still))\b"
)
# How far a word reaches, characters: a cut ("fewer", "reduced") over what was cut; a negation over a concern, which it
# turns only right beside ("not delayed"; but "not understood how poor"), and over praise, which it turns from further.
_CUT_REACH = 60
_CUT_BESIDE = 12  # "drift is reduced"
_NEGATION_REACH = 12
_SCARCE_REACH = 30  # "few of the children in care wait too long"
_DENIAL_SPREAD = 20
_JOINED = len(", or ")  # "no evidence of drift and delay" denies both


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence, and how much concern and progress stand in it.

    What it says, it says of what begins before `reach`: mild words speak of their subject only ("care leavers receive
    help", not "the panel received a report on care leavers").
    """

    start: int
    end: int
    concern: float
    progress: float
    reach: int

    @property
    def polarity(self) -> Polarity | None:
        if not (self.concern or self.progress):
            return None
        if self.concern >= 2 * self.progress:
            return Polarity.CONCERN
        if self.progress >= 2 * self.concern:
            return Polarity.PROGRESS
        return Polarity.BOTH


class PolarityReader:
    def __init__(self) -> None:
        self._phrases = Phrases(
            [(phrase, kind) for kind, phrases in data("polarity.toml").items() for phrase in phrases]
        )

    def clauses(self, sentence: str, words: set[str]) -> list[Clause]:
        """The clauses of `sentence` (plain), in order; `words` are its anchors."""
        hits = sorted(self._phrases.find(sentence, words), key=lambda hit: (hit.start, -hit.end))
        bounds = [0, *(match.start() for match in _TURN.finditer(sentence) if match.start()), len(sentence)]
        found = []
        for start, end in pairwise(bounds):
            inside = [(hit.start, hit.end, hit.value) for hit in hits if start <= hit.start < end]
            found.append(_weigh(start, end, _longest(inside)))
        return found


def join(polarities: Sequence[Polarity]) -> Polarity | None:
    """What several clauses or sentences say together; None when they say nothing."""
    distinct = set(polarities)
    if not distinct:
        return None
    return distinct.pop() if len(distinct) == 1 else Polarity.BOTH


def _longest(hits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of hits that overlap, the earliest and longest."""
    kept: list[tuple[int, int, str]] = []
    for hit in hits:
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


class _Tally:
    """What a clause's hits, told one after another, come to. Each kind is a table of polarity.toml."""

    def __init__(self) -> None:
        self.concern = self.progress = self.mild = 0.0
        self.mild_reach = 0  # what begins before this, the mild words may be said of
        self._run = 0.0  # the concern of the hits just before, which "has been cleared" takes back
        self._ended = -_CUT_BESIDE  # where the last concern ended
        self._forgiven = -_JOINED - 1  # where the last concern that was denied ended
        self._governed = False  # praise is no praise any more
        self._denied = self._cut = self._wished = -1  # how far the last denial, cut or wished-for cut reaches
        self._owed = 0.0  # the concern the last denial counts as, until what it denies is a concern

    def add(self, start: int, end: int, kind: str) -> None:
        match kind:
            case "concern" | "governs" | "verdict":
                self._blame(start, end, kind)
            case "progress" | "mild":
                self._praise(start, kind)
            case "cut" | "cut_after":
                self._reduce(start, end, kind)
            case "intent":
                self._wished = end + _CUT_REACH
            case "hope":
                self._governed = True
            case "negation":
                self._deny(end + _NEGATION_REACH, owed=0.5)
            case "scarce":
                self._deny(end + _SCARCE_REACH, owed=1.0)
            case "ended":
                self._deny(end + _SCARCE_REACH, owed=0.0)
                self._speak_mildly(end + _SCARCE_REACH)
            case _:  # nothing: the words only look like a verdict
                pass

    def _deny(self, reach: int, *, owed: float) -> None:
        self.concern += owed
        self._denied, self._owed = reach, owed

    def _blame(self, start: int, end: int, kind: str) -> None:
        if start <= self._wished:
            return
        if start <= self._forgiven + _JOINED:
            self._forgiven = end
            return
        if start <= max(self._cut, self._denied):
            self.concern -= self._owed
            self.progress += 0 if self._governed else 1
            self._denied, self._owed = -1, 0.0
            self._forgiven = end
            return
        self.concern += 1
        self._run += 1
        self._ended = end
        self._governed = self._governed or kind == "governs"
        if kind == "verdict":
            self.progress = 0.0

    def _praise(self, start: int, kind: str) -> None:
        if self._denied >= 0 and start <= self._denied + _DENIAL_SPREAD:
            self.concern += 0.5
            self._governed, self._denied, self._owed = True, -1, 0.0
        elif not self._governed:
            self.progress += 1 if kind == "progress" else 0
            if kind == "mild":
                self._speak_mildly(start)
        self._run, self._cut = 0.0, -1

    def _reduce(self, start: int, end: int, kind: str) -> None:
        if self._run and (kind == "cut_after" or start - self._ended <= _CUT_BESIDE):
            self.concern -= self._run
            self.progress += 1
            self._run = 0.0
        else:
            self._cut = end + _CUT_REACH
            if not self._governed:
                self._speak_mildly(self._cut)

    def _speak_mildly(self, reach: int) -> None:
        self.mild += 0.5
        self.mild_reach = max(self.mild_reach, reach)


def _weigh(start: int, end: int, hits: Sequence[tuple[int, int, str]]) -> Clause:
    tally = _Tally()
    for hit in hits:
        tally.add(*hit)
    if tally.concern or tally.progress:
        return Clause(start, end, tally.concern, tally.progress, reach=end)
    return Clause(start, end, 0.0, tally.mild, reach=min(end, tally.mild_reach))
