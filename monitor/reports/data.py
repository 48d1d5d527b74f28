"""An inspection as the JSON object that `report --json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model import JUDGEMENTS

if TYPE_CHECKING:
    from datetime import date

    from monitor.model import Inspection


def inspection_as_data(inspection: Inspection, file: str) -> dict[str, object]:
    """The facts of one report as `report --json` has them; days as "2020-01-31".

    `visit_number` is there only when a monitoring visit's letter says which it is, `conflicts` only when two
    places of the document disagree.
    """
    data: dict[str, object] = {
        "file": file,
        "council": inspection.council,
        "kind": inspection.kind.value,
        "framework": inspection.framework,
        "inspection_start": _day(inspection.inspection_start),
        "inspection_end": _day(inspection.inspection_end),
        "published": _day(inspection.published),
        "judgements": {
            name: grade.value if (grade := inspection.judgements.get(name)) else None for name in JUDGEMENTS
        },
        "priority_action": inspection.priority_action,
        "priority_actions": list(inspection.priority_actions),
        "areas_for_improvement": list(inspection.areas_for_improvement),
        "lead_inspector": inspection.lead_inspector,
        "send_outcome": inspection.send_outcome.value if inspection.send_outcome else None,
    }
    if inspection.visit_number is not None:
        data["visit_number"] = inspection.visit_number
    if inspection.conflicts:
        data["conflicts"] = list(inspection.conflicts)
    return data


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
