"""A recipient's own link to stop."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.model import EmailChannel
from monitor.suppression.addresses import mark_of
from monitor.suppression.tokens import Claim, token

if TYPE_CHECKING:
    from monitor.model import Channel, Recipient

PATH = "/stop/"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLinks:
    """Where the public page is found, and what its links are signed with."""

    url: str  # without a slash at its end
    key: bytes = field(repr=False)

    def unsubscribe_url(self, subscription: str, address: str) -> str:
        """The address at which the owner of `address` stops a subscription; "" for a recipient without address.

        The same at every call, while URL and key are. It is a secret of the recipient's: whoever has it can stop their
        messages.
        """
        if not address:
            return ""
        claim = Claim(subscription=subscription, mark=mark_of(address))
        return f"{self.url}{PATH}{token(claim, self.key)}"


def with_own_link(recipient: Recipient, subscription: str, links: StopLinks | None) -> Recipient:
    """The recipient with its own link, for a message of `subscription`, where there is a page and it has an address."""
    return replace(recipient, stop_url=links.unsubscribe_url(subscription, recipient.address) if links else "")


def way_to_stop(recipient: Recipient, channel: Channel) -> str:
    """Where a message says that it can be stopped: the recipient's own link, else what the channel names; or ""."""
    return recipient.stop_url or (channel.unsubscribe if isinstance(channel, EmailChannel) else "")
