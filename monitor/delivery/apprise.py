"""Any service that Apprise knows, by its URL. Apprise is an optional extra, loaded when the first message goes out."""

from __future__ import annotations

import importlib
import logging
import re
from typing import TYPE_CHECKING, Any

from monitor.delivery.secret import value_of
from monitor.errors import DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from monitor.model import AppriseChannel, Delivery, Message, Recipient

DEADLINE_S = 60.0  # a service may need several requests, to sign in or to post in parts; each has seconds of its own
MISSING = 'Apprise is not installed: make apprise, or pip install "ofsted-monitor[apprise]"'

# What some services would call a whole team by, were it to stand in a title.
_CALL = re.compile(r"@(?=(?:everyone|here|channel|all|room)\b)|<(?=[!@#])", re.IGNORECASE)
_WORD_JOINER = "\N{WORD JOINER}"  # takes no room, and parts them


class AppriseSender:
    """Sends subject and plain text to one URL."""

    def __init__(self, channel: AppriseChannel, *, deadline_s: float = DEADLINE_S) -> None:
        self._channel = channel
        self._deadline_s = deadline_s

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:  # noqa: ARG002 -- Sender's
        """Apprise says that the service has it. It does not tell a no for good from a no for now, nor from a reply that
        was lost: all are tried again. See Sender for the errors."""
        apprise, call = self._loaded()
        service = call[0]
        text = _uncalled(message.text)
        if service.overflow_mode != apprise.OverflowMode.SPLIT:
            text = shortened(text, _room(apprise, service, message.subject))
        result = call.notify(
            body=text,
            title=_uncalled(message.subject),
            body_format=apprise.NotifyFormat.TEXT,  # so that Apprise escapes it for a service that reads markup
            timeout=self._deadline_s,
        )
        if result:
            return ""
        if result.status.name == "TIMEOUT":
            raise DeliveryUnknown(f"the service did not answer within {self._deadline_s:g} seconds")
        raise _why(" ".join(str(entry.message) for entry in result.logs()))

    def close(self) -> None:
        """Nothing is kept open between two messages."""

    def _loaded(self) -> tuple[Any, Any]:
        """Apprise, and its call to the channel's one service."""
        url = value_of(self._channel.url)
        try:
            apprise = importlib.import_module("apprise")
        except ImportError as e:
            raise DeliveryUnavailable(MISSING, channel_down=True) from e
        # Its log names hosts and accounts; the outcome holds what is needed of it.
        log = logging.getLogger("apprise")
        log.propagate = False
        if not log.handlers:
            log.addHandler(logging.NullHandler())
        # In memory: some services would otherwise keep tokens and uploads in the account's home.
        asset = apprise.AppriseAsset(
            app_id="Ofsted monitor", async_mode=False, storage_mode="memory", http_redirects=False
        )
        call = apprise.Apprise(asset=asset)
        if not call.add(url) or len(call) != 1:
            raise DeliveryUnavailable("the address is not of one service that Apprise knows", channel_down=True)
        return apprise, call


def _uncalled(text: str) -> str:
    return _CALL.sub(lambda found: found[0] + _WORD_JOINER, text)


def _room(apprise: Any, service: Any, title: str) -> int:
    """How many characters of plain text the service takes."""
    room: int = service.body_maxlen
    if service.title_maxlen <= 0:
        room -= len(title) + 2  # it goes above the body, with a line's end
    if service.resolve_format(apprise.NotifyFormat.TEXT) is not apprise.NotifyFormat.TEXT:
        room = room * 3 // 4  # what stands for a character that would be markup is longer than it
    return max(room, 1)


def shortened(text: str, room: int) -> str:
    """`text` in at most `room` characters, without its last lines and with a word on how many they are."""
    if len(text) <= room:
        return text
    lines = text.rstrip("\n").split("\n")
    left_out = f"… {len(lines):,} more lines, left out for length."  # as long as it can become
    kept: list[str] = []
    free = room - len(left_out)
    for line in lines:
        free -= len(line) + 1
        if free < 0:
            break
        kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    rest = sum(1 for line in lines[len(kept) :] if line.strip())
    told = f"… {rest:,} more {'line' if rest == 1 else 'lines'}, left out for length."
    return "\n".join([*kept, told])[:room]


def _why(logged: str) -> DeliveryUnavailable:
    """What Apprise's log of the call leads to: only a status is taken from it, for it may name accounts."""
    found = re.search(r"\berror=(\d{3})\b", logged)
    if not found:
        return DeliveryUnavailable(
            "the service cannot be reached, or does not take what its address says", channel_down=True
        )
    status = int(found[1])
    if 300 <= status < 400:
        return DeliveryUnavailable(
            f"the service's address leads elsewhere, and no redirect is followed ({status})", channel_down=True
        )
    if status == 429:
        return DeliveryUnavailable("the service wants fewer messages (429)", channel_down=True)
    if status in (401, 403, 404, 405, 410):
        return DeliveryUnavailable(f"the service does not accept the channel's address ({status})", channel_down=True)
    return DeliveryUnavailable(f"the service did not take the message ({status})")
