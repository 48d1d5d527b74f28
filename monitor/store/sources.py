"""Where each source stands, and the checks made of it."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from monitor.model import Check, SourceState
from monitor.store import schema
from monitor.store.database import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.store.database import Database

_FIELDS = tuple(field.name for field in fields(SourceState))
_COLUMNS = tuple(schema.source.c[name] for name in _FIELDS)
_values = attrgetter(*_FIELDS)


def _as_row(state: SourceState) -> dict[str, Any]:
    row = dict(zip(_FIELDS, _values(state), strict=True))
    row["marks"] = " ".join(state.marks)
    return row


class Sources:
    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self) -> dict[str, SourceState]:
        """Every source ever checked, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS)).all()
        states = (dict(zip(_FIELDS, row, strict=True)) for row in rows)
        return {known["name"]: SourceState(**known | {"marks": tuple(known["marks"].split())}) for known in states}

    def items_since(self, since: datetime) -> Mapping[str, int]:
        """How many items each source showed first seen since then, by source name."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(schema.sighting.c.source, func.count())
                .where(schema.sighting.c.first_seen >= since)
                .group_by(schema.sighting.c.source)
            )
            return {name: count for name, count in rows}  # noqa: C416 - rows are not pairs to the type checker

    def last_look(self, before: datetime) -> datetime | None:
        """When a source was last checked before then, of the checks that are kept."""
        with self._database.reading() as connection:
            found: datetime | None = connection.scalar(
                select(func.max(schema.check.c.at)).where(schema.check.c.at < before)
            )
        return found

    def forget_checks(self, before: datetime) -> int:
        with self._database.writing() as connection:
            return connection.execute(delete(schema.check).where(schema.check.c.at < before)).rowcount


def save_checks(connection: Connection, checks: Sequence[Check]) -> None:
    """Where the sources stand after these checks, and a row for each; sources that a check wakes are due.

    Not those in trouble: they were asked to wait, or wait for their own good, and are read again in their time.
    """
    states, attempts = [], []
    for check in checks:
        states.append(_as_row(check.state))
        attempts.append(
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
        )
    state = insert(connection, schema.source)
    changes = {name: state.excluded[name] for name in _FIELDS if name != "name"}
    connection.execute(state.on_conflict_do_update(index_elements=["name"], set_=changes), states)
    connection.execute(insert(connection, schema.check), attempts)
    for check in checks:
        if check.wakes:
            source = schema.source.c
            sleeps = source.url.in_(check.wakes) & (source.next_at > check.at) & (source.failures == 0)
            connection.execute(update(schema.source).where(sleeps).values(next_at=check.at))
