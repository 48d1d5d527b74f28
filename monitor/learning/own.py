"""A theme of the reader's own, fitted on its examples; how well is said by examples that were held back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.classify.lexicon import ABOUT
from monitor.classify.linear import Fusion, Linear
from monitor.classify.model import OwnTheme, fingerprint
from monitor.classify.polarity import says_something
from monitor.classify.themes import THEME_FEATURES, theme_features
from monitor.learning.figures import best_threshold, scores
from monitor.learning.fitting import fit_fusion, fit_terms
from monitor.learning.sentences import Preparer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.classify.linear import Weights
    from monitor.classify.model import Model
    from monitor.learning.sentences import Labelled
    from monitor.model import Theme

LEAST_EXAMPLES = 8
_LEXICON = THEME_FEATURES.index("lexicon")
_FOLDS = 4
_CHOICES = [number / 100 for number in range(10, 75, 5)]
_COMMON = 0.4
_PENALTY = 100.0  # hardly any: two numbers are fitted


def examples_of(theme: Theme) -> int:
    """How many sentences earn the theme by its entry."""
    return len(theme.concern) + len(theme.progress)


def fit_own(theme: Theme, themes: Sequence[Theme], model: Model) -> OwnTheme:
    """`theme` fitted on its examples against those of the other `themes`.

    Each part of its examples is read by what was fitted on the others, its words taken from those alone: from what that
    comes to are the calibration, the threshold and the figures.
    """
    others = [one for one in themes if one.id != theme.id]
    verdicts = Linear(model.verdicts)
    rows: list[tuple[float, ...]] = []
    wanted: list[bool] = []
    parts: list[int] = []
    for number in range(_FOLDS):
        preparer = Preparer([*others, _without(theme, number)])
        everything = list(preparer.of_examples())
        apart = {id(one) for one in _share_of_others(everything, theme.id, number)}
        linear = Linear(_fit([one for one in everything if id(one) not in apart], theme.id))
        held = [
            *preparer.of_sentences(_part(theme.concern, number), theme.id, earns=True),
            *preparer.of_sentences(_part(theme.progress, number), theme.id, earns=True),
            *preparer.of_sentences(_part(theme.neutral, number), theme.id, earns=False),
            *(one for one in everything if id(one) in apart),
        ]
        rows += [_row(one, linear, verdicts, theme.id) for one in held]
        wanted += [theme.id in one.themes for one in held]
        parts += [number] * len(held)
    found = []
    for number in range(_FOLDS):  # calibration and threshold, too, are chosen on the other parts
        inside = [place for place, part in enumerate(parts) if part != number]
        fusion, threshold = _calibrated(
            [rows[place] for place in inside], [wanted[place] for place in inside], model.theme
        )
        found += [
            (wanted[place], fusion.probability(rows[place]) >= threshold)
            for place, part in enumerate(parts)
            if part == number
        ]
    score = scores(
        [{theme.id} if is_so else set() for is_so, _ in found],
        [{theme.id} if given else set() for _, given in found],
        [theme.id],
    )[theme.id]
    by_words = scores(
        [{theme.id} if is_so else set() for is_so in wanted],
        [{theme.id} if row[_LEXICON] >= ABOUT else set() for row in rows],
        [theme.id],
    )[theme.id]
    fusion, threshold = _calibrated(rows, wanted, model.theme)
    return OwnTheme(
        id=theme.id,
        of=fingerprint(theme),
        examples=examples_of(theme),
        weights=_fit(list(Preparer(themes).of_examples()), theme.id),
        fusion=fusion,
        threshold=threshold,
        figures={
            "precision": round(score.precision, 3),
            "recall": round(score.recall, 3),
            "f1": round(score.f1, 3),
            "words_f1": round(by_words.f1, 3),
        },
    )


def _fit(examples: Sequence[Labelled], theme: str) -> Weights:
    return fit_terms(
        [one.subjects for one in examples],
        {theme: [(theme in one.themes, 0.0 if theme in one.unknown else 1.0) for one in examples]},
        balanced=True,
    )


def _row(one: Labelled, linear: Linear, verdicts: Linear, theme: str) -> tuple[float, ...]:
    strengths = one.read.strengths
    return theme_features(
        linear.scores(one.subjects)[0],
        strengths.get(theme, 0.0),
        about_any=any(strength >= ABOUT for strength in strengths.values()),
        only_looks=one.looks,
        says=says_something(verdicts.scores(one.verdicts), one.clauses),
    )


def _part(examples: Sequence[str], number: int) -> list[str]:
    return list(examples[number::_FOLDS])


def _without(theme: Theme, number: int) -> Theme:
    """The theme without one part of its examples."""

    def rest(examples: Sequence[str]) -> tuple[str, ...]:
        return tuple(one for place, one in enumerate(examples) if place % _FOLDS != number)

    return replace(theme, concern=rest(theme.concern), progress=rest(theme.progress), neutral=rest(theme.neutral))


def _share_of_others(everything: Sequence[Labelled], theme: str, number: int) -> list[Labelled]:
    """A part of the examples that do not earn `theme`, each once over all parts; those that may are in none."""
    others = [one for one in everything if theme not in one.themes and theme not in one.unknown]
    return others[number::_FOLDS]


def _calibrated(rows: Sequence[Sequence[float]], wanted: Sequence[bool], shared: Fusion) -> tuple[Fusion, float]:
    """What the features are worth together, and from where on the theme is given.

    A dozen examples cannot tell what eight features are worth. What they are worth to the shipped themes is `shared`;
    its scale and its level are all that is fitted.
    """
    scaled = fit_fusion([(shared.logit(row),) for row in rows], wanted, penalty=_PENALTY)
    (scale,) = scaled.coefficients
    fusion = Fusion(
        coefficients=tuple(scale * one for one in shared.coefficients),
        intercept=scale * shared.intercept + scaled.intercept,
    )
    answers = [(fusion.probability(row), is_so) for row, is_so in zip(rows, wanted, strict=True)]
    return fusion, best_threshold(answers, _CHOICES, prefer=_COMMON)
