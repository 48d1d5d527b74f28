"""Asking the demonstration's site over a connection of one's own."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

NOW = datetime(2026, 6, 17, 7, 15, tzinfo=UTC)  # a Wednesday, in British summer time


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


Get = Callable[..., Reply]


def ask(base: str, target: str, *, method: str = "GET", timeout: float = 5, **headers: str) -> Reply:
    """The site's reply; `timeout` in seconds, and headers as keywords: If_None_Match."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=timeout)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=names)
        with connection.getresponse() as response:
            return Reply(status=response.status, headers=response.headers, body=response.read())
    finally:
        connection.close()
