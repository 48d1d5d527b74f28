"""Slack, by incoming webhook or by token.

Slack knows no Message-ID: a message sent twice is seen twice. With a token each bears a mark, and one that is in doubt
is looked for before it is sent again; what comes after the first part of a message goes into its thread.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from monitor.delivery.http import DEADLINE_S, post
from monitor.delivery.outbox import slack_payloads
from monitor.delivery.secret import value_of
from monitor.delivery.slack_api import PROGRAM, SlackApi, SlackNo
from monitor.delivery.slack_history import NO_THREAD, CannotLook, History, far_id, metadata, place_in
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import WhenUnknown

if TYPE_CHECKING:
    from datetime import timedelta

    from monitor.delivery.http import Answer
    from monitor.errors import DeliveryError
    from monitor.model import Delivery, Message, Recipient, SlackChannel

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

# What an operator mends, and how: Slack's words, by webhook, by token. No other message would fare better.
_INVITE = "mend the channel's `channel`, or invite the app there"
_ANOTHER_WEBHOOK = "mend the conversation in Slack, or put a webhook of another into the channel's `webhook_url`"
_ASK = "ask who runs the Slack workspace to let the app post"
_SCOPE = "give the app the scope it lacks (`chat:write`), and install it again"
_OLD = "this program is too old for Slack: upgrade it"
_MEND = (
    (
        {
            *("not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "invalid_token"),
            *("not_allowed_token_type", "no_service", "no_service_id", "no_active_hooks", "no_team", "team_disabled"),
        },
        "make a webhook anew, and put its address into the channel's `webhook_url`",
        "mend the channel's `token`",
    ),
    (
        {
            *("channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "is_inactive"),
            *("restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
            # Of no_permission Slack says: make sure that the app is a member of the conversation.
            *("no_permission", "posting_to_general_channel_denied", "messages_tab_disabled", "user_not_found"),
        },
        _ANOTHER_WEBHOOK,
        _INVITE,
    ),
    ({"missing_scope"}, _SCOPE, _SCOPE),
    (
        {
            *("access_denied", "accesslimited", "action_prohibited", "ekm_access_denied", "enterprise_is_restricted"),
            *("message_limit_exceeded", "org_login_required", "team_access_not_granted", "team_added_to_org"),
            "two_factor_setup_required",
        },
        _ASK,
        _ASK,
    ),
    ({"method_deprecated"}, _OLD, _OLD),
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


class SlackSender:
    """Posts the delivery's part of a message to one conversation."""

    def __init__(self, channel: SlackChannel, *, deadline_s: float = DEADLINE_S) -> None:
        self._channel = channel
        self._deadline_s = deadline_s  # of each request
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
        api = self._api()
        if delivery.in_doubt and (found := self._found(api, delivery)):
            return found
        return self._post_with_token(api, delivery, payload)

    def close(self) -> None:
        """Nothing is kept open between two messages."""

    def _post_to_webhook(self, url: str, payload: dict[str, Any]) -> None:
        body = json.dumps(payload).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        _accept(post(url, body, headers=headers, program=PROGRAM, deadline_s=self._deadline_s))

    # --- with a token ---------------------------------------------------------------------------------------

    def _api(self) -> SlackApi:
        channel = self._channel
        if channel.token is None:
            raise DeliveryUnavailable(
                "the channel has neither webhook_url nor token in monitor.toml", channel_down=True
            )
        return SlackApi(channel.api_url, value_of(channel.token), deadline_s=self._deadline_s)

    def _post_with_token(self, api: SlackApi, delivery: Delivery, payload: dict[str, Any]) -> str:
        conversation, thread = self._place(delivery)
        payload |= {"channel": conversation, "metadata": metadata(delivery.message_id)}
        if thread:
            payload |= {"thread_ts": thread, "reply_broadcast": False}
        # Each of these is tried again at most once, for then what Slack did not like is gone.
        while True:
            try:
                said = api.post("chat.postMessage", payload)
            except SlackNo as no:
                if no.error in _NO_REPLY and "thread_ts" in payload:
                    del payload["thread_ts"], payload["reply_broadcast"]
                    payload["channel"] = self._channel.conversation
                elif no.error in _NO_MARK and "metadata" in payload:
                    del payload["metadata"]
                else:
                    raise _no(no.status, no.error, no.retry_after, by_token=True) from no
            else:
                return far_id(said.get("channel"), said.get("ts"))

    def _place(self, delivery: Delivery) -> tuple[str, str]:
        """The conversation to post to, and the ts of the message there to reply to; "" for none."""
        return place_in(delivery.thread) or (self._channel.conversation, "")

    def _found(self, api: SlackApi, delivery: Delivery) -> str:
        """What Slack calls the part, if it has it; "" if it has not, or if nobody may look and it is to go again."""
        conversation, thread = self._place(delivery)
        try:
            return self._history.find(api, conversation, delivery.message_id, since=delivery.composed_at, thread=thread)
        except CannotLook as e:
            if self._channel.when_unknown is WhenUnknown.LEAVE:
                raise DeliveryRefused(
                    f"nobody knows whether it arrived, and Slack's history cannot be looked through: {e.reason}"
                ) from e
            return ""
        except TimeoutError as e:
            raise DeliveryUnavailable("Slack's history could not be looked through in time", channel_down=True) from e
        except SlackNo as e:
            no = _no(e.status, e.error, e.retry_after, by_token=True)
            # Nothing was handed over, whatever Slack says of the question.
            raise DeliveryUnavailable(
                f"Slack's history could not be looked through: {no.reason}",
                retry_after=getattr(no, "retry_after", None),
                channel_down=True,
            ) from e


# --- what Slack answers --------------------------------------------------------------------------------------


def _accept(answer: Answer) -> None:
    """Returns when a webhook's answer is a yes."""
    try:
        words = answer.body.decode().strip()
    except UnicodeDecodeError as e:
        if 200 <= answer.status < 300:
            raise DeliveryUnknown("what Slack answered cannot be read") from e
        words = ""
    # A 200 with a page in it is a proxy or a portal in the way, not Slack.
    if not 200 <= answer.status < 300 or answer.is_page:
        raise _no(answer.status, words, answer.retry_after, by_token=False)


def _no(status: int, said: str, retry_after: timedelta | None, *, by_token: bool) -> DeliveryError:
    """What an answer that is no yes means for the delivery."""
    error = said if re.fullmatch(r"[a-z_]{1,60}", said) else ""
    named = f" ({error or status})"
    if status == 429 or error in ("ratelimited", "rate_limited"):
        return DeliveryUnavailable("Slack wants fewer messages", retry_after=retry_after, channel_down=True)
    if error in _NEVER or status == 413 or (status == 400 and not error):
        return DeliveryRefused(f"Slack refused the message{named}")
    if error in _PERHAPS or status == 504:  # 504: somebody in between gave up waiting for Slack
        return DeliveryUnknown(f"Slack may have taken the message{named}")
    hint = next((token if by_token else webhook for words, webhook, token in _MEND if error in words), "")
    return DeliveryUnavailable(
        f"Slack did not take the message{named}{f': {hint}' if hint else ''}", channel_down=bool(hint)
    )
