"""What a Slack conversation holds of ours: looked for before a message is sent that may be there already."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.delivery.slack_api import AnswerTooLong, SlackNo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.delivery.slack_api import SlackApi

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

# How Slack names a conversation, and a message in it; whatever else comes in their place is none.
_CONVERSATION, _TS = r"[CGD][A-Z0-9]{1,30}", r"[0-9]{1,20}\.[0-9]{1,20}"

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


def far_id(conversation: object, ts: object) -> str:
    """Slack's name for a message, from the two parts of it; "" where one of them is none."""
    found = f"{conversation}:{ts}"
    return found if place_in(found) else ""


def place_in(far_id: str) -> tuple[str, str] | None:
    """The conversation and the ts of a message; None where it is no name of Slack's."""
    found = re.fullmatch(rf"({_CONVERSATION}):({_TS})", far_id)
    return (found[1], found[2]) if found else None


class History:
    """Asks Slack what it holds. What goes wrong with a question passes through, but for what is a CannotLook."""

    def __init__(self, *, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._late_at = 0.0
        self._ids: dict[str, str] = {}  # by name
        self._us: tuple[str, str] | None = None  # what our own messages bear: a field's name, and its value

    def find(self, api: SlackApi, conversation: str, message_id: str, *, since: datetime, thread: str = "") -> str:
        """What Slack calls the message (`far_id`); "" where the conversation does not hold it.

        `since` is when the message was composed. `thread` is the ts of the message under which it may stand; where
        that is gone, it may stand in the conversation itself.
        """
        self._late_at = time.monotonic() + self._longest_s
        try:
            where = self._id(api, conversation)
            oldest = f"{(since - _CLOCKS_APART).timestamp():.6f}"
            if thread:
                try:
                    return self._first(api, "replies", message_id, channel=where, ts=thread, oldest=oldest)
                except SlackNo as e:
                    if e.error not in NO_THREAD:
                        raise
            return self._first(api, "history", message_id, channel=where, oldest=oldest)
        except SlackNo as e:
            if e.error in _MAY_NOT:
                raise CannotLook(e.error) from e
            raise
        except AnswerTooLong as e:
            raise CannotLook("there is too much to look through") from e

    def _id(self, api: SlackApi, conversation: str) -> str:
        """The id of a conversation given by name or id: Slack posts to either, and shows the history of an id only."""
        if re.fullmatch(r"[CGD][A-Z0-9]{7,20}", conversation):
            return conversation
        if conversation not in self._ids:
            self._ids[conversation] = self._id_of(api, conversation.removeprefix("#"))
        return self._ids[conversation]

    def _id_of(self, api: SlackApi, name: str) -> str:
        # One kind at a time: asking for both wants the scopes of both.
        for kind in ("public_channel", "private_channel"):
            for page in self._pages(
                api, "users.conversations", 5, types=kind, exclude_archived=True, limit=_CONVERSATIONS
            ):
                for one in _dicts(page.get("channels")):
                    if one.get("name") == name and re.fullmatch(_CONVERSATION, str(one.get("id"))):
                        return str(one["id"])
        raise CannotLook("the token’s owner is not in it")

    def _first(self, api: SlackApi, where: str, message_id: str, *, channel: str, **arguments: object) -> str:
        """The message of ours that bears our mark with `message_id`; "" where none does."""
        options = {"include_all_metadata": True, "inclusive": True, "limit": _PAGE}
        for page in self._pages(api, f"conversations.{where}", _PAGES, channel=channel, **arguments, **options):
            for one in _dicts(page.get("messages")):
                # Whoever reads the channel can tell the mark of a message to come; nobody else can post as us.
                if _mark(one) == message_id and self._is_ours(api, one) and (found := far_id(channel, one.get("ts"))):
                    return found
        return ""

    def _is_ours(self, api: SlackApi, message: dict[str, Any]) -> bool:
        """Whether the token's owner posted it; asked for once, and only when there is something to know."""
        if self._us is None:
            told = api.ask("auth.test", {}, within_s=self._left_s())
            # A person's token bears no bot's id; what an app posts in a person's name bears theirs.
            known = (("bot_id", told.get("bot_id")), ("user", told.get("user_id")))
            self._us = next(((field, value) for field, value in known if value and isinstance(value, str)), None)
        if self._us is None:
            raise CannotLook("Slack does not say whose the token is")
        field, ours = self._us
        return message.get(field) == ours

    def _pages(self, api: SlackApi, method: str, at_most: int, **arguments: object) -> Iterator[dict[str, Any]]:
        """Page after page of an answer. Raises CannotLook where there are more; TimeoutError when it takes too long."""
        cursor = ""
        for _ in range(at_most):
            page = api.ask(method, {**arguments, "cursor": cursor or None}, within_s=self._left_s())
            yield page
            after = page.get("response_metadata")
            cursor = str(after.get("next_cursor") or "") if isinstance(after, dict) else ""
            if not cursor:
                return
        raise CannotLook("there is too much to look through")

    def _left_s(self) -> float:
        """How long the next question may take at most. Raises TimeoutError where no time is left."""
        left = self._late_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _mark(message: dict[str, Any]) -> object:
    """Which message of ours it is; None where it is somebody else's."""
    match message.get("metadata"):
        case {"event_type": str(kind), "event_payload": {"message_id": str(message_id)}} if kind == EVENT:
            return message_id
    return None


def _dicts(values: object) -> Iterator[dict[str, Any]]:
    yield from (value for value in (values if isinstance(values, list) else ()) if isinstance(value, dict))
