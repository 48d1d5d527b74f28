"""What is owed for a digest, and what an attempt's outcome means for it. Decides; touches nothing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.delivery.mime import NO_DOMAIN, domain_of
from monitor.errors import DeliveryRefused, DeliverySuppressed, DeliveryUnavailable, DeliveryUnknown, DeliveryWithdrawn
from monitor.model import (
    Delivery,
    DeliveryState,
    EmailChannel,
    Recipient,
    SlackChannel,
    SubscriptionKind,
    TeamsChannel,
    WhenUnknown,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from monitor.errors import DeliveryError
    from monitor.model import Channel, Digest, Message, Subscription

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
LONGEST_REST = timedelta(hours=1)  # of a channel that is down: what is mended is noticed within that time
LONGEST_RETRY_AFTER = timedelta(days=1)  # a server that asks for more is asked again all the same
SPREAD = 0.2  # how far jitter moves a wait, either way

# A mail server's own patience is four to five days (RFC 5321, 4.5.4.1). A digest is stale before that, for the next
# one has come; nothing that follows an alert repeats it, so that it must outlast a server that is down from before a
# bank holiday weekend until after it. Three days of trying make 17 attempts at least: fewer say that the machine was
# off, or that its clock jumped.
GIVE_UP_AFTER = {SubscriptionKind.DIGEST: timedelta(days=3), SubscriptionKind.ALERT: timedelta(days=5)}
LEAST_ATTEMPTS = 15


LONGEST_FAR_ID = 200  # characters; Slack's are some 30, Notify's 36


def parts(channel: Channel, message: Message) -> int:
    """How many messages the channel needs for `message`."""
    match channel:
        case SlackChannel():
            return len(slack_payloads(channel, message))
        case TeamsChannel():
            return len(message.teams)
        case _:
            return 1


def slack_payloads(channel: SlackChannel, message: Message) -> tuple[Mapping[str, object], ...]:
    """What is posted, in order: with a token the first in the channel, and the rest in its thread."""
    return message.slack_thread if channel.token and message.slack_thread else message.slack


def recipient_mark(recipient: Recipient) -> str:
    """16 hex digits that change when a recipient is edited, and from which no address can be read back."""
    words = f"{recipient.channel}\n{recipient.address}"
    return hashlib.blake2b(words.encode(), key=b"ofsted-monitor recipient", digest_size=8).hexdigest()


def deliveries_for(
    subscription: Subscription,
    channels: Mapping[str, Channel],
    digest: Digest,
    message: Message,
) -> tuple[Delivery, ...]:
    """What is owed: one delivery for each recipient and part, in the order of `to`, due at once, not yet stored."""
    return tuple(
        Delivery(
            id=0,
            digest_id=0,
            subscription=subscription.name,
            position=position,
            channel=recipient.channel,
            recipient_mark=recipient_mark(recipient),
            part=part,
            message_id=message_id(channels[recipient.channel], digest, position, part),
            composed_at=digest.composed_at,
            state=DeliveryState.PENDING,
            next_at=digest.composed_at,
        )
        for position, recipient in enumerate(subscription.to)
        for part in range(parts(channels[recipient.channel], message))
    )


def message_id(channel: Channel, digest: Digest, position: int, part: int) -> str:
    """The Message-ID (RFC 5322, 3.6.4): the same whenever the same digest is composed for the same recipient."""
    words = "\n".join((digest.subscription, digest.slot, str(position), str(part)))
    local = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"<{local}@{_domain(channel)}>"


def _domain(channel: Channel) -> str:
    return domain_of(channel.sender) if isinstance(channel, EmailChannel) else NO_DOMAIN


def after(
    delivery: Delivery,
    error: DeliveryError | None,
    now: datetime,
    jitter: float,
    *,
    kind: SubscriptionKind,
    leaves_unknown: bool,
    quiet: timedelta,
) -> Delivery:
    """`delivery` after one more attempt; `error` is None when the far end accepted, `jitter` lies in [-1, 1].

    Later means 1, 2, 4 … minutes and at most 6 hours, moved by up to a fifth by `jitter`, and never before what
    the server asked for. An unknown outcome ends it, where the channel `leaves_unknown`. Else it is tried again in the
    same way, under the same Message-ID, and is in doubt from then on, until it is sent: a mail program that already has
    it shows one, and nothing is lost. After days of trying (GIVE_UP_AFTER) it is given up and says so; how
    much of them was `quiet` does not count, for it was not tried then.
    """
    free = replace(delivery, error=error.reason if error else "", next_at=None, leased_by="", leased_until=None)
    in_doubt = delivery.in_doubt or isinstance(error, DeliveryUnknown)
    tried = replace(free, attempts=delivery.attempts + 1, in_doubt=in_doubt)
    match error:
        case DeliverySuppressed():
            return replace(free, state=DeliveryState.SUPPRESSED)
        case DeliveryWithdrawn():
            return replace(free, state=DeliveryState.WITHDRAWN)
        case None:
            return replace(tried, state=DeliveryState.SENT, in_doubt=False)
        case DeliveryRefused():
            return replace(tried, state=DeliveryState.REFUSED)
        case DeliveryUnknown() if leaves_unknown:
            return replace(tried, state=DeliveryState.UNKNOWN)
    if now - delivery.composed_at - quiet >= GIVE_UP_AFTER[kind] and tried.attempts >= LEAST_ATTEMPTS:
        tries = f"{GIVE_UP_AFTER[kind].days} days and {tried.attempts} attempts"
        return replace(tried, state=DeliveryState.REFUSED, error=f"given up after {tries}; the last: {error.reason}")
    # 2**20 minutes are far beyond the longest wait; the bound keeps the power small.
    wait = min(FIRST_WAIT * 2 ** min(delivery.attempts, 20), LONGEST_WAIT) * (1 + SPREAD * jitter)
    if isinstance(error, DeliveryUnavailable) and error.retry_after:
        wait = max(wait, min(error.retry_after, LONGEST_RETRY_AFTER))
    return replace(tried, state=DeliveryState.PENDING, next_at=now + wait)


def far_id_of(said: str) -> str:
    """What the far end calls a message, as any database can keep it: a yes stays one, whatever words are in it."""
    kept = said.encode("utf-8", "ignore").decode()[:LONGEST_FAR_ID]  # a lone surrogate has no bytes
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "", kept)


# Whoever finds a delivery that was taken and not accounted for knows no more than whoever lost a reply.
INTERRUPTED = DeliveryUnknown("the monitor was stopped before it could record what became of it")


def leaves_unknown(channel: Channel) -> bool:
    """Whether a message of which nobody knows whether it arrived is left there. One that can look finds out instead."""
    return channel.when_unknown is WhenUnknown.LEAVE and not channel.can_look


def rest_after(error: DeliveryError | None, before: int) -> timedelta | None:
    """How long nothing else is tried on a channel where an attempt ended so; None where the others may fare better.

    A server that asks for fewer messages means all of them. A channel that is down is down for all: it is left alone
    twice as long as the last time, up to an hour, where it was down `before` so many times in a row. A server that
    rejects a login is thereby not asked so often that it locks the account. After a lost reply the next message would
    be one more of which nobody knows whether it arrived.
    """
    if isinstance(error, DeliveryUnavailable) and error.retry_after:
        return min(error.retry_after, LONGEST_RETRY_AFTER)
    if is_down(error):
        rest: timedelta = min(FIRST_WAIT * 2 ** min(before, 20), LONGEST_REST)
        return rest
    return FIRST_WAIT if isinstance(error, DeliveryUnknown) else None


def is_down(error: DeliveryError | None) -> bool:
    """Whether it is the channel that failed, and not the message."""
    return isinstance(error, DeliveryUnavailable) and error.channel_down


def again(
    delivery: Delivery, subscriptions: Iterable[Subscription], now: datetime, others: Collection[Delivery]
) -> Delivery | None:
    """A delivery that ended undelivered, owed anew and as the same message; None where it has no recipient now."""
    recipient = heir(delivery, subscriptions, others)
    if recipient is None:
        return None
    owed = readdressed(delivery, recipient)
    return replace(owed, state=DeliveryState.PENDING, attempts=0, next_at=now, error="", far_id="")


def heir(delivery: Delivery, subscriptions: Iterable[Subscription], others: Collection[Delivery]) -> Recipient | None:
    """Whom a delivery is for as recipients are configured now; None where its own was taken out.

    One that moved within the list, or to another channel with its address, is the same. Where an address was edited, it
    is who stands in that place, over the same channel. But where one was taken out, it is a neighbour who stands there,
    and has the same digest: `others` are that digest's deliveries in other places.
    """
    recipients = _recipients(delivery, subscriptions)
    if unchanged := as_it_was(delivery, subscriptions):
        return unchanged
    taken = {other.recipient_mark for other in others}
    for recipient in recipients:
        if _is_same_address(delivery, recipient) and recipient_mark(recipient) not in taken:
            return recipient
    if delivery.position >= len(recipients):
        return None
    there = recipients[delivery.position]
    had_none = recipient_mark(Recipient(channel=delivery.channel)) == delivery.recipient_mark
    is_edited = there.channel == delivery.channel and bool(there.address) and not had_none
    return there if is_edited and not any(_is_same_address(other, there) for other in others) else None


def as_it_was(delivery: Delivery, subscriptions: Iterable[Subscription]) -> Recipient | None:
    """The delivery's recipient, wherever it stands in the list now; None where it was edited or taken out."""
    recipients = _recipients(delivery, subscriptions)
    return next((one for one in recipients if recipient_mark(one) == delivery.recipient_mark), None)


def _recipients(delivery: Delivery, subscriptions: Iterable[Subscription]) -> tuple[Recipient, ...]:
    return next((one.to for one in subscriptions if one.name == delivery.subscription), ())


def _is_same_address(delivery: Delivery, recipient: Recipient) -> bool:
    """Whether a delivery is for the recipient's address, over whatever channel."""
    as_was = replace(recipient, channel=delivery.channel)
    return bool(recipient.address) and recipient_mark(as_was) == delivery.recipient_mark


def readdressed(delivery: Delivery, recipient: Recipient) -> Delivery:
    """The delivery for its heir. Another address has nothing of what the old one may have."""
    mark = recipient_mark(recipient)
    if mark == delivery.recipient_mark:
        return delivery
    in_doubt = delivery.in_doubt and _is_same_address(delivery, recipient)
    return replace(delivery, channel=recipient.channel, recipient_mark=mark, attempts=0, in_doubt=in_doubt)


def recipient_for(delivery: Delivery, subscriptions: Iterable[Subscription]) -> Recipient:
    """Whom a delivery is for, as configured now. Raises DeliveryWithdrawn when that recipient was taken out.

    A recipient that moved within the list is still the same. One that was edited has its delivery by now: see `heir`.
    """
    if recipient := as_it_was(delivery, subscriptions):
        return recipient
    raise DeliveryWithdrawn("this recipient is no longer in digests.toml")
