from __future__ import annotations

import json
from datetime import timedelta

import pytest
from far_ends import delivery, message

from monitor.delivery.teams import TeamsSender
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import Recipient, Secret, TeamsChannel

HERE = Recipient(channel="teams")
CARDS = ({"type": "AdaptiveCard", "body": ["one → two"]}, {"type": "AdaptiveCard", "body": ["two"]})


def send(url, part=0):
    channel = TeamsChannel(name="teams", url=Secret(origin="environment variable TEAMS", value=url))
    return TeamsSender(channel).send(delivery(part=part), message(teams=CARDS), HERE)


def to(web, part=0):
    return send(f"{web.url}/workflows/hook-secret/run?sp=%2Ftriggers%2Fmanual%2Frun&sig=hook-secret", part)


@pytest.mark.parametrize("part", [0, 1])
def test_workflow_gets_the_card_it_is_owed(web, part):
    web.answer = (202, b"", {})
    assert to(web, part) == ""
    ((path, headers, body),) = web.requests
    assert path == "/workflows/hook-secret/run?sp=%2Ftriggers%2Fmanual%2Frun&sig=hook-secret"  # it is signed as it is
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(body) == {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": CARDS[part]}
        ],
    }


@pytest.mark.parametrize(
    ("status", "body"),
    [(202, b""), (200, b""), (200, b"1"), (200, b'{"done": true}'), (204, b"")],
)
def test_workflow_says_yes_in_several_ways(web, status, body):
    web.answer = (status, body, {})
    to(web)
    assert len(web.requests) == 1


def error(code):
    return json.dumps({"error": {"code": code, "message": "The workflow hook-secret could not."}}).encode()


@pytest.mark.parametrize(
    ("status", "body", "raised", "reason", "is_the_channels"),
    [
        (400, error("TriggerInputSchemaMismatch"), DeliveryRefused, "400 TriggerInputSchemaMismatch", None),
        (400, b"what is this?", DeliveryRefused, "(400)", None),
        (413, b"", DeliveryRefused, "(413)", None),
        (400, error("WorkflowTriggerIsNotEnabled"), DeliveryUnavailable, "WorkflowTriggerIsNotEnabled", True),
        (401, error("DirectApiAuthorizationRequired"), DeliveryUnavailable, "401 DirectApi", True),
        (403, b"", DeliveryUnavailable, "(403)", True),
        (404, error("WorkflowNotFound"), DeliveryUnavailable, "404 WorkflowNotFound", True),
        (302, b"", DeliveryUnavailable, "(302)", True),
        (429, b"", DeliveryUnavailable, "fewer messages", True),
        (502, b"<html>bad gateway</html>", DeliveryUnavailable, "(502)", False),
        (503, b"", DeliveryUnavailable, "(503)", False),
        (200, b"<html>please log in</html>", DeliveryUnavailable, "(200)", False),
        (200, b"Microsoft Teams endpoint returned HTTP error 429 with ContextId x", DeliveryUnavailable, "fewer", True),
        (200, b"Microsoft Teams endpoint returned HTTP error 413 with ContextId x", DeliveryRefused, "(413)", None),
        (504, b"", DeliveryUnknown, "gateway", None),
    ],
)
def test_no_is_final_only_when_the_card_is_at_fault(web, status, body, raised, reason, is_the_channels):
    web.answer = (status, body, {})
    with pytest.raises(raised) as caught:
        to(web)
    assert type(caught.value) is raised
    assert reason in caught.value.reason
    assert "secret" not in caught.value.reason
    assert getattr(caught.value, "channel_down", None) is is_the_channels
    assert len(web.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_teams_is_left_alone_for_as_long_as_it_asks(web, status):
    web.answer = (status, b"", {"Retry-After": "20"})
    with pytest.raises(DeliveryUnavailable) as caught:
        to(web)
    assert caught.value.retry_after == timedelta(seconds=20)


def test_lost_reply_is_unknown(web):
    web.answer = None
    with pytest.raises(DeliveryUnknown, match="before the Teams workflow confirmed"):
        to(web)


@pytest.mark.parametrize(
    ("url", "reason"),
    [(None, "no value in environment variable TEAMS"), ("file:///etc/passwd", "not a web address")],
)
def test_channel_that_is_not_set_up_waits_to_be_mended(url, reason):
    with pytest.raises(DeliveryUnavailable, match=reason) as caught:
        send(url)
    assert caught.value.channel_down


def test_part_that_the_message_has_not_is_refused(web):
    with pytest.raises(DeliveryRefused, match="no part 3"):
        to(web, part=2)
    assert web.requests == []
