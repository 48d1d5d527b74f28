"""Mail over SMTP, one connection for a batch."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from monitor.delivery import mail_trouble
from monitor.delivery.mail_trouble import Step
from monitor.delivery.mime import address_in, mail
from monitor.delivery.secret import value_of
from monitor.errors import DeliveryError, DeliveryRefused, DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from monitor.model import Delivery, EmailChannel, Message, Recipient

TIMEOUT_S = 30.0  # for connecting, and for each piece of a reply
# For a whole message. A server that says a little every two seconds meets every timeout and never ends.
DEADLINE_S = 120.0
LONGEST_REPLY = 64 * 1024  # bytes; real ones have a few hundred


class EmailSender:
    """Sends one mail to one address at a time; opens the connection again when the server dropped it."""

    def __init__(self, channel: EmailChannel, *, deadline_s: float = DEADLINE_S) -> None:
        self._channel = channel
        self._deadline_s = deadline_s
        self._smtp: smtplib.SMTP | None = None
        self._is_late = False

    def send(self, delivery: Delivery, message: Message, recipient: Recipient) -> str:
        """The server has accepted the mail. See Sender for the errors."""
        sender, to = address_in(self._channel.sender), address_in(recipient.address)
        if not to:
            raise DeliveryRefused("the recipient's address in digests.toml is not one mail can be sent to")
        if not sender:
            raise DeliveryUnavailable("the channel's `from` in monitor.toml holds no address", channel_down=True)
        raw = mail(
            delivery,
            message,
            sender=self._channel.sender,
            to=to,
            unsubscribe=self._channel.unsubscribe,
            stop_url=recipient.stop_url,
        )
        with self._in_time():
            self._converse(raw, sender, to)
        return ""

    def close(self) -> None:
        """The connection is closed, politely if the server still listens."""
        if self._smtp is not None:
            with self._in_time(), contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._drop()

    # --- the conversation -----------------------------------------------------------------------------------

    def _converse(self, raw: bytes, sender: str, to: str) -> None:
        smtp = self._connection()
        limit = smtp.esmtp_features.get("size", "")
        if re.fullmatch(r"[0-9]{1,12}", limit) and 0 < int(limit) < len(raw):  # RFC 1870: 0 means no fixed limit
            raise mail_trouble.too_large(int(limit))
        self._envelope(smtp, sender, to)
        self._data(smtp, raw)

    @contextlib.contextmanager
    def _in_time(self) -> Iterator[None]:
        """The connection is shut down under the block when it takes longer than the deadline."""
        self._is_late = False
        ended = threading.Event()

        def watch() -> None:
            wait = self._deadline_s
            while not ended.wait(wait):
                self._is_late = True
                if sock := getattr(self._smtp, "sock", None):
                    with contextlib.suppress(OSError):
                        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # the plain one: TLS belongs to the other thread
                wait = 1.0  # again: between two addresses of a name, and during a handshake, nothing is there to shut

        watching = threading.Thread(target=watch, name="mail deadline", daemon=True)
        watching.start()
        try:
            yield
        finally:
            ended.set()
            watching.join()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _connection(self) -> smtplib.SMTP:
        """The open connection if the server still answers on it, else a new one."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            self._drop()
        login = self._login()
        try:
            smtp = self._connect()
            if login:
                _log_in(smtp, *login)
        except DeliveryError:
            self._drop()
            raise
        except (smtplib.SMTPException, OSError, UnicodeError) as e:  # the last: a host or login that is not ASCII
            self._drop()
            raise mail_trouble.unconnected(e, otherwise=self._what(e)) from e
        return smtp

    def _what(self, error: Exception) -> str:
        return f"it took longer than {self._deadline_s:g} seconds" if self._is_late else type(error).__name__

    def _login(self) -> tuple[str, str] | None:
        username, password = self._channel.username, self._channel.password
        return (value_of(username), value_of(password)) if username and password else None

    def _connect(self) -> smtplib.SMTP:
        host, port, security = self._channel.host, self._channel.port, self._channel.security
        # Made first and connected then, so that the deadline finds the socket while the server still greets.
        if security == "tls":
            smtp: smtplib.SMTP = _SmtpOverTls(timeout=TIMEOUT_S, context=self._trust())
        else:
            smtp = _Smtp(timeout=TIMEOUT_S)
        self._smtp = smtp
        # The name that the certificate must show: smtplib remembers only one that it was made with.
        smtp._host = host  # type: ignore[attr-defined]  # noqa: SLF001
        code, reply = smtp.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, reply)
        smtp.ehlo_or_helo_if_needed()
        if security == "starttls":
            if not smtp.has_extn("starttls"):  # an old server, the wrong port, or somebody in between
                raise mail_trouble.no_starttls()
            smtp.starttls(context=self._trust())
            smtp.ehlo_or_helo_if_needed()  # what was said before is forgotten
        return smtp

    def _trust(self) -> ssl.SSLContext:
        """Certificates are checked against this machine's authorities, and the channel's own where it has one."""
        context = ssl.create_default_context()
        if self._channel.tls_ca:
            try:
                context.load_verify_locations(self._channel.tls_ca)
            except OSError as e:  # no such file, or no certificate in it
                raise DeliveryUnavailable(
                    "the certificates in the channel's `tls_ca` cannot be read", channel_down=True
                ) from e
        return context

    def _envelope(self, smtp: smtplib.SMTP, sender: str, to: str) -> None:
        """The server will take a mail from `sender` to `to`; until here nothing has been handed over."""
        try:
            self._accept(*smtp.mail(sender), step=Step.SENDER)
            self._accept(*smtp.rcpt(to), step=Step.RECIPIENT)
        except (smtplib.SMTPException, OSError) as e:
            self._drop()
            raise DeliveryUnavailable(
                f"the connection to the mail server was lost: {self._what(e)}", channel_down=True
            ) from e

    def _data(self, smtp: smtplib.SMTP, raw: bytes) -> None:
        try:
            code, reply = smtp.data(raw)
        except smtplib.SMTPDataError as e:  # the mail was not handed over
            self._not_taken(e.smtp_code, e.smtp_error if isinstance(e.smtp_error, bytes) else b"", step=Step.MAIL)
        except (smtplib.SMTPException, OSError) as e:
            self._drop()
            raise DeliveryUnknown(f"the connection was lost before the mail server confirmed: {self._what(e)}") from e
        self._accept(code, reply, step=Step.MAIL)

    def _accept(self, code: int, reply: bytes, *, step: Step) -> None:
        """Returns when `code` is a yes (RFC 5321, 4.2.1)."""
        if not 200 <= code < 300:
            self._not_taken(code, reply, step=step)

    def _not_taken(self, code: int, reply: bytes, *, step: Step) -> NoReturn:
        if code == 421:  # the server is closing the connection
            self._drop()
        raise mail_trouble.not_taken(step, code, reply)


class _Reply:
    """What a server says, line by line; no more than so much of it in one reply."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.left = 0  # bytes

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        self.left -= len(line)
        if self.left < 0:
            raise OSError("its reply has no end")
        return line

    def close(self) -> None:
        self._file.close()


class _Bounded:
    """smtplib keeps every line of a reply, and a reply may have lines without end."""

    sock: socket.socket
    file: _Reply | None

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Reply(self.sock.makefile("rb"))
        self.file.left = LONGEST_REPLY
        return super().getreply()  # type: ignore[misc,no-any-return]  # smtplib's


class _Smtp(_Bounded, smtplib.SMTP):  # type: ignore[misc]  # `file` is whatever has readline and close
    pass


class _SmtpOverTls(_Bounded, smtplib.SMTP_SSL):  # type: ignore[misc]  # as above
    pass


def _log_in(smtp: smtplib.SMTP, username: str, password: str) -> None:
    """The server has accepted the login.

    Where it says no and hangs up, that no is the error: smtplib goes on to the next way to log in, and knows no more
    than that the connection was lost.
    """
    noes: list[smtplib.SMTPAuthenticationError] = []
    one_way = smtp.auth

    def noted(mechanism: str, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        try:
            return one_way(mechanism, *arguments, **options)
        except smtplib.SMTPAuthenticationError as error:
            noes.append(error)
            raise

    smtp.auth = noted  # type: ignore[method-assign]  # of this connection alone, to hear what login hides
    try:
        smtp.login(username, password)
    except smtplib.SMTPServerDisconnected as error:
        if noes:
            raise noes[-1] from error
        raise
