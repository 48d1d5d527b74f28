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
from monitor.model import JUDGEMENTS, Grade, SendOutcome
from monitor.model.plain import value_of

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
# Until 2023 the two were judged as one.
_IN_CARE_AND_AFTER = f"{_JUDGEMENT_WORDS['in_care']} and care leavers"
# A report tells how children fare before it turns to their leaders.
_SECTION_ORDER = ("help_and_protection", "in_care", "care_leavers", "impact_of_leaders")
_SEND_OUTCOME_WORDS = {
    SendOutcome.TYPICALLY_POSITIVE: "typically lead to positive experiences and outcomes",
    SendOutcome.INCONSISTENT: "lead to inconsistent experiences and outcomes",
    SendOutcome.SYSTEMIC_FAILINGS: "show widespread and/or systemic failings, which must be mended urgently,",
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Kind(StrEnum):
    """What a report is: the values stand in reports.toml."""

    INSPECTION = "inspection"
    FOCUSED_VISIT = "focused-visit"
    MONITORING_VISIT = "monitoring-visit"
    AREA_SEND = "area-send"
    JTAI = "jtai"


_EVENT_TITLES = {
    Kind.INSPECTION: "Children's services inspection",
    Kind.FOCUSED_VISIT: "Children's services focused visit",
    Kind.MONITORING_VISIT: "Children's services monitoring visit",
    Kind.AREA_SEND: "Area SEND full inspection",
    Kind.JTAI: "Joint area child protection inspection",
}
# Weeks between the Monday of the fieldwork and publication, then its first and last day, counted from that Monday:
# an inspection takes two working weeks, a visit a Tuesday and a Wednesday, the joint inspections a working week.
_FIELDWORK = {
    Kind.INSPECTION: (9, 0, 11),
    Kind.FOCUSED_VISIT: (7, 1, 2),
    Kind.MONITORING_VISIT: (7, 1, 2),
    Kind.AREA_SEND: (8, 0, 4),
    Kind.JTAI: (8, 0, 4),
}


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report as reports.toml has it: an inspection with grades and a section for each, or a letter.

    Its days are counted back from the site's own day, unless `published_on` and `fieldwork_on` (first and last day)
    say them outright.
    """

    council: str
    file: str  # the id in its address
    kind: Kind
    published_days_ago: int = 0
    published_on: date | None = None
    fieldwork_on: tuple[date, date] | None = None
    title: str = ""  # what the council's page calls it, where that is not what it calls every report of the kind
    improve: tuple[str, ...] = ()
    since_advance: bool = False  # it is this morning's news
    # an inspection's: from April 2026 without "overall", until 2023 without "care_leavers"
    judgements: dict[str, Grade] = {}
    introduction: tuple[str, ...] = ()
    help_and_protection: tuple[str, ...] = ()
    in_care: tuple[str, ...] = ()
    care_leavers: tuple[str, ...] = ()
    impact_of_leaders: tuple[str, ...] = ()
    # a letter's
    scope: str = "help and protection"
    headline: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    priority_actions: tuple[str, ...] = ()  # an area SEND report may have them too
    visit_number: int | None = None  # 1 to 10: which monitoring visit it was since the council was judged inadequate
    # an area SEND report's
    outcome: SendOutcome = SendOutcome.INCONSISTENT

    @property
    def event_title(self) -> str:
        """What the council's page calls it."""
        return self.title or _EVENT_TITLES[self.kind]

    @property
    def rating(self) -> str:
        """The words for its overall grade; "" where it has none."""
        return _GRADE_WORDS[self.judgements["overall"]] if "overall" in self.judgements else ""

    def published(self, today: date) -> date:
        """The day it was published: Ofsted publishes on weekdays only, so a weekend's falls on the Friday."""
        if self.published_on:
            return self.published_on
        day = today - timedelta(days=self.published_days_ago)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def fieldwork(self, today: date) -> tuple[date, date]:
        """Its first and last day, about seven weeks before publication (the real median is 46 days)."""
        if self.fieldwork_on:
            return self.fieldwork_on
        weeks, first, last = _FIELDWORK[self.kind]
        monday = self.published(today) - timedelta(weeks=weeks)
        monday -= timedelta(days=monday.weekday())
        return monday + timedelta(days=first), monday + timedelta(days=last)

    def pdf(self, today: date) -> bytes:
        """The file as Ofsted would publish it, marked as invented on its last page."""
        match self.kind:
            case Kind.INSPECTION:
                paper = self._inspection(today)
            case Kind.AREA_SEND:
                paper = self._area_send(today)
            case Kind.JTAI:
                paper = self._joint_letter(today)
            case Kind.FOCUSED_VISIT | Kind.MONITORING_VISIT:
                paper = self._visit_letter(today)
        paper.paragraph(_INVENTED)
        return paper.pdf()

    def _inspection(self, today: date) -> Paper:
        title = f"Inspection of {self.council} local authority children’s services"
        paper = self._report(title, today)
        paper.paragraph("Lead inspector: an invented inspector")
        paper.row("Judgement", "Grade", bold=True)
        words = {judgement: label for judgement, label in _JUDGEMENT_WORDS.items() if judgement in self.judgements}
        if "in_care" in words and "care_leavers" not in words:
            words["in_care"] = _IN_CARE_AND_AFTER
        for judgement, label in words.items():
            paper.row(label, _GRADE_WORDS[self.judgements[judgement]])
        for text in self.introduction or (f"This is what the inspectors found in {self.council}.",):
            paper.paragraph(text)
        _listed(paper, "What needs to improve?", self.improve)
        number = 1
        for judgement in _SECTION_ORDER:
            if judgement not in words:
                continue
            paper.heading(f"{words[judgement]}: {_GRADE_WORDS[self.judgements[judgement]].lower()}")
            for text in getattr(self, judgement):
                paper.numbered(number, text)
                number += 1
        return paper

    def _area_send(self, today: date) -> Paper:
        paper = self._report(f"Area SEND inspection of {self.council} local area partnership", today)
        paper.heading("Inspection outcome")
        paper.paragraph(
            f"The arrangements in {self.council} {_SEND_OUTCOME_WORDS[self.outcome]} for children and young people "
            "with special educational needs and/or disabilities (SEND)."
        )
        paper.heading("Main findings")
        for text in self.findings:
            paper.paragraph(text)
        _listed(paper, "Areas for priority action", self.priority_actions)
        _listed(paper, "Areas for improvement", self.improve)
        paper.heading("Local area partnership details")
        paper.row("Local authority", council_of(self).official_name)
        return paper

    def _visit_letter(self, today: date) -> Paper:
        visit = "Focused visit" if self.kind is Kind.FOCUSED_VISIT else "Monitoring visit"
        name = council_of(self).official_name
        paper = self._letter(f"{visit} to {name} children’s services", today)
        paper.paragraph(
            f"This letter gives the findings of the {visit.lower()} to {name} children’s services on "
            f"{_on(*self.fieldwork(today))}. The visit was carried out by an invented team of His Majesty’s Inspectors."
        )
        if self.visit_number:
            ordinal = _ORDINALS[self.visit_number - 1]
            paper.paragraph(f"This was the {ordinal} monitoring visit since the local authority was judged inadequate.")
        paper.paragraph(f"Inspectors looked at {self.scope}.")
        self._headline_findings(paper)
        _listed(paper, "Areas for priority action", self.priority_actions)
        _listed(paper, "What needs to improve in this area of social work practice?", self.improve)
        paper.heading("Main findings")
        for text in self.findings:
            paper.paragraph(text)
        _signed(paper, "These findings will be taken into account when the next inspection or visit is planned.")
        return paper

    def _joint_letter(self, today: date) -> Paper:
        paper = self._letter(f"Joint targeted area inspection of {self.council}", today)
        paper.paragraph(
            f"This letter gives the findings of the joint inspection of {self.scope} in {self.council}. The inspection "
            f"took place from {_from_to(*self.fieldwork(today))}, by invented teams of Ofsted and two other "
            "inspectorates."
        )
        self._headline_findings(paper)
        _listed(paper, "Areas for priority action", self.priority_actions)
        _listed(paper, "Areas for improvement", self.improve)
        paper.heading("Main findings")
        for text in self.findings:
            paper.paragraph(text)
        paper.heading("Next steps")
        _signed(paper, "The partners will write down together what they are going to do.")
        return paper

    def _report(self, title: str, today: date) -> Paper:
        dates = _from_to(*self.fieldwork(today))
        paper = Paper(title=title, header=(title, dates))
        paper.heading(title)
        paper.line(f"Inspection dates: {dates}")
        return paper

    def _letter(self, title: str, today: date) -> Paper:
        council = council_of(self)
        paper = Paper(title=title)
        paper.line(_day(self.published(today)))
        for text in ("Director of Children’s Services", council.official_name, "1 Invented Street"):
            paper.line(text)
        paper.paragraph(council.name)
        paper.paragraph("Dear Director")
        paper.heading(title)
        return paper

    def _headline_findings(self, paper: Paper) -> None:
        paper.heading("Headline findings")
        for text in self.headline:
            paper.paragraph(text)


def _listed(paper: Paper, heading: str, points: tuple[str, ...]) -> None:
    """A heading and its list; neither where there is nothing to list."""
    if points:
        paper.heading(heading)
    for text in points:
        paper.bullet(text)


def _signed(paper: Paper, text: str) -> None:
    paper.paragraph(text)
    paper.line("Yours sincerely")
    paper.paragraph("An invented inspector, for Ofsted")


_INVENTED = (
    "This document was invented for a demonstration of software. No such inspection or visit took place, and it "
    "says nothing about any real council’s services."
)


@cache
def reports() -> tuple[Report, ...]:
    """Every invented report, of both mornings."""
    table = tomllib.loads(files("monitor.demo").joinpath("pages/reports.toml").read_text("utf-8"))
    return value_of(table["report"], tuple[Report, ...])


def council_of(report: Report) -> Council:
    """The council a report is about."""
    council = council_named(report.council)
    if council is None:
        raise AssertionError(f"a report names no council that exists: {report.council}")
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
