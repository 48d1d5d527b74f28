from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from far_ends import delivery, dripping_web_server, free_port, message, web_server

from monitor.delivery.slack import SlackSender
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import Recipient, Secret, SlackChannel

HERE = Recipient(channel="slack")


def webhook(url):
    return SlackChannel(name="slack", webhook_url=Secret(origin="environment variable HOOK", value=url))


def token(url, value="xoxb-secret"):
    return SlackChannel(
        name="slack",
        token=Secret(origin="environment variable TOKEN", value=value),
        conversation="#ofsted",
        api_url=f"{url}/api",
    )


def by_webhook(slack, part=0):
    SlackSender(webhook(f"{slack.url}/services/T0/B0/hook-secret")).send(delivery(part=part), message(), HERE)


def by_token(slack):
    SlackSender(token(slack.url)).send(delivery(), message(), HERE)


def test_webhook_gets_the_part_it_is_owed(slack):
    by_webhook(slack, part=1)
    ((path, _, payload),) = slack.requests
    assert path == "/services/T0/B0/hook-secret"
    assert payload["text"] == "part two"


def test_token_posts_to_its_conversation(slack):
    slack.answer = (200, b'{"ok": true, "ts": "1.2"}', {})
    by_token(slack)
    ((path, headers, payload),) = slack.requests
    assert path == "/api/chat.postMessage"
    assert headers["Authorization"] == "Bearer xoxb-secret"
    assert (payload["channel"], payload["text"]) == ("#ofsted", "part one")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (r'"channel": "C0123456789", "ts": "1781764200.000100"', "C0123456789:1781764200.000100"),
        (r'"channel": "C0123456789", "ts": "1.2\ud800"', ""),
        (r'"channel": "C0123\u0000", "ts": "1.2"', ""),
        (r'"channel": "#ofsted", "ts": "1.2"', ""),
        (r'"channel": "C0123456789", "ts": "\u0661.\u0662"', ""),
        (r'"channel": "C0123456789", "ts": 1.2e99', ""),
        (r'"channel": null, "ts": ["1.2"]', ""),
        (r'"x": 1', ""),
    ],
)
def test_message_is_called_by_nothing_that_slack_would_not_call_it(slack, said, kept):
    slack.answer = (200, f'{{"ok": true, {said}}}'.encode(), {})
    assert SlackSender(token(slack.url)).send(delivery(), message(), HERE) == kept
    assert len(slack.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("send", [by_webhook, by_token])
def test_no_redirect_is_followed_and_neither_words_nor_token_go_elsewhere(slack, send, status):
    with web_server() as elsewhere:
        slack.answer = (status, b"", {"Location": f"{elsewhere.url}/latest"})
        with pytest.raises(
            DeliveryUnavailable, match=f"leads elsewhere, and no redirect is followed .{status}"
        ) as told:
            send(slack)
        assert told.value.channel_down
        assert elsewhere.requests == []
    assert len(slack.requests) == 1


@pytest.mark.parametrize("channel", [webhook, token])
def test_answer_that_comes_a_byte_at_a_time_is_waited_for_no_longer_than_any(channel):
    with dripping_web_server() as url, pytest.raises(DeliveryUnknown, match="it took longer than"):
        SlackSender(channel(url), deadline_s=0.2).send(delivery(), message(), HERE)


def test_answer_without_end_is_read_no_further_and_no_yes(slack):
    slack.answer = (200, b'{"ok": true, "ts": "1.2", "message": "' + b"x" * 3_000_000 + b'"}', {})
    with pytest.raises(DeliveryUnknown, match="cannot be read"):
        by_token(slack)


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff", b"ok", b"[]", b""])
def test_answer_that_is_not_the_web_apis_is_no_yes(slack, body):
    slack.answer = (200, body, {})
    with pytest.raises(DeliveryUnknown):
        by_token(slack)


WEBHOOK_ANSWERS = [
    (400, b"invalid_payload", DeliveryRefused, "invalid_payload"),
    (400, b"invalid_blocks", DeliveryRefused, "invalid_blocks"),
    (400, b"", DeliveryRefused, "400"),
    (413, b"<html>too large</html>", DeliveryRefused, "413"),
    (403, b"invalid_token", DeliveryUnavailable, "invalid_token"),
    (404, b"no_service", DeliveryUnavailable, "no_service"),
    (404, b"channel_not_found", DeliveryUnavailable, "channel_not_found"),
    (410, b"channel_is_archived", DeliveryUnavailable, "channel_is_archived"),
    (429, b"rate_limited", DeliveryUnavailable, "fewer messages"),
    (500, b"rollup_error", DeliveryUnavailable, "rollup_error"),
    (502, b"<html>bad gateway</html>", DeliveryUnavailable, "502"),
    (200, b"<html>please log in to this network</html>", DeliveryUnavailable, "200"),
]


@pytest.mark.parametrize(("status", "body", "error", "reason"), WEBHOOK_ANSWERS)
def test_webhook_no_is_final_only_when_the_message_is_at_fault(slack, status, body, error, reason):
    slack.answer = (status, body, {})
    with pytest.raises(error) as caught:
        by_webhook(slack)
    assert reason in caught.value.reason
    assert "secret" not in caught.value.reason
    assert len(slack.requests) == 1  # nobody retries behind our back


@pytest.mark.parametrize(
    ("status", "body", "error", "reason"),
    [
        (200, {"ok": False, "error": "invalid_blocks"}, DeliveryRefused, "invalid_blocks"),
        (200, {"ok": False, "error": "msg_too_long"}, DeliveryRefused, "msg_too_long"),
        (200, {"ok": False, "error": "invalid_auth"}, DeliveryUnavailable, "invalid_auth"),
        (200, {"ok": False, "error": "token_revoked"}, DeliveryUnavailable, "token_revoked"),
        (200, {"ok": False, "error": "is_archived"}, DeliveryUnavailable, "is_archived"),
        (200, {"ok": False, "error": "something new we never heard of"}, DeliveryUnavailable, "200"),
        (200, {"ok": False, "error": "ratelimited"}, DeliveryUnavailable, "fewer messages"),
        (503, {"ok": False, "error": "service_unavailable"}, DeliveryUnavailable, "service_unavailable"),
    ],
)
def test_web_api_no_is_final_only_when_the_message_is_at_fault(slack, status, body, error, reason):
    slack.answer = (status, json.dumps(body).encode(), {})
    with pytest.raises(error) as caught:
        by_token(slack)
    assert reason in caught.value.reason
    assert "secret" not in caught.value.reason
    assert len(slack.requests) == 1


def test_error_page_instead_of_the_web_api_is_tried_again(slack):
    slack.answer = (502, b"<html>bad gateway</html>", {})
    with pytest.raises(DeliveryUnavailable, match="502"):
        by_token(slack)


@pytest.mark.parametrize(
    ("header", "wait"), [({"Retry-After": "30"}, timedelta(seconds=30)), ({"Retry-After": "soon"}, None), ({}, None)]
)
@pytest.mark.parametrize("send", [by_webhook, by_token])
def test_slack_is_left_alone_for_as_long_as_it_asks(slack, send, header, wait):
    slack.answer = (429, b'{"ok": false, "error": "ratelimited"}', header)
    with pytest.raises(DeliveryUnavailable) as caught:
        send(slack)
    assert caught.value.retry_after == wait
    assert caught.value.channel_down  # no other message would be taken either


@pytest.mark.parametrize(
    ("error", "is_the_channels"),
    [
        *((name, True) for name in ("invalid_auth", "account_inactive", "token_revoked", "token_expired")),
        *((name, True) for name in ("channel_not_found", "is_archived", "no_permission", "restricted_action")),
        *((name, False) for name in ("service_unavailable", "request_timeout", "something_new")),
    ],
)
def test_trouble_of_the_channel_is_told_apart_from_that_of_one_message(slack, error, is_the_channels):
    slack.answer = (200, json.dumps({"ok": False, "error": error}).encode(), {})
    with pytest.raises(DeliveryUnavailable, match=error) as caught:
        by_token(slack)
    assert caught.value.channel_down is is_the_channels


@pytest.mark.parametrize(
    ("error", "by_the_webhook", "by_the_token"),
    [
        ("invalid_auth", "`webhook_url`", "mend the channel's `token`"),
        ("no_service", "make a webhook anew, and put its address into the channel's `webhook_url`", "`token`"),
        ("channel_not_found", "of another into the channel's `webhook_url`", "mend the channel's `channel`, or invite"),
        ("not_in_channel", "`webhook_url`", "invite the app there"),
        ("channel_is_archived", "mend the conversation in Slack", "mend the channel's `channel`"),
        ("missing_scope", "`chat:write`", "give the app the scope it lacks (`chat:write`)"),
        ("action_prohibited", "ask who runs the Slack workspace", "ask who runs the Slack workspace"),
    ],
)
def test_trouble_of_the_channel_is_told_with_what_to_mend(slack, error, by_the_webhook, by_the_token):
    for send, answer, hint in (
        (by_webhook, (404, error.encode(), {}), by_the_webhook),
        (by_token, (200, json.dumps({"ok": False, "error": error}).encode(), {}), by_the_token),
    ):
        slack.answer = answer
        with pytest.raises(DeliveryUnavailable) as caught:
            send(slack)
        assert f"Slack did not take the message ({error}): " in caught.value.reason
        assert hint in caught.value.reason
        assert caught.value.channel_down


@pytest.mark.parametrize(
    ("status", "body", "send"),
    [
        (200, b'{"ok": false, "error": "fatal_error"}', by_token),
        (200, b'{"ok": false, "error": "internal_error"}', by_token),
        (504, b"<html>gateway timeout</html>", by_token),
        (504, b"<html>gateway timeout</html>", by_webhook),
    ],
)
def test_slack_that_failed_half_way_may_have_the_message(slack, status, body, send):
    slack.answer = (status, body, {})
    with pytest.raises(DeliveryUnknown, match="may have taken"):
        send(slack)


def test_certificate_that_nobody_vouches_for_is_not_trusted(certificate):
    context, _ = certificate
    with (
        web_server(tls=context) as there,
        pytest.raises(DeliveryUnavailable, match="its certificate is not valid") as caught,
    ):
        by_webhook(there)
    assert caught.value.channel_down
    assert there.requests == []


@pytest.mark.parametrize("send", [by_webhook, by_token])
def test_reply_lost_after_posting_is_unknown(slack, send):
    slack.answer = None
    with pytest.raises(DeliveryUnknown):
        send(slack)
    assert len(slack.requests) == 1


def test_reply_nobody_can_decode_is_unknown(slack):
    slack.answer = (200, b"\xff\xfe", {})
    with pytest.raises(DeliveryUnknown):
        by_webhook(slack)


@pytest.mark.parametrize("channel", [webhook, token])
def test_unreachable_slack_is_tried_again(channel):
    with pytest.raises(DeliveryUnavailable, match="Slack cannot be reached: connection refused"):
        SlackSender(channel(f"http://127.0.0.1:{free_port()}")).send(delivery(), message(), HERE)


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        (webhook(None), "no value in environment variable HOOK"),
        (token("http://127.0.0.1", None), "no value in environment variable TOKEN"),
        (SlackChannel(name="slack"), "neither webhook_url nor token"),
        (webhook("file:///etc/passwd"), "not a web address"),
    ],
)
def test_channel_that_is_not_set_up_waits_to_be_mended(channel, reason):
    with pytest.raises(DeliveryUnavailable, match=reason) as caught:
        SlackSender(channel).send(delivery(), message(), HERE)
    assert "passwd" not in caught.value.reason


def test_part_that_the_message_no_longer_has_is_refused(slack):
    with pytest.raises(DeliveryRefused, match="no part 3"):
        by_webhook(slack, part=2)


def test_webhook_address_and_token_never_reach_the_log(slack, caplog):
    caplog.set_level(logging.DEBUG)
    slack.answer = None
    for send in (by_webhook, by_token):
        with pytest.raises(DeliveryUnknown):
            send(slack)
    assert "secret" not in caplog.text
