"""Slack, by incoming webhook or by token.

Slack knows no Message-ID: a message sent twice is seen twice. With a token each bears a mark, and one that is in doubt
is looked for before it is sent again; what comes after the first part of a message goes into its thread.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from monitor.dates import retry_after
from monitor.delivery.outbox import slack_payloads
from monitor.delivery.secret import value_of
from monitor.delivery.slack_history import NO_THREAD, CannotLook, History, metadata
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import WhenUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.errors import DeliveryError
    from monitor.model import Delivery, Message, Recipient, SlackChannel

TIMEOUT_S = 30

# The names below are Slack's (chat.postMessage; sending messages using incoming webhooks).

# What is wrong with the payload itself, so that sending it again can never work.
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
        "attachment_payload_limit_exceeded",
        "metadata_too_large",
        "invalid_metadata_format",
        "invalid_metadata_schema",
    }
)

# What an operator mends: the token, what it may do, or the conversation. No other message would fare better.
_OF_THE_CHANNEL = frozenset(
    {
        *("not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "invalid_token"),
        *("not_allowed_token_type", "missing_scope", "no_permission", "access_denied", "accesslimited"),
        *("org_login_required", "two_factor_setup_required", "ekm_access_denied", "team_access_not_granted"),
        *("team_added_to_org", "team_disabled", "no_team", "enterprise_is_restricted", "method_deprecated"),
        *("channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "is_inactive"),
        *("restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
        *("action_prohibited", "posting_to_general_channel_denied", "messages_tab_disabled", "user_not_found"),
        *("no_service", "no_service_id", "no_active_hooks", "message_limit_exceeded"),
    }
)

# Slack failed half-way, and says of both that it may have done what was asked.
_PERHAPS = frozenset({"fatal_error", "internal_error"})

# A thread that takes no reply: its first message is gone, or the conversation has no threads.
_NO_REPLY = NO_THREAD | {
    *("invalid_thread_ts", "cannot_reply_to_message", "restricted_action_non_threadable_channel"),
    "channel_not_found",  # the conversation of the first message; another is configured since
}

# A token that belongs to no app may not leave a mark.
_NO_MARK = frozenset({"metadata_must_be_sent_from_app"})

# The library writes webhook URLs and bodies into its log; they are secrets, so it has a log nobody reads.
_SILENT = logging.Logger("slack", level=logging.CRITICAL + 1)


class SlackSender:
    """Posts the delivery's part of a message to one conversation."""

    def __init__(self, channel: SlackChannel) -> None:
        self._channel = channel
        self._history = History()

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:  # noqa: ARG002 -- Sender's
        """Slack has the part; what comes back names the conversation and the message in it. See Sender for errors."""
        parts = slack_payloads(self._channel, message)
        if delivery.part >= len(parts):
            raise DeliveryRefused(f"the message has no part {delivery.part + 1}")
        payload = dict(parts[delivery.part])
        if self._channel.webhook_url is not None:
            self._post_to_webhook(value_of(self._channel.webhook_url), payload)
            return ""
        client = self._client()
        if delivery.in_doubt and (found := self._found(client, delivery)):
            return found
        return self._post_with_token(client, delivery, payload)

    def close(self) -> None:
        """Nothing is kept open between two messages."""

    def _post_to_webhook(self, url: str, payload: dict[str, Any]) -> None:
        client = WebhookClient(url, timeout=TIMEOUT_S, logger=_SILENT, retry_handlers=[])
        with _handing_over():
            response = client.send_dict(payload)
        _accept(response.status_code, response.body, response.headers)

    # --- with a token ---------------------------------------------------------------------------------------

    def _client(self) -> WebClient:
        channel = self._channel
        if channel.token is None:
            raise DeliveryUnavailable(
                "the channel has neither webhook_url nor token in monitor.toml", channel_down=True
            )
        return WebClient(
            value_of(channel.token),
            base_url=channel.api_url if channel.api_url.endswith("/") else f"{channel.api_url}/",
            timeout=TIMEOUT_S,
            logger=_SILENT,
            retry_handlers=[],
        )

    def _post_with_token(self, client: WebClient, delivery: Delivery, payload: dict[str, Any]) -> str:
        conversation, thread = self._place(delivery)
        payload |= {"channel": conversation, "metadata": metadata(delivery.message_id)}
        if thread:
            payload |= {"thread_ts": thread, "reply_broadcast": False}
        # Each of these is tried again at most once, for then what Slack did not like is gone.
        while True:
            try:
                with _handing_over():
                    response = client.chat_postMessage(**payload)
            except SlackApiError as e:
                error = str(e.response.get("error"))
                if error in _NO_REPLY and "thread_ts" in payload:
                    del payload["thread_ts"], payload["reply_broadcast"]
                    payload["channel"] = self._channel.conversation
                elif error in _NO_MARK and "metadata" in payload:
                    del payload["metadata"]
                else:
                    raise _no(e.response.status_code, error, e.response.headers) from e
            else:
                return _far_id(str(response.get("channel") or payload["channel"]), str(response.get("ts") or ""))

    def _place(self, delivery: Delivery) -> tuple[str, str]:
        """The conversation to post to, and the ts of the message there to reply to; "" for none."""
        found = re.fullmatch(r"(.+):(\d+\.\d+)", delivery.thread)
        return (found[1], found[2]) if found else (self._channel.conversation, "")

    def _found(self, client: WebClient, delivery: Delivery) -> str:
        """What Slack calls the part, if it has it; "" if it has not, or if nobody may look and it is to go again."""
        conversation, thread = self._place(delivery)
        try:
            with _asking():
                found = self._history.find(
                    client, conversation, delivery.message_id, since=delivery.composed_at, thread=thread
                )
        except CannotLook as e:
            if self._channel.when_unknown is WhenUnknown.LEAVE:
                raise DeliveryRefused(
                    f"nobody knows whether it arrived, and Slack's history cannot be looked through: {e.reason}"
                ) from e
            return ""
        except SlackApiError as e:
            no = _no(e.response.status_code, str(e.response.get("error")), e.response.headers)
            # Nothing was handed over, whatever Slack says of the question.
            raise DeliveryUnavailable(
                f"Slack's history could not be looked through: {no.reason}",
                retry_after=getattr(no, "retry_after", None),
                channel_down=True,
            ) from e
        return _far_id(*found) if found else ""


def _far_id(conversation: str, ts: str) -> str:
    return f"{conversation}:{ts}" if ts else ""


# --- what goes wrong on the way ------------------------------------------------------------------------------


@contextmanager
def _handing_over() -> Iterator[None]:
    """What goes wrong while a message is handed over, as a DeliveryError: was it, or was it not?"""
    try:
        yield
    except (SlackRequestError, URLError) as e:  # raised before a request, while connecting and sending, never after
        raise _unreached(e) from e
    except (HTTPException, OSError, UnicodeError, LookupError) as e:  # the last two: a reply nobody can decode
        raise DeliveryUnknown(f"the connection was lost before Slack confirmed: {type(e).__name__}") from e


@contextmanager
def _asking() -> Iterator[None]:
    """What goes wrong with a question, as a DeliveryError: nothing is handed over."""
    try:
        yield
    except (SlackRequestError, URLError) as e:
        raise _unreached(e) from e
    except (HTTPException, OSError, UnicodeError, LookupError) as e:
        raise DeliveryUnavailable(
            f"Slack's history could not be looked through: {type(e).__name__}", channel_down=True
        ) from e


def _unreached(error: SlackRequestError | URLError) -> DeliveryUnavailable:
    if isinstance(error, SlackRequestError):
        return DeliveryUnavailable("the Slack address is not an http(s) URL", channel_down=True)
    if isinstance(error.reason, socket.gaierror):
        return DeliveryUnavailable("the name of Slack's server could not be found", channel_down=True)
    if isinstance(error.reason, ssl.SSLCertVerificationError):
        return DeliveryUnavailable("Slack cannot be reached: its certificate is not valid", channel_down=True)
    return DeliveryUnavailable(f"Slack cannot be reached: {type(error.reason).__name__}", channel_down=True)


# --- what Slack answers --------------------------------------------------------------------------------------


def _accept(status: int, said: str, headers: Mapping[str, Any]) -> None:
    """Returns when a webhook's answer is a yes."""
    words = said.strip()
    # A 200 with a page in it is a proxy or a portal in the way, not Slack.
    if not 200 <= status < 300 or words.startswith("<"):
        raise _no(status, words, headers)


def _no(status: int, said: str, headers: Mapping[str, Any]) -> DeliveryError:
    """What an answer that is no yes means for the delivery."""
    error = said if re.fullmatch(r"[a-z_]{1,60}", said) else ""
    named = f" ({error or status})"
    if status == 429 or error in ("ratelimited", "rate_limited"):
        wait = retry_after(str(headers.get("Retry-After") or ""), datetime.now(UTC))
        return DeliveryUnavailable("Slack wants fewer messages", retry_after=wait, channel_down=True)
    if error in _NEVER or status == 413 or (status == 400 and not error):
        return DeliveryRefused(f"Slack refused the message{named}")
    if error in _PERHAPS or status == 504:  # 504: somebody in between gave up waiting for Slack
        return DeliveryUnknown(f"Slack may have taken the message{named}")
    return DeliveryUnavailable(f"Slack did not take the message{named}", channel_down=error in _OF_THE_CHANNEL)
