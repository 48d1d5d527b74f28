"""What a site's robots.txt says about a page, asked once a day (RFC 9309).

    fetch.Fetcher ── page about to be fetched ──▶ Robots.pause_before ──▶ seconds to leave between requests
                  ◀── its robots.txt ────────────                     or FetchError

No robots.txt (a 4xx) allows everything. A site that cannot answer for its robots.txt is left alone until
it can: a 5xx, a 429 or no answer at all is tried again after ten minutes.
"""

from __future__ import annotations

import asyncio
import codecs
import math
import re
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from protego import Protego

from monitor.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Get = Callable[[str], Awaitable[tuple[int, bytes]]]

PRODUCT = "ofsted-monitor"  # the name a site uses to address us (RFC 9309 section 2.2.1)
MAX_PAUSE_S = 10.0  # a site that asks for minutes would stop a whole poll
MAX_BYTES = 500_000  # what a reader must take, and all we take: RFC 9309 section 2.5

_FRESH_S = timedelta(hours=24).total_seconds()  # RFC 9309 section 2.4: no longer than a day
_RETRY_S = timedelta(minutes=10).total_seconds()
_MAX_RULES = 1_000  # kept of one site; newspapers have some hundreds
_MAX_SITES = 50  # remembered at once; a page's redirects can name any number of them

# The lines that matter. No address we follow is longer than a rule may be.
_LINE = re.compile(
    rb"^[ \t]*(user-agent|allow|disallow|crawl-delay)[ \t]*:[ \t]*([^\r\n#]{0,2000})", re.IGNORECASE | re.MULTILINE
)
_PRODUCT_TOKEN = re.compile(rb"[a-z_-]+|\*")


@dataclass(frozen=True, slots=True)
class Rules:
    """One robots.txt, read for us."""

    _parsed: Protego

    @classmethod
    def read(cls, body: bytes) -> Rules:
        """Rules of `body`, whatever it is: what is not a rule is passed over (RFC 9309 section 2.2)."""
        lines = [b"User-agent: *", *_lines_for_us(body[:MAX_BYTES].removeprefix(codecs.BOM_UTF8))]
        return cls(Protego.parse(b"\n".join(lines).decode("utf-8", "replace")))

    def allow(self, url: str) -> bool:
        return bool(self._parsed.can_fetch(url, PRODUCT))

    @property
    def pause_s(self) -> float:
        """The crawl delay asked for, at most MAX_PAUSE_S; 0 when none was."""
        delay = self._parsed.crawl_delay(PRODUCT)
        return min(delay, MAX_PAUSE_S) if delay and delay > 0 else 0.0


def _lines_for_us(body: bytes) -> list[bytes]:
    """The rules of the groups that name us, else of those for everybody (RFC 9309 section 2.2.1).

    A pass of its own in front of the parser, which runs while everything else waits, and keeps what it reads: a file
    of nothing but other robots' rules costs it a quarter of a second.
    """
    ours: dict[bytes, list[bytes]] = {PRODUCT.encode(): [], b"*": []}
    named: set[bytes] = set()  # whom the open group is for
    seen: set[bytes] = set()
    is_heading = False
    for line in _LINE.finditer(body.replace(b"\r", b"\n")):
        field, value = line[1].lower(), line[2].strip()
        if field == b"user-agent":
            product = _PRODUCT_TOKEN.match(value.lower())
            named = {product[0] if product else b"", *(named if is_heading else ())} & ours.keys()
            seen |= named
        else:
            for name in named:
                if len(ours[name]) < _MAX_RULES:
                    ours[name].append(line[0])
        is_heading = field == b"user-agent"
    return ours[PRODUCT.encode() if PRODUCT.encode() in seen else b"*"]


@dataclass(slots=True)
class _Site:
    """What is known of one site; `asking` lets only one page at a time ask it."""

    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    stale_at: float = -math.inf
    rules: Rules | None = None  # None while the site cannot answer, for `trouble`
    trouble: str = ""
    retry_after: timedelta | None = None


class Robots:
    """The robots.txt of the sites asked last; `clock` counts seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sites: dict[str, _Site] = {}

    async def pause_before(self, origin: str, url: str, get: Get) -> float:
        """Seconds to leave between requests to `origin` ("https://example.org"), of which `url` is a page.

        `get` fetches an address, where that is needed, and returns status and body, or raises FetchError. Raises
        FetchError when the page must not be fetched, or when that cannot be known now.
        """
        site = self._sites.pop(origin, None) or _Site()
        self._sites[origin] = site  # last in line to be forgotten
        if len(self._sites) > _MAX_SITES:
            del self._sites[next(iter(self._sites))]
        async with site.asking:
            if self._clock() >= site.stale_at:
                await self._ask(site, origin, get)
        if site.rules is None:
            raise FetchError(site.trouble, retry_after=site.retry_after)
        if not site.rules.allow(url):
            raise FetchError("robots.txt does not allow this page")
        return site.rules.pause_s

    async def _ask(self, site: _Site, origin: str, get: Get) -> None:
        site.rules, site.retry_after = None, None
        try:
            status, body = await get(f"{origin}/robots.txt")
        except FetchError as error:
            site.trouble, site.retry_after = f"robots.txt could not be read: {error.reason}", error.retry_after
        else:
            if 200 <= status < 300:
                site.rules = Rules.read(body)
            elif 400 <= status < 500 and status != 429:
                site.rules = Rules.read(b"")
            else:
                site.trouble = f"robots.txt could not be read: HTTP {status}"
        site.stale_at = self._clock() + (_RETRY_S if site.rules is None else _FRESH_S)
