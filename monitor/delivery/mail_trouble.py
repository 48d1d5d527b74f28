"""What went wrong with a mail server, in words for whoever runs the monitor, and what is to be done about it.

A server's own words are never repeated: they may hold the recipient's address. Its codes are.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.errors import DeliveryError, DeliveryRefused, DeliveryUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection


class Step(StrEnum):
    """What the server was asked to take."""

    SENDER = "the sender"
    RECIPIENT = "the recipient"
    MAIL = "the mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What a reply means that looks so."""

    looks: re.Pattern[str]  # found in its code, enhanced code and words, as in "552 5.2.3 too big"
    means: str  # {step}: what was not taken; {codes}: the reply's
    steps: Collection[Step] = tuple(Step)
    is_final: bool = False
    is_down: bool = False  # no other mail would fare better


def _look(*signs: str) -> re.Pattern[str]:
    return re.compile("|".join(signs), re.IGNORECASE)


def _enhanced_code(details: str, code: str = r"\d{3}") -> str:
    """Any class: servers say 5.2.2 of a mailbox that is emptied some day."""
    return rf"\A{code} [245]\.(?:{details})(?!\S)"


_NOT_NOW = "the mail server did not take {step} now ({codes})"
_READ = 2_000  # bytes of a reply; what it is about stands in its first lines, and a hostile one has no end
_REFUSED = "the mail server refused {step} ({codes})"
_FULL = "the recipient's mailbox is full ({codes})"
_SOME_LIMIT = _look("limit(?!ed)", "quota", "storage", r"\brate\b", "too many")
_MAY_IT = ": may the channel's login send as its `from`, and to this recipient?"
_NOT_AS = (
    "the mail server does not let us send as the channel's `from` ({codes}): name an address there that its login may "
    "use"
)

# The first that fits holds. Enhanced codes of two parts are RFC 3463's (section 3), where the comment names no other.
# Exchange Online and Gmail say for good what passes, or what an operator mends; their codes and words are those of
# Microsoft's "NDRs and SMTP errors in Exchange Online" and Google's "Gmail SMTP errors and codes".
RULES = (
    # "Log in first", or "not like that" (RFC 4954, 6).
    _Rule(
        looks=_look(r"\A53[0458]"),
        means="the mail server wants a login ({codes}): set the channel's `username` and `password`",
        is_down=True,
    ),
    # Exchange: 5.1.90, 5.2.2 Submission quota; Gmail: 5.4.5 Daily user sending limit, 5.7.1 Daily SMTP relay limit.
    _Rule(
        looks=_look(
            _enhanced_code(r"1\.90|4\.5"), r"(?:daily|hourly|sending|submission|relay)[^\n.]{0,40}(?:limit(?!ed)|quota)"
        ),
        means="the mail server takes no more mail from us for now ({codes}): its limit on what we may send is reached",
        is_down=True,
    ),
    # The second: RFC 5321, 4.2.3, "exceeded storage allocation".
    _Rule(looks=_look(_enhanced_code(r"2\.2"), r"\A552 (?![245]\.).*(?:quota|storage)"), means=_FULL),
    _Rule(  # it is closing the connection, for a reason of its own
        looks=_look(r"\A421"), means="the mail server is busy, and did not take {step} ({codes})", is_down=True
    ),
    _Rule(
        looks=_look(r"\A45[01] 4\.7\.1(?!\S)", r"\A45[01] .*gr[ea]ylist"),
        means=(
            "the mail server asks to come back later, as it does of senders it does not know yet (greylisting; {codes})"
        ),
    ),
    _Rule(looks=_look(r"\A(?!5)"), means=_NOT_NOW),
    # For that mailbox, or for the server; the second: RFC 1870, 6.1.
    _Rule(
        looks=_look(_enhanced_code(r"2\.3|3\.4")),
        means="the mail is larger than the mail server takes ({codes})",
        is_final=True,
    ),
    _Rule(
        looks=_look(r"\A552 (?![245]\.)"),
        steps=(Step.SENDER, Step.MAIL),
        means="the mail is larger than the mail server takes ({codes})",
        is_final=True,
    ),
    # Exchange: 5.2.252 SendAsDenied, 5.7.60; Postfix rejects a sender only when the recipient is offered.
    _Rule(
        looks=_look(_enhanced_code(r"1\.[78]|2\.252|7\.60"), r"send ?as\b", "sendasdenied", "sender address rejected"),
        means=_NOT_AS,
        is_down=True,
    ),
    _Rule(
        looks=_SOME_LIMIT,
        steps=(Step.SENDER,),
        means="the mail server did not take {step} now, and speaks of a limit ({codes})",
        is_down=True,
    ),
    _Rule(looks=_look(""), steps=(Step.SENDER,), means=_NOT_AS, is_down=True),
    # The server lost the thread, and judged neither mail nor address: it had said 252 to the recipient, perhaps.
    _Rule(looks=_look(r"\A503", _enhanced_code(r"5\.1")), means=_NOT_NOW),
    _Rule(looks=_look(r"\A552 (?![245]\.)"), means=_NOT_NOW),  # RFC 5321, 4.5.3.1.10: of recipients, too many
    # X.7: "security or policy". Who may send as whom is settled between the channel's `from`, its login and the server,
    # often only when the recipient or the mail is offered; a person can mend it. Exchange: 5.2.0 STOREDRV.Submission.
    _Rule(
        looks=_look(_enhanced_code(r"7\.\d{1,3}"), r"\brelay", r"storedrv\.submission"),
        means="the mail server's policy does not let {step} pass ({codes})" + _MAY_IT,
    ),
    # No such mailbox, it has moved (3.2), or its domain takes no mail (RFC 7505), whatever else is said.
    _Rule(looks=_look(_enhanced_code(r"1\.(?:1|6|10)")), means=_REFUSED, is_final=True),
    # Exchange: 5.2.121 and 5.2.122, of what one recipient has in an hour; Gmail: 5.2.1 … at a rate.
    _Rule(looks=_SOME_LIMIT, means="the mail server did not take {step} now, and speaks of a limit ({codes})"),
    _Rule(looks=_look(""), means=_REFUSED, is_final=True),
)


def not_taken(step: Step, code: int, reply: bytes) -> DeliveryError:
    """What a reply other than yes (RFC 5321, 4.2.1) means for the message, and for the channel.

    Where it may mean two things, it is taken for the one by which nothing is lost.
    """
    # An address may be office@relay-limits.example.org.
    words = re.sub(r"[^\s@]{1,254}@\S+", "", reply[:_READ].decode("ascii", "replace"))
    text = f"{code} {words}"
    rule = next(rule for rule in RULES if step in rule.steps and rule.looks.search(text))
    reason = rule.means.format(step=step, codes=_codes(code, reply))
    return DeliveryRefused(reason) if rule.is_final else DeliveryUnavailable(reason, channel_down=rule.is_down)


def too_large(limit: int) -> DeliveryRefused:
    """For a server that says beforehand how much it takes (RFC 1870)."""
    return DeliveryRefused(f"the mail is larger than the mail server takes ({limit} bytes)")


def unconnected(error: Exception, *, otherwise: str) -> DeliveryUnavailable:
    """Why there is no connection on which mail can be handed over: nothing was, and the whole channel waits."""
    return DeliveryUnavailable(_why_unconnected(error, otherwise), channel_down=True)


def no_starttls() -> DeliveryUnavailable:
    return DeliveryUnavailable(
        "the mail server offers no STARTTLS, so nothing was sent: are the channel's `port` and `security` right?",
        channel_down=True,
    )


# What else a rejected login may mean, by its enhanced code. With each, the password may be right.
_OR_ELSE = {
    # Exchange Online, where logins by password are switched off for all of an organisation or for this mailbox
    "5.7.139": ", or the server does not allow logins by password",
    # Gmail, of an account with a second step; RFC 4954, 6: "too weak"
    "5.7.9": ", or the server wants an app password, which is made for programs",
    # RFC 4954, 6
    "5.7.11": ", or the server wants an encrypted line for it: is the channel's `security` right?",
}


def _why_unconnected(error: Exception, otherwise: str) -> str:
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code) if 400 <= code < 500:
            return f"the mail server could not check the login now ({_codes(code, _reply(error))})"
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            reply = _reply(error)
            return (
                f"the mail server rejected the login ({_codes(code, reply)}): the channel's `username` or `password` "
                f"is wrong{_OR_ELSE.get(_enhanced(reply), '')}"
            )
        case smtplib.SMTPNotSupportedError():
            return (
                "the mail server offers no login there: are the channel's `port` and `security` right? If it wants "
                "none, leave out `username` and `password`"
            )
        case smtplib.SMTPResponseException(smtp_code=code):
            return f"the mail server turned us away ({_codes(code, _reply(error))})"
        case ssl.SSLError():
            return _why_unsafe(error)
        case socket.gaierror():
            return "the mail server's name could not be found"
        case UnicodeError():  # smtplib sends logins in ASCII; the resolver knows no such host
            return "the channel's `host`, `username` or `password` holds a character that cannot be sent to a server"
        case _:
            return f"no connection to the mail server: {otherwise}"


# What OpenSSL calls an answer that is no TLS at all.
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"})


_UNTRUSTED = (
    "nobody whom this machine trusts has signed the mail server's certificate: name your own authority's in the "
    "channel's `tls_ca`"
)
_ANOTHER_NAME = "the mail server's certificate is for another name than the channel's `host`"
# By OpenSSL's numbers (x509_vfy.h): its words hold the server's name.
_CERTIFICATE = {
    9: "the mail server's certificate is not valid yet: is this machine's clock right?",
    10: "the mail server's certificate has expired",
    18: _UNTRUSTED,  # self-signed
    19: _UNTRUSTED,  # self-signed, at the top
    20: _UNTRUSTED,  # its issuer was not found
    21: _UNTRUSTED,  # the first cannot be verified
    62: _ANOTHER_NAME,  # host name
    64: _ANOTHER_NAME,  # IP address
}


def _why_unsafe(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        number = error.verify_code
        return _CERTIFICATE.get(number, f"the mail server's certificate cannot be trusted (OpenSSL's error {number})")
    if error.reason in _NO_TLS:
        return f"the mail server speaks no TLS there: are the channel's `port` and `security` right? ({error.reason})"
    return f"no safe connection to the mail server: {error.reason or 'TLS failed'}"


def _reply(error: smtplib.SMTPResponseException) -> bytes:
    """What the server said; smtplib puts words of its own there, too."""
    return error.smtp_error if isinstance(error.smtp_error, bytes) else b""


def _codes(code: int, reply: bytes) -> str:
    """As in "550 5.1.1": the code and, where there is one, the enhanced code."""
    return f"{code} {_enhanced(reply)}".strip()


def _enhanced(reply: bytes) -> str:
    """The enhanced status code (RFC 3463) a reply begins with; "" if none."""
    found = re.match(rb"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", reply)
    return found[0].decode() if found else ""
