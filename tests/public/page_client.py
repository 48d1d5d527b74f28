"""A client of the page, and what its tests are about."""

from __future__ import annotations

import http.client
import socket
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = bytes(range(32))
OFFICE = "office@example.org"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Page:
    port: int

    def __call__(self, method: str, path: str, body: str | bytes = "", **headers: str) -> Answer:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            sent = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body or None, sent | given)
            reply = connection.getresponse()
            found = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, found, reply.read().decode())
