"""monitor.toml: the clock, the store, the councils, manners towards servers.

Its channels are read by channels_toml, and the page that stops messages by public_toml.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.config import values
from monitor.config.channels_toml import read_channel
from monitor.config.durations import words
from monitor.config.public_toml import PublicSettings, read_public
from monitor.config.tables import Table, Unfit, shown
from monitor.councils import council_named, councils
from monitor.model import EmailChannel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.model import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings:
    """How often sources are polled, and how many requests run at a time."""

    min_interval: timedelta = timedelta(minutes=10)
    max_interval: timedelta = timedelta(hours=12)
    concurrency: int = 64  # over all hosts
    per_host: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """The bounds of one request."""

    max_bytes: int = 10_000_000  # after decompression
    deadline: timedelta = timedelta(seconds=30)  # the whole request, redirects included
    allow_private: tuple[values.Network, ...] = ()  # networks that are otherwise refused


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorFile:
    """What monitor.toml says. A channel that could not be read is None: its name is still known."""

    timezone: ZoneInfo
    database: str
    councils: tuple[str, ...]
    contact: str
    poll: PollSettings
    fetch: FetchSettings
    channels: Mapping[str, Channel | None]
    public: PublicSettings | None


def read_monitor(root: Table, *, state: Path, environ: Mapping[str, str]) -> MonitorFile:
    """The whole of monitor.toml. `state`: where paths that begin with state/ lie."""
    london = ZoneInfo("Europe/London")
    default_database = values.sqlite(state / "monitor.db")
    file = MonitorFile(
        timezone=root.take("timezone", values.time_zone, london),
        database=root.take("database", values.database(state, environ), default_database),
        councils=_tracked(root),
        contact=root.need("contact", values.contact, ""),
        poll=_poll(root.table("poll")),
        fetch=_fetch(root.table("fetch")),
        channels={
            name: read_channel(name, table, state=state, environ=environ)
            for name, table in root.named_tables("channels").items()
        },
        public=_public(root, state, environ),
    )
    root.finish()
    return replace(file, channels={name: _with_way_to_stop(one, file.contact) for name, one in file.channels.items()})


def _with_way_to_stop(channel: Channel | None, contact: str) -> Channel | None:
    """E-mail that names no address to be stopped at is stopped at the contact's."""
    if not isinstance(channel, EmailChannel) or channel.unsubscribe or not contact.startswith("mailto:"):
        return channel
    return replace(channel, unsubscribe=contact if "?" in contact else f"{contact}?subject=unsubscribe")


def _public(root: Table, state: Path, environ: Mapping[str, str]) -> PublicSettings | None:
    table = root.table("public")
    return read_public(table, state=state, secret=values.secret(environ)) if "public" in root else None


# --- councils ----------------------------------------------------------------------------------------------


def _tracked(root: Table) -> tuple[str, ...]:
    if root.holds_list("councils"):
        return root.each("councils", values.council)
    return root.need("councils", _all_or_region, ())


def _all_or_region(value: object) -> tuple[str, ...]:
    wanted = 'a list of councils like ["Devon"], "all", or { region = "South West" }'
    match value:
        case "all":
            return tuple(council.name for council in councils())
        case {"region": str(region)} if value == {"region": region}:
            try:
                found = values.region(region)
            except Unfit as unfit:
                raise Unfit(unfit.wanted, hint=unfit.hint, found=shown(region)) from None
            return tuple(council.name for council in councils() if council.region == found)
        case str(name) if council_named(name):
            raise Unfit(wanted, hint=f"did you mean [{shown(name)}]?")
    raise Unfit(wanted)


# --- manners -----------------------------------------------------------------------------------------------


def _poll(table: Table) -> PollSettings:
    usual = PollSettings()
    poll = PollSettings(
        min_interval=table.take("min_interval", values.duration, usual.min_interval),
        max_interval=table.take("max_interval", values.duration, usual.max_interval),
        concurrency=table.take("concurrency", values.whole(1, 1000), usual.concurrency),
        per_host=table.take("per_host", values.whole(1, 100), usual.per_host),
    )
    if poll.min_interval > poll.max_interval:
        longest = words(poll.max_interval)
        table.complain("min_interval", words(poll.min_interval), f"no more than max_interval, {longest}")
    table.finish()
    return poll


def _fetch(table: Table) -> FetchSettings:
    usual = FetchSettings()
    fetch = FetchSettings(
        max_bytes=table.take("max_bytes", values.size, usual.max_bytes),
        deadline=table.take("deadline", values.duration, usual.deadline),
        allow_private=table.each("allow_private", values.network, empty=True),
    )
    table.finish()
    return fetch
