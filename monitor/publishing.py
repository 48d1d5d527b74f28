"""Feeds out: what subscriptions were told, and what is known of each council, as files for feed readers."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import feeds
from monitor.errors import NotPublished
from monitor.files import is_plain, replace_whole, slug
from monitor.model import Feed
from monitor.origins import kinds_of, origins
from monitor.render.feeds import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.config import Config
    from monitor.model import ReadyItem
    from monitor.store import Store

log = structlog.get_logger()

# Who reads a feed at all reads it within that time; texts are kept as long.
_REACH_BACK = timedelta(days=60)
# Far more items than fifty entries have.
_MOST_ITEMS = 2_000
_ENDINGS = (".atom", ".json")
_OURS = ("digest-", "alert-", "council-")  # how the names of our files begin


class Publishing:
    """Writes the feeds into a folder, each file whole, and only when it says something else than before."""

    def __init__(self, *, config: Config, store: Store, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._is_stale = True
        self._written: dict[str, object] = {}  # by name: what stood in the feed that was written last

    def has_news(self) -> None:
        """The next `publish` has something to write, as the first one always may have."""
        self._is_stale = True

    def publish(self) -> int:
        """Every subscription and every council that is followed has its feeds; how many files were written.

        Does nothing where there is no news since the last time. Raises NotPublished where the folder cannot be written;
        after that, as after any other trouble, it is tried again the next time.
        """
        if not self._is_stale:
            return 0
        self._is_stale = False  # first: what comes meanwhile, from another thread, is for the next time
        try:
            written = self._write()
        except Exception as error:
            self._is_stale = True
            if not isinstance(error, OSError):
                raise
            reason = error.strerror or type(error).__name__
            raise NotPublished(f"feeds: {self._config.feeds} cannot be written: {reason}") from error
        if written:
            log.info("published", files=written)
        return written

    def _write(self) -> int:
        folder = self._config.feeds
        folder.mkdir(parents=True, exist_ok=True)
        titles = {theme.id: theme.title for theme in self._config.themes}
        written = 0
        wanted: set[Path] = set()
        for feed in self._feeds():
            paths = {ending: folder / f"{feed.name}{ending}" for ending in _ENDINGS}
            wanted.update(paths.values())
            if self._written.get(feed.name) == _print_of(feed) and all(map(is_plain, paths.values())):
                continue  # wording is what costs: of 153 councils, few have news at a time
            for ending, content in files(feed, theme_titles=titles, timezone=self._config.timezone).items():
                if not is_plain(paths[ending]) or paths[ending].read_bytes() != content:
                    replace_whole(paths[ending], content)  # a link there may lead to any file of ours
                    written += 1
            self._written[feed.name] = _print_of(feed)
        # A reader that goes on asking for what is no longer configured is told so by its absence.
        for path in folder.iterdir():
            if path not in wanted and path.suffix in _ENDINGS and path.name.startswith(_OURS):
                path.unlink()
        return written

    def _feeds(self) -> Iterator[Feed]:
        now = self._clock()
        since = now - _REACH_BACK
        known = self._store.classifications.reports()
        met = self._store.digests.met([one.name for one in self._config.subscriptions], now)
        for one in self._config.subscriptions:
            told = self._store.stories.told_since(one.name, since, limit=_MOST_ITEMS)
            yield Feed(
                name=f"{one.kind.value}-{_file_name(one.name)}",
                title=f"Ofsted monitor: {one.name}",
                entries=feeds.entries(told, known),
                began=met[one.name],
            )
        about = _by_council(self._of_sources_there(self._store.stories.relevant_since(since)), since)
        for council in self._config.councils:
            yield Feed(
                name=f"council-{slug(council)}",
                title=f"Ofsted monitor: {council}",
                entries=feeds.entries(about.get(council, ()), known),
                began=min(met.values(), default=now),
            )

    def _of_sources_there(self, ready: Sequence[ReadyItem]) -> list[ReadyItem]:
        """Without the news of sources that are not configured any more."""
        kinds = kinds_of(self._config.sources, self._store.sources.states())
        where = origins(ready, kinds, self._store.items.shown_by)
        return [one for one in ready if not where.has_gone(one.item)]


def _print_of(feed: Feed) -> object:
    """What is another as soon as anything in the feed is."""
    return [
        (
            entry.id,
            entry.updated,
            tuple((told.item.id, told.item.version) for told in entry.story.items),
            tuple((news.url, news.unread) for news in entry.inspections),
        )
        for entry in feed.entries
    ]


def _by_council(ready: Sequence[ReadyItem], since: datetime) -> dict[str, list[feeds.Told]]:
    """What is known of each council, each item with when it could be told.

    What was there at its source's first check is dated by its publication, and left out where that was before `since`.
    """
    found: dict[str, list[feeds.Told]] = {}
    for one in ready:
        at = one.item.published if one.item.from_first_check else one.ready_at
        if at and since <= at <= one.ready_at:
            for council in one.classification.councils:
                found.setdefault(council, []).append((one, at))
    return found


def _file_name(name: str) -> str:
    """A subscription's name as it may stand in a file name; a hash tells apart those that differ in nothing else."""
    if slug(name) == name:
        return name
    return f"{slug(name)}-{hashlib.blake2b(name.encode(), digest_size=3).hexdigest()}"
