"""Files that people and programs find whole, or not at all, under names that every system takes."""

from __future__ import annotations

import os
import re
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """`path` holds `content`: a reader never sees half a file, nor does a full disk leave one.

    What is no file, such as a pipe or /dev/null, is written to as it is. Raises OSError, which names `path`.
    A file that was there keeps its mode; a new one has `mode`, less what the account's umask takes away.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content, mode)  # behind a link, the file
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def replace_whole(path: Path, content: bytes) -> None:
    """As `write_whole`, and what stands under that name and is no plain file gives way: it is not followed.

    For folders that others may write to. Raises OSError, which names `path`.
    """
    try:
        _replace(path, content, 0o666)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def is_plain(path: Path) -> bool:
    """Whether a file stands there: no link, pipe or folder."""
    with suppress(FileNotFoundError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def slug(name: str) -> str:
    """`name` as it may stand in a file name or a List-Id: a-z, 0-9 and "-", at most 60 characters."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:60].strip("-") or "digest"


def _replace(path: Path, content: bytes, mode: int) -> None:
    """The new file may be read by whom the old one was."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            if is_plain(path):
                os.fchmod(handle, stat.S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
