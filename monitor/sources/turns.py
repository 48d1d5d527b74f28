"""When a request may start: limits over all hosts and for each of them, and pauses between two requests to one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(slots=True)
class _Host:
    """One host while somebody has to do with it."""

    slots: asyncio.Semaphore
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)  # who starts the next request to it
    ready_at: float = 0.0  # loop time before which none may start
    users: int = 0


class Turns:
    """When a request may start: so many at once, fewer to one host, with pauses between two to one host.

    A request takes its place at its host first, and one of the `concurrency` slots only when it is about to
    start: however many wait for one slow host, the slots are free for the others.
    """

    def __init__(self, *, concurrency: int, per_host: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._per_host = per_host
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str, pause_s: float) -> AsyncIterator[bool]:
        """A turn to send one request to a host; True when there are others for that host now."""
        clock = asyncio.get_running_loop().time
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(asyncio.Semaphore(self._per_host))
        host.users += 1
        try:
            async with host.slots:
                async with host.starting:
                    if (wait_s := host.ready_at - clock()) > 0:
                        await asyncio.sleep(wait_s)
                    await self._slots.acquire()
                    host.ready_at = clock() + pause_s
                try:
                    yield host.users > 1
                finally:
                    self._slots.release()
        finally:
            host.users -= 1
            if not host.users and host.ready_at <= clock():
                del self._hosts[name]
