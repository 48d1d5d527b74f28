"""What Ofsted's page and the report itself say of one inspection: each fills in for the other, differences are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from monitor.model import Inspection


def reconciled(
    inspection: Inspection, *, council: str | None, published: date | None, event_date: date | None
) -> Inspection:
    """The facts of a report, with what only Ofsted's page tells: whose report it is, and when it was published.

    `council`, `published` and `event_date`, a day of the inspection, are the page's; None where it says nothing. What
    the report states stays. `differences` gets a line for each fact of which the page says otherwise:
    "published: 2026-05-21 on Ofsted's page, 2026-05-20 in the report".
    """
    first, last = inspection.inspection_start, inspection.inspection_end
    lines = []
    if council and inspection.council and council != inspection.council:
        lines.append(_difference("council", council, inspection.council))
    if published and inspection.published and published != inspection.published:
        lines.append(_difference("published", published, inspection.published))
    if event_date and ((first and event_date < first) or (last and event_date > last)):
        spell = " to ".join(str(day) for day in dict.fromkeys([first, last]) if day)
        lines.append(_difference("inspection", event_date, spell))
    return replace(
        inspection,
        council=inspection.council or council,
        published=inspection.published or published,
        differences=tuple(lines),
    )


def _difference(fact: str, on_page: date | str, in_report: date | str) -> str:
    return f"{fact}: {on_page} on Ofsted's page, {in_report} in the report"
