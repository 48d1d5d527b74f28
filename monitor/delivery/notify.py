"""GOV.UK Notify, which sends councils' mail by templates of their own.

Notify's library words the requests and signs them; they go out as those of other channels do, under one deadline.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests
from notifications_python_client.errors import APIError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient

from monitor.delivery.http import Answer, get, post
from monitor.delivery.secret import value_of
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.errors import DeliveryError
    from monitor.model import Delivery, Message, NotifyChannel, Recipient

# Notify repeats what it was sent, and a mail may be 2,000,000 bytes; a page of notifications, some times that.
ANSWER_BYTES = 10_000_000
LONGEST_REFERENCE = 1000  # characters Notify takes
# A key may send 3,000 messages in 60 seconds; what a service may send in a day begins anew at midnight.
RATE_WAIT, DAY_WAIT = timedelta(minutes=1), timedelta(hours=1)

# The name of the key, the id of the service, and the secret; the library takes the last 73 characters on trust.
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(rf".*-{_UUID}-{_UUID}")

# The library logs what Notify says, which may name an address.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL + 1)

_UNREADABLE = "what GOV.UK Notify answered cannot be read"

# What a mendable 400 is about, by words of its message. They may change, so that nothing is decided by them.
_ABOUT = {
    "team-only": "the API key is for the service's team, and the recipient is not one of it or of its guest list",
    "trial mode": "the service is in trial mode, and the recipient is not of its team",
    "reply_to": "the service has no such reply_to_id",
    "personalisation": "the template asks for more than subject and body",
    "template": "the service has no such template, or it is not one for e-mail",
    "longer than": "the message is longer than Notify takes",
}


class NotifySender:
    """Has one mail sent to one address at a time."""

    def __init__(self, channel: NotifyChannel) -> None:
        self._channel = channel

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:
        """Notify has taken the mail; what comes back is its id there. See Sender for the errors."""
        if not message.notify:
            raise DeliveryRefused("the message was worded before its recipient was told by GOV.UK Notify")
        client = self._client()
        reference = delivery.message_id.strip("<>")[:LONGEST_REFERENCE]
        if delivery.in_doubt and (found := _found(client, reference)):
            return found
        try:
            taken = client.send_email_notification(
                recipient.address,
                self._channel.template_id,
                personalisation={"subject": message.subject, "body": message.notify},
                reference=reference,
                email_reply_to_id=self._channel.reply_to_id or None,
                # Notify, too, gives a mail program no other than an https address to post to.
                one_click_unsubscribe_url=recipient.stop_url if recipient.stop_url.startswith("https:") else None,
            )
        except APIError as error:
            raise _failure(error) from error
        if not isinstance(taken, dict):  # a yes without a word
            raise DeliveryUnknown(_UNREADABLE)
        return _id(taken)

    def close(self) -> None:
        """Nothing is kept open between two messages."""

    def _client(self) -> Any:
        key = value_of(self._channel.api_key)
        if not _KEY.fullmatch(key):
            raise DeliveryUnavailable("the API key is not one of GOV.UK Notify's", channel_down=True)
        client: Any = NotificationsAPIClient(key, base_url=self._channel.base_url)  # type: ignore[no-untyped-call]  # has none
        client.request_session = _Session()
        return client


class _Session:
    """What the library takes for a session of `requests`: each request under one deadline, no redirect followed."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        timeout: float,
        data: str = "",
        params: Mapping[str, str] | None = None,
    ) -> requests.Response:
        query = f"?{urlencode(params)}" if params else ""
        kept: dict[str, Any] = {"program": "GOV.UK Notify", "deadline_s": timeout, "answer_bytes": ANSWER_BYTES}
        if method == "GET":
            return _Response(get(url + query, headers=headers, **kept))
        return _Response(post(url + query, data.encode(), headers=headers, **kept))


class _Response(requests.Response):
    """An answer as the library takes it. It would read one in any encoding and to any depth; here it gets an object."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.status_code = answer.status
        self.answer = answer

    def json(self, **_: object) -> dict[str, Any]:
        """Raises ValueError, as the library expects it, where the answer is no object."""
        said = self.answer.as_object()
        if said is None:
            raise ValueError("no object in JSON")
        return said


def _found(client: Any, reference: str) -> str:
    """The id of what Notify has taken under this reference; "" where it has not, or says itself that it failed."""
    try:
        answer = client.get_all_notifications(reference=reference)
    except APIError as error:
        failure = _failure(error)
        if isinstance(failure, DeliveryUnavailable):
            raise failure from error
        raise DeliveryUnavailable(f"GOV.UK Notify does not say what it has: {failure.reason}") from error
    listed = answer.get("notifications") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise DeliveryUnavailable("GOV.UK Notify does not say what it has: the answer is not its own")
    has = [one for one in listed if isinstance(one, dict) and one.get("status") != "technical-failure"]
    return _id(has[0]) if has else ""


def _id(notification: object) -> str:
    found = notification.get("id") if isinstance(notification, dict) else None
    return found if found and isinstance(found, str) else "taken"


def _failure(error: APIError) -> DeliveryError:
    """What the caller does next, by status and by the name of the error alone; the messages may change."""
    status = error.status_code
    name, said = _first(error)
    named = f" ({status} {name})" if name else f" ({status})"
    if isinstance(error, InvalidResponse):
        return _unread(error, named)
    if status == 429:
        is_daily = name == "TooManyRequestsError"
        reason = "the service has sent all it may today" if is_daily else "GOV.UK Notify wants fewer messages"
        return DeliveryUnavailable(
            f"{reason}{named}", retry_after=DAY_WAIT if is_daily else RATE_WAIT, channel_down=True
        )
    if status in (401, 403):
        mend = "this machine's clock is wrong" if "clock" in said else "mend the API key, or this machine's clock"
        return DeliveryUnavailable(f"GOV.UK Notify does not accept the API key: {mend}{named}", channel_down=True)
    if status == 413 or (status == 400 and name == "ValidationError"):
        what = "the address" if "email_address" in said else "the message"
        return DeliveryRefused(f"GOV.UK Notify refused {what}{named}")
    if status == 400:
        about = next(
            (words for mark, words in _ABOUT.items() if mark in said.lower()), "its service's settings do not allow it"
        )
        return DeliveryUnavailable(f"GOV.UK Notify did not take the message: {about}{named}")
    if status == 504:  # a gateway handed it over, and lost the reply
        return DeliveryUnknown(f"the reply was lost behind GOV.UK Notify's gateway{named}")
    if status >= 500:
        return DeliveryUnavailable(f"GOV.UK Notify did not take the message now{named}")
    return DeliveryUnavailable(f"GOV.UK Notify does not answer at this address{named}", channel_down=True)


def _unread(error: InvalidResponse, named: str) -> DeliveryError:
    """What a yes means whose words are not Notify's."""
    if isinstance(error.response, _Response) and error.response.answer.is_page:
        return DeliveryUnavailable(f"something answers in GOV.UK Notify's place{named}", channel_down=True)
    return DeliveryUnknown(f"{_UNREADABLE}{named}")


def _first(error: APIError) -> tuple[str, str]:
    """The name and the message of the first error in the answer; the message is for looking into, never to be shown."""
    match error.message:
        case [{"error": str(name), "message": str(said)}, *_] if re.fullmatch(r"[A-Za-z]{1,60}", name):
            return name, said.replace("’", "'")
    return "", ""
