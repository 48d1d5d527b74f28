"""The invented reports look like Ofsted's and say what the demonstration needs."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest

from monitor.demo import reports as invented
from monitor.demo.reports import Kind, Report, council_of, reports
from monitor.model import Grade

TODAY = date(2026, 6, 17)


def text_of(report: Report, today: date = TODAY) -> str:
    document = pypdfium2.PdfDocument(report.pdf(today))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def report(file: str) -> Report:
    return next(report for report in reports() if report.file == file)


def test_new_inspection_reads_like_a_report_with_a_better_judgement_than_the_last() -> None:
    assert report("59990101").judgements["overall"] is Grade.INADEQUATE
    text = text_of(report("59990104"))
    parts = [
        "Inspection of Middlesbrough local authority children’s services",
        "Inspection dates: 13 to 24 April 2026",
        "Lead inspector: an invented inspector",
        "Judgement Grade",
        "The impact of leaders on social work practice with children and families Requires improvement to be good",
        "The experiences and progress of children in care Good",
        "Overall effectiveness Requires improvement to be good",
        "What needs to improve? •",
        "help and protection: requires improvement to be good 1. Families",
        "progress of children in care: good 9.",
        "social work practice with children and families: requires improvement to be good 16.",
        "This document was invented",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


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


def test_report_about_an_unknown_council_is_a_mistake_in_the_data() -> None:
    stray = Report(council="Wexmoor", file="1", kind=Kind.FOCUSED_VISIT, published_days_ago=0, improve=())
    with pytest.raises(AssertionError, match="Wexmoor"):
        council_of(stray)


def test_files_have_ids_of_their_own() -> None:
    files = [report.file for report in reports()]
    assert len(files) == len(set(files))
