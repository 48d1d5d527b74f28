"""What whoever runs the monitor is told of messages that did not arrive.

An alert on "delivery-given-up" is owed a message for deliveries that ended without having been delivered: refused,
given up, or left because nobody knows. It is told of each once, and of many at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor.delivery.outbox import deliveries_for
from monitor.model import AlertReason, DeliveryState, Digest, SubscriptionKind, Undelivered, Window
from monitor.slots import quiet_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.config import Config
    from monitor.model import Delivery, Message, Subscription
    from monitor.store import Store

log = structlog.get_logger()

# When a server is down for good, what waits for it is given up message by message, for hours.
APART = timedelta(hours=1)
# What ended before is no news to an alert that was only now set up; `check` looks as far back.
REACHES_BACK = timedelta(days=7)


def owe(config: Config, store: Store, word: Callable[[Digest], Message], now: datetime) -> int:
    """Owes the alerts about deliveries that ended undelivered; how many messages."""
    return sum(
        _owe(subscription, config, store, word, now)
        for subscription in config.subscriptions
        if AlertReason.DELIVERY_GIVEN_UP in subscription.on
    )


def _owe(
    subscription: Subscription, config: Config, store: Store, word: Callable[[Digest], Message], now: datetime
) -> bool:
    since = store.digests.since([subscription.name], now)[subscription.name]
    if subscription.quiet and quiet_until(subscription.quiet, now, config.timezone):
        return False
    untold = store.digests.untold(subscription.name, max(since, now - REACHES_BACK))
    if not untold:
        return False
    last = store.digests.last_told_of_undelivered(subscription.name, now)
    if last and now - last < APART:
        return False
    digest = digest_of(untold, subscription, now)
    message = word(digest)
    deliveries = deliveries_for(subscription, config.channels, digest, message)
    told = [delivery for delivery, _ in untold]
    is_new = store.digests.save(digest, (), message=message, deliveries=deliveries, undelivered=told)
    if is_new:
        log.info(
            "composed",
            subscription=subscription.name,
            slot=digest.slot,
            undelivered=len(untold),
            deliveries=len(deliveries),
        )
    return is_new


def digest_of(untold: list[tuple[Delivery, datetime]], subscription: Subscription, now: datetime) -> Digest:
    """The alert about these, each with when it ended, the first first.

    Its slot is the last of them and when it ended: composed twice it is one, and of one that was sent again and ended
    so again it is another. Of the parts of a message it tells once.
    """
    last, ended_at = untold[-1]
    by_message: dict[tuple[int, int], Undelivered] = {}
    for delivery, _ in untold:
        by_message.setdefault((delivery.digest_id, delivery.position), _told(delivery))
    return Digest(
        subscription=subscription.name,
        kind=SubscriptionKind.ALERT,
        slot=f"undelivered {last.message_id} {ended_at.isoformat()}",
        window=Window(start=min(untold[0][1], now), end=now),
        composed_at=now,
        reasons=(AlertReason.DELIVERY_GIVEN_UP,),
        undelivered=tuple(by_message.values()),
        councils=subscription.councils,
    )


def _told(delivery: Delivery) -> Undelivered:
    is_left = delivery.state is DeliveryState.UNKNOWN
    return Undelivered(
        subscription=delivery.subscription,
        position=delivery.position,
        channel=delivery.channel,
        composed_at=delivery.composed_at,
        reason=f"nobody knows whether it arrived: {delivery.error}" if is_left else delivery.error,
    )
