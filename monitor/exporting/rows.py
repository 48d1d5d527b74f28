"""The tables of an export as values: one row a report, and one row a council."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from monitor import history
from monitor.councils import council_named
from monitor.model import JUDGEMENTS, Grade
from monitor.render.words import KINDS, SEND_OUTCOMES, bounded, grade, judgement_name, plain, sentence, web_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from monitor.model import Expectation, Inspection, KnownReport
    from monitor.standing import CouncilStanding

# A cell of a workbook holds 32,767 units of UTF-16, of which a character takes at most two.
_LONGEST_TEXT = 16_383
_URN = re.compile(r"ofsted:(\d{1,9})/")
_NOT_NAMED = "(an action that could not be read)"


@dataclass(frozen=True, slots=True)
class Link:
    url: str  # http or https, in the characters of RFC 3986 alone


Row = TypeVar("Row")
Thing = TypeVar("Thing")

# None is an empty cell: not known, or not told.
Cell = str | int | date | Grade | Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]  # as wide as the heads


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedReport:
    report: KnownReport
    replaced_by: KnownReport | None = None  # a newer file about the same inspection


def exported(reports: Iterable[KnownReport]) -> list[ExportedReport]:
    """Each of the `reports` once, by council and then by inspection, the newest first."""
    by_council: dict[str, list[KnownReport]] = {}
    for report in reports:
        by_council.setdefault(report.council, []).append(report)
    found = []
    for council, its_reports in sorted(by_council.items()):
        replaced = _replaced(council, its_reports)
        found += [
            ExportedReport(report=one, replaced_by=replaced.get(one.item_id))
            for one in sorted(its_reports, key=_age, reverse=True)
        ]
    return found


def _age(report: KnownReport) -> tuple[date, date, int]:
    return report.dated, report.published or report.dated, report.item_id


def _replaced(council: str, reports: Sequence[KnownReport]) -> dict[int, KnownReport]:
    """By the number of each report that another one replaced, the newest that did."""
    if not council:
        return {}  # whose they are is not known, so neither is which belong together
    kept = {one.item_id for one in history.of_council(council, reports)}
    return {
        one.item_id: max((other for other in reports if _replaces(other, one)), key=_age)
        for one in reports
        if one.item_id not in kept
    }


def _replaces(after: KnownReport, before: KnownReport) -> bool:
    return after is not before and history.of_council(after.council, [before, after]) == [after]


def urn(council: str, report: KnownReport | None = None) -> int | None:
    """Ofsted's number of the page that shows the report, else of the page of today's council of that name."""
    if report and (of_page := _URN.match(report.key)):
        return int(of_page[1])
    known = council_named(council)
    return int(known.urn) if known else None


def region(council: str) -> str | None:
    """The region that today's council of that name lies in."""
    known = council_named(council)
    return known.region if known else None


def in_words(cell: Cell) -> str:
    """A cell as text: days as "2020-01-31", grades as "Requires improvement", "" for an empty one."""
    match cell:
        case None:
            return ""
        case Grade():
            return sentence(grade(cell))
        case Link():
            return cell.url
        case _:
            return str(cell)


# --- cells -----------------------------------------------------------------------------------------------------


def _text(text: str) -> str | None:
    """Text from outside: one line of characters that can be seen, no longer than a cell."""
    return bounded(plain(text), _LONGEST_TEXT) or None


def _texts(texts: Iterable[str]) -> str | None:
    return _text(" | ".join(texts))


def _link(url: str) -> Link | str | None:
    """A link where it leads to the web; anything else is only text."""
    safe = web_link(url)
    return Link(safe) if safe else _text(url)


def _kind(report: KnownReport) -> str | None:
    return sentence(KINDS[report.inspection.kind]) if report.inspection else None


def _send_outcome(report: KnownReport) -> str | None:
    outcome = report.inspection and report.inspection.send_outcome
    return sentence(SEND_OUTCOMES[outcome]) if outcome else None


def _of(found: Callable[[Row], Thing | None], cell: Callable[[Thing], Cell]) -> Callable[[Row], Cell]:
    """A cell about something of a row that may not be there; then it is empty."""
    return lambda row: None if (thing := found(row)) is None else cell(thing)


# --- one row a report ------------------------------------------------------------------------------------------

# As Ofsted's yearly summary of outcomes words them since 2024.
_JUDGEMENT_HEADS: Mapping[str, str] = {
    "overall": "Overall effectiveness",
    "impact_of_leaders": "The impact of leaders on social work practice with children and families",
    "help_and_protection": "The experiences and progress of children who need help and protection",
    "in_care": "The experiences and progress of children in care",
    "care_leavers": "The experiences and progress of care leavers",
}


def _facts(row: ExportedReport) -> Inspection | None:
    return row.report.inspection


def _judgement(name: str) -> Callable[[ExportedReport], Cell]:
    return _of(_facts, lambda facts: facts.judgements.get(name))


def _replacement(row: ExportedReport) -> Cell:
    newer = row.replaced_by
    return (_link(newer.url) or _text(newer.title)) if newer else None


def _shared_grade(facts: Inspection) -> tuple[str, ...]:
    """A word on the column of care leavers, which is empty where they were graded with children in care."""
    is_shared = facts.judgements.get("in_care") and judgement_name("in_care", facts.judgements) != JUDGEMENTS["in_care"]
    return ("children in care and care leavers have one grade",) if is_shared else ()


# Who inspected is left out: a table of councils is no list of people.
_INSPECTIONS: Mapping[str, Callable[[ExportedReport], Cell]] = {
    "URN": lambda row: urn(row.report.council, row.report),
    "Local authority name": lambda row: _text(row.report.council),
    "Region": lambda row: region(row.report.council),
    "Inspection type": lambda row: _kind(row.report),
    "Framework": _of(_facts, lambda facts: _text(facts.framework or "")),
    "Inspection start date": _of(_facts, lambda facts: facts.inspection_start),
    "Inspection end date": _of(_facts, lambda facts: facts.inspection_end),
    "Inspection date on Ofsted's page": lambda row: row.report.event_date,
    "Publication date": lambda row: row.report.published,
    **{head: _judgement(name) for name, head in _JUDGEMENT_HEADS.items()},
    "Priority action": _of(_facts, lambda facts: "Yes" if facts.priority_action else "No"),
    "Number of areas for improvement": _of(_facts, lambda facts: len(facts.areas_for_improvement)),
    "Area SEND outcome": lambda row: _send_outcome(row.report),
    "Monitoring visit number": _of(_facts, lambda facts: facts.visit_number),
    "Report title": lambda row: _text(row.report.title),
    "Web link": lambda row: _link(row.report.url),
    "Replaced by": _replacement,
    "Notes": _of(_facts, lambda facts: _texts((*_shared_grade(facts), *facts.differences, *facts.conflicts))),
    "Could not be read": lambda row: _text(row.report.unread),
}


def inspections_sheet(rows: Iterable[ExportedReport]) -> Sheet:
    """One row a report, in the order given."""
    return Sheet(
        name="Inspections",
        heads=tuple(_INSPECTIONS),
        rows=tuple(tuple(cell(row) for cell in _INSPECTIONS.values()) for row in rows),
    )


# --- one row a council -----------------------------------------------------------------------------------------


def _grade(name: str) -> Callable[[CouncilStanding], Cell]:
    return lambda one: one.judgements.get(name)


def _judged(one: CouncilStanding) -> KnownReport | None:
    return one.judged


def _last_visit(one: CouncilStanding) -> KnownReport | None:
    return one.visits[-1] if one.visits else None


def _send(one: CouncilStanding) -> KnownReport | None:
    return one.send


def _next(one: CouncilStanding) -> Expectation | None:
    return one.next


def _counted(things: Callable[[CouncilStanding], Sequence[object]]) -> Callable[[CouncilStanding], Cell]:
    """How many, as far as known; where no report could be read nobody knows."""
    return lambda one: len(things(one)) if one.last else None


_STANDING: Mapping[str, Callable[[CouncilStanding], Cell]] = {
    "URN": lambda one: urn(one.council, one.judged or one.last),
    "Local authority name": lambda one: _text(one.council),
    "Region": lambda one: region(one.council),
    "Last full inspection": _of(_judged, lambda report: report.held),
    "Publication date": _of(_judged, lambda report: report.published),
    **{head: _grade(name) for name, head in _JUDGEMENT_HEADS.items()},
    "Web link": _of(_judged, lambda report: _link(report.url)),
    "Visits since": _counted(lambda one: one.visits),
    "Last visit": _of(_last_visit, _kind),
    "Last visit date": _of(_last_visit, lambda report: report.held),
    "Priority actions open": _counted(lambda one: one.priority_actions),
    "Priority actions": lambda one: _texts(action.text or _NOT_NAMED for action in one.priority_actions),
    "Area SEND outcome": _of(_send, _send_outcome),
    "Area SEND inspection date": _of(_send, lambda report: report.held),
    "Expected next": _of(_next, lambda expectation: _text(sentence(expectation.what))),
    "Expected from": _of(_next, lambda expectation: expectation.opens),
    "Expected to": _of(_next, lambda expectation: expectation.closes),
    "Expected because": _of(_next, lambda expectation: _text(expectation.rule)),
    "Newer reports that could not be read": lambda one: _texts(report.title for report in one.unread),
}


def standing_sheet(standings: Iterable[CouncilStanding]) -> Sheet:
    """One row a council, in the order given."""
    return Sheet(
        name="Latest standing",
        heads=tuple(_STANDING),
        rows=tuple(tuple(cell(one) for cell in _STANDING.values()) for one in standings),
    )
