"""Where the page is listened for, and whether that can be had."""

from __future__ import annotations

import errno
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_HINTS = {
    errno.EADDRINUSE: "another program is there, or an ofsted-monitor on another state: end it, or put another port "
    "here and into the web server before it",
    errno.EADDRNOTAVAIL: "the address is not one of this machine's: 127.0.0.1 is, for a web server that runs on it too",
    errno.EACCES: "this account may not have that port: from 1024 on it may",
}


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there, for the block. Raises ConfigError, which names the key, where that cannot be."""
    try:
        listener = _bound(host, port)
        try:
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise ConfigError([_problem(host, port, error)]) from error
    with listener:
        yield listener


def trouble(host: str, port: int, *, is_served: bool) -> Problem | None:
    """Why nobody could listen there, or None. Nothing is listened for, so that a service that starts just then can.

    `is_served`: the service is at work, and a port that is in use is its own.
    """
    try:
        _bound(host, port).close()
    except OSError as error:
        return None if is_served and error.errno == errno.EADDRINUSE else _problem(host, port, error)
    return None


def _bound(host: str, port: int) -> socket.socket:
    """A socket that has the port, and does not listen yet: others may have it besides, until one of them listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # as written: "::" is not 0.0.0.0 as well
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _problem(host: str, port: int, error: OSError) -> Problem:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return Problem(
        where="monitor.toml: public: listen",
        found=f"{place}, where this program cannot listen: {error.strerror}",
        wanted="an address of this machine and a free port",
        hint=_HINTS.get(error.errno or 0, ""),
    )
