"""Whatever a far end answers is the outcome of one delivery, told in plain words, and never a bug of the monitor."""

from __future__ import annotations

import re
from contextlib import closing
from itertools import product

import pytest
from far_ends import delivery, message, web_server
from notify_service import KEY, TEMPLATE

from monitor.delivery import sender_for
from monitor.errors import DeliveryError, DeliveryUnavailable, DeliveryUnknown
from monitor.model import (
    AppriseChannel,
    NotifyChannel,
    Recipient,
    Secret,
    SlackChannel,
    TeamsChannel,
    WebhookChannel,
)

RECIPIENT = Recipient(channel="far-end", address="dcs-office@example.org")


def _secret(value):
    return Secret(origin="environment variable HOOK", value=value)


CHANNELS = {
    "slack by webhook": lambda url: SlackChannel(name="far-end", webhook_url=_secret(url)),
    "slack by token": lambda url: SlackChannel(
        name="far-end", token=_secret("xoxb-secret"), conversation="C0123456789", api_url=f"{url}/api/"
    ),
    "webhook": lambda url: WebhookChannel(name="far-end", url=_secret(url)),
    "teams": lambda url: TeamsChannel(name="far-end", url=_secret(url)),
    "notify": lambda url: NotifyChannel(name="far-end", api_key=_secret(KEY), template_id=TEMPLATE, base_url=url),
    "apprise": lambda url: AppriseChannel(name="far-end", url=_secret(url.replace("http://", "json://"))),
}
_NESTED = b"[" * 400 + b"]" * 400  # which can be read
ODD = {
    "nested without end": b"[" * 200_000,
    "objects without end": b'{"errors":' * 100_000,
    "nested, and whole": b'{"ok":true,"id":[' + _NESTED + b'],"ts":' + _NESTED + b',"channel":' + _NESTED + b"}",
    "nested errors": b'{"ok":false,"error":' + _NESTED + b',"errors":' + _NESTED + b',"message":' + _NESTED + b"}",
    "a page nested": b'{"ok":true,"messages":' + _NESTED + b',"response_metadata":{"next_cursor":' + _NESTED + b"}}",
    "notifications nested": b'{"notifications":[{"id":' + _NESTED + b"}]}",
    "a list": b'[{"id": 1}]',
    "a list for each object": b'{"ok":true,"errors":[[]],"error":[],"notifications":[[]],"messages":[[]],"id":[]}',
    "a vast number": b'{"ok":true,"id":' + b"9" * 100_000 + b"}",
    "a large number": b'{"ok":true,"id":' + b"9" * 4_000 + b',"ts":1e999,"channel":-1}',
    "no number": b'{"ok":true,"id":NaN,"ts":Infinity,"channel":-Infinity,"notifications":NaN}',
    "null": b"null",
    "nothing": b"",
    "half of it": b'{"ok": true, "id": "4',
    "no text": b"\xff\xfe\x00\x80" * 1_000,
    "a lone surrogate": b'{"ok":true,"id":"\\ud800","ts":"\\udfff","error":"\\ud800"}',
    "a key twice": b'{"ok":true,"ok":{},"id":{},"id":[]}',
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def web():
    with web_server() as far_end:
        yield far_end


def outcome(sender, *, in_doubt=False):
    """What the far end calls the message, and why it did not go, if it did not."""
    try:
        return sender.send(delivery(in_doubt=in_doubt), message(), RECIPIENT), ""
    except DeliveryError as error:  # and nothing else
        return "", error.reason


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_an_odd_answer_is_one_deliverys_outcome_with_a_plain_reason(web, channel, body):
    with closing(sender_for(channel(web.url))) as sender:
        for status, in_doubt in product((200, 400, 403, 500), (False, True)):
            web.answer = (status, body, {"Content-Type": "application/json"})
            far_id, reason = outcome(sender, in_doubt=in_doubt)
            assert len(far_id) < 100
            assert reason or status == 200
            assert re.fullmatch(r"[A-Za-z0-9 .,:;’'()_-]{0,160}", reason), reason


@pytest.mark.parametrize("body", [ODD["nested without end"], ODD["nested, and whole"], ODD["a list"]])
def test_an_odd_answer_to_a_service_of_apprises_that_reads_it_is_an_outcome_too(web, body):
    web.answer = (200, body, {"Content-Type": "application/json"})
    url = _secret(web.url.replace("http://", "matrix://user:pass@") + "/#room?v=3")
    with closing(sender_for(AppriseChannel(name="far-end", url=url))) as sender:
        assert outcome(sender)[1].startswith("the service cannot be reached, or does not take")


@pytest.mark.parametrize("body", [ODD["nested without end"], ODD["half of it"], ODD["a list"], ODD["no text"], b""])
def test_notifys_yes_that_cannot_be_read_leaves_the_message_in_doubt_until_notify_is_asked(web, body):
    web.answer = (201, body, {})
    with closing(sender_for(CHANNELS["notify"](web.url))) as sender:
        with pytest.raises(DeliveryUnknown, match=r"what GOV\.UK Notify answered cannot be read"):
            sender.send(delivery(), message(), RECIPIENT)
        with pytest.raises(DeliveryUnavailable, match="does not say what it has"):
            sender.send(delivery(in_doubt=True), message(), RECIPIENT)
        web.answer = (200, b'{"notifications": [{"id": "740e5834", "status": "sending"}]}', {})
        assert sender.send(delivery(in_doubt=True), message(), RECIPIENT) == "740e5834"
