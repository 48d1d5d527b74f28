"""A page a site asks not to be read is not read, and a site is not asked about it more than needed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import process_time
from typing import TYPE_CHECKING

import pytest

from monitor.errors import FetchError
from monitor.sources.robots import Robots, Rules

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = "https://news.example.org"


class Site:
    """Hands out `status` and `body` as its robots.txt, or fails with `error`; counts how often it was asked."""

    def __init__(self, body: bytes = b"", *, status: int = 200, error: FetchError | None = None) -> None:
        self.body, self.status, self.error = body, status, error
        self.asked: list[str] = []

    async def get(self, url: str) -> tuple[int, bytes]:
        self.asked.append(url)
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        return self.status, self.body


def pause_before(site: Site, path: str = "/a", *, clock: Callable[[], float] = lambda: 0.0) -> float:
    return asyncio.run(Robots(clock=clock).pause_before(ORIGIN, ORIGIN + path, site.get))


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        pytest.param(b"", "/a", True, id="empty"),
        pytest.param(b"User-agent: *\nDisallow: /private/", "/private/a", False, id="everyone, forbidden"),
        pytest.param(b"User-agent: *\nDisallow: /private/", "/open/a", True, id="everyone, elsewhere"),
        pytest.param(b"User-agent: *\nDisallow:", "/a", True, id="nothing forbidden"),
        pytest.param(b"User-agent: *\nDisallow: /\nAllow: /news/", "/news/a", True, id="longest rule wins"),
        pytest.param(b"User-agent: ofsted-monitor\nDisallow: /\n", "/a", False, id="us by name"),
        pytest.param(b"User-agent: *\nDisallow: /\n\nUser-agent: Ofsted-Monitor\nDisallow: /x", "/a", True, id="ours"),
        pytest.param(b"User-agent: x\nUser-agent: *\nDisallow: /", "/a", False, id="two names, one group"),
        pytest.param(b"User-agent: *\nAllow: /\n\nUser-agent: x\nDisallow: /", "/a", True, id="ends at the next group"),
        pytest.param(b"User-agent: *\nDisallow: /\nUser-agent: ofsted-monitor/1", "/a", True, id="ours, without rules"),
        pytest.param(b"User-agent: ofsted\nDisallow: /", "/a", True, id="half our name"),
        pytest.param(b"User-agent: *\rDisallow: /", "/a", False, id="old line ends"),
        pytest.param(b"User-agent: otherbot\nDisallow: /", "/a", True, id="another by name"),
        pytest.param(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", "/a", False, id="byte order mark, CRLF"),
        pytest.param(b"User-agent: *\nDisallow: /*.pdf$", "/x/report.pdf", False, id="wildcard"),
        pytest.param(b"<html><body>No such page: Disallow</body></html>", "/a", True, id="a page in its place"),
        pytest.param(b"\xff\xfe\x00 not text", "/a", True, id="not text"),
    ],
)  # fmt: skip
def test_page_is_read_only_where_robots_txt_allows_it(body: bytes, path: str, allowed: bool) -> None:
    if allowed:
        pause_before(Site(body), path)
        return
    with pytest.raises(FetchError, match=r"^robots.txt does not allow this page$"):
        pause_before(Site(body), path)


@pytest.mark.parametrize(
    ("body", "pause_s"),
    [
        pytest.param(b"User-agent: *\nDisallow: /x", 0.0, id="none"),
        pytest.param(b"User-agent: *\nCrawl-delay: 2.5", 2.5, id="as asked"),
        pytest.param(b"User-agent: *\nCrawl-delay: 86400", 10.0, id="bounded"),
        pytest.param(b"User-agent: *\nCrawl-delay: -1", 0.0, id="negative"),
        pytest.param(b"User-agent: *\nCrawl-delay: inf", 0.0, id="endless"),
        pytest.param(b"User-agent: *\nCrawl-delay: soon", 0.0, id="not a number"),
    ],
)
def test_crawl_delay_is_the_pause_between_requests(body: bytes, pause_s: float) -> None:
    assert pause_before(Site(body)) == pause_s


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_site_without_robots_txt_may_be_read(status: int) -> None:
    assert pause_before(Site(b"User-agent: *\nDisallow: /", status=status)) == 0.0


@pytest.mark.parametrize("status", [304, 429, 500, 503])
def test_site_that_cannot_answer_for_its_robots_txt_is_left_alone(status: int) -> None:
    with pytest.raises(FetchError, match=f"^robots.txt could not be read: HTTP {status}$"):
        pause_before(Site(status=status))


def test_site_that_cannot_be_reached_is_left_alone_for_as_long_as_it_said() -> None:
    error = FetchError("blocked", retry_after=timedelta(days=1))
    with pytest.raises(FetchError, match=r"^robots.txt could not be read: blocked$") as caught:
        pause_before(Site(error=error))
    assert caught.value.retry_after == timedelta(days=1)


def test_pages_of_one_site_at_one_time_ask_for_its_robots_txt_once() -> None:
    site = Site(b"User-agent: *\nDisallow: /x")

    async def read_three() -> None:
        robots = Robots()
        await asyncio.gather(*(robots.pause_before(ORIGIN, f"{ORIGIN}/{n}", site.get) for n in range(3)))

    asyncio.run(read_three())
    assert site.asked == [f"{ORIGIN}/robots.txt"]


@pytest.mark.parametrize(
    ("status", "seconds", "asked"),
    [
        pytest.param(200, 24 * 3600 - 1, 1, id="remembered for a day"),
        pytest.param(200, 24 * 3600, 2, id="asked again after a day"),
        pytest.param(500, 599, 1, id="trouble remembered for ten minutes"),
        pytest.param(500, 600, 2, id="asked again after ten minutes"),
    ],
)
def test_robots_txt_is_asked_for_again_when_it_may_have_changed(status: int, seconds: float, asked: int) -> None:
    site, now = Site(status=status), [0.0]

    async def read_twice() -> None:
        robots = Robots(clock=lambda: now[0])
        for instant in (0.0, seconds):
            now[0] = instant
            try:
                await robots.pause_before(ORIGIN, ORIGIN + "/a", site.get)
            except FetchError:
                assert status == 500

    asyncio.run(read_twice())
    assert len(site.asked) == asked


def test_only_the_last_fifty_sites_are_remembered() -> None:
    site = Site()

    async def read_many() -> None:
        robots = Robots()
        origins = [f"https://{n}.example.org" for n in range(51)]
        for origin in (*origins, origins[-1], origins[0]):
            await robots.pause_before(origin, origin + "/a", site.get)

    asyncio.run(read_many())
    assert len(site.asked) == 52  # the first had been forgotten, the last not


def test_rules_for_other_robots_are_no_burden() -> None:
    others = b"".join(b"User-agent: bot%d\nDisallow: /\n" % n for n in range(10_000))
    began = process_time()
    assert not Rules.read(others + b"User-agent: *\nDisallow: /private/\n").allow(ORIGIN + "/private/")
    assert process_time() - began < 0.2


def test_robots_txt_made_to_be_slow_is_read_in_no_time() -> None:
    lines = b"User-agent: *\n" + b"".join(b"Disallow: /*a*a*a*b%d$\n" % n for n in range(100_000))
    began = process_time()
    assert Rules.read(lines).allow(ORIGIN + "/" + "a" * 2_000)
    assert process_time() - began < 0.5
