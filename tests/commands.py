"""The program as its `main` in this process, or as a process of its own: what the tests of commands drive it by."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

import monitor
from monitor.cli import main

# A text that is relevant and about Devon, with a judgement and a theme in it.
TEXT = (
    "Ofsted inspectors say that Devon County Council’s children’s services are inadequate. "
    "Too many social workers have left, and agency staff do not stay long enough to know the children."
)
# As machine output names and orders them.
JUDGEMENTS = ["overall", "impact_of_leaders", "help_and_protection", "in_care", "care_leavers"]
# In SQL: one of the demonstration's reports.
A_REPORT = "id = (SELECT max(id) FROM item WHERE is_report AND council = 'Middlesbrough')"


@dataclass(frozen=True)
class Ended:
    code: int
    written: bytes  # to stdout
    err: str

    @property
    def out(self) -> str:
        """What was written to stdout, where that is text."""
        return self.written.decode("utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Machine output: nothing but one JSON object a line."""
        lines = [json.loads(line) for line in self.out.split("\n")[:-1]]
        assert all(isinstance(line, dict) for line in lines)
        return lines


def command(*words: object, given: str | bytes = "") -> Ended:
    """The program as its `main`, in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    stdin = io.TextIOWrapper(io.BytesIO(given if isinstance(given, bytes) else given.encode()))
    code: int | str | None = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["ofsted-monitor", *map(str, words)])
        patch.setattr(sys, "stdin", stdin)
        try:
            main()
        except SystemExit as leaving:
            code = leaving.code
        finally:
            structlog.reset_defaults()  # it would go on writing to this call's stderr
    assert isinstance(code, int)
    return Ended(code, _written(out), _written(err).decode("utf-8"))


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


def process(*words: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The program as a process of its own, `through` another that starts what it is given, if need be."""
    through = options.pop("through", [sys.executable])
    environ = os.environ | {"PYTHONPATH": str(Path(monitor.__file__).parents[1])} | options.pop("environ", {})
    return subprocess.run(
        [*through, "-m", "monitor", *map(str, words)],
        env=environ,
        check=False,
        timeout=60,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options,
    )


def types(line: dict[str, Any]) -> dict[str, type]:
    """The shape of a line of machine output."""
    return {key: type(value) for key, value in line.items()}


def rows(state: object) -> list[str]:
    """All that the database of this state directory holds, as SQL."""
    with closing(sqlite3.connect(Path(str(state)) / "monitor.db")) as database:
        return list(database.iterdump())
