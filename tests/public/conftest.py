"""The page, on a real server on loopback."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from page_client import KEY, OFFICE, Page, free_port

from monitor.model import Recipient, Subscription, SubscriptionKind
from monitor.public.app import StopPage
from monitor.public.listening import listening
from monitor.public.server import serving
from monitor.suppression.addresses import mark_of
from monitor.suppression.links import PATH
from monitor.suppression.tokens import Claim, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from monitor.store import Store


@pytest.fixture
def link() -> str:
    return PATH + token(Claim(subscription="daily", mark=mark_of(OFFICE)), KEY)


@pytest.fixture
def stop_page(store: Store, now: datetime) -> StopPage:
    recipient = Recipient(channel="mail", address=OFFICE)
    return StopPage(
        suppressions=store.suppressions,
        key=KEY,
        contact="mailto:operator@example.org?subject=monitor",
        subscriptions=[Subscription(name="daily", kind=SubscriptionKind.DIGEST, to=(recipient,))],
        clock=lambda: now,
    )


@pytest.fixture
def serve(stop_page: StopPage) -> Iterator[Callable[..., Page]]:
    """Serves the page until the test ends."""
    with ExitStack() as stack:

        def serve(prefix: str = "", **limits: float) -> Page:
            listener = stack.enter_context(listening("127.0.0.1", port := free_port()))
            stack.enter_context(serving(stop_page.app(prefix), listener, **limits))
            return Page(port)

        yield serve


@pytest.fixture
def page(serve: Callable[..., Page]) -> Page:
    return serve()
