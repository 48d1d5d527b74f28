"""One process at a time works on a state directory."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.errors import StateInUse, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Holds the state directory for the block. Raises StateInUse, naming the process that has it.

    The kernel lets go of the lock when its process ends, however it ends: there is nothing to clean up by hand.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{state}: {error.strerror}") from error
    try:
        _take(lock, state)
        yield
    finally:
        os.close(lock)


def _take(lock: int, state: Path) -> None:
    """The open file is locked, and holds our process's number for whoever comes second."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
    except BlockingIOError as error:
        holder = os.read(lock, 32).decode("ascii", "replace").strip() or "unknown"
        raise StateInUse(
            f"{state} is in use by another ofsted-monitor (process {holder}). Stop it first, or give this one "
            "another directory with --state."
        ) from error
    except OSError as error:
        raise StoreError(f"{state}: {error.strerror}") from error
