"""The order of the stages. Each works through what the store says is still to be done, so a run may stop anywhere
and be run again:

    poll        due sources → checks and items
    read        items whose page or report is still to be fetched → full text, inspections
    understand  items not yet classified → labels
    group       relevant items without a story → stories, ready to be told
    alert       new reports → alerts owed
    digest      slots that are due → digests owed
    publish     what was told, and what is known of each council → feeds
    deliver     what is owed and due → outcomes
"""

from __future__ import annotations

import asyncio
import random
import threading
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from monitor import stories
from monitor.backfilling import ASKING, READING, Backfill
from monitor.carrying import Carrying, Outcomes
from monitor.composing import Composing
from monitor.fetching import Fetching
from monitor.model import Classification
from monitor.publishing import Publishing
from monitor.sources import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, timedelta

    from monitor.backfilling import Watch
    from monitor.config import Config
    from monitor.model import Digest, Item, Message, Source, Window
    from monitor.sources.fetch import Fetcher
    from monitor.store import Check, Store
    from monitor.suppression.links import StopLinks
    from monitor.workers import Workers

__all__ = ["Outcomes", "Pass", "Run"]

log = structlog.get_logger()

_ITEMS_A_BATCH = 200
_CHARACTERS_A_PORTION = 1_000_000  # of text classified at once: a second or two of work, far from a child's time limit


@dataclass(slots=True)
class Pass:
    """What one pass did, for whoever watches."""

    checks: list[Check] = field(default_factory=list)
    read: int = 0
    unread: list[tuple[str, str]] = field(default_factory=list)  # address, reason
    understood: int = 0
    relevant: int = 0
    grouped: int = 0
    alerts: int = 0


class Run:
    """The stages over one store and one configuration; adapters and clock are given.

    One thread may poll while another digests and delivers; each stage is for one thread at a time.
    """

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        workers: Workers,
        new_fetcher: Callable[[], Fetcher],
        classify: Callable[[Sequence[Item]], list[Classification]],
        clock: Callable[[], datetime],
        dice: random.Random | None = None,
        holder: str = "",
        stopping: Callable[[], bool] = lambda: False,
        links: StopLinks | None = None,
    ) -> None:
        """`holder`: see Carrying; without it, a run is its own, and nobody's successor."""
        dice = dice or random.Random()  # noqa: S311 - it spreads checks and retries, it guards nothing
        self.config = config
        self.store = store
        self.clock = clock
        self.links = links
        self._new_fetcher = new_fetcher
        self._classify = classify
        self._stopping = stopping
        self._telling_operator = threading.Lock()
        self._fetching = Fetching(
            config=config, store=store, workers=workers, clock=clock, dice=dice, stopping=stopping
        )
        self._composing = Composing(config=config, store=store, clock=clock)
        self._publishing = Publishing(config=config, store=store, clock=clock)
        self._carrying = Carrying(
            config=config,
            store=store,
            clock=clock,
            dice=dice,
            stopping=stopping,
            holder=holder or uuid4().hex,
            links=links,
        )

    # --- a pass: from due sources to alerts owed -----------------------------------------------------------------

    def due_sources(self) -> list[Source]:
        return schedule.due(self.config.sources, self.store.sources.states(), self.clock())

    def whole_pass(
        self,
        sources: Sequence[Source],
        *,
        on_check: Callable[[Check], None] = lambda _: None,
        patience: timedelta | None = None,
    ) -> Pass:
        """Polls these sources, reads and understands what they brought, and owes the alerts that follow from it.

        After `patience`, polling begins no further check and reading no further fetch: they are the next pass's.
        """
        self._composing.meet()
        done = Pass()
        if sources or self.store.items.unread(self.clock(), limit=1):
            asyncio.run(self._poll_and_read(sources, done, on_check, patience))
        self.understand(done)
        done.grouped = self.group()
        done.alerts = self.alert()
        return done

    async def _poll_and_read(
        self, sources: Sequence[Source], done: Pass, on_check: Callable[[Check], None], patience: timedelta | None
    ) -> None:
        async with self._new_fetcher() as fetcher:
            done.checks = await self.poll(sources, fetcher, on_check=on_check, patience=patience)
            done.read, done.unread = await self._fetching.read(fetcher, patience=patience)

    async def poll(
        self,
        sources: Sequence[Source],
        fetcher: Fetcher,
        *,
        on_check: Callable[[Check], None] = lambda _: None,
        patience: timedelta | None = None,
    ) -> list[Check]:
        """One check of each source, stored; in the order they ended."""
        return await self._fetching.poll(sources, fetcher, on_check=on_check, patience=patience)

    def backfill(self, pages: Sequence[Source], *, watch: Watch, again: bool = False) -> Backfill:
        """Checks these pages of councils and reads every report on them that was not read, due or not; tells nobody.

        `again`: those that were read as well.

        One report after the other, a council after the other, each one's oldest first. What is not history, for it
        came after the first check of a page that is followed, is told by the next pass as ever.
        """
        self._composing.meet()
        done = asyncio.run(self._backfill(pages, watch, again=again))
        self.understand(Pass())
        self.group()
        return done

    async def _backfill(self, pages: Sequence[Source], watch: Watch, *, again: bool) -> Backfill:
        done = Backfill()
        unfollowed = {page.name for page in pages} - {source.name for source in self.config.sources}
        async with self._new_fetcher() as fetcher:
            with watch(len(pages), ASKING) as advance:
                done.checks = await self._fetching.poll(
                    pages, fetcher, on_check=lambda _: advance(), patience=None, unfollowed=unfollowed
                )
            history = self.store.items.unread_history({page.council for page in pages if page.council}, read_too=again)
            with watch(len(history), READING) as advance:
                for _, waiting in groupby(history, lambda one: one.item.council):
                    for one in waiting:
                        readings = await self._fetching.read_these([one], fetcher, on_read=advance)
                        self._log_read(readings)
                        done.readings += readings
                    self.understand(Pass())
        return done

    def _log_read(self, readings: Sequence[tuple[Item, str]]) -> None:
        for item, reason in readings:
            reports = self.store.classifications.reports([item.council or ""])
            facts = next((one.inspection for one in reports if one.item_id == item.id), None)
            if facts and not reason:
                log.info("read", item=item.id, url=item.url, kind=facts.kind.value)

    def understand(self, done: Pass) -> None:
        """Labels every item not yet classified."""
        while not self._stopping() and (batch := self.store.items.unclassified(_ITEMS_A_BATCH)):
            for items in _portions(batch):
                understood = list(zip(items, self._labels(items), strict=True))
                self.store.classifications.save(understood)
                done.understood += len(items)
                done.relevant += sum(labels.relevant for _, labels in understood)

    def _labels(self, items: Sequence[Item]) -> list[Classification]:
        """What each item says; one that the classifier fails on or takes too long for costs itself, and is logged."""
        try:
            return self._classify(items)
        except Exception as error:
            if len(items) > 1:
                return [self._labels([item])[0] for item in items]
            log.exception("not understood", item=items[0].id, url=items[0].url)
            note = f"it could not be classified: {error}"
            return [Classification(relevant=False, relevance=0.0, notes=(note,))]

    def classify(self, item: Item) -> Classification:
        """What an item says. Raises ParseError where that cannot be found out within limits."""
        return self._classify([item])[0]

    def group(self) -> int:
        """Puts relevant items into stories; how many items."""
        grouped = 0
        shelf = stories.Shelf()  # filled as batches ask for more of it, and never twice
        while not self._stopping() and (new := self.store.stories.ungrouped(_ITEMS_A_BATCH)):
            since = min(told.item.first_seen for told in new) - stories.WINDOW
            shelf.forget(since)
            if councils := shelf.to_recall(new):
                shelf.recall(councils, self.store.stories.recent(since, councils))
            grown = shelf.join(new)
            # No item is ready before a digest that was composed without it, though the clock was set back since.
            ready_at = max([self.clock(), *self._composing.composed()])
            groups = [(story.number, [told.item for told in story.new]) for story in grown]
            for story, number in zip(grown, self.store.stories.save(groups, ready_at), strict=True):
                shelf.number(story, number)
            grouped += len(new)
        if grouped:
            self._publishing.has_news()
        return grouped

    # --- what is owed, and its carriage --------------------------------------------------------------------------

    def alert(self) -> int:
        """Owes the alerts of reports that came; how many."""
        owed = self._composing.alert()
        if owed:
            self._publishing.has_news()
        return owed

    def left_behind(self) -> tuple[list[str], int]:
        """Names of alerts that are not configured any more, and how many reports are still owed to them."""
        return self._composing.left_behind()

    def digest(self, names: Sequence[str] = (), *, window: Window | None = None) -> list[Digest]:
        """Owes the digests that are due, or those over `window`; the ones that were composed now."""
        composed = self._composing.digest(names, window)
        if composed:
            self._publishing.has_news()
        return composed

    def preview(self, names: Sequence[str] = (), *, window: Window | None = None) -> list[tuple[Digest, Message]]:
        """What the digests would say; records nothing. Without a window: since the last digest up to now."""
        return self._composing.preview(names, window)

    def word(self, digest: Digest) -> Message:
        return self._composing.word(digest)

    def publish(self) -> int:
        """Writes the feeds that have news; how many files."""
        return self._publishing.publish()

    def deliver(self, *, patience: timedelta | None = None) -> Outcomes:
        """Tries every delivery that is due, and tells the operator what was given up; after `patience`, begins none."""
        self._composing.meet()
        until = self.clock() + patience if patience else None
        outcomes = self._carrying.deliver(until=until)
        if not self._stopping() and self._tell_operator():
            outcomes.add(self._carrying.deliver(until=until))
        return outcomes

    def _tell_operator(self) -> bool:
        """Whether something is owed now about what was given up. Of two threads that find it, one tells it."""
        with self._telling_operator:
            return self._composing.tell_undelivered() > 0

    def send_again(self, names: Sequence[str] = ()) -> tuple[int, int]:
        """Owes again what lately ended undelivered, of these subscriptions or all; how many, and how many not."""
        return self._carrying.send_again(names)


def _portions(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in their order, in portions of at most so many characters, or of one item that is longer."""
    portion: list[Item] = []
    length = 0
    for item in items:
        if portion and length + len(item.full_text) > _CHARACTERS_A_PORTION:
            yield portion
            portion, length = [], 0
        portion.append(item)
        length += len(item.full_text)
    if portion:
        yield portion
