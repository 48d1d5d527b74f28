"""A fetch ends in a document with what is needed to ask again, or in what the server says when it will not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web
from fetched import answer, failure, fetch, fetched, make_fetcher, raw_site, site

from monitor.errors import FetchError
from monitor.model import Document, Unchanged


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


def test_header_that_would_split_the_request_is_not_sent() -> None:
    error = failure(answer(), etag="x\r\nHost: 10.0.0.1")
    assert error.reason == "not a usable web address or header"
