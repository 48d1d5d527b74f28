"""Short texts that tempt, many with a harmless twin: what is told, about whom, and as what (traps.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from monitor.classify import Classifier

CASES = tomllib.loads(Path(__file__).with_name("traps.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_tempting_text_is_read_for_what_it_is(classifier: Classifier, case: dict[str, Any]) -> None:
    found = classifier.classify(title=case["title"], text=case.get("text", ""), council=case.get("hint"))

    assert found.relevant is case.get("relevant", True), found.relevance
    if not found.relevant:
        assert (found.event, found.judgement, found.themes, found.councils) == (None, None, (), ())
    if "councils" in case:
        assert list(found.councils) == case["councils"]
    if "event" in case:
        assert found.event == case["event"]
    if "judgement" in case:
        assert (found.judgement or "") == case["judgement"]


def test_no_trap_is_set_twice() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
