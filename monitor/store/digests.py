"""Digests, their messages, and the outbox: what is owed to whom, and what happened."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import and_, delete, exists, func, or_, select, true, update

from monitor.model import UNDELIVERED_SLOT, Delivery, DeliveryState, Message, SubscriptionKind, Telling, Window
from monitor.model.plain import value_of
from monitor.store import schema
from monitor.store.database import insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from monitor.model import Digest, ToldBy
    from monitor.store.database import Database

_STORED = tuple(field.name for field in fields(Delivery) if field.name != "thread")
_LONGEST_WAIT = timedelta(days=1, hours=5)  # the outbox asks for a day at most; the rest is for its spread
# How long who sends a delivery may take before anybody else thinks it dead. A mail may take two minutes and a
# polite goodbye two more; the rest is for a machine that is short of breath.
LEASE = timedelta(minutes=10)
_OPEN = (DeliveryState.PENDING, DeliveryState.SENDING)
_UNDELIVERED = (DeliveryState.REFUSED, DeliveryState.UNKNOWN)  # ended, and nobody can say that it arrived
_MAY_GO_AGAIN = (*_UNDELIVERED, DeliveryState.WITHDRAWN)  # that one is a failure only if a person says so


class Digests:
    def __init__(self, database: Database) -> None:
        self._database = database

    def met(self, names: Iterable[str], now: datetime) -> dict[str, datetime]:
        """Every one of these subscriptions is met afterwards; when each first was. Now, for one met only now, or by a
        clock that ran ahead."""
        table = schema.subscription
        with self._database.reading() as connection:
            known = {row.name: row.since for row in connection.execute(select(table))}
        new = [name for name in names if name not in known or known[name] > now]
        if new:
            with self._database.writing() as connection:
                added = insert(connection, table)
                connection.execute(
                    added.on_conflict_do_update(index_elements=["name"], set_={"since": added.excluded.since}),
                    [{"name": name, "since": now} for name in new],
                )
        return known | dict.fromkeys(new, now)

    def alerts_met(self) -> dict[str, datetime]:
        """When each alert was first met, those of other days too; with what never composed anything, and may be one."""
        table, digest = schema.subscription, schema.digest
        is_digest = exists().where(
            digest.c.subscription == table.c.name, digest.c.kind == SubscriptionKind.DIGEST.value
        )
        with self._database.reading() as connection:
            return {row.name: row.since for row in connection.execute(select(table).where(~is_digest))}

    def last(self, subscription: str, now: datetime) -> tuple[Window, datetime] | None:
        """Window of the newest digest and when it was composed; one that a wrong clock put in the future is none."""
        table = schema.digest
        with self._database.reading() as connection:
            row = connection.execute(
                select(table)
                .where(table.c.subscription == subscription, table.c.window_end <= now)
                .order_by(table.c.window_end.desc())
                .limit(1)
            ).first()
        return (Window(start=row.window_start, end=row.window_end), row.composed_at) if row else None

    def windows(self, subscription: str, before: datetime, *, limit: int) -> list[Window]:
        """Windows of digests that ended up to then, newest first."""
        table = schema.digest
        query = (
            select(table.c.window_start, table.c.window_end)
            .where(
                table.c.subscription == subscription,
                table.c.kind == SubscriptionKind.DIGEST.value,
                table.c.window_end <= before,
            )
            .order_by(table.c.window_end.desc(), table.c.id.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [Window(start=row.window_start, end=row.window_end) for row in connection.execute(query)]

    def last_alerts(self, subscription: str, now: datetime, *, limit: int) -> list[datetime]:
        """When the newest messages of an alert were composed, newest first; those a wrong clock put in the future are
        none."""
        table = schema.digest
        query = (
            select(table.c.composed_at)
            .where(
                table.c.subscription == subscription,
                table.c.kind == SubscriptionKind.ALERT.value,
                table.c.composed_at <= now,
            )
            .order_by(table.c.composed_at.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def told_reasons(self, subscription: str) -> Mapping[int, set[str]]:
        """The reasons an alert was already sent for, by item number."""
        digest, told = schema.digest, schema.digest_item
        reasons: dict[int, set[str]] = {}
        with self._database.reading() as connection:
            for item_id, said in connection.execute(
                select(told.c.item_id, told.c.reasons).join(digest).where(digest.c.subscription == subscription)
            ):
                reasons.setdefault(item_id, set()).update(said.split())
        return reasons

    def told_of(self, item_id: int) -> list[tuple[str, str, Telling]]:
        """(subscription, slot, what it did with it) of the digests and alerts that were owed an item."""
        digest, told = schema.digest, schema.digest_item
        query = select(digest.c.subscription, digest.c.slot, told.c.how).join(told).where(told.c.item_id == item_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(digest.c.id))
            return [(row.subscription, row.slot, Telling(row.how)) for row in rows]

    def suppressed_of(self, item_id: int) -> dict[tuple[str, str], list[int]]:
        """Positions of the recipients who were not sent it, as they are sent nothing more, by (subscription, slot)."""
        digest, told, owed = schema.digest, schema.digest_item, schema.delivery
        query = (
            select(digest.c.subscription, digest.c.slot, owed.c.position)
            .distinct()
            .join(told, told.c.digest_id == digest.c.id)
            .join(owed, owed.c.digest_id == digest.c.id)
            .where(told.c.item_id == item_id, owed.c.state == DeliveryState.SUPPRESSED.value)
            .order_by(digest.c.subscription, digest.c.slot, owed.c.position)
        )
        found: dict[tuple[str, str], list[int]] = {}
        with self._database.reading() as connection:
            for subscription, slot, position in connection.execute(query):
                found.setdefault((subscription, slot), []).append(position)
        return found

    def save(
        self,
        digest: Digest,
        told: Sequence[ToldBy],
        *,
        message: Message | None = None,
        deliveries: Sequence[Delivery] = (),
        undelivered: Sequence[Delivery] = (),
    ) -> bool:
        """The run, what it told, its message and what is owed, in one transaction; False when the slot had run.

        `undelivered`: the deliveries whose end it tells an operator of. Without a message it is a run that had nothing
        to send.
        """
        with self._database.writing() as connection:
            digest_id = _insert_digest(connection, digest, message)
            if digest_id is None:
                return False
            if told:
                connection.execute(
                    insert(connection, schema.digest_item),
                    [
                        {
                            "digest_id": digest_id,
                            "item_id": one.item_id,
                            "story_id": one.story,
                            "how": one.how.value,
                            "reasons": " ".join(reason.value for reason in one.reasons),
                        }
                        for one in told
                    ],
                )
            if message:
                connection.execute(
                    insert(connection, schema.message), [{"digest_id": digest_id, "data": msgspec.to_builtins(message)}]
                )
            if deliveries:
                connection.execute(
                    insert(connection, schema.delivery), [_row(delivery, digest_id) for delivery in deliveries]
                )
            if undelivered:
                connection.execute(
                    insert(connection, schema.digest_undelivered),
                    [{"digest_id": digest_id, "delivery_id": one.id} for one in undelivered],
                )
        return True

    def due(self, now: datetime) -> list[Delivery]:
        """Deliveries to be tried now, in the order they were owed.

        One that seems to wait for longer than any does was dated by a clock that ran ahead.
        """
        table = schema.delivery
        with self._database.reading() as connection:
            rows = connection.execute(
                _deliveries()
                .where(table.c.state == DeliveryState.PENDING.value, _is_due(now))
                .order_by(table.c.digest_id, table.c.position, table.c.part)
            )
            return [_delivery(row) for row in rows]

    def claim(self, delivery: Delivery, holder: str, now: datetime) -> Delivery | None:
        """The delivery as it stands, now `holder`'s to send; None when it is not to be sent now by anybody, or by us.

        Of all who ask at once, one gets it. No part of a message is given out before the parts before it have ended.
        """
        table, before = schema.delivery, schema.delivery.alias()
        waits_for_a_part = exists().where(
            before.c.digest_id == table.c.digest_id,
            before.c.position == table.c.position,
            before.c.part < table.c.part,
            before.c.state.in_([state.value for state in _OPEN]),
        )
        with self._database.writing() as connection:
            taken = connection.execute(
                update(table)
                .where(
                    table.c.id == delivery.id,
                    table.c.state == DeliveryState.PENDING.value,
                    _is_due(now),
                    ~waits_for_a_part,
                )
                .values(state=DeliveryState.SENDING.value, leased_by=holder, leased_until=now + LEASE)
            )
            if taken.rowcount != 1:
                return None
            return _delivery(connection.execute(_deliveries().where(table.c.id == delivery.id)).one())

    def abandoned(self, holder: str, now: datetime) -> list[Delivery]:
        """Deliveries that somebody took and never said what became of them: `holder`, or whoever's time is up.

        Who asks in the name of `holder` must be the only one, and have nothing in hand.
        """
        table = schema.delivery
        is_free = or_(
            table.c.leased_by == holder,
            table.c.leased_until.is_(None),  # an earlier version knew no leases
            table.c.leased_until <= now,
            table.c.leased_until > now + 2 * LEASE,  # dated by a clock that ran ahead; two machines differ by less
        )
        with self._database.reading() as connection:
            rows = connection.execute(
                _deliveries()
                .where(table.c.state == DeliveryState.SENDING.value, is_free)
                .order_by(table.c.digest_id, table.c.position, table.c.part)
            )
            return [_delivery(row) for row in rows]

    def deliveries(self, *states: DeliveryState) -> list[Delivery]:
        table = schema.delivery
        with self._database.reading() as connection:
            rows = connection.execute(
                _deliveries().where(table.c.state.in_([s.value for s in states])).order_by(table.c.id)
            )
            return [_delivery(row) for row in rows]

    def message(self, digest_id: int) -> Message | None:
        """The wording of a digest; None where it is not kept any more."""
        table = schema.message
        with self._database.reading() as connection:
            data = connection.scalar(select(table.c.data).where(table.c.digest_id == digest_id))
        return None if data is None else value_of(data, Message)

    def record(self, taken: Delivery, delivery: Delivery, now: datetime) -> bool:
        """What became of a delivery since it was `taken`; False, with nothing changed, where it is not that any more.

        That the far end has it is recorded whoever holds it: it is then sent by nobody else.
        """
        table = schema.delivery
        is_still_taken = and_(
            table.c.state == taken.state.value,
            table.c.leased_by == taken.leased_by,
            table.c.leased_until.is_not_distinct_from(taken.leased_until),
        )
        is_sent = delivery.state is DeliveryState.SENT
        with self._database.writing() as connection:
            recorded = connection.execute(
                update(table)
                .where(table.c.id == delivery.id, true() if is_sent else is_still_taken)
                .values(
                    state=delivery.state.value,
                    attempts=delivery.attempts,
                    next_at=delivery.next_at,
                    error=delivery.error,
                    in_doubt=delivery.in_doubt,
                    leased_by=delivery.leased_by,
                    leased_until=delivery.leased_until,
                    far_id=delivery.far_id,
                    ended_at=None if delivery.state in _OPEN else now,
                )
            )
        return recorded.rowcount == 1

    def undelivered(self, since: datetime, *, withdrawn: bool = False) -> list[Delivery]:
        """Deliveries that ended since then, of which nobody can say that they arrived; the first to end first.

        `withdrawn`: with those whose recipients were taken out of the configuration.
        """
        states = _MAY_GO_AGAIN if withdrawn else _UNDELIVERED
        with self._database.reading() as connection:
            return [_delivery(row) for row in connection.execute(_undelivered(since, states))]

    def others(self, delivery: Delivery) -> list[Delivery]:
        """The same digest's deliveries in other places of the subscription's `to`."""
        table = schema.delivery
        query = _deliveries().where(table.c.digest_id == delivery.digest_id, table.c.position != delivery.position)
        with self._database.reading() as connection:
            return [_delivery(row) for row in connection.execute(query)]

    def readdress(self, delivery: Delivery, anew: Delivery) -> bool:
        """A delivery that waits is for another recipient, as it is given; False where it waits for that one no more."""
        table = schema.delivery
        with self._database.writing() as connection:
            changed = connection.execute(
                update(table)
                .where(
                    table.c.id == delivery.id,
                    table.c.state == DeliveryState.PENDING.value,
                    table.c.recipient_mark == delivery.recipient_mark,
                )
                .values(
                    channel=anew.channel,
                    recipient_mark=anew.recipient_mark,
                    attempts=anew.attempts,
                    in_doubt=anew.in_doubt,
                )
            )
        return changed.rowcount == 1

    def untold(self, subscription: str, since: datetime) -> list[tuple[Delivery, datetime]]:
        """Those of the undelivered of which this subscription was not told, and when each ended.

        None of a message that itself tells of such deliveries: there would be no end of it.
        """
        table, told, digest = schema.delivery, schema.digest_undelivered, schema.digest
        was_told = (
            exists()
            .where(told.c.delivery_id == table.c.id, told.c.digest_id == digest.c.id)
            .where(digest.c.subscription == subscription)
        )
        tells = exists().where(digest.c.id == table.c.digest_id, digest.c.slot.startswith(UNDELIVERED_SLOT))
        with self._database.reading() as connection:
            rows = connection.execute(_undelivered(since).where(~was_told, ~tells))
            return [(_delivery(row), row.ended_at) for row in rows]

    def last_told_of_undelivered(self, subscription: str, now: datetime) -> datetime | None:
        """When the subscription was last told of such deliveries, if it was; not by a clock that ran ahead."""
        digest = schema.digest  # and not what it told of: that is forgotten when it is sent again
        query = select(func.max(digest.c.composed_at)).where(
            digest.c.subscription == subscription,
            digest.c.slot.startswith(UNDELIVERED_SLOT),
            digest.c.composed_at <= now,
        )
        with self._database.reading() as connection:
            found: datetime | None = connection.scalar(query)
        return found

    def send_again(self, delivery: Delivery) -> bool:
        """A delivery that ended undelivered is owed again, as it is given; False where it has not ended so.

        Should it end so again, that is told again.
        """
        table, told = schema.delivery, schema.digest_undelivered
        with self._database.writing() as connection:
            changed = connection.execute(
                update(table)
                .where(table.c.id == delivery.id, table.c.state.in_([state.value for state in _MAY_GO_AGAIN]))
                .values(**_row(delivery, delivery.digest_id), ended_at=None)
            )
            if changed.rowcount == 1:
                connection.execute(delete(told).where(told.c.delivery_id == delivery.id))
        return changed.rowcount == 1

    def forget_messages(self, before: datetime) -> int:
        """Wordings of digests whose deliveries all ended before then; that they ran and what they told stays."""
        table, delivery = schema.message, schema.delivery
        open_or_young = select(delivery.c.digest_id).where(
            (delivery.c.ended_at.is_(None)) | (delivery.c.ended_at >= before)
        )
        with self._database.writing() as connection:
            return connection.execute(delete(table).where(table.c.digest_id.not_in(open_or_young))).rowcount


def _insert_digest(connection: Connection, digest: Digest, message: Message | None) -> int | None:
    row = {
        "subscription": digest.subscription,
        "slot": digest.slot,
        "kind": digest.kind.value,
        "window_start": digest.window.start,
        "window_end": digest.window.end,
        "composed_at": digest.composed_at,
        "subject": message.subject if message else "",
    }
    added = insert(connection, schema.digest).values(row).on_conflict_do_nothing()
    found: int | None = connection.scalar(added.returning(schema.digest.c.id))
    return found


def _is_due(now: datetime) -> ColumnElement[bool]:
    next_at = schema.delivery.c.next_at
    return or_(next_at <= now, next_at > now + _LONGEST_WAIT)


def _deliveries() -> Select[Any]:
    """Deliveries, each part of a message beside what the far end calls the first part."""
    table, first = schema.delivery, schema.delivery.alias()
    is_first = and_(
        first.c.digest_id == table.c.digest_id,
        first.c.position == table.c.position,
        first.c.part == 0,
        table.c.part > 0,
    )
    return select(table, first.c.far_id.label("thread")).outerjoin(first, is_first)


def _undelivered(since: datetime, states: Sequence[DeliveryState] = _UNDELIVERED) -> Select[Any]:
    table = schema.delivery
    has_ended = table.c.state.in_([state.value for state in states])
    return _deliveries().where(has_ended, table.c.ended_at >= since).order_by(table.c.ended_at, table.c.id)


def _row(delivery: Delivery, digest_id: int) -> dict[str, Any]:
    row = {name: getattr(delivery, name) for name in _STORED if name != "id"}
    return row | {"digest_id": digest_id, "state": delivery.state.value}


def _delivery(row: Row[Any]) -> Delivery:
    values = {name: getattr(row, name) for name in _STORED}
    return Delivery(**values | {"state": DeliveryState(row.state), "thread": row.thread or ""})
