"""Mail over SMTP, one connection for a batch."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from typing import TYPE_CHECKING

from monitor.delivery.mime import address_in, mail
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from monitor.model import Delivery, EmailChannel, Message, Recipient, Secret

TIMEOUT_S = 30.0  # for connecting and for each reply

# Replies that mean "log in first" or "not like that" (RFC 4954, 6). The channel's configuration is wrong and the
# message is not: an operator mends it and nothing is lost.
_AUTHENTICATION = (530, 534, 535, 538)


class EmailSender:
    """Sends one mail to one address at a time; opens the connection again when the server dropped it."""

    def __init__(self, channel: EmailChannel) -> None:
        self._channel = channel
        self._smtp: smtplib.SMTP | None = None

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> None:
        """The server has accepted the mail. See Sender for the errors."""
        sender, to = address_in(self._channel.sender), address_in(recipient.address)
        if not to:
            raise DeliveryRefused("the recipient's address in digests.toml is not one mail can be sent to")
        if not sender:
            raise DeliveryUnavailable("the channel's `from` in monitor.toml holds no address")
        raw = mail(
            delivery,
            message,
            sender=self._channel.sender,
            to=to,
            unsubscribe=self._channel.unsubscribe,
        )
        smtp = self._connection()
        limit = smtp.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(raw):  # RFC 1870: 0 means no fixed limit
            raise DeliveryRefused(f"the mail is larger than the server takes ({limit} bytes)")
        self._envelope(smtp, sender, to)
        self._data(smtp, raw)

    def close(self) -> None:
        """The connection is closed, politely if the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    # --- the conversation -----------------------------------------------------------------------------------

    def _connection(self) -> smtplib.SMTP:
        """The open connection if the server still answers on it, else a new one."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            self.close()
        login = self._login()
        try:
            self._smtp = self._connect()
            if login:
                self._smtp.login(*login)
        except smtplib.SMTPAuthenticationError as e:
            self.close()
            raise DeliveryUnavailable(f"the mail server rejected the login{_code(e.smtp_code)}") from e
        except smtplib.SMTPNotSupportedError as e:
            self.close()
            raise DeliveryUnavailable("the mail server offers no STARTTLS, or no login, where it is wanted") from e
        except ssl.SSLError as e:
            self.close()
            raise DeliveryUnavailable(f"no safe connection to the mail server: {e.reason or 'TLS failed'}") from e
        except (smtplib.SMTPException, OSError, UnicodeError) as e:  # the last: a host or login that is not ASCII
            self.close()
            raise DeliveryUnavailable(f"no connection to the mail server: {type(e).__name__}") from e
        return self._smtp

    def _login(self) -> tuple[str, str] | None:
        username, password = self._channel.username, self._channel.password
        return (_value(username), _value(password)) if username and password else None

    def _connect(self) -> smtplib.SMTP:
        host, port, security = self._channel.host, self._channel.port, self._channel.security
        if security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        else:
            smtp = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        try:
            if security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError):
            smtp.close()
            raise
        return smtp

    def _envelope(self, smtp: smtplib.SMTP, sender: str, to: str) -> None:
        """The server will take a mail from `sender` to `to`; until here nothing has been handed over."""
        try:
            self._accept(*smtp.mail(sender), what="the sender")
            self._accept(*smtp.rcpt(to), what="the recipient")
        except (smtplib.SMTPException, OSError) as e:
            self.close()
            raise DeliveryUnavailable(f"the connection to the mail server was lost: {type(e).__name__}") from e

    def _data(self, smtp: smtplib.SMTP, raw: bytes) -> None:
        try:
            code, reply = smtp.data(raw)
        except smtplib.SMTPDataError as e:  # said no before the mail was handed over
            code, reply = e.smtp_code, e.smtp_error if isinstance(e.smtp_error, bytes) else b""
        except (smtplib.SMTPException, OSError) as e:
            self.close()
            raise DeliveryUnknown(
                f"the connection was lost before the mail server confirmed: {type(e).__name__}"
            ) from e
        self._accept(code, reply, what="the mail")

    def _accept(self, code: int, reply: bytes, *, what: str) -> None:
        """Returns when `code` is a yes (RFC 5321, 4.2.1). The reply's words may hold the address: never repeated."""
        if 200 <= code < 300:
            return
        if code == 421:  # the server is closing the connection
            self.close()
        if code in _AUTHENTICATION:
            raise DeliveryUnavailable(f"the mail server wants a login{_code(code, reply)}")
        if 500 <= code < 600:
            raise DeliveryRefused(f"the mail server refused {what}{_code(code, reply)}")
        raise DeliveryUnavailable(f"the mail server did not take {what} now{_code(code, reply)}")


def _value(secret: Secret) -> str:
    if secret.value is None:
        raise DeliveryUnavailable(f"no value in {secret.origin}")
    return secret.value


def _code(code: int, reply: bytes = b"") -> str:
    """As in " (550 5.1.1)": the code and, where there is one, the enhanced code (RFC 3463)."""
    enhanced = re.match(rb"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", reply)
    return f" ({code}{f' {enhanced[0].decode()}' if enhanced else ''})"
