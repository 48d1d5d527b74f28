"""Guarded, polite HTTP: an address in, a document out, or a FetchError that says why in one line.

    fetch ─▶ robots? ─▶ turn (host, pause, slot) ─▶ one request ─▶ redirect? ──▶ outcome
               ▲                                                      │
               └───────────────────── each hop ◀──────────────────────┘

Whatever a server does costs no more than `max_bytes` of memory and `deadline` on the wire, redirects
included; time spent waiting for a turn is not the server's and does not count. This is the only module
that meets aiohttp's client, and the only one where its exceptions are known.
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
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from monitor.errors import FetchError
from monitor.model import Document, Unchanged
from monitor.sources.guard import AddressRefused, guarded_socket
from monitor.sources.robots import Robots

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network
    from types import TracebackType

_MAX_REDIRECTS = 10
_MAX_RETRY_AFTER = timedelta(days=1)
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


class Fetcher:
    """Fetches documents over HTTP, within limits that hold for all its requests together.

    An async context manager. `deadline` bounds one whole request on the wire, `max_bytes` its body after
    decompression; at most `concurrency` requests run at once and `per_host` to one host. Addresses that
    are not public are refused unless in `allow_private`.
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
        self._turns = _Turns(concurrency=concurrency, per_host=per_host)
        self._robots = Robots(self._robots_txt)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # `_Turns` decides how many
                keepalive_timeout=_IDLE_CONNECTION_S,
                socket_factory=guarded_socket(self._allow_private),
            ),
            headers={"User-Agent": self._user_agent},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # one deadline, ours
            trust_env=False,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        pause: timedelta = timedelta(0),
        robots: bool = False,
    ) -> Document | Unchanged:
        """The document at `url`, or Unchanged where the server says what `etag`/`last_modified` name stands.

        `pause` is the least time between the starts of two requests to one host. `robots` asks robots.txt
        first, which is expected for pages and not for feeds. Raises FetchError for everything else.
        """
        asked = {}
        if etag:
            asked["If-None-Match"] = etag
        if last_modified:
            asked["If-Modified-Since"] = last_modified
        answer = await self._follow(url, asked, pause.total_seconds(), robots=robots)
        return _outcome(answer, conditional=bool(asked), now=datetime.now(UTC))

    async def _robots_txt(self, url: str) -> tuple[int, bytes]:
        answer = await self._follow(url, {}, 0.0, robots=False)
        return answer.status, answer.body

    async def _follow(self, start: str, asked: dict[str, str], pause_s: float, *, robots: bool) -> _Answer:
        """The answer at the end of the redirects from `start`."""
        url = _parsed(start)
        seen = [url]
        moved = False
        left_s = self._deadline_s
        clock = asyncio.get_running_loop().time
        while True:
            hop_pause_s = pause_s
            if robots:
                hop_pause_s = max(pause_s, await self._robots.pause_before(str(url.origin()), str(url)))
            async with self._turns.turn(url.raw_host or "", hop_pause_s) as wanted_again:
                began = clock()
                # An idle TLS connection holds 256 kB in Python 3.11, and most hosts are asked once a
                # poll: a connection is kept only while other requests wait for its host.
                headers = asked if wanted_again else {**asked, "Connection": "close"}
                answer = await self._request(url, headers, left_s)
                left_s -= clock() - began
            if answer.status not in _REDIRECT:
                return replace(answer, moved=True) if moved else answer
            moved = answer.status in _PERMANENT and (moved or len(seen) == 1)
            url = _redirect(url, answer)
            if url in seen:
                raise FetchError("redirected in a loop")
            if len(seen) > _MAX_REDIRECTS:
                raise FetchError(f"redirected more than {_MAX_REDIRECTS} times")
            seen.append(url)

    async def _request(self, url: URL, headers: dict[str, str], left_s: float) -> _Answer:
        """One request and what came back; where other libraries' exceptions become FetchErrors."""
        try:
            async with (
                asyncio.timeout(left_s),
                self._session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                return _Answer(response.status, url, response.headers, await self._body(response))
        except TimeoutError as error:
            raise FetchError(f"took longer than {self._deadline_s:g} s") from error
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError, zlib.error) as error:
            raise FetchError(reason(error)) from error

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        if response.status in _DOCUMENT:
            too_large = f"larger than {self._max_bytes / 1_000_000:g} MB"
            if (response.content_length or 0) > self._max_bytes:
                raise FetchError(too_large)
            body = await _up_to(self._max_bytes + 1, response)
            if len(body) > self._max_bytes:
                raise FetchError(too_large)
            return body
        if response.status in _CHALLENGE_STATUS:
            return await _up_to(_CHALLENGE_BYTES, response)
        return b""


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


def retry_after(value: str, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait, at most a day; None when it makes no sense.

    Seconds or an HTTP date (RFC 9110 section 10.2.3). A date gone by and a count that must be a clock
    reading (some send the Unix time) make no sense.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = int(value[:12])
        return min(timedelta(seconds=seconds), _MAX_RETRY_AFTER) if seconds < 1_000_000_000 else None
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(wait, _MAX_RETRY_AFTER) if wait > timedelta(0) else None


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


async def _up_to(size: int, response: aiohttp.ClientResponse) -> bytes:
    """The body, decompressed; at least `size` bytes of it and little more when there is more than that."""
    chunks = []
    async for chunk in response.content.iter_any():
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


@dataclass(slots=True)
class _Host:
    """One host while somebody has to do with it."""

    slots: asyncio.Semaphore
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)  # who starts the next request to it
    ready_at: float = 0.0  # loop time before which none may start
    users: int = 0


class _Turns:
    """When a request may start: so many at once, fewer to one host, with pauses between two to one host.

    A request takes its place at its host first, and one of the `concurrency` slots only when it is about to
    start: however many wait for one slow host, the slots are free for the others.
    """

    def __init__(self, *, concurrency: int, per_host: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._per_host = per_host
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str, pause_s: float) -> AsyncIterator[bool]:
        """A turn to send one request to a host; True when there are others for that host now."""
        clock = asyncio.get_running_loop().time
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(asyncio.Semaphore(self._per_host))
        host.users += 1
        try:
            async with host.slots:
                async with host.starting:
                    if (wait_s := host.ready_at - clock()) > 0:
                        await asyncio.sleep(wait_s)
                    await self._slots.acquire()
                    host.ready_at = clock() + pause_s
                try:
                    yield host.users > 1
                finally:
                    self._slots.release()
        finally:
            host.users -= 1
            if not host.users and host.ready_at <= clock():
                del self._hosts[name]
