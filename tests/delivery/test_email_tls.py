"""Mail goes only to a server that shows who it is; when it cannot, the operator is told what to mend."""

from __future__ import annotations

import re
import ssl
import subprocess
from contextlib import closing
from shutil import which
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.smtp import AuthResult
from far_ends import delivery, mail_server, message, parting_mail_server

from monitor.delivery.email import EmailSender
from monitor.errors import DeliveryRefused, DeliveryUnavailable
from monitor.model import EmailChannel, Recipient, Secret

if TYPE_CHECKING:
    from pathlib import Path

OFFICE = Recipient(channel="team-mail", address="dcs-office@example.org")


def send(port, **changes):
    values = {
        "name": "team-mail",
        "host": "localhost",
        "port": port,
        "sender": "Ofsted monitor <monitor@example.org>",
        "security": "starttls",
    }
    with closing(EmailSender(EmailChannel(**values | changes))) as sender:
        sender.send(delivery(), message(), OFFICE)


def why_not(port, **changes) -> str:
    """What is told when the mail did not go, and the whole channel waits for somebody to mend it."""
    with pytest.raises(DeliveryUnavailable) as caught:
        send(port, **changes)
    assert caught.value.channel_down
    assert "localhost" not in caught.value.reason
    return caught.value.reason


class Authority:
    """An authority of one's own, and what it signs."""

    def __init__(self, folder: Path) -> None:
        if which("openssl") is None:
            pytest.skip("openssl is not installed")
        self.folder = folder
        self.certificate = folder / "authority.pem"
        self._openssl("req -x509 -days 2 -subj /CN=Authority", "-keyout", "authority.key", "-out", "authority.pem")

    def server(self, name: str, *, days: int = 2) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate for this name that the authority has signed."""
        (self.folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
        self._openssl(f"req -subj /CN={name}", "-keyout", "server.key", "-out", "server.csr")
        signed_by = "-CA authority.pem -CAkey authority.key -CAcreateserial -extfile names"
        subprocess.run(
            ["openssl", *f"x509 -req -in server.csr {signed_by} -days {days} -out server.pem".split()],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        return self._context("server")

    def self_signed(self) -> ssl.SSLContext:
        names = ("-addext", "subjectAltName=DNS:localhost")
        self._openssl("req -x509 -days 2 -subj /CN=localhost", *names, "-keyout", "own.key", "-out", "own.pem")
        return self._context("own")

    def _openssl(self, words: str, *more: str) -> None:
        key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        subprocess.run(
            ["openssl", *words.split(), *key.split(), *more], cwd=self.folder, check=True, capture_output=True
        )

    def _context(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def test_mail_arrives_where_the_machine_trusts_the_certificate(authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with mail_server(tls_context=authority.server("localhost")) as far_end:
        send(far_end.port)
        assert len(far_end.raw) == 1


def test_mail_arrives_where_the_channel_names_the_authority(authority):
    with mail_server(tls_context=authority.server("localhost")) as far_end:
        send(far_end.port, tls_ca=authority.certificate)
        assert len(far_end.raw) == 1


def test_mail_arrives_over_tls_from_the_first_byte(authority):
    with mail_server(ssl_context=authority.server("localhost")) as far_end:
        send(far_end.port, security="tls", tls_ca=authority.certificate)
        assert len(far_end.raw) == 1


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        pytest.param(
            lambda authority: authority.server("mail.example.org"),
            "certificate is for another name than the channel's `host`",
            id="another name",
        ),
        pytest.param(lambda authority: authority.server("localhost", days=-1), "has expired", id="expired"),
        pytest.param(lambda authority: authority.self_signed(), "the channel's `tls_ca`", id="self-signed"),
    ],
)
def test_certificate_that_shows_nothing_gets_no_mail(authority, certificate, reason):
    with mail_server(tls_context=certificate(authority)) as far_end:
        assert reason in why_not(far_end.port, tls_ca=authority.certificate)
        assert not far_end.raw


def test_certificate_of_an_authority_that_nobody_knows_gets_no_mail(authority):
    with mail_server(tls_context=authority.server("localhost")) as far_end:
        assert "nobody whom this machine trusts has signed" in why_not(far_end.port)
        assert not far_end.raw


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["no such file", "no certificate in it"])
def test_authority_that_cannot_be_read_is_named_and_gets_no_mail(authority, tmp_path, content):
    file = tmp_path / "authority.pem"
    if content:
        file.write_text(content)
    with mail_server(tls_context=authority.server("localhost")) as far_end:
        assert "`tls_ca` cannot be read" in why_not(far_end.port, tls_ca=file)
        assert not far_end.raw


def test_server_that_offers_no_starttls_gets_no_mail():
    with mail_server() as far_end:
        assert "offers no STARTTLS, so nothing was sent" in why_not(far_end.port)
        assert not far_end.raw


def test_server_that_speaks_no_tls_gets_no_mail():
    with mail_server() as far_end:
        assert "speaks no TLS there" in why_not(far_end.port, security="tls")
        assert not far_end.raw


def test_connection_cut_amid_the_handshake_is_tried_again():
    with parting_mail_server(b"") as port:
        assert re.match("no (safe )?connection to the mail server: ", why_not(port, security="tls"))


# --- what a server says inside --------------------------------------------------------------------------------------


@pytest.fixture
def guarded(authority):
    """A server that wants STARTTLS, then a login, and tells nobody that it takes one before."""

    def knows(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    options = {"tls_context": authority.server("localhost"), "require_starttls": True}
    with mail_server(authenticator=knows, auth_required=True, **options) as far_end:
        yield far_end


def login(password):
    return {
        "username": Secret(origin="environment variable MONITOR_SMTP_USER", value="monitor"),
        "password": Secret(origin="environment variable MONITOR_SMTP_PASSWORD", value=password),
    }


def test_right_password_goes_over_the_safe_line_and_the_mail_after_it(authority, guarded):
    send(guarded.port, tls_ca=authority.certificate, **login("right"))
    assert len(guarded.raw) == 1


def test_wrong_password_is_told_with_the_keys_to_mend_and_without_itself(authority, guarded):
    reason = why_not(guarded.port, tls_ca=authority.certificate, **login("wrong-secret"))
    assert "rejected the login (535 5.7.8): the channel's `username` or `password` is wrong" in reason
    assert "wrong-secret" not in reason


def test_login_that_is_wanted_and_not_configured_is_told(authority, guarded):
    reason = why_not(guarded.port, tls_ca=authority.certificate)
    assert "wants a login (530 5.7.0): set the channel's `username` and `password`" in reason


@pytest.mark.parametrize(
    ("command", "reply", "error", "reason"),
    [
        pytest.param("MAIL", "550 5.7.1 not yours", DeliveryUnavailable, "the channel's `from`", id="refused sender"),
        pytest.param("DATA", "552 5.3.4 too big", DeliveryRefused, "larger than the mail server", id="oversized"),
        pytest.param("RCPT", "451 4.7.1 later", DeliveryUnavailable, "greylisting", id="greylisted"),
    ],
)
def test_servers_no_is_understood_over_tls_too(authority, command, reply, error, reason):
    with mail_server(tls_context=authority.server("localhost")) as far_end:
        far_end.replies[command] = reply
        with pytest.raises(error, match=reason):
            send(far_end.port, tls_ca=authority.certificate)
