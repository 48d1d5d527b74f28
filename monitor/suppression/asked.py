"""What a recipient asks for by their link, and how things stand for them."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from monitor.model import Suppression
from monitor.suppression.suppressed import ASKED, holding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from monitor.suppression.tokens import Claim

_MOST_FIELDS = 8  # of a form: ours has one, and so has RFC 8058's


class Ask(StrEnum):
    """What the page's buttons ask for, as its form says it."""

    STOP = "stop"
    STOP_ALL = "stop-all"
    UNDO = "undo"


class Standing(StrEnum):
    SENT = "sent"
    STOPPED = "stopped"  # by the recipient, of this subscription
    ALL_STOPPED = "all stopped"  # by the recipient
    BY_OPERATOR = "stopped by the operator"  # which is not the recipient's to take back


def ask_in(content_type: str, body: bytes) -> Ask | None:
    """What a posted form asks for; None where it is not for us to know. Never raises.

    A mail provider posts one field, List-Unsubscribe=One-Click, in either encoding of forms (RFC 8058, 3.1 and 3.2).
    """
    try:
        fields = tuple(_fields(content_type, body))
    except Exception:  # noqa: BLE001 -- the library raises whatever a boundary or a name in an unknown encoding leads to
        return None
    for name, value in fields:
        if (name.casefold(), value.strip().casefold()) == ("list-unsubscribe", "one-click"):
            return Ask.STOP
        if name == "ask" and value in tuple(Ask):
            return Ask(value)
    return None


def _fields(content_type: str, body: bytes) -> Iterator[tuple[str, str]]:
    if content_type.strip().lower().startswith("multipart/form-data"):
        form = message_from_bytes(b"Content-Type: " + content_type.encode("ascii", "replace") + b"\r\n\r\n" + body)
        parts = form.get_payload() if form.is_multipart() else []
        for part in parts if isinstance(parts, list) else []:
            name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
            value = part.get_payload(decode=True) if isinstance(part, Message) else None
            if isinstance(name, str) and isinstance(value, bytes):
                yield name, value.decode("utf-8", "replace")
    else:
        try:
            yield from parse_qsl(body.decode("ascii", "replace"), max_num_fields=_MOST_FIELDS)
        except ValueError:  # more fields
            return


def standing(found: Collection[Suppression], subscription: str) -> Standing:
    """How things stand with an address's suppressions. Where several hold, the one that reaches furthest."""
    held = [one for one in found if one.subscription in ("", subscription)]
    if any(one.why != ASKED for one in held):
        return Standing.BY_OPERATOR
    if any(not one.subscription for one in held):
        return Standing.ALL_STOPPED
    return Standing.STOPPED if held else Standing.SENT


def put_down(claim: Claim, ask: Ask, now: datetime) -> Suppression:
    """The suppression that stopping, of one or of all, makes hold."""
    name = "" if ask is Ask.STOP_ALL else claim.subscription
    return Suppression(mark=claim.mark, subscription=name, why=ASKED, at=now)


def taken_back(found: Collection[Suppression], claim: Claim) -> list[Suppression]:
    """Those that the recipient put down and that keep this subscription from them."""
    return [one for one in found if one.why == ASKED and holding([one], claim.subscription)]
