"""Items ready to be told, and the digest that is composed of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor import digests
from monitor.composing import Composing
from monitor.model import (
    Event,
    FolderChannel,
    Inspection,
    InspectionKind,
    ReadyItem,
    Recipient,
    Subscription,
    SubscriptionKind,
    Window,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def window(now):
    """The day up to now."""
    return Window(start=now - DAY, end=now)


@pytest.fixture
def subscription():
    def make(**changes):
        known = {
            "name": "briefing",
            "kind": SubscriptionKind.DIGEST,
            "to": (Recipient(channel="folder"),),
            "councils": ("Wexmoor", "Averton"),
        }
        return Subscription(**known | changes)

    return make


@pytest.fixture
def one(make_item, make_classification, now):
    """An item ready to be told; of a story of its own unless told otherwise."""
    numbers = iter(range(1, 1_000))

    def make(*themes, story=None, labels=None, inspection=None, **item):
        number = next(numbers)
        made = make_item(id=number, **{"first_seen": now - HOUR, "council": "Wexmoor"} | item)
        return ReadyItem(
            item=made,
            classification=make_classification(*themes, **labels or {}),
            story=story or number,
            ready_at=now - HOUR,
            inspection=inspection,
        )

    return make


@pytest.fixture
def report(one):
    """A report, with the facts read from it."""

    def make(inspection=None, council="Wexmoor", **changes):
        labels = {"councils": (council,), "event": Event.FULL_INSPECTION}
        return one(is_report=True, council=council, labels=labels, inspection=inspection, **changes)

    return make


@pytest.fixture
def mornings(make_config, make_source, store, clock, now, tmp_path):
    """The digests of as many mornings as there are in `brought`, each composed after that; `asked` narrows them."""

    def compose(brought, sources=("Wexmoor Gazette",), **asked):
        subscription = Subscription(
            name="briefing",
            kind=SubscriptionKind.DIGEST,
            to=(Recipient(channel="folder"),),
            schedule="30 7 * * *",
            councils=("Wexmoor",),
            **asked,
        )
        channels = {"folder": FolderChannel(name="folder", path=tmp_path)}
        config = make_config(
            channels=channels,
            subscriptions=(subscription,),
            sources=tuple(map(make_source, sources)),
        )
        composing = Composing(config=config, store=store, clock=clock)
        store.digests.met(["briefing"], now - DAY)
        digests = []
        for day, bring in enumerate(brought):
            clock.time = now + day * DAY
            bring(clock.time - HOUR)
            digests += composing.digest((), None)
        return digests

    return compose


@pytest.fixture
def compose(subscription, window, now):
    def make(*chosen, told_before=None, reports=(), expected=(), **asked):
        return digests.compose(
            chosen,
            subscription(**asked),
            window,
            slot="2026-06-17T07:30+01:00",
            now=now,
            told_before=told_before or {},
            reports=reports,
            expected=expected,
        )

    return make


@pytest.fixture
def inspected():
    """The facts of a full inspection that ended on a day, with its judgements."""

    def make(end, council="Wexmoor", **judgements):
        held = date.fromisoformat(end)
        return Inspection(council=council, kind=InspectionKind.ILACS, inspection_end=held, judgements=judgements)

    return make
