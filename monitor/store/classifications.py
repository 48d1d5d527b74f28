"""What was understood: classifications of items, and the facts of inspections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, insert, select, update

from monitor.model import Classification, Inspection
from monitor.store import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model import Item
    from monitor.store.database import Database


class Classifications:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, understood: Sequence[tuple[Item, Classification]]) -> None:
        """The newest labels of these items; an irrelevant one keeps none."""
        if not understood:
            return
        items, table = schema.item, schema.classification
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.item_id.in_([item.id for item, _ in understood])))
            relevant = [(item, labels) for item, labels in understood if labels.relevant]
            if relevant:
                connection.execute(insert(table), [_row(item, labels) for item, labels in relevant])
            for item, _ in understood:
                connection.execute(update(items).where(items.c.id == item.id).values(classified_version=item.version))

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
            connection.execute(insert(table), [row])

    def inspections(self, councils: Sequence[str] | None = None) -> list[tuple[int, Inspection]]:
        """Known inspections with their items' numbers, of these councils or of all."""
        table = schema.inspection
        query = select(table)
        if councils is not None:
            query = query.where(table.c.council.in_(councils))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(table.c.item_id)).all()
        return [(row.item_id, inspection_from(row.data, row.council)) for row in rows]


def inspection_from(data: object, council: str) -> Inspection:
    """The stored facts; `council` where the report itself names none."""
    inspection = msgspec.convert(data, Inspection)
    return inspection if inspection.council else replace(inspection, council=council or None)


def _row(item: Item, labels: Classification) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "relevant": labels.relevant,
        "relevance": labels.relevance,
        "event": labels.event.value if labels.event else None,
        "judgement": labels.judgement.value if labels.judgement else None,
        "data": msgspec.to_builtins(labels),
    }
