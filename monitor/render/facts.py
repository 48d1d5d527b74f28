"""The facts of reports and of what to expect, in words; and what a reader could otherwise misread in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.model import NO_OVERALL_FROM, InspectionKind
from monitor.render.parts import Expected, Judged, Link, Report
from monitor.render.words import (
    HEADLINE,
    KINDS,
    NAME,
    QUOTE,
    REASON,
    TITLE,
    and_more,
    before,
    correction_in_words,
    day,
    days,
    days_in_words,
    direction,
    expectation_in_words,
    grade,
    grades,
    judged_list,
    judgement_name,
    month,
    sentence,
    shown,
    stood,
    visit_in_words,
    web_link,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model import Change, Expectation, Grade, InspectionNews, SendOutcome

_WITHOUT_GRADES = (InspectionKind.FOCUSED_VISIT, InspectionKind.MONITORING_VISIT, InspectionKind.JTAI)

AREAS = 6  # of what needs to improve that are told
_ACTIONS, _CONFLICTS, _EXPECTED = 3, 3, 20


def report(news: InspectionNews) -> Report:
    """A report published in the window, in words."""
    inspection = news.inspection
    # Of a file that replaces one that was read, the changes were told with the first.
    changes = {} if news.is_told_before else {change.judgement: change for change in news.changes}
    judged = [
        _judged(judgement_name(key, inspection.judgements), value, changes.get(key), _unchanged(key, value, news))
        for key, value in grades(inspection)
    ]
    if outcome := inspection.send_outcome:
        change = changes.get("send_outcome")
        judged.append(_judged("Outcome", outcome, change, _unchanged("send_outcome", outcome, news)))
    told = "Judgements" if grades(inspection) else "Outcome"
    since = _stood_alike(tuple(changes.values()))
    if since:
        judged = [replace(row, stood="") if row.before else row for row in judged]
    published = f"published {day(news.published)}" if news.published else ""
    when = days(inspection.inspection_start, inspection.inspection_end)
    dates = "; ".join(filter(None, (published, f"inspected {when}" if when else "")))
    return Report(
        heading=f"{shown(news.council, NAME)}: {shown(news.title, TITLE) if news.unread else KINDS[inspection.kind]}",
        link=Link(text=f"Read the report on {shown(news.council, NAME)}", url=web_link(news.url)),
        dates=sentence(dates),
        priority_action=inspection.priority_action,
        actions=tuple(shown(action, QUOTE) for action in inspection.priority_actions[:_ACTIONS]),
        judged=tuple(judged),
        caption=f"{told}, before → now" if any(row.before for row in judged) else told,
        notes=((f"The grades before these changes had stood since {since}.",) if since else ()) + _notes(news),
        next=_next(news.next) if news.next else None,
        to_improve=tuple(shown(area, QUOTE) for area in inspection.areas_for_improvement[:AREAS]),
        more_to_improve=and_more(len(inspection.areas_for_improvement) - AREAS, "area", "areas"),
    )


def _stood_alike(changes: Sequence[Change]) -> str:
    """The month since which the grades before several changes had stood, where it is one for all of them."""
    months = {month(change.stood_since) if change.stood_since else "" for change in changes}
    return months.pop() if len(changes) > 1 and len(months) == 1 else ""


_TOGETHER = {"in_care": "care leavers", "care_leavers": "children in care"}


def _unchanged(name: str, value: Grade | SendOutcome, news: InspectionNews) -> str:
    """How a judgement that is no change stands to what was before, so that no row leaves one guessing."""
    if news.is_told_before or (news.first_known and name != "send_outcome"):
        return ""  # a note says it of all grades
    if news.missed:
        return "not compared"
    before = news.follows.judgements if news.follows else {}
    if name in news.compared:
        is_same = before.get(name) == value
        return f"unchanged since {month(news.follows.dated)}" if news.follows and is_same else "unchanged"
    if name in _TOGETHER and "in_care" in before:
        if "care_leavers" in before:
            return "not compared: before, two grades"
        return f"not compared: before, one grade with {_TOGETHER[name]}"
    return "no earlier outcome known" if name == "send_outcome" else "no earlier grade known"


def _judged(name: str, value: Grade | SendOutcome, change: Change | None, unchanged: str) -> Judged:
    return Judged(
        name=name,
        now=grade(value),
        before=before(change) if change else "",
        stood=stood(change) if change else unchanged,
        direction=direction(change) if change else "",
        level=value.value,
        level_before=change.before.value if change else "",
    )


def _notes(news: InspectionNews) -> tuple[str, ...]:
    """What a reader could otherwise misread: why grades or changes are missing, and where the report disagrees."""
    inspection = news.inspection
    if news.unread:
        return (f"The report could not be read yet ({shown(news.unread, REASON)}): open it to see what it says.",)
    notes = [_note_on_replacement(news) if news.replaces else "", _note_on_whom(news), visit_in_words(news)]
    notes.append(_note_on_grades(news))
    notes += [_note_on_what_stands(news), *_notes_on_changes(news)]
    if inspection.conflicts:
        places = "; ".join(shown(conflict, REASON) for conflict in inspection.conflicts[:_CONFLICTS])
        notes.append(f"The report disagrees with itself, so please check it: {places}.")
    # That it was published a day or two after the date it bears is usual.
    if differences := [one for one in inspection.differences if not one.startswith("published")]:
        places = "; ".join(shown(days_in_words(difference), REASON) for difference in differences[:_CONFLICTS])
        notes.append(f"Ofsted’s page and the report differ in {places}.")
    return tuple(filter(None, notes))


def _note_on_whom(news: InspectionNews) -> str:
    """Whose an area SEND inspection's findings are: not the council's alone."""
    if news.inspection.kind is not InspectionKind.AREA_SEND:
        return ""
    return (
        "This is about the local area partnership: the council and the health service together. "
        "Ofsted and CQC inspect it."
    )


def _notes_on_changes(news: InspectionNews) -> tuple[str, ...]:
    """Where nothing is called a change: that nothing changed, or that it cannot be said."""
    told = [name for name, _ in grades(news.inspection)]
    if news.missed:
        what = f"{shown(news.missed.title, TITLE)}, {month(news.missed.dated)}"
        return (f"An earlier report could not be read ({what}), so what stood before is not known.",)
    if not told or news.is_told_before:
        return ()
    if news.first_known:
        return ("No earlier judgement is known, so nothing here can be called a change.",)
    apart = [name for name in told if name not in news.compared and name in ("in_care", "care_leavers")]
    shared = _note_on_shared_grade(news) if apart else ""
    if news.changes:
        return (shared,)
    if all(name in news.compared for name in told):
        return ("No change from the earlier judgements known.",)
    return (shared,)  # each row says how it stands to what was before


def _note_on_shared_grade(news: InspectionNews) -> str:
    """Children in care and care leavers were judged together for some years: that is no grade of either alone."""
    before = news.follows.judgements if news.follows else {}
    if news.follows is None or "in_care" not in before:
        return ""
    when = month(news.follows.dated)
    if "care_leavers" in before:
        told = f"{grade(before['in_care'])} and {grade(before['care_leavers'])}"
        return f"Children in care and care leavers have one grade here; before, each had its own: {told} ({when})."
    return f"Before, children in care and care leavers had one grade: {grade(before['in_care'])} ({when})."


def _note_on_grades(news: InspectionNews) -> str:
    inspection = news.inspection
    kind = KINDS[inspection.kind]
    given = grades(inspection)
    if inspection.kind in _WITHOUT_GRADES and not given:
        return f"A {kind} gives no grades."
    if inspection.kind is InspectionKind.AREA_SEND:
        return "" if inspection.send_outcome or given else "No outcome could be read: see the report itself."
    if inspection.kind is InspectionKind.OTHER or inspection.judgements.get("overall"):
        return ""
    if not given:
        return "No judgements could be read: see the report itself."
    held = inspection.inspection_end or news.published
    if inspection.kind is InspectionKind.ILACS and held and held >= NO_OVERALL_FROM:
        last = news.follows.judgements.get("overall") if news.follows else None
        told = f"; the last was {grade(last)} ({month(news.follows.dated)})" if news.follows and last else ""
        return f"Since April 2026 full inspections have given no overall grade{told}."
    return "No overall grade could be read: see the report itself."


def _note_on_what_stands(news: InspectionNews) -> str:
    """For a visit: which grades still stand, since it gives none."""
    if news.inspection.kind not in _WITHOUT_GRADES or not news.follows:
        return ""
    return f"The grades of {month(news.follows.dated)} stand: {judged_list(news.follows.judgements)}."


def _note_on_replacement(news: InspectionNews) -> str:
    """That Ofsted published the report anew, and what is different in it."""
    if not news.is_told_before:
        return "It replaces an earlier file of the same report, which could not be read."
    if not news.corrections:
        return "It replaces an earlier file of the same report; no fact read from it is different."
    what = "; ".join(correction_in_words(one) for one in news.corrections)
    return f"It replaces an earlier file of the same report. Different in it: {what}."


# --- what to expect ----------------------------------------------------------------------------------------


def _next(one: Expectation) -> Expected:
    told = f"Likely next, not announced: {expectation_in_words(one)}. {_rule(one)}"
    return Expected(text=told, source=_source(one))


def _rule(one: Expectation) -> str:
    rule = shown(one.rule, QUOTE)
    return rule if rule.endswith(".") else f"{rule}."


def _source(one: Expectation) -> Link:
    return Link(text=shown(one.source, HEADLINE) or "source", url=web_link(one.source_url))


def expectations(expected: Sequence[Expectation]) -> tuple[Expected, ...]:
    """What may come from now on, as much of it as is told."""
    return tuple(
        Expected(text=f"{shown(one.council, NAME)}: {expectation_in_words(one)}. {_rule(one)}", source=_source(one))
        for one in expected[:_EXPECTED]
    )


def more_expectations(expected: Sequence[Expectation]) -> str:
    """How much of it is not."""
    return and_more(len(expected) - _EXPECTED, "expectation", "expectations")
