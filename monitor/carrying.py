"""Carrying what is owed: each delivery is recorded before it is sent, and its outcome after."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import structlog

from monitor.delivery import sender_for
from monitor.delivery.outbox import after, interrupted, recipient_for
from monitor.errors import DeliveryError, DeliverySuppressed, DeliveryUnavailable, DeliveryUnknown, StoreError
from monitor.model import DeliveryState
from monitor.stopping.addresses import mark_of
from monitor.stopping.suppressed import holding

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.config import Config
    from monitor.delivery import Sender
    from monitor.model import Delivery, Recipient
    from monitor.store import Store

log = structlog.get_logger()


@dataclass(slots=True)
class Outcomes:
    """What became of the deliveries tried."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    suppressed: int = 0
    errors: list[str] = field(default_factory=list)  # "briefing, recipient 1: the server refused it"

    def count(self, delivery: Delivery, error: DeliveryError | None) -> None:
        match delivery.state:
            case DeliveryState.SENT:
                self.sent += 1
            case DeliveryState.REFUSED:
                self.refused += 1
            case DeliveryState.SUPPRESSED:
                self.suppressed += 1
            case _:
                self.later += 1
        if error and delivery.state is not DeliveryState.SUPPRESSED:
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
        holder: str,
    ) -> None:
        """`holder`: the name in which deliveries are taken. At once, nobody else may take any in it; one that comes
        after takes back what its predecessor left."""
        self._holder = holder
        self._config = config
        self._store = store
        self._clock = clock
        self._dice = dice
        self._stopping = stopping
        self._at_work = threading.Lock()  # two threads that deliver would send the same message twice

    def deliver(self) -> Outcomes:
        """Tries every delivery that is due; one that fails delays no other, but parts of one message stay in order.

        A channel that is down is asked once in a look; what else it was to carry is left as it is for the next.
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
        for delivery in self._store.digests.abandoned(self._holder, self._clock()):
            log.warning("interrupted", subscription=delivery.subscription, position=delivery.position)
            now = self._clock()
            self._store.digests.record(delivery, interrupted(delivery, now), now)

    def _deliver(self) -> Outcomes:
        outcomes = Outcomes()
        senders: dict[str, Sender] = {}
        due = self._store.digests.due(self._clock())
        down: set[str] = set()  # channels where nothing more is tried in this look
        try:
            for delivery in _healthy_channels_first(due):
                if self._stopping():
                    break
                if delivery.channel in down:
                    continue
                taken = self._store.digests.claim(delivery, self._holder, self._clock())
                if taken is None:  # somebody else has it, or a part before it is to go later
                    continue
                ended, error = self._deliver_one(taken, senders)
                outcomes.count(ended, error)
                if _is_of_the_channel(error):
                    down.add(delivery.channel)
        finally:
            for sender in senders.values():
                with suppress(DeliveryError):
                    sender.close()
        return outcomes

    def _deliver_one(self, taken: Delivery, senders: dict[str, Sender]) -> tuple[Delivery, DeliveryError | None]:
        """Sends one delivery and records the outcome; the delivery as it stands then, and what went wrong."""
        far_id, error = self._send(taken, senders)
        now = self._clock()
        ended = replace(after(taken, error, now, self._dice.uniform(-1, 1)), far_id=far_id)
        self._store.digests.record(taken, ended, now)
        _log_outcome(ended)
        return ended, error

    def _send(self, delivery: Delivery, senders: dict[str, Sender]) -> tuple[str, DeliveryError | None]:
        """What the far end calls it, and what went wrong, if anything did.

        A bug is the delivery's own trouble: the others go on.
        """
        try:
            recipient = recipient_for(delivery, self._config.subscriptions)
            self._must_be_wanted(delivery, recipient)
            if recipient.channel not in senders:
                senders[recipient.channel] = sender_for(self._config.channels[recipient.channel])
            message = self._store.digests.message(delivery.digest_id)
            return senders[recipient.channel].send(delivery, message, recipient), None
        except DeliveryError as error:
            return "", error
        except StoreError:
            raise
        except Exception as bug:
            log.exception("bug", subscription=delivery.subscription, position=delivery.position)
            return "", DeliveryUnavailable(f"a bug of the monitor ({type(bug).__name__}); its log has the trace")

    def _must_be_wanted(self, delivery: Delivery, recipient: Recipient) -> None:
        """Raises DeliverySuppressed where the recipient's address is sent nothing more."""
        if not recipient.address:
            return
        found = self._store.suppressions.of(mark_of(recipient.address))
        if held := holding(found, delivery.subscription):
            raise DeliverySuppressed(f"{held.why}, {held.at:%Y-%m-%d}")


def _healthy_channels_first(due: Sequence[Delivery]) -> list[Delivery]:
    """The same deliveries, those of each channel in their order: one that was down is not waited for by the others."""
    troubled = {delivery.channel for delivery in due if delivery.error}
    return sorted(due, key=lambda delivery: delivery.channel in troubled)


def _is_of_the_channel(error: DeliveryError | None) -> bool:
    """Whether the channel's other messages would fare no better now.

    A lost reply is such a failure too: the next message would be one more of which nobody knows whether it arrived.
    """
    return isinstance(error, DeliveryUnknown) or (isinstance(error, DeliveryUnavailable) and error.channel_down)


def _log_outcome(delivery: Delivery) -> None:
    say = {
        DeliveryState.SENT: log.info,
        DeliveryState.SUPPRESSED: log.info,
        DeliveryState.REFUSED: log.error,
    }.get(delivery.state, log.warning)
    say(
        "delivered" if delivery.state is DeliveryState.SENT else "not delivered",
        subscription=delivery.subscription,
        position=delivery.position,
        channel=delivery.channel,
        state=delivery.state.value,
        attempts=delivery.attempts,
        reason=delivery.error or None,
    )
