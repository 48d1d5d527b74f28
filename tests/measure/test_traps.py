"""Short texts that tempt, each with a harmless twin (traps.toml, all invented): how many are read for what they are.

The model is not fitted on them; the rules were mended with them in view, so this guards and does not measure. A change
that reads fewer fails, and says which ones are read wrongly.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.classify import Classifier
from monitor.config import builtin_themes

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = tomllib.loads(Path(__file__).with_name("traps.toml").read_text(encoding="utf-8"))["case"]

LEAST = {
    "relevance": 0.98,
    "councils": 0.98,
    "event": 0.93,
    "judgement": 0.95,
    "themes": 0.75,
    "themes absent": 0.75,
}


def answers(case: dict[str, Any], classifier: Classifier) -> Iterator[tuple[str, object, object]]:
    """What a case asks: the question, the answer wanted and the one found. A text that is not relevant says no more."""
    found = classifier.classify(title=case["title"], text=case.get("text", ""), council=case.get("hint"))
    wanted = case.get("relevant", True)
    yield "relevance", wanted, found.relevant
    if not (wanted and found.relevant):
        return
    if "councils" in case:
        yield "councils", case["councils"], list(found.councils)
    if "event" in case:
        yield "event", case["event"], found.event
    if "judgement" in case:
        yield "judgement", case["judgement"], found.judgement or ""
    themes = {label.theme: str(label.polarity) for label in found.themes}
    if "themes" in case:
        yield "themes", case["themes"], {theme: themes.get(theme) for theme in case["themes"]}
    if "themes_absent" in case:
        yield "themes absent", set(), themes.keys() & set(case["themes_absent"])


@pytest.fixture(scope="module")
def read() -> dict[str, list[tuple[str, object, object]]]:
    """Every answer by question: the case, what was wanted, what was found."""
    classifier = Classifier(builtin_themes())
    found = defaultdict(list)
    for case in CASES:
        for question, wanted, answer in answers(case, classifier):
            found[question].append((case["id"], wanted, answer))
    return found


@pytest.mark.parametrize("question", LEAST)
def test_tempting_texts_are_read_for_what_they_are(
    read: dict[str, list[tuple[str, object, object]]], question: str
) -> None:
    wrong = [f"{name}: wanted {wanted}, found {answer}" for name, wanted, answer in read[question] if wanted != answer]
    assert 1 - len(wrong) / len(read[question]) >= LEAST[question], "\n".join(wrong)


def test_there_are_traps_enough_and_none_is_set_twice() -> None:
    assert len(CASES) >= 150
    assert len({case["id"] for case in CASES}) == len(CASES)
