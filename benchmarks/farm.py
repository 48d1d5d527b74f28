"""A farm of news-like feeds on loopback addresses, for polling to be measured against.

    with Farm(feeds=1000) as farm:      # a process of its own, gone when this one is
        farm.addresses                  # of the feeds; each has a 127.x.y.z of its own, as real feeds have hosts
        farm.add_entries()              # one new entry in every tenth feed
        farm.answer(conditional=False)  # from now on: the same bytes again, whatever the client knows

Run as a module it is the process: it tells its addresses on one line of stdout and serves until stdin ends.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
import resource
import socket
import subprocess
import sys
import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Self

from aiohttp import web

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).parents[1]  # of the repository, where `benchmarks` can be imported
ENTRIES = 30  # in each feed; a new one pushes the oldest out
MOST_FEEDS = 2_000  # each takes 35 kB of memory and a listening socket

_START = datetime(2026, 6, 1, tzinfo=UTC)
_STEP = timedelta(minutes=30)  # between two entries of a feed


class Farm:
    """The farm's process, from the side of whoever measures."""

    def __init__(self, *, feeds: int) -> None:
        if not 1 <= feeds <= MOST_FEEDS:
            raise ValueError(f"a farm has 1 to {MOST_FEEDS} feeds, not {feeds}")
        self._feeds = feeds
        self.addresses: list[str] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.farm", str(self._feeds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self._process.stdout
        self.addresses = json.loads(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # closes its stdin, which ends it

    def add_entries(self) -> int:
        """One new entry on top of every tenth feed; how many feeds that is."""
        return self._control("add")

    def answer(self, *, conditional: bool = True, delay_s: float = 0.0) -> None:
        """How every request is answered from now on: 304 where it is due, and after a while."""
        self._control(f"answer?conditional={int(conditional)}&delay_s={delay_s}")

    def _control(self, command: str) -> int:
        request = urllib.request.Request(f"{self.addresses[0]}/control/{command}", method="POST")
        with urllib.request.urlopen(request, timeout=60) as response:
            return int(response.read())


# --- the feeds ---------------------------------------------------------------------------------------------------

_TOWNS = ("Wexmoor", "Eastmere", "Harrowgill", "Stoneford", "Brackley Vale", "Norhaven", "Thornby", "Millcastle")
_WHO = (
    "Councillors in {town}",
    "The director of children's services",
    "Families on the estate",
    "A spokesperson for {town} council",
    "The leader of the opposition",
    "Inspectors from Ofsted",
    "The library's volunteers",
    "Head teachers across {town}",
)
_DID = (
    "welcomed",
    "questioned",
    "voted on Tuesday for",
    "published the long awaited review of",
    "asked for more money for",
    "warned of delays to",
    "praised the progress made with",
)
_WHAT = (
    "the plan to recruit permanent social workers",
    "the new bypass and its two roundabouts",
    "support for young people who leave care",
    "the repair of the swimming pool roof",
    "short breaks for disabled children",
    "this summer's festival of music in the park",
    "assessments of children at risk of neglect",
    "the budget for potholes and street lights",
)
_WHY = (
    "after a visit earlier in the spring",
    "although the costs have nearly doubled since last year",
    "as the number of vacancies fell for the third quarter running",
    "which residents had been promised before the election",
    "in a report to the scrutiny committee",
    "while neighbouring authorities look on with interest",
)


class Feed:
    """One feed, with what is served ready to send."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._site = f"https://www.paper{number}.example.org"
        self._newest = ENTRIES
        self._entries = [self._entry(serial) for serial in range(ENTRIES, 0, -1)]
        self._render()

    def add_entry(self) -> None:
        self._newest += 1
        self._entries = [self._entry(self._newest), *self._entries[:-1]]
        self._render()

    def _entry(self, serial: int) -> str:
        dice = random.Random(self._number * 100_000 + serial)  # noqa: S311 - the same farm each time
        title = _headline(dice)
        slug = "-".join(title.lower().replace("'", "").split()[:9])
        body = (
            f'<p><img src="{self._site}/pictures/{serial}-620x348.jpg" alt="" width="620" height="348" />'
            f'{_headline(dice)} {dice.choice(_WHY)} &amp; more.</p>\n<p>{_headline(dice)}, <a href="{self._site}/tag/'
            f'{dice.randrange(100)}">readers&#8217; letters</a> say.</p>'
        )
        return f"""<item>
<title>{title}</title>
<link>{self._site}/news/{slug}-{serial}/</link>
<guid isPermaLink="false">{self._site}/?p={serial}</guid>
<dc:creator><![CDATA[Newsroom {dice.randrange(20)}]]></dc:creator>
<pubDate>{format_datetime(_START + serial * _STEP, usegmt=True)}</pubDate>
<category>News</category><category>{dice.choice(_TOWNS)}</category>
<description><![CDATA[{body}]]></description>
</item>
"""

    def _render(self) -> None:
        self.modified = format_datetime(_START + self._newest * _STEP, usegmt=True)
        self.body = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Paper {self._number}</title>
<link>{self._site}/</link>
<atom:link href="{self._site}/feed/" rel="self" type="application/rss+xml" />
<description>All the news of {_TOWNS[self._number % len(_TOWNS)]}</description>
<lastBuildDate>{self.modified}</lastBuildDate>
<language>en-GB</language>
{"".join(self._entries)}</channel>
</rss>
""".encode()
        self.compressed = gzip.compress(self.body, 6)
        self.etag = f'"{blake2b(self.body, digest_size=10).hexdigest()}"'


def _headline(dice: random.Random) -> str:
    who = dice.choice(_WHO).format(town=dice.choice(_TOWNS))
    return f"{who} {dice.choice(_DID)} {dice.choice(_WHAT)}"


# --- the process -------------------------------------------------------------------------------------------------


class _Server:
    def __init__(self, feeds: int) -> None:
        self._feeds = [Feed(number) for number in range(feeds)]
        self._conditional = True
        self._delay_s = 0.0

    async def feed(self, request: web.Request) -> web.Response:
        feed = self._feeds[int(request.match_info["number"])]
        if self._delay_s:
            await asyncio.sleep(self._delay_s)
        headers = {"ETag": feed.etag, "Last-Modified": feed.modified}
        if self._conditional and request.headers.get("If-None-Match") == feed.etag:
            return web.Response(status=304, headers=headers)
        headers |= {"Content-Type": "application/rss+xml; charset=UTF-8"}
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=feed.body, headers=headers)
        return web.Response(body=feed.compressed, headers=headers | {"Content-Encoding": "gzip"})

    async def add(self, _: web.Request) -> web.Response:
        changed = self._feeds[::10]
        for feed in changed:
            feed.add_entry()
        return web.Response(text=str(len(changed)))

    async def answer(self, request: web.Request) -> web.Response:
        self._conditional = request.query["conditional"] == "1"
        self._delay_s = float(request.query["delay_s"])
        return web.Response(text="0")

    async def serve(self) -> None:
        app = web.Application()
        app.router.add_get(r"/feed/{number:\d+}", self.feed)
        app.router.add_post("/control/add", self.add)
        app.router.add_post("/control/answer", self.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        addresses = []
        for number in range(len(self._feeds)):
            host = f"127.80.{number // 250}.{number % 250 + 1}"
            listening = socket.create_server((host, 0), backlog=256)
            addresses.append(f"http://{host}:{listening.getsockname()[1]}")
            await web.SockSite(runner, listening).start()
        print(json.dumps(addresses), flush=True)
        await asyncio.Event().wait()


def _end_with_parent() -> None:
    sys.stdin.read()  # returns when the parent closes the pipe, or is no more
    os._exit(0)


def main() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a socket a feed, and the connections
    threading.Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_Server(int(sys.argv[1])).serve())


if __name__ == "__main__":
    main()
