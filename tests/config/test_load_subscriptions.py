"""Digests and alerts are composed, and sent, as digests.toml says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest

from monitor.config import Config
from monitor.model import (
    AlertReason,
    Event,
    Polarity,
    QuietHours,
    Recipient,
    SourceKind,
    Subscription,
    SubscriptionKind,
)

Load = Callable[..., Config]

CONTACT = 'contact = "mailto:you@example.org"\n'


def test_digest_is_composed_as_the_file_says(load: Load) -> None:
    config = load(
        digests="""
            [[digest]]
            name = "weekly"
            schedule = "0  8 * * MON"
            councils = ["Kent"]
            themes = ["permanence"]
            min_relevance = 1
            polarity = ["concern"]
            events = ["monitoring-visit", "other"]
            kinds = ["feed", "moderngov"]
            most_stories = 12
            include = ["news"]
            when_empty = "send"
            to = [ { channel = "mail", address = "a@example.org" }, { channel = "folder" } ]
            """
    )
    assert config.subscriptions == (
        Subscription(
            name="weekly",
            kind=SubscriptionKind.DIGEST,
            to=(Recipient(channel="mail", address="a@example.org"), Recipient(channel="folder")),
            schedule="0 8 * * MON",
            councils=("Kent",),
            themes=("permanence",),
            polarities=(Polarity.CONCERN,),
            events=(Event.MONITORING_VISIT, Event.OTHER),
            source_kinds=(SourceKind.FEED, SourceKind.MODERNGOV),
            min_relevance=1.0,
            most_stories=12,
            inspections=False,
            news=True,
            send_when_empty=True,
        ),
    )


def test_alert_is_sent_for_the_reasons_in_the_file(load: Load) -> None:
    config = load(
        digests="""
            [[alert]]
            name = "now"
            on = ["judgement-changed"]
            to = [ { channel = "folder" } ]
            """
    )
    assert config.subscriptions == (
        Subscription(
            name="now",
            kind=SubscriptionKind.ALERT,
            to=(Recipient(channel="folder"),),
            on=(AlertReason.JUDGEMENT_CHANGED,),
            councils=("Devon", "Kent"),
        ),
    )


@pytest.mark.parametrize(
    ("asked", "councils"),
    [
        pytest.param("", ("Kent", "Devon", "Cornwall"), id="all that are followed"),
        pytest.param('regions = ["South West"]', ("Devon", "Cornwall"), id="those of a region"),
        pytest.param('regions = ["South West"]\ncouncils = ["Kent"]', ("Kent", "Devon", "Cornwall"), id="and another"),
        pytest.param('regions = ["South West"]\ncouncils = ["Cornwall"]', ("Cornwall", "Devon"), id="each once"),
    ],
)
def test_a_region_stands_for_its_councils_that_are_followed(load: Load, asked: str, councils: tuple[str, ...]) -> None:
    to = 'to = [ { channel = "folder" } ]'
    config = load(
        monitor='councils = ["Kent", "Devon", "Cornwall"]\n' + CONTACT + '\n[channels.folder]\nkind = "folder"',
        digests=f'[[digest]]\nname = "a"\nschedule = "0 7 * * *"\n{to}\n{asked}\n'
        f'[[alert]]\nname = "b"\non = ["report-published"]\n{to}\n{asked}',
    )
    assert [one.councils for one in config.subscriptions] == [councils, councils]


@pytest.mark.parametrize(
    ("asked", "quiet"),
    [
        pytest.param('quiet_hours = "22:00-07:30"', QuietHours(start=time(22), end=time(7, 30)), id="at night"),
        pytest.param("quiet_weekends = true", QuietHours(weekends=True), id="at weekends"),
        pytest.param("quiet_weekends = false", None, id="never"),
    ],
)
def test_alert_is_quiet_when_the_file_says(load: Load, asked: str, quiet: QuietHours | None) -> None:
    on = 'on = ["report-published"]\nevents = ["full-inspection"]'
    config = load(digests=f'[[alert]]\nname = "now"\n{on}\nto = [ {{ channel = "folder" }} ]\n{asked}')
    (alert,) = config.subscriptions
    assert (alert.quiet, alert.events) == (quiet, (Event.FULL_INSPECTION,))
