"""A theme of one's own is learnt, told how well, and used; figures can be asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from commands import command

if TYPE_CHECKING:
    from pathlib import Path

KINSHIP = """
[[theme]]
id = "kinship-care"
title = "Kinship care"
covers = "kinship carers, connected carers"
concern = [
  "Kinship carers told inspectors that they get too little help.",
  "Grandparents who took children in wait months for an allowance.",
  "Grandparents caring for children get little help from the town hall.",
  "Aunts and uncles who bring up children feel forgotten.",
  "Connected carers are assessed late and left without training.",
  "Relatives bringing up children say that nobody answers their calls.",
]
progress = [
  "A new team gives kinship carers good support.",
  "Grandparents praised the monthly group for families who care.",
  "Connected carers are now paid the same as foster carers.",
  "Relatives who step in are assessed quickly and trained well.",
  "Grandparents who bring up children now have a worker of their own.",
  "Aunts and uncles are found early and helped to offer a home.",
]
neutral = ["Grandparents' day was celebrated at the library."]
"""
TEXT = (
    "Inspectors wrote to Devon County Council about its children's services. "
    "Kinship carers get little help from the council."
)


@pytest.fixture
def own(config: Path) -> Path:
    """The configuration with a theme of one's own."""
    with (config / "themes.toml").open("a", encoding="utf-8") as file:
        file.write(KINSHIP)
    return config


def test_a_theme_is_learnt_and_check_says_how_well_before_it_is_trusted(own: Path, tmp_path: Path) -> None:
    on = ["--config", own, "--state", tmp_path / "state"]
    before = command(*on, "check")
    assert "theme kinship-care is known by its words alone: ofsted-monitor themes train" in before.out
    trained = command(*on, "themes", "train")
    assert (trained.code, trained.err) == (0, "")
    assert "kinship-care: learnt from 12 examples; of those held back, " in trained.out
    assert "kinship-care: learnt from 12 examples; of those held back, " in command(*on, "check").out
    (line,) = command(*on, "classify", "--json", given=json.dumps({"id": 1, "text": TEXT})).out.splitlines()
    label = json.loads(line)["themes"]["kinship-care"]
    assert label["polarity"] == "concern"
    assert label["evidence"][0]["text"].startswith("Kinship carers get little help")


def test_check_says_that_examples_have_changed_since(own: Path, tmp_path: Path) -> None:
    on = ["--config", own, "--state", tmp_path / "state"]
    command(*on, "themes", "train")
    themes = own / "themes.toml"
    themes.write_text(themes.read_text(encoding="utf-8").replace("monthly group", "weekly group"), encoding="utf-8")
    assert "its examples, or the program, have changed since: ofsted-monitor themes train" in command(*on, "check").out


def test_a_theme_with_few_examples_is_refused_and_nothing_is_written(config: Path, tmp_path: Path) -> None:
    few = '[[theme]]\nid = "kinship-care"\ntitle = "K"\ncovers = "kinship carers"\nconcern = ["Kinship carers wait."]\n'
    with (config / "themes.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + few)
    ended = command("--config", config, "--state", tmp_path / "state", "themes", "train")
    assert ended.code == 2
    assert "themes.toml: theme “kinship-care”\n    found 1 examples, wanted 8 at least" in ended.err
    assert not (tmp_path / "state" / "themes.json").exists()


def test_with_no_theme_of_ones_own_there_is_nothing_to_train(config: Path, tmp_path: Path) -> None:
    ended = command("--config", config, "--state", tmp_path / "state", "themes", "train")
    assert (ended.code, "No theme of your own" in ended.out) == (0, True)


@pytest.mark.parametrize("damage", ["cut", "newer", "rows", "idf", "figures", "coefficients", "folder"])
def test_what_was_learnt_and_is_damaged_is_not_used_and_check_says_so(own: Path, tmp_path: Path, damage: str) -> None:
    on = ["--config", own, "--state", tmp_path / "state"]
    command(*on, "themes", "train")
    path = tmp_path / "state" / "themes.json"
    learnt = json.loads(path.read_bytes())
    theme = learnt["themes"][0]
    match damage:
        case "newer":
            learnt["format"] += 1
        case "rows":
            theme["weights"]["rows"] = theme["weights"]["rows"][:-8]
        case "idf":
            theme["weights"]["idf"].pop()
        case "figures":
            theme["figures"] = {}
        case "coefficients":
            theme["fusion"]["coefficients"].pop()
    written = json.dumps(learnt)
    path.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        path.write_text(written[:100] if damage == "cut" else written)
    told = command(*on, "check").out
    assert "✗ themes.json: it " in told
    assert "theme kinship-care is known by its words alone" in told
    assert command(*on, "classify", "--json", given=json.dumps({"id": 1, "text": TEXT})).code == 0


def test_figures_on_what_was_held_back_stand_side_by_side(config: Path, tmp_path: Path) -> None:
    on = ["--config", config, "--state", tmp_path / "state"]
    shown = command(*on, "themes", "evaluate")
    assert shown.code == 0
    for way in ("model and lexicon", "model alone", "lexicon alone", "majority"):
        assert way in shown.out
    figures = json.loads(command(*on, "themes", "evaluate", "--json").out)
    assert figures["sentences"]["themes"].keys() == {"model and lexicon", "model alone", "lexicon alone", "majority"}
    assert figures["texts"]["relevance"]["right"] > figures["texts"]["relevance"]["majority"]


def test_ones_own_texts_are_evaluated_question_by_question(config: Path, tmp_path: Path) -> None:
    lines = [
        {"id": 1, "title": "Letter", "text": TEXT, "relevant": True, "councils": ["Devon"], "themes": {}},
        {"id": 2, "title": "Bins", "text": "Bins will be emptied on Friday.", "relevant": False},
    ]
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    ended = command("--config", config, "--state", tmp_path / "state", "themes", "evaluate", file, "--json")
    texts = json.loads(ended.out)["texts"]
    assert texts["texts"] == 2
    assert texts["relevance"]["right"] == texts["councils"]["right"] == 1.0
    assert "event" not in texts
    assert "judgement" not in texts


def test_a_text_that_cannot_be_evaluated_ends_with_2_and_its_line(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": 1}\n{"event": "party"}\n')
    ended = command("--config", config, "--state", tmp_path / "state", "themes", "evaluate", file)
    assert ended.code == 2
    assert "texts.jsonl: line 2: " in ended.err
