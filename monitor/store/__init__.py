"""The only reader and writer of the database: schema, migrations, and queries by noun.

with Store(url) as store:
    store.items.save(checks)          # what came, and where its sources stand: one transaction
    store.stories.owed(…)             # what a digest may tell
    store.digests.save(digest, …)     # a digest, its message and what is owed: one transaction
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from monitor.model import Check, CheckStatus, ReadingState, ReadyItem, SourceState, ToldBy, UnreadItem
from monitor.store.classifications import Classifications
from monitor.store.database import Database
from monitor.store.digests import Digests
from monitor.store.items import Items
from monitor.store.sources import Sources
from monitor.store.stories import Stories
from monitor.store.suppressions import Suppressions

if TYPE_CHECKING:
    from types import TracebackType

__all__ = [
    "Check",
    "CheckStatus",
    "Database",
    "ReadingState",
    "ReadyItem",
    "SourceState",
    "Store",
    "ToldBy",
    "UnreadItem",
]


class Store:
    """One database, open; every failure of it is a StoreError. Who only asks must not `migrate` (see Database)."""

    def __init__(self, url: str, *, migrate: bool = True) -> None:
        self.database = Database(url, asking=not migrate)
        self._migrate = migrate
        self.sources = Sources(self.database)
        self.items = Items(self.database)
        self.classifications = Classifications(self.database)
        self.stories = Stories(self.database)
        self.digests = Digests(self.database)
        self.suppressions = Suppressions(self.database)

    def __enter__(self) -> Self:
        try:
            self.database.open(migrate=self._migrate)
        except BaseException:
            self.database.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()
