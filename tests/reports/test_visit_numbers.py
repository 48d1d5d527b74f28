"""A reader is told which monitoring visit since the judgement a letter is about, where the letter says so."""

from __future__ import annotations

import pytest
from sample_reports import PROSE, facts, letter


def visit(*opening: str, headline: str = "Monitoring visit to Devon children’s services") -> list[str]:
    return letter(headline=[headline], opening=opening)


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("This was the first monitoring visit since the council was judged inadequate.", 1),
        ("The visit was the fourth monitoring visit since the council was judged inadequate in 2022.", 4),
        ("This was the second visit since that judgement.", 2),
        ("We carried out your sixth monitoring visit in the spring.", 6),
        ("This was Devon’s fifth monitoring visit.", 5),
        ("This was the third and last monitoring visit.", 3),
        ("This was the first of a series of monitoring visits.", 1),
        ("Here are the findings of the 3rd monitoring visit to Devon.", 3),
        ("Here are the findings of the 10th monitoring visit to Devon.", 10),
        ("This was the eleventh monitoring visit.", None),
        ("Since the second monitoring visit much has changed.", None),
        ("The last visit was the third monitoring visit.", None),
        ("This was a monitoring visit.", None),
    ],
)
def test_the_number_is_the_one_the_opening_gives_this_visit(sentence, number):
    opening = ("This letter is about the visit to Devon on 11 and 12 February 2025.", sentence)
    assert facts(visit(*opening)).visit_number == number


@pytest.mark.parametrize("ordinal", ["Third", "3rd", "Ofsted’s third"])
def test_the_number_may_stand_in_the_headline(ordinal):
    page = visit("It was on 11 February 2025.", headline=f"{ordinal} monitoring visit to Devon children’s services")
    assert facts(page).visit_number == 3


def test_a_number_that_is_broken_over_lines_is_read():
    assert facts(visit("The visit on 11 February 2025 was the", "fourth monitoring", "visit.")).visit_number == 4


def test_a_number_among_the_findings_is_of_another_visit():
    page = letter(
        headline=["Monitoring visit to Devon children’s services"],
        opening=["It was on 11 February 2025."],
        after=["Findings", "What was seen was the second monitoring visit’s work."],
    )
    assert facts(page).visit_number is None


def test_a_focused_visit_has_no_number():
    opening = ["It was on 11 February 2025 and was the third monitoring visit."]
    assert facts(letter(opening=opening)).visit_number is None


def test_an_area_send_monitoring_inspection_has_its_number():
    page = ["Area SEND monitoring inspection of Devon Local Area", "Partnership", *PROSE]
    assert facts([*page, "This was the first monitoring inspection of the area."]).visit_number == 1
