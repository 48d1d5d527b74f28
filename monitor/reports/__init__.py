"""An Ofsted report PDF → its text and its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import ParseError
from monitor.model import Inspection, InspectionKind
from monitor.reports.council import council_of
from monitor.reports.dates import inspection_dates
from monitor.reports.judgements import judgements, send_outcome
from monitor.reports.kind import headline, is_about_childrens_services, is_monitoring
from monitor.reports.pdf import read_pages
from monitor.reports.sections import areas_for_improvement, lead_inspector, priority_actions
from monitor.reports.text import lay_out
from monitor.reports.visits import visit_number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Report", "inspect_pages", "read_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report as it is classified and quoted, and its facts."""

    text: str  # paragraphs parted by blank lines, without page furniture
    inspection: Inspection


def read_report(body: bytes, *, max_pages: int = 200) -> Report:
    """The text and facts of a report, given the bytes of its PDF.

    Raises ParseError, with the reason, when the bytes are no readable PDF or nothing in it says that it is
    Ofsted's about a council's services for children. PDFium is native code: a stranger's file is read in a
    child process with limits.
    """
    return inspect_pages(read_pages(body, max_pages=max_pages))


def inspect_pages(pages: Sequence[str]) -> Report:
    """The text and facts of a report, given the text of its pages."""
    layout = lay_out(pages)
    text = layout.text
    title = headline(layout)
    if title is None and not is_about_childrens_services("\n".join(pages)):
        raise ParseError("no report: nothing in it says it is Ofsted's about a council's services for children")
    kind = title.kind if title else InspectionKind.OTHER
    dates = inspection_dates(layout)
    grades, conflicts = judgements(layout, kind)
    # The older area SEND letters have neither the tables nor the outcomes.
    area_send = title is not None and title.framework == "Area-SEND-2023"
    monitoring = title is not None and is_monitoring(title)
    priority, actions = priority_actions(layout, table=area_send)
    inspection = Inspection(
        council=council_of(layout, title),
        kind=kind,
        framework=title.framework if title else None,
        inspection_start=dates.start,
        inspection_end=dates.end,
        published=dates.published,
        judgements=grades,
        priority_action=priority,
        priority_actions=actions,
        areas_for_improvement=areas_for_improvement(layout, table=area_send),
        lead_inspector=lead_inspector(layout),
        send_outcome=send_outcome(layout) if area_send and not monitoring else None,
        visit_number=visit_number(layout, title) if title and monitoring else None,
        conflicts=(*dates.conflicts, *conflicts),
    )
    return Report(text=text, inspection=inspection)
