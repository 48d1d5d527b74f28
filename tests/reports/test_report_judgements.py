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


ROWS = [
    (("The impact of leaders on social work", "practice with children and families"), "Good"),
    (("The experiences and progress of", "children who need help and protection"), "Requires improvement to be good"),
    (("The experiences and progress of", "children in care"), "Outstanding"),
    (("The experiences and progress of care", "leavers"), "Inadequate"),
    (("Overall", "effectiveness"), "Requires improvement to be good"),
]
TABLES = {
    "a grade between the lines of its row": [[above, grade, below] for (above, below), grade in ROWS],
    "a grade beside the first line of its row": [[f"{above} {grade}", below] for (above, below), grade in ROWS],
    "a grade broken beside both lines of its row": [
        [f"{above} {grade.split()[0]}", f"{below} {' '.join(grade.split()[1:])}"] for (above, below), grade in ROWS
    ],
    "a grade broken between the lines of its row": [
        [above, grade.split()[0], below, *grade.split()[1:]] for (above, below), grade in ROWS
    ],
    "a word a line": [[*above.split(), *below.split(), *grade.split()] for (above, below), grade in ROWS],
    "all rows, then all grades": [*([*label] for label, _ in ROWS), *([grade] for _, grade in ROWS)],
    "all grades, then all rows": [*([grade] for _, grade in ROWS), *([*label] for label, _ in ROWS)],
    "capital letters": [[f"{' '.join(label)} {grade}".upper()] for label, grade in ROWS],
    "colons": [[f"{' '.join(label)}: {grade}"] for label, grade in ROWS],
    "rows in another order": [[*label, grade] for label, grade in reversed(ROWS)],
    "grades without their second half": [[*label, grade.removesuffix(" to be good")] for label, grade in ROWS],
}


@pytest.mark.parametrize("heading", [[], ["Judgement Grade"], ["Judgement", "Grade"]])
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_is_read_in_whatever_order_its_columns_come(table, heading):
    lines = [line.strip() for row in table for line in row]
    assert grades(full_inspection(grid=[*heading, *lines])) == JUDGED


def test_a_row_with_a_word_more_than_its_like_is_read():
    rows = ["1. Children who need help and protection Good", "3. Leadership, management and governance Inadequate"]
    rows.insert(1, "2. (Including adoption) Children looked after and achieving permanence Outstanding")
    assert grades(single_inspection(rows=rows)) == {
        "overall": "good",
        "help_and_protection": "good",
        "in_care": "outstanding",
        "impact_of_leaders": "inadequate",
    }


def test_the_end_of_a_sentence_above_a_table_is_no_grade_of_it():
    rows = ["1. Children who need help and protection Good", "3. Leadership, management and governance Inadequate"]
    page = single_inspection(
        overall=["The overall judgement is that they require improvement to be", "good"], rows=rows
    )
    assert grades(page)["help_and_protection"] == "good"
    assert grades(page)["impact_of_leaders"] == "inadequate"


@pytest.mark.parametrize("numbers", [("", "", "", ""), ("4.", "7.", "1.2", "9.")])
def test_a_single_inspections_rows_are_known_by_their_words(numbers):
    labels = [
        "Children who need help and protection Good",
        "Children looked after and achieving permanence Inadequate",
        "Experiences and progress of care leavers Outstanding",
        "Leadership, management and governance Good",
    ]
    rows = [f"{number} {label}".strip() for number, label in zip(numbers, labels, strict=True)]
    assert grades(single_inspection(rows=rows)) == {
        "overall": "good",
        "help_and_protection": "good",
        "in_care": "inadequate",
        "care_leavers": "outstanding",
        "impact_of_leaders": "good",
    }


def test_since_april_2026_an_overall_grade_of_before_is_not_this_reports():
    after = [
        "At the last inspection overall effectiveness was inadequate, and leaders were told so. It is now",
        "three years since inspectors judged overall effectiveness inadequate and much has changed here.",
        "Services that were judged outstanding have declined; care leavers were good, and are not now.",
    ]
    found = facts(full_inspection(dates="Inspection dates: 13 to 24 April 2026", grid=GRID[:-1], after=after))
    assert {name: grade for name, grade in JUDGED.items() if name != "overall"} == {
        name: grade for name, grade in found.judgements.items() if grade
    }
    assert found.conflicts == ()


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
        pytest.param(["Children’s services in St. Helens are inadequate"], "inadequate", id="full stop in a name"),
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


def test_the_contents_of_a_report_of_2013_are_not_its_table():
    first = ["Inspection of looked after children services", "Devon County Council", *PROSE]
    contents = ["Contents", "Overall effectiveness 4", "Record of main findings 22", *PROSE]
    last = ["Record of main findings", "Services for looked after children", "Overall effectiveness Good"]
    assert grades(first, contents, PROSE, last) == {"overall": "good"}


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


def test_an_area_send_report_that_monitors_gives_no_outcome():
    page = ["Area SEND monitoring inspection of Devon Local Area", "Partnership", "Inspection outcome"]
    assert facts([*page, "The full inspection found widespread and/or systemic failings.", *PROSE]).send_outcome is None


def test_an_older_area_send_letter_gives_no_outcome():
    page = letter(headline=["Joint local area SEND inspection in Devon"], opening=["There are systemic failings."])
    assert facts(page).send_outcome is None
