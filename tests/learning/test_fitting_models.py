"""What is fitted is what is read: the model as data scores texts as the library that fitted it would."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from monitor.classify.linear import Linear
from monitor.learning.fitting import PENALTY, SEED, fit_fusion, fit_terms, folds

TEXTS = [
    {"caseload", "high", "team"},
    {"caseload", "manageable"},
    {"plan", "vague", "team"},
    {"plan", "clear", "high"},
    {"caseload", "plan", "vague"},
    {"weather", "high"},
]
CASELOADS = [True, True, False, False, True, False]


def test_scores_are_those_of_the_library_but_for_the_rounding_to_bytes() -> None:
    weights = fit_terms(TEXTS, {"caseloads": [(one, 1.0) for one in CASELOADS]}, least=1)
    vectorizer = TfidfVectorizer(analyzer=sorted, binary=True)
    model = LogisticRegression(C=PENALTY, solver="liblinear", random_state=SEED)
    model.fit(vectorizer.fit_transform(TEXTS), CASELOADS)
    expected = model.decision_function(vectorizer.transform(TEXTS))
    found = [Linear(weights).scores(text)[0] for text in TEXTS]
    assert found == pytest.approx(list(expected), abs=0.05)


def test_a_text_of_unknown_terms_gets_the_intercept() -> None:
    weights = fit_terms(TEXTS, {"caseloads": [(one, 1.0) for one in CASELOADS]})
    assert Linear(weights).scores({"nothing", "known"}) == list(weights.intercepts)
    assert Linear(weights).scores(set()) == list(weights.intercepts)


def test_an_answer_that_is_not_known_is_not_learnt_from() -> None:
    sure = fit_terms(TEXTS[:4], {"a": [(one, 1.0) for one in CASELOADS[:4]]}, least=1)
    doubtful = fit_terms(TEXTS[:4], {"a": [(True, 1.0), (True, 1.0), (False, 1.0), (True, 0.0)]}, least=1)
    assert Linear(sure).scores({"clear"})[0] < Linear(doubtful).scores({"clear"})[0]


def test_a_fusion_gives_what_is_so_the_greater_chance() -> None:
    fusion = fit_fusion([(1.0, 0.0), (0.9, 0.1), (0.0, 1.0), (0.1, 0.8)], [True, True, False, False])
    assert fusion.probability((1.0, 0.0)) > 0.5 > fusion.probability((0.0, 1.0))
    assert fusion.probability((-1e9, 1e9)) + 1e-12 > 0.0
    assert fusion.probability((1e9, -1e9)) <= 1.0


def test_no_group_is_parted_and_every_place_is_in_one_fold() -> None:
    groups = ["Devon"] * 5 + ["Kent"] * 3 + ["Bury"] * 4 + ["York"] * 2
    parts = folds(groups, 3)
    assert sorted(place for part in parts for place in part) == list(range(len(groups)))
    for group in set(groups):
        assert len([part for part in parts if any(groups[place] == group for place in part)]) == 1
    assert folds(groups, 3) == parts
    assert np.std([len(part) for part in parts]) < 2
