"""config/*.toml as values; whatever is wrong with the files is told at once, each with file and key.

One module a file (`monitor_toml`, with its channels in `channels_toml`; `sources_toml`, `themes_toml`,
`digests_toml`), over readers of single values (`values`, `durations`) and of tables (`tables`). Nothing here writes,
and only secrets are read from anywhere but the four files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from monitor.config.channels_toml import secret_troubles
from monitor.config.digests_toml import read_digests
from monitor.config.monitor_toml import FetchSettings, PollSettings, read_monitor
from monitor.config.public_toml import PublicSettings
from monitor.config.public_toml import secret_troubles as public_secret_troubles
from monitor.config.sources_toml import read_sources
from monitor.config.tables import read_toml, shown_key
from monitor.config.themes_toml import ids, read_themes
from monitor.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from monitor.model import Channel, Source, Subscription, Theme

# In the state directory: what was learnt of the reader's own themes.
TRAINED_THEMES = "themes.json"
# In the same place: the folder of feeds for feed readers.
FEEDS = "feeds"

__all__ = [
    "TRAINED_THEMES",
    "Config",
    "FetchSettings",
    "PollSettings",
    "PublicSettings",
    "builtin_themes",
    "load_config",
    "secret_problems",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything people configured."""

    timezone: ZoneInfo
    database: str = field(repr=False)  # SQLAlchemy's URL; it may hold a password from the environment
    councils: tuple[str, ...]  # those that are tracked, by short name
    contact: str  # for the User-Agent: "mailto:…" or "https:…"
    poll: PollSettings
    fetch: FetchSettings
    channels: Mapping[str, Channel]  # by name
    sources: tuple[Source, ...]  # enabled ones; one that stands for several councils is several
    disabled_sources: tuple[str, ...]
    themes: tuple[Theme, ...]
    feeds: Path  # where feeds for feed readers are written
    trained_themes: Path  # what `themes train` leaves; it may not be there
    subscriptions: tuple[Subscription, ...]  # digests, then alerts
    public: PublicSettings | None = None  # the page where recipients stop their messages, if there is one


def load_config(directory: Path, *, state: Path, environ: Mapping[str, str]) -> Config:
    """What the four files in `directory` say.

    A path in them that begins with state/ lies in `state`; any other relative path is relative to the working
    directory. Raises ConfigError with every problem in all four files. A secret that is absent is not one of
    them: see `secret_problems`.
    """
    if directory.is_file():
        hint = f"--config {directory.parent}"
        raise ConfigError([Problem(where=f"{directory}", found="a file", wanted="the directory it lies in", hint=hint)])
    if not directory.is_dir():
        hint = "name the directory that holds monitor.toml with --config"
        raise ConfigError([Problem(where=f"{directory}", found="no such directory", wanted="one", hint=hint)])
    problems: list[Problem] = []

    root = read_toml(directory / "monitor.toml", problems)
    monitor = read_monitor(root, state=state, environ=environ) if root else None
    root = read_toml(directory / "sources.toml", problems)
    sources, disabled_sources = read_sources(root, monitor.councils if monitor else ()) if root else ((), ())
    root = read_toml(directory / "themes.toml", problems)
    themes = read_themes(root) if root else None
    root = read_toml(directory / "digests.toml", problems)
    subscriptions = (
        read_digests(
            root,
            channels=monitor.channels if monitor else None,
            tracked=(monitor.councils or None) if monitor else None,
            theme_ids=ids(themes) if themes is not None else None,
        )
        if root
        else ()
    )
    if problems or monitor is None or themes is None:
        raise ConfigError(problems)
    return Config(
        timezone=monitor.timezone,
        database=monitor.database,
        councils=monitor.councils,
        contact=monitor.contact,
        poll=monitor.poll,
        fetch=monitor.fetch,
        channels={name: channel for name, channel in monitor.channels.items() if channel is not None},
        sources=sources,
        disabled_sources=disabled_sources,
        themes=themes,
        feeds=state / FEEDS,
        trained_themes=state / TRAINED_THEMES,
        subscriptions=subscriptions,
        public=monitor.public,
    )


def builtin_themes() -> tuple[Theme, ...]:
    """The themes the program brings along, for commands that run where there is no configuration."""
    problems: list[Problem] = []
    with as_file(files("monitor.data").joinpath("themes.toml")) as path:
        root = read_toml(path, problems)
    themes = read_themes(root) if root else None
    if problems or themes is None:
        raise ConfigError(problems)
    return themes


def secret_problems(config: Config) -> tuple[Problem, ...]:
    """The secrets that are absent or cannot be right though a subscription is told through their channel.

    In the order of channels; then that of the page that stops messages.
    """
    used = {recipient.channel for subscription in config.subscriptions for recipient in subscription.to}
    of_channels = tuple(
        Problem(where=f"monitor.toml: channels.{shown_key(name)}: {key}", found=found, wanted=wanted)
        for name, channel in config.channels.items()
        if name in used
        for key, found, wanted in secret_troubles(channel)
    )
    of_page = public_secret_troubles(config.public) if config.public else ()
    return of_channels + tuple(
        Problem(where=f"monitor.toml: public: {key}", found=found, wanted=wanted) for key, found, wanted in of_page
    )
