"""Slack, by incoming webhook or by token. Slack knows no Message-ID: a message sent twice is seen twice."""

from __future__ import annotations

import logging
import re
import socket
from datetime import timedelta
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.model import Delivery, Message, Recipient, Secret, SlackChannel

TIMEOUT_S = 30

# What is wrong with the payload itself, so that sending it again can never work; the names are Slack's. Everything
# else Slack may say is the channel's configuration (a revoked token, an archived conversation, a webhook that was
# removed) or Slack's own trouble: it can be mended, and until then nothing is lost.
_NEVER = frozenset(
    {
        "invalid_payload",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_array_arg",
        "invalid_json",
        "json_not_object",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "too_many_attachments",
        "metadata_too_large",
    }
)

# The library writes webhook URLs and bodies into its log; they are secrets, so it has a log nobody reads.
_SILENT = logging.Logger("slack", level=logging.CRITICAL + 1)


class SlackSender:
    """Posts the delivery's part of a message to one conversation."""

    def __init__(self, channel: SlackChannel) -> None:
        self._channel = channel

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:  # noqa: ARG002 -- Sender's
        """Slack has accepted the part. See Sender for the errors."""
        if delivery.part >= len(message.slack):
            raise DeliveryRefused(f"the message has no part {delivery.part + 1}")
        payload = dict(message.slack[delivery.part])
        try:
            if self._channel.webhook_url is not None:
                self._post_to_webhook(_value(self._channel.webhook_url), payload)
                return ""
            return self._post_with_token(payload)
        except SlackRequestError as e:
            raise DeliveryUnavailable("the Slack address is not an http(s) URL", channel_down=True) from e
        except URLError as e:  # raised while connecting and sending, never after
            if isinstance(e.reason, socket.gaierror):
                raise DeliveryUnavailable("the name of Slack's server could not be found", channel_down=True) from e
            raise DeliveryUnavailable(f"Slack cannot be reached: {type(e.reason).__name__}", channel_down=True) from e
        except (HTTPException, OSError, UnicodeError, LookupError) as e:  # the last two: a reply nobody can decode
            raise DeliveryUnknown(f"the connection was lost before Slack confirmed: {type(e).__name__}") from e

    def close(self) -> None:
        """Nothing is kept open between two messages."""

    def _post_to_webhook(self, url: str, payload: dict[str, Any]) -> None:
        client = WebhookClient(url, timeout=TIMEOUT_S, logger=_SILENT, retry_handlers=[])
        response = client.send_dict(payload)
        _accept(response.status_code, response.body, response.headers)

    def _post_with_token(self, payload: dict[str, Any]) -> str:
        channel = self._channel
        if channel.token is None:
            raise DeliveryUnavailable(
                "the channel has neither webhook_url nor token in monitor.toml", channel_down=True
            )
        client = WebClient(
            _value(channel.token),
            base_url=channel.api_url if channel.api_url.endswith("/") else f"{channel.api_url}/",
            timeout=TIMEOUT_S,
            logger=_SILENT,
            retry_handlers=[],
        )
        try:
            response = client.chat_postMessage(channel=channel.conversation, **payload)
        except SlackApiError as e:
            _accept(e.response.status_code, str(e.response.get("error")), e.response.headers, ok=False)
            raise AssertionError("an error is never accepted") from e
        return str(response.get("ts") or "")


def _value(secret: Secret) -> str:
    if secret.value is None:
        raise DeliveryUnavailable(f"no value in {secret.origin}", channel_down=True)
    return secret.value


def _accept(status: int, said: str, headers: Mapping[str, Any], *, ok: bool = True) -> None:
    """Returns when the reply is a yes. `ok` is False where the body of a 200 says no, as the Web API's does."""
    words = said.strip()
    error = words if re.fullmatch(r"[a-z_]{1,60}", words) else ""
    named = f" ({error or status})"
    if status == 429 or error in ("ratelimited", "rate_limited"):
        raise DeliveryUnavailable("Slack wants fewer messages", retry_after=_retry_after(headers))
    if error in _NEVER or status == 413 or (status == 400 and not error):
        raise DeliveryRefused(f"Slack refused the message{named}")
    # A 200 with a page in it is a proxy or a portal in the way, not Slack.
    if ok and 200 <= status < 300 and not words.startswith("<"):
        return
    raise DeliveryUnavailable(f"Slack did not take the message{named}")


def _retry_after(headers: Mapping[str, Any]) -> timedelta | None:
    """Slack gives whole seconds."""
    seconds = str(headers.get("Retry-After") or "")
    return timedelta(seconds=int(seconds)) if re.fullmatch(r"\d{1,6}", seconds) else None
