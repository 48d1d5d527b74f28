"""Reports as data: what stands in an export as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.exporting.rows import region, urn
from monitor.model import Inspection, InspectionKind
from monitor.reports.data import inspection_as_data

if TYPE_CHECKING:
    from monitor.exporting.rows import ExportedReport

# The facts of a report that could not be read: none is known, and none is told to be absent.
_UNKNOWN = dict.fromkeys(inspection_as_data(Inspection(council=None, kind=InspectionKind.OTHER), ""))


def exported_as_data(row: ExportedReport) -> dict[str, Any]:
    """A report under the keys of `report --json`, and what is known of it beyond its document.

    `published` is the page's, else the document's; `unread` is why the facts are null, or "".
    """
    report, facts = row.report, row.report.inspection
    told = inspection_as_data(facts, "") if facts else _UNKNOWN
    data = {
        "urn": urn(report.council, report),
        "council": report.council or None,
        "region": region(report.council),
        "title": report.title,
        "url": report.url,
        "event_date": report.event_date.isoformat() if report.event_date else None,
        **{name: value for name, value in told.items() if name not in ("file", "council")},
        "visit_number": facts.visit_number if facts else None,
        "conflicts": list(facts.conflicts) if facts else None,
        "differences": list(facts.differences) if facts else None,
        "replaced_by": row.replaced_by.url if row.replaced_by else None,
        "unread": report.unread,
    }
    return data | {"published": report.published.isoformat() if report.published else None}
