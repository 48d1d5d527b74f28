"""A server that is broken or hangs ends a fetch soon, in one line an operator can act on."""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import http_exceptions, web
from fetched import answer, failure, fetched, make_fetcher, raw_failure, site

from monitor.errors import FetchError
from monitor.sources.fetch import reason, words

CUT = "the document was cut short or is damaged"
IMPROPER = "the answer is not proper HTTP"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param(b"", "the connection was lost", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Type: te", "the connection was lost", id="half a head"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", IMPROPER, id="not HTTP"),
        pytest.param(b"HTTP/1.1 2000 OK\r\n\r\n", IMPROPER, id="odd status"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", IMPROPER, id="odd length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", IMPROPER, id="huge header"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 9_000 + b"\r\n", IMPROPER, id="endless headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss>", CUT, id="shorter than said"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n", CUT, id="last chunk missing"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<rss>\r\n", IMPROPER, id="odd chunk size"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n<rss>", CUT, id="not gzip"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\n<rss>", CUT, id="not brotli"
        ),
    ],
)
def test_broken_answer_is_a_failure_in_the_operators_words(said: bytes, why: str) -> None:
    assert raw_failure(said) == why


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="says nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", id="stops in the head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss>", id="stops in the body"),
    ],
)
def test_server_that_hangs_is_given_up_at_the_deadline(said: bytes) -> None:
    assert raw_failure(said, then_hang=True, deadline_s=0.3) == "took longer than 0.3 s"


def test_document_that_drips_is_given_up_at_the_deadline() -> None:
    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1_000):
            await response.write(b"x")
            await asyncio.sleep(0.02)
        return response

    error = failure(serve, fetcher=make_fetcher(deadline=timedelta(seconds=0.3)))
    assert error.reason == "took longer than 0.3 s"


def test_deadline_holds_for_all_redirects_together() -> None:
    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return web.Response(status=302, headers={"Location": request.path + "a"})

    error = failure(serve, "/a", fetcher=make_fetcher(deadline=timedelta(seconds=0.3)))
    assert error.reason == "took longer than 0.3 s"


def test_closed_port_is_told_in_the_systems_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening

        async def run() -> None:
            async with make_fetcher() as fetcher:
                await fetched(fetcher, f"http://127.0.0.1:{taken.getsockname()[1]}/")

        with pytest.raises(FetchError, match=r"^could not connect: connection refused$"):
            asyncio.run(run())


def test_site_without_a_secure_connection_is_told_so() -> None:
    async def run() -> None:
        async with site(answer()) as base, make_fetcher() as fetcher:
            await fetched(fetcher, base.replace("http:", "https:"))

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    assert caught.value.reason in {"a secure connection could not be made", "the connection was lost"}


def family_of(parent: type[BaseException]) -> list[type[BaseException]]:
    return [parent, *(each for child in parent.__subclasses__() for each in family_of(child))]


@pytest.mark.parametrize(
    "error",
    [
        *dict.fromkeys(family_of(aiohttp.ClientError)[1:]),
        *family_of(http_exceptions.HttpProcessingError),
        ssl.SSLError,
        zlib.error,
        UnicodeError,
        ConnectionResetError,
    ],
    ids=lambda error: error.__name__,
)
def test_every_error_of_the_http_library_has_words_of_its_own(error: type[BaseException]) -> None:
    assert words(error)


def test_error_nobody_knew_of_is_named() -> None:
    assert reason(aiohttp.ClientError("\x1b[2J<script>")) == "the request failed (ClientError)"
