"""Addresses that are sent nothing more, by their marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from monitor.model import Suppression
from monitor.store import schema
from monitor.store.database import insert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.store.database import Database


class Suppressions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Suppression]:
        """Every one, oldest first."""
        return self._found()

    def of(self, mark: str) -> list[Suppression]:
        """Those of one address, oldest first."""
        return self._found(mark)

    def add(self, suppressions: Iterable[Suppression], *, anew: bool) -> None:
        """They hold. One that held before keeps its reason and its day, unless it is to be put down `anew`."""
        table = schema.suppression
        with self._database.writing() as connection:
            for one in suppressions:
                row = {"mark": one.mark, "subscription": one.subscription, "why": one.why, "at": one.at}
                added = insert(connection, table).values(row)
                key = ["mark", "subscription"]
                connection.execute(
                    added.on_conflict_do_update(index_elements=key, set_={"why": one.why, "at": one.at})
                    if anew
                    else added.on_conflict_do_nothing(index_elements=key)
                )

    def lift(self, suppressions: Iterable[Suppression]) -> None:
        """These hold no more; one whose reason is another by now does: somebody else put it down meanwhile."""
        table = schema.suppression
        with self._database.writing() as connection:
            for one in suppressions:
                connection.execute(
                    delete(table).where(
                        table.c.mark == one.mark, table.c.subscription == one.subscription, table.c.why == one.why
                    )
                )

    def _found(self, mark: str | None = None) -> list[Suppression]:
        table = schema.suppression
        query = select(table).order_by(table.c.at, table.c.mark, table.c.subscription)
        with self._database.reading() as connection:
            rows = connection.execute(query if mark is None else query.where(table.c.mark == mark))
            return [Suppression(mark=row.mark, subscription=row.subscription, why=row.why, at=row.at) for row in rows]
