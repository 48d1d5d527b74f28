"""Slack's Web API by a token, one method at a time: as all that is sent over HTTP, under one deadline, with an end to
what is read, and no redirect followed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from monitor.delivery.http import DEADLINE_S, post
from monitor.errors import DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from monitor.delivery.http import Answer

# Slack repeats what it was sent: at most 50 blocks of 3,000 characters, each of up to twelve bytes in its JSON.
POST_BYTES = 2_000_000
LOOK_BYTES = 10_000_000  # a page of 200 messages of 50 kB; chat comes to some 1 kB a message
_MANY = 200  # no word of Slack's is as long

PROGRAM = "Slack"


class SlackNo(Exception):
    """What Slack answered is no yes: `error` is its own word, where there is one."""

    def __init__(self, status: int, error: str, retry_after: timedelta | None) -> None:
        self.status = status
        self.error = error
        self.retry_after = retry_after
        super().__init__(status, error)


class AnswerTooLong(Exception):
    """There is more in an answer than is read."""


class SlackApi:
    """Calls methods in the name of whoever the token belongs to."""

    def __init__(self, url: str, token: str, *, deadline_s: float = DEADLINE_S) -> None:
        self._url = url.rstrip("/")
        self._deadline_s = deadline_s
        self._headers = {"Authorization": f"Bearer {token}"}

    def post(self, method: str, payload: Mapping[str, object]) -> dict[str, Any]:
        """What Slack says of what it has done. Raises SlackNo, DeliveryUnavailable, or DeliveryUnknown."""
        headers = {**self._headers, "Content-Type": "application/json; charset=utf-8"}
        answer = post(
            f"{self._url}/{method}",
            json.dumps(payload).encode(),
            headers=headers,
            program=PROGRAM,
            deadline_s=self._deadline_s,
            answer_bytes=POST_BYTES,
        )
        if answer.as_object() is None and 200 <= answer.status < 300 and not answer.is_page:
            raise DeliveryUnknown("what Slack answered cannot be read")
        return _yes(answer)

    def ask(self, method: str, arguments: Mapping[str, object], *, within_s: float) -> dict[str, Any]:
        """What Slack holds. Raises SlackNo, AnswerTooLong or DeliveryUnavailable; arguments that are None are left out.

        Slack reads questions as forms.
        """
        fields = {name: _field(value) for name, value in arguments.items() if value is not None}
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = post(
                f"{self._url}/{method}",
                urlencode(fields, errors="replace").encode(),
                headers=headers,
                program=PROGRAM,
                deadline_s=min(within_s, self._deadline_s),
                answer_bytes=LOOK_BYTES,
            )
        except DeliveryUnknown as e:  # nothing is handed over by asking
            raise DeliveryUnavailable(
                f"Slack's history could not be looked through: {e.reason}", channel_down=True
            ) from e
        if len(answer.body) >= LOOK_BYTES:
            raise AnswerTooLong
        return _yes(answer)


def _field(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _yes(answer: Answer) -> dict[str, Any]:
    said = answer.as_object()
    if said and said.get("ok") is True and 200 <= answer.status < 300:
        return said
    error = said.get("error") if said else None
    raise SlackNo(answer.status, error[:_MANY] if isinstance(error, str) else "", answer.retry_after)
