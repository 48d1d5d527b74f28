"""Requests to answers. A request that shows the page changes nothing: programs that test links open every one of them.

What changes something is a POST with a token of ours. The path holds that token, a recipient's secret, so no path is
ever logged, nor anything else of a request.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from monitor.errors import StoreError
from monitor.public import pages
from monitor.suppression.asked import Ask, ask_in, put_down, standing, taken_back
from monitor.suppression.links import PATH
from monitor.suppression.suppressed import positions
from monitor.suppression.tokens import Claim, claim_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from monitor.model import Subscription
    from monitor.store.suppressions import Suppressions
    from monitor.suppression.asked import Standing

log = structlog.get_logger()

_MOST_BYTES = 4096  # of a body: a provider's has some 200
_AT_ONCE = 2  # requests that use the database: the service needs its connections for its own work


class StopPage:
    """The page at …/stop/TOKEN."""

    def __init__(
        self,
        *,
        suppressions: Suppressions,
        key: bytes,
        contact: str,
        subscriptions: Sequence[Subscription],
        clock: Callable[[], datetime],
    ) -> None:
        self._suppressions = suppressions
        self._key = key
        self._contact = contact
        self._subscriptions = subscriptions
        self._names = {one.name for one in subscriptions}
        self._clock = clock
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    def app(self, prefix: str) -> ASGIApp:
        """The application, whose pages lie below the path `prefix`."""
        app = Starlette(
            routes=[Route(f"{prefix}{PATH}{{token}}", self._answer, methods=["GET", "POST"])],
            exception_handlers={404: self._not_found, 405: self._not_allowed},
        )
        app.router.redirect_slashes = False
        return app

    async def _answer(self, request: Request) -> Response:
        claim = claim_in(request.path_params["token"], self._key)
        if claim is None:
            return _page(pages.bad_link(self._contact), 404)
        # Of what has another name now, or has gone, a suppression would stop nothing: such a link stands for all.
        is_gone = claim.subscription not in self._names
        meant = replace(claim, subscription="") if is_gone else claim
        ask = None
        if request.method == "POST":
            body = await _body(request)
            if body is None:
                return _page(pages.bad_form(self._contact), 413)
            ask = ask_in(request.headers.get("content-type", ""), body)
            if ask is None:
                return _page(pages.bad_form(self._contact), 400)
            if is_gone and ask is Ask.STOP:
                ask = Ask.STOP_ALL
        try:
            async with self._at_once:
                stands = await run_in_threadpool(self._done, meant, ask)
        except StoreError as error:
            log.error("not stopped", reason=str(error))  # noqa: TRY400 - it says what to do; a trace would not
            return _page(pages.trouble(self._contact), 503)
        except Exception:
            log.exception("bug on the page")
            return _page(pages.trouble(self._contact), 500)
        page = pages.standing_page(stands, claim.subscription, self._contact, asked=ask, is_gone=is_gone)
        return _page(page, 200)

    def _done(self, claim: Claim, ask: Ask | None) -> Standing:
        """How things stand once it is done; asked a second time, nothing is done."""
        before = self._suppressions.of(claim.mark)
        if ask is Ask.UNDO:
            self._suppressions.lift(taken_back(before, claim))
        elif ask is not None:
            self._suppressions.add([put_down(claim, ask, self._clock())], anew=False)
        after = self._suppressions.of(claim.mark) if ask else before
        if after != before:
            log.info(
                "asked by link",
                ask=ask,
                subscription=claim.subscription or None,
                concerns=", ".join(map(str, positions(claim.mark, self._subscriptions))) or None,
            )
        return standing(after, claim.subscription)

    async def _not_found(self, _request: Request, _error: Exception) -> Response:
        return _page(pages.no_page(self._contact), 404)

    async def _not_allowed(self, _request: Request, _error: Exception) -> Response:
        response = _page(pages.no_page(self._contact), 405)
        response.headers["Allow"] = "GET, HEAD, POST"
        return response


async def _body(request: Request) -> bytes | None:
    """The whole body; None where it is too long, or its sender has gone."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return None
    except ClientDisconnect:
        return None
    return body


def _page(page: pages.Page, status: int) -> Response:
    return Response(pages.html(page), status_code=status, headers=pages.headers(), media_type="text/html")
