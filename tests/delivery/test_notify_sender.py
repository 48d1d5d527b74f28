from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from far_ends import delivery, message
from notify_service import KEY, KEY_SECRET, REPLY_TO, SERVICE, TEMPLATE, no, notify_service

from monitor.delivery.notify import NotifySender
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import NotifyChannel, Recipient, Secret

OFFICE = Recipient(channel="notify", address="dcs-office@example.org")


@pytest.fixture
def service():
    with notify_service() as service:
        yield service


def channel(url, key=KEY, **changes):
    kept = {"name": "notify", "template_id": TEMPLATE, "base_url": url, **changes}
    return NotifyChannel(api_key=Secret(origin="environment variable KEY", value=key), **kept)


def send(service, *, to=OFFICE, told=None, key=KEY, options=None, **changes):
    return NotifySender(channel(service.url, key, **options or {})).send(delivery(**changes), told or message(), to)


def test_service_gets_address_template_wording_and_a_name_for_it(service):
    far_id = send(service, options={"reply_to_id": REPLY_TO})
    (taken,) = service.notifications
    assert far_id == taken["id"]
    assert (taken["email_address"], taken["template_id"]) == ("dcs-office@example.org", TEMPLATE)
    assert taken["personalisation"] == {"subject": message().subject, "body": message().notify}
    assert (taken["reference"], taken["email_reply_to_id"]) == ("0f1e2d@example.org", REPLY_TO)


@pytest.mark.parametrize(
    ("stop_url", "given"),
    [
        ("https://monitor.example.org/stop/x", "https://monitor.example.org/stop/x"),
        ("http://127.0.0.1/stop/x", None),
        ("", None),
    ],
)
def test_service_gets_the_recipients_own_link_to_stop(service, stop_url, given):
    send(service, to=replace(OFFICE, stop_url=stop_url))
    assert service.notifications[0].get("one_click_unsubscribe_url") == given


@pytest.mark.parametrize(
    ("answer", "error", "of_the_channel", "reason"),
    [
        (no(400, "ValidationError", "email_address is not valid"), DeliveryRefused, None, "the address .*Validation"),
        (no(400, "ValidationError", "personalisation is too much"), DeliveryRefused, None, "refused the message"),
        (no(413, "TooLarge", "hidden"), DeliveryRefused, None, "refused the message"),
        (no(400, "BadRequestError", "Can’t send in trial mode – see"), DeliveryUnavailable, False, "trial mode"),
        (no(400, "BadRequestError", "something new"), DeliveryUnavailable, False, "settings do not allow"),
        (no(403, "AuthError", "Error: Your system clock must be"), DeliveryUnavailable, True, "clock is wrong"),
        (no(403, "AuthError", "Invalid token: hidden"), DeliveryUnavailable, True, "mend the API key"),
        (no(404, "NoResultFound", "No result found"), DeliveryUnavailable, True, "not answer at this address"),
        (no(429, "RateLimitError", "Exceeded rate limit"), DeliveryUnavailable, True, "fewer messages"),
        (no(429, "TooManyRequestsError", "Exceeded send limits"), DeliveryUnavailable, True, "all it may today"),
        (no(500, "Exception", "Internal server error"), DeliveryUnavailable, False, "not take the message now"),
        ((503, b"<html>down</html>", {}), DeliveryUnavailable, False, "503"),
        ((504, b"<html>gateway</html>", {}), DeliveryUnknown, None, "behind GOV.UK Notify's gateway"),
        ((200, b"<html>please log in</html>", {}), DeliveryUnavailable, True, "in GOV.UK Notify's place"),
        ((302, b"", {"Location": "https://hidden.example.org"}), DeliveryUnavailable, True, "no redirect is followed"),
        ((400, b"[]", {}), DeliveryUnavailable, False, "settings do not allow"),
        ((400, b'{"errors": "hidden"}', {}), DeliveryUnavailable, False, "settings do not allow"),
    ],
)
def test_no_is_final_only_when_address_or_message_is_at_fault(service, answer, error, of_the_channel, reason):
    service.fails = answer
    with pytest.raises(error, match=reason) as told:
        send(service)
    assert getattr(told.value, "channel_down", None) is of_the_channel
    assert "hidden" not in told.value.reason
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("name", "wait"), [("RateLimitError", timedelta(minutes=1)), ("TooManyRequestsError", timedelta(hours=1))]
)
def test_limit_that_is_used_up_is_waited_for(service, name, wait):
    service.fails = no(429, name, "Exceeded")
    with pytest.raises(DeliveryUnavailable) as told:
        send(service)
    assert told.value.retry_after == wait


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"template_id": REPLY_TO}, "no such template"),
        ({"reply_to_id": TEMPLATE}, "no such reply_to_id"),
    ],
)
def test_what_the_service_has_not_is_mended_and_nothing_is_lost(service, changes, reason):
    with pytest.raises(DeliveryUnavailable, match=reason) as told:
        send(service, options=changes)
    assert SERVICE not in told.value.reason
    send(service)
    assert len(service.notifications) == 1


def test_template_that_asks_for_more_is_said_to(service):
    service.placeholders = ("subject", "body", "name")
    with pytest.raises(DeliveryUnavailable, match="asks for more than subject and body"):
        send(service)


def test_recipient_outside_the_team_delays_no_other(service):
    service.team = ("head@example.org",)
    with pytest.raises(DeliveryUnavailable, match="guest list") as told:
        send(service)
    assert not told.value.channel_down
    send(service, to=Recipient(channel="notify", address="head@example.org"))
    assert len(service.notifications) == 1


def test_message_in_doubt_is_looked_for_by_its_reference_and_found(service):
    service.loses_reply = True
    with pytest.raises(DeliveryUnknown):
        send(service)
    service.loses_reply = False
    assert send(service, in_doubt=True) == service.notifications[0]["id"]
    assert len(service.notifications) == 1
    assert service.requests[-1] == ("/v2/notifications", {"reference": "0f1e2d@example.org"})


def test_message_that_the_service_itself_lost_is_sent_again(service):
    send(service)
    service.notifications[0]["status"] = "technical-failure"
    send(service, in_doubt=True)
    assert len(service.notifications) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(no(500, "Exception", "Internal server error"), id="an error"),
        pytest.param(no(429, "RateLimitError", "Exceeded rate limit"), id="too many questions"),
        pytest.param(no(400, "ValidationError", "reference is not valid"), id="a question it does not take"),
        pytest.param((504, b"", {}), id="a gateway's error"),
        pytest.param((200, b"<html>please log in</html>", {}), id="a page"),
        pytest.param((200, b"[]", {}), id="something else"),
        pytest.param((200, b'{"notifications": 3}', {}), id="a number"),
    ],
)
def test_message_in_doubt_waits_while_the_service_does_not_say_what_it_has(service, answer):
    service.fails = answer
    with pytest.raises(DeliveryUnavailable):
        send(service, in_doubt=True)
    assert [path for path, _ in service.requests] == ["/v2/notifications"]
    assert service.notifications == []


@pytest.mark.parametrize("answer", [None, (200, b"{", {"Content-Length": "100"})])
def test_question_whose_answer_is_lost_leaves_the_message_in_doubt_and_no_more(service, answer):
    service.fails, service.loses_reply = answer, answer is None
    with pytest.raises(DeliveryUnavailable):
        send(service, in_doubt=True)
    assert service.notifications == []


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "no value in environment variable KEY"),
        ("hidden", "not one of GOV.UK Notify's"),
        (KEY.replace("5ec7e75e", "00000000"), "does not accept the API key"),
    ],
)
def test_key_that_is_absent_or_wrong_waits_to_be_mended(service, key, reason):
    with pytest.raises(DeliveryUnavailable, match=reason) as told:
        send(service, key=key)
    assert told.value.channel_down
    assert "hidden" not in told.value.reason


def test_message_worded_before_the_channel_was_notifys_is_not_sent_without_words(service):
    with pytest.raises(DeliveryRefused, match="worded before"):
        send(service, told=message(notify=""))
    assert service.requests == []


def test_key_and_address_never_reach_the_log(service, caplog):
    caplog.set_level(logging.DEBUG)
    service.fails = no(400, "ValidationError", "email_address dcs-office@example.org is not valid")
    with pytest.raises(DeliveryRefused):
        send(service)
    for secret in (KEY_SECRET, SERVICE, "dcs-office"):
        assert secret not in caplog.text
