"""Commands that only ask leave the state as it is, and fit a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from commands import TEXT, command, rows
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("name", ["sources", "councils"])
def test_before_the_first_run_nothing_is_known_and_nothing_is_made(on: list[object], tmp_path: Path, name: str) -> None:
    ended = command(*on, name, "--json")
    assert ended.code == 0
    assert {line["items"] for line in ended.lines} == {0}
    assert ended.err == f"! {tmp_path / 'state' / 'monitor.db'} is not there yet: nothing is known\n"
    assert not (tmp_path / "state").exists()


ASKING = [["sources"], ["councils"], ["explain", "1"], ["digest", "--preview"]]


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_asking_leaves_an_older_state_for_the_next_run_to_upgrade_and_fails_for_it_has_no_answer(
    demo_after: Callable[..., list[object]], words: list[str]
) -> None:
    """`check` ends with 0 and a note: it was asked whether anything is wrong, and nothing is."""
    on = demo_after("alembic_version", "version_num = '0000'")
    before = rows(on[-1])
    ended = command(*on, *words)
    assert (ended.code, ended.out) == (1, "")
    assert "is of an older version, so this cannot be answered yet; the next run brings it up to date" in ended.err
    assert rows(on[-1]) == before


@pytest.mark.parametrize("words", [["sources"], ["councils"], ["digest", "--preview"]], ids=" ".join)
def test_asking_leaves_an_empty_file_that_is_no_database_yet(
    on: list[object], tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "monitor.db").touch()
    ended = command(*on, *words)
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "state" / "monitor.db").stat().st_size == 0


@pytest.mark.parametrize("words", [["sources"], ["councils"], ["check"], ["explain", "1"], ["classify"]])
def test_what_people_read_fits_a_terminal(
    demo: list[object], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = command(*demo, *words, given=json.dumps({"id": "a1", "title": "", "text": TEXT}))
    lines = [Text.from_ansi(line).plain for line in (ended.out + ended.err).splitlines()]
    assert [line for line in lines if len(line) > 80 and not line.startswith("http")] == []
