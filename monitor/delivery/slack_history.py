"""What a Slack conversation holds of ours: looked for before a message is sent that may be there already."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from slack_sdk.web import SlackResponse, WebClient

# Our own mark on each message, which Slack shows only to programs.
EVENT = "ofsted_monitor_message"

# 2,000 messages since a digest was composed: in a conversation that busy, nobody can say that ours is not there.
_PAGE, _PAGES = 200, 10
# Slack stamps messages by its own clock. Ours may have been ahead when the digest was composed, or set back since.
_CLOCKS_APART = timedelta(hours=3)
# A look of several pages, each of which may take its time, ends well before somebody else may take the delivery.
LONGEST_S = 240.0
# How many conversations the token's owner may be in: five times that is looked through for a name.
_CONVERSATIONS = 200

# Slack's words for a question that this token may not ask, or that makes no sense for this conversation. Whoever asks
# again tomorrow hears the same.
_MAY_NOT = frozenset(
    {
        "missing_scope",
        "not_allowed_token_type",
        "channel_not_found",
        "not_in_channel",
        "no_permission",
        "access_denied",
        "method_not_supported_for_channel_type",
        "channel_type_not_supported",
        "team_access_not_granted",
        "is_archived",
    }
)
NO_THREAD = frozenset({"thread_not_found", "message_not_found"})


class CannotLook(Exception):
    """The conversation cannot be looked through, now or later; `reason` is a word of Slack's or a few of ours."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def metadata(message_id: str) -> dict[str, Any]:
    """The mark that says which message of ours it is (Slack: message metadata)."""
    return {"event_type": EVENT, "event_payload": {"message_id": message_id}}


class History:
    """Asks Slack what it holds. Whatever the library raises passes through, but for what is a CannotLook."""

    def __init__(self, *, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._late_at = 0.0
        self._ids: dict[str, str] = {}  # by name

    def find(
        self, client: WebClient, conversation: str, message_id: str, *, since: datetime, thread: str = ""
    ) -> tuple[str, str] | None:
        """The conversation's id and the ts under which it holds the message; None where it does not.

        `since` is when the message was composed. `thread` is the ts of the message under which it may stand; where
        that is gone, it may stand in the conversation itself.
        """
        self._late_at = time.monotonic() + self._longest_s
        try:
            where = self._id(client, conversation)
            oldest = f"{(since - _CLOCKS_APART).timestamp():.6f}"
            if thread:
                try:
                    ts = self._first(client.conversations_replies, message_id, channel=where, ts=thread, oldest=oldest)
                except SlackApiError as e:
                    if e.response.get("error") not in NO_THREAD:
                        raise
                else:
                    return (where, ts) if ts else None
            ts = self._first(client.conversations_history, message_id, channel=where, oldest=oldest)
        except SlackApiError as e:
            if (error := str(e.response.get("error"))) in _MAY_NOT:
                raise CannotLook(error) from e
            raise
        return (where, ts) if ts else None

    def _id(self, client: WebClient, conversation: str) -> str:
        """The id of a conversation given by name or id: Slack posts to either, and shows the history of an id only."""
        if re.fullmatch(r"[CGD][A-Z0-9]{7,20}", conversation):
            return conversation
        if conversation not in self._ids:
            self._ids[conversation] = self._id_of(client, conversation.removeprefix("#"))
        return self._ids[conversation]

    def _id_of(self, client: WebClient, name: str) -> str:
        # One kind at a time: asking for both wants the scopes of both.
        for kind in ("public_channel", "private_channel"):
            for page in self._pages(
                client.users_conversations, 5, types=kind, exclude_archived=True, limit=_CONVERSATIONS
            ):
                for one in _dicts(page.get("channels")):
                    if one.get("name") == name and one.get("id"):
                        return str(one["id"])
        raise CannotLook("the token’s owner is not in it")

    def _first(self, ask: Callable[..., SlackResponse], message_id: str, **arguments: object) -> str:
        """The ts of the message that bears our mark with `message_id`; "" where none does."""
        for page in self._pages(ask, _PAGES, **arguments, include_all_metadata=True, inclusive=True, limit=_PAGE):
            for one in _dicts(page.get("messages")):
                if _mark(one) == message_id:
                    return str(one.get("ts") or "")
        return ""

    def _pages(self, ask: Callable[..., SlackResponse], at_most: int, **arguments: object) -> Iterator[SlackResponse]:
        """Page after page of an answer. Raises CannotLook where there are more; TimeoutError when it takes too long."""
        cursor = ""
        for _ in range(at_most):
            if time.monotonic() >= self._late_at:
                raise TimeoutError
            page = ask(**arguments, cursor=cursor or None)
            yield page
            after = page.get("response_metadata")
            cursor = str(after.get("next_cursor") or "") if isinstance(after, dict) else ""
            if not cursor:
                return
        raise CannotLook("there is too much to look through")


def _mark(message: dict[str, Any]) -> object:
    """Which message of ours it is; None where it is somebody else's."""
    match message.get("metadata"):
        case {"event_type": str(kind), "event_payload": {"message_id": str(message_id)}} if kind == EVENT:
            return message_id
    return None


def _dicts(values: object) -> Iterator[dict[str, Any]]:
    yield from (value for value in (values if isinstance(values, list) else ()) if isinstance(value, dict))
