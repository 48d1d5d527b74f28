"""A message of several parts, carried into a thread of Slack: whatever happens on the way, each part is seen once."""

from __future__ import annotations

import pytest
from carried import HERE, MINUTE, states
from slack_workspace import BOT, slack_workspace

from monitor.model import DeliveryState, Secret, SlackChannel


@pytest.fixture
def workspace(channels, now):
    with slack_workspace() as there:
        there.started = now.timestamp() + 5
        channels["bot"] = SlackChannel(
            name="bot",
            token=Secret(origin="a test", value="xoxb-secret"),
            conversation="#ofsted",
            api_url=f"{there.url}/api/",
        )
        yield there


@pytest.fixture
def three_parts(briefing, owe, workspace):
    subscription = briefing("bot")
    owe(subscription, parts=3)
    return subscription


def assert_one_thread_of_three(workspace, store):
    first, *replies = workspace.messages
    assert [one["text"][-6:] for one in workspace.messages] == ["part 1", "part 2", "part 3"]
    assert "thread_ts" not in first
    assert [one["thread_ts"] for one in replies] == [first["ts"]] * 2
    assert states(store) == [DeliveryState.SENT] * 3


def test_the_parts_stand_under_the_first_and_a_second_apart(carrying, three_parts, store, workspace, sleep):
    assert carrying(three_parts).deliver().sent == 3
    assert_one_thread_of_three(workspace, store)
    assert round(sum(sleep.slept), 6) >= 2


@pytest.mark.parametrize("lost", [0, 1, 2], ids=["the first", "one between", "the last"])
def test_a_lost_reply_makes_no_part_come_twice_or_stand_elsewhere(carrying, three_parts, store, workspace, clock, lost):
    workspace.loses_reply_of = lost
    while DeliveryState.PENDING in states(store):
        carrying(three_parts).deliver()
        clock.time += 2 * MINUTE
    assert_one_thread_of_three(workspace, store)
    assert len(workspace.posts()) == 3


def test_a_kill_between_posting_and_writing_it_down_makes_no_part_come_twice(
    carrying, three_parts, store, workspace, clock
):
    (first, *_) = store.digests.due(clock.time)
    store.digests.claim(first, HERE, clock.time)
    workspace.say("2026-06-17T07:30+01:00, part 1", metadata=mark(first), **BOT)  # and here it was killed
    while DeliveryState.PENDING in states(store) or DeliveryState.SENDING in states(store):
        carrying(three_parts).deliver()
        clock.time += 2 * MINUTE
    assert_one_thread_of_three(workspace, store)
    assert len(workspace.posts()) == 2


def mark(delivery):
    return {"event_type": "ofsted_monitor_message", "event_payload": {"message_id": delivery.message_id}}
