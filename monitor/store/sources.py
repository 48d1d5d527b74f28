"""Where each source stands, and the checks made of it."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from monitor.store import schema
from monitor.store.values import Check, SourceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from monitor.store.database import Database

_FIELDS = tuple(field.name for field in fields(SourceState))


def _as_row(state: SourceState) -> dict[str, Any]:
    return asdict(state) | {"marks": " ".join(state.marks)}


def _from_row(row: Row[Any]) -> SourceState:
    values = {name: getattr(row, name) for name in _FIELDS}
    return SourceState(**values | {"marks": tuple(values["marks"].split())})


class Sources:
    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self) -> dict[str, SourceState]:
        """Every source ever checked, by name."""
        with self._database.reading() as connection:
            return {row.name: _from_row(row) for row in connection.execute(select(schema.source))}

    def items_since(self, since: datetime) -> Mapping[str, int]:
        """How many items each source showed first seen since then, by source name."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(schema.sighting.c.source, func.count())
                .where(schema.sighting.c.first_seen >= since)
                .group_by(schema.sighting.c.source)
            )
            return {name: count for name, count in rows}  # noqa: C416 - rows are not pairs to the type checker

    def checks(self, name: str, limit: int = 10) -> Sequence[Row[Any]]:
        """The newest attempts to poll one source, newest first."""
        with self._database.reading() as connection:
            table = schema.check
            found = connection.execute(
                select(table).where(table.c.source == name).order_by(table.c.id.desc()).limit(limit)
            )
            return found.all()

    def forget_checks(self, before: datetime) -> int:
        with self._database.writing() as connection:
            return connection.execute(delete(schema.check).where(schema.check.c.at < before)).rowcount


def save_checks(connection: Connection, checks: Iterable[Check]) -> None:
    """Where the sources stand after these checks, and a row for each."""
    checks = list(checks)
    known = set(
        connection.scalars(select(schema.source.c.name).where(schema.source.c.name.in_([c.source for c in checks])))
    )
    if fresh := [_as_row(check.state) for check in checks if check.source not in known]:
        connection.execute(insert(schema.source), fresh)
    if stale := [_as_row(check.state) | {"key": check.source} for check in checks if check.source in known]:
        changes: dict[str, Any] = {name: bindparam(name) for name in _FIELDS if name != "name"}
        connection.execute(
            update(schema.source).where(schema.source.c.name == bindparam("key")).values(**changes),
            [{name: value for name, value in row.items() if name != "name"} for row in stale],
        )
    connection.execute(
        insert(schema.check),
        [
            {
                "source": check.source,
                "at": check.at,
                "seconds": check.seconds,
                "status": check.status.value,
                "new": check.new,
                "changed": check.changed,
                "unchanged": check.unchanged,
                "reason": check.reason,
            }
            for check in checks
        ],
    )
