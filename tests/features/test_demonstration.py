"""The first thing a newcomer runs: no network, no secrets, no configuration."""

from __future__ import annotations

import re
import shlex
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
        "Help and protection: inadequate → requires improvement; ▲ better",
        "Care leavers: good → requires improvement; ▼ worse",
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
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, said_until("Ctrl-C ends", process)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def said_until(words: str, process: subprocess.Popen[str]) -> str:
    """What it says until a line has these words, this line too."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without “{words}”: {said}")


def options(said: str) -> list[str]:
    """The options before the command that the site left running names."""
    (words,) = re.findall(r"(--config .* --state .*) run", said)
    return shlex.split(words)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_site_left_running_ends_when_told(tmp_path: Path, number: int) -> None:
    with serving(tmp_path) as (process, _):
        process.send_signal(number)
        assert process.wait(15) == 0


def test_site_left_running_can_be_polled_as_it_says(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, said):
        done = monitor(*options(said), "poll", directory=tmp_path)
    assert done.returncode == 0
    assert "BBC: Tees" in done.stdout


def test_who_presses_enter_is_shown_the_alerts_of_the_next_morning(tmp_path: Path) -> None:
    with serving(tmp_path) as (site, said):
        service = subprocess.Popen(
            [*MONITOR, *options(said), "run"], cwd=tmp_path, env=environ(), stderr=subprocess.DEVNULL
        )
        try:
            said_until("Press Enter", site)
            assert list((tmp_path / "state" / "demo").glob("outbox/*")) == []
            assert site.stdin is not None
            site.stdin.write("\n")
            site.stdin.flush()
            named = [said_until("-judgements-", site).splitlines()[-1].strip() for _ in range(2)]
            pages = " ".join((tmp_path / page).read_text(encoding="utf-8") for page in named)
            assert "Middlesbrough: full inspection" in pages
            assert "Leicestershire: focused visit" in pages
            service.terminate()
            assert service.wait(30) == 0
        finally:
            service.kill()
            service.wait()


def test_second_site_finds_a_port_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    with serving(tmp_path / "one") as (_, said), serving(tmp_path / "other") as (_, also_said):
        assert re.search(r":(\d+)\.", said)[1] != re.search(r":(\d+)\.", also_said)[1]
