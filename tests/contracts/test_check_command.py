"""`ofsted-monitor check`: what is in place, what fails, and what may not be meant."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import A_REPORT, command, rows

from monitor import lock

if TYPE_CHECKING:
    from collections.abc import Callable


def test_check_says_that_all_is_in_place_and_makes_nothing(on: list[object], tmp_path: Path) -> None:
    ended = command(*on, "check")
    assert (ended.code, ended.err) == (0, "")
    assert "4 councils, 15 sources (0 not enabled), " in ended.out
    assert "is not there yet" in ended.out
    assert not (tmp_path / "state").exists()


@pytest.fixture
def notes(config: Path, on: list[object]) -> Callable[..., list[str]]:
    """What `check` notes of the configuration when this has been replaced in monitor.toml."""

    def notes(old: str = "", new: str = "") -> list[str]:
        text = (config / "monitor.toml").read_text().replace("operator@example.org", "operator@council.test")
        (config / "monitor.toml").write_text(text.replace(old, new))
        ended = command(*on, "check")
        assert (ended.code, ended.err) == (0, "")
        return [line for line in ended.out.splitlines() if line.startswith("!")]

    return notes


def test_check_notes_nothing_where_there_is_nothing_to_note(notes: Callable[..., list[str]]) -> None:
    leicestershire = "only Ofsted's page stands in sources.toml for Leicestershire"  # the demonstration's own
    assert [line[2:].partition(":")[0] for line in notes()] == [leicestershire]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("operator@council.test", "you@example.org", "mailto:you@example.org: put your own", id="contact"),
        pytest.param('"Devon", ', "", "1 source is polled for what you do not follow: Devon.", id="not followed"),
        pytest.param('"Devon", ', '"Devon", "Kent", ', "stands in sources.toml for Kent and Leices", id="no newsroom"),
    ],
)
def test_check_notes_what_may_not_be_meant(notes: Callable[..., list[str]], old: str, new: str, said: str) -> None:
    assert said in "\n".join(notes(old, new))


def test_check_says_how_the_state_is_and_leaves_it(demo: list[object]) -> None:
    before = rows(demo[-1])
    ended = command(*demo, "check")
    assert ended.code == 0
    assert "monitor.db is sound" in ended.out
    assert "source Estuary Lookout: a web page titled" in ended.out
    assert rows(demo[-1]) == before


def test_check_leaves_an_older_state_for_the_next_run_to_upgrade(demo_after: Callable[..., list[object]]) -> None:
    on = demo_after("alembic_version", "version_num = '0000'")
    before = rows(on[-1])
    ended = command(*on, "check")
    assert ended.code == 0
    assert re.search(r"^! .* of an older version; the next run brings it up to date$", ended.out, re.MULTILINE)
    assert rows(on[-1]) == before


def test_check_fails_where_nothing_can_be_kept(config: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    ended = command("--config", config, "--state", tmp_path / "state", "check")
    assert (ended.code, f"✗ --state: found {tmp_path / 'state'}, which is a file" in ended.out) == (1, True)


@pytest.mark.parametrize(("free", "code"), [(49_999_999, 1), (50_000_000, 0)])
def test_check_fails_on_a_disk_that_is_nearly_full(
    on: list[object], monkeypatch: pytest.MonkeyPatch, free: int, code: int
) -> None:
    disk = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk._replace(free=free))
    ended = command(*on, "check")
    assert ended.code == code
    assert ("✗ --state: 49 MB are free" in ended.out) is bool(code)


@pytest.mark.parametrize(("days", "code"), [(6, 1), (8, 0)])
def test_check_fails_for_a_week_after_somebody_was_not_told(
    demo_after: Callable[..., list[object]], days: int, code: int
) -> None:
    refused = "state = 'refused', error = 'the address is unknown'"
    on = demo_after("delivery", f"{refused}, ended_at = datetime('now', '-{days} days')")
    ended = command(*on, "check")
    assert ended.code == code
    assert ("✗ given up: judgements, recipient 1, " in ended.out) is bool(code)


def test_check_says_what_waits_for_each_channel_and_when_it_is_tried_again(
    demo_after: Callable[..., list[object]],
) -> None:
    waiting = "state = 'pending', error = 'the disk is full', composed_at = datetime('now', '-3 hours')"
    on = demo_after("delivery", f"{waiting}, next_at = datetime('now', '+10 minutes')")
    ended = command(*on, "check")
    assert ended.code == 0
    assert (
        "! folder: 3 deliveries waiting, the oldest composed 3 h ago; next try in 10 min; the last: the disk is full\n"
        in ended.out
    )


def test_check_says_what_is_lost_with_a_source_before_it_is_and_that_nothing_is_with_a_renamed_one(
    demo_after: Callable[..., list[object]],
) -> None:
    on = demo_after("digest_item", "how = 'left out for length, and counted'")
    sources, known = Path(str(on[1])) / "sources.toml", r'name = "Moor and Coast Live"\n(.*\n)*?url = "([^"]*)"'
    here = re.search(known, text := sources.read_text(encoding="utf-8"))
    assert here
    sources.write_text(text.replace('"Moor and Coast Live"', '"Moor and Coast"'), encoding="utf-8")
    said = " ".join(command(*on, "check").out.split())
    lost = r"(\d+) items? waits? to be told of “Moor and Coast Live”, which is not in sources.toml any more"
    assert re.search(lost, said)
    with closing(sqlite3.connect(Path(str(on[3])) / "monitor.db")) as database, database:
        database.execute("UPDATE source SET url = ? WHERE name = 'Moor and Coast Live'", (here[2],))
    assert "to be told of" not in command(*on, "check").out


def test_check_says_since_when_a_source_fails_and_when_it_is_asked_again(
    demo_after: Callable[..., list[object]],
) -> None:
    failing = "failures = 4, failing_since = '2026-06-17 06:30:00', next_at = datetime('now', '+2 hours')"
    on = demo_after("source", failing, "failures > 0")
    ended = command(*on, "check")
    assert (ended.code, "failing since 17 June 2026, 07:30, 4 times, next try in 2 h\n" in ended.out) == (0, True)


def test_check_names_a_search_that_finds_nothing_any_more(demo_after: Callable[..., list[object]]) -> None:
    marks = " ".join(f"{number:032x}" for number in range(20))
    empty = f"failures = 0, failing_since = '2026-06-17 06:30:00', marks = '{marks}'"
    ended = command(*demo_after("source", empty, "name = 'GOV.UK: children''s services'"), "check")
    said = "it answers, and finds nothing, where it found 20 before; since 17 June 2026, 07:30"
    assert (ended.code, f"✗ source GOV.UK: children's services: {said}\n" in ended.out) == (0, True)


def test_check_names_reports_that_could_not_be_read(demo_after: Callable[..., list[object]]) -> None:
    on = demo_after("item", "title = 'A letter', reading_error = 'needs a password'", A_REPORT)
    ended = command(*on, "check")
    assert (ended.code, "✗ report not read: Middlesbrough, A letter: needs a password\n" in ended.out) == (0, True)


def test_check_says_who_is_at_work_and_when_a_source_was_last_checked(demo_after: Callable[..., list[object]]) -> None:
    on = demo_after("source", "last_check_at = datetime('now', '-3 minutes')")
    assert "\n! no service is running; last check 3 min ago\n" in command(*on, "check").out
    with lock.held(Path(str(on[-1]))):
        assert f"\n✓ process {os.getpid()} is at work; last check 3 min ago\n" in command(*on, "check").out
    with lock.held(Path(str(on[-1]))):  # asking took nothing
        pass


def test_check_sends_a_test_when_asked(on: list[object], tmp_path: Path) -> None:
    ended = command(*on, "check", "--send-test", "judgements")
    assert ended.code == 0
    assert "test to recipient 1 (folder): accepted" in ended.out
    assert len(list((tmp_path / "state" / "outbox").glob("*.eml"))) == 1
    assert not (tmp_path / "state" / "monitor.db").exists()


def test_check_says_which_test_did_not_arrive(on: list[object], tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    ended = command(*on, "check", "--send-test", "judgements")
    assert ended.code == 1
    assert "✗ --state: found " in ended.out
    assert "✗ test to recipient 1 (folder): " in ended.out
