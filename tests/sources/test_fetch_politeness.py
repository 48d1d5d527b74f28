"""A site is sent a few requests at a time, a pause apart, and is not read where its robots.txt asks for that."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from fetched import answer, failure, fetch, fetched, make_fetcher, site

from monitor.errors import FetchError
from monitor.model import Document, Unchanged

if TYPE_CHECKING:
    from fetched import Serve


class Busy:
    """A site that keeps every request until `release`; counts how many it has had at once."""

    def __init__(self, expected: int) -> None:
        self.now = self.most = 0
        self.expected = expected
        self.full, self.release = asyncio.Event(), asyncio.Event()

    async def serve(self, _: web.BaseRequest) -> web.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now == self.expected:
            self.full.set()
        await self.release.wait()
        self.now -= 1
        return web.Response()


def most_at_once(hosts: tuple[str, ...], requests: int, *, expected: int, **limits: int) -> int:
    """How many requests a site has at once that is asked under these names in turn; it waits for those expected."""

    async def run() -> int:
        busy = Busy(expected)
        async with site(busy.serve) as base, make_fetcher(**limits) as fetcher:
            names = [base.replace("127.0.0.1", host) for host in hosts]
            urls = [f"{names[n % len(names)]}/{n}" for n in range(requests)]
            fetches = [asyncio.create_task(fetched(fetcher, url)) for url in urls]
            await busy.full.wait()
            busy.release.set()
            await asyncio.gather(*fetches)
        return busy.most

    return asyncio.run(run())


def test_one_host_is_sent_no_more_requests_at_once_than_allowed() -> None:
    assert most_at_once(("127.0.0.1",), 6, expected=2, per_host=2) == 2


def test_all_hosts_together_are_sent_no_more_requests_at_once_than_allowed() -> None:
    assert most_at_once(("127.0.0.1", "localhost"), 8, expected=3, concurrency=3, per_host=2) == 3


def test_many_requests_for_a_slow_host_leave_the_others_their_turn() -> None:
    async def run() -> Document | Unchanged:
        busy = Busy(expected=1)
        async with (
            site(busy.serve) as slow,
            site(answer(200, b"quick")) as quick,
            make_fetcher(concurrency=2, per_host=1) as fetcher,
        ):
            waiting = [asyncio.create_task(fetched(fetcher, f"{slow}/{n}")) for n in range(20)]
            await busy.full.wait()
            document = await fetched(fetcher, quick.replace("127.0.0.1", "localhost") + "/")
            assert not any(task.done() for task in waiting)
            busy.release.set()
            await asyncio.gather(*waiting)
            return document

    document = asyncio.run(run())
    assert isinstance(document, Document)
    assert document.body == b"quick"


def test_waiting_for_a_turn_is_not_held_against_the_server() -> None:
    async def serve(_: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.1)
        return web.Response()

    async def run() -> None:
        fetcher = make_fetcher(per_host=1, deadline=timedelta(seconds=0.5))
        async with site(serve) as base, fetcher:
            await asyncio.gather(*(fetched(fetcher, f"{base}/{n}") for n in range(7)))

    asyncio.run(run())


def test_requests_to_one_host_start_a_pause_apart_and_hold_up_nobody_else() -> None:
    starts: list[float] = []

    async def serve(_: web.BaseRequest) -> web.Response:
        starts.append(asyncio.get_running_loop().time())
        return web.Response()

    async def run() -> None:
        pause = timedelta(seconds=0.25)
        async with site(serve) as base, site(answer()) as other, make_fetcher(concurrency=1) as fetcher:
            paused = [asyncio.create_task(fetched(fetcher, f"{base}/{n}", pause=pause)) for n in range(3)]
            for n in range(3):
                await fetched(fetcher, f"{other.replace('127.0.0.1', 'localhost')}/{n}")
            assert not paused[-1].done()
            await asyncio.gather(*paused)

    asyncio.run(run())
    # A start is seen by the server a little after it was made, and not always equally late.
    assert all(later - earlier > 0.15 for earlier, later in pairwise(starts))


def test_connection_is_kept_only_while_others_wait_for_its_host() -> None:
    wishes: list[str | None] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        wishes.append(request.headers.get("Connection"))
        return web.Response()

    async def run() -> None:
        async with site(serve) as base, make_fetcher(per_host=1) as fetcher:
            await asyncio.gather(*(fetched(fetcher, f"{base}/{n}") for n in range(3)))

    asyncio.run(run())
    # The first was on its way before the others came.
    assert wishes == ["close", None, "close"]


async def robots_site(request: web.BaseRequest) -> web.Response:
    """A site that forbids /private/, and sends /moved there."""
    if request.path == "/robots.txt":
        return web.Response(text="User-agent: *\nDisallow: /private/\n")
    if request.path == "/moved":
        return web.Response(status=302, headers={"Location": "/private/a"})
    return web.Response(body=b"page")


@pytest.mark.parametrize("path", ["/private/a", "/moved"])
def test_page_the_site_asks_not_to_be_read_is_not_read(path: str) -> None:
    assert failure(robots_site, path, robots=True).reason == "robots.txt does not allow this page"


@pytest.mark.parametrize(("path", "robots"), [("/open", True), ("/private/a", False)])
def test_page_is_read_where_robots_txt_allows_it_or_is_not_asked(path: str, robots: bool) -> None:
    document = fetch(robots_site, path, robots=robots)
    assert isinstance(document, Document)
    assert document.body == b"page"


def test_page_of_a_site_that_cannot_answer_for_its_robots_txt_waits() -> None:
    assert failure(answer(500), "/a", robots=True).reason == "robots.txt could not be read: HTTP 500"


def test_page_of_a_site_without_robots_txt_is_read() -> None:
    async def serve(request: web.BaseRequest) -> web.Response:
        return web.Response(status=404 if request.path == "/robots.txt" else 200)

    assert isinstance(fetch(serve, "/a", robots=True), Document)


def test_robots_txt_on_the_way_counts_into_the_deadline() -> None:
    def slow(location: str | None) -> Serve:
        async def serve(request: web.BaseRequest) -> web.Response:
            if request.path == "/robots.txt":
                await asyncio.sleep(0.2)
                return web.Response(status=404)
            return web.Response(status=302, headers={"Location": location}) if location else web.Response()

        return serve

    async def run() -> str:
        async with AsyncExitStack() as sites, make_fetcher(deadline=timedelta(seconds=0.5)) as fetcher:
            start = None
            for _ in range(4):
                start = await sites.enter_async_context(site(slow(start and start + "/")))
            with pytest.raises(FetchError) as caught:
                await fetched(fetcher, f"{start}/", robots=True)
            return caught.value.reason

    assert asyncio.run(run()) == "took longer than 0.5 s"


def test_site_that_asks_for_pauses_and_redirects_to_itself_is_given_up_at_once() -> None:
    async def serve(request: web.BaseRequest) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nCrawl-delay: 10\n")
        return web.Response(status=302, headers={"Location": request.path + "a"})

    fetcher = make_fetcher(deadline=timedelta(seconds=5))
    assert failure(serve, "/a", fetcher, robots=True).reason == "took longer than 5 s"


def test_endless_robots_txt_is_read_in_part() -> None:
    async def serve(request: web.BaseRequest) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(body=b"User-agent: *\nDisallow: /private/\n" + b"# more\n" * 300_000)
        return web.Response(body=b"page")

    assert isinstance(fetch(serve, "/open", robots=True), Document)
    assert failure(serve, "/private/a", robots=True).reason == "robots.txt does not allow this page"
