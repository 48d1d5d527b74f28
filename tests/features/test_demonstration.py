"""The first thing a newcomer runs: no network, no secrets, no configuration."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from outside import environ

if TYPE_CHECKING:
    from collections.abc import Iterator

MONITOR = [sys.executable, "-m", "monitor"]
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
README_EXAMPLE = [line for line in README.split("```")[1].splitlines() if line.strip("… ")]


def monitor(*words: str, directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MONITOR, *words], cwd=directory, env=environ(), capture_output=True, text=True, timeout=60, check=False
    )


def test_demo_does_the_whole_job_from_any_directory_and_leaves_alone_what_is_not_its_own(tmp_path: Path) -> None:
    mine = tmp_path / "state" / "demo" / "notes.txt"
    for _ in range(2):  # the second time beside what the first left
        done = monitor("demo", directory=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        mine.write_text("mine")
    for told in (
        "Middlesbrough: full inspection",
        "Overall effectiveness: inadequate → requires improvement; ▲ better",
        "Leicestershire: focused visit",
        "Almost four in ten children's social workers in Devon are agency staff",
        "Estuary Lookout",
        "3 messages delivered",
        " councils\n",
        " export --inspections csv\n",
    ):
        assert told in done.stdout
    assert [line for line in README_EXAMPLE if line not in done.stdout.splitlines()] == []
    kinds = [file.name.partition(".")[2] for file in (mine.parent / "outbox").iterdir()]
    assert {kind: kinds.count(kind) for kind in kinds} == {"eml": 3, "html": 3, "txt": 3, "json": 6}
    assert mine.read_text() == "mine"


@contextmanager
def serving(directory: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The site that is left running, and what it says until it has told how it ends."""
    process = subprocess.Popen(
        [*MONITOR, "demo", "--serve"],
        cwd=directory,
        env=environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C ends" in line:
                break
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_site_left_running_ends_when_told(tmp_path: Path, number: int) -> None:
    with serving(tmp_path) as (process, _):
        process.send_signal(number)
        assert process.wait(15) == 0


def test_site_left_running_can_be_polled_as_it_says(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, said):
        (words,) = re.findall(r"ofsted-monitor (--config .* --state .*) run", said)
        done = monitor(*words.split(), "poll", directory=tmp_path)
    assert done.returncode == 0
    assert "BBC: Tees" in done.stdout


def test_second_site_finds_a_port_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    with serving(tmp_path / "one") as (_, said), serving(tmp_path / "other") as (_, also_said):
        assert re.search(r":(\d+)\.", said)[1] != re.search(r":(\d+)\.", also_said)[1]
