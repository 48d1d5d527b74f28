from __future__ import annotations

from datetime import date
from itertools import count
from typing import TYPE_CHECKING

import pytest

from monitor.model import Inspection, InspectionKind, KnownReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.store import Store


@pytest.fixture
def make_inspection() -> Callable[..., Inspection]:
    """A full inspection of Devon in May 2026 that grades nothing unless told otherwise."""

    def make(**changes: object) -> Inspection:
        values = {
            "council": "Devon",
            "kind": InspectionKind.ILACS,
            "inspection_start": date(2026, 5, 11),
            "inspection_end": date(2026, 5, 22),
        }
        return Inspection(**values | changes)

    return make


@pytest.fixture
def make_report() -> Callable[..., KnownReport]:
    """Reports on Devon's page, all different unless told otherwise; without an `inspection` they were not read."""
    numbers = count(1)

    def make(inspection: Inspection | None = None, **changes: object) -> KnownReport:
        number = next(numbers)
        values = {
            "item_id": number,
            "key": f"ofsted:80461/{number}",
            "council": "Devon",
            "title": f"Report {number}",
            "url": f"https://reports.example.org/{number}",
            "unread": "" if inspection else "needs a password",
        }
        return KnownReport(**values | {"inspection": inspection} | changes)

    return make


@pytest.fixture
def known(
    store: Store, stored: Callable[..., list], make_item: Callable[..., object]
) -> Callable[..., list[KnownReport]]:
    """What the store knows once these reports, as (facts of the item, inspection or None), were found and read."""

    def keep(*reports: tuple[dict[str, object], Inspection | None]) -> list[KnownReport]:
        for number, (item, inspection) in enumerate(reports, start=1):
            usual = {"council": "Devon", "is_report": True, "key": f"ofsted:80461/{number}"}
            [found] = stored(make_item(**usual | item))
            if inspection:
                store.classifications.save_inspection(found, inspection)
        return store.classifications.reports()

    return keep
