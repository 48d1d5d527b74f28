"""Concern or progress: what a sentence says about the thing a theme's words stand for.

A sentence is cut into clauses where it turns (but, however, although). Within a clause, words of concern and of
progress are weighed; a negation turns the word that follows it, and a word that governs the rest ("lack of stable
managers") takes the praise after it away.
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
_DENIAL_SPREAD = 20


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence, and how much concern and progress stand in it."""

    start: int
    end: int
    concern: float
    progress: float

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
        self._run = 0.0  # the concern of the hits just before, which "has been cleared" takes back
        self._ended = -_CUT_BESIDE  # where the last concern ended
        self._governed = False  # praise is no praise any more
        self._denied = self._cut = self._wished = -1  # how far the last negation, cut or wished-for cut reaches

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
            case _:  # negation
                self.concern += 0.5
                self._denied = end + _NEGATION_REACH

    def _blame(self, start: int, end: int, kind: str) -> None:
        if start <= self._wished:
            return
        if start <= max(self._cut, self._denied):
            self.progress += 0 if self._governed else 1
            self._denied = -1
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
            self._governed, self._denied = True, -1
        elif not self._governed:
            self.mild += 0.5 if kind == "mild" else 0
            self.progress += 1 if kind == "progress" else 0
        self._run, self._cut = 0.0, -1

    def _reduce(self, start: int, end: int, kind: str) -> None:
        if self._run and (kind == "cut_after" or start - self._ended <= _CUT_BESIDE):
            self.concern -= self._run
            self.progress += 1
            self._run = 0.0
        else:
            self.mild += 0 if self._governed else 0.5
            self._cut = end + _CUT_REACH


def _weigh(start: int, end: int, hits: Sequence[tuple[int, int, str]]) -> Clause:
    tally = _Tally()
    for hit in hits:
        tally.add(*hit)
    return Clause(start, end, tally.concern, tally.progress or (0.0 if tally.concern else tally.mild))
