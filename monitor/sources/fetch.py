"""Guarded, polite HTTP: an address in, a document out, or a FetchError that says why in one line.

    fetch ─▶ robots? ─▶ turn (host, pause, slot) ─▶ one request ─▶ redirect? ──▶ outcome
               ▲                                                      │
               └───────────────────── each hop ◀──────────────────────┘

Whatever a server does costs no more than `max_bytes` of memory and `deadline` on the wire, redirects and
robots.txt included; time spent waiting for a turn is not the server's and does not count. All documents together
take no more than `_ROOM_BYTES` and one document. This is the only module that meets aiohttp's client, and the
only one where its exceptions are known.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import zlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from monitor.dates import retry_after
from monitor.errors import FetchError
from monitor.model import Document, Unchanged
from monitor.sources.guard import AddressRefused, guarded_socket, is_inside
from monitor.sources.robots import MAX_BYTES, Robots
from monitor.sources.room import Place, Room
from monitor.sources.turns import Turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network
    from types import TracebackType

_MAX_REDIRECTS = 10
_ROBOTS_DEADLINE_S = 10.0  # of a site's robots.txt, at most
_ROOM_BYTES = 48_000_000  # of documents that arrive, wait for a reader, or are being read
_MAX_HEADER_BYTES = 32 * 1024  # aiohttp's 8 kB is less than some sites' Content-Security-Policy
_IDLE_CONNECTION_S = 5.0
_DOCUMENT = frozenset({200, 203})  # 203: the same, by way of a proxy
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
# A DNS name (international ones arrive encoded) or an IP address; yarl lets spaces and controls through.
_HOST = re.compile(r"[a-z0-9._:-]{1,253}")

# Hosts, by their first label, that ask a person something in place of the page.
_GATES = {"consent": "consent", "guce": "consent"} | dict.fromkeys(
    ("accounts", "auth", "idp", "login", "signin", "sso"), "login"
)

# A site that tests for a browser. We never try to pass: the answer is to stay away for a day.
_CHALLENGE_STATUS = frozenset({403, 503})
_CHALLENGE_HEADERS = ("cf-mitigated", "x-amzn-waf-action")
_CHALLENGE_WORDS = (b"Just a moment", b"Azure WAF")
_CHALLENGE_BYTES = 64 * 1024  # how far into an error page the words are looked for
_CHALLENGE_REST = timedelta(days=1)

# aiohttp's errors by family, in the words of the operator; looked up along the class's bases, so the
# nearest family speaks. A test walks aiohttp's tree and fails on one that reaches none of these.
_REASONS: Mapping[type[BaseException], str] = {
    aiohttp.ClientConnectorCertificateError: "the site's certificate is not valid",
    aiohttp.ClientSSLError: "a secure connection could not be made",
    aiohttp.ServerFingerprintMismatch: "the site's certificate is not valid",
    aiohttp.ClientConnectorDNSError: "the host name could not be found",
    aiohttp.ClientConnectorError: "could not connect",
    aiohttp.ClientPayloadError: "the document was cut short or is damaged",
    aiohttp.UploadAbortedError: "the connection was lost",
    aiohttp.ClientResponseError: "the answer is not proper HTTP",
    HttpProcessingError: "the answer is not proper HTTP",
    aiohttp.ClientConnectionError: "the connection was lost",
    aiohttp.InvalidURL: "not a usable web address",
    aiohttp.NonHttpUrlClientError: "not a usable web address",
    aiohttp.RedirectClientError: "redirected to an unusable address",
    ssl.SSLError: "a secure connection could not be made",
    zlib.error: "the document was cut short or is damaged",
    ValueError: "not a usable web address or header",
    OSError: "could not connect",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back at the end of the redirects; `body` is empty unless the status makes it worth reading."""

    status: int
    url: URL
    headers: Mapping[str, str]
    body: bytes
    moved: bool = False  # there were redirects, and every one was permanent


@dataclass(frozen=True, slots=True)
class _Reach:
    """The networks a request may enter, and what was asked there: a connection or an answer serves no other reach."""

    session: aiohttp.ClientSession
    robots: Robots


@dataclass(slots=True)
class _Time:
    """What a fetch has left of its time on the wire."""

    allowed_s: float
    left_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.left_s = self.allowed_s

    @property
    def overrun(self) -> str:
        return f"took longer than {self.allowed_s:g} s"


class Fetcher:
    """Fetches documents over HTTP, within limits that hold for all its requests together.

    An async context manager. `deadline` bounds one whole request on the wire, `max_bytes` its body after
    decompression; at most `concurrency` requests run at once and `per_host` to one host. Addresses that
    are not public are refused unless in `allow_private`, and there too except for a source that stands there itself.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        max_bytes: int,
        deadline: timedelta,
        concurrency: int,
        per_host: int,
        allow_private: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        self._user_agent = user_agent
        self._max_bytes = max_bytes
        self._deadline_s = deadline.total_seconds()
        self._allow_private = tuple(allow_private)
        self._turns = Turns(concurrency=concurrency, per_host=per_host)
        self._room = Room(_ROOM_BYTES)

    async def __aenter__(self) -> Self:
        self._public = _Reach(self._new_session(()), Robots())
        self._inside = _Reach(self._new_session(self._allow_private), Robots())
        self._reaches: dict[str, _Reach] = {}  # by host of a source
        return self

    def _new_session(self, allowed: Sequence[IPv4Network | IPv6Network]) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # `Turns` decides how many
                keepalive_timeout=_IDLE_CONNECTION_S,
                socket_factory=guarded_socket(allowed),
            ),
            headers={"User-Agent": self._user_agent},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # one deadline, ours
            trust_env=False,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._public.session.close()
        await self._inside.session.close()

    @asynccontextmanager
    async def fetch(
        self,
        url: str,
        *,
        source: str | None = None,
        max_bytes: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        pause: timedelta = timedelta(0),
        robots: bool = False,
    ) -> AsyncIterator[Document | Unchanged]:
        """The document at `url`, or Unchanged where the server says what `etag`/`last_modified` name stands.

        It counts among all that are held until the caller leaves the context. `source` is the configured address on
        whose account `url` is asked for: private networks are open only to a source that stands there. `max_bytes`
        lowers the fetcher's own. `pause` is the least time between the starts of two requests to one host. `robots`
        asks robots.txt first, which is expected for pages and not for feeds. Raises FetchError for everything else.
        """
        asked = {}
        if etag:
            asked["If-None-Match"] = etag
        if last_modified:
            asked["If-Modified-Since"] = last_modified
        start = _parsed(url)
        reach = await self._reach(start if source == url else source)
        time = _Time(self._deadline_s)
        with self._room.place() as place:
            read = partial(_document_body, limit=min(max_bytes or self._max_bytes, self._max_bytes), place=place)
            answer = await self._follow(start, asked, pause.total_seconds(), reach, time, read, robots=robots)
            yield _outcome(answer, conditional=bool(asked), now=datetime.now(UTC))

    async def _reach(self, source: URL | str | None) -> _Reach:
        if source is None or not self._allow_private:
            return self._public
        host = (_parsed(source) if isinstance(source, str) else source).host or ""
        if host not in self._reaches:  # as many as there are hosts in the configuration
            inside = await is_inside(host, self._allow_private)
            self._reaches[host] = self._inside if inside else self._public
        return self._reaches[host]

    async def _robots_txt(self, reach: _Reach, time: _Time, url: str) -> tuple[int, bytes]:
        """A site's robots.txt, on the account of the fetch that asks first.

        It has a time of its own: what a slow chain of redirects had left says nothing of the site it leads to.
        """
        own = _Time(min(_ROBOTS_DEADLINE_S, self._deadline_s))
        try:
            answer = await self._follow(_parsed(url), {}, 0.0, reach, own, _robots_body, robots=False)
        finally:
            time.left_s -= own.allowed_s - own.left_s
        return answer.status, answer.body

    async def _follow(
        self,
        url: URL,
        asked: dict[str, str],
        pause_s: float,
        reach: _Reach,
        time: _Time,
        read: Callable[[aiohttp.ClientResponse], Awaitable[bytes]],
        *,
        robots: bool,
    ) -> _Answer:
        """The answer at the end of the redirects from `url`."""
        seen = [url]
        moved = False
        clock = asyncio.get_running_loop().time
        while True:
            hop_pause_s = pause_s
            if robots:
                asking = partial(self._robots_txt, reach, time)
                crawl_delay_s = await reach.robots.pause_before(str(url.origin()), str(url), asking)
                hop_pause_s = max(pause_s, crawl_delay_s)
                if len(seen) > 1 and url.raw_host == seen[-2].raw_host:
                    time.left_s -= crawl_delay_s  # a site that redirects to itself makes this fetch wait, no other
                if time.left_s <= 0:
                    raise FetchError(time.overrun)
            async with self._turns.turn(url.raw_host or "", hop_pause_s) as wanted_again:
                began = clock()
                # An idle TLS connection holds 256 kB in Python 3.11, and most hosts are asked once a
                # poll: a connection is kept only while other requests wait for its host.
                headers = asked if wanted_again else {**asked, "Connection": "close"}
                try:
                    answer = await _request(reach.session, url, headers, time, read)
                finally:
                    time.left_s -= clock() - began
            if answer.status not in _REDIRECT:
                return replace(answer, moved=True) if moved else answer
            moved = answer.status in _PERMANENT and (moved or len(seen) == 1)
            url = _redirect(url, answer)
            if url in seen:
                raise FetchError("redirected in a loop")
            if len(seen) > _MAX_REDIRECTS:
                raise FetchError(f"redirected more than {_MAX_REDIRECTS} times")
            seen.append(url)


async def _request(
    session: aiohttp.ClientSession,
    url: URL,
    headers: dict[str, str],
    time: _Time,
    read: Callable[[aiohttp.ClientResponse], Awaitable[bytes]],
) -> _Answer:
    """One request and what came back; where other libraries' exceptions become FetchErrors."""
    try:
        async with (
            asyncio.timeout(time.left_s),
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            return _Answer(response.status, url, response.headers, await read(response))
    except TimeoutError as error:
        raise FetchError(time.overrun) from error
    except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError, zlib.error) as error:
        raise FetchError(reason(error)) from error


async def _document_body(response: aiohttp.ClientResponse, *, limit: int, place: Place) -> bytes:
    if response.status in _DOCUMENT:
        too_large = f"larger than {limit / 1_000_000:g} MB"
        if (response.content_length or 0) > limit:
            raise FetchError(too_large)
        body = await _up_to(limit + 1, response, place)
        if len(body) > limit:
            raise FetchError(too_large)
        return body
    if response.status in _CHALLENGE_STATUS:
        return await _up_to(_CHALLENGE_BYTES, response, place)
    return b""


async def _robots_body(response: aiohttp.ClientResponse) -> bytes:
    """Its first part: what stands further on is not read (RFC 9309 section 2.5)."""
    return await _up_to(MAX_BYTES, response) if 200 <= response.status < 300 else b""


def reason(error: BaseException) -> str:
    """Why a request failed, in a line without anything the server wrote."""
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
        if isinstance(cause, AddressRefused):
            return f"refused: {cause}"
        if type(error) is aiohttp.ClientConnectorError and cause.errno:
            return f"could not connect: {os.strerror(cause.errno).lower()}"
    return words(type(error)) or f"the request failed ({type(error).__name__})"


def words(kind: type[BaseException]) -> str | None:
    """The operator's words for a kind of error; None for one nobody has thought of."""
    return next((_REASONS[family] for family in kind.__mro__ if family in _REASONS), None)


def _outcome(answer: _Answer, *, conditional: bool, now: datetime) -> Document | Unchanged:
    """What an answer means to the caller; raises FetchError unless it is a document or "unchanged"."""
    headers = answer.headers
    if answer.status in _DOCUMENT:
        url = str(answer.url.with_user(None))  # links are resolved against it, and end in digests
        return Document(
            url=url,
            body=answer.body,
            content_type=(_plain(headers, "Content-Type") or "").lower(),
            etag=_plain(headers, "ETag"),
            last_modified=_plain(headers, "Last-Modified"),
            moved_to=url if answer.moved else None,
        )
    if answer.status == 304 and conditional:
        return Unchanged(etag=_plain(headers, "ETag"), last_modified=_plain(headers, "Last-Modified"))
    if answer.status == 304:
        raise FetchError("HTTP 304 although no earlier document was named")
    if _is_challenge(answer):
        raise FetchError(f"blocked: the site tests for a browser (HTTP {answer.status})", retry_after=_CHALLENGE_REST)
    wait = retry_after(headers.get("Retry-After", ""), now) if answer.status in {429, 503} else None
    raise FetchError(f"HTTP {answer.status}", retry_after=wait, gone=answer.status == 410)


def _is_challenge(answer: _Answer) -> bool:
    if any(header in answer.headers for header in _CHALLENGE_HEADERS):
        return True
    return answer.status in _CHALLENGE_STATUS and any(word in answer.body for word in _CHALLENGE_WORDS)


def _plain(headers: Mapping[str, str], name: str) -> str | None:
    """A header that may be stored and sent back: printable ASCII of reasonable length, else None."""
    value = headers.get(name)
    return value if value and len(value) <= 1_000 and value.isascii() and value.isprintable() else None


async def _up_to(size: int, response: aiohttp.ClientResponse, place: Place | None = None) -> bytes:
    """The body, decompressed; at least `size` bytes of it and little more when there is more than that."""
    chunks = []
    async for chunk in response.content.iter_any():
        if place:
            await place.grow(len(chunk))
        chunks.append(chunk)
        size -= len(chunk)
        if size <= 0:
            break
    return b"".join(chunks)


def _parsed(address: str) -> URL:
    """`address` without its fragment; raises FetchError unless it is an http(s) address."""
    try:
        url = URL(address)
    except ValueError as error:
        raise FetchError("not a usable web address") from error
    if url.scheme not in {"http", "https"}:
        raise FetchError("not an http or https address")
    if not _HOST.fullmatch(url.raw_host or ""):
        raise FetchError("not a usable web address")
    return url.with_fragment(None) if url.raw_fragment else url


def _redirect(url: URL, answer: _Answer) -> URL:
    """Where a redirect leads; raises FetchError where we do not follow."""
    location = answer.headers.get("Location")
    if not location:
        raise FetchError(f"HTTP {answer.status} that does not say where to")
    try:
        target = _parsed(str(url.join(URL(location))))
    except (ValueError, FetchError) as error:
        raise FetchError("redirected to an unusable address") from error
    host = target.raw_host or ""
    gate = _GATES.get(host.partition(".")[0])
    if gate and host != url.raw_host:
        raise FetchError(f"redirected to a {gate} page ({host})")
    # Credentials stay with the site they were given for.
    return target if target.origin() == url.origin() else target.with_user(None)
