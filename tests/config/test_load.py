"""What monitor.toml means once it is sound, and what each file means where it says nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING

from monitor.config import Config, FetchSettings, PollSettings
from monitor.councils import council_named, councils
from monitor.model import (
    EmailChannel,
    FolderChannel,
    Recipient,
    Source,
    SourceKind,
    Subscription,
    SubscriptionKind,
    Theme,
)

if TYPE_CHECKING:
    from pathlib import Path

Load = Callable[..., Config]

CONTACT = 'contact = "mailto:you@example.org"\n'


def test_what_is_left_out_has_the_documented_default(load: Load, tmp_path: Path) -> None:
    config = load()
    assert config.timezone.key == "Europe/London"
    assert config.database == f"sqlite:///{tmp_path / 'state' / 'monitor.db'}"
    assert config.poll == PollSettings(
        min_interval=timedelta(minutes=10), max_interval=timedelta(hours=12), concurrency=64, per_host=2
    )
    assert config.fetch == FetchSettings(max_bytes=10_000_000, deadline=timedelta(seconds=30), allow_private=())
    assert config.channels == {
        "folder": FolderChannel(name="folder", path=tmp_path / "state" / "outbox"),
        "mail": EmailChannel(
            name="mail",
            host="smtp.example.org",
            port=587,
            sender="monitor@example.org",
            unsubscribe="mailto:you@example.org?subject=unsubscribe",
        ),
    }
    assert config.sources == (Source(name="Town news", kind=SourceKind.FEED, url="https://news.example.org/feed"),)
    assert config.subscriptions == (
        Subscription(
            name="daily",
            kind=SubscriptionKind.DIGEST,
            to=(Recipient(channel="folder"),),
            schedule="30 7 * * *",
            councils=("Devon", "Kent"),
            min_relevance=0.5,
        ),
    )
    assert config.themes == (
        Theme(
            id="permanence",
            title="Permanence",
            covers="long-term homes",
            concern=("Children wait too long for a permanent home.",),
        ),
    )


def test_every_setting_of_monitor_toml_is_taken(load: Load) -> None:
    config = load(
        digests="",
        monitor="""
            timezone = "Europe/Dublin"
            database = "sqlite:////srv/monitor.db"
            councils = ["Kent"]
            contact = "https://example.org/monitor"
            [poll]
            min_interval = "5m"
            max_interval = "1d"
            concurrency = 8
            per_host = 1
            [fetch]
            max_bytes = "500kB"
            deadline = "1m30s"
            allow_private = ["127.0.0.1/32", "fd00::/8"]
            """,
    )
    assert (config.timezone.key, config.database) == ("Europe/Dublin", "sqlite:////srv/monitor.db")
    assert (config.councils, config.contact) == (("Kent",), "https://example.org/monitor")
    assert config.poll == PollSettings(
        min_interval=timedelta(minutes=5), max_interval=timedelta(days=1), concurrency=8, per_host=1
    )
    assert config.fetch == FetchSettings(
        max_bytes=500_000,
        deadline=timedelta(seconds=90),
        allow_private=(ip_network("127.0.0.1/32"), ip_network("fd00::/8")),
    )


def test_byte_order_mark_that_an_editor_left_does_no_harm(load: Load) -> None:
    text = 'councils = ["Kent"]\n' + CONTACT
    assert load(monitor=b"\xef\xbb\xbf" + text.encode(), digests="").councils == ("Kent",)


def test_all_councils_can_be_followed(load: Load) -> None:
    config = load(monitor='councils = "all"\n' + CONTACT, digests="")
    assert config.councils == tuple(council.name for council in councils())


def test_councils_of_a_region_can_be_followed(load: Load) -> None:
    config = load(monitor='councils = { region = "South West" }\n' + CONTACT, digests="")
    assert "Devon" in config.councils
    assert {council.region for name in config.councils if (council := council_named(name))} == {"South West"}


def test_long_example_may_be_broken_over_lines(load: Load) -> None:
    config = load(
        themes='''
            [[theme]]
            id = "a"
            title = "A"
            covers = "x"
            progress = ["""Visits
              are timely."""]
            '''
    )
    assert config.themes[0].progress == ("Visits are timely.",)
