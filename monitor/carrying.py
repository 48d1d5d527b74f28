"""Carrying what is owed: each delivery is recorded before it is sent, and its outcome after.

Channels are carried side by side, the deliveries of each in their order: one that is slow, paced or down delays no
other. Of each delivery, one carrier at a time has the lease (see `Digests.claim`).
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor.delivery import sender_for
from monitor.delivery.outbox import (
    INTERRUPTED,
    LONGEST_RETRY_AFTER,
    after,
    again,
    as_it_was,
    far_id_of,
    heir,
    is_down,
    leaves_unknown,
    readdressed,
    recipient_for,
    rest_after,
)
from monitor.errors import (
    DeliveryError,
    DeliveryRefused,
    DeliverySuppressed,
    DeliveryUnavailable,
    DeliveryUnknown,
    StoreError,
)
from monitor.model import DeliveryState, SubscriptionKind
from monitor.slots import quiet_until, quiet_within
from monitor.suppression.addresses import mark_of
from monitor.suppression.links import way_to_stop, with_own_link
from monitor.suppression.suppressed import holding
from monitor.undelivered import REACHES_BACK

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from monitor.config import Config
    from monitor.delivery import Sender
    from monitor.model import Delivery, Message, Recipient
    from monitor.store import Store
    from monitor.suppression.links import StopLinks

log = structlog.get_logger()

_NOTICE_STOP_S = 0.2  # in a pause
_NO_TIME = timedelta(0)


@dataclass(slots=True)
class Outcomes:
    """What became of the deliveries tried."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    suppressed: int = 0
    withdrawn: int = 0  # their recipients are configured no more
    unknown: int = 0  # left there, as the channel says
    errors: list[str] = field(default_factory=list)  # "briefing, recipient 1: the server refused it"

    def count(self, delivery: Delivery, error: DeliveryError | None) -> None:
        match delivery.state:
            case DeliveryState.SENT:
                self.sent += 1
            case DeliveryState.REFUSED:
                self.refused += 1
            case DeliveryState.SUPPRESSED:
                self.suppressed += 1
            case DeliveryState.WITHDRAWN:
                self.withdrawn += 1
            case DeliveryState.UNKNOWN:
                self.unknown += 1
            case _:
                self.later += 1
        if error and delivery.state not in (DeliveryState.SUPPRESSED, DeliveryState.WITHDRAWN):
            self.errors.append(f"{delivery.subscription}, recipient {delivery.position + 1}: {error.reason}")

    def add(self, other: Outcomes) -> None:
        self.sent += other.sent
        self.later += other.later
        self.refused += other.refused
        self.unknown += other.unknown
        self.suppressed += other.suppressed
        self.withdrawn += other.withdrawn
        self.errors += other.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """What became of a delivery, where the store would not take it."""

    taken: Delivery
    ended: Delivery
    error: DeliveryError | None
    at: datetime


@dataclass(slots=True)
class _Road:
    """What is remembered of a channel between two rounds."""

    in_use: threading.Lock = field(default_factory=threading.Lock)
    used_at: datetime | None = None  # when its last message went
    rests_until: datetime | None = None
    down: int = 0  # how many times in a row it was down
    unrecorded: _Learned | None = None


@dataclass(frozen=True, slots=True)
class _Round:
    """One round over all channels, at what is owed."""

    until: datetime | None  # after that, nothing is begun
    is_cut_short: threading.Event = field(default_factory=threading.Event)


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
        links: StopLinks | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`holder`: the name in which deliveries are taken. No two running processes may share one; the next to use it
        takes back what the last left. `links`: of recipients' own to stop, where there is a page."""
        self._links = links
        self._config = config
        self._store = store
        self._clock = clock
        self._dice = dice
        self._stopping = stopping
        self._holder = holder
        self._sleep = sleep
        self._roads: dict[str, _Road] = {}
        self._subscriptions = {one.name: one for one in config.subscriptions}

    def deliver(self, *, until: datetime | None = None) -> Outcomes:
        """Tries every delivery that is due; one that fails delays no other, but parts of one message stay in order.

        A channel that is down is asked once in a round; what else it was to carry is left as it is for a later one.
        What another thread is carrying is left to it. From `until` on nothing is begun: it is the next round's.
        """
        now = self._clock()
        abandoned = _by_channel(self._store.digests.abandoned(self._holder, now))
        due = _by_channel(self._for_their_heirs(self._store.digests.due(now)))
        round_ = _Round(until=until)
        outcomes = Outcomes()
        learned = [channel for channel, road in list(self._roads.items()) if road.unrecorded]
        channels = list(dict.fromkeys((*learned, *abandoned, *due)))
        if not channels:
            return outcomes
        with ThreadPoolExecutor(len(channels), thread_name_prefix="carrying") as threads:
            working = [
                threads.submit(self._carry, channel, abandoned.get(channel, ()), due.get(channel, ()), round_)
                for channel in channels
            ]
            try:
                for one in working:
                    outcomes.add(one.result())
            except BaseException:  # also of a person who will not wait: what is in hand is ended, nothing begun
                round_.is_cut_short.set()
                raise
        return outcomes

    def send_again(self, names: Sequence[str]) -> tuple[int, int]:
        """Owes again what lately ended undelivered, of these subscriptions or all; how many deliveries.

        And how many have no recipient any more, and are left.
        """
        now = self._clock()
        owed, left = 0, 0
        for delivery in self._store.digests.undelivered(now - REACHES_BACK, withdrawn=True):
            if names and delivery.subscription not in names:
                continue
            others = self._store.digests.others(delivery)
            if anew := again(delivery, self._config.subscriptions, now, others):
                owed += self._store.digests.send_again(anew)
            else:
                left += 1
        return owed, left

    def _for_their_heirs(self, due: Iterable[Delivery]) -> Iterator[Delivery]:
        """The deliveries, each for who its recipient is now: one that was edited since is stored as it is first."""
        for delivery in due:
            recipient = as_it_was(delivery, self._config.subscriptions) or heir(
                delivery, self._config.subscriptions, self._store.digests.others(delivery)
            )
            anew = readdressed(delivery, recipient) if recipient else delivery
            if anew != delivery and self._store.digests.readdress(delivery, anew):
                log.info("readdressed", subscription=anew.subscription, position=anew.position, channel=anew.channel)
            yield anew

    def _carry(self, channel: str, abandoned: Sequence[Delivery], due: Sequence[Delivery], round_: _Round) -> Outcomes:
        """What one channel has to carry, in order; nothing while another thread is at it."""
        outcomes = Outcomes()
        road = self._roads.setdefault(channel, _Road())
        if not road.in_use.acquire(blocking=False):
            return outcomes
        try:
            self._record_learned(road, outcomes)
            for delivery in abandoned:
                self._recover(delivery, outcomes)
            if not self._rests(road):
                self._carry_in_turn(channel, road, due, round_, outcomes)
        except BaseException:  # the store, or a bug: the other channels begin nothing either
            round_.is_cut_short.set()
            raise
        finally:
            road.in_use.release()
        return outcomes

    def _record_learned(self, road: _Road, outcomes: Outcomes) -> None:
        """What the last round learned of a delivery, and could not record, is recorded: a full disk makes no doubt."""
        if not (learned := road.unrecorded):
            return
        if self._store.digests.record(learned.taken, learned.ended, learned.at):
            outcomes.count(learned.ended, learned.error)
            _log_outcome(learned.ended)
        road.unrecorded = None

    def _recover(self, delivery: Delivery, outcomes: Outcomes) -> None:
        """A delivery that was in flight when its carrier was cut short: nobody knows whether it went."""
        now = self._clock()
        ended = self._after(delivery, INTERRUPTED, now, jitter=0)
        if not self._store.digests.record(delivery, ended, now):
            return  # another carrier was first
        log.warning("interrupted", subscription=delivery.subscription, position=delivery.position)
        if ended.state is not DeliveryState.PENDING:
            outcomes.count(ended, INTERRUPTED)
            _log_outcome(ended)

    def _carry_in_turn(
        self, channel: str, road: _Road, due: Iterable[Delivery], round_: _Round, outcomes: Outcomes
    ) -> None:
        senders: dict[str, Sender] = {}  # the channel's, once there is something to send
        try:
            for delivery in due:
                if self._waits_for_quiet_to_end(delivery):
                    continue
                if not self._keep_pause(channel, road, round_):
                    break
                taken = self._store.digests.claim(delivery, self._holder, self._clock())
                if taken is None:  # somebody else has it, or a part before it is to go later
                    continue
                ended, error = self._deliver_one(taken, senders, road)
                outcomes.count(ended, error)
                road.used_at = self._clock()
                rest = rest_after(error, road.down)
                road.down = road.down + 1 if is_down(error) else 0
                if rest:
                    road.rests_until = road.used_at + rest
                    break
        finally:
            for sender in senders.values():
                with suppress(DeliveryError):
                    sender.close()

    def _rests(self, road: _Road) -> bool:
        """Whether the channel is to be left alone; a time that lies further ahead than any is a wrong clock's."""
        now = self._clock()
        return road.rests_until is not None and now < road.rests_until <= now + LONGEST_RETRY_AFTER

    def _keep_pause(self, channel: str, road: _Road, round_: _Round) -> bool:
        """The channel's pause since its last message has passed; False where the round is over before."""
        configured = self._config.channels.get(channel)
        pause = configured.pause if configured else _NO_TIME
        now = self._clock()
        left = min(road.used_at + pause - now, pause) if road.used_at else _NO_TIME  # the clock may have been set back
        if round_.until and now + max(left, _NO_TIME) >= round_.until:
            return False
        left_s = left.total_seconds()
        while left_s > 0 and not self._is_over(round_):
            self._sleep(min(left_s, _NOTICE_STOP_S))
            left_s -= _NOTICE_STOP_S
        return not self._is_over(round_)

    def _is_over(self, round_: _Round) -> bool:
        return self._stopping() or round_.is_cut_short.is_set()

    def _deliver_one(
        self, taken: Delivery, senders: dict[str, Sender], road: _Road
    ) -> tuple[Delivery, DeliveryError | None]:
        """Sends one delivery and records the outcome; the delivery as it stands then, and what went wrong."""
        far_id, error = self._send(taken, senders)
        now = self._clock()
        ended = replace(self._after(taken, error, now, jitter=self._dice.uniform(-1, 1)), far_id=far_id)
        try:
            self._store.digests.record(taken, ended, now)
        except StoreError:
            road.unrecorded = _Learned(taken=taken, ended=ended, error=error, at=now)
            raise
        _log_outcome(ended)
        return ended, error

    def _after(self, taken: Delivery, error: DeliveryError | None, now: datetime, *, jitter: float) -> Delivery:
        channel = self._config.channels.get(taken.channel)
        subscription = self._subscriptions.get(taken.subscription)
        hours = subscription.quiet if subscription and error else None
        return after(
            taken,
            error,
            now,
            jitter,
            kind=subscription.kind if subscription else SubscriptionKind.DIGEST,
            leaves_unknown=channel is not None and leaves_unknown(channel),
            quiet=quiet_within(hours, taken.composed_at, now, self._config.timezone) if hours else _NO_TIME,
        )

    def _waits_for_quiet_to_end(self, delivery: Delivery) -> bool:
        """Whether it is of an alert whose readers want quiet now, composed before they did."""
        subscription = self._subscriptions.get(delivery.subscription)
        if subscription is None or subscription.quiet is None:
            return False
        return quiet_until(subscription.quiet, self._clock(), self._config.timezone) is not None

    def _send(self, delivery: Delivery, senders: dict[str, Sender]) -> tuple[str, DeliveryError | None]:
        """What the far end calls it, and what went wrong, if anything did.

        A bug is the delivery's own trouble: the others go on.
        """
        handed_over = False
        try:
            recipient = recipient_for(delivery, self._config.subscriptions)
            self._must_be_wanted(delivery, recipient)
            if recipient.channel not in senders:
                senders[recipient.channel] = sender_for(self._config.channels[recipient.channel])
            recipient = with_own_link(recipient, delivery.subscription, self._links)
            way = way_to_stop(recipient, self._config.channels[recipient.channel])
            message = self._message_of(delivery).with_stop_link(way)
            handed_over = True
            return far_id_of(senders[recipient.channel].send(delivery, message, recipient)), None
        except DeliveryError as error:
            return "", error
        except StoreError:
            raise
        except Exception as bug:
            log.exception("bug", subscription=delivery.subscription, position=delivery.position)
            reason = f"a bug of the monitor ({type(bug).__name__}); its log has the trace"
            return "", DeliveryUnknown(reason) if handed_over else DeliveryUnavailable(reason)

    def _message_of(self, delivery: Delivery) -> Message:
        """What is to be sent. Raises DeliveryRefused where it is not kept any more."""
        if message := self._store.digests.message(delivery.digest_id):
            return message
        raise DeliveryRefused("its text is gone from the database, and there is nothing to send")

    def _must_be_wanted(self, delivery: Delivery, recipient: Recipient) -> None:
        """Raises DeliverySuppressed where the recipient's address is sent nothing more."""
        if not recipient.address:
            return
        found = self._store.suppressions.of(mark_of(recipient.address))
        if held := holding(found, delivery.subscription):
            raise DeliverySuppressed(f"{held.why}, {held.at:%Y-%m-%d}")


def _by_channel(deliveries: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        found.setdefault(delivery.channel, []).append(delivery)
    return found


def _log_outcome(delivery: Delivery) -> None:
    say = {
        DeliveryState.SENT: log.info,
        DeliveryState.SUPPRESSED: log.info,
        DeliveryState.WITHDRAWN: log.warning,  # meant, or the mistake of whoever edited digests.toml
        DeliveryState.PENDING: log.warning,
    }.get(delivery.state, log.error)
    say(
        "delivered" if delivery.state is DeliveryState.SENT else "not delivered",
        subscription=delivery.subscription,
        position=delivery.position,
        channel=delivery.channel,
        state=delivery.state.value,
        attempts=delivery.attempts,
        reason=delivery.error or None,
    )
