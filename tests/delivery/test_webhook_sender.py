from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from far_ends import delivery, message
from hypothesis import given
from hypothesis import strategies as st

import monitor
from monitor.delivery.webhook import WebhookSender, signed_headers, signing_key, webhook_id
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import Recipient, Secret, WebhookChannel

HERE = Recipient(channel="dashboard")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_781_764_200
PAGE = Path(monitor.__file__).parents[1] / "docs" / "webhook.md"


def channel(url, secret=SECRET):
    signing = Secret(origin="environment variable SECRET", value=secret) if secret is not None else None
    return WebhookChannel(
        name="dashboard", url=Secret(origin="environment variable HOOK", value=f"{url}/hook-secret"), secret=signing
    )


def send(web, secret=SECRET, **changes):
    sender = WebhookSender(channel(web.url, secret), clock=lambda: NOW + 0.9)
    sender.send(delivery(), message(**changes), HERE)


def request(web):
    ((_, headers, body),) = web.requests
    return {name.lower(): value for name, value in headers.items()}, body


@pytest.fixture
def is_genuine():
    """What the documentation tells a receiver to do."""
    (example,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    written: dict = {}
    exec(example, written)  # noqa: S102 -- our own page is what is under test
    return written["is_genuine"]


def test_program_gets_the_digest_as_data_and_who_it_is_from(web):
    send(web, data={"subject": "inadequate → good", "more": 0})
    headers, body = request(web)
    assert json.loads(body) == {"message_id": "<0f1e2d@example.org>", "subject": "inadequate → good", "more": 0}
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("ofsted-monitor/")
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("0f1e2d", str(NOW))


@pytest.mark.parametrize("secret", [SECRET, "a sentence that both sides know"])
def test_receiver_who_follows_the_documentation_knows_it_is_from_us(web, is_genuine, secret):
    send(web, secret)
    headers, body = request(web)
    assert is_genuine(headers, body, secret, NOW + 299)
    assert not is_genuine(headers, body, secret, NOW + 301)
    assert not is_genuine(headers, body + b" ", secret, NOW)
    assert not is_genuine({**headers, "webhook-id": "0f1e2e"}, body, secret, NOW)
    assert not is_genuine({**headers, "webhook-timestamp": str(NOW + 1)}, body, secret, NOW)
    assert not is_genuine(headers, body, "a sentence that somebody guesses", NOW)


def test_signature_is_the_one_that_the_specifications_own_library_makes():
    body = '{"more":0,"subject":"inadequate → good"}'.encode()
    assert signed_headers("0f1e2d", NOW, body, signing_key(SECRET)) == {
        "webhook-id": "0f1e2d",
        "webhook-timestamp": "1781764200",
        "webhook-signature": "v1,DFpe5yhHAqXWtP4U/20qZcd2o1voU0T3PPXvKSaLUIU=",  # standardwebhooks 1.1.0
    }


def test_nothing_is_signed_where_there_is_no_secret(web):
    send(web, None)
    assert "webhook-signature" not in request(web)[0]


def test_id_holds_none_of_the_full_stops_that_part_what_is_signed():
    assert webhook_id("<a.b.c@mail.example.org>") == "a-b-c"


@pytest.mark.parametrize(
    ("status", "error", "of_the_channel", "reason"),
    [
        (400, DeliveryRefused, False, "refused the message"),
        (413, DeliveryRefused, False, "refused the message"),
        (422, DeliveryRefused, False, "refused the message"),
        (401, DeliveryUnavailable, True, "takes nothing at this address"),
        (403, DeliveryUnavailable, True, "takes nothing at this address"),
        (404, DeliveryUnavailable, True, "takes nothing at this address"),
        (410, DeliveryUnavailable, True, "takes nothing at this address"),
        (302, DeliveryUnavailable, True, "no redirect is followed"),
        (308, DeliveryUnavailable, True, "no redirect is followed"),
        (409, DeliveryUnavailable, False, "did not take the message now"),
        (429, DeliveryUnavailable, True, "wants fewer messages"),
        (500, DeliveryUnavailable, False, "did not take the message now"),
        (502, DeliveryUnavailable, False, "did not take the message now"),
        (504, DeliveryUnknown, None, "behind the webhook's gateway"),
    ],
)
def test_no_is_final_only_when_the_message_is_at_fault(web, status, error, of_the_channel, reason):
    web.answer = (status, b"secret", {"Location": web.url} if 300 <= status < 400 else {})
    with pytest.raises(error, match=reason) as told:
        send(web)
    assert str(status) in told.value.reason
    assert "secret" not in told.value.reason
    assert getattr(told.value, "channel_down", None) == (None if error is DeliveryRefused else of_the_channel)
    assert len(web.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_webhook_is_left_alone_for_as_long_as_it_asks(web, status):
    web.answer = (status, b"", {"Retry-After": "90"})
    with pytest.raises(DeliveryUnavailable) as told:
        send(web)
    assert (told.value.retry_after, told.value.channel_down) == (timedelta(seconds=90), True)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_kind_of_yes_is_one(web, status):
    web.answer = (status, b"", {})
    send(web)
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        pytest.param(None, SECRET, "no value in environment variable HOOK", id="no address"),
        pytest.param("file:///etc/passwd", SECRET, "not a web address", id="no web address"),
        pytest.param("http://127.0.0.1:9/", "", "no value in environment variable SECRET", id="no secret"),
        pytest.param("http://127.0.0.1:9/", "whsec_hidden!", "not base64 after whsec_", id="damaged secret"),
    ],
)
def test_channel_that_is_not_set_up_waits_to_be_mended(url, secret, reason):
    not_set_up = WebhookChannel(
        name="dashboard",
        url=Secret(origin="environment variable HOOK", value=url),
        secret=Secret(origin="environment variable SECRET", value=secret or None),
    )
    with pytest.raises(DeliveryUnavailable, match=reason) as told:
        WebhookSender(not_set_up).send(delivery(), message(), HERE)
    assert told.value.channel_down
    assert "passwd" not in told.value.reason
    assert "hidden" not in told.value.reason


@given(
    title=st.text(st.characters(), max_size=40) | st.sampled_from(["\ud800 half an emoji", "\u202etsop", "</script>"])
)
def test_whatever_stands_in_a_title_arrives_as_json(hook, title):
    hook.requests.clear()
    send(hook, data={"stories": [{"items": [{"title": title}]}]})
    _, body = request(hook)
    assert json.loads(body.decode())["stories"][0]["items"][0]["title"] == title.encode("utf-8", "replace").decode()
