"""The invented reports look like Ofsted's and say what the demonstration needs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pypdfium2
import pytest

from monitor.demo import reports as invented
from monitor.demo.reports import Kind, Report, council_of, reports
from monitor.model import Grade, Inspection, InspectionKind, SendOutcome
from monitor.render.facts import NO_OVERALL_FROM
from monitor.reports import read_report
from monitor.reports.text import lay_out

TODAY = date(2026, 6, 17)


def text_of(report: Report, today: date = TODAY) -> str:
    document = pypdfium2.PdfDocument(report.pdf(today))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def report(file: str) -> Report:
    return next(report for report in reports() if report.file == file)


def test_new_inspection_is_judged_better_worse_and_as_before() -> None:
    before, now = report("59990101").judgements, report("59990104").judgements
    inadequate, requires, good = Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD
    assert [(before[judgement], now.get(judgement)) for judgement in before] == [
        (requires, requires),
        (inadequate, requires),
        (requires, good),
        (good, requires),
        (inadequate, None),
    ]


@pytest.mark.parametrize("today", [TODAY, date(2031, 1, 1)], ids=["now", "in years"])
def test_no_full_inspection_has_an_overall_grade_that_ofsted_no_longer_gave(today: date) -> None:
    full = [each for each in reports() if each.kind is Kind.INSPECTION]
    assert {("overall" in each.judgements, each.fieldwork(today)[1] < NO_OVERALL_FROM) for each in full} == {
        (True, True),
        (False, False),
    }


def test_new_inspection_reads_like_a_report() -> None:
    text = text_of(report("59990104"))
    parts = [
        "Inspection of Middlesbrough local authority children’s services",
        "Inspection dates: 13 to 24 April 2026",
        "Lead inspector: an invented inspector",
        "Judgement Grade",
        "The impact of leaders on social work practice with children and families Requires improvement to be good",
        "The experiences and progress of children in care Good",
        "The experiences and progress of care leavers Requires improvement to be good Most services",
        "What needs to improve? •",
        "help and protection: requires improvement to be good 1. Families",
        "progress of children in care: good 9.",
        "social work practice with children and families: requires improvement to be good 16.",
        "This document was invented",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert "Overall effectiveness" not in text


@pytest.mark.parametrize("file", ["59990101", "59990104", "59990201", "59990301", "59990401"])
def test_each_row_of_a_table_of_grades_is_read_apart(file: str) -> None:
    """As in Ofsted's own reports: no two rows are taken for one sentence and quoted."""
    document = pypdfium2.PdfDocument(report(file).pdf(TODAY))
    layout = lay_out([page.get_textpage().get_text_range() for page in document])
    document.close()
    texts = [block.text for block in layout.blocks]
    start = texts.index("Judgement Grade") + 1
    assert [label.rpartition(" of ")[2] for label in texts[start : start + 8 : 2]] == [
        "leaders on social work practice with children and families",
        "children who need help and protection",
        "children in care",
        "care leavers",
    ]
    assert set(texts[start + 1 : start + 8 : 2]) <= {"Good", "Requires improvement to be good", "Inadequate"}


def test_focused_visit_is_a_letter_without_grades() -> None:
    text = text_of(report("59990403"))
    parts = [
        "17 June 2026",
        "Director of Children’s Services Leicestershire County Council",
        "Focused visit to Leicestershire County Council children’s services",
        "on 28 and 29 April 2026",
        "Headline findings",
        "What needs to improve in this area of social work practice? •",
        "Main findings",
        "Yours sincerely",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert "Grade" not in text


def test_monitoring_visit_is_named_as_one() -> None:
    assert "Monitoring visit to Devon County Council children’s services" in text_of(report("59990303"))


@pytest.mark.parametrize(
    ("today", "published"),
    [
        (date(2026, 6, 19), date(2026, 6, 19)),
        (date(2026, 6, 20), date(2026, 6, 19)),
        (date(2026, 6, 21), date(2026, 6, 19)),
        (date(2026, 6, 22), date(2026, 6, 22)),
    ],
    ids=["friday", "saturday", "sunday", "monday"],
)
def test_reports_are_published_on_weekdays(today: date, published: date) -> None:
    assert report("59990104").published(today) == published


@pytest.mark.parametrize("each", reports(), ids=lambda each: each.file)
def test_inspectors_left_about_seven_weeks_before_publication(each: Report) -> None:
    first, last = each.fieldwork(TODAY)
    assert first < last
    assert 39 <= (each.published(TODAY) - last).days <= 60
    assert (first.weekday(), last.weekday()) == ((0, 4) if each.kind is Kind.INSPECTION else (1, 2))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 3, 2), date(2026, 3, 13), "2 to 13 March 2026"),
        (date(2026, 2, 23), date(2026, 3, 6), "23 February to 6 March 2026"),
        (date(2025, 12, 29), date(2026, 1, 9), "29 December 2025 to 9 January 2026"),
    ],
    ids=["one month", "two months", "two years"],
)
def test_dates_are_said_in_the_fewest_words(first: date, last: date, words: str) -> None:
    assert invented._from_to(first, last) == words


FULL = {
    "impact_of_leaders": Grade.REQUIRES_IMPROVEMENT,
    "help_and_protection": Grade.INADEQUATE,
    "in_care": Grade.GOOD,
    "care_leavers": Grade.OUTSTANDING,
    "overall": Grade.REQUIRES_IMPROVEMENT,
}
DAYS = {"published_on": date(2025, 3, 14), "fieldwork_on": (date(2025, 1, 20), date(2025, 1, 31))}


def facts_of(**values: Any) -> Inspection:
    """What the monitor reads in a report of Devon's with these values."""
    return read_report(Report(council="Devon", file="1", **values).pdf(TODAY)).inspection


@pytest.mark.parametrize(
    "without",
    [
        pytest.param((), id="from 2023"),
        pytest.param(("overall",), id="from April 2026: no overall grade"),
        pytest.param(("care_leavers",), id="until 2023: care leavers judged with children in care"),
    ],
)
def test_inspection_is_read_with_the_grades_it_was_given(without: tuple[str, ...]) -> None:
    judgements = {name: grade for name, grade in FULL.items() if name not in without}
    read = facts_of(kind=Kind.INSPECTION, judgements=judgements, improve=("Supervision.", "The pace of plans."), **DAYS)
    assert (read.council, read.kind) == ("Devon", InspectionKind.ILACS)
    assert (read.inspection_start, read.inspection_end) == DAYS["fieldwork_on"]
    assert {name: grade for name, grade in read.judgements.items() if grade} == judgements
    assert read.areas_for_improvement == ("Supervision.", "The pace of plans.")
    assert (read.priority_action, read.conflicts) == (False, ())


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [
        (Kind.FOCUSED_VISIT, InspectionKind.FOCUSED_VISIT),
        (Kind.MONITORING_VISIT, InspectionKind.MONITORING_VISIT),
        (Kind.JTAI, InspectionKind.JTAI),
    ],
)
@pytest.mark.parametrize("actions", [(), ("The response to children who are missing.",)], ids=["", "priority action"])
def test_letter_is_read_with_its_days_and_what_it_asks_for(
    kind: Kind, read_as: InspectionKind, actions: tuple[str, ...]
) -> None:
    read = facts_of(
        kind=kind,
        improve=("Supervision.",),
        priority_actions=actions,
        headline=("Plans are clearer.",),
        findings=("Visits are regular.",),
        **DAYS,
    )
    assert (read.council, read.kind, read.published) == ("Devon", read_as, date(2025, 3, 14))
    assert (read.inspection_start, read.inspection_end) == DAYS["fieldwork_on"]
    assert not any(read.judgements.values())
    assert (read.priority_action, read.priority_actions) == (bool(actions), actions)
    assert read.areas_for_improvement == ("Supervision.",)


@pytest.mark.parametrize("number", [None, 1, 2, 10])
def test_monitoring_visit_says_which_it_was(number: int | None) -> None:
    assert facts_of(kind=Kind.MONITORING_VISIT, visit_number=number, **DAYS).visit_number == number


@pytest.mark.parametrize("outcome", SendOutcome)
def test_area_send_report_is_read_with_its_outcome(outcome: SendOutcome) -> None:
    actions = ("Leaders should act on late plans.",) if outcome is SendOutcome.SYSTEMIC_FAILINGS else ()
    read = facts_of(
        kind=Kind.AREA_SEND,
        outcome=outcome,
        findings=("Children are known well.",),
        improve=("Leaders should hear families sooner.",),
        priority_actions=actions,
        **DAYS,
    )
    assert (read.council, read.kind, read.send_outcome) == ("Devon", InspectionKind.AREA_SEND, outcome)
    assert (read.inspection_start, read.inspection_end) == DAYS["fieldwork_on"]
    assert (read.priority_action, read.priority_actions) == (bool(actions), actions)
    assert read.areas_for_improvement == ("Leaders should hear families sooner.",)


@pytest.mark.parametrize("kind", Kind)
def test_report_says_that_it_is_invented(kind: Kind) -> None:
    assert "This document was invented" in text_of(Report(council="Devon", file="1", kind=kind))


def test_report_about_an_unknown_council_is_a_mistake_in_the_data() -> None:
    stray = Report(council="Wexmoor", file="1", kind=Kind.FOCUSED_VISIT, published_days_ago=0, improve=())
    with pytest.raises(AssertionError, match="Wexmoor"):
        council_of(stray)


def test_files_have_ids_of_their_own() -> None:
    files = [report.file for report in reports()]
    assert len(files) == len(set(files))
