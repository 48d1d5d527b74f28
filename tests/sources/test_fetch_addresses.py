"""A fetch goes to public addresses alone, and follows redirects no further than it may."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from fetched import PRIVATE, answer, failure, fetch, fetched, make_fetcher, redirects, site
from yarl import URL

from monitor.errors import FetchError
from monitor.model import Document, Unchanged


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
