"""One request to a program at a web address: for channels that are nothing but an address to post to."""

from __future__ import annotations

import asyncio
import json
import os
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from monitor.dates import retry_after
from monitor.errors import DeliveryUnavailable, DeliveryUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

DEADLINE_S = 30.0  # for all of it: finding the name, connecting, sending, and the whole answer
ANSWER_BYTES = 16_384  # of the answer that are read; what most of these programs say is a line
# Levels of an answer in JSON. Slack's own, with blocks within blocks, has some ten; what can be read but is nested
# nearly without end cannot be shown or compared any more.
DEEPEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a program said to what it was sent, yes or no."""

    status: int
    body: bytes = b""  # its first bytes, as they came
    retry_after: timedelta | None = None  # how long one that said no wants to be left alone, where it says so

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people, whatever its status: a proxy or a portal is in the way."""
        return self.body.lstrip().startswith(b"<")

    def as_object(self) -> dict[str, Any] | None:
        """The object in JSON that it is; None of whatever else it is, cut short or nested without end. Never raises."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):  # the former: no JSON, no text, or a number of thousands of digits
            return None
        return said if isinstance(said, dict) and not _is_deeper(said, DEEPEST) else None


def _is_deeper(value: object, levels: int) -> bool:
    """Whether lists and objects stand in one another more than `levels` deep."""
    level = [value]
    for _ in range(levels + 1):
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list)))
        level = [one for values in inner for one in values]
        if not level:
            return False
    return True


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    program: str,
    deadline_s: float = DEADLINE_S,
    answer_bytes: int = ANSWER_BYTES,
) -> Answer:
    """What the program at `url` answers to `body`. A redirect is not followed: it is the channel's trouble.

    `program` names it in reasons ("the workflow"); the address, which may be a secret, is never in one. TLS is
    verified, and proxies are used, as the machine has them set up. Must not be called where an event loop runs.

    Raises DeliveryUnavailable, of the channel, where nothing was handed over, or to one who sends us elsewhere, and
    DeliveryUnknown where something was and no answer came.
    """
    attempt = _Attempt(program=program, deadline_s=deadline_s, answer_bytes=answer_bytes)
    return asyncio.run(attempt.made("POST", _target(url, program), body, headers))


def get(
    url: str,
    *,
    headers: Mapping[str, str],
    program: str,
    deadline_s: float = DEADLINE_S,
    answer_bytes: int = ANSWER_BYTES,
) -> Answer:
    """What the program at `url` answers to a question, in all else like `post`. Raises DeliveryUnavailable alone, for
    nothing is handed over by asking."""
    attempt = _Attempt(program=program, deadline_s=deadline_s, answer_bytes=answer_bytes)
    try:
        return asyncio.run(attempt.made("GET", _target(url, program), None, headers))
    except DeliveryUnknown as e:
        raise DeliveryUnavailable(e.reason, channel_down=True) from e


def _target(url: str, program: str) -> URL:
    """`url` to the letter, for what is percent-encoded in it may be signed."""
    if not re.search(r"[\x00-\x20\x7f]", url):
        with suppress(ValueError):
            target = URL(url, encoded=url.isascii())
            if target.scheme in ("http", "https") and target.host:
                return target
    raise DeliveryUnavailable(f"the address of {program} is not a web address", channel_down=True)


class _Attempt:
    """One request; once its head is on the way, nobody knows what became of it until an answer is there."""

    def __init__(self, *, program: str, deadline_s: float, answer_bytes: int) -> None:
        self._program = program
        self._deadline_s = deadline_s
        self._answer_bytes = answer_bytes
        self._is_handed_over = False

    async def made(self, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            async with asyncio.timeout(self._deadline_s):
                answer = await self._answer(method, url, body, headers)
        except TimeoutError as e:
            raise self._failed(f"it took longer than {self._deadline_s:g} seconds") from e
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as e:  # the last: a header, a host name
            raise self._failed(_why(e)) from e
        if 300 <= answer.status < 400:
            told = f"{self._program}'s address leads elsewhere, and no redirect is followed ({answer.status})"
            raise DeliveryUnavailable(told, channel_down=True)
        return answer

    async def _answer(self, method: str, url: URL, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(self._hand_over)
        async with (
            aiohttp.ClientSession(
                # Ours is the deadline. No cookies: each message stands alone.
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # so that the bound on the answer holds
                trust_env=True,
                trace_configs=[trace],
            ) as session,
            session.request(
                method,
                url,
                data=body,
                headers={"User-Agent": "ofsted-monitor", "Accept-Encoding": "identity", **headers},
                allow_redirects=False,
                # A fresh one, so that the certificates the machine trusts are read as they are now.
                ssl=ssl.create_default_context() if url.scheme == "https" else True,
            ) as response,
        ):
            return Answer(
                status=response.status,
                body=await _up_to(self._answer_bytes, response),
                retry_after=_rest(response),
            )

    async def _hand_over(self, *_: object) -> None:
        self._is_handed_over = True

    def _failed(self, why: str) -> DeliveryUnavailable | DeliveryUnknown:
        if self._is_handed_over:
            return DeliveryUnknown(f"the connection was lost before {self._program} confirmed: {why}")
        return DeliveryUnavailable(f"{self._program} cannot be reached: {why}", channel_down=True)


def _rest(response: aiohttp.ClientResponse) -> timedelta | None:
    if 200 <= response.status < 300:
        return None  # who has said yes is asked nothing more, whatever stands beside it
    return retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))


async def _up_to(size: int, response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) >= size:
            break
    return bytes(body[:size])


def _why(error: Exception) -> str:
    """Why a request failed, without anything the far end or the configuration wrote."""
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ServerFingerprintMismatch():
            return "its certificate is not valid"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return "TLS failed"
        case aiohttp.ClientConnectorDNSError():
            return "its name could not be found"
        case aiohttp.ClientConnectorError() if error.os_error.errno:
            return os.strerror(error.os_error.errno).lower()
        case _:
            return type(error).__name__
