"""The program as its `main`, in this process: what the tests of commands drive it by."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from monitor.cli import main


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

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
    return Ended(code, *(_written(stream) for stream in (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")
