"""Whatever a server does, a fetch ends in a document or in one line an operator can act on, soon and cheaply."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tracemalloc
import zlib
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import TYPE_CHECKING

import aiohttp
import brotli
import pytest
from aiohttp import http_exceptions, web
from yarl import URL

from monitor.dates import retry_after
from monitor.errors import FetchError
from monitor.model import Document, Unchanged
from monitor.sources.fetch import Fetcher, reason, words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Serve = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

NOW = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
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


# --- documents --------------------------------------------------------------------------------------------


def test_document_comes_as_its_bytes_with_what_is_needed_to_ask_again() -> None:
    body = b"\xef\xbb\xbf<rss>\x92 caf\xe9</rss>\r\n"
    headers = {
        "Content-Type": "Application/RSS+XML; Charset=ISO-8859-1",
        "ETag": 'W/"1-gzip"',
        "Last-Modified": "Thu, 18 Jun 2026 09:30:00 GMT",
    }
    document = fetch(answer(200, body, headers), "/feed?b=2&a=1#top")
    assert isinstance(document, Document)
    assert document.body == body
    assert document.url.endswith("/feed?b=2&a=1")
    assert document.content_type == "application/rss+xml; charset=iso-8859-1"
    assert document.etag == 'W/"1-gzip"'
    assert document.last_modified == "Thu, 18 Jun 2026 09:30:00 GMT"
    assert document.moved_to is None


def test_server_is_told_who_asks_and_nothing_about_earlier_visits() -> None:
    seen: list[dict[str, str]] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        seen.append(dict(request.headers))
        return web.Response(headers={"Set-Cookie": "visitor=1; Path=/"})

    async def run() -> None:
        async with site(serve) as base, make_fetcher() as fetcher:
            await fetched(fetcher, base + "/a")
            await fetched(fetcher, base + "/b")

    asyncio.run(run())
    assert [headers["User-Agent"] for headers in seen] == ["ofsted-monitor/0 (+mailto:operator@example.org)"] * 2
    assert not any("Cookie" in headers or "If-None-Match" in headers for headers in seen)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(b"ETag: \xff\xfe\r\nLast-Modified: \xff", id="not text"),
        pytest.param(b"ETag: a\x01b\r\nLast-Modified: a\tb", id="control characters"),
        pytest.param(b"ETag: " + b"x" * 1_001, id="endless"),
    ],
)
def test_validator_that_could_not_be_stored_or_sent_back_is_dropped(headers: bytes) -> None:
    async def run() -> Document | Unchanged:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + headers + b"\r\n\r\n"
        async with raw_site(head) as base, make_fetcher() as fetcher:
            return await fetched(fetcher, base + "/")

    try:
        document = asyncio.run(run())
    except FetchError as error:
        assert error.reason == "the answer is not proper HTTP"  # noqa: PT017 - either end is right
    else:
        assert isinstance(document, Document)
        assert (document.etag, document.last_modified) == (None, None)


def test_long_header_of_a_real_site_is_no_obstacle() -> None:
    document = fetch(answer(200, b"x", {"Content-Security-Policy": "img-src " + "a.example.org " * 1_500}))
    assert isinstance(document, Document)


# --- asking again -----------------------------------------------------------------------------------------


async def conditional(request: web.BaseRequest) -> web.Response:
    """The document of version "2" since a day in June, by way of one redirect from /old."""
    if request.path == "/old":
        return web.Response(status=302, headers={"Location": "/new"})
    known = (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
    if known[0] == '"2"' or known[1] == "Thu, 18 Jun 2026 09:30:00 GMT":
        return web.Response(status=304, headers={"ETag": '"2"'})
    return web.Response(body=b"news", headers={"ETag": '"2"'})


@pytest.mark.parametrize(
    "known", [{"etag": '"2"'}, {"last_modified": "Thu, 18 Jun 2026 09:30:00 GMT"}], ids=["etag", "last-modified"]
)
@pytest.mark.parametrize("path", ["/new", "/old"])
def test_document_that_has_not_changed_is_not_sent_again(known: dict[str, str], path: str) -> None:
    assert fetch(conditional, path, **known) == Unchanged(etag='"2"', last_modified=None)


def test_document_that_has_changed_is_sent_again() -> None:
    document = fetch(conditional, "/new", etag='"1"')
    assert isinstance(document, Document)
    assert document.body == b"news"


def test_unchanged_is_not_believed_where_nothing_was_known() -> None:
    assert failure(answer(304)).reason == "HTTP 304 although no earlier document was named"


# --- redirects --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hops", "moved"),
    [
        pytest.param({"/a": (301, "/b")}, True, id="permanent"),
        pytest.param({"/a": (308, "/c"), "/c": (301, "/b")}, True, id="permanent twice"),
        pytest.param({"/a": (302, "/b")}, False, id="for now"),
        pytest.param({"/a": (301, "/c"), "/c": (302, "/b")}, False, id="permanent, then for now"),
        pytest.param({"/a": (307, "/c"), "/c": (301, "/b")}, False, id="for now, then permanent"),
        pytest.param({"/a": (303, "b#part")}, False, id="relative, with a fragment"),
    ],
)
def test_redirect_is_followed_and_remembered_only_when_permanent_all_the_way(
    hops: dict[str, tuple[int, str]], moved: bool
) -> None:
    document = fetch(redirects(hops), "/a")
    assert isinstance(document, Document)
    assert URL(document.url).path_qs == "/b"
    assert document.body == b"/b"
    assert document.moved_to == (document.url if moved else None)


ELSEWHERE = "redirected to an unusable address"
PRIVATE = "refused: points to a private address"


@pytest.mark.parametrize(
    ("location", "why"),
    [
        pytest.param("file:///etc/passwd", ELSEWHERE, id="file"),
        pytest.param("javascript:alert(1)", ELSEWHERE, id="script"),
        pytest.param("http://[::1", ELSEWHERE, id="broken IPv6"),
        pytest.param("http://example.org:99999/", ELSEWHERE, id="impossible port"),
        pytest.param("http://consent.a b/", ELSEWHERE, id="space in the host"),
        pytest.param("", "HTTP 302 that does not say where to", id="nowhere"),
        pytest.param("/a", "redirected in a loop", id="itself"),
        pytest.param("http://169.254.169.254/latest/meta-data/", PRIVATE, id="cloud metadata"),
        pytest.param("http://[::ffff:10.0.0.1]/", PRIVATE, id="wrapped private address"),
        pytest.param("http://10.0.0.1/", PRIVATE, id="private address"),
        pytest.param(
            "https://consent.google.com/ml?continue=x",
            "redirected to a consent page (consent.google.com)",
            id="consent page",
        ),
        pytest.param("https://Login.Example.org/", "redirected to a login page (login.example.org)", id="login page"),
    ],
)
def test_redirect_that_must_not_be_followed_is_not(location: str, why: str) -> None:
    assert failure(redirects({"/a": (302, location)}), "/a").reason == why


def test_redirects_in_a_circle_are_named() -> None:
    assert failure(redirects({"/a": (301, "/b"), "/b": (302, "/a")}), "/a").reason == "redirected in a loop"


def test_redirects_without_end_are_given_up() -> None:
    async def serve(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": request.path + "a"})

    assert failure(serve, "/a").reason == "redirected more than 10 times"


def test_credentials_stay_with_their_site_and_reach_neither_document_nor_reason() -> None:
    seen: list[tuple[str, str | None]] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        seen.append((request.path, request.headers.get("Authorization")))
        host = request.headers["Host"]
        if request.path == "/here":
            return web.Response(status=301, headers={"Location": "/same"})
        if request.path == "/same":
            return web.Response(
                status=301, headers={"Location": f"http://eve:x@{host.replace('127.0.0.1', '127.0.0.2')}/away"}
            )
        return web.Response()

    async def run() -> list[Document | Unchanged]:
        runner = web.ServerRunner(web.Server(serve))
        await runner.setup()
        await web.TCPSite(runner, "0.0.0.0", 0).start()  # noqa: S104 - for two loopback addresses
        start = f"http://me:secret@127.0.0.1:{runner.addresses[0][1]}"
        try:
            async with make_fetcher() as fetcher:
                return [await fetched(fetcher, start + "/plain"), await fetched(fetcher, start + "/here")]
        finally:
            await runner.cleanup()

    documents = asyncio.run(run())
    basic = "Basic bWU6c2VjcmV0"  # me:secret
    assert seen == [("/plain", basic), ("/here", basic), ("/same", basic), ("/away", None)]
    assert not any("@" in document.url for document in documents if isinstance(document, Document))


# --- what a server says when it will not ------------------------------------------------------------------


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 418, 500, 502, 599])
def test_status_that_is_no_document_is_the_reason(status: int) -> None:
    error = failure(answer(status, b""))
    assert (error.reason, error.gone, error.retry_after) == (f"HTTP {status}", False, None)


def test_source_that_is_gone_for_good_is_said_to_be() -> None:
    error = failure(answer(410, b"retired"))
    assert (error.reason, error.gone) == ("HTTP 410", True)


@pytest.mark.parametrize("status", [429, 503])
def test_server_that_says_when_to_come_back_is_heard(status: int) -> None:
    error = failure(answer(status, b"later", {"Retry-After": "120"}))
    assert (error.reason, error.retry_after) == (f"HTTP {status}", timedelta(seconds=120))


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("120", timedelta(seconds=120), id="seconds"),
        pytest.param(" 0 ", timedelta(0), id="none"),
        pytest.param("604800", timedelta(days=1), id="a week is a day"),
        pytest.param("1781784000", None, id="a clock reading"),
        pytest.param("9" * 5_000, None, id="endless"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1.5", None, id="a fraction"),
        pytest.param("١٢", None, id="other digits"),
        pytest.param("soon", None, id="words"),
        pytest.param("Thu, 18 Jun 2026 12:05:00 GMT", timedelta(minutes=5), id="date"),
        pytest.param("Thu, 18 Jun 2026 13:05:00 +0100", timedelta(minutes=5), id="date with an offset"),
        pytest.param("Thu, 18 Jun 2026 12:05:00 -0000", timedelta(minutes=5), id="date without a zone"),
        pytest.param("Thursday, 18-Jun-26 12:05:00 GMT", timedelta(minutes=5), id="old form of date"),
        pytest.param("Fri, 18 Jun 2027 12:00:00 GMT", timedelta(days=1), id="next year is a day"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", None, id="a date gone by"),
        pytest.param("Thu, 99 Jun 2026 99:00:00 GMT", None, id="no such date"),
        pytest.param("Mon, 01 Jan 99999999999 00:00:00 GMT", None, id="a year of many digits"),
        pytest.param("Thu, 18 Jun 2026 12:05:00 +99999999999999", None, id="an offset of many digits"),
    ],
)
def test_retry_after_is_heard_within_reason(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        pytest.param(403, b"<title>Just a moment...</title>", {"Server": "cloudflare"}, id="Cloudflare page"),
        pytest.param(503, b"<title>Just a moment...</title>", {}, id="Cloudflare page, older"),
        pytest.param(403, b"", {"cf-mitigated": "challenge"}, id="Cloudflare header"),
        pytest.param(202, b"", {"x-amzn-waf-action": "challenge"}, id="Amazon header"),
        pytest.param(403, b"<title>Azure WAF</title>", {}, id="Azure page"),
    ],
)
def test_test_for_a_browser_means_staying_away_for_a_day(status: int, body: bytes, headers: dict[str, str]) -> None:
    error = failure(answer(status, body, headers))
    assert error.reason == f"blocked: the site tests for a browser (HTTP {status})"
    assert error.retry_after == timedelta(days=1)


def test_refusal_by_a_site_behind_cloudflare_is_not_taken_for_a_test() -> None:
    error = failure(answer(503, b"Down for maintenance", {"Server": "cloudflare", "Retry-After": "60"}))
    assert (error.reason, error.retry_after) == ("HTTP 503", timedelta(seconds=60))


# --- hostile and broken servers ---------------------------------------------------------------------------


def zeros(encoding: str, megabytes: int) -> bytes:
    """That many MB of zeros, compressed; made piece by piece, or the test itself would need the memory."""
    piece = bytes(1_000_000)
    if encoding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join([*(packer.process(piece) for _ in range(megabytes)), packer.finish()])
    if encoding == "zstd":
        packer = pytest.importorskip("backports.zstd").ZstdCompressor(level=1)
    else:
        packer = zlib.compressobj(1, wbits=31 if encoding == "gzip" else 15)
    return b"".join([*(packer.compress(piece) for _ in range(megabytes)), packer.flush()])


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_small_answer_that_unpacks_to_300_mb_costs_little_memory(encoding: str) -> None:
    bomb = zeros(encoding, 300)
    assert len(bomb) < 3_000_000

    async def run() -> int:
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
        async with raw_site(head + bomb) as base, make_fetcher(max_bytes=10_000_000) as fetcher:
            tracemalloc.start()
            try:
                with pytest.raises(FetchError, match=r"^larger than 10 MB$"):
                    await fetched(fetcher, base + "/")
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert asyncio.run(run()) < 30_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_compressed_document_is_unpacked(encoding: str) -> None:
    document = fetch(answer(200, zeros(encoding, 1), {"Content-Encoding": encoding}))
    assert isinstance(document, Document)
    assert document.body == bytes(1_000_000)


def test_document_that_says_it_is_too_large_is_not_begun() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n"
    assert raw_failure(head, then_hang=True) == "larger than 1 MB"


def test_document_of_just_the_size_allowed_is_taken() -> None:
    document = fetch(answer(200, bytes(MAX_BYTES)))
    assert isinstance(document, Document)
    assert len(document.body) == MAX_BYTES
    assert failure(answer(200, bytes(MAX_BYTES + 1))).reason == "larger than 1 MB"


def test_large_documents_at_one_time_share_one_room_and_all_of_them_come() -> None:
    sizes: list[int] = []

    async def read_one(fetcher: Fetcher, url: str) -> None:
        async with fetcher.fetch(url, source=url) as found:
            await asyncio.sleep(0)  # in the hands of its reader
            sizes.append(len(found.body))

    async def run() -> int:
        serve = answer(200, zeros("gzip", 9), {"Content-Encoding": "gzip"})
        fetcher = make_fetcher(max_bytes=10_000_000, concurrency=30, per_host=30, deadline=timedelta(minutes=1))
        async with site(serve) as base, fetcher:
            tracemalloc.start()
            try:
                await asyncio.gather(*(read_one(fetcher, f"{base}/{n}") for n in range(30)))
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert asyncio.run(run()) < 100_000_000
    assert sizes == [9_000_000] * 30


def test_document_that_is_held_leaves_the_others_their_room_only_when_it_is_let_go() -> None:
    async def run() -> None:
        fetcher = make_fetcher(max_bytes=60_000_000, deadline=timedelta(seconds=1))
        async with site(answer(200, zeros("gzip", 50), {"Content-Encoding": "gzip"})) as base, fetcher:
            async with fetcher.fetch(base + "/1", source=base):
                with pytest.raises(FetchError, match=r"^took longer than 1 s$"):
                    await fetched(fetcher, base + "/2")
            assert isinstance(await fetched(fetcher, base + "/3"), Document)

    asyncio.run(run())


def test_page_may_be_allowed_less_than_a_document() -> None:
    assert failure(answer(200, bytes(1_001)), max_bytes=1_000).reason == "larger than 0.001 MB"


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


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("ftp://example.org/", "not an http or https address", id="another scheme"),
        pytest.param("example.org/feed", "not an http or https address", id="no scheme"),
        pytest.param("http://", "not a usable web address", id="no host"),
        pytest.param("http://a b/", "not a usable web address", id="space in the host"),
        pytest.param("http://example.org:99999/", "not a usable web address", id="impossible port"),
        pytest.param("http://[::1", "not a usable web address", id="broken IPv6"),
        pytest.param("http://127.0.0.1/", PRIVATE, id="loopback"),
        pytest.param("http://localhost/", PRIVATE, id="loopback by name"),
        pytest.param("http://[::ffff:127.0.0.1]/", PRIVATE, id="wrapped loopback"),
        pytest.param("http://[::1]/", PRIVATE, id="loopback, IPv6"),
        pytest.param("http://0.0.0.0/", PRIVATE, id="unspecified"),
        pytest.param("http://127。0。0。1/", PRIVATE, id="wide dots"),
        pytest.param("http://me:secret@10.0.0.1/", PRIVATE, id="private, with credentials"),
        pytest.param("http://2130706433/", "not a usable web address", id="loopback as a number"),
        pytest.param("http://0177.0.0.1/", "not a usable web address", id="loopback in octal"),
    ],
)
def test_address_that_must_not_be_fetched_is_refused(url: str, why: str) -> None:
    async def run() -> None:
        async with make_fetcher(allow_private=()) as fetcher:
            await fetched(fetcher, url)

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    assert caught.value.reason == why


@pytest.mark.parametrize("source", ["http://1.1.1.1/feed", None], ids=["from the internet", "of no source"])
def test_allowed_network_is_closed_to_what_a_source_elsewhere_points_to(source: str | None) -> None:
    assert failure(answer(), source=source).reason == PRIVATE
    assert failure(answer(), source=source, robots=True).reason == f"robots.txt could not be read: {PRIVATE}"


@pytest.mark.parametrize("source", ["http://127.0.0.9/feed", "http://localhost:1/feed"])
def test_allowed_network_is_open_to_a_source_that_stands_in_it(source: str) -> None:
    assert isinstance(fetch(answer(), source=source, robots=True), Document)


def test_hexadecimal_spelling_of_loopback_reaches_nothing() -> None:
    async def run() -> None:
        async with site(answer()) as base, make_fetcher(allow_private=()) as fetcher:
            await fetched(fetcher, base.replace("127.0.0.1", "0x7f.1"))

    # Refused or not found, by the resolver in use.
    with pytest.raises(FetchError):
        asyncio.run(run())


def test_header_that_would_split_the_request_is_not_sent() -> None:
    error = failure(answer(), etag="x\r\nHost: 10.0.0.1")
    assert error.reason == "not a usable web address or header"


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


# --- politeness -------------------------------------------------------------------------------------------


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


def test_one_host_is_sent_no_more_requests_at_once_than_allowed() -> None:
    async def run() -> int:
        busy = Busy(expected=2)
        async with site(busy.serve) as base, make_fetcher(per_host=2) as fetcher:
            fetches = [asyncio.create_task(fetched(fetcher, f"{base}/{n}")) for n in range(6)]
            await busy.full.wait()
            busy.release.set()
            await asyncio.gather(*fetches)
        return busy.most

    assert asyncio.run(run()) == 2


def test_all_hosts_together_are_sent_no_more_requests_at_once_than_allowed() -> None:
    async def run() -> int:
        busy = Busy(expected=3)
        async with site(busy.serve) as base, make_fetcher(concurrency=3, per_host=2) as fetcher:
            hosts = [base, base.replace("127.0.0.1", "localhost")]
            fetches = [asyncio.create_task(fetched(fetcher, f"{hosts[n % 2]}/{n}")) for n in range(8)]
            await busy.full.wait()
            busy.release.set()
            await asyncio.gather(*fetches)
        return busy.most

    assert asyncio.run(run()) == 3


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


# --- robots.txt -------------------------------------------------------------------------------------------


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
