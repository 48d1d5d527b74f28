"""Files in a folder: the channel that needs no network and no secrets."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from monitor.delivery.mime import NO_DOMAIN, mail
from monitor.errors import DeliveryUnavailable
from monitor.files import slug, write_whole

if TYPE_CHECKING:
    from monitor.model import Delivery, FolderChannel, Message, Recipient


class FolderSender:
    """Writes each message as .eml, .html, .txt, .json and -slack.json."""

    def __init__(self, channel: FolderChannel) -> None:
        self._folder = channel.path

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:  # noqa: ARG002 -- Sender's
        """Every file is in place. Sent again, the same delivery replaces its own files and no others."""
        name = file_name(delivery)
        files = {
            f"{name}.html": message.html.encode(),
            f"{name}.txt": message.text.encode(),
            f"{name}-slack.json": _json(list(message.slack)),
            f"{name}.eml": mail(delivery, message, sender=f"Ofsted monitor <monitor@{NO_DOMAIN}>", to=""),
            # Last: a program that waits for the data finds everything beside it.
            f"{name}.json": _json({"message_id": delivery.message_id, **message.data}),
        }
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                write_whole(self._folder / file, content)
        except OSError as e:
            raise DeliveryUnavailable(f"the folder cannot be written: {e.strerror or type(e).__name__}") from e
        return ""

    def close(self) -> None:
        """Nothing is kept open between two messages."""


def file_name(delivery: Delivery) -> str:
    """As in "20260618T063000Z-weekday-briefing-1f0c2a9b": when, what, and a hash of the Message-ID.

    The last part tells apart what was composed within one second, and makes a repeat the same file.
    """
    mark = hashlib.blake2b(delivery.message_id.encode(), digest_size=4).hexdigest()
    return f"{delivery.composed_at:%Y%m%dT%H%M%SZ}-{slug(delivery.subscription)}-{mark}"


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
