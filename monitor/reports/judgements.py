"""The grades of a report: from its table, checked against its headings."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from monitor.model import JUDGEMENTS, Grade, InspectionKind, SendOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
# In a table "Requires" and "Not" may be parted by the row's words from those that follow them.
_GRADE_IN_TABLE = re.compile(
    r"\b(?P<grade>outstanding|(?<!to be )good|requires?(?: improvement)?|inadequate|adequate|not(?: judged)?"
    r"|no judgement|judgement withheld)\b",
    re.IGNORECASE,
)
_PARTS_OF_GRADES = re.compile(rf"{_GRADE_IN_TABLE.pattern}|\bimprovement\b|\bto be good\b|\bjudged\b", re.IGNORECASE)
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
    "adoption": r"adoption performance",  # read to keep count, told nowhere
    "care_leavers": r"experiences? and progress of care leavers",
    "impact_of_leaders": r"leadership,? management and governance",
}
_LOOKED_AFTER_ROWS = {"overall": r"overall effectiveness", "impact_of_leaders": r"leadership and management"}
_ROWS: Mapping[InspectionKind, Mapping[str, str]] = {
    InspectionKind.ILACS: _ILACS_ROWS,
    InspectionKind.SINGLE_INSPECTION: _SINGLE_ROWS,
    InspectionKind.SINGLE_REINSPECTION: _SINGLE_ROWS,
    InspectionKind.LOOKED_AFTER_2013: _LOOKED_AFTER_ROWS,
}
# A row is its words and then its grade, with nothing between them but a colon or a dash.
_ROW = r"(?<!\w)(?:the )?(?:{label})\s?[:\-–—]?\s?" + _GRADE
# A heading of the body may be a sentence.
_HEADING = r"(?:the )?(?:{label})\s?(?:[:\-–—]|\bis\b|\bare\b|(?=require\b))?\s?(?:judged to be )?" + _GRADE + r"\.?"
_SINGLE_OVERALL = re.compile(
    r"(?:overall judgement is|overall effectiveness|children[’']s services)\b(?:[^.:]|\bSt\.){0,80}?\s" + _GRADE,
    re.IGNORECASE,
)
_TABLE = re.compile(r"^judgements?\b.{0,12}\bgrades?\b|^record of main findings\b", re.IGNORECASE)
# A table's lines are made of these words, its numbers and its marks alone; prose and headings have others.
_TABLE_WORDS = re.compile(
    r"(?:\W|\d|\b(?:the|impact|of|leaders|leadership|on|social|work|practice|with|children|and|families|experiences?"
    r"|progress|who|in|needs?|help|protection|care|leavers|looked|after|achieving|permanence|adoption|performance"
    r"|management|governance|overall|effectiveness|judgements?|grades?|outstanding|good|requires?|improve(?:ment)?|to|be"
    r"|inadequate|adequate|not|judged|no|withheld)\b)+",
    re.IGNORECASE,
)
# Rows are looked for in this many lines after the table's heading: five rows of at most three lines, and a few more.
_TABLE_LINES = 24
# A report has one table, and may have a heading or two that read like its own.
_TABLE_HEADINGS = 5
_FRONT_LINES = 45


def judgements(layout: Layout, kind: InspectionKind) -> tuple[Mapping[str, Grade | None], tuple[str, ...]]:
    """The grade of every judgement, None for one the report does not give, and where its places disagree.

    Letters judge nothing, whatever grades of earlier inspections they tell.
    """
    if kind not in _ROWS:
        return dict.fromkeys(JUDGEMENTS), ()
    table = _table(layout, _ROWS[kind])
    headings: dict[str, Grade] = {}
    if kind is InspectionKind.ILACS:
        headings = _headings(layout, _ILACS_ROWS)
    elif kind is not InspectionKind.LOOKED_AFTER_2013 and (overall := _SINGLE_OVERALL.search(_front(layout))):
        table["overall"] = grade_of(overall["grade"])
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


def _table(layout: Layout, rows: Mapping[str, str]) -> dict[str, Grade]:
    """The grades of the table.

    Its lines are known by their words. There the first grade belongs to the first row and so on, in whatever
    order PDFium gives the two columns. Where the counts differ, a row is its words and then its grade, as is a
    row with a word more than its like; but an overall grade is only the table's, for prose tells earlier ones.
    """
    told = next(filter(None, (_rows(text, rows) for text in _after_headings(layout))), {})
    for lines in _tables(layout):
        names = _in_order(lines, rows)
        for start in range(min(len(lines), 4) if len(names) > 1 else 0):  # above it a sentence may end
            grades = [grade_of(grade["grade"]) for grade in _GRADE_IN_TABLE.finditer(" ".join(lines[start:]))]
            if len(names) == len(grades) and _in_order(lines[start:], rows) == names:
                told.pop("overall", None)
                return told | dict(zip(names, grades, strict=True))
    return told


def _tables(layout: Layout) -> Iterator[list[str]]:
    """The runs of lines of the first pages and the last that have only the words of a table."""
    lines: list[str] = []
    for page in (*layout.pages[:2], *layout.pages[2:][-1:]):
        for line in page:
            if _TABLE_WORDS.fullmatch(line):
                lines.append(line)
            elif lines:
                yield lines
                lines = []
    yield lines


def _in_order(lines: Sequence[str], rows: Mapping[str, str]) -> list[str]:
    """The names of the rows whose words are in `lines`, in the order they stand there; grades may part the words."""
    words = " ".join(_PARTS_OF_GRADES.sub(" ", " ".join(lines)).split())
    places = {name: place.start() for name, label in rows.items() if (place := re.search(label, words, re.IGNORECASE))}
    return sorted(places, key=places.__getitem__)


def _after_headings(layout: Layout) -> Iterator[str]:
    """The lines after each of the first headings of a table as one string; then the first lines of all."""
    pages = (*layout.pages[:2], *layout.pages[-1:])
    headings = ((page, index) for page in pages for index, line in enumerate(page) if _TABLE.match(line))
    for page, index in islice(headings, _TABLE_HEADINGS):
        yield " ".join(page[index : index + _TABLE_LINES])
    yield _front(layout)


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
    patterns = {name: re.compile(_HEADING.format(label=label), re.IGNORECASE) for name, label in rows.items()}
    for block in layout.blocks:
        if len(block.text) > 150:
            continue
        for name, pattern in patterns.items():
            if heading := pattern.fullmatch(block.text):
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
    """Which of the three outcomes an area SEND report of 2023 or later gives, by the first that its opening names."""
    text = " ".join(line for page in layout.pages[:2] for line in page)
    start = re.search(r"inspection outcome", text, re.IGNORECASE)
    text = text[start.end() :][:1200] if start else text[:4000]
    found = [(told.start(), outcome) for pattern, outcome in _SEND_OUTCOMES if (told := pattern.search(text))]
    return min(found)[1] if found else None
