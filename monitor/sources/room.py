"""How much of what was fetched may be in memory at once."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Room:
    """So many bytes for all documents together, from when they arrive until their readers are done with them.

    What finds no room waits in line, on its own time. One of those that wait goes on all the same, whatever it still
    brings: if each held a part and waited for the others, none would ever end.
    """

    def __init__(self, size: int) -> None:
        self._left = size
        self._ahead: Place | None = None  # who goes on though there is no room
        self._line: deque[tuple[Place, int, asyncio.Future[None]]] = deque()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A document's place, given back with all it took."""
        place = Place(self)
        try:
            yield place
        finally:
            self._left += place.size
            if self._ahead is place:
                self._ahead = None
            self._admit()

    async def take(self, place: Place, size: int) -> None:
        if place is self._ahead or (size <= self._left and not self._line):
            self._give(place, size)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((place, size, turn))
        self._admit()
        await turn

    def _admit(self) -> None:
        while self._line:
            place, size, turn = self._line[0]
            if not turn.cancelled():
                if size > self._left:
                    if self._ahead is not None:
                        return
                    self._ahead = place
                self._give(place, size)
                turn.set_result(None)
            self._line.popleft()

    def _give(self, place: Place, size: int) -> None:
        self._left -= size
        place.size += size


@dataclass(slots=True, eq=False)
class Place:
    """The part of the room that one document takes."""

    room: Room
    size: int = 0

    async def grow(self, size: int) -> None:
        await self.room.take(self, size)
