"""`ofsted-monitor calendar`: what to expect, as a file that calendars read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from commands import process
from icalendar import Calendar

from monitor.demo.config import write_config
from monitor.model import Grade, Inspection, InspectionKind
from monitor.store import Store

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from monitor.model import Check, Item


@pytest.fixture
def known(tmp_path: Path, make_item: Callable[..., Item], make_check: Callable[..., Check]) -> Callable[..., Path]:
    """A place with a configuration, and a state that knows a good full inspection of each of these councils."""

    def keep(*councils: str) -> Path:
        write_config(tmp_path / "config", "http://127.0.0.1:9")
        (tmp_path / "state").mkdir()
        held = datetime.now(UTC).date() - timedelta(days=400)
        with Store(f"sqlite:///{tmp_path}/state/monitor.db") as store:
            for number, council in enumerate(councils):
                url = f"https://files.example.org/v1/file/{number}"
                report = make_item("Inspection report", key=f"ofsted:80001/{number}", url=url, council=council)
                store.items.save([make_check(report)])
                found = store.items.find(report.key)
                assert found is not None
                store.classifications.save_inspection(found, good(council, held))
        return tmp_path

    return keep


def good(council: str, held: date) -> Inspection:
    return Inspection(
        council=council, kind=InspectionKind.ILACS, inspection_end=held, judgements={"overall": Grade.GOOD}
    )


def command(place: Path, *words: object) -> subprocess.CompletedProcess[bytes]:
    return process("--config", place / "config", "--state", place / "state", "calendar", *words, cwd=place)


def councils_in(content: bytes) -> list[Any]:
    return [event.categories[-1] for event in Calendar.from_ical(content).events]


def test_tracked_councils_expectations_go_to_stdout_and_nothing_else_does(known: Callable[..., Path]) -> None:
    ended = command(known("Devon", "Middlesbrough", "Kent"))
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"BEGIN:VCALENDAR\r\n")
    assert ended.stdout.endswith(b"END:VCALENDAR\r\n")
    assert councils_in(ended.stdout) == ["Devon", "Devon", "Middlesbrough", "Middlesbrough"]


def test_named_council_needs_not_be_tracked_and_comes_once(known: Callable[..., Path]) -> None:
    assert councils_in(command(known("Devon", "Kent"), "Kent", "Kent").stdout) == ["Kent", "Kent"]


def test_file_is_written_whole_and_said_to_be(known: Callable[..., Path]) -> None:
    place = known("Devon")
    ended = command(place, "--output", "expected.ics")
    assert (ended.returncode, ended.stdout) == (0, b"expected.ics: 1 expected inspection of 4 councils\n")
    assert councils_in((place / "expected.ics").read_bytes()) == ["Devon", "Devon"]
    assert {path.name for path in place.iterdir()} == {"config", "state", "expected.ics"}


def test_file_that_cannot_be_written_is_named(known: Callable[..., Path]) -> None:
    ended = command(known("Devon"), "--output", "nowhere/expected.ics")
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert b"nowhere/expected.ics: No such file or directory" in ended.stderr


def test_nothing_is_written_over_the_state(known: Callable[..., Path]) -> None:
    place = known("Devon")
    ended = command(place, "--output", "state/monitor.db")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"which lies in --state" in ended.stderr
    assert (place / "state" / "monitor.db").read_bytes().startswith(b"SQLite format 3")


def test_misspelt_council_is_a_mistake_and_nothing_is_written(known: Callable[..., Path]) -> None:
    place = known("Devon")
    ended = command(place, "Devn", "--output", "expected.ics")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b'did you mean "Devon"?' in ended.stderr
    assert not (place / "expected.ics").exists()


def test_asking_where_nothing_is_known_yet_makes_no_state(tmp_path: Path) -> None:
    write_config(tmp_path / "config", "http://127.0.0.1:9")
    ended = command(tmp_path)
    assert ended.returncode == 0
    assert Calendar.from_ical(ended.stdout).events == []
    assert ended.stderr.decode() == (
        "nothing is expected: no report on Devon, Leicestershire, Middlesbrough and North East Lincolnshire is known "
        "(`ofsted-monitor backfill NAME` reads them)\n"
    )
    assert not (tmp_path / "state").exists()
