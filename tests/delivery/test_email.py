from __future__ import annotations

import socket
from contextlib import closing
from datetime import datetime

import pytest
from aiosmtpd.smtp import AuthResult
from far_ends import (
    COMPOSED,
    MailServer,
    delivery,
    dripping_mail_server,
    flooding_mail_server,
    free_port,
    mail_server,
    message,
    parting_mail_server,
    refusing_mail_server,
)

from monitor.delivery.email import LONGEST_REPLY, EmailSender
from monitor.delivery.mime import NO_DOMAIN, domain_of, mail
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import EmailChannel, Recipient, Secret

OFFICE = Recipient(channel="team-mail", address="dcs-office@example.org")


def channel(port, **changes) -> EmailChannel:
    values = {
        "name": "team-mail",
        "host": "127.0.0.1",
        "port": port,
        "sender": "Ofsted monitor <monitor@example.org>",
        "security": "none",
    }
    return EmailChannel(**{**values, **changes})


def send(port, one=None, *, recipient=OFFICE, words=None, **changes):
    with closing(EmailSender(channel(port, **changes))) as sender:
        sender.send(one or delivery(), words or message(), recipient)


# --- what arrives ------------------------------------------------------------------------------------------


def test_mail_carries_what_mail_programs_need(mailbox):
    send(mailbox.port, unsubscribe="https://example.org/stop?" + "x" * 300)
    (got,) = mailbox.mails
    assert got["Subject"] == "Wexmoor judged requires improvement; 4 more stories"
    assert got["From"] == "Ofsted monitor <monitor@example.org>"
    assert got["To"] == "dcs-office@example.org"
    assert got["Date"].datetime == COMPOSED
    assert got["Message-ID"] == "<0f1e2d@example.org>"
    assert got["List-Id"] == "<weekday-briefing.example.org>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert "Precedence" not in got
    assert ("List-Unsubscribe: <https://example.org/stop?" + "x" * 300 + ">\r\n").encode() in mailbox.raw[0]
    assert mailbox.recipients == [["dcs-office@example.org"]]


def test_both_wordings_arrive_whole_over_a_seven_bit_line(mailbox):
    words = message(text="Ynys → “café” \U0001f468\u200d\U0001f469\n.\nafter a dot\n", html=f"<p>{'é' * 3000}</p>")
    send(mailbox.port, words=words)
    (got,) = mailbox.mails
    assert got.get_content_type() == "multipart/alternative"
    plain, page = got.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == words.text
    assert page.get_content_type() == "text/html"
    assert page.get_content().strip() == words.html
    assert mailbox.raw[0].isascii()
    assert max(map(len, mailbox.raw[0].splitlines())) <= 998


def test_bounces_come_to_the_address_that_readers_see_so_that_spf_is_of_the_same_domain(mailbox):
    send(mailbox.port, sender="Ofsted monitor <monitor@mail.example.org>")
    assert mailbox.mails[0]["From"] == "Ofsted monitor <monitor@mail.example.org>"
    assert mailbox.senders == ["monitor@mail.example.org"]


def test_no_unsubscribe_header_is_made_up(mailbox):
    send(mailbox.port)
    assert "List-Unsubscribe" not in mailbox.mails[0]


def test_sent_again_it_is_the_same_mail_to_the_byte(mailbox):
    send(mailbox.port)
    send(mailbox.port)
    assert mailbox.raw[0] == mailbox.raw[1]


@pytest.mark.parametrize(
    "attack", ["x\r\nBcc: everyone@example.com", "x\nBcc: everyone@example.com\n\nbody", "x\r\n\r\n<p>"]
)
def test_no_text_can_add_a_header_or_a_recipient(mailbox, attack):
    send(
        mailbox.port,
        delivery(subscription=attack),
        words=message(subject=attack),
        sender=f"Monitor {attack.split('Bcc')[0].rstrip('<p>')} <monitor@example.org>",
        unsubscribe=attack,
    )
    (got,) = mailbox.mails
    assert "Bcc" not in got
    assert mailbox.recipients == [["dcs-office@example.org"]]
    assert set(got.keys()) == {
        *("Date", "Message-ID", "From", "To", "Subject", "List-Id", "List-Unsubscribe", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    }


def test_subject_in_any_script_arrives(mailbox):
    subject = "Caerdydd – “gofal” \U0001f468\u200d\U0001f469 " + "ä" * 120
    send(mailbox.port, words=message(subject=subject))
    assert mailbox.mails[0]["Subject"] == subject


def test_recipient_may_be_configured_with_a_name(mailbox):
    send(mailbox.port, recipient=Recipient(channel="team-mail", address="DCS office <dcs-office@example.org>"))
    assert mailbox.recipients == [["dcs-office@example.org"]]


def test_one_connection_serves_a_batch(mailbox):
    with closing(EmailSender(channel(mailbox.port))) as sender:
        for number in range(5):
            sender.send(delivery(message_id=f"<{number}@example.org>"), message(), OFFICE)
    assert len(mailbox.raw) == 5
    assert mailbox.connections == 1


def test_dropped_connection_is_opened_again(mailbox):
    with closing(EmailSender(channel(mailbox.port))) as sender:
        sender.send(delivery(), message(), OFFICE)
        sender._smtp.sock.shutdown(socket.SHUT_RDWR)  # as a server does to an idle client
        sender.send(delivery(), message(), OFFICE)
    assert len(mailbox.raw) == 2
    assert mailbox.connections == 2


def test_refused_recipient_does_not_spoil_the_next(mailbox):
    with closing(EmailSender(channel(mailbox.port))) as sender:
        mailbox.replies["RCPT"] = "550 5.1.1 no such user"
        with pytest.raises(DeliveryRefused):
            sender.send(delivery(), message(), OFFICE)
        del mailbox.replies["RCPT"]
        sender.send(delivery(), message(), OFFICE)
    assert mailbox.connections == 1


def test_server_that_says_goodbye_is_called_again(mailbox):
    with closing(EmailSender(channel(mailbox.port))) as sender:
        mailbox.replies["MAIL"] = "421 4.3.2 closing"
        with pytest.raises(DeliveryUnavailable, match=r"\(421 4\.3\.2\)"):
            sender.send(delivery(), message(), OFFICE)
        mailbox.replies.clear()
        sender.send(delivery(), message(), OFFICE)
    assert mailbox.connections == 2


# --- what does not -----------------------------------------------------------------------------------------


def test_reply_lost_after_the_mail_was_handed_over_is_unknown(mailbox):
    mailbox.loses_reply = True
    with pytest.raises(DeliveryUnknown):
        send(mailbox.port)
    assert len(mailbox.raw) == 1


def test_connection_lost_before_that_is_tried_again(mailbox):
    mailbox.replies["RCPT"] = "hang up"
    with pytest.raises(DeliveryUnavailable, match="connection to the mail server was lost"):
        send(mailbox.port)


@pytest.mark.parametrize(
    ("after", "error"),
    [
        pytest.param(b"", DeliveryUnavailable, id="greeting"),
        pytest.param(b"ehlo", DeliveryUnavailable, id="introduction"),
        pytest.param(b"rcpt", DeliveryUnavailable, id="envelope"),
        pytest.param(b".\r\n", DeliveryUnknown, id="the mail handed over"),
    ],
)
def test_server_that_talks_on_and_on_is_left_after_the_deadline(after, error):
    with (
        dripping_mail_server(after) as port,
        closing(EmailSender(channel(port), deadline_s=0.2)) as sender,
        pytest.raises(error, match=r"it took longer than 0\.2 seconds") as caught,
    ):
        sender.send(delivery(), message(), OFFICE)
    assert getattr(caught.value, "channel_down", True)


def test_a_slow_goodbye_ends_too():
    with dripping_mail_server(b"quit") as port:
        sender = EmailSender(channel(port), deadline_s=0.2)
        sender.send(delivery(), message(), OFFICE)
        sender.close()
    assert sender._smtp is None


@pytest.mark.parametrize(
    ("after", "error"),
    [
        pytest.param(b"", DeliveryUnavailable, id="the greeting"),
        pytest.param(b"ehlo", DeliveryUnavailable, id="before the mail"),
        pytest.param(b".", DeliveryUnknown, id="instead of a yes"),
    ],
)
def test_reply_without_end_is_hung_up_on(after, error):
    most = 64 * LONGEST_REPLY * 4
    with flooding_mail_server(after, most=most) as (port, said), pytest.raises(error):
        send(port)
    assert sum(said) < most


@pytest.mark.parametrize("size", ["9" * 5_000, "\u00b2", "-1", ""])
def test_size_that_is_no_number_is_none(size):
    class Odd(MailServer):
        async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802 - aiosmtpd's
            session.host_name = hostname
            return [*responses[:-1], f"250-SIZE {size}", responses[-1]]

    with mail_server(Odd(port=free_port())) as far_end:
        send(far_end.port)
        assert len(far_end.mails) == 1


def test_mail_larger_than_the_server_takes_is_not_even_offered():
    with mail_server(data_size_limit=2000) as far_end, pytest.raises(DeliveryRefused, match="larger"):
        send(far_end.port, words=message(html="x" * 5000))
    assert not far_end.raw


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        pytest.param("554 no", DeliveryRefused, r"refused the mail \(554\)", id="no"),
        pytest.param(
            "554 5.5.1 no valid recipients",
            DeliveryUnavailable,
            r"take the mail now \(554 5\.5\.1\)",
            id="no recipients",
        ),
        pytest.param("250 OK", DeliveryUnavailable, r"did not take the mail now \(250\)", id="a yes to nothing"),
    ],
)
def test_server_that_will_not_hear_the_mail_has_not_taken_it(mailbox, monkeypatch, reply, error, reason):
    async def no_data(self, argument):  # said to DATA itself, before any of the mail went over
        await self.push(reply)

    monkeypatch.setattr("aiosmtpd.smtp.SMTP.smtp_DATA", no_data)
    with pytest.raises(error, match=reason):
        send(mailbox.port)


def test_unreachable_server_is_tried_again():
    with pytest.raises(DeliveryUnavailable, match="no connection to the mail server: ConnectionRefusedError"):
        send(free_port())


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@example.org, b@example.org", "a@example.org\r\nRCPT TO:<b@example.org>", "ä@example.org"],
)
def test_unusable_address_is_refused_without_being_repeated(mailbox, address):
    with pytest.raises(DeliveryRefused) as caught:
        send(mailbox.port, recipient=Recipient(channel="team-mail", address=address))
    assert "@" not in caught.value.reason
    assert not mailbox.raw


def test_channel_without_a_sender_waits_to_be_mended(mailbox):
    with pytest.raises(DeliveryUnavailable, match=r"`from` in monitor\.toml"):
        send(mailbox.port, sender="Ofsted monitor")


# --- login and encryption ----------------------------------------------------------------------------------


def authenticator(server, session, envelope, mechanism, data):
    return AuthResult(success=data.password == b"right", handled=False)


def secrets(password):
    return {
        "username": Secret(origin="environment variable MONITOR_SMTP_USER", value="monitor"),
        "password": Secret(origin="environment variable MONITOR_SMTP_PASSWORD", value=password),
    }


@pytest.fixture
def guarded():
    with mail_server(authenticator=authenticator, auth_require_tls=False) as far_end:
        yield far_end


def test_right_password_lets_the_mail_through(guarded):
    send(guarded.port, **secrets("right"))
    assert len(guarded.raw) == 1


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("wrong-secret", r"rejected the login \(535 5\.7\.8\)"),
        (None, "no value in environment variable MONITOR_SMTP_PASSWORD"),
        ("pässword", "holds a character that cannot be sent"),
    ],
)
def test_login_trouble_loses_nothing_and_tells_no_secret(guarded, password, reason):
    with pytest.raises(DeliveryUnavailable, match=reason) as caught:
        send(guarded.port, **secrets(password))
    assert not password or password not in caught.value.reason


@pytest.mark.parametrize(
    ("no", "reason"),
    [
        (
            b"535 5.7.8 bad credentials\r\n",
            r"the login \(535 5\.7\.8\): the channel's `username` or `password` is wrong$",
        ),
        (
            b"535 5.7.139 SmtpClientAuthentication is disabled for the Tenant\r\n",
            r"\(535 5\.7\.139\): .* is wrong, or the server does not allow logins by password$",
        ),
        (b"534-5.7.9 Application-specific\r\n534 5.7.9 password required\r\n", r"\(534 5\.7\.9\): .* an app password"),
        (b"538 5.7.11 encryption required\r\n", r"\(538 5\.7\.11\): .* an encrypted line"),
        (b"454 4.7.0 try later\r\n", r"could not check the login now \(454 4\.7\.0\)"),
        (b"", "no connection to the mail server: SMTPServerDisconnected"),
    ],
    ids=["wrong", "no passwords", "app password", "open line", "not now", "nothing"],
)
def test_no_to_a_login_is_told_though_the_server_hangs_up_after_it(no, reason):
    with refusing_mail_server(no) as port, pytest.raises(DeliveryUnavailable, match=reason) as caught:
        send(port, **secrets("wrong-secret"))
    assert caught.value.channel_down
    assert "wrong-secret" not in caught.value.reason


def test_server_without_login_is_named(mailbox):
    with pytest.raises(DeliveryUnavailable, match="offers no login there"):
        send(mailbox.port, **secrets("right"))


def test_password_is_never_sent_over_an_open_line(guarded):
    with pytest.raises(DeliveryUnavailable, match="offers no STARTTLS"):
        send(guarded.port, security="starttls", **secrets("right"))


def test_server_that_turns_every_caller_away_is_tried_again():
    with parting_mail_server(b"554 5.3.2 not today\r\n") as port:
        with pytest.raises(DeliveryUnavailable, match=r"turned us away \(554 5\.3\.2\)") as caught:
            send(port)
        assert caught.value.channel_down


# --- names -------------------------------------------------------------------------------------------------


def test_domain_of_a_sender_without_one_is_nobodys():
    assert domain_of("Ofsted monitor <monitor@example.org>") == "example.org"
    assert domain_of("Ofsted monitor") == NO_DOMAIN


def test_mail_is_dated_when_it_was_composed_not_when_it_is_sent():
    later = mail(
        delivery(composed_at=datetime.fromisoformat("2026-06-18T07:30:00+01:00")),
        message(),
        sender="m@example.org",
        to="",
    )
    assert b"Date: Thu, 18 Jun 2026 07:30:00 +0100\r\n" in later
