"""Logistic regression over terms and over answers, by scikit-learn. The only module that knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.classify.linear import Fusion, Weights, packed
from monitor.errors import ConfigError, Problem

try:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
except ImportError as absent:  # the extra `train` is not installed
    raise ConfigError(
        [Problem(where="themes train", found=f"no {absent.name}", wanted="scikit-learn", hint="make train")]
    ) from absent

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence

# Chosen on folds that were held back: the strength of the penalty hardly matters between 6 and 30.
PENALTY = 15.0
SEED = 20_261_126


def fit_terms(
    terms: Sequence[Collection[str]],
    wanted: Mapping[str, Sequence[tuple[bool, float]]],
    *,
    least: int = 2,
    balanced: bool = False,
) -> Weights:
    """A linear model with an output for each key of `wanted`: of each text whether it is so, and what that counts for.

    A term must stand in `least` of the texts. An answer that counts 0 is not known. `balanced` lets the few that are so
    count as much together as the many that are not.
    """
    vectorizer = TfidfVectorizer(analyzer=sorted, min_df=least, binary=True)
    matrix = vectorizer.fit_transform(terms)
    coefficients, intercepts = [], []
    for answers in wanted.values():
        model = LogisticRegression(
            C=PENALTY,
            solver="liblinear",
            max_iter=500,
            random_state=SEED,
            class_weight="balanced" if balanced else None,
        )
        model.fit(matrix, [is_so for is_so, _ in answers], sample_weight=[weight for _, weight in answers])
        coefficients.append(model.coef_[0])
        intercepts.append(float(model.intercept_[0]))
    return packed(
        tuple(wanted),
        [str(term) for term in vectorizer.get_feature_names_out()],
        vectorizer.idf_,
        coefficients,
        intercepts,
    )


def fit_fusion(features: Sequence[Sequence[float]], wanted: Sequence[bool], *, penalty: float = 10.0) -> Fusion:
    """What each feature is worth; fitted on answers that were held back, it is the calibration as well."""
    model = LogisticRegression(C=penalty, max_iter=3000, random_state=SEED)
    model.fit(np.asarray(features, dtype=float), list(wanted))
    return Fusion(
        coefficients=tuple(round(float(value), 5) for value in model.coef_[0]),
        intercept=round(float(model.intercept_[0]), 5),
    )


def folds(groups: Sequence[Hashable], number: int, *, seed: int = SEED) -> list[list[int]]:
    """The places of `groups` in `number` parts of about equal size; no group is in two of them."""
    places: dict[Any, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    order = sorted(places, key=str)
    np.random.default_rng(seed).shuffle(order)
    parts: list[list[int]] = [[] for _ in range(number)]
    for group in sorted(order, key=lambda group: -len(places[group])):
        min(parts, key=len).extend(places[group])
    return [sorted(part) for part in parts]
