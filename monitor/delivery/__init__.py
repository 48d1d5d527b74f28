"""Carriage: one module a channel, and outbox.py for what is owed and what happened.

A sender returns when the far end has accepted the message, and else raises a DeliveryError that names what the
caller does next. It decides nothing: no retries, no choice of recipients.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, assert_never

from monitor.delivery.apprise import MISSING, AppriseSender
from monitor.delivery.email import EmailSender
from monitor.delivery.folder import FolderSender
from monitor.delivery.slack import SlackSender
from monitor.delivery.teams import TeamsSender
from monitor.delivery.webhook import WebhookSender
from monitor.model import (
    AppriseChannel,
    EmailChannel,
    FolderChannel,
    NotifyChannel,
    SlackChannel,
    TeamsChannel,
    WebhookChannel,
)

if TYPE_CHECKING:
    from monitor.model import Channel, Delivery, Message, Recipient

__all__ = ["Sender", "lacking", "sender_for"]


class Sender(Protocol):
    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:
        """What the far end, which has accepted the delivery's part of `message`, calls it; "" where it does not say.

        The message is the recipient's own: who hands it over has put their link to stop in its place
        (`Message.with_stop_link`).

        Of a delivery that is in doubt, the far end may have the part already: a sender that can look there does so
        before it sends.

        Raises DeliveryRefused, DeliveryUnavailable or DeliveryUnknown; no reason names an address or a secret.
        """

    def close(self) -> None:
        """Whatever the sender kept open between two messages is closed. It may be used again."""


def sender_for(channel: Channel) -> Sender:
    """The sender for a configured channel; nothing is connected or written before the first message."""
    match channel:
        case EmailChannel():
            return EmailSender(channel)
        case SlackChannel():
            return SlackSender(channel)
        case FolderChannel():
            return FolderSender(channel)
        case WebhookChannel():
            return WebhookSender(channel)
        case TeamsChannel():
            return TeamsSender(channel)
        case NotifyChannel():
            from monitor.delivery.notify import NotifySender  # noqa: PLC0415 - its library is only loaded where it is used

            return NotifySender(channel)
        case AppriseChannel():
            return AppriseSender(channel)
        case _:
            assert_never(channel)


def lacking(channel: Channel) -> str:
    """What must be installed before anything can be sent by `channel`, and how; "" where all is there."""
    return MISSING if isinstance(channel, AppriseChannel) and find_spec("apprise") is None else ""
