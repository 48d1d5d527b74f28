"""An alert that was composed before quiet time, and did not go, does not wake its readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from carried import HOOK, MINUTE, posted

from monitor.carrying import Outcomes
from monitor.model import DeliveryState, QuietHours, SubscriptionKind

HOUR = timedelta(hours=1)
NIGHTS_AND_WEEKENDS = QuietHours(start=time(22), end=time(7), weekends=True)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def alert(briefing):
    return replace(briefing("slack"), kind=SubscriptionKind.ALERT, quiet=NIGHTS_AND_WEEKENDS)


@pytest.fixture
def now():
    """When it is composed: two minutes before a quiet weekend."""
    return london("2026-06-19T21:58")


@pytest.fixture
def busy(alert, owe, carrying, clock, web):
    """It is composed, and Slack does not take it; from then on it would."""
    clock.time = london("2026-06-19T21:58")
    owe(alert)
    web.shows(HOOK, b"", status=500)
    carrier = carrying(alert)
    assert carrier.deliver().later == 1
    web.shows(HOOK, b"ok")
    return carrier


def test_it_waits_until_the_quiet_time_ends_and_goes_then(busy, clock, web):
    for quiet in ("2026-06-19T22:00", "2026-06-20T03:00", "2026-06-21T12:00", "2026-06-22T06:59"):
        clock.time = london(quiet)
        assert busy.deliver() == Outcomes()
    clock.time = london("2026-06-22T07:00")
    assert busy.deliver() == Outcomes(sent=1)
    assert len(posted(web)) == 2


def test_it_keeps_no_digest_waiting_on_the_same_channel(busy, alert, briefing, owe, carrying, clock, web):
    clock.time = london("2026-06-20T07:30")
    digest = replace(briefing("slack"), name="digest")
    owe(digest, slot="digest")
    assert carrying(alert, digest).deliver() == Outcomes(sent=1)
    assert posted(web)[-1] == "digest, part 1"


def test_quiet_time_does_not_count_towards_giving_it_up(busy, clock, web, store):
    web.shows(HOOK, b"", status=500)
    end = clock.time
    while store.digests.deliveries(DeliveryState.PENDING):
        clock.time += 15 * MINUTE
        if busy.deliver().refused:
            end = clock.time
    # Five days of fifteen hours each would be five days; a weekend passed before they began.
    assert end - london("2026-06-19T21:58") >= timedelta(days=2, hours=9) + timedelta(days=5)
    assert end.astimezone(ZoneInfo("Europe/London")).hour in range(7, 22)
