"""What whoever runs the monitor is told of messages that did not arrive.

An alert on "delivery-given-up" is owed a message for deliveries that ended without having been delivered: refused,
given up, or left because nobody knows. It is told of each once, and of many at once. Decides; touches nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.model import UNDELIVERED_SLOT, AlertReason, DeliveryState, Digest, SubscriptionKind, Undelivered, Window
from monitor.slots import quiet_until

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.model import Delivery, Subscription

# When a server is down for good, what waits for it is given up message by message, for hours.
APART = timedelta(hours=1)
# What ended before is no news, is not named by `check`, and is not sent again: its readers have read on.
REACHES_BACK = timedelta(days=7)


def may_tell(subscription: Subscription, last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether an operator who was `last` told of such deliveries may be told of others now."""
    is_quiet = subscription.quiet and quiet_until(subscription.quiet, now, zone)
    return not is_quiet and (last is None or now - last >= APART)


def digest_of(untold: list[tuple[Delivery, datetime]], subscription: Subscription, now: datetime) -> Digest:
    """The alert about these, each with when it ended, the first first.

    Its slot is the last of them and when it ended: composed twice, the alert is one; a delivery that is sent again and
    fails again gets a new alert. Of the parts of a message it tells once.
    """
    last, ended_at = untold[-1]
    by_message: dict[tuple[int, int], Undelivered] = {}
    for delivery, _ in untold:
        by_message.setdefault((delivery.digest_id, delivery.position), _told(delivery))
    return Digest(
        subscription=subscription.name,
        kind=SubscriptionKind.ALERT,
        slot=f"{UNDELIVERED_SLOT}{last.message_id} {ended_at.isoformat()}",
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
