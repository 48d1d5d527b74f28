"""What is owed, over channels that answer as a test tells them to."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from carried import DAY, HERE, HOOK
from carriers import carrier

from monitor.delivery.outbox import deliveries_for
from monitor.model import (
    Digest,
    FolderChannel,
    Message,
    Recipient,
    Secret,
    SlackChannel,
    Subscription,
    SubscriptionKind,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.carrying import Carrying


@pytest.fixture
def channels(tmp_path, web):
    """A folder that takes everything, one that cannot be written, Slack, which takes everything too, and Slack where
    nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        nobody = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    (tmp_path / "file").write_text("in the way")
    web.shows(HOOK, b"ok")
    return {
        "folder": FolderChannel(name="folder", path=tmp_path / "outbox"),
        "broken": FolderChannel(name="broken", path=tmp_path / "file"),
        "slack": SlackChannel(name="slack", webhook_url=Secret(origin="a test", value=web.url + HOOK)),
        "dead": SlackChannel(name="dead", webhook_url=Secret(origin="a test", value=nobody)),
    }


@pytest.fixture
def briefing():
    """A subscription told through these channels, in this order."""

    def make(*channels: str) -> Subscription:
        to = tuple(Recipient(channel=channel) for channel in channels)
        return Subscription(name="briefing", kind=SubscriptionKind.DIGEST, to=to)

    return make


@pytest.fixture
def owe(store, channels, now):
    """Stores a digest for a subscription, worded in as many parts, and what is owed for it."""

    def make(subscription: Subscription, *, slot: str = "2026-06-17T07:30+01:00", parts: int = 1) -> None:
        digest = Digest(
            subscription=subscription.name,
            kind=subscription.kind,
            slot=slot,
            window=Window(start=now - DAY, end=now),
            composed_at=now,
        )
        message = Message(
            subject="A subject",
            html="<p>words</p>",
            text="words",
            slack=tuple({"text": f"{slot}, part {part + 1}"} for part in range(parts)),
            data={"subject": "A subject"},
            notify="words",
        )
        store.digests.save(
            digest, (), message=message, deliveries=deliveries_for(subscription, channels, digest, message)
        )

    return make


@dataclass
class Pauses:
    """Sleeping, by a clock that is only set."""

    clock: Callable[[], datetime]
    slept: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.time += timedelta(seconds=seconds)


@pytest.fixture
def sleep(clock):
    return Pauses(clock)


@pytest.fixture
def carrying(make_config, channels, store, clock, sleep):
    def make(*subscriptions: Subscription, stopping=lambda: False, holder=HERE, store=store) -> Carrying:
        config = make_config(channels=channels, subscriptions=subscriptions)
        return carrier(config, store, clock, stopping=stopping, holder=holder, sleep=sleep)

    return make
