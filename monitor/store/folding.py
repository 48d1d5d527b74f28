"""Folding: checks onto what is known. Which items are new, which changed, which were only seen again."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from monitor.dates import LONDON
from monitor.items import content_hash
from monitor.model import CheckStatus, Item, ReadingState
from monitor.store import schema
from monitor.store.database import insert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from monitor.model import Check

_STORED = tuple(field.name for field in fields(Item) if field.name != "id")  # the database numbers them
_values = attrgetter(*_STORED)
# SQLite allows 32,766 bound values in a statement; every one costs parsing.
_CHUNK = 500


def fold(connection: Connection, checks: Sequence[Check]) -> list[Check]:
    """Stores what these checks brought; the checks, with what was new, changed and unchanged in them counted."""
    known = _known(connection, {item.key for check in checks for item in check.items})
    folded = _Fold(known)
    counted = [folded.add(check, _renamed(connection, check, known)) for check in checks]
    folded.write(connection, max(check.at for check in checks))
    return counted


class _Known(NamedTuple):
    """What folding needs of a known item. Never its text: a first poll asks for tens of thousands."""

    id: int
    key: str
    content_hash: str
    version: int
    source: str
    reading: str
    published: datetime | None
    published_is_date: bool
    event_date: date | None


_KNOWN = tuple(schema.item.c[name] for name in _Known._fields)


class _Fold:
    """Checks folded onto what is known: the rows they come to, gathered first and written together."""

    def __init__(self, known: dict[str, _Known]) -> None:
        self._known = known  # by the key asked for, an item's own or an alias
        self._fresh: dict[str, dict[str, Any]] = {}  # rows to insert, by key
        self._changed: dict[int, dict[str, Any]] = {}  # rows to update, by item number
        self._seen_again: set[int] = set()  # item numbers
        self._aliases: list[dict[str, Any]] = []
        self._sightings: list[dict[str, Any]] = []

    def add(self, check: Check, renamed: dict[str, _Known]) -> Check:
        """The check with what was new, changed and unchanged in it counted."""
        if not check.items:
            return check
        new, changed = len(self._fresh), len(self._changed)
        for item in check.items:
            if item.key in renamed:
                self._known[item.key] = renamed[item.key]
                self._aliases.append({"key": item.key, "item_id": renamed[item.key].id})
            elif item.key in self._known:
                self._change(item, self._known[item.key], check)
            elif item.key not in self._fresh:
                self._fresh[item.key] = _row(item, check)
            self._see(item, check)
        return _counted(check, len(self._fresh) - new, len(self._changed) - changed, len(renamed))

    def _change(self, item: Item, row: _Known, check: Check) -> None:
        # A page that two sources word differently is not changing; only its own source can change it.
        if row.source == check.source and row.id not in self._changed:
            content = content_hash(item)
            if content != row.content_hash or _is_redated(item, row):
                self._changed[row.id] = _changes(item, content, row, check)

    def _see(self, item: Item, check: Check) -> None:
        key = item.key
        if row := self._known.get(key):
            key = row.key
            self._seen_again.add(row.id)
        elif self._fresh[key]["source"] == check.source:
            return  # its first sighting is stored with it
        self._sightings.append({"key": key, "in_source": check.source, "at": check.at})

    def write(self, connection: Connection, now: datetime) -> None:
        if self._fresh:
            _insert(connection, list(self._fresh.values()))
        if self._changed:
            _update(connection, list(self._changed.values()))
        if self._aliases:
            connection.execute(insert(connection, schema.alias).on_conflict_do_nothing(), self._aliases)
        if self._seen_again:
            _touch(connection, self._seen_again, now)
        if self._sightings:
            _insert_sightings(connection, self._sightings)


def _counted(check: Check, new: int, changed: int, renamed: int) -> Check:
    status = CheckStatus.NEW if (new or changed) and check.status is CheckStatus.UNCHANGED else check.status
    state = check.state
    if renamed:  # nothing was missed: the known entries came under other names
        note = f"{renamed} entries came under new addresses and were recognised"
        state = replace(state, note=note, gap_at=None if state.gap_at == check.at else state.gap_at)
    unchanged = check.unchanged + len(check.items) - new - changed  # shown anew, and known all the same
    return replace(check, new=new, changed=changed, unchanged=unchanged, status=status, state=state)


def _row(item: Item, check: Check) -> dict[str, Any]:
    row = dict(zip(_STORED, _values(item), strict=True))
    is_pending = item.key in check.to_read and item.url
    row["last_seen"] = check.at
    row["content_hash"] = content_hash(item)
    row["reading"] = (ReadingState.PENDING if is_pending else ReadingState.NONE).value
    row["reading_next_at"] = check.at if is_pending else None
    return row


def _is_redated(item: Item, row: _Known) -> bool:
    """Whether Ofsted's page dates a report otherwise than before; a date that it leaves out is none."""
    return item.is_report and (item.published or row.published, item.event_date or row.event_date) != (
        row.published,
        row.event_date,
    )


def _changes(item: Item, content: str, row: _Known, check: Check) -> dict[str, Any]:
    reads_again = row.reading != ReadingState.NONE.value
    dated = item if item.is_report and item.published else row  # others' entries are dated anew by every touch
    return {
        "item": row.id,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "text": None if reads_again else item.text,  # None: the page read earlier stands until it is read again
        "published": dated.published,
        "published_is_date": dated.published_is_date,
        "event_date": (item.is_report and item.event_date) or row.event_date,
        "content_hash": content,
        "version": row.version + 1,
        "reading": (ReadingState.PENDING if reads_again else ReadingState.NONE).value,
        "reading_next_at": check.at if reads_again else None,
        "reading_attempts": 0,
    }


def _known(connection: Connection, keys: set[str]) -> dict[str, _Known]:
    """Rows by the key asked for, be it their own or an alias."""
    item, alias = schema.item, schema.alias
    found: dict[str, _Known] = {}
    for chunk in _chunks(keys):
        for own, *row in connection.execute(select(item.c.key, *_KNOWN).where(item.c.key.in_(chunk))):
            found[own] = _Known(*row)
    for chunk in _chunks(keys - found.keys()):
        by_alias = select(alias.c.key, *_KNOWN).join(item, item.c.id == alias.c.item_id)
        for asked, *row in connection.execute(by_alias.where(alias.c.key.in_(chunk))):
            found[asked] = _Known(*row)
    return found


def _chunks(values: set[Any]) -> Iterator[list[Any]]:
    ordered = sorted(values)  # the index is walked, not jumped about in
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _renamed(connection: Connection, check: Check, known: dict[str, _Known]) -> dict[str, _Known]:
    """Unknown items of a check whose source already showed one of the same title and day: it renamed its entries.

    Only when at least half of the unknown ones are recognised so, each known item once; a weekly "Roadworks this
    week", or thirty planning notices under one title, is no renaming.
    """
    if not check.may_be_renamed:
        return {}
    unknown = [item for item in check.items if item.key not in known]
    item, sighting = schema.item, schema.sighting
    shown = (
        select(item.c.title, item.c.published, *_KNOWN)
        .join(sighting, sighting.c.item_id == item.c.id)
        .where(sighting.c.source == check.source)
    )
    alike: dict[tuple[str, date | None], list[_Known]] = {}
    for titles in _chunks({each.title for each in unknown}):
        for title, published, *row in connection.execute(shown.where(item.c.title.in_(titles))):
            alike.setdefault((title, _day(published)), []).append(_Known(*row))
    recognised: dict[str, _Known] = {}
    for each in unknown:
        if found := alike.get((each.title, _day(each.published))):
            recognised[each.key] = found.pop()
    return recognised if len(recognised) * 2 >= len(unknown) else {}


def _day(instant: datetime | None) -> date | None:
    return instant.astimezone(LONDON).date() if instant else None


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """New items, each seen in its own source."""
    item, sighting = schema.item, schema.sighting
    last = connection.scalar(select(func.max(item.c.id))) or 0
    connection.execute(insert(connection, item), rows)
    inserted = select(item.c.id, item.c.source, item.c.first_seen).where(item.c.id > last)
    connection.execute(insert(connection, sighting).from_select(["item_id", "source", "first_seen"], inserted))


def _update(connection: Connection, rows: list[dict[str, Any]]) -> None:
    values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "item"}
    values["text"] = func.coalesce(values["text"], schema.item.c.text)
    connection.execute(update(schema.item).where(schema.item.c.id == bindparam("item")).values(**values), rows)


def _touch(connection: Connection, ids: set[int], at: datetime) -> None:
    table = schema.item
    for chunk in _chunks(ids):
        connection.execute(update(table).where(table.c.id.in_(chunk)).values(last_seen=at))


def _insert_sightings(connection: Connection, rows: list[dict[str, Any]]) -> None:
    item, sighting = schema.item, schema.sighting
    seen = select(
        item.c.id,
        bindparam("in_source", type_=sighting.c.source.type),
        bindparam("at", type_=sighting.c.first_seen.type),
    ).where(item.c.key == bindparam("key"))
    added = insert(connection, sighting).from_select(["item_id", "source", "first_seen"], seen)
    connection.execute(added.on_conflict_do_nothing(), rows)
