"""How often answers are right. Pure arithmetic over pairs of what was wanted and what was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision, recall and F1 of yes-or-no answers, with the counts they come from."""

    right: int = 0
    wrong: int = 0  # found and not wanted
    missed: int = 0  # wanted and not found

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        all_ = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / all_ if all_ else 0.0


def scores(
    wanted: Iterable[Collection[str]], found: Iterable[Collection[str]], names: Iterable[str]
) -> dict[str, Score]:
    """Of labels of which each text may have several: a score for each of `names`."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for want, find in zip(wanted, found, strict=True):
        right.update(set(want) & set(find))
        wrong.update(set(find) - set(want))
        missed.update(set(want) - set(find))
    return {name: Score(right=right[name], wrong=wrong[name], missed=missed[name]) for name in names}


def micro(parts: Mapping[str, Score]) -> Score:
    """All labels together, each counting once."""
    return Score(
        right=sum(one.right for one in parts.values()),
        wrong=sum(one.wrong for one in parts.values()),
        missed=sum(one.missed for one in parts.values()),
    )


def macro_f1(parts: Mapping[str, Score]) -> float:
    """The mean over the names, each counting once; those that were never wanted and never found do not count."""
    counted = [one.f1 for one in parts.values() if one.right or one.wrong or one.missed]
    return sum(counted) / len(counted) if counted else 0.0


def share(pairs: Sequence[tuple[object, object]]) -> float:
    """How many of the pairs are equal, from 0 to 1; 0 of none."""
    return sum(wanted == found for wanted, found in pairs) / len(pairs) if pairs else 0.0


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """The expected calibration error of pairs of a probability and whether it was so, over ten equal bins.

    It is the mean, weighted by how many fall into each bin, of how far a bin's mean probability lies from the share of
    it that was so (Naeini, Cooper and Hauskrecht 2015).
    """
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for probability, was_so in pairs:
        bins[min(int(probability * _BINS), _BINS - 1)].append((probability, was_so))
    error = 0.0
    for filled in filter(None, bins):
        expected = sum(probability for probability, _ in filled)
        error += abs(expected - sum(was_so for _, was_so in filled))
    return error / len(pairs) if pairs else 0.0


def best_threshold(pairs: Sequence[tuple[float, bool]], choices: Sequence[float], *, prefer: float) -> float:
    """The choice with the best F1 of pairs of a probability and whether it was so, less for being far from `prefer`."""

    def f1(threshold: float) -> float:
        return Score(
            right=sum(is_so and probability >= threshold for probability, is_so in pairs),
            wrong=sum(not is_so and probability >= threshold for probability, is_so in pairs),
            missed=sum(is_so and probability < threshold for probability, is_so in pairs),
        ).f1

    # A theme with few examples has a jagged curve: a threshold must be better by half a point of F1 for each tenth that
    # it lies away from the common one.
    return max(choices, key=lambda threshold: f1(threshold) - 0.05 * abs(threshold - prefer))
