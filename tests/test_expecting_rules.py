"""The rules that expectations follow say what they rest on, and a mistake in their file is named."""

from __future__ import annotations

import re

import pytest

from monitor.expecting import Rule, rules, rules_from
from monitor.model import Grade, SendOutcome


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_rule_never_says_that_a_council_was_judged_so(rule):
    """Without an overall grade nobody judged it inadequate: it is we who take the lowest."""
    assert "judged" not in rule.rule


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_rule_says_what_was_counted_or_that_it_is_a_guess(rule):
    assert re.search(r"\(\d+ councils\)|few cases are known|is a guess", rule.rule)


def test_rules_cover_every_grade_and_every_outcome():
    assert {grade for rule in rules() for grade in rule.judged} == {
        *(Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)
    }
    assert {outcome for rule in rules() for outcome in rule.send} == set(SendOutcome)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_rule_says_how_sure_it_is_and_ends_as_a_sentence_does(rule):
    assert rule.note
    assert all(text.endswith(".") for text in (rule.rule, rule.without_overall, rule.change) if text)


RULE = """
[[framework]]
source = "Framework"
source_url = "https://framework.example.org"
[[framework.rule]]
id = "again"
judged = ["good"]
event = "ilacs"
what = "full inspection"
counted_from = "inspection"
earliest = 30
latest = 42
rule = "Again after three years."
"""


def test_rule_is_read_with_what_its_framework_says():
    [rule] = rules_from(RULE)
    assert isinstance(rule, Rule)
    assert (rule.id, rule.judged, rule.earliest, rule.source) == ("again", (Grade.GOOD,), 30, "Framework")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        pytest.param("earliest", "earliset", "rule again: unknown key `earliset`", id="key"),
        pytest.param("latest = 42\n", "", "rule again: .*`latest`", id="key that is missing"),
        pytest.param("42", '"42"', r"rule again: .*\$\.latest", id="kind of value"),
        pytest.param('"good"', '"fine"', r"rule again: .*'fine'.*\$\.judged", id="grade"),
        pytest.param("42", "29", "rule again: `earliest` must be", id="window"),
        pytest.param('["good"]', "[]", "rule again: one of `judged` and `send`", id="state"),
        pytest.param("https:", "http:", "rule again: .*`source_url`", id="source"),
        pytest.param("[[framework]]", "[framework]", r"wanted \[\[framework\]\] tables", id="table"),
        pytest.param("[[framework.rule]]", "[[rules]]", r"wanted \[\[framework\]\] tables", id="no rule"),
        pytest.param('"Framework"', "Framework", "line 3", id="TOML"),
    ],
)
def test_mistake_in_the_file_is_named_with_its_place(right: str, wrong: str, said: str) -> None:
    with pytest.raises(ValueError, match=rf"^expectations\.toml: .*{said}"):
        rules_from(RULE.replace(right, wrong))


def test_rule_that_stands_there_twice_is_named() -> None:
    with pytest.raises(ValueError, match=r"^expectations\.toml: rule again: its id stands there twice"):
        rules_from(RULE + RULE)
