"""What the contracts are tried on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import Ended, command

from monitor.demo.config import write_config
from monitor.demo.reports import reports

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration that follows nobody who is there."""
    write_config(tmp_path / "config", "http://127.0.0.1:9")
    return tmp_path / "config"


@pytest.fixture
def on(config: Path, tmp_path: Path) -> list[object]:
    """The options before a command that work on a state that is not there yet."""
    return ["--config", config, "--state", tmp_path / "state"]


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """A state directory in which the demonstration has run, and what it said. To be looked at, not changed."""
    state = tmp_path_factory.mktemp("state")
    ended = command("--state", state, "demo")
    assert ended.code == 0
    return state, ended


@pytest.fixture(scope="session")
def demo(demonstrated: tuple[Path, Ended]) -> list[object]:
    """The options before a command that work on what the demonstration left. To be looked at, not changed."""
    state, _ = demonstrated
    return ["--config", state / "demo" / "config", "--state", state / "demo"]


@pytest.fixture
def demo_after(demo: list[object], on: list[object], tmp_path: Path) -> Callable[..., list[object]]:
    """The options before a command that work on a copy of what the demonstration left, after this UPDATE of a table."""

    def changed(table: str, values: str, where: str = "TRUE") -> list[object]:
        left, copy = Path(str(demo[-1])) / "monitor.db", tmp_path / "state" / "monitor.db"
        copy.parent.mkdir()
        with closing(sqlite3.connect(left)) as source, closing(sqlite3.connect(copy)) as database, database:
            source.backup(database)
            database.execute(f"UPDATE {table} SET {values} WHERE {where}")  # noqa: S608 - the words are the tests' own
        return on

    return changed


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """An invented report of a full inspection of Middlesbrough."""
    path = tmp_path / "report.pdf"
    path.write_bytes(reports()[0].pdf(datetime(2026, 6, 17, tzinfo=UTC).date()))
    return path
