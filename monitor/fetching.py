"""The two stages that ask the network: polling sources, and reading the pages and reports their items point to."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import structlog

from monitor.dates import london_day
from monitor.errors import FetchError, SourceError
from monitor.model import SourceKind, Unchanged
from monitor.sources.check import Attempt

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from monitor.config import Config
    from monitor.model import Inspection, Item, Source
    from monitor.sources.fetch import Fetcher
    from monitor.store import Check, SourceState, Store, UnreadItem
    from monitor.workers import Workers

T = TypeVar("T")

log = structlog.get_logger()

# Checks are stored in batches: a transaction costs more than the rows in it. A stop between two batches means that
# a handful of sources is asked again.
_CHECKS_A_BATCH = 100
_STORED_AFTER = timedelta(seconds=1)  # and this long at most: one that hangs keeps what the others brought waiting
# The pages and reports fetched in one pass: a first check of every council's history takes several passes, and news
# is not kept waiting meanwhile.
_READINGS_A_PASS = 200
_PAGE_BYTES = 3_000_000  # of a page; reports may have all that a document may
_READING_ATTEMPTS = 5
_FIRST_READING_RETRY = timedelta(minutes=5)
_LONGEST_READING_RETRY = timedelta(days=1)  # a server that asks for more is asked again all the same


class Fetching:
    """Polls and reads, over one store; what fails is recorded and tried again later."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        workers: Workers,
        clock: Callable[[], datetime],
        dice: random.Random,
        stopping: Callable[[], bool],
    ) -> None:
        self._config = config
        self._store = store
        self._workers = workers
        self._clock = clock
        self._dice = dice
        self._stopping = stopping

    # --- polling -----------------------------------------------------------------------------------------------

    async def poll(
        self,
        sources: Sequence[Source],
        fetcher: Fetcher,
        *,
        on_check: Callable[[Check], None],
        patience: timedelta | None,
        unfollowed: Collection[str] = (),
    ) -> list[Check]:
        """One check of each source, stored; in the order they ended. After `patience` no further one is begun.

        Of sources named in `unfollowed` everything is history: they stay as if they had not had their first check.
        """
        states = self._store.sources.states()
        finished: list[Check] = []
        stored: list[Check] = []

        def store_finished(*, all_ended: bool = False) -> None:
            # A check that wakes others is stored last: one made meanwhile must not put its source to sleep again.
            batch = [check for check in finished if all_ended or not check.wakes]
            finished[:] = [] if all_ended else [check for check in finished if check.wakes]
            for check in self._store.items.save(batch) if batch else ():
                # Its items are in the store by now; those of a thousand first checks took 40 MB here.
                stored.append(replace(check, items=()) if check.items else check)
                _log_check(check)
                on_check(check)

        async def check_one(source: Source) -> None:
            state = states.get(source.name)
            if source.name not in unfollowed:
                finished.append(await self._check(source, state, fetcher))
            else:
                check = await self._check(source, _without_first_check(state) if state else None, fetcher)
                finished.append(replace(check, state=_without_first_check(check.state)))
            if len(finished) >= _CHECKS_A_BATCH:
                store_finished()

        async def store_now_and_then() -> None:
            while True:
                await asyncio.sleep(_STORED_AFTER.total_seconds())
                store_finished()

        try:
            async with asyncio.TaskGroup() as tasks:
                storing = tasks.create_task(store_now_and_then())
                await self._by_host(sources, lambda source: source.url, check_one, patience)
                storing.cancel()
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
        store_finished(all_ended=True)
        return stored

    async def _check(self, source: Source, state: SourceState | None, fetcher: Fetcher) -> Check:
        attempt = Attempt.at(
            source,
            state,
            now=self._clock(),
            least=self._config.poll.min_interval,
            most=self._config.poll.max_interval,
            jitter=self._dice.random(),
        )
        try:
            return await attempt.make(fetcher, self._workers)
        except Exception as bug:
            log.exception("bug", source=source.name)
            return attempt.failed(_from_bug(bug))

    # --- reading -----------------------------------------------------------------------------------------------

    async def read(self, fetcher: Fetcher, *, patience: timedelta | None) -> tuple[int, list[tuple[str, str]]]:
        """Fetches the pages and reports that are due: how many were read; address and reason of those that were not.

        A failure is tried again later, and the item is told without meanwhile.
        """
        unread = self._store.items.unread(self._clock(), _READINGS_A_PASS)
        done = await self.read_these(unread, fetcher, patience=patience)
        failures = [(item.url, reason) for item, reason in done if reason]
        return len(done) - len(failures), failures

    async def read_these(
        self,
        unread: Sequence[UnreadItem],
        fetcher: Fetcher,
        *,
        patience: timedelta | None = None,
        at_once: int | None = None,
        on_read: Callable[[], None] = lambda: None,
    ) -> list[tuple[Item, str]]:
        """Fetches the pages and reports of these items, `at_once` so many of one host, in their order.

        Each item with the reason why it could not be read, "" when it was; in the order they ended.
        """
        done: list[tuple[Item, str]] = []

        async def read_one(waiting: UnreadItem) -> None:
            done.append((waiting.item, await self._read(waiting, fetcher)))
            on_read()

        await self._by_host(unread, lambda waiting: waiting.item.url, read_one, patience, at_once)
        return done

    async def _read(self, waiting: UnreadItem, fetcher: Fetcher) -> str:
        """Why the page or report an item points to could not be read; "" when it was."""
        item = waiting.item
        try:
            text, inspection = await self._document_of(item, self._source_of(item), fetcher)
        except SourceError as error:
            failure = error
        except Exception as bug:
            log.exception("bug", item=item.id, url=item.url)
            failure = _from_bug(bug)
        else:
            if inspection:
                self._store.classifications.save_inspection(item, inspection)
            self._store.items.save_reading(item.id, text=text)
            return ""
        self._reading_failed(waiting, failure)
        return failure.reason

    def _source_of(self, item: Item) -> Source | None:
        """The source an item came from; of a report on the page of a council nobody follows, another council's page."""
        own = (source for source in self._config.sources if source.name == item.source)
        alike = (source for source in self._config.sources if source.kind is SourceKind.OFSTED and item.is_report)
        return next(own, None) or next(alike, None)

    async def _document_of(self, item: Item, source: Source | None, fetcher: Fetcher) -> tuple[str, Inspection | None]:
        """The text of the page or report an item points to, and a report's facts. Raises SourceError."""
        async with fetcher.fetch(
            item.url,
            source=source.url if source else None,
            max_bytes=None if item.is_report else _PAGE_BYTES,
            pause=source.pause if source else timedelta(0),
            robots=not item.is_report,
        ) as document:
            if isinstance(document, Unchanged):
                raise FetchError("the server answered 304 to a question without conditions")
            # The libraries that read them are loaded when the first report and the first page come.
            if item.is_report:
                from monitor.reports import read_report  # noqa: PLC0415
                from monitor.reports.reconciling import reconciled  # noqa: PLC0415

                report = await self._workers.run(read_report, document.body)
                published = london_day(item.published) if item.published else None
                return report.text, reconciled(
                    report.inspection, council=item.council, published=published, event_date=item.event_date
                )
            from monitor.sources.article import read_article  # noqa: PLC0415

            article = await self._workers.run(read_article, document)
            return article.text, None

    def _reading_failed(self, waiting: UnreadItem, error: SourceError) -> None:
        attempts = waiting.attempts + 1
        wait = _reading_wait(waiting.item, attempts, error)
        next_at = self._clock() + wait if wait else None
        self._store.items.save_failed_reading(waiting.item.id, reason=error.reason, next_at=next_at)
        log.warning("not read", item=waiting.item.id, url=waiting.item.url, reason=error.reason, attempts=attempts)

    # --- both --------------------------------------------------------------------------------------------------

    async def _by_host(
        self,
        jobs: Iterable[T],
        url_of: Callable[[T], str],
        work: Callable[[T], Awaitable[None]],
        patience: timedelta | None,
        at_once: int | None = None,
    ) -> None:
        """Works through the jobs, those of one host in their order and never more than its connections at once.

        Every host has a lane of its own: a slow one keeps nobody else waiting.
        """
        lanes: dict[str, deque[T]] = {}
        for job in jobs:
            lanes.setdefault(urlsplit(url_of(job)).hostname or "", deque()).append(job)
        until = self._clock() + patience if patience else None
        # More places than connections: a job that only waits, for a pause between two requests, takes none of them.
        places = asyncio.Semaphore(4 * self._config.poll.concurrency)

        async def go_along(lane: deque[T]) -> None:
            while lane:
                async with places:
                    if not lane or self._stopping() or (until and self._clock() >= until):
                        return
                    await work(lane.popleft())

        try:
            async with asyncio.TaskGroup() as hands:
                for lane in lanes.values():
                    for _ in range(min(at_once or self._config.poll.per_host, len(lane))):
                        hands.create_task(go_along(lane))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed  # the others were stopped on its account


def _without_first_check(state: SourceState) -> SourceState:
    """When somebody follows its council, whatever the page shows will have been there before."""
    return replace(state, first_checked_at=None)


def _reading_wait(item: Item, attempts: int, error: SourceError) -> timedelta | None:
    """How long after that many attempts the page or report is tried again; None: never.

    A news page that does not come is given up. A report is what people wait for: it is tried every day, unless its
    publisher says that it is gone for good.
    """
    if isinstance(error, FetchError) and error.gone:
        return None
    if attempts < _READING_ATTEMPTS:
        wait: timedelta = _FIRST_READING_RETRY * 4 ** (attempts - 1)
    elif item.is_report:
        wait = _LONGEST_READING_RETRY
    else:
        return None
    asked = error.retry_after if isinstance(error, FetchError) else None
    return min(max(wait, asked or timedelta(0)), _LONGEST_READING_RETRY)


def _from_bug(bug: Exception) -> SourceError:
    """A document nobody foresaw costs its own source or item: the other nine hundred go on."""
    return SourceError(f"a bug of the monitor ({type(bug).__name__}); its log has the trace")


def _log_check(check: Check) -> None:
    say = log.warning if check.reason else log.info
    say(
        "polled",
        source=check.source,
        status=check.status.value,
        new=check.new,
        changed=check.changed,
        unchanged=check.unchanged,
        wakes=len(check.wakes) or None,
        seconds=round(check.seconds, 3),
        reason=check.reason or None,
    )
