"""Simulated time: it runs as the real one does while there is work, and leaps while there is none."""

from __future__ import annotations

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = struct.Struct("d")
_SHAPE = struct.Struct("ddd")  # seconds since 1970 less those of the machine's own clock; the step's seconds; leaps


class SharedClock:
    """One time for several processes, by a file they map; one of them at a time may let it leap."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _SHAPE.size)

    @classmethod
    def made(cls, path: Path, start: datetime, *, step: timedelta) -> Self:
        """A clock that shows `start` now, for whoever leaps to leap by about `step`."""
        path.write_bytes(_SHAPE.pack(start.timestamp() - time.monotonic(), step.total_seconds(), 0))
        return cls(path)

    def __call__(self) -> datetime:
        ahead_s, *_ = _SHAPE.unpack(self._shared[:])
        return datetime.fromtimestamp(time.monotonic() + ahead_s, UTC)

    @property
    def step(self) -> timedelta:
        return timedelta(seconds=_SHAPE.unpack(self._shared[:])[1])

    @step.setter
    def step(self, step: timedelta) -> None:
        _NUMBER.pack_into(self._shared, _NUMBER.size, step.total_seconds())

    @property
    def leaps(self) -> int:
        """How many there were."""
        return int(_SHAPE.unpack(self._shared[:])[2])

    def leap(self, by: timedelta) -> None:
        ahead_s, _, leaps = _SHAPE.unpack(self._shared[:])
        _NUMBER.pack_into(self._shared, 0, ahead_s + by.total_seconds())
        _NUMBER.pack_into(self._shared, 2 * _NUMBER.size, leaps + 1)
