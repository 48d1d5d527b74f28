"""A program of the reader's own that is told the digest as data, signed as the Standard Webhooks specification
(version 1.0.0) has it, so that the libraries written for that can check it; docs/webhook.md shows how."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.delivery.http import post
from monitor.delivery.secret import value_of
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.delivery.http import Answer
    from monitor.model import Delivery, Message, Recipient, WebhookChannel

# Answers (RFC 9110, 15.5) that speak of this message, which will be no better tomorrow.
_NEVER = (400, 413, 422)
# Answers that speak of the address, of its permissions or of what it takes: somebody mends them.
_TO_BE_MENDED = (401, 402, 403, 404, 405, 406, 407, 410, 415, 421, 426, 451, 501)


class WebhookSender:
    """Posts each digest as JSON to one address."""

    def __init__(self, channel: WebhookChannel, *, clock: Callable[[], float] = time.time) -> None:
        self._channel = channel
        self._clock = clock

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:  # noqa: ARG002 -- Sender's
        """The program has said 2xx. Sent again, body and id are the same; see Sender for the errors."""
        url = value_of(self._channel.url)
        key = signing_key(value_of(self._channel.secret)) if self._channel.secret else b""
        body = json.dumps(
            {"message_id": delivery.message_id, **message.data}, ensure_ascii=False, separators=(",", ":")
        )
        raw = body.encode("utf-8", "replace")  # a lone surrogate, which no reader of JSON wants, becomes "?"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"ofsted-monitor/{__version__}",
            **signed_headers(webhook_id(delivery.message_id), int(self._clock()), raw, key),
        }
        _accept(post(url, raw, headers=headers, program="the webhook"))
        return ""

    def close(self) -> None:
        """Nothing is kept open between two messages."""


def webhook_id(message_id: str) -> str:
    """What a receiver knows a message by: the Message-ID before its "@".

    The signed text is id, time and body with full stops between them, so that the id must not hold one.
    """
    return message_id.strip("<>").partition("@")[0].replace(".", "-")


def signed_headers(name: str, timestamp: int, body: bytes, key: bytes) -> dict[str, str]:
    """The headers of one attempt: which message, when, and, where there is a key, who says so."""
    headers = {"webhook-id": name, "webhook-timestamp": str(timestamp)}
    if key:
        digest = hmac.digest(key, f"{name}.{timestamp}.".encode() + body, hashlib.sha256)
        headers["webhook-signature"] = f"v1,{base64.b64encode(digest).decode()}"
    return headers


def signing_key(secret: str) -> bytes:
    """The bytes to sign with: those that follow "whsec_" in base64, else those of the text as it stands."""
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as e:
        raise DeliveryUnavailable("the webhook's secret is not base64 after whsec_", channel_down=True) from e


def _accept(answer: Answer) -> None:
    """Returns when the answer is a yes."""
    status = answer.status
    if 200 <= status < 300:
        return
    if status in _NEVER:
        raise DeliveryRefused(f"the webhook refused the message ({status})")
    if status in _TO_BE_MENDED:
        raise DeliveryUnavailable(f"the webhook takes nothing at this address ({status})", channel_down=True)
    if status == 504:  # a gateway handed it over, and lost the reply
        raise DeliveryUnknown(f"the reply was lost behind the webhook's gateway ({status})")
    # Who says when to come back speaks for itself and not of this message.
    wants_rest = status == 429 or answer.retry_after is not None
    wish = "the webhook wants fewer messages" if status == 429 else "the webhook did not take the message now"
    raise DeliveryUnavailable(f"{wish} ({status})", retry_after=answer.retry_after, channel_down=wants_rest)
