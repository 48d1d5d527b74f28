"""The folder of feeds, where it cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def on(config: Path, tmp_path: Path) -> list[object]:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "feeds").write_text("a file is in the way")
    (config / "sources.toml").write_text("")
    return ["--config", config, "--state", tmp_path / "state"]


@pytest.mark.parametrize("words", [("digest", "--since", "1d"), ("digest",), ("poll", "--all")], ids=" ".join)
def test_a_command_that_writes_feeds_says_that_it_could_not_and_has_failed(
    on: list[object], words: tuple[str, ...]
) -> None:
    ended = command(*on, *words)
    assert ended.code == 1
    assert "feeds cannot be written" in " ".join(ended.err.split())
    assert ended.out  # what was done is told all the same


def test_check_says_it_before_anything_runs(on: list[object]) -> None:
    ended = command(*on, "check")
    assert (ended.code, "✗ feeds: " in ended.out) == (1, True)
