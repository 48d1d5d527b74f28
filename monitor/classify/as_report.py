"""A text that is itself one of Ofsted's reports or letters: what it is and gives is read there, not guessed from words.

Whoever hands a report's text in need not say that it is one; news of an inspection is none, however it begins.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.errors import ParseError
from monitor.model import NO_OVERALL_FROM, Event, Grade, Inspection, InspectionKind
from monitor.reports import inspect_pages
from monitor.reports.kind import bears_letterhead

if TYPE_CHECKING:
    from monitor.classify.judgement import Standing

_EVENTS = {
    InspectionKind.ILACS: Event.FULL_INSPECTION,
    InspectionKind.SINGLE_INSPECTION: Event.FULL_INSPECTION,
    InspectionKind.SINGLE_REINSPECTION: Event.FULL_INSPECTION,
    InspectionKind.LOOKED_AFTER_2013: Event.FULL_INSPECTION,
    InspectionKind.FOCUSED_VISIT: Event.FOCUSED_VISIT,
    InspectionKind.MONITORING_VISIT: Event.MONITORING_VISIT,
    InspectionKind.JTAI: Event.JTAI,
    InspectionKind.AREA_SEND: Event.AREA_SEND,
}


def as_report(text: str) -> Inspection | None:
    """The facts of a text that opens as Ofsted's reports do; None for any other."""
    if not bears_letterhead(text):
        return None
    try:
        facts = inspect_pages([text]).inspection
    except ParseError:
        return None
    return facts if facts.kind in _EVENTS else None


def event_of(facts: Inspection) -> Event:
    return _EVENTS[facts.kind]


def overall_of(facts: Inspection, otherwise: Standing) -> Standing:
    """How the council stands by the report: the overall grade that it gives, or none where it has none to give.

    `otherwise`, where the report leaves it open: a visit repeats what was judged before.
    """
    if not any(facts.judgements.values()):
        return otherwise
    given = facts.judgements.get("overall")
    if given and given is not Grade.NOT_JUDGED:
        return replace(otherwise, grade=given, is_new=True)
    day = facts.inspection_end or facts.published
    has_none = given is Grade.NOT_JUDGED or (day is not None and day >= NO_OVERALL_FROM)
    return replace(otherwise, grade=None, is_new=False) if has_none else otherwise
