"""The five documents the project was founded on are read as a careful reader reads them.

They are not ours to copy: they stand beside the checkout, and the test is skipped where they are absent.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from monitor.classify import Classifier
from monitor.model import Theme

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "data" / "seeds"

pytestmark = pytest.mark.skipif(not (SEEDS / "labels.json").exists(), reason="the seed documents are not here")

# At most this many themes beyond a document's own, and this share of polarities right.
EXTRA_THEMES = 2
POLARITY_RIGHT = 0.9


def labels() -> dict[str, dict[str, Any]]:
    path = SEEDS / "labels.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    tables = tomllib.loads((ROOT / "config" / "themes.toml").read_text(encoding="utf-8"))["theme"]
    return Classifier([Theme(id=table["id"], title=table["title"], covers=table["covers"]) for table in tables])


def document(name: str) -> tuple[str, str]:
    text = (SEEDS / name).read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.strip()), text


@pytest.mark.parametrize("name", labels())
def test_seed_is_understood(classifier: Classifier, name: str) -> None:
    title, text = document(name)
    wanted = labels()[name]
    found = classifier.classify(title=title, text=text)

    assert found.relevant is wanted["relevant"]
    assert list(found.councils) == wanted["councils"]
    assert found.event in wanted["event_any"]
    assert found.judgement == wanted["judgement"]
    themes = {label.theme for label in found.themes}
    assert themes >= wanted["themes"].keys()
    assert len(themes - wanted["themes"].keys() - set(wanted["optional"])) <= EXTRA_THEMES


def test_seed_polarities_are_right(classifier: Classifier) -> None:
    right = total = 0
    for name, wanted in labels().items():
        title, text = document(name)
        found = {label.theme: str(label.polarity) for label in classifier.classify(title=title, text=text).themes}
        total += len(wanted["themes"])
        right += sum(found.get(theme) == polarity for theme, polarity in wanted["themes"].items())
    assert right >= POLARITY_RIGHT * total
