"""A message as mail (RFC 5322): the same bytes at every attempt, whatever stands in the text."""

from __future__ import annotations

import hashlib
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from monitor.files import slug

if TYPE_CHECKING:
    from monitor.model import Delivery, Message

# 998 is the most RFC 5322 (2.1.1) allows: a List-Unsubscribe broken over lines is not understood everywhere.
# 7bit: every server takes it, whatever it offers.
_POLICY = SMTP.clone(max_line_length=998, cte_type="7bit")

# Where no mail domain is configured; RFC 2606 keeps .invalid from ever being anyone's.
NO_DOMAIN = "ofsted-monitor.invalid"

# Local part and domain as mail servers in use take them, without quoting or comments; alone, or after a name.
# Not parseaddr: of two addresses, or of one with a line break in it, it makes one.
_ADDRESS = r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
_MAILBOX = re.compile(rf"{_ADDRESS}|[^<>@]*<{_ADDRESS}>")


def address_in(text: str) -> str:
    """The bare address in "Name <local@domain>" or "local@domain"; "" if there is not exactly one usable."""
    found = _MAILBOX.fullmatch(_header(text))
    return (found[1] or found[2]) if found else ""


def domain_of(sender: str) -> str:
    """The domain of a From header, for Message-ID and List-Id."""
    return address_in(sender).rpartition("@")[2] or NO_DOMAIN


def mail(
    delivery: Delivery, message: Message, *, sender: str, to: str, unsubscribe: str = "", stop_url: str = ""
) -> bytes:
    """The mail as it goes over the wire (CRLF, 7-bit). `to` is a bare address, or "" for none.

    `unsubscribe` is the channel's address for whoever wants no more, `stop_url` the recipient's own; "" for none.
    """
    mime = EmailMessage(policy=_POLICY)
    mime["Date"] = format_datetime(delivery.composed_at)
    mime["Message-ID"] = delivery.message_id
    mime["From"] = _header(sender)
    mime["To"] = to or "undisclosed-recipients:;"
    # Python reads "=?utf-8?q?…?=" in a header as encoded words, and what they hold as headers of its own: a title could
    # bring "Bcc: …" that way.
    mime["Subject"] = _header(message.subject).replace("=?", "= ?")
    mime["List-Id"] = f"<{slug(delivery.subscription)}.{domain_of(sender)}>"
    if ways := _ways_to_stop(unsubscribe, stop_url):
        mime["List-Unsubscribe"] = ", ".join(f"<{_header(way)}>" for way in ways)
    if stop_url.startswith("https:"):  # RFC 8058, 3.1: a mail program may post there by itself, over https alone
        mime["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mime["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
    mime.set_content(message.text, cte="quoted-printable")
    mime.add_alternative(message.html, subtype="html", cte="quoted-printable")
    # Not a random boundary: the same delivery must make the same bytes.
    mime.set_boundary(hashlib.blake2b(delivery.message_id.encode(), digest_size=16).hexdigest())
    return mime.as_bytes()


def _ways_to_stop(unsubscribe: str, stop_url: str) -> list[str]:
    """Best first (RFC 2369, 3): the recipient's own link; then the channel's address, unless that is a second page."""
    ways = [stop_url] if stop_url else []
    if unsubscribe and (not stop_url or unsubscribe.startswith("mailto:")):
        ways.append(unsubscribe)
    return ways


def _header(text: str) -> str:
    """`text` on one line: nothing in it can start another header."""
    return " ".join(text.split())
