"""A database that was there and is not: nobody begins anew without being told that who stopped is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import command

if TYPE_CHECKING:
    from pathlib import Path

ASKED = ("suppress", "dcs-office@example.org", "--why", "asked")
LOST = "what was stored is lost, and with it who is sent nothing more"


def emptied(state: Path) -> str:
    (state / "monitor.db").write_bytes(b"")
    return "is empty: "


def removed_beside_the_key(state: Path) -> str:
    (state / "monitor.db").unlink()
    (state / "public.key").write_text("0" * 64)
    return "public.key is: "


def removed_beside_feeds(state: Path) -> str:
    (state / "monitor.db").unlink()
    (state / "feeds").mkdir()
    (state / "feeds" / "council-devon.atom").write_text("<feed/>")
    return "council-devon.atom is: "


@pytest.fixture(params=[emptied, removed_beside_the_key, removed_beside_feeds])
def lost(on, tmp_path, request) -> str:
    """How it is told that the state was lost. Somebody had stopped their messages."""
    assert command(*on, *ASKED).code == 0
    for beside in (tmp_path / "state").glob("monitor.db-*"):
        beside.unlink()
    found: str = request.param(tmp_path / "state")
    return found


def in_one_line(words: str) -> str:
    return " ".join(words.split())


def test_check_fails_and_says_what_is_forgotten(on, lost, tmp_path):
    before = sorted(tmp_path.joinpath("state").rglob("*"))
    ended = command(*on, "check")
    assert ended.code == 1
    assert f"✗ state: {tmp_path}/state/monitor.db is" in in_one_line(ended.out)
    assert f"{lost}{LOST}" in in_one_line(ended.out)
    assert sorted(tmp_path.joinpath("state").rglob("*")) == before


@pytest.mark.parametrize("words", [("deliver",), ("digest",), ASKED], ids=lambda words: words[0])
def test_a_command_that_begins_anew_says_so_once(on, lost, words):
    assert f"{lost}{LOST}" in in_one_line(command(*on, *words).err)
    assert LOST not in in_one_line(command(*on, *words).err)
    assert LOST not in in_one_line(command(*on, "check").out)


@pytest.mark.parametrize("made", ["preview", "lock", "empty feeds"])
def test_a_first_start_is_none(on, tmp_path, made):
    (tmp_path / "state" / ("feeds" if made == "empty feeds" else made)).mkdir(parents=True)
    ended = command(*on, "check")
    assert ended.code == 0
    assert "is not there yet; the first run makes it" in in_one_line(ended.out)
