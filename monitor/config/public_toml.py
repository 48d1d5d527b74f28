"""[public] of monitor.toml: where recipients' browsers, and mail providers, find the page that stops messages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.config import values
from monitor.config.tables import Unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from monitor.config.tables import Table
    from monitor.model import Secret

# In the state directory: what links are signed with, where no secret is configured.
KEY_FILE = "public.key"
_LISTEN = ("127.0.0.1", 8025)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSettings:
    """The page that the service shows to the world."""

    url: str  # as the world sees it, without a slash at its end
    host: str  # where the service listens: an address of this machine
    port: int
    key_file: Path  # it may not be there
    secret: Secret | None = None  # instead of that file


def read_public(table: Table, *, state: Path, secret: Callable[[object], Secret]) -> PublicSettings:
    host, port = table.take("listen", _listen, _LISTEN)
    settings = PublicSettings(
        url=table.need("url", _url, ""),
        host=host,
        port=port,
        key_file=state / KEY_FILE,
        secret=table.take("secret", secret, None),
    )
    table.finish()
    return settings


def secret_troubles(settings: PublicSettings) -> Iterator[tuple[str, str, str]]:
    """The key, what was found and what is wanted, where the secret is absent or can be guessed."""
    if settings.secret is None:
        return
    if settings.secret.value is None:
        yield "secret", f"nothing in {settings.secret.origin}", "the secret"
    else:
        try:
            values.signing_secret(settings.secret.value)
        except Unfit as unfit:
            yield "secret", f"something else in {settings.secret.origin} (not shown)", unfit.wanted


def _url(value: object) -> str:
    """The address in front of the proxy, below which the page lies: https, or http within this machine."""
    wanted = 'an address like "https://monitor.example.org"'
    address = values.webhook(value)
    parts = urlsplit(address)
    if parts.query or parts.fragment or not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)*/?", parts.path):
        raise Unfit(wanted)
    if not re.fullmatch(r"[A-Za-z0-9.-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?", parts.netloc) or len(address) > 200:
        raise Unfit(wanted)  # it goes into a header, between brackets, on one line
    return address.rstrip("/")


def _listen(value: object) -> tuple[str, int]:
    """An address of this machine and a port."""
    wanted = 'an address and a port like "127.0.0.1:8025" or "[::1]:8025"'
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):(\d{1,5})", value) if isinstance(value, str) else None
    if found is None or not 1 <= int(found[3]) <= 65535:
        raise Unfit(wanted)
    try:
        return str(ip_address(found[1] or found[2])), int(found[3])
    except ValueError:
        raise Unfit(wanted) from None
