"""The program as a process: how it ends, and what its streams carry."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import command, process

from monitor import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(params=["newer", "damaged", "in use"])
def fatal(
    request: pytest.FixtureRequest, demo_after: Callable[..., list[object]]
) -> Iterator[tuple[list[object], int]]:
    """The options before a `run` that must end at once, and how."""
    on = demo_after("alembic_version", "version_num = '9999'")
    state = Path(str(on[-1]))
    if request.param == "damaged":
        (state / "monitor.db").write_bytes(b"no database " * 1_000)
    if request.param == "in use":
        with lock.held(state):
            yield on, 2
    else:
        yield on, 1


def test_why_the_service_ended_is_a_line_of_its_log(fatal: tuple[list[object], int]) -> None:
    on, code = fatal
    ended = command("--log-format", "json", *on, "run")
    (line,) = ended.err.splitlines()
    assert (ended.code, ended.out, json.loads(line)["event"]) == (code, "", "ended")
    people = command(*on, "run")
    assert (people.code, people.err) == (code, json.loads(line)["reason"] + "\n")


def test_exit_codes_are_those_of_the_process(on: list[object]) -> None:
    assert process("--version").returncode == 0
    assert process(*on, "explain", "999").returncode == 2


def test_machine_output_is_utf8_whatever_the_terminal_speaks(on: list[object]) -> None:
    given = json.dumps({"id": "“a”", "title": "Bins"}).encode()
    ended = process(*on, "classify", "--json", stdin=None, input=given, environ={"PYTHONIOENCODING": "latin-1"})
    assert json.loads(ended.stdout.decode("utf-8"))["id"] == "“a”"


def test_terminal_that_lacks_a_letter_shows_a_question_mark(on: list[object]) -> None:
    ended = process(*on, "check", environ={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"? configuration: ")


def test_reader_that_has_seen_enough_ends_the_command_quietly(demo: list[object]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        for words in (["councils", "--json"], ["sources"]):
            assert process(*demo, *words, stdout=pipe).stderr == b""


@pytest.mark.parametrize(
    "words",
    [
        ["councils"],
        ["councils", "--json"],
        ["sources"],
        ["calendar"],
        ["export", "--inspections", "csv"],
        ["export", "--inspections", "xlsx"],
        ["report", "--json", "absent.pdf"],
    ],
    ids=" ".join,
)
def test_full_disk_behind_stdout_is_said_in_one_line(demo: list[object], words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = process(*demo, *words, stdout=full)
    assert (ended.returncode, ended.stderr) == (1, b"could not write: No space left on device\n")


def test_stdout_that_is_closed_is_said_in_one_line(demo: list[object]) -> None:
    ended = process(*demo, "calendar", preexec_fn=lambda: os.close(1))  # as `>&-` of a shell does
    assert (ended.returncode, ended.stderr) == (1, b"could not write: Bad file descriptor\n")
