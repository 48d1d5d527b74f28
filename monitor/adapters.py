"""The stages over the real store, network, clock and child processes."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import monitor
from monitor.classify.batch import Text, classify_texts
from monitor.run import Run
from monitor.sources.fetch import Fetcher
from monitor.store import Database, Store
from monitor.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.config import Config

# What one document may cost the child process that reads it: a 10 MB feed needs a third of it.
_WORKER_MEMORY = 500_000_000
_WORKER_TIME = timedelta(seconds=20)
_IN_MEMORY = "sqlite://"


def wall_clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened(
    config: Config,
    *,
    clock: Callable[[], datetime] = wall_clock,
    stopping: Callable[[], bool] = lambda: False,
    holder: str = "",
    asking: bool = False,
) -> Iterator[Run]:
    """Everything a run needs, put away afterwards. `holder`: who holds the state; see `lock.name`.

    Who is only `asking` leaves the state as it is: none is made where there is none, and an older one is a StoreError.
    """
    agent = f"ofsted-monitor/{monitor.__version__} (+{config.contact})"

    def new_fetcher() -> Fetcher:
        return Fetcher(
            user_agent=agent,
            max_bytes=config.fetch.max_bytes,
            deadline=config.fetch.deadline,
            concurrency=config.poll.concurrency,
            per_host=config.poll.per_host,
            allow_private=config.fetch.allow_private,
        )

    with ExitStack() as stack:
        is_imagined = asking and Database(config.database).is_absent
        store = stack.enter_context(Store(_IN_MEMORY) if is_imagined else Store(config.database, migrate=not asking))
        workers = stack.enter_context(new_workers())
        yield Run(
            config=config,
            store=store,
            workers=workers,
            new_fetcher=new_fetcher,
            classify=lambda items: workers.call(
                classify_texts, config.themes, config.trained_themes, [Text.of(item) for item in items]
            ),
            clock=clock,
            holder=holder,
            stopping=stopping,
        )


def new_workers() -> Workers:
    """Child processes that read documents, started when the first one comes."""
    return Workers(processes=os.cpu_count() or 1, memory_bytes=_WORKER_MEMORY, time_limit=_WORKER_TIME)
