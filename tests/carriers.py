"""What carries deliveries in tests."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from monitor.carrying import Carrying

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.config import Config
    from monitor.store import Store


def carrier(config: Config, store: Store, clock: Callable[[], datetime], **changes: object) -> Carrying:
    """One that nothing stops, unless it is told otherwise."""
    known = {
        "dice": random.Random(0),  # noqa: S311 - it guards nothing
        "stopping": lambda: False,
        "holder": "this test",
    }
    return Carrying(config=config, store=store, clock=clock, **known | changes)
