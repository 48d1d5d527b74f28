"""`ofsted-monitor classify`: an answer a line, whoever asks."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from commands import TEXT, command, process, types

from monitor.model import Event, Grade, Polarity

if TYPE_CHECKING:
    from pathlib import Path


def test_classify_answers_every_line_in_order_and_says_which_it_could_not_read(on: list[object]) -> None:
    lines = [
        json.dumps({"id": "a1", "title": "Children’s services judged inadequate", "text": TEXT, "url": "x"}),
        "not JSON",
        "",
        json.dumps({"id": 7}),
        json.dumps(["a list"]),
        json.dumps({"title": "Bins"}),
        json.dumps({"id": "b", "text": ["no", "string"]}),
    ]
    ended = command(*on, "classify", "--json", given="\n".join(lines))
    assert ended.code == 1
    first, *others = ended.lines
    assert [other.get("id", other.get("line")) for other in others] == [2, 7, 5, 6, "b"]
    assert ["error" in other for other in others] == [True, True, True, False, True]
    assert [line.partition(":")[0] for line in ended.err.splitlines()] == ["line 2", "7", "line 5", "b"]

    assert list(first) == ["id", "relevant", "relevance", "councils", "event", "judgement", "themes"]
    assert (first["id"], first["relevant"], first["councils"]) == ("a1", True, ["Devon"])
    assert 0.5 < first["relevance"] <= 1
    assert first["event"] in [*Event, None]
    assert first["judgement"] == Grade.INADEQUATE
    label = first["themes"]["workforce-stability"]
    assert list(label) == ["polarity", "score", "evidence"]
    assert label["polarity"] == Polarity.CONCERN
    for evidence in label["evidence"]:
        assert {"text", "start", "end", "polarity", "score"} <= set(evidence) <= {*evidence, "in"}
        if "in" not in evidence:
            assert TEXT[evidence["start"] : evidence["end"]] == evidence["text"]

    irrelevant = others[3]
    assert types(irrelevant) == {
        "line": int,
        "relevant": bool,
        "relevance": float,
        "councils": list,
        "event": type(None),
        "judgement": type(None),
        "themes": dict,
    }


@pytest.mark.parametrize("place", ["{}", '{{"title": "Bins", "extra": {}}}', '{{"title": "Bins", "id": {}}}'])
def test_a_line_that_is_nested_without_end_costs_no_other_its_answer(on: list[object], place: str) -> None:
    # Some thousand cannot be read; a few less can, and cannot be written again.
    depths = [5_000, *range(900, 1_000, 5)]
    nested = [place.format("[" * depth + "]" * depth) for depth in depths]
    given = "\n".join(['{"id": "a", "title": "Bins"}', *nested, '{"id": "z", "title": "Bins"}'])
    ended = command(*on, "classify", "--json", given=given)
    assert ended.code == 1
    first, deepest, *others, last = ended.lines
    assert (first["id"], last["id"]) == ("a", "z")
    assert deepest == {"line": 2, "error": "not JSON that can be read: it is nested too deeply"}
    assert len(others) == len(depths) - 1
    people = command(*on, "classify", given=given)
    assert (people.code, people.out.splitlines()[-1]) == (1, "z: not relevant, 0.00")


def test_a_byte_order_mark_before_an_inputs_first_line_is_no_part_of_it(on: list[object], tmp_path: Path) -> None:
    for name in ("one.jsonl", "other.jsonl"):
        (tmp_path / name).write_text('{"id": "x", "title": "Bins"}\n', encoding="utf-8-sig")
    ended = command(*on, "classify", "--json", tmp_path / "one.jsonl", tmp_path / "other.jsonl")
    assert (ended.code, [line["id"] for line in ended.lines]) == (0, ["x", "x"])


def test_classify_reads_files_and_counts_the_lines_of_each(on: list[object], tmp_path: Path) -> None:
    for name in ("one.jsonl", "other.jsonl"):
        (tmp_path / name).write_text('{"id": "x", "title": "Bins"}\n?\n')
    ended = command(*on, "classify", "--json", tmp_path / "one.jsonl", tmp_path / "other.jsonl")
    assert ended.code == 1
    assert [line.get("id", line.get("line")) for line in ended.lines] == ["x", 2, "x", 2]
    one, other = (str(tmp_path / name) for name in ("one.jsonl", "other.jsonl"))
    assert [line["input"] for line in ended.lines] == [one, one, other, other]
    assert [line.partition(": not")[0] for line in ended.err.splitlines()] == [f"{one}: line 2", f"{other}: line 2"]


def test_classify_for_people_shows_the_proof_and_puts_complaints_on_stderr(on: list[object]) -> None:
    ended = command(*on, "classify", given=json.dumps({"id": "a1", "title": "", "text": TEXT}) + "\n?\n")
    assert ended.code == 1
    assert ended.out.startswith("a1: relevant, ")
    assert "workforce-stability, concern" in ended.out
    assert "line 2: not JSON" in ended.err


def test_classify_of_a_plain_text_names_the_command_for_it(on: list[object]) -> None:
    ended = command(*on, "classify", given="Children’s services judged inadequate\nA second line\n")
    first, second = ended.err.splitlines()
    assert first.endswith("a plain text? ofsted-monitor explain FILE")
    assert "plain text" not in second


def test_classify_says_on_stderr_what_it_waits_for_at_a_terminal(on: list[object]) -> None:
    person, terminal = os.openpty()
    try:
        os.write(person, b'{"title": "Bins"}\n\x04')  # Ctrl-D ends it
        ended = process(*on, "classify", "--json", stdin=terminal)
    finally:
        os.close(person)
        os.close(terminal)
    assert ended.stderr.decode().startswith("Reading JSON lines")
    assert json.loads(ended.stdout)["relevant"] is False


def test_classify_needs_neither_configuration_nor_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("classify", "--json", given='{"title": "Bins"}').code == 0
    assert not list(tmp_path.iterdir())


def test_each_object_is_one_line_to_every_reader_of_lines(on: list[object]) -> None:
    name = "a\u2028b\x85c\nd"
    ended = command(*on, "classify", "--json", given=json.dumps({"id": name, "title": "Bins"}))
    (line,) = ended.out.splitlines()
    assert json.loads(line)["id"] == name
