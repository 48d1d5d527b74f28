"""`ofsted-monitor explain`: why an item was labelled so, and who is told."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from commands import TEXT, command

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def number(demo: list[object]) -> int:
    """Of an item that the demonstration's digest tells."""
    with closing(sqlite3.connect(Path(str(demo[-1])) / "monitor.db")) as database:
        (number,) = database.execute("SELECT id FROM item WHERE title LIKE 'Almost four in ten%'").fetchone()
    return int(number)


def test_explain_does_not_say_that_is_told_what_was_withheld_as_the_same_story(
    demo: list[object], demo_after: Callable[..., list[object]], tmp_path: Path, number: int
) -> None:
    demo_after("digest_item", "how = 'adds nothing to a story told before'")
    config = shutil.copytree(str(demo[1]), tmp_path / "demo")
    settings = (config / "monitor.toml").read_text(encoding="utf-8")
    (config / "monitor.toml").write_text(settings.replace(str(demo[-1]), str(tmp_path / "state")), encoding="utf-8")
    out = command("--config", config, "--state", tmp_path / "state", "explain", number).out
    assert "invented-news-demo: no, adds nothing to a story told before" in " ".join(out.split())


def test_explain_finds_an_item_by_number_and_by_address(demo: list[object]) -> None:
    by_number = command(*demo, "explain", "1")
    assert by_number.code == 0
    address = next(line for line in by_number.out.splitlines() if line.startswith("http"))
    assert command(*demo, "explain", address) == by_number


def test_explain_shows_why_an_item_was_labelled_and_who_was_told(demo: list[object], number: int) -> None:
    out = command(*demo, "explain", number).out
    for told in (
        "Almost four in ten children's social workers in Devon are agency staff",
        "relevant, ",
        "councils: Devon",
        "workforce-stability, ",
        "invented-news-demo: yes",
        ": told",
    ):
        assert told in out


def test_explain_says_when_in_the_configured_zone(demo: list[object], config: Path) -> None:
    text = (config / "monitor.toml").read_text().replace("Europe/London", "Pacific/Kiritimati")
    (config / "monitor.toml").write_text(text)
    with closing(sqlite3.connect(Path(str(demo[-1])) / "monitor.db")) as database:
        (seen,) = database.execute("SELECT first_seen FROM item WHERE id = 1").fetchone()
    there = datetime.fromisoformat(str(seen)).replace(tzinfo=UTC).astimezone(ZoneInfo("Pacific/Kiritimati"))
    assert (
        f"first seen {there.day} {there:%B %Y, %H:%M}\n" in command("--config", config, *demo[2:], "explain", "1").out
    )


def test_explain_says_what_an_irrelevant_text_lacks_and_that_nobody_is_told(on: list[object], tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("Bins are emptied on Tuesday", encoding="utf-8")
    out = command(*on, "explain", tmp_path / "article.txt").out
    assert "nothing in it speaks of children's services; 0.50 is needed" in out
    assert "who is told: nobody: it is not relevant" in out


def test_explain_points_to_the_command_that_reads_reports(on: list[object], pdf: Path) -> None:
    ended = command(*on, "explain", pdf)
    assert (ended.code, "the command report reads" in ended.err) == (2, True)


def test_explain_takes_a_file_that_is_not_stored(on: list[object], tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(f"Children’s services judged inadequate\n\n{TEXT}", encoding="utf-8")
    ended = command(*on, "explain", tmp_path / "article.txt")
    assert (ended.code, ended.err) == (0, "")
    assert "councils: Devon" in ended.out
    assert not (tmp_path / "state").exists()
