"""The answering: a thread of its own beside the service's, within limits that nobody's slowness can use up."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Iterator

    from starlette.types import ASGIApp

log = structlog.get_logger()

LONGEST_S = 20.0  # for a whole connection, from its first byte to its last: an answer takes milliseconds
MOST_CONNECTIONS = 64
_MOST_HEADER_BYTES = 16_384  # a proxy adds its own to a browser's few kB
_LAST_ANSWERS_S = 3  # for what is being answered when the service stops
_STARTS_WITHIN_S = 10.0


@contextmanager
def serving(app: ASGIApp, listener: socket.socket, *, longest_s: float = LONGEST_S) -> Iterator[None]:
    """Requests are answered during the block; afterwards nobody listens any more."""

    class Protocol(_Bounded):
        longest = longest_s

    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        # The log is the service's own, and has no paths in it.
        log_config=None,
        access_log=False,
        # Nothing depends on who asks or by which name, so nothing that a proxy, or a liar, says of it is believed.
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=_MOST_HEADER_BYTES,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=_run, args=(server, listener), name="public page", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        host, port = listener.getsockname()[:2]
        log.info("page open", listen=f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        yield
    finally:
        server.should_exit = True
        thread.join(_LAST_ANSWERS_S + _STARTS_WITHIN_S)


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    """The thread: whatever ends it early is told, for the rest of the service goes on without it."""
    try:
        server.run(sockets=[listener])
    except Exception:
        log.exception("bug on the page")
    if not server.should_exit:
        log.error("page lost", hint="restart the service: links to stop are not answered until then")


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)


class _Bounded(H11Protocol):
    """A connection that ends in time, and gives way when there are too many.

    uvicorn waits for a request for ever, and turns new ones away when there are too many: then whoever opens enough of
    them and says nothing has shut the door. Here that connection goes which has waited longest for the rest of its
    request; one that asks a whole question is answered within milliseconds.
    """

    longest = LONGEST_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.since = self.loop.time()
        self._deadline = self.loop.call_later(self.longest, transport.abort)
        if len(self.connections) > MOST_CONNECTIONS:
            staying: list[Any] = [one for one in self.connections if not one.transport.is_closing()]
            if len(staying) > MOST_CONNECTIONS:
                min(staying, key=_Bounded.worth).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def worth(self) -> tuple[bool, float]:
        """The lower, the sooner it gives way."""
        is_whole = self.cycle is not None and not self.cycle.more_body
        return is_whole, self.since
