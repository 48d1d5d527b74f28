"""Concern or progress: what a sentence says about the thing a theme's words stand for.

Two answers are joined, the rules' and the model's. For the rules, a sentence is cut into clauses where it turns (but,
however, although). Within a clause, words of concern and of progress are weighed; a negation turns the word that
follows it, a word of scarcity ("few", "no child") turns whatever follows it, and a word that governs the rest ("lack
of stable managers") takes the praise after it away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.classify.phrases import Phrases, data
from monitor.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    turned: bool = False  # a denial or a cut made concern of praise, or praise of concern
    hoped: bool = False  # what it praises is only promised, planned or wished for
    moved: bool = False  # it says which way something went that is bad or good in itself

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


# What the rules and the model say of one theme in a sentence, in this order.
VERDICT_FEATURES = (
    "model: concern",
    "model: progress",
    "words of concern",
    "words of progress",
    "words of concern where the theme is",
    "words of progress where the theme is",
    "one clause",
    "rules: concern",
    "rules: progress",
    "rules, whole sentence: concern",
    "rules, whole sentence: progress",
    "rules: concern, by denial",
    "rules: progress, by denial",
)


def verdict_features(logits: Sequence[float], clauses: Sequence[Clause], starts: Sequence[int]) -> tuple[float, ...]:
    """See VERDICT_FEATURES; `logits` are the model's, `starts` where the theme's words begin (maybe nowhere)."""
    concern, progress = logits
    touched = [any(clause.start <= start < clause.end for start in starts) for clause in clauses]
    mine = [clause for clause in clauses if any(clause.start <= start < clause.reach for start in starts)]
    here = of_theme(clauses, touched, starts)
    is_turned = any(clause.turned for clause in (mine or clauses))
    everywhere = join([clause.polarity for clause in clauses if clause.polarity is not None])
    return (
        concern,
        progress,
        _capped(clause.concern for clause in clauses),
        _capped(clause.progress for clause in clauses),
        _capped(clause.concern for clause in mine),
        _capped(clause.progress for clause in mine),
        float(len(clauses) == 1),
        float(here in _CONCERNED),
        float(here in _PRAISED),
        float(everywhere in _CONCERNED),
        float(everywhere in _PRAISED),
        float(here in _CONCERNED and is_turned),
        float(here in _PRAISED and is_turned),
    )


# In so short a sentence a denial decides: of 52 labelled ones 51 are as the rules say ("caseloads are no longer
# manageable"). In longer ones it may deny something else, and what the model says counts for more. Which way a number
# went is said of that number, in longer ones too.
_SHORT = 10
_SHORT_WHERE_MOVED = 18


def by_rule(
    sentence: str, clauses: Sequence[Clause], starts: Sequence[int], touched: Sequence[bool]
) -> Polarity | None:
    """What a short sentence, or a theme's own short clause of one that turns, says where the rules are sure of it.

    They are where it turns its words around or tells which way they went, and where a clause of its own says one thing.
    None for any other. `touched` says of each clause whether words of any theme stand in it: one without may speak of
    the theme before it ("… , but they are late").
    """
    mine = [clause for clause in clauses if any(clause.start <= start < clause.end for start in starts)]
    if len(clauses) == 1:
        (clause,) = clauses
        longest = _SHORT_WHERE_MOVED if clause.moved else _SHORT if clause.turned else 0
        said = of_theme(clauses, [bool(starts)], starts) if starts else clause.polarity
    elif len(mine) == 1 and all(touched):
        (clause,) = mine
        longest, said = _SHORT, clause.polarity
    else:
        return None
    if len(sentence[clause.start : clause.end].split()) > longest or said is Polarity.BOTH:
        return None
    return said


def own_part(sentence: str, clauses: Sequence[Clause], starts: Sequence[int]) -> str:
    """What of `sentence` speaks of a theme whose words begin at `starts`: its clauses; all where it does not part."""
    mine = [clause for clause in clauses if any(clause.start <= start < clause.end for start in starts)]
    if not mine or len(mine) == len(clauses):
        return sentence
    return " ".join(sentence[clause.start : clause.end] for clause in mine)


def parts_by_rules(features: Sequence[float]) -> bool:
    """Whether, of `features` (VERDICT_FEATURES), the rules say both, of clauses that part."""
    said = dict(zip(VERDICT_FEATURES, features, strict=True))
    return bool(said["rules: concern"] and said["rules: progress"] and not said["one clause"])


def says_something(logits: Sequence[float], clauses: Sequence[Clause]) -> tuple[float, float]:
    """How much a sentence says that is good or bad of anything: the model's louder side, and the words of both."""
    words = sum(clause.concern + clause.progress for clause in clauses)
    return max(logits), min(words, _MOST)


# Of 9,524 labelled sentences of reports 26 lie below it without a word of praise or blame, of 3,221 others 673.
_SILENT = -2.0


# What is only hoped for is silence sooner: it lies above few that say something (24) and many that do not (112).
_SILENT_IN_HOPE = -0.5


def is_silent(says: tuple[float, float], clauses: Sequence[Clause], *, only_looks: bool) -> bool:
    """Whether a sentence says nothing good or bad of anything; `says` is what `says_something` found in it."""
    model, words = says
    if words:
        return False
    hoped = any(clause.hoped for clause in clauses)
    return only_looks or model < (_SILENT_IN_HOPE if hoped else _SILENT)


_CONCERNED = (Polarity.CONCERN, Polarity.BOTH)
_PRAISED = (Polarity.PROGRESS, Polarity.BOTH)
_MOST = 4.0  # a long sentence says no more by saying it again


def _capped(values: Iterable[float]) -> float:
    return min(sum(values), _MOST)


def of_theme(clauses: Sequence[Clause], touched: Sequence[bool], starts: Sequence[int]) -> Polarity | None:
    """What the clauses with the theme's words say of it, and one after them that names no theme of its own.

    `touched` says of each clause whether words of any theme stand in it.
    """
    said: list[Polarity] = []
    for number, clause in enumerate(clauses):
        mine = any(clause.start <= start < clause.reach for start in starts)
        follows = (
            number > 0
            and not touched[number]
            and clause.reach == clause.end
            and bool(starts)
            and (min(starts) < clause.start)
        )
        if (mine or follows) and clause.polarity is not None:
            said.append(clause.polarity)
    return join(said)


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
        self.turned = False
        self.hoped = False
        self.moved = False

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
            case "worse":
                self._blame(start, end, "concern")
                self.moved = True
            case "better":
                self._praise(start, "progress")
                self.moved = True
            case "hope":
                self._governed = self.hoped = True
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
            self.turned = True
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
            self.turned = True
        elif not self._governed:
            self.progress += 1 if kind == "progress" else 0
            if kind == "mild":
                self._speak_mildly(start)
        self._run, self._cut = 0.0, -1

    def _reduce(self, start: int, end: int, kind: str) -> None:
        if self._run and (kind == "cut_after" or start - self._ended <= _CUT_BESIDE):
            self.concern -= self._run
            self.progress += 1
            self.turned = True
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
        return Clause(
            start,
            end,
            tally.concern,
            tally.progress,
            reach=end,
            turned=tally.turned,
            hoped=tally.hoped,
            moved=tally.moved,
        )
    return Clause(
        start,
        end,
        0.0,
        tally.mild,
        reach=min(end, tally.mild_reach),
        turned=tally.turned,
        hoped=tally.hoped,
        moved=tally.moved,
    )
