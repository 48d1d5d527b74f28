"""The grades of a report: from its table, checked against its headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.model import JUDGEMENTS, Grade, InspectionKind, SendOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.reports.text import Layout

_GRADE = (
    r"(?P<grade>outstanding|good|requires? improvement(?: to be good)?|inadequate|adequate|not judged"
    r"|no judgement|judgement withheld)(?!\w)"
)
_GRADES = {
    "outstanding": Grade.OUTSTANDING,
    "good": Grade.GOOD,
    "inadequate": Grade.INADEQUATE,
    "adequate": Grade.ADEQUATE,
}
_JUDGING = frozenset(
    {
        InspectionKind.ILACS,
        InspectionKind.SINGLE_INSPECTION,
        InspectionKind.SINGLE_REINSPECTION,
        InspectionKind.LOOKED_AFTER_2013,
    }
)
# What a row says, by judgement. From 2023 children in care and care leavers are judged apart; from April 2026
# there is no overall grade.
_ILACS_ROWS = {
    "impact_of_leaders": r"impact of leaders on (?:social work )?practice(?: with children and families)?"
    r"|leaders[’']? impact on (?:social work )?practice(?: with children and families)?",
    "help_and_protection": r"experiences and progress of children (?:who|in) need (?:of )?help and protection",
    "in_care": r"experiences and progress of children in care(?: and care leavers)?",
    "care_leavers": r"experiences and progress of care leavers",
    "overall": r"overall effectiveness",
}
_SINGLE_ROWS = {
    "help_and_protection": r"children who need help and protection",
    "in_care": r"children looked after and achieving permanence",
    "care_leavers": r"experiences? and progress of care leavers",
    "impact_of_leaders": r"leadership,? management and governance",
}
_LOOKED_AFTER_ROWS = {"overall": r"overall effectiveness", "impact_of_leaders": r"leadership and management"}
# A row is its words and then its grade, with nothing between them but a colon or a dash.
_ROW = r"(?<!\w)(?:the )?(?:{label})\s?[:\-–—]?\s?" + _GRADE
# A heading of the body may be a sentence.
_HEADING = r"(?:the )?(?:{label})\s?(?:[:\-–—]|\bis\b|\bare\b|(?=require\b))?\s?(?:judged to be )?" + _GRADE + r"\.?"
_SINGLE_OVERALL = re.compile(
    r"(?:overall judgement is|overall effectiveness|children[’']s services)\b[^.:]{0,80}?\s" + _GRADE,
    re.IGNORECASE,
)
_TABLE = re.compile(r"^judgements?\b.{0,12}\bgrades?\b|^record of main findings\b", re.IGNORECASE)
# Rows are looked for in this many lines after the table's heading: five rows of at most three lines, and a few more.
_TABLE_LINES = 24
_FRONT_LINES = 45


def judgements(layout: Layout, kind: InspectionKind) -> tuple[Mapping[str, Grade | None], tuple[str, ...]]:
    """The grade of every judgement, None for one the report does not give, and where its places disagree.

    Letters judge nothing, whatever grades of earlier inspections they tell.
    """
    if kind not in _JUDGING:
        return dict.fromkeys(JUDGEMENTS), ()
    if kind is InspectionKind.ILACS:
        rows = _ILACS_ROWS
        table = _rows(_table(layout), rows)
        headings = _headings(layout, rows)
    elif kind is InspectionKind.LOOKED_AFTER_2013:
        rows = _LOOKED_AFTER_ROWS
        table = _rows(_table(layout), rows)
        headings = {}
    else:
        front = _front(layout)
        table = _rows(front, _SINGLE_ROWS)
        if overall := _SINGLE_OVERALL.search(front):
            table["overall"] = grade_of(overall["grade"])
        headings = {}
    found = headings | table
    conflicts = tuple(
        f"{name}: {grade.value} in the table, {headings[name].value} in the text"
        for name, grade in table.items()
        if headings.get(name, grade) is not grade
    )
    return {name: found.get(name) for name in JUDGEMENTS}, conflicts


def grade_of(words: str) -> Grade:
    """The grade that `words` name: "Requires improvement to be good", "not judged"."""
    told = words.casefold()
    if told.startswith("require"):
        return Grade.REQUIRES_IMPROVEMENT
    return _GRADES.get(told, Grade.NOT_JUDGED)


def _table(layout: Layout) -> str:
    """The lines of the table of grades as one string; without a heading, the first lines of all."""
    for page in (*layout.pages[:2], *layout.pages[-1:]):
        for index, line in enumerate(page):
            if _TABLE.match(line):
                return " ".join(page[index : index + _TABLE_LINES])
    return _front(layout)


def _front(layout: Layout) -> str:
    lines = [line for page in layout.pages[:2] for line in page]  # the first may be a cover
    return " ".join(lines[:_FRONT_LINES])


def _rows(text: str, rows: Mapping[str, str]) -> dict[str, Grade]:
    """The grades of the rows found in `text`, wherever they stand in it."""
    found = {}
    for name, label in rows.items():
        if row := re.search(_ROW.format(label=label), text, re.IGNORECASE):
            found[name] = grade_of(row["grade"])
    return found


def _headings(layout: Layout, rows: Mapping[str, str]) -> dict[str, Grade]:
    """The grades that headings of the body repeat: "…in care: good", "Overall effectiveness is inadequate"."""
    found: dict[str, Grade] = {}
    for block in layout.blocks:
        if len(block.text) > 150:
            continue
        for name, label in rows.items():
            heading = re.fullmatch(_HEADING.format(label=label), block.text, re.IGNORECASE)
            if heading:
                found.setdefault(name, grade_of(heading["grade"]))
    return found


_SEND_OUTCOMES: Sequence[tuple[re.Pattern[str], SendOutcome]] = tuple(
    (re.compile(pattern, re.IGNORECASE), outcome)
    for pattern, outcome in (
        (r"widespread and/?\s?or systemic failings|systemic failings", SendOutcome.SYSTEMIC_FAILINGS),
        (r"\binconsistent experiences and outcomes", SendOutcome.INCONSISTENT),
        (r"\btypically lead to positive experiences", SendOutcome.TYPICALLY_POSITIVE),
    )
)


def send_outcome(layout: Layout) -> SendOutcome | None:
    """Which of the three outcomes an area SEND report gives, by the first that its opening names; else None."""
    text = " ".join(line for page in layout.pages[:2] for line in page)
    start = re.search(r"inspection outcome", text, re.IGNORECASE)
    text = text[start.end() :][:1200] if start else text[:4000]
    found = [(told.start(), outcome) for pattern, outcome in _SEND_OUTCOMES if (told := pattern.search(text))]
    return min(found)[1] if found else None
