"""What becomes of a message of which nobody knows whether it arrived."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest
from carried import DAY, HERE, MINUTE, posted, states
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
    assert outcomes.errors == ["briefing, recipient 1: the monitor was stopped while sending"]
    assert (outcomes.unknown, outcomes.sent) == (1, 1)  # the part after it still comes
    assert states(store) == [DeliveryState.UNKNOWN, DeliveryState.SENT]


@contextmanager
def full_disk(store):
    """Within the block, no outcome can be recorded."""

    def refuse(_connection, _cursor, statement, parameters, *_):
        if statement.startswith("UPDATE delivery") and DeliveryState.SENT.value in tuple(parameters):
            raise OSError("the disk is full")

    event.listen(store.database._engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(store.database._engine, "before_cursor_execute", refuse)


def test_an_outcome_that_cannot_be_recorded_ends_the_look_and_is_in_doubt_at_the_next(
    carrying, briefing, owe, store, web, clock
):
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    carrier = carrying(subscription)
    with full_disk(store), pytest.raises(StoreError, match="the disk is full"):
        carrier.deliver()
    assert posted(web) == ["one, part 1"]
    carrier.deliver()
    (lost,) = store.digests.deliveries(DeliveryState.PENDING)
    assert lost.in_doubt
    clock.time += 2 * MINUTE
    carrier.deliver()
    assert posted(web) == ["one, part 1", "two, part 1", "one, part 1"]
