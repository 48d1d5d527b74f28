"""What becomes of a message of which nobody knows whether it arrived."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest
from carried import DAY, HERE, HOOK, MINUTE, posted, states
from far_ends import slack_server
from sqlalchemy import event
from structlog.testing import capture_logs

from monitor.carrying import Outcomes
from monitor.errors import StoreError
from monitor.model import DeliveryState, Secret, SlackChannel, WhenUnknown


@pytest.fixture
def mute(web, channels):
    """Slack behind a server that takes every post and answers none, until it is told that it does."""
    with slack_server() as server:
        server.answer = None
        channels["mute"] = SlackChannel(name="mute", webhook_url=Secret(origin="a test", value=server.url))
        yield server


def test_a_reply_that_was_lost_means_again_later_and_is_remembered(carrying, briefing, owe, store, mute, clock):
    subscription = briefing("mute")
    owe(subscription)
    assert carrying(subscription).deliver().later == 1
    (lost,) = store.digests.deliveries(DeliveryState.PENDING)
    assert lost.in_doubt
    mute.answer = (200, b"ok", {})
    clock.time += 2 * MINUTE
    assert carrying(subscription).deliver().sent == 1


def test_a_reply_that_was_lost_ends_it_where_the_channel_says_so(carrying, briefing, owe, store, mute, channels, clock):
    channels["mute"] = replace(channels["mute"], when_unknown=WhenUnknown.LEAVE)
    subscription = briefing("mute")
    owe(subscription)
    with capture_logs() as logged:
        outcomes = carrying(subscription).deliver()
    assert (outcomes.unknown, len(outcomes.errors)) == (1, 1)
    assert [(line["log_level"], line["state"]) for line in logged] == [("error", "unknown")]
    clock.time += DAY
    assert carrying(subscription).deliver() == Outcomes()
    assert states(store) == [DeliveryState.UNKNOWN]
    assert len(mute.requests) == 1


def test_a_delivery_that_was_cut_short_ends_too_where_the_channel_says_so(
    carrying, briefing, owe, store, channels, clock, web
):
    channels["slack"] = replace(channels["slack"], when_unknown=WhenUnknown.LEAVE)
    subscription = briefing("slack")
    owe(subscription, parts=2)
    first, _ = store.digests.due(clock.time)
    store.digests.claim(first, HERE, clock.time)  # and here it was killed
    outcomes = carrying(subscription).deliver()
    assert outcomes.errors == [
        "briefing, recipient 1: the monitor was stopped before it could record what became of it"
    ]
    assert (outcomes.unknown, outcomes.sent) == (1, 1)  # the part after it still comes
    assert states(store) == [DeliveryState.UNKNOWN, DeliveryState.SENT]


@contextmanager
def full_disk(store):
    """Within the block, no outcome can be recorded."""

    def refuse(_connection, _cursor, statement, *_):
        if statement.startswith("UPDATE delivery") and "far_id" in statement:
            raise OSError("the disk is full")

    event.listen(store.database._engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(store.database._engine, "before_cursor_execute", refuse)


@pytest.fixture
def on_a_full_disk(carrying, briefing, owe, store):
    """A carrier that has learned what became of the first of two messages to Slack, and could not record it, twice."""
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    carrier = carrying(subscription)
    with full_disk(store):
        for _ in range(2):
            with pytest.raises(StoreError, match="the disk is full"):
                carrier.deliver()
    return carrier


def test_a_yes_that_could_not_be_recorded_is_recorded_when_there_is_room_and_nothing_comes_twice(
    on_a_full_disk, store, web
):
    with capture_logs() as logged:
        assert on_a_full_disk.deliver().sent == 2
    assert posted(web) == ["one, part 1", "two, part 1"]
    assert states(store) == [DeliveryState.SENT, DeliveryState.SENT]
    assert not any(one.in_doubt or one.error for one in store.digests.deliveries(*DeliveryState))
    assert [line["event"] for line in logged] == ["delivered", "delivered"]


def test_whoever_comes_after_one_that_ended_on_a_full_disk_does_not_know_and_sends_again(
    on_a_full_disk, carrying, briefing, store, web, clock
):
    carrier = carrying(briefing("slack"))
    carrier.deliver()
    (lost,) = store.digests.deliveries(DeliveryState.PENDING)
    assert lost.in_doubt
    assert lost.error == "the monitor was stopped before it could record what became of it"
    clock.time += 2 * MINUTE
    carrier.deliver()
    assert posted(web) == ["one, part 1", "two, part 1", "one, part 1"]


@pytest.mark.parametrize(("answer", "state"), [(404, DeliveryState.PENDING), (413, DeliveryState.REFUSED)])
def test_a_no_that_could_not_be_recorded_leaves_no_doubt_either(carrying, briefing, owe, store, web, answer, state):
    subscription = briefing("slack")
    owe(subscription)
    web.shows(HOOK, b"", status=answer)
    carrier = carrying(subscription)
    with full_disk(store), pytest.raises(StoreError):
        carrier.deliver()
    outcomes = carrier.deliver()
    assert (outcomes.later, outcomes.refused) == ((1, 0) if state is DeliveryState.PENDING else (0, 1))
    (ended,) = store.digests.deliveries(*DeliveryState)
    assert (ended.state, ended.in_doubt, ended.attempts, f"({answer})" in ended.error) == (state, False, 1, True)
    assert len(web.requests) == 1
