"""What was carried, as tests look at it."""

from __future__ import annotations

import json
from datetime import timedelta

from monitor.model import DeliveryState

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOOK = "/hook"  # where the Slack of these tests is posted to
HERE, ELSEWHERE = "here", "elsewhere"  # who carries


def posted(web) -> list[str]:
    return [json.loads(body)["text"] for _, _, body in web.requests]


def states(store) -> list[DeliveryState]:
    return [delivery.state for delivery in store.digests.deliveries(*DeliveryState)]


def attempts(store, channel: str) -> list[int]:
    return [one.attempts for one in store.digests.deliveries(*DeliveryState) if one.channel == channel]
