"""A text made to be slow is read like any other: each of these would take minutes where a pattern backtracks."""

from __future__ import annotations

import pytest

from monitor.classify import Classifier
from monitor.config import builtin_themes

ABOUT = "Devon County Council's children's services were judged inadequate since "


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(builtin_themes())


@pytest.mark.parametrize(
    "filling",
    [
        pytest.param("-" * 5_000, id="a ruled line"),
        pytest.param("- " * 20_000, id="a broken line"),
        pytest.param("." * 50_000, id="dots"),
        pytest.param(", " * 20_000, id="commas"),
        pytest.param("\n" * 50_000, id="empty lines"),
        pytest.param("'\"”’)] " * 5_000, id="closing marks"),
        pytest.param("Cllr. " * 10_000, id="abbreviations"),
        pytest.param("• - * " * 8_000, id="bullets"),
    ],
)
def test_a_text_of_one_thing_again_and_again_is_understood(classifier: Classifier, filling: str) -> None:
    found = classifier.classify(title="Ofsted report on Devon", text=f"{ABOUT}{filling} page two")
    assert found.relevant
    assert found.councils == ("Devon",)
