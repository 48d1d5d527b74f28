"""The grades that are told are the ones this report gives."""

from __future__ import annotations

import pytest
from sample_reports import GRID, JUDGED, PROSE, facts, full_inspection, grades, letter, single_inspection


def test_the_table_of_grades_is_read_from_the_pdf(read):
    assert dict(read(full_inspection()).judgements) == JUDGED


def test_the_order_of_the_rows_does_not_matter():
    rows = [GRID[1:4], GRID[4:7], GRID[7:10], GRID[10:13], GRID[13:]]
    shuffled = [line for row in (rows[4], rows[2], rows[0], rows[3], rows[1]) for line in row]
    assert grades(full_inspection(grid=["Judgement Grade", *shuffled])) == JUDGED


def test_a_grade_broken_over_lines_is_whole():
    grid = [
        "Judgement Grade",
        "The impact of leaders on social work practice with children and families Requires",
        "improvement",
        "to be good",
    ]
    assert grades(full_inspection(grid=grid)) == {"impact_of_leaders": "requires-improvement"}


def test_grades_of_earlier_inspections_are_not_this_ones():
    after = ["Overall effectiveness was inadequate then. Care leavers’ services have declined from outstanding."]
    assert grades(full_inspection(after=after)) == JUDGED


def test_before_2023_care_leavers_are_judged_with_children_in_care():
    grid = [*GRID[:7], "The experiences and progress of children in care and", "care leavers", "Outstanding", GRID[-1]]
    assert grades(full_inspection(grid=grid)) == {k: v for k, v in JUDGED.items() if k != "care_leavers"}


def test_a_report_without_overall_grade_has_none():
    found = facts(full_inspection(grid=GRID[:-1]))
    assert found.judgements["overall"] is None
    assert found.judgements["in_care"] == "outstanding"
    assert found.conflicts == ()


def test_a_grade_missing_from_the_table_is_taken_from_the_heading_of_its_section():
    after = ["The experiences and progress of care leavers: good", *PROSE]
    assert grades(full_inspection(grid=GRID[:10], after=after))["care_leavers"] == "good"


def test_a_table_that_disagrees_with_its_section_is_told():
    found = facts(full_inspection(after=["The experiences and progress of children in care is good", *PROSE]))
    assert found.judgements["in_care"] == "outstanding"
    assert found.conflicts == ("in_care: outstanding in the table, good in the text",)


def test_a_table_without_its_heading_is_read():
    assert grades(full_inspection(grid=GRID[1:])) == JUDGED


@pytest.mark.parametrize("kind", ["Focused visit to", "Monitoring visit to"])
def test_a_letter_judges_nothing(kind):
    after = ["Overall effectiveness: inadequate", "The experiences and progress of children in care: good"]
    assert grades(letter(headline=[f"{kind} Devon children’s services"], after=after)) == {}


SINGLE = {
    "overall": "good",
    "impact_of_leaders": "good",
    "help_and_protection": "requires-improvement",
    "in_care": "good",
    "care_leavers": "inadequate",
}


@pytest.mark.parametrize(
    ("overall", "grade"),
    [
        pytest.param(["Children’s services in Devon are good"], "good", id="are"),
        pytest.param(
            ["Children's services in Devon require improvement to be", "good"], "requires-improvement", id="require"
        ),
        pytest.param(["The overall judgement is requires improvement"], "requires-improvement", id="the judgement"),
        pytest.param(["The overall judgement is that children’s services are", "inadequate"], "inadequate", id="long"),
        pytest.param(
            [
                "The overall judgement is outstanding",
                "The effectiveness of the Local Safeguarding Children Board is good",
            ],
            "outstanding",
            id="not the board's",
        ),
    ],
)
def test_a_single_inspections_rows_are_read(overall, grade):
    assert grades(single_inspection(overall=overall)) == SINGLE | {"overall": grade}


def test_a_single_inspection_whose_overall_grade_is_not_found_has_none():
    assert "overall" not in grades(single_inspection(overall=["It is as it is."]))


def test_what_was_not_judged_is_told_so():
    rows = ["2.2 Experiences and progress of care leavers Not judged"]
    assert grades(single_inspection(rows=rows))["care_leavers"] == "not-judged"


def test_the_grades_of_2013_stand_in_the_record_at_the_end():
    first = ["Inspection of looked after children services", "Devon County Council", "Published: 2 August 2013", *PROSE]
    last = ["Record of main findings", "Overall effectiveness Inadequate", "Capacity to improve Adequate"]
    last += ["Leadership and management Adequate"]
    assert grades(first, PROSE, last) == {"overall": "inadequate", "impact_of_leaders": "adequate"}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("The arrangements typically lead to positive experiences and outcomes.", "typically-positive"),
        ("The arrangements lead to inconsistent experiences and outcomes.", "inconsistent"),
        ("There are widespread and/or systemic failings which must be dealt with.", "systemic-failings"),
        ("There is an outcome of another sort.", None),
    ],
)
def test_an_area_send_report_has_one_of_three_outcomes(outcome, expected):
    page = ["Area SEND inspection of Devon Local Area", "Partnership", "Inspection outcome", outcome, *PROSE]
    assert facts(page).send_outcome == expected
