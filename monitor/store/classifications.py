"""What was understood: classifications of items, and the facts of inspections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, func, or_, select, update

from monitor.dates import london_day
from monitor.model import Classification, Inspection, KnownReport
from monitor.model.plain import value_of
from monitor.store import schema
from monitor.store.database import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Row

    from monitor.model import Item
    from monitor.store.database import Database


class Classifications:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, understood: Sequence[tuple[Item, Classification]]) -> None:
        """The newest labels of these items; one that has a story keeps it, an irrelevant one keeps nothing."""
        if not understood:
            return
        items, table = schema.item, schema.classification
        irrelevant = [item.id for item, labels in understood if not labels.relevant]
        relevant = [_row(item, labels) for item, labels in understood if labels.relevant]
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.item_id.in_(irrelevant)))
            if relevant:
                added = insert(connection, table)
                newest = {name: added.excluded[name] for name in relevant[0] if name != "item_id"}
                connection.execute(added.on_conflict_do_update(index_elements=["item_id"], set_=newest), relevant)
            connection.execute(
                update(items).where(items.c.id == bindparam("item")).values(classified_version=bindparam("understood")),
                [{"item": item.id, "understood": item.version} for item, _ in understood],
            )

    def save_inspection(self, item: Item, inspection: Inspection) -> None:
        """The facts of the report an item is; the council of Ofsted's page stands in where the report names none."""
        table = schema.inspection
        row = {
            "item_id": item.id,
            "council": inspection.council or item.council or "",
            "kind": inspection.kind.value,
            "data": msgspec.to_builtins(inspection),
        }
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.item_id == item.id))
            connection.execute(insert(connection, table), [row])

    def reports(self, councils: Collection[str] | None = None) -> list[KnownReport]:
        """Every known report on the pages of these councils, or of all, in no particular order; read or not."""
        item, inspection = schema.item, schema.inspection
        council = func.coalesce(item.c.council, inspection.c.council, "")
        columns: list[ColumnElement[Any]] = [
            *(item.c[name] for name in ("id", "key", "title", "url", "published", "event_date", "first_seen")),
            item.c.reading_error,
            council.label("council"),
            inspection.c.data,
            inspection.c.council.label("told_council"),
        ]
        query = (
            select(*columns)
            .join(inspection, inspection.c.item_id == item.c.id, isouter=True)
            .where(or_(item.c.is_report, inspection.c.item_id.is_not(None)))
        )
        if councils is not None:
            query = query.where(council.in_(councils))
        with self._database.reading() as connection:
            return [_known_report(row) for row in connection.execute(query)]


def _known_report(row: Row[Any]) -> KnownReport:
    facts = inspection_from(row.data, row.told_council) if row.data else None
    told = facts.published if facts else None
    return KnownReport(
        item_id=row.id,
        key=row.key,
        council=row.council,
        title=row.title,
        url=row.url,
        published=london_day(row.published) if row.published else told,
        event_date=row.event_date,
        first_seen=row.first_seen,
        inspection=facts,
        unread="" if facts else row.reading_error or "it has not been read yet",
    )


def inspection_from(data: object, council: str) -> Inspection:
    """The stored facts; `council` where the report itself names none."""
    inspection = value_of(data, Inspection)
    return inspection if inspection.council else replace(inspection, council=council or None)


def _row(item: Item, labels: Classification) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "relevance": labels.relevance,
        "event": labels.event.value if labels.event else None,
        "judgement": labels.judgement.value if labels.judgement else None,
        "data": msgspec.to_builtins(labels),
    }
