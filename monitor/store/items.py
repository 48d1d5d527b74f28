"""Items: folding what checks brought onto what is known, and the queues of what is still to be understood."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.items import content_hash
from monitor.model import Item
from monitor.store import schema
from monitor.store.sources import save_checks
from monitor.store.values import Check, CheckStatus, ReadingState, UnreadItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from monitor.store.database import Database

_FIELDS = tuple(field.name for field in fields(Item))
# SQLite allows 32,766 bound values in a statement; every one costs parsing.
_CHUNK = 500


def item_from_row(row: Row[Any]) -> Item:
    return Item(**{name: getattr(row, name) for name in _FIELDS})


class Items:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, checks: Sequence[Check]) -> list[Check]:
        """What these checks brought and where their sources stand afterwards, in one transaction.

        Returns the checks with `new` and `changed` counted. Validators and marks are part of a source's state, so
        they are never stored before the items they vouch for.
        """
        with self._database.writing() as connection:
            counted = _fold(connection, checks)
            save_checks(connection, counted)
        return counted

    def unread(self, now: datetime, limit: int) -> list[UnreadItem]:
        """Items whose page or report is due to be fetched, those seen last first."""
        table = schema.item
        with self._database.reading() as connection:
            rows = connection.execute(
                select(table)
                .where(table.c.reading == ReadingState.PENDING.value, table.c.reading_next_at <= now)
                .order_by(table.c.reading_attempts, table.c.id.desc())
                .limit(limit)
            )
            return [UnreadItem(item=item_from_row(row), attempts=row.reading_attempts) for row in rows]

    def save_reading(self, item_id: int, *, text: str) -> None:
        """The item's full text is known now: a new version of it, to be understood again."""
        table = schema.item
        with self._database.writing() as connection:
            connection.execute(
                update(table)
                .where(table.c.id == item_id)
                .values(
                    text=text,
                    reading=ReadingState.DONE.value,
                    reading_error="",
                    version=table.c.version + (table.c.classified_version > 0).cast(table.c.version.type),
                )
            )

    def save_failed_reading(self, item_id: int, *, reason: str, next_at: datetime | None) -> None:
        """The page or report did not come: try again at `next_at`, or never when None."""
        table = schema.item
        with self._database.writing() as connection:
            connection.execute(
                update(table)
                .where(table.c.id == item_id)
                .values(
                    reading=(ReadingState.PENDING if next_at else ReadingState.FAILED).value,
                    reading_attempts=table.c.reading_attempts + 1,
                    reading_next_at=next_at,
                    reading_error=reason,
                )
            )

    def unclassified(self, limit: int) -> list[Item]:
        """Items to be understood, oldest first: read ones, and ones whose first reading failed already."""
        table = schema.item
        with self._database.reading() as connection:
            rows = connection.execute(
                select(table)
                .where(
                    table.c.classified_version < table.c.version,
                    or_(table.c.reading != ReadingState.PENDING.value, table.c.reading_attempts > 0),
                )
                .order_by(table.c.id)
                .limit(limit)
            )
            return [item_from_row(row) for row in rows]

    def find(self, reference: str) -> Item | None:
        """The item with that number, key or address."""
        table = schema.item
        wanted: ColumnElement[bool] = or_(table.c.key == reference, table.c.url == reference)
        if reference.isdecimal():
            wanted = table.c.id == int(reference)
        with self._database.reading() as connection:
            row = connection.execute(select(table).where(wanted)).first()
            return item_from_row(row) if row else None

    def sightings(self, item_id: int) -> list[str]:
        """Names of the sources that showed the item, the first first."""
        table = schema.sighting
        with self._database.reading() as connection:
            return list(
                connection.scalars(
                    select(table.c.source).where(table.c.item_id == item_id).order_by(table.c.first_seen)
                )
            )

    def drop_texts(self, before: datetime) -> int:
        """Articles are not kept for good: the text goes, headline, summary, labels and evidence stay."""
        table = schema.item
        with self._database.writing() as connection:
            return connection.execute(
                update(table)
                .where(table.c.last_seen < before, table.c.text != "", table.c.is_report.is_(False))
                .where(table.c.classified_version >= table.c.version)
                .values(text="")
            ).rowcount


def _fold(connection: Connection, checks: Sequence[Check]) -> list[Check]:
    known = _known(connection, {item.key for check in checks for item in check.items})
    fresh: dict[str, dict[str, Any]] = {}  # rows to insert, by key
    changed: dict[int, dict[str, Any]] = {}
    seen: list[tuple[str, str, datetime]] = []  # key, source, when
    aliases: list[tuple[str, int]] = []
    counted: list[Check] = []
    for check in checks:
        renamed = _renamed(connection, check, known) if check.may_be_renamed else {}
        new = updates = 0
        for item in check.items:
            seen.append((item.key, check.source, check.at))
            content = content_hash(item)
            if item.key in renamed:
                known[item.key] = renamed[item.key]
                aliases.append((item.key, renamed[item.key].id))
            elif item.key in known:
                row = known[item.key]
                # A page that two sources word differently is not changing; only its own source can change it.
                if row.content_hash != content and row.source == check.source and row.id not in changed:
                    changed[row.id] = _changes(item, content, row, check)
                    updates += 1
            elif item.key not in fresh:
                fresh[item.key] = _row(item, content, check)
                new += 1
        note = f"{len(renamed)} entries came under new addresses and were recognised" if renamed else check.state.note
        status = CheckStatus.NEW if new or updates else check.status
        counted.append(replace(check, new=new, changed=updates, status=status, state=replace(check.state, note=note)))
    ids = {key: row.id for key, row in known.items()} | _insert(connection, list(fresh.values()))
    if changed:
        _update(connection, list(changed.values()))
    if aliases:
        _insert_missing(connection, schema.alias, [{"key": key, "item_id": item_id} for key, item_id in aliases])
    if seen:
        _insert_missing(
            connection,
            schema.sighting,
            [{"item_id": ids[key], "source": source, "first_seen": at} for key, source, at in seen],
        )
        _touch(connection, {ids[key] for key, _, _ in seen if key in known}, max(at for _, _, at in seen))
    return counted


def _counted(check: Check, new: int, changed: int, renamed: int) -> Check:
    status = CheckStatus.NEW if (new or changed) and check.status is CheckStatus.UNCHANGED else check.status
    state = check.state
    if renamed:  # nothing was missed: the known entries came under other names
        note = f"{renamed} entries came under new addresses and were recognised"
        state = replace(state, note=note, gap_at=None if state.gap_at == check.at else state.gap_at)
    return replace(check, new=new, changed=changed, status=status, state=state)


def _row(item: Item, content: str, check: Check) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in _FIELDS if name != "id"}
    reading = ReadingState.PENDING if item.key in check.to_read and item.url else ReadingState.NONE
    return row | {
        "last_seen": check.at,
        "content_hash": content,
        "reading": reading.value,
        "reading_next_at": check.at if reading is ReadingState.PENDING else None,
    }


def _changes(item: Item, content: str, row: Row[Any], check: Check) -> dict[str, Any]:
    reads_again = row.reading != ReadingState.NONE.value
    return {
        "item": row.id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "text": None if reads_again else item.text,  # None: the page read earlier stands until it is read again
        "content_hash": content,
        "version": row.version + 1,
        "last_seen": check.at,
        "reading": (ReadingState.PENDING if reads_again else ReadingState.NONE).value,
        "reading_next_at": check.at if reads_again else None,
        "reading_attempts": 0,
    }


def _known(connection: Connection, keys: set[str]) -> dict[str, Any]:
    """Rows by the key asked for, be it their own or an alias."""
    table, alias = schema.item, schema.alias
    # Never their texts: a first look at a thousand feeds asks for tens of thousands of items.
    wanted = (table.c.id, table.c.key, table.c.content_hash, table.c.version, table.c.source, table.c.reading)
    found: dict[str, Any] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        for row in connection.execute(select(*wanted).where(table.c.key.in_(chunk))):
            found[row.key] = row
        missing = [key for key in chunk if key not in found]
        if missing:
            by_alias = select(*wanted, alias.c.key.label("asked")).join(alias, alias.c.item_id == table.c.id)
            for renamed in connection.execute(by_alias.where(alias.c.key.in_(missing))):
                found[renamed.asked] = renamed
    return found


def _renamed(connection: Connection, check: Check, known: dict[str, Row[Any]]) -> dict[str, Row[Any]]:
    """Unknown items of a check whose source already showed one of the same title: it renamed its entries.

    Only when at least half of the unknown ones are recognised so; a weekly "Roadworks this week" is no renaming.
    """
    unknown = [item for item in check.items if item.key not in known]
    table, sighting = schema.item, schema.sighting
    rows = connection.execute(
        select(table)
        .join(sighting, sighting.c.item_id == table.c.id)
        .where(sighting.c.source == check.source, table.c.title.in_([item.title for item in unknown]))
    )
    by_title = {row.title: row for row in rows}
    recognised = {item.key: by_title[item.title] for item in unknown if item.title in by_title}
    return recognised if unknown and len(recognised) * 2 >= len(unknown) else {}


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> dict[str, int]:
    if not rows:
        return {}
    found = connection.execute(insert(schema.item).returning(schema.item.c.key, schema.item.c.id), rows)
    return {key: item_id for key, item_id in found}  # noqa: C416 - rows are not pairs to the type checker


def _update(connection: Connection, rows: list[dict[str, Any]]) -> None:
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "item"}
    values["text"] = func.coalesce(values["text"], schema.item.c.text)
    connection.execute(update(schema.item).where(schema.item.c.id == bindparam("item")).values(**values), rows)


def _touch(connection: Connection, ids: set[int], at: datetime) -> None:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        connection.execute(
            update(schema.item).where(schema.item.c.id.in_(ordered[start : start + _CHUNK])).values(last_seen=at)
        )


def _insert_missing(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))
