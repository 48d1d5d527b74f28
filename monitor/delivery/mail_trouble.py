"""What went wrong with a mail server, in words for whoever runs the monitor, and what is to be done about it.

A server's own words are never repeated: they may hold the recipient's address. Its codes are.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from enum import StrEnum

from monitor.errors import DeliveryError, DeliveryRefused, DeliveryUnavailable


class Step(StrEnum):
    """What the server was asked to take."""

    SENDER = "the sender"
    RECIPIENT = "the recipient"
    MAIL = "the mail"


# Replies that mean "log in first" or "not like that" (RFC 4954, 6). The channel's configuration is wrong and the
# message is not: an operator mends it and nothing is lost.
_AUTHENTICATION = (530, 534, 535, 538)
# RFC 3463, 3.8: "security or policy". Who may send as whom is settled between the channel's `from`, its login and the
# server, often only when the recipient or the mail is offered; a person can mend it, so it is never final.
_POLICY = re.compile(r"5\.7\.\d{1,3}")


def not_taken(step: Step, code: int, reply: bytes) -> DeliveryError:
    """What a reply other than yes (RFC 5321, 4.2.1) means for the message, and for the channel."""
    enhanced, said = _enhanced(reply), code_of(code, reply)
    if code in _AUTHENTICATION:
        return DeliveryUnavailable(
            f"the mail server wants a login{said}: set the channel's `username` and `password`", channel_down=True
        )
    if enhanced[2:] == "2.2":  # RFC 3463, X.2.2: it is emptied some day, whatever the first digit says
        return DeliveryUnavailable(f"the recipient's mailbox is full{said}")
    if not 500 <= code < 600 or (code == 552 and step is Step.RECIPIENT):  # the latter: RFC 5321, 4.5.3.1.10
        return _not_now(step, code, reply)
    if enhanced[2:] == "3.4" or (code == 552 and not enhanced):  # RFC 3463, X.3.4; RFC 1870, 6.1
        return DeliveryRefused(f"the mail is larger than the mail server takes{said}")
    if step is Step.SENDER:
        return DeliveryUnavailable(
            f"the mail server does not let us send as the channel's `from`{said}: name an address there that its login "
            "may use",
            channel_down=True,
        )
    if _POLICY.fullmatch(enhanced) or re.search(rb"\brelay", reply, re.IGNORECASE):
        return DeliveryUnavailable(
            f"the mail server's policy does not let {step} pass{said}: may the channel's login send as its `from`, and "
            "to this recipient?"
        )
    return DeliveryRefused(f"the mail server refused {step}{said}")


def _not_now(step: Step, code: int, reply: bytes) -> DeliveryUnavailable:
    said = code_of(code, reply)
    if code == 421:  # it is closing the connection, for a reason of its own
        return DeliveryUnavailable(f"the mail server is busy, and did not take {step}{said}", channel_down=True)
    if code in (450, 451) and (_enhanced(reply) == "4.7.1" or re.search(rb"gr[ea]ylist", reply, re.IGNORECASE)):
        return DeliveryUnavailable(
            "the mail server asks to come back later, as it does of senders it does not know yet (greylisting"
            f"{said.replace(' (', '; ')}"
        )
    return DeliveryUnavailable(f"the mail server did not take {step} now{said}")


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


def _why_unconnected(error: Exception, otherwise: str) -> str:
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code) if 400 <= code < 500:
            return f"the mail server could not check the login now{code_of(code)}"
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return f"the mail server rejected the login{code_of(code)}: the channel's `username` or `password` is wrong"
        case smtplib.SMTPNotSupportedError():
            return (
                "the mail server offers no login there: are the channel's `port` and `security` right? If it wants "
                "none, leave out `username` and `password`"
            )
        case smtplib.SMTPResponseException(smtp_code=code):
            return f"the mail server turned us away{code_of(code)}"
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


def code_of(code: int, reply: bytes = b"") -> str:
    """As in " (550 5.1.1)": the code and, where there is one, the enhanced code."""
    return f" ({f'{code} {_enhanced(reply)}'.strip()})"


def _enhanced(reply: bytes) -> str:
    """The enhanced status code (RFC 3463) a reply begins with; "" if none."""
    found = re.match(rb"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", reply)
    return found[0].decode() if found else ""
