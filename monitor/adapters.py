"""The stages over the real store, network, clock and child processes."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import monitor
from monitor.classify.batch import Text, classify_texts
from monitor.public import key, listening
from monitor.run import Run
from monitor.sources.fetch import Fetcher
from monitor.store import Database, Store
from monitor.suppression.links import StopLinks
from monitor.workers import Workers

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from monitor.config import Config
    from monitor.errors import Problem

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
            links=None if asking else stop_links(config),
        )


def new_workers() -> Workers:
    """Child processes that read documents, started when the first one comes."""
    return Workers(processes=os.cpu_count() or 1, memory_bytes=_WORKER_MEMORY, time_limit=_WORKER_TIME)


# --- the page that stops messages ----------------------------------------------------------------------------------


def stop_links(config: Config, *, make: bool = True) -> StopLinks | None:
    """What recipients' links are made with; None where there is no page, or no key and none is to be made.

    Raises StoreError where the key that was made once cannot be read.
    """
    page = config.public
    if page is None or (page.secret and page.secret.value is None):
        return None
    found = key.from_secret(page.secret.value) if page.secret and page.secret.value else None
    found = found or key.kept(page.key_file, make=make)
    return StopLinks(url=page.url, key=found) if found else None


def listener_for(config: Config) -> AbstractContextManager[socket.socket | None]:
    """The socket on which the page will be answered, for the block; none where there is no page.

    Raises ConfigError where this program cannot listen there.
    """
    if config.public is None:
        return nullcontext()
    return listening.listening(config.public.host, config.public.port)


def page_trouble(config: Config, *, is_served: bool) -> Problem | None:
    """Why the page could not be answered on its address and port, or None. `is_served`: a service is at work."""
    page = config.public
    return listening.trouble(page.host, page.port, is_served=is_served) if page else None


def page_shown(run: Run, listener: socket.socket | None) -> AbstractContextManager[None]:
    """The page is answered on the socket during the block; nothing happens without one."""
    links = run.links
    if listener is None or links is None:
        return nullcontext()
    from monitor.public.app import StopPage  # noqa: PLC0415 - only the service needs the web server
    from monitor.public.server import serving  # noqa: PLC0415 - as above

    page = StopPage(
        suppressions=run.store.suppressions,
        key=links.key,
        contact=run.config.contact,
        subscriptions=run.config.subscriptions,
        clock=run.clock,
    )
    return serving(page.app(urlsplit(links.url).path), listener)
