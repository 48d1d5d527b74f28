"""Who asked for no more, or cannot be reached, is sent nothing; everybody else is."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from carriers import carrier

from monitor.delivery.outbox import deliveries_for
from monitor.model import (
    DeliveryState,
    Digest,
    EmailChannel,
    FolderChannel,
    Message,
    Recipient,
    Subscription,
    SubscriptionKind,
    Suppression,
    Window,
)
from monitor.suppression.addresses import mark_of

if TYPE_CHECKING:
    from monitor.carrying import Outcomes

OFFICE, BOARD = "office@example.org", "board@example.org"


@pytest.fixture
def channels(tmp_path):
    """A folder, and mail over a server that is not there: who is tried by it has to wait."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    mail = EmailChannel(name="mail", host="127.0.0.1", port=port, sender="m@example.org", security="none")
    return {"mail": mail, "folder": FolderChannel(name="folder", path=tmp_path / "outbox")}


@pytest.fixture
def briefing():
    to = (
        Recipient(channel="mail", address=OFFICE),
        Recipient(channel="mail", address=BOARD),
        Recipient(channel="folder"),
    )
    return Subscription(name="briefing", kind=SubscriptionKind.DIGEST, to=to)


@pytest.fixture
def deliver(make_config, channels, briefing, store, clock, now):
    """Owes a digest to the briefing's recipients and tries to carry it; what became of each."""

    def deliver() -> tuple[Outcomes, list[DeliveryState]]:
        window = Window(start=now - timedelta(days=1), end=now)
        digest = Digest(subscription="briefing", kind=briefing.kind, slot="one", window=window, composed_at=now)
        message = Message(subject="A subject", html="<p>words</p>", text="words", slack=(), data={})
        owed = deliveries_for(briefing, channels, digest, message)
        store.digests.save(digest, (), message=message, deliveries=owed)
        outcomes = carrier(make_config(channels=channels, subscriptions=(briefing,)), store, clock).deliver()
        return outcomes, [one.state for one in store.digests.deliveries(*DeliveryState)]

    return deliver


@pytest.fixture
def suppress(store, now):
    def suppress(address: str, subscription: str = "") -> None:
        one = Suppression(mark=mark_of(address), subscription=subscription, why="bounced", at=now)
        store.suppressions.add([one], anew=True)

    return suppress


@pytest.mark.parametrize("subscription", ["", "briefing"])
def test_a_suppressed_recipient_is_not_tried_and_delays_no_other(deliver, suppress, store, subscription):
    suppress(OFFICE.upper(), subscription)
    outcomes, states = deliver()
    assert states == [DeliveryState.SUPPRESSED, DeliveryState.PENDING, DeliveryState.SENT]
    assert (outcomes.suppressed, outcomes.later, outcomes.sent, outcomes.refused) == (1, 1, 1, 0)
    assert [error.partition(":")[0] for error in outcomes.errors] == ["briefing, recipient 2"]  # it is no failure
    (ended,) = store.digests.deliveries(DeliveryState.SUPPRESSED)
    assert (ended.error, ended.attempts, ended.leased_by) == ("bounced, 2026-06-17", 0, "")


def test_what_is_suppressed_of_another_subscription_is_sent(deliver, suppress):
    suppress(OFFICE, "weekly-review")
    _, states = deliver()
    assert DeliveryState.SUPPRESSED not in states
