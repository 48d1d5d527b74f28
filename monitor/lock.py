"""One process at a time works on a state directory."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from monitor.errors import ConfigError, Problem, StateInUse, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def unusable(state: Path) -> Problem | None:
    """Why nothing can be kept in the state directory, or None; it need not be there yet, and is not made."""
    nearest = next(place for place in (state, *state.absolute().parents) if place.exists())
    if not nearest.is_dir():
        found = f"{nearest}, which is a file"
    elif not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        found = f"{nearest}, where this account may not write"
    else:
        return None
    return Problem(where="--state", found=found, wanted="a directory that can be made and written")


def must_be_usable(state: Path) -> None:
    """Raises ConfigError, with nothing made, where nothing can be kept."""
    if problem := unusable(state):
        raise ConfigError([problem])


def name(state: Path) -> str:
    """What whoever holds the state directory is called, on whatever machine: the same after a restart."""
    return f"{socket.gethostname()}:{state.resolve()}"


def holder(state: Path) -> str:
    """The number of the process that holds the state directory, "unknown" if it did not say; "" when none does."""
    try:
        with (state / "lock").open(encoding="ascii", errors="replace") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # let go at once, as the file is closed
            except BlockingIOError:
                return lock.read(32).strip() or "unknown"
    except OSError:  # there is none, or it is not for us to read: whoever wants to hold it is told why not
        pass
    return ""


def must_be_free(state: Path) -> None:
    """Raises StateInUse, with nothing made, where a process holds the state directory."""
    if process := holder(state):
        raise _in_use(state, process)


def _in_use(state: Path, process: str) -> StateInUse:
    return StateInUse(
        f"{state} is in use by another ofsted-monitor (process {process}). Stop it first, or give this one "
        "another directory with --state."
    )


@contextmanager
def held(state: Path) -> Iterator[Callable[[], bool]]:
    """Holds the state directory, made if need be, for the block; what it yields tells whether it is lost meanwhile.

    It is lost when somebody removed it: the lock is then on a file that nobody else sees.

    Raises ConfigError when it cannot be used, and StateInUse, naming the process that has it.

    The kernel lets go of the lock when its process ends, however it ends: there is nothing to clean up by hand.
    """
    must_be_usable(state)
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{state}: {error.strerror}") from error
    try:
        _take(lock, state)
        yield lambda: not _is_still_there(lock, state)
    finally:
        os.close(lock)


def _is_still_there(lock: int, state: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), (state / "lock").stat())
    except OSError:
        return False


def _lock_soon(lock: int) -> None:
    """`check` looks who holds it by holding it for an instant; a service that starts just then must not give up."""
    for _ in range(5):
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(0.1)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _take(lock: int, state: Path) -> None:
    """The open file is locked, and holds our process's number for whoever comes second."""
    try:
        _lock_soon(lock)
        with suppress(OSError):  # a full disk: it is held all the same, only without saying by whom
            os.ftruncate(lock, 0)
            os.write(lock, f"{os.getpid()}\n".encode())
    except BlockingIOError as error:
        raise _in_use(state, os.read(lock, 32).decode("ascii", "replace").strip() or "unknown") from error
    except OSError as error:
        raise StoreError(f"{state}: {error.strerror}") from error
