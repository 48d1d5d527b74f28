"""Fetching from servers on the loopback that answer as they are told to."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from monitor.errors import FetchError
from monitor.sources.fetch import Fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from monitor.model import Document, Unchanged

    Serve = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
MAX_BYTES = 1_000_000


def make_fetcher(
    *,
    max_bytes: int = MAX_BYTES,
    deadline: timedelta = timedelta(seconds=10),
    concurrency: int = 8,
    per_host: int = 2,
    allow_private: tuple[object, ...] = LOOPBACK,
) -> Fetcher:
    return Fetcher(
        user_agent="ofsted-monitor/0 (+mailto:operator@example.org)",
        max_bytes=max_bytes,
        deadline=deadline,
        concurrency=concurrency,
        per_host=per_host,
        allow_private=allow_private,
    )


@asynccontextmanager
async def site(serve: Serve) -> AsyncIterator[str]:
    """A well-behaved HTTP server on loopback; its address without the final slash."""
    runner = web.ServerRunner(web.Server(serve, handler_cancellation=True), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_site(answer: bytes, *, then_hang: bool = False) -> AsyncIterator[str]:
    """A server that says exactly `answer` to anything, and then closes, or keeps the connection open."""
    over = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if then_hang:
            await over.wait()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        over.set()
        server.close()
        await server.wait_closed()


async def fetched(fetcher: Fetcher, url: str, **asked: object) -> Document | Unchanged:
    """What a fetch of a configured address brings."""
    async with fetcher.fetch(url, **{"source": url, **asked}) as found:
        return found


def fetch(serve: Serve, path: str = "/", fetcher: Fetcher | None = None, **asked: object) -> Document | Unchanged:
    """What one fetch of `path` from a site makes of it."""

    async def run() -> Document | Unchanged:
        async with site(serve) as base, fetcher or make_fetcher() as ready:
            return await fetched(ready, base + path, **asked)

    return asyncio.run(run())


def failure(serve: Serve, path: str = "/", fetcher: Fetcher | None = None, **asked: object) -> FetchError:
    """The error one fetch of `path` from a site ends in."""
    with pytest.raises(FetchError) as caught:
        fetch(serve, path, fetcher, **asked)
    error = caught.value
    assert error.reason.isprintable(), "one line, without control characters"
    assert len(error.reason) < 120
    return error


def raw_failure(answer: bytes, *, then_hang: bool = False, deadline_s: float = 10) -> str:
    async def run() -> str:
        fetcher = make_fetcher(deadline=timedelta(seconds=deadline_s))
        async with raw_site(answer, then_hang=then_hang) as base, fetcher:
            with pytest.raises(FetchError) as caught:
                await fetched(fetcher, base + "/")
            return caught.value.reason

    return asyncio.run(run())


def answer(
    status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None
) -> Callable[[web.BaseRequest], Awaitable[web.Response]]:
    """A site that says the same to everything."""

    async def serve(_: web.BaseRequest) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return serve


def redirects(hops: dict[str, tuple[int, str]]) -> Serve:
    """A site with redirects by path; every other path is a document that says which."""

    async def serve(request: web.BaseRequest) -> web.Response:
        if request.path in hops:
            status, location = hops[request.path]
            return web.Response(status=status, headers={"Location": location})
        return web.Response(body=request.path.encode())

    return serve


PRIVATE = "refused: points to a private address"
