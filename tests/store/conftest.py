from __future__ import annotations

import contextlib
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from monitor.model import Delivery, DeliveryState, Digest, Message, SubscriptionKind, Telling, Window
from monitor.store import Store, ToldBy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from monitor.model import Item


@pytest.fixture
def make_digest(now: datetime) -> Callable[..., Digest]:
    """A day's digest up to now, with nothing in it."""

    def make(subscription: str = "weekday-briefing", **changes: object) -> Digest:
        values = {
            "subscription": subscription,
            "kind": SubscriptionKind.DIGEST,
            "slot": "2026-06-17T07:30+01:00",
            "window": Window(start=now - timedelta(days=1), end=now),
            "composed_at": now,
        }
        return Digest(**values | changes)

    return make


@pytest.fixture
def make_message() -> Callable[..., Message]:
    def make(subject: str = "Devon: monitoring visit", **changes: object) -> Message:
        values = {"subject": subject, "html": "<p>…</p>", "text": "…", "slack": ({"text": "…"},), "data": {"more": 0}}
        return Message(**values | changes)

    return make


@pytest.fixture
def make_delivery(now: datetime) -> Callable[..., Delivery]:
    """Deliveries of one message to the first recipient, each its own, due now."""
    numbers = count(1)

    def make(**changes: object) -> Delivery:
        values = {
            "id": 0,
            "digest_id": 0,
            "subscription": "weekday-briefing",
            "position": 0,
            "channel": "team-mail",
            "recipient_mark": "5f1c",
            "part": 0,
            "message_id": f"<{next(numbers)}@example.org>",
            "composed_at": now,
            "state": DeliveryState.PENDING,
            "next_at": now,
        }
        return Delivery(**values | changes)

    return make


@pytest.fixture
def tell(store: Store, make_digest: Callable[..., Digest]) -> Callable[..., bool]:
    """Records a digest that tells these items; False when its slot had run."""

    def tell(
        *items: Item, story: int = 1, how: Telling = Telling.TOLD, reasons: tuple[Any, ...] = (), **changes: object
    ) -> bool:
        told = [ToldBy(item_id=item.id, story=story, how=how, reasons=reasons) for item in items]
        return store.digests.save(make_digest(**changes), told)

    return tell


class PowerCutError(Exception):
    """The machine stops at this statement."""


@pytest.fixture
def power_cut(store: Store) -> Callable[[int], contextlib.AbstractContextManager[None]]:
    """The block's statement number `at` is never answered; a block with fewer statements ends well."""

    @contextlib.contextmanager
    def cut(at: int) -> Iterator[None]:
        numbers = count(1)

        def strike(*_: object) -> None:
            if next(numbers) == at:
                raise PowerCutError

        engine = store.database._engine
        event.listen(engine, "before_cursor_execute", strike)
        try:
            with contextlib.suppress(PowerCutError):
                yield
        finally:
            event.remove(engine, "before_cursor_execute", strike)

    return cut
