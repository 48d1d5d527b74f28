"""Commands that ask have their answers where nothing can be written, too: of a state on a mounted backup, say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import process

if TYPE_CHECKING:
    from collections.abc import Callable

_UNSHARE = shutil.which("unshare") or "unshare"
_FENCE = [_UNSHARE, "--map-root-user", "--mount"]
_MOUNTED = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def _can_mount() -> bool:
    try:
        return subprocess.run([*_FENCE, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


# Root may write wherever permissions forbid it, but not where a file system is mounted to be read.
pytestmark = pytest.mark.skipif(not _can_mount(), reason="this account may mount nothing")


@pytest.fixture
def asked(demo_after: Callable[..., list[object]]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """What a command says of what the demonstration left, while that is mounted to be read."""
    on = demo_after("source", "note = ''")

    def ask(*words: str, left_over: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        state = Path(str(on[-1]))
        if left_over:
            (state / "monitor.db-wal").write_bytes(left_over)
        fenced = [*_FENCE, "sh", "-c", _MOUNTED, str(state), sys.executable]
        return process(*on, *words, through=fenced)

    return ask


@pytest.mark.parametrize("words", [["sources"], ["councils"], ["explain", "1"], ["export", "--inspections", "csv"]])
def test_a_state_that_cannot_be_written_is_asked_all_the_same(
    asked: Callable[..., subprocess.CompletedProcess[bytes]], words: list[str]
) -> None:
    done = asked(*words)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


def test_a_part_that_stands_beside_it_is_not_overlooked(
    asked: Callable[..., subprocess.CompletedProcess[bytes]],
) -> None:
    done = asked("sources", left_over=b"anything")
    assert done.returncode == 1
    assert b"nothing can be written there and monitor.db-wal holds a part of it: copy monitor.db*" in done.stderr
