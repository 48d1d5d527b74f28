"""One poll by the monitor in a process of its own, storing included, and what it cost.

The process reads {"folder", "urls", "classify"} from stdin and writes its `Cost` to stdout, both as JSON. What one
poll leaves in the folder, the next one finds there.
"""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import json
import os
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from benchmarks.cost import Cost, cpu_s, peak_mb, tree_mb
from monitor import logs
from monitor.adapters import new_workers, wall_clock
from monitor.classify.batch import Text, classify_texts
from monitor.config import Config, FetchSettings, PollSettings, builtin_themes
from monitor.model import Document, Source, SourceKind
from monitor.run import Run
from monitor.sources.feed import read_feed
from monitor.sources.fetch import Fetcher
from monitor.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.model import Item
    from monitor.store import Check
    from monitor.workers import Workers


def main() -> None:
    asked = json.load(sys.stdin)
    logs.set_up(as_json=False, is_service=True)
    config = bare_config(Path(asked["folder"]), asked["urls"])
    print(json.dumps(asdict(_cost(config, classify=asked["classify"]))))


def _cost(config: Config, *, classify: bool) -> Cost:
    cost = Cost()
    to_classify: list[Item] = []

    def note(check: Check) -> None:
        assert not check.reason, f"{check.source}: {check.reason}"  # what a failed poll costs says nothing
        cost.new += check.new
        if classify:
            to_classify.extend(check.items)

    with Store(config.database) as store, new_workers() as workers:
        run = Run(
            config=config,
            store=store,
            workers=workers,
            new_fetcher=lambda: bare_fetcher(config),
            classify=lambda items: classify_texts(
                config.themes, config.trained_themes, [Text.of(item) for item in items]
            ),
            clock=wall_clock,
        )
        gc.freeze()  # as the command does, and the next line too
        gc.set_threshold(10_000)
        asyncio.run(_poll(run, workers, note, cost))
        cost.peak_mb, cost.tree_mb = peak_mb(), tree_mb()
        if to_classify:
            run.classify(to_classify[0])  # its tables are built once
            used_s = cpu_s()
            for item in to_classify:
                run.classify(item)
            cost.classify_s = cpu_s() - used_s
    return cost


async def _poll(run: Run, workers: Workers, note: Callable[[Check], None], cost: Cost) -> None:
    used_s = cpu_s()
    await _start(workers)
    cost.start_s = cpu_s() - used_s
    with cost.of_poll():
        async with bare_fetcher(run.config) as fetcher:
            await run.poll(run.config.sources, fetcher, on_check=note)


async def _start(workers: Workers) -> None:
    """Every child has begun and loaded its parser: each takes one call, since loading outlasts handing out."""
    tiny = Document(url="http://127.0.0.1/", body=b"<rss><channel><item><title>One</title></item></channel></rss>")
    for call in (partial(time.sleep, 0.5), partial(read_feed, tiny, known=frozenset())):
        async with asyncio.TaskGroup() as calls:
            for _ in range(os.cpu_count() or 1):
                calls.create_task(workers.run(call))


def bare_fetcher(config: Config) -> Fetcher:
    return Fetcher(
        user_agent="ofsted-monitor-benchmark/1 (+mailto:monitor@example.org)",
        max_bytes=config.fetch.max_bytes,
        deadline=config.fetch.deadline,
        concurrency=config.poll.concurrency,
        per_host=config.poll.per_host,
        allow_private=config.fetch.allow_private,
    )


def bare_config(folder: Path, urls: Sequence[str]) -> Config:
    return Config(
        timezone=ZoneInfo("Europe/London"),
        database=f"sqlite:///{folder / 'monitor.db'}",
        councils=("Devon",),
        contact="mailto:monitor@example.org",
        poll=PollSettings(),
        fetch=FetchSettings(allow_private=(ipaddress.IPv4Network("127.0.0.0/8"),)),
        channels={},
        sources=tuple(Source(name=f"Paper {n}", kind=SourceKind.FEED, url=url) for n, url in enumerate(urls)),
        disabled_sources=(),
        themes=builtin_themes(),
        feeds=folder / "feeds",
        trained_themes=folder / "themes.json",
        subscriptions=(),
    )
