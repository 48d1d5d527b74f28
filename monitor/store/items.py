"""Items: folding what checks brought onto what is known, and the queues of what is still to be understood."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, or_, select, update

from monitor.model import Item, ReadingState, UnreadItem
from monitor.store import schema
from monitor.store.folding import fold
from monitor.store.sources import save_checks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from monitor.model import Check
    from monitor.store.database import Database

_FIELDS = tuple(field.name for field in fields(Item))
_LONGEST_WAIT = timedelta(days=2)  # fetching asks for a day at most
_AT_ONCE = 5_000  # values that one question holds; SQLite takes 32,766
_LARGEST = 2**31 - 1  # a number that PostgreSQL's integers hold
_SHARE_OF_HISTORY = 4  # one in so many readings, while there is history to read
# By inspection, as history is told; what is not dated comes last. A page shows its newest first.
_OLDEST_FIRST = (
    schema.item.c.event_date.asc().nulls_last(),
    schema.item.c.published.asc().nulls_last(),
    schema.item.c.id.desc(),
)


def item_from_row(row: Row[Any]) -> Item:
    return Item(**{name: getattr(row, name) for name in _FIELDS})


def _unread(row: Row[Any]) -> UnreadItem:
    return UnreadItem(item=item_from_row(row), attempts=row.reading_attempts)


def _in_portions(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


class Items:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, checks: Sequence[Check]) -> list[Check]:
        """What these checks brought and where their sources stand afterwards, in one transaction.

        Returns the checks with `new`, `changed` and `unchanged` counted. Validators and marks are part of a source's
        state, so they are never stored before the items they vouch for.
        """
        if not checks:
            return []
        with self._database.writing() as connection:
            counted = fold(connection, checks)
            save_checks(connection, counted)
        return counted

    def unread(self, now: datetime, limit: int) -> list[UnreadItem]:
        """Items whose page or report is due to be fetched: new reports; pages, those seen last first; history.

        History, the reports a council's page showed at its first check, is read oldest first: of councils with a new
        report before the others', for without it nobody knows what the new one changes. A part of the limit is kept
        for it: no feed that floods the queue keeps it waiting for ever, nor does a long history keep news waiting.

        One that seems to wait for longer than any does was dated by a clock that ran ahead.
        """
        table = schema.item
        is_pending = table.c.reading == ReadingState.PENDING.value
        is_due = and_(is_pending, or_(table.c.reading_next_at <= now, table.c.reading_next_at > now + _LONGEST_WAIT))
        is_history = and_(table.c.is_report, table.c.from_first_check)
        newest_first = (table.c.is_report.desc(), table.c.reading_attempts, table.c.id.desc())
        new_query = select(table).where(is_due, ~is_history).order_by(*newest_first)
        with self._database.reading() as connection:
            new = connection.execute(new_query.limit(limit)).all()
            has_news = table.c.council.in_({row.council for row in new if row.is_report})
            oldest_first = (has_news.desc(), table.c.reading_attempts, *_OLDEST_FIRST)
            old_query = select(table).where(is_due, is_history).order_by(*oldest_first)
            old = connection.execute(old_query.limit(limit)).all()
        kept = min(len(old), max(limit // _SHARE_OF_HISTORY, limit - len(new)))
        return [_unread(row) for row in (*new[: limit - kept], *old[:kept])]

    def unread_history(self, councils: Collection[str], *, read_too: bool = False) -> list[UnreadItem]:
        """All reports of these councils that were not read so far, due or not, and those given up.

        `read_too`: the ones that were read as well.
        A council after the other, each one's oldest first.
        """
        table = schema.item
        wanted = [ReadingState.PENDING, ReadingState.FAILED, *([ReadingState.DONE] if read_too else [])]
        with self._database.reading() as connection:
            rows = connection.execute(
                select(table)
                .where(
                    table.c.is_report,
                    table.c.reading.in_([state.value for state in wanted]),
                    table.c.council.in_(councils),
                )
                .order_by(table.c.council, *_OLDEST_FIRST)
            )
            return [_unread(row) for row in rows]

    def unread_reports(self) -> list[tuple[Item, str]]:
        """Reports that could not be read so far, newest first, each with the reason."""
        table = schema.item
        with self._database.reading() as connection:
            rows = connection.execute(
                select(table).where(table.c.is_report, table.c.reading_error != "").order_by(table.c.id.desc())
            )
            return [(item_from_row(row), row.reading_error) for row in rows]

    def save_reading(self, item_id: int, *, text: str) -> None:
        """The item's full text is known now. One that was understood without it is to be understood again."""
        table = schema.item
        was_understood = table.c.classified_version >= table.c.version
        with self._database.writing() as connection:
            connection.execute(
                update(table)
                .where(table.c.id == item_id)
                .values(
                    text=text,
                    reading=ReadingState.DONE.value,
                    reading_error="",
                    version=case((was_understood, table.c.version + 1), else_=table.c.version),
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

    def shown_by(self, items: Collection[int], sources: Collection[str]) -> dict[int, str]:
        """Of these items by number, those that one of these sources showed, with the first of them that did."""
        table = schema.sighting
        found: dict[int, str] = {}
        with self._database.reading() as connection:
            for some in _in_portions(sorted(items)):
                rows = connection.execute(
                    select(table.c.item_id, table.c.source)
                    .where(table.c.item_id.in_(some))
                    .order_by(table.c.first_seen, table.c.source)
                )
                for row in rows:
                    if row.source in sources:
                        found.setdefault(row.item_id, row.source)
        return found

    def find(self, reference: str) -> Item | None:
        """The item with that number, key or address."""
        table = schema.item
        wanted: ColumnElement[bool] = or_(table.c.key == reference, table.c.url == reference)
        if reference.isdecimal() and int(reference) <= _LARGEST:
            wanted = table.c.id == int(reference)
        with self._database.reading() as connection:
            row = connection.execute(select(table).where(wanted).order_by(table.c.id)).first()
            return item_from_row(row) if row else None

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
