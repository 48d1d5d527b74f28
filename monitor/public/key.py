"""What links to stop are signed with: a secret that was configured, or a key that is made once and kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from monitor.errors import StoreError
from monitor.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 32


def from_secret(secret: str) -> bytes:
    """A key of the right length from a secret of any; made for this use alone, so that it gives no other away."""
    return hashlib.blake2b(secret.encode(), digest_size=_BYTES, person=b"monitor stop").digest()


def kept(path: Path, *, make: bool) -> bytes | None:
    """The key kept in a file, which only this account may read; made, if there is none and it is to be, else None.

    Raises StoreError where the file cannot be read or holds something else: a new key would void every link that was
    ever sent, and nobody would know.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        if not make:
            return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it does not hold a key"
        raise StoreError(
            f"{path}: {reason}. Restore it from a backup, or remove it: then a new one is made, and links in messages "
            "that were sent until now stop nothing any more"
        ) from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{secrets.token_hex(_BYTES)}\n".encode(), mode=0o600)
        return _read(path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error


def _read(path: Path) -> bytes:
    key = bytes.fromhex(path.read_bytes()[: 4 * _BYTES].decode("ascii"))
    if len(key) != _BYTES:
        raise ValueError(path)
    return key
