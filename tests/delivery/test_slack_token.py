"""A token can do what a webhook cannot: answer in threads, and look before sending again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from far_ends import COMPOSED, WebServer, delivery, dripping_web_server, free_port, message, web_server
from slack_workspace import BOT, CHANNEL, slack_workspace

from monitor.delivery.slack import SlackSender
from monitor.delivery.slack_history import History, metadata
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import Recipient, Secret, SlackChannel, WhenUnknown

HERE = Recipient(channel="slack")
THREAD = ({"text": "headline", "blocks": []}, {"text": "detail", "blocks": []}, {"text": "more", "blocks": []})
WORDS = message(slack_thread=THREAD)


@pytest.fixture
def workspace():
    with slack_workspace() as there:
        yield there


def channel(workspace, **changes):
    values = {
        "name": "slack",
        "token": Secret(origin="environment variable TOKEN", value="xoxb-secret"),
        "conversation": "#ofsted",
        "api_url": f"{workspace.url}/api/",
    }
    return SlackChannel(**{**values, **changes})


def send(workspace, one=None, *, words=WORDS, **changes):
    return SlackSender(channel(workspace, **changes)).send(one or delivery(), words, HERE)


def texts(workspace):
    return [one["text"] for one in workspace.messages]


# --- threads -----------------------------------------------------------------------------------------------


def test_detail_stands_in_the_thread_of_the_headline_and_is_not_repeated_outside_it(workspace):
    first = send(workspace)
    assert first == f"{CHANNEL}:{workspace.messages[0]['ts']}"
    for part in (1, 2):
        send(workspace, delivery(part=part, thread=first))
    assert texts(workspace) == ["headline", "detail", "more"]
    headline, *replies = workspace.messages
    assert "thread_ts" not in headline
    assert {one["thread_ts"] for one in replies} == {headline["ts"]}
    assert [post.get("reply_broadcast") for post in workspace.posts()] == [None, False, False]


def test_detail_goes_into_the_conversation_itself_when_the_headline_is_gone(workspace):
    first = send(workspace)
    workspace.delete(workspace.messages[0]["ts"])
    send(workspace, delivery(part=1, thread=first))
    (detail,) = workspace.messages
    assert detail["text"] == "detail"
    assert "thread_ts" not in detail


def test_detail_goes_where_the_channel_points_now_when_the_headlines_conversation_is_gone(workspace):
    send(workspace, delivery(part=1, thread="C9999999999:1781764200.000100"))
    assert texts(workspace) == ["detail"]
    assert [post["channel"] for post in workspace.posts()] == ["C9999999999", "#ofsted"]


@pytest.mark.parametrize("thread", ["", "not a name of ours", ":1.2"])
def test_detail_goes_into_the_conversation_itself_when_nobody_knows_where_the_headline_is(workspace, thread):
    send(workspace, delivery(part=1, thread=thread))
    assert texts(workspace) == ["detail"]
    assert "thread_ts" not in workspace.messages[0]


def test_message_worded_before_there_were_threads_is_still_sent(workspace):
    send(workspace, delivery(part=1), words=message())
    assert texts(workspace) == ["part two"]


# --- looking before sending again --------------------------------------------------------------------------


def in_doubt(**changes):
    return delivery(in_doubt=True, **changes)


def test_message_that_slack_has_is_not_sent_again(workspace):
    workspace.loses_reply = True
    with pytest.raises(DeliveryUnknown):
        send(workspace)
    workspace.loses_reply = False
    assert send(workspace, in_doubt()) == f"{CHANNEL}:{workspace.messages[0]['ts']}"
    assert texts(workspace) == ["headline"]


def test_message_that_slack_has_not_is_sent(workspace):
    workspace.say("Lunch?")
    send(workspace, delivery(message_id="<another@example.org>"))
    workspace.say("a mark of somebody else", metadata={"event_type": "x", "event_payload": {"message_id": "y"}})
    assert send(workspace, in_doubt()) == f"{CHANNEL}:{workspace.messages[-1]['ts']}"
    assert texts(workspace) == ["Lunch?", "headline", "a mark of somebody else", "headline"]


def test_reply_is_looked_for_in_its_thread(workspace):
    first = send(workspace)
    reply = send(workspace, delivery(part=1, thread=first, message_id="<part-2@example.org>"))
    assert send(workspace, in_doubt(part=1, thread=first, message_id="<part-2@example.org>")) == reply
    assert send(workspace, in_doubt(part=2, thread=first, message_id="<part-3@example.org>")) != reply
    assert texts(workspace) == ["headline", "detail", "more"]


def test_reply_that_found_no_thread_is_looked_for_in_the_conversation(workspace):
    gone = f"{CHANNEL}:1781764200.000100"
    sent = send(workspace, delivery(part=1, thread=gone))
    assert send(workspace, in_doubt(part=1, thread=gone)) == sent
    assert texts(workspace) == ["detail"]


def test_busy_conversation_is_looked_through_page_by_page(workspace):
    sent = send(workspace)
    for number in range(450):
        workspace.say(f"message {number}")
    assert send(workspace, in_doubt()) == sent
    assert len(workspace.asked("conversations.history")) == 5


def test_look_begins_where_the_digest_was_composed_with_room_for_clocks_that_differ(workspace):
    workspace.started = (COMPOSED - timedelta(hours=2)).timestamp()  # our clock is two hours ahead of Slack's
    sent = send(workspace)
    assert send(workspace, in_doubt()) == sent
    (asked,) = workspace.asked("conversations.history")
    assert float(asked["oldest"]) == (COMPOSED - timedelta(hours=3)).timestamp()


def test_nothing_is_looked_for_without_need(workspace):
    send(workspace)
    assert [method for method, _ in workspace.calls] == ["chat.postMessage"]


@pytest.mark.parametrize(
    ("conversation", "kind", "asked"),
    [
        pytest.param("#ofsted", "public_channel", 1, id="a name"),
        pytest.param("ofsted", "private_channel", 2, id="a private one's"),
        pytest.param(CHANNEL, "public_channel", 0, id="an id"),
    ],
)
def test_conversation_is_looked_through_whether_named_or_numbered(workspace, conversation, kind, asked):
    workspace.kind = kind
    sent = send(workspace, conversation=conversation)
    sender = SlackSender(channel(workspace, conversation=conversation))
    assert sender.send(in_doubt(), WORDS, HERE) == sender.send(in_doubt(), WORDS, HERE) == sent
    assert len(workspace.asked("users.conversations")) == asked  # once for all, however often it looks


def forged(workspace, **who):
    """Somebody else leaves the mark that the message owed will bear, which all who read the channel can tell."""
    mark = metadata(delivery().message_id)
    return workspace.say("a forgery", metadata=mark, **who)


OTHERS = [
    pytest.param({}, id="nobody"),
    pytest.param({"bot_id": "B9999999999", "app_id": "A9999999999"}, id="another app"),
    pytest.param({"bot_id": "B9999999999", "user": BOT["user"]}, id="one in our name"),
]


@pytest.mark.parametrize("who", OTHERS)
def test_mark_that_somebody_else_left_is_not_believed(workspace, who):
    forged(workspace, **who)
    sent = send(workspace, in_doubt())
    assert texts(workspace) == ["a forgery", "headline"]
    forged(workspace, **who)
    assert send(workspace, in_doubt()) == sent


def test_slack_is_asked_once_whose_the_token_is_and_only_where_there_is_a_mark(workspace):
    sender = SlackSender(channel(workspace))
    sender.send(in_doubt(), WORDS, HERE)
    assert workspace.asked("auth.test") == []
    for _ in range(2):
        sender.send(in_doubt(), WORDS, HERE)
    assert len(workspace.asked("auth.test")) == 1
    assert texts(workspace) == ["headline"]


def test_what_a_persons_token_posted_is_known_by_the_person(workspace):
    workspace.whoami = {"ok": True, "user_id": BOT["user"]}
    sent = send(workspace)
    forged(workspace, user="U9999999999")
    assert send(workspace, in_doubt()) == sent


def test_mark_that_nobody_can_tell_to_be_ours_is_left_to_the_channels_wish(workspace):
    workspace.whoami = {"ok": True, "bot_id": None, "user_id": 1}
    send(workspace)
    with pytest.raises(DeliveryRefused, match="whose the token is"):
        send(workspace, in_doubt(), when_unknown=WhenUnknown.LEAVE)
    send(workspace, in_doubt())
    assert texts(workspace) == ["headline", "headline"]


# --- where nobody can look ---------------------------------------------------------------------------------

BLIND = [
    pytest.param({"conversations.history": "missing_scope"}, "missing_scope", id="no right to the history"),
    pytest.param({"conversations.history": "not_in_channel"}, "not_in_channel", id="not a member"),
    pytest.param({"users.conversations": "missing_scope"}, "missing_scope", id="no right to names"),
]


@pytest.mark.parametrize(("refuses", "reason"), BLIND)
def test_token_that_may_not_look_sends_again_so_that_nothing_is_lost(workspace, refuses, reason):
    send(workspace)
    workspace.refuses = refuses
    send(workspace, in_doubt())
    assert texts(workspace) == ["headline", "headline"]


@pytest.mark.parametrize(("refuses", "reason"), BLIND)
def test_token_that_may_not_look_leaves_it_where_the_channel_says_so(workspace, refuses, reason):
    send(workspace)
    workspace.refuses = refuses
    with pytest.raises(DeliveryRefused, match=reason):
        send(workspace, in_doubt(), when_unknown=WhenUnknown.LEAVE)
    assert texts(workspace) == ["headline"]


def test_conversation_that_is_too_busy_or_not_ours_counts_as_one_nobody_can_look_through(workspace):
    send(workspace)
    for number in range(2_100):
        workspace.say(f"message {number}")
    workspace.page = 1_000
    with pytest.raises(DeliveryRefused, match="too much to look through"):
        send(workspace, in_doubt(), when_unknown=WhenUnknown.LEAVE)
    workspace.channels = {"another": CHANNEL}
    with pytest.raises(DeliveryRefused, match="not in it"):
        send(workspace, in_doubt(), when_unknown=WhenUnknown.LEAVE)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param((429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "30"}), "fewer", id="too often"),
        pytest.param((503, b"<html>down</html>", {}), "503", id="down"),
        pytest.param((200, b'{"ok": false, "error": "internal_error"}', {}), "internal_error", id="a fault of Slack's"),
        pytest.param((200, b'{"ok": false, "error": "token_revoked"}', {}), "token_revoked", id="no token any more"),
        pytest.param(None, "could not be looked through", id="no reply"),
    ],
)
@pytest.mark.parametrize("method", ["conversations.history", "users.conversations", "auth.test"])
def test_look_that_fails_leaves_it_in_doubt_and_sends_nothing(workspace, method, answer, reason):
    send(workspace)
    workspace.fails = {method: answer}
    with pytest.raises(DeliveryUnavailable, match=reason) as caught:
        send(workspace, in_doubt())
    assert caught.value.channel_down
    assert caught.value.retry_after == (timedelta(seconds=30) if reason == "fewer" else None)
    assert texts(workspace) == ["headline"]


def test_slack_out_of_reach_while_looking_is_tried_later(workspace):
    with pytest.raises(DeliveryUnavailable, match="cannot be reached"):
        send(workspace, in_doubt(), api_url=f"http://127.0.0.1:{free_port()}/")


@pytest.mark.parametrize("status", [302, 307])
def test_look_follows_no_redirect(workspace, status):
    with web_server() as elsewhere:
        workspace.fails = {"conversations.history": (status, b"", {"Location": elsewhere.url})}
        with pytest.raises(DeliveryUnavailable, match="no redirect is followed") as told:
            send(workspace, in_doubt(), conversation=CHANNEL)
        assert told.value.channel_down
        assert elsewhere.requests == []


def test_look_that_is_answered_a_byte_at_a_time_is_given_up_for_now():
    with dripping_web_server() as url, web_server() as there:
        sender = SlackSender(channel(there, api_url=url, conversation=CHANNEL), deadline_s=0.2)
        with pytest.raises(DeliveryUnavailable, match=r"could not be looked through.* it took longer than"):
            sender.send(in_doubt(), WORDS, HERE)


def test_history_that_is_longer_than_is_read_counts_as_one_nobody_can_look_through(workspace):
    page = b'{"ok": true, "messages": [], "x": "' + b"x" * 10_500_000 + b'"}'
    workspace.fails = {"conversations.history": (200, page, {})}
    with pytest.raises(DeliveryRefused, match="too much to look through"):
        send(workspace, in_doubt(), when_unknown=WhenUnknown.LEAVE)


def test_look_that_takes_too_long_is_given_up_for_now(workspace):
    send(workspace)
    sender = SlackSender(channel(workspace))
    sender._history = History(longest_s=0.0)
    with pytest.raises(DeliveryUnavailable, match="could not be looked through"):
        sender.send(in_doubt(), WORDS, HERE)
    assert texts(workspace) == ["headline"]


@pytest.mark.parametrize(
    "messages",
    ["no list", [1, None, "x"], [{"metadata": "x"}, {"metadata": {"event_type": 1, "event_payload": []}}], None],
)
def test_answer_that_makes_no_sense_holds_nothing_of_ours(workspace, messages):
    answer = {"ok": True, "messages": messages, "response_metadata": "?"}
    workspace.fails = {"conversations.history": (200, json.dumps(answer).encode(), {})}
    send(workspace, in_doubt())
    assert texts(workspace) == ["headline"]


def test_token_that_may_not_mark_its_messages_sends_them_without_a_mark():
    def answer(path, headers, body):
        if b"event_type" in body:
            return 200, b'{"ok": false, "error": "metadata_must_be_sent_from_app"}', {}
        return 200, b'{"ok": true, "channel": "C0123456789", "ts": "1.5"}', {}

    with web_server(WebServer(answer=answer)) as there:
        assert send(there) == f"{CHANNEL}:1.5"
