"""A disk that is full, a database that is locked, damaged or newer: said clearly, and nothing is lost by it."""

from __future__ import annotations

import json
import resource
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from outside import entry, feed, source

from monitor.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from outside import Program, Publisher


@pytest.fixture
def gazette(program: Program, publisher: Publisher) -> Publisher:
    """A publisher whose one feed the program has checked for the first time."""
    program.configure(sources=source("Wexmoor Gazette", f"{publisher.url}/feed"))
    publisher.shows("/feed", feed(entry(1)))
    program.polled()
    return publisher


def database(program: Program) -> sqlite3.Connection:
    return sqlite3.connect(program.state / "monitor.db", isolation_level=None)


def test_pass_waits_for_a_database_that_is_locked_for_a_moment(program: Program, gazette: Publisher) -> None:
    gazette.shows("/feed", feed(entry(1), entry(2)))
    asked = len(gazette.requests)
    with closing(database(program)) as other:
        other.execute("BEGIN IMMEDIATE")
        with program.running("poll", "--all") as poll:
            gazette.requests.wait(count=asked + 1)
            other.execute("COMMIT")
            assert poll.ended() == 0
    assert program.polled()["Wexmoor Gazette"]["unchanged"] == 2


def test_full_disk_is_said_and_work_goes_on_when_there_is_space(program: Program, gazette: Publisher) -> None:
    gazette.shows("/feed", feed(*map(entry, range(100))))
    size = (program.state / "monitor.db").stat().st_size

    def no_more_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = program("poll", "--all", preexec_fn=no_more_space)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"{program.state}/monitor.db: " in done.stderr
    assert "disk" in done.stderr
    assert "✓ state" in program("check").stdout
    assert program("poll", "--all").returncode == 0
    assert json.loads(program("sources", "--json").stdout)["items"] == 100


def test_full_disk_is_no_promise_that_a_command_is_done_later(program: Program, gazette: Publisher) -> None:
    def no_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    words = ("suppress", "dcs-office@example.org", "--why", "asked")
    done = program(*words, preexec_fn=no_space)
    assert (done.returncode, done.stdout) == (1, "")
    assert "disk" in done.stderr
    assert "by itself" not in done.stderr
    assert "suppressed" not in program("check").stdout
    assert program(*words).returncode == 0
    assert "suppressed: recipient 1 of briefing: asked" in program("check").stdout


def test_service_that_begins_anew_on_a_lost_state_says_that_nobody_knows_who_stopped(
    program: Program, gazette: Publisher
) -> None:
    for beside in program.state.glob("monitor.db*"):
        beside.unlink()  # the feeds are there still
    with program.running("run") as run:
        told = run.has_logged("state lost")
        run.has_logged("started")
        assert run.stop() == 0
    assert told["level"] == "warning"
    assert "with it who is sent nothing more" in told["reason"]


@pytest.mark.parametrize("command", ["poll", "sources", "check"])
def test_damaged_database_is_said_and_left_as_it_is(program: Program, gazette: Publisher, command: str) -> None:
    damaged = b"SQLite format 3\x00" + b"not any more" * 1000
    (program.state / "monitor.db").write_bytes(damaged)
    done = program(command)
    assert done.returncode == 1
    assert "the file is damaged: restore a backup, or move it away" in done.stdout + done.stderr
    assert (program.state / "monitor.db").read_bytes() == damaged


def test_state_of_a_newer_version_is_refused_by_name(program: Program, gazette: Publisher) -> None:
    with closing(database(program)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    done = program("poll")
    assert done.returncode == 1
    assert f"its schema is 9999, this program knows up to {SCHEMA_VERSION}" in done.stderr
    assert len(gazette.requests) == 1  # that of the version before


def test_state_directory_that_cannot_be_made_is_said(program: Program, tmp_path: Path) -> None:
    program.state = tmp_path / "file" / "state"
    (tmp_path / "file").write_text("in the way")
    for command in ("poll", "digest", "demo"):
        done = program(command)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), command
        assert f"{tmp_path / 'file'}" in done.stderr
