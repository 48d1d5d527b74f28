"""Stories: which items are about one event, and which are ready to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, insert, literal, or_, select, update

from monitor.model import NO_COUNCIL, Classification, ReadyItem, Telling, ToldItem
from monitor.model.plain import value_of
from monitor.store import schema
from monitor.store.classifications import inspection_from
from monitor.store.items import item_from_row

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence, Set
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from monitor.model import Item, Window
    from monitor.store.database import Database


_TEXTS = ("summary", "text")
_WITHOUT_TEXTS: tuple[ColumnElement[Any], ...] = (
    *(column for column in schema.item.c if column.name not in _TEXTS),
    *(literal("").label(name) for name in _TEXTS),
)


class Stories:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ungrouped(self, limit: int) -> list[ToldItem]:
        """Relevant items without a story, oldest first."""
        item, classification = schema.item, schema.classification
        query = (
            select(item, classification.c.data)
            .join(classification)
            .where(classification.c.story_id.is_(None))
            .order_by(item.c.id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_told(row) for row in connection.execute(query)]

    def recent(self, since: datetime, councils: Set[str]) -> list[tuple[int, ToldItem]]:
        """Items of stories that went on after `since`, with their story's number, oldest first.

        Of those with an item about one of these councils; NO_COUNCIL stands for items about none.
        """
        item, classification, story = schema.item, schema.classification, schema.story
        lately = select(story.c.id).where(story.c.last_seen >= since)
        query = select(item, classification.c.data, classification.c.story_id).join(classification).order_by(item.c.id)
        with self._database.reading() as connection:
            # Only the names are taken out of the labels, by the database: most rows go no further.
            names = select(classification.c.story_id, classification.c.data["councils"].label("names"))
            rows = connection.execute(names.where(classification.c.story_id.in_(lately)))
            numbers = {row.story_id for row in rows if not councils.isdisjoint(row.names or (NO_COUNCIL,))}
            found = connection.execute(query.where(classification.c.story_id.in_(numbers)))
            return [(row.story_id, _told(row)) for row in found]

    def save(self, groups: Sequence[tuple[int | None, Sequence[Item]]], now: datetime) -> list[int]:
        """These items belong to that story, or to a new one where it is None; they are ready to be told. The stories'
        numbers."""
        story, classification = schema.story, schema.classification
        numbers = []
        with self._database.writing() as connection:
            for story_id, members in groups:
                first, last = min(m.first_seen for m in members), max(m.first_seen for m in members)
                if story_id is None:
                    made = insert(story).values(first_seen=first, last_seen=last).returning(story.c.id)
                    story_id = connection.scalar(made)  # noqa: PLW2901 - now it has one
                else:
                    grown = update(story).where(story.c.id == story_id, story.c.last_seen < last)
                    connection.execute(grown.values(last_seen=last))
                connection.execute(
                    update(classification)
                    .where(classification.c.item_id.in_([member.id for member in members]))
                    .values(story_id=story_id, ready_at=now)
                )
                numbers.append(int(story_id or 0))
        return numbers

    def owed(self, subscription: str, window: Window, *, late_since: datetime, now: datetime) -> list[ReadyItem]:
        """Ready items that arrived in the window and were not told to the subscription, oldest first.

        An item stored before the window's start that became ready only after `late_since` (the last digest was
        composed about then, so it cannot have had it) has arrived as well; so has one that an earlier digest left out
        for length, one that was told before its report could be read and now was, and one that a clock which ran ahead
        dated after `now`.
        """
        item, classification = schema.item, schema.classification
        in_window = select(item.c.id).where(item.c.first_seen >= window.start, item.c.first_seen < window.end)
        late = select(classification.c.item_id).where(classification.c.ready_at >= late_since)
        arrived = item.c.id.in_(in_window.union(late))
        how, facts = schema.digest_item.c.how, schema.inspection.alias()
        is_read = exists().where(facts.c.item_id == item.c.id)
        carried_over = or_(
            _told_to(subscription, how == Telling.COUNTED.value),
            and_(_told_to(subscription, how == Telling.UNREAD.value), is_read),
        )
        before_its_end = or_(item.c.first_seen < window.end, item.c.first_seen > now)
        is_told = or_(
            _told_to(subscription, how.not_in((Telling.COUNTED.value, Telling.UNREAD.value))),
            and_(_told_to(subscription, how == Telling.UNREAD.value), ~is_read),
        )
        return self._ready(and_(or_(arrived, carried_over), before_its_end, ~is_told))

    def told_before(self, subscription: str, stories: Collection[int]) -> dict[int, list[ToldItem]]:
        """The items of these stories that a subscription was told, by story, oldest first; not those withheld as
        repetitions, which nothing must be measured by: each would be a little less like what was told."""
        item, classification = schema.item, schema.classification
        query = (
            select(item, classification.c.data, classification.c.story_id)
            .join(classification)
            .where(
                classification.c.story_id.in_(stories),
                _told_to(subscription, schema.digest_item.c.how.in_((Telling.TOLD.value, Telling.LINKED.value))),
            )
            .order_by(item.c.id)
        )
        found: dict[int, list[ToldItem]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(row.story_id, []).append(_told(row))
        return found

    def told_since(self, subscription: str, since: datetime, *, limit: int) -> list[tuple[ReadyItem, datetime]]:
        """The last items that digests of a subscription composed since then told, each with when; newest first.

        One that was told before its report could be read, and again when it was, comes twice.
        """
        digest, told = schema.digest, schema.digest_item
        query = (
            select(told.c.item_id, digest.c.composed_at)
            .join(digest)
            .where(
                digest.c.subscription == subscription,
                digest.c.composed_at >= since,
                told.c.how.in_((Telling.TOLD.value, Telling.LINKED.value, Telling.UNREAD.value)),
            )
            .order_by(digest.c.composed_at.desc(), told.c.item_id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            when = [(row.item_id, row.composed_at) for row in connection.execute(query)]
        items = {one.item.id: one for one in self._ready(schema.item.c.id.in_({item_id for item_id, _ in when}))}
        return [(items[item_id], at) for item_id, at in when if item_id in items]

    def reports(self, since: datetime) -> list[ReadyItem]:
        """Ready reports first seen since then that were not there at their source's first check."""
        item = schema.item
        return self._ready(and_(item.c.is_report, item.c.first_seen >= since, item.c.from_first_check.is_(False)))

    def arrived(self, window: Window) -> list[ReadyItem]:
        """Ready items first seen within a window, oldest first, without their texts and facts: for counting them."""
        item, classification = schema.item, schema.classification
        query: Select[Any] = (
            select(*_WITHOUT_TEXTS, classification.c.data, classification.c.story_id, classification.c.ready_at)
            .join(classification, classification.c.item_id == item.c.id)
            .where(
                classification.c.story_id.is_not(None),
                item.c.first_seen >= window.start,
                item.c.first_seen < window.end,
            )
            .order_by(item.c.id)
        )
        with self._database.reading() as connection:
            return [
                ReadyItem(
                    item=item_from_row(row),
                    classification=value_of(row.data, Classification),
                    story=row.story_id,
                    ready_at=row.ready_at,
                )
                for row in connection.execute(query)
            ]

    def relevant_since(self, since: datetime) -> list[ReadyItem]:
        """Ready items first seen since then."""
        return self._ready(schema.item.c.first_seen >= since)

    def ready(self, item_id: int) -> ReadyItem | None:
        found = self._ready(schema.item.c.id == item_id)
        return found[0] if found else None

    def _ready(self, condition: ColumnElement[bool]) -> list[ReadyItem]:
        item, classification = schema.item, schema.classification
        with self._database.reading() as connection:
            return [
                ReadyItem(
                    item=item_from_row(row),
                    classification=value_of(row.data, Classification),
                    story=row.story_id,
                    ready_at=row.ready_at,
                    inspection=inspection_from(row.facts, row.facts_council) if row.facts else None,
                    unread=row.reading_error,
                )
                for row in connection.execute(
                    _with_inspection().where(classification.c.story_id.is_not(None), condition).order_by(item.c.id)
                )
            ]


def _with_inspection() -> Select[Any]:
    item, classification, inspection = schema.item, schema.classification, schema.inspection
    return (
        select(
            item,
            classification.c.data,
            classification.c.story_id,
            classification.c.ready_at,
            inspection.c.data.label("facts"),
            inspection.c.council.label("facts_council"),
        )
        .join(classification, classification.c.item_id == item.c.id)
        .join(inspection, inspection.c.item_id == item.c.id, isouter=True)
    )


def _told_to(subscription: str, how: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a digest of the subscription was owed the item, and did with it as `how` says."""
    digest, told = schema.digest, schema.digest_item
    return exists().where(
        told.c.item_id == schema.item.c.id,
        told.c.digest_id == digest.c.id,
        digest.c.subscription == subscription,
        how,
    )


def _told(row: Row[Any]) -> ToldItem:
    return ToldItem(item=item_from_row(row), classification=value_of(row.data, Classification))
