from __future__ import annotations

import pytest
from story_texts import HOUR, REPORT

from monitor.model import Event, ToldItem


@pytest.fixture
def told(make_item, make_classification, now):
    """An item about Wexmoor, published when it was first seen."""

    def make(text: str, title: str = "", *, councils=("Wexmoor",), event=Event.OTHER, after=0 * HOUR, **item):
        when = now + after
        made = make_item(title or text.split(".", maxsplit=1)[0], text=text, first_seen=when, published=when, **item)
        return ToldItem(item=made, classification=make_classification(councils=councils, event=event))

    return make


@pytest.fixture
def report(told):
    def make(text: str = REPORT, event=Event.FULL_INSPECTION, **changes):
        return told(text, "Children's services inspection", event=event, is_report=True, **changes)

    return make
