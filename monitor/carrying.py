"""Carrying what is owed: each delivery is recorded before it is sent, and its outcome after."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import structlog

from monitor.delivery import sender_for
from monitor.delivery.outbox import after, interrupted, recipient_for
from monitor.errors import DeliveryError
from monitor.model import DeliveryState

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime

    from monitor.config import Config
    from monitor.delivery import Sender
    from monitor.model import Delivery
    from monitor.store import Store

log = structlog.get_logger()


@dataclass(slots=True)
class Outcomes:
    """What became of the deliveries tried."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    errors: list[str] = field(default_factory=list)  # "briefing, recipient 1: the server refused it"

    def count(self, delivery: Delivery, error: DeliveryError | None) -> None:
        match delivery.state:
            case DeliveryState.SENT:
                self.sent += 1
            case DeliveryState.REFUSED:
                self.refused += 1
            case _:
                self.later += 1
        if error:
            self.errors.append(f"{delivery.subscription}, recipient {delivery.position + 1}: {error.reason}")


class Carrying:
    """Tries the deliveries that are due, and says what became of each."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        clock: Callable[[], datetime],
        dice: random.Random,
        stopping: Callable[[], bool],
    ) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._dice = dice
        self._stopping = stopping
        self._at_work = threading.Lock()  # two threads that deliver would send the same message twice

    def deliver(self) -> Outcomes:
        """Tries every delivery that is due; one that fails delays no other, but parts of one message stay in order.

        Does nothing while another thread is at it, whose next look finds what is owed by then.
        """
        if not self._at_work.acquire(blocking=False):
            return Outcomes()
        try:
            self._recover()
            return self._deliver()
        finally:
            self._at_work.release()

    def _recover(self) -> None:
        """Deliveries that were in flight when the last look was cut short are owed again, as the same message."""
        for delivery in self._store.digests.in_flight():
            log.warning("interrupted", subscription=delivery.subscription, position=delivery.position)
            now = self._clock()
            self._store.digests.record(interrupted(delivery, now), now)

    def _deliver(self) -> Outcomes:
        outcomes = Outcomes()
        senders: dict[str, Sender] = {}
        now = self._clock()
        pending = self._store.digests.deliveries(DeliveryState.PENDING)
        # Messages whose next part is to go later: the parts after it are due, but must not overtake it.
        waiting = {_message(one) for one in pending if one.next_at and one.next_at > now}
        try:
            for delivery in self._store.digests.due(now):
                if self._stopping():
                    break
                if _message(delivery) in waiting:
                    continue
                if self._deliver_one(delivery, senders, outcomes) is DeliveryState.PENDING:
                    waiting.add(_message(delivery))
        finally:
            for sender in senders.values():
                with suppress(DeliveryError):
                    sender.close()
        return outcomes

    def _deliver_one(self, delivery: Delivery, senders: dict[str, Sender], outcomes: Outcomes) -> DeliveryState:
        """Sends one delivery; where it stands afterwards."""
        error: DeliveryError | None = None
        sending = replace(delivery, state=DeliveryState.SENDING)
        self._store.digests.record(sending, self._clock())
        try:
            recipient = recipient_for(delivery, self._config.subscriptions)
            if recipient.channel not in senders:
                senders[recipient.channel] = sender_for(self._config.channels[recipient.channel])
            senders[recipient.channel].send(sending, self._store.digests.message(delivery.digest_id), recipient)
        except DeliveryError as failure:
            error = failure
        now = self._clock()
        ended = after(sending, error, now, self._dice.uniform(-1, 1))
        self._store.digests.record(ended, now)
        log.info(
            "delivered" if ended.state is DeliveryState.SENT else "not delivered",
            subscription=delivery.subscription,
            position=delivery.position,
            channel=delivery.channel,
            state=ended.state.value,
            attempts=ended.attempts,
            reason=ended.error or None,
        )
        outcomes.count(ended, error)
        return ended.state


def _message(delivery: Delivery) -> tuple[int, int]:
    """Which digest for which recipient: the message that the delivery carries, or carries a part of."""
    return delivery.digest_id, delivery.position
