"""What a mail server's no means: for the message, for the channel, and to whoever is to mend it."""

from __future__ import annotations

from contextlib import closing

import pytest
from far_ends import delivery, message

from monitor.delivery.email import EmailSender
from monitor.errors import DeliveryError, DeliveryRefused
from monitor.model import EmailChannel, Recipient

OFFICE = Recipient(channel="team-mail", address="dcs-office@example.org")
REFUSED, LATER, DOWN = "refused", "later", "the channel waits"
LIMIT = "its limit on what we may send is reached"
NOT_AS = "does not let us send as the channel's `from`"


def not_taken(mailbox) -> DeliveryError:
    channel = EmailChannel(
        name="team-mail", host="127.0.0.1", port=mailbox.port, sender="monitor@example.org", security="none"
    )
    with closing(EmailSender(channel)) as sender, pytest.raises(DeliveryError) as caught:
        sender.send(delivery(), message(), OFFICE)
    assert "@" not in caught.value.reason
    return caught.value


def kind_of(error):
    if isinstance(error, DeliveryRefused):
        return REFUSED
    return DOWN if error.channel_down else LATER


@pytest.mark.parametrize(
    ("command", "reply", "kind", "reason"),
    [
        ("RCPT", "550 5.1.1 <dcs-office@example.org> unknown", REFUSED, "refused the recipient (550 5.1.1)"),
        ("RCPT", "550 unknown", REFUSED, "refused the recipient (550)"),
        ("RCPT", "450 4.2.1 busy", LATER, "did not take the recipient now (450 4.2.1)"),
        ("RCPT", "451 4.7.1 come back later", LATER, "(greylisting; 451 4.7.1)"),
        ("RCPT", "450 4.2.0 Greylisted, dcs-office@example.org", LATER, "(greylisting; 450 4.2.0)"),
        ("MAIL", "451 4.7.1 Graylisting in action", LATER, "(greylisting; 451 4.7.1)"),
        ("RCPT", "552 5.2.2 mailbox full", LATER, "the recipient's mailbox is full (552 5.2.2)"),
        ("RCPT", "452 4.2.2 mailbox full", LATER, "the recipient's mailbox is full (452 4.2.2)"),
        ("RCPT", "552 too many", LATER, "did not take the recipient now (552)"),
        ("RCPT", "554 5.7.1 Relay access denied", LATER, "policy does not let the recipient pass (554 5.7.1)"),
        ("RCPT", "550 we do not relay", LATER, "policy does not let the recipient pass (550)"),
        ("MAIL", "553 not yours", DOWN, f"{NOT_AS} (553)"),
        ("MAIL", "550 5.7.1 sender not allowed", DOWN, f"{NOT_AS} (550 5.7.1)"),
        ("MAIL", "530 5.7.0 authentication required", DOWN, "wants a login (530 5.7.0)"),
        ("MAIL", "451 try later", LATER, "did not take the sender now (451)"),
        ("MAIL", "421 4.7.0 too many connections", DOWN, "is busy, and did not take the sender (421 4.7.0)"),
        ("MAIL", "552 5.3.4 too big", REFUSED, "larger than the mail server takes (552 5.3.4)"),
        ("DATA", "552 5.3.4 too big", REFUSED, "larger than the mail server takes (552 5.3.4)"),
        ("DATA", "552 exceeds the limit", REFUSED, "larger than the mail server takes (552)"),
        ("DATA", "554 5.2.2 mailbox full", LATER, "the recipient's mailbox is full (554 5.2.2)"),
        ("DATA", "554 5.6.0 malformed", REFUSED, "refused the mail (554 5.6.0)"),
        ("DATA", "452 4.3.1 full", LATER, "did not take the mail now (452 4.3.1)"),
    ],
)
def test_servers_no_is_final_only_when_nobody_can_mend_it(mailbox, command, reply, kind, reason):
    mailbox.replies[command] = reply
    error = not_taken(mailbox)
    assert reason in error.reason
    assert kind_of(error) == kind


@pytest.mark.parametrize(
    ("command", "reply", "kind", "reason"),
    [
        ("MAIL", "552 5.2.3 Your message exceeded the size", REFUSED, "larger than the mail server takes (552 5.2.3)"),
        ("DATA", "552 5.2.3 message exceeds limits of size", REFUSED, "larger than the mail server takes (552 5.2.3)"),
        ("RCPT", "552 5.2.3 too long for this mailbox", REFUSED, "larger than the mail server takes (552 5.2.3)"),
        ("DATA", "552 exceeded storage allocation", LATER, "the recipient's mailbox is full (552)"),
        ("MAIL", "550 5.4.5 Daily user sending limit exceeded.", DOWN, f"(550 5.4.5): {LIMIT}"),
        ("RCPT", "550 5.4.5 Daily SMTP relay limit exceeded", DOWN, f"(550 5.4.5): {LIMIT}"),
        ("RCPT", "550 5.7.1 Daily SMTP relay limit exceeded for customer", DOWN, f"(550 5.7.1): {LIMIT}"),
        ("DATA", "550 5.4.5 Daily sending quota exceeded.", DOWN, f"(550 5.4.5): {LIMIT}"),
        ("RCPT", "450 4.2.1 Peak SMTP relay limit exceeded", DOWN, f"(450 4.2.1): {LIMIT}"),
        ("DATA", "550 5.1.90 you've reached your daily limit for message recipients", DOWN, f"(550 5.1.90): {LIMIT}"),
        ("DATA", "550 5.2.2 Submission quota exceeded", DOWN, f"(550 5.2.2): {LIMIT}"),
        ("DATA", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", DOWN, LIMIT),
        ("MAIL", "550 too many messages", DOWN, "did not take the sender now, and speaks of a limit (550)"),
        ("RCPT", "550 5.2.121 Recipient's per hour message receive limit", LATER, "speaks of a limit (550 5.2.121)"),
        ("RCPT", "550 5.2.1 receiving mail at a rate that is too high", LATER, "speaks of a limit (550 5.2.1)"),
        ("RCPT", "550 over quota", LATER, "speaks of a limit (550)"),
        ("DATA", "554 5.2.252 SendAsDenied; a@example.org not allowed", DOWN, f"{NOT_AS} (554 5.2.252)"),
        ("DATA", "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException", DOWN, f"{NOT_AS} (554 5.2.0)"),
        ("DATA", "550 5.7.60 may not send as this sender", DOWN, f"{NOT_AS} (550 5.7.60)"),
        ("DATA", "550 5.1.8 Access denied, bad outbound sender", DOWN, f"{NOT_AS} (550 5.1.8)"),
        ("RCPT", "553 5.7.1 Sender address rejected: not owned by user", DOWN, f"{NOT_AS} (553 5.7.1)"),
        (
            "DATA",
            "554 5.2.0 STOREDRV.Submission.Exception:OutboundSpam",
            LATER,
            "does not let the mail pass (554 5.2.0)",
        ),
        ("RCPT", "550 5.4.1 Recipient address rejected: Access denied", REFUSED, "refused the recipient (550 5.4.1)"),
    ],
)
def test_what_hosted_servers_say_for_good_is_waited_for_where_it_passes_or_can_be_mended(
    mailbox, command, reply, kind, reason
):
    mailbox.replies[command] = reply
    error = not_taken(mailbox)
    assert reason in error.reason
    assert kind_of(error) == kind


@pytest.mark.parametrize(
    "reply",
    [
        "550 <office@relay.example.org>: no such user",
        "550 daily-limit@example.org unknown",
        "550 Wexmoor Care Limited has no such user",
        "550 5.1.1 unknown; some limit our storage to users at a rate",
        "550 5.1.10 not found; some limit theirs",
    ],
)
def test_an_address_says_nothing_of_a_limit_and_a_mailbox_that_is_not_there_is_none(mailbox, reply):
    mailbox.replies["RCPT"] = reply
    error = not_taken(mailbox)
    assert kind_of(error) == REFUSED
    assert "refused the recipient" in error.reason


def test_a_limit_told_in_several_lines_is_known_by_the_first(mailbox):
    mailbox.replies["MAIL"] = "550-5.4.5 Daily user sending limit exceeded.\r\n550 5.4.5 See the help page"
    assert kind_of(not_taken(mailbox)) == DOWN


def test_recipient_who_cannot_be_verified_is_tried_again(mailbox):
    mailbox.replies["RCPT"] = "252 cannot verify, will try"  # taken for a yes; this server then wants none of the mail
    error = not_taken(mailbox)
    assert kind_of(error) == LATER
    assert "did not take the mail now (503" in error.reason
