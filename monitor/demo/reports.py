"""The invented reports: which Ofsted shows on a council's page, and the PDF behind each."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from monitor.councils import Council, council_named
from monitor.demo.pdf import Paper
from monitor.model import JUDGEMENTS, Grade

_GRADE_WORDS = {
    Grade.OUTSTANDING: "Outstanding",
    Grade.GOOD: "Good",
    Grade.REQUIRES_IMPROVEMENT: "Requires improvement to be good",
    Grade.INADEQUATE: "Inadequate",
}
_JUDGEMENT_WORDS = {
    "impact_of_leaders": "The impact of leaders on social work practice with children and families",
    "help_and_protection": "The experiences and progress of children who need help and protection",
    "in_care": "The experiences and progress of children in care",
    "care_leavers": "The experiences and progress of care leavers",
    "overall": JUDGEMENTS["overall"],
}
# A report tells how children fare before it turns to their leaders.
_SECTION_ORDER = ("help_and_protection", "in_care", "care_leavers", "impact_of_leaders")


class Kind(StrEnum):
    """What a report is: the values stand in reports.toml."""

    INSPECTION = "inspection"
    FOCUSED_VISIT = "focused-visit"
    MONITORING_VISIT = "monitoring-visit"


_EVENT_TITLES = {
    Kind.INSPECTION: "Children's services inspection",
    Kind.FOCUSED_VISIT: "Children's services focused visit",
    Kind.MONITORING_VISIT: "Children's services monitoring visit",
}


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report as reports.toml has it: an inspection with grades and a section for each, or a visit's letter."""

    council: str
    file: str  # the id in its address
    kind: Kind
    published_days_ago: int
    improve: tuple[str, ...]
    since_advance: bool = False  # it is this morning's news
    # an inspection's
    judgements: dict[str, Grade] = {}
    introduction: tuple[str, ...] = ()
    help_and_protection: tuple[str, ...] = ()
    in_care: tuple[str, ...] = ()
    care_leavers: tuple[str, ...] = ()
    impact_of_leaders: tuple[str, ...] = ()
    # a visit's
    scope: str = ""
    headline: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def event_title(self) -> str:
        """What the council's page calls it."""
        return _EVENT_TITLES[self.kind]

    def published(self, today: date) -> date:
        """The day it was published: Ofsted publishes on weekdays only, so a weekend's falls on the Friday."""
        day = today - timedelta(days=self.published_days_ago)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def fieldwork(self, today: date) -> tuple[date, date]:
        """Its first and last day, about seven weeks before publication (the real median is 46 days).

        An inspection takes two working weeks, a visit a Tuesday and a Wednesday.
        """
        weeks = timedelta(weeks=9 if self.kind is Kind.INSPECTION else 7)
        monday = self.published(today) - weeks
        monday -= timedelta(days=monday.weekday())
        if self.kind is Kind.INSPECTION:
            return monday, monday + timedelta(days=11)
        return monday + timedelta(days=1), monday + timedelta(days=2)

    def pdf(self, today: date) -> bytes:
        """The file as Ofsted would publish it, marked as invented on its last page."""
        return self._inspection(today) if self.kind is Kind.INSPECTION else self._letter(today)

    def _inspection(self, today: date) -> bytes:
        title = f"Inspection of {self.council} local authority children’s services"
        dates = _from_to(*self.fieldwork(today))
        paper = Paper(title=title, header=(title, dates))
        paper.heading(title)
        paper.line(f"Inspection dates: {dates}")
        paper.paragraph("Lead inspector: an invented inspector")
        paper.row("Judgement", "Grade", bold=True)
        for judgement, words in _JUDGEMENT_WORDS.items():
            paper.row(words, _GRADE_WORDS[self.judgements[judgement]])
        for text in self.introduction:
            paper.paragraph(text)
        paper.heading("What needs to improve?")
        for text in self.improve:
            paper.bullet(text)
        number = 1
        for judgement in _SECTION_ORDER:
            grade = _GRADE_WORDS[self.judgements[judgement]].lower()
            paper.heading(f"{_JUDGEMENT_WORDS[judgement]}: {grade}")
            for text in getattr(self, judgement):
                paper.numbered(number, text)
                number += 1
        paper.paragraph(_INVENTED)
        return paper.pdf()

    def _letter(self, today: date) -> bytes:
        council = council_of(self)
        visit = "Focused visit" if self.kind is Kind.FOCUSED_VISIT else "Monitoring visit"
        title = f"{visit} to {council.official_name} children’s services"
        paper = Paper(title=title)
        paper.line(_day(self.published(today)))
        for text in ("Director of Children’s Services", council.official_name, "1 Invented Street"):
            paper.line(text)
        paper.paragraph(council.name)
        paper.paragraph("Dear Director")
        paper.heading(title)
        paper.paragraph(
            f"This letter gives the findings of the {visit.lower()} to {council.official_name} children’s "
            f"services on {_on(*self.fieldwork(today))}. The visit was carried out by an invented team of "
            "His Majesty’s Inspectors."
        )
        paper.paragraph(f"Inspectors looked at {self.scope}.")
        paper.heading("Headline findings")
        for text in self.headline:
            paper.paragraph(text)
        paper.heading("What needs to improve in this area of social work practice?")
        for text in self.improve:
            paper.bullet(text)
        paper.heading("Main findings")
        for text in self.findings:
            paper.paragraph(text)
        paper.paragraph("These findings will be taken into account when the next inspection or visit is planned.")
        paper.line("Yours sincerely")
        paper.paragraph("An invented inspector, for Ofsted")
        paper.paragraph(_INVENTED)
        return paper.pdf()


_INVENTED = (
    "This document was invented for a demonstration of software. No such inspection or visit took place, and it "
    "says nothing about any real council’s services."
)


@cache
def reports() -> tuple[Report, ...]:
    """Every invented report, of both mornings."""
    table = tomllib.loads(files("monitor.demo").joinpath("pages/reports.toml").read_text("utf-8"))
    return msgspec.convert(table["report"], tuple[Report, ...])


def council_of(report: Report) -> Council:
    """The council a report is about."""
    council = council_named(report.council)
    if council is None:
        raise AssertionError(f"reports.toml names no council that exists: {report.council}")
    return council


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _from_to(first: date, last: date) -> str:
    """Two days in the fewest words: "2 to 13 March 2026", "23 February to 6 March 2026"."""
    return f"{_start(first, last)} to {_day(last)}"


def _on(first: date, second: date) -> str:
    """Two days of a visit: "18 and 19 March 2026"."""
    return f"{_start(first, second)} and {_day(second)}"


def _start(first: date, last: date) -> str:
    if first.year != last.year:
        return _day(first)
    return f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
