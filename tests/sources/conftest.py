"""A check of a source over the real network and by the real readers, and the sources it is tried on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from checked import FEED, HOUR, MINUTE
from fetched import make_fetcher

from monitor.model import SourceKind
from monitor.sources.check import Attempt
from monitor.workers import Workers


@pytest.fixture(scope="module")
def workers():
    with Workers(processes=1, memory_bytes=1_000_000_000, time_limit=timedelta(seconds=10)) as children:
        yield children


@pytest.fixture
def check(workers, now):
    """One check of a source."""

    def make(source, state=None, *, at=now, readers=workers):
        attempt = Attempt.at(source, state, now=at, least=10 * MINUTE, most=12 * HOUR, jitter=0.5)

        async def run():
            async with make_fetcher() as fetcher:
                return await attempt.make(fetcher, readers)

        return asyncio.run(run())

    return make


@pytest.fixture
def feed(make_source, web):
    return make_source(url=web.url + FEED)


@pytest.fixture
def ofsteds(make_source, web):
    """The page of a council on Ofsted's site."""
    return make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")


@pytest.fixture
def shown(web):
    """Lets that page be so from now on."""
    return partial(web.shows, "/provider/44/89999")
