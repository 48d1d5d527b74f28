"""Microsoft Teams, by a workflow that begins when its address is posted to and posts the card it is sent.

That it said yes means that it has the card, not that the card is in the channel: what fails there is shown by the
workflow's own history alone. Teams knows no Message-ID, and nobody may look.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from monitor.delivery.http import post
from monitor.delivery.secret import value_of
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from monitor.delivery.http import Answer
    from monitor.model import Delivery, Message, Recipient, TeamsChannel

# Answers that speak of the workflow: its address was changed, its owner has gone, nobody may call it.
_TO_BE_MENDED = (401, 402, 403, 404, 405, 410, 421, 451)
# Names of errors that do so in an answer of 400; whatever else a 400 says is said of the card.
_SWITCHED_OFF = frozenset({"WorkflowTriggerIsNotEnabled", "WorkflowDisabled", "WorkflowSuspended"})


class TeamsSender:
    """Posts the delivery's part of a message, a card, to one workflow."""

    def __init__(self, channel: TeamsChannel) -> None:
        self._channel = channel

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:  # noqa: ARG002 -- Sender's
        """The workflow has the card. See Sender for the errors."""
        if delivery.part >= len(message.teams):
            raise DeliveryRefused(f"the message has no part {delivery.part + 1}")
        card = {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": None,
            "content": message.teams[delivery.part],
        }
        body = json.dumps({"type": "message", "attachments": [card]}, ensure_ascii=False, separators=(",", ":"))
        _accept(
            post(
                value_of(self._channel.url),
                body.encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
                program="the Teams workflow",
            )
        )
        return ""

    def close(self) -> None:
        """Nothing is kept open between two messages."""


def _accept(answer: Answer) -> None:
    """Returns when the answer is a yes: 202, or 200 from a workflow that answers for itself."""
    status = answer.status
    said = answer.body.decode("utf-8", "replace").strip()
    # The connectors that came before workflows say 200, and in words that Teams did not take it.
    if status == 200 and (found := re.search(r"HTTP error (\d{3})", said)):
        status = int(found[1])
    # A 200 with a page in it is a proxy or a portal in the way.
    if 200 <= status < 300 and not answer.is_page:
        return
    if status == 429:
        raise DeliveryUnavailable(
            "the Teams workflow wants fewer messages", retry_after=answer.retry_after, channel_down=True
        )
    code = found[1] if (found := re.search(r'"code"\s*:\s*"([A-Za-z]{1,60})"', said)) else ""
    named = f" ({status}{f' {code}' if code else ''})"
    if status in _TO_BE_MENDED or code in _SWITCHED_OFF:
        raise DeliveryUnavailable(f"the Teams workflow takes nothing at this address{named}", channel_down=True)
    if status in (400, 413, 415, 422):
        raise DeliveryRefused(f"the Teams workflow refused the card{named}")
    if status == 504:  # a gateway handed it over, and lost the reply
        raise DeliveryUnknown(f"the reply was lost behind the Teams workflow's gateway{named}")
    raise DeliveryUnavailable(f"the Teams workflow did not take the card now{named}", retry_after=answer.retry_after)
