"""What stands at the end of a recipient's own link: for which subscription and address it was made, signed.

    base64url( 1 | mark, 8 bytes | subscription's name, UTF-8 | HMAC-SHA256 of all that, first 16 bytes )

without "=" at its end. It names no address, and whoever has not the key can make none. It never runs out: a mail may be
opened years later, and RFC 8058 wants its link to work then.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

_VERSION = b"\x01"
_MARK_BYTES = 8
_SIGNATURE_BYTES = 16  # RFC 2104, 5: no less than half of the hash. It is tried over the network only
_PURPOSE = b"ofsted-monitor link to stop\0"  # nothing else that is signed with the key can pass for a token
# Of a name of 60 letters, as digests.toml allows at most. In a header of mail, where a line takes 998, it leaves room.
MOST_CHARACTERS = 114


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Whom a token speaks for."""

    subscription: str
    mark: str  # of the recipient's address, see addresses.py


def token(claim: Claim, key: bytes) -> str:
    """Letters, digits, "-" and "_"; the same at every call."""
    said = _VERSION + bytes.fromhex(claim.mark) + claim.subscription.encode()
    return urlsafe_b64encode(said + _signature(said, key)).rstrip(b"=").decode()


def claim_in(text: str, key: bytes) -> Claim | None:
    """Whom a token made with `key` speaks for; None of whatever else `text` is. Never raises."""
    if not text.isascii() or len(text) > MOST_CHARACTERS:
        return None
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    said, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
    if not hmac.compare_digest(_signature(said, key), signature):
        return None
    # One spelling each: the decoder passes over foreign characters, and over bits that are left at the end.
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        return None
    if said[:1] != _VERSION or len(said) < 1 + _MARK_BYTES:
        return None
    return Claim(mark=said[1 : 1 + _MARK_BYTES].hex(), subscription=said[1 + _MARK_BYTES :].decode())


def _signature(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + said, "sha256")[:_SIGNATURE_BYTES]
