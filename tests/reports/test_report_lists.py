"""What must change, and what must change at once, is told item by item."""

from __future__ import annotations

import pytest
from sample_reports import PROSE, facts, full_inspection, letter, single_inspection


def test_what_needs_to_improve_is_told_item_by_item():
    after = ["What needs to improve?", "\uf06e How soon children are seen.", "\uf06e The plans that are made for them,"]
    after += [
        "and who reads them.",
        "The experiences and progress of care leavers: inadequate",
        "1. Young people wait.",
    ]
    assert facts(full_inspection(after=after)).areas_for_improvement == (
        "How soon children are seen.",
        "The plans that are made for them, and who reads them.",
    )


def test_prose_after_a_list_is_not_part_of_it():
    after = [
        "Areas for improvement",
        "• Plans.",
        "• Visits.",
        "The council will write to us within the month.",
        "• Tea.",
    ]
    assert facts(letter(after=after)).areas_for_improvement == ("Plans.", "Visits.")


def test_a_group_within_a_list_does_not_end_it():
    after = ["Areas for improvement", "Leadership, management and governance", "• Plans.", "Help", "• Visits."]
    assert facts(letter(after=after)).areas_for_improvement == ("Plans.", "Visits.")


def test_priority_actions_are_told():
    after = [
        "Areas for priority action",
        "Leaders must at once turn to these:",
        "• The front door.",
        "Main findings",
        "• Other.",
    ]
    found = facts(letter(after=after))
    assert found.priority_action
    assert found.priority_actions == ("The front door.",)


def test_a_priority_action_told_in_a_sentence_is_told():
    found = facts(
        letter(after=["Area for priority action", "The front door must be mended by the end of the week.", "Findings"])
    )
    assert found.priority_actions == ("The front door must be mended by the end of the week.",)


@pytest.mark.parametrize(
    "sentence",
    [
        "There are no priority actions after this visit.",
        "The areas set before remain. There are no additional priority actions.",
        "Inspectors did not identify any areas for priority action.",
        "There are no areas for priority or immediate action.",
        "None.",
    ],
)
def test_a_heading_that_says_there_are_none_is_no_priority_action(sentence):
    found = facts(letter(after=["Areas for priority action", sentence, "What needs to improve", "• Plans."]))
    assert (found.priority_action, found.priority_actions) == (False, ())


def test_priority_actions_of_an_earlier_visit_are_not_this_ones():
    assert not facts(letter(after=["The priority action of the last visit has been dealt with."])).priority_action


def test_what_an_area_send_report_asks_for_in_a_table_is_told_without_the_bodies_names():
    page = ["Area SEND inspection of Devon Local Area", "Partnership", *PROSE]
    page += ["What does the area partnership need to do better?", "• Much is slow."]
    page += ["Areas for priority action", "Responsible body Areas for priority action", "Devon County Council"]
    page += ["Leaders should act at once", "to shorten the wait.", "Areas for improvement"]
    page += [
        "Leaders should write better plans. These should be:",
        "• short; and",
        "• true.",
        "The NHS must answer letters.",
    ]
    found = facts(page)
    assert found.priority_actions == ("Leaders should act at once to shorten the wait.",)
    assert found.areas_for_improvement == (
        "Leaders should write better plans. These should be: short; and true.",
        "The NHS must answer letters.",
    )


def test_what_an_area_send_report_lists_without_a_table_is_told():
    page = [
        "Area SEND inspection of Devon Local Area",
        "Partnership",
        *PROSE,
        "Areas for improvement",
        "• Shorter waits.",
    ]
    assert facts(page).areas_for_improvement == ("Shorter waits.",)


def test_where_nothing_is_asked_for_what_could_be_better_is_told():
    page = ["Area SEND inspection of Devon Local Area", "Partnership", *PROSE]
    page += ["What does the area partnership need to do better?", "• Much is slow."]
    assert facts(page).areas_for_improvement == ("Much is slow.",)


def test_a_safeguarding_boards_recommendations_are_not_the_councils():
    board = ["The Local Safeguarding Children Board (LSCB)", *PROSE, "Recommendations", "1. Meet more often."]
    found = facts(single_inspection(), ["Recommendations", "1. See every child.", "2. Write it down."], board)
    assert found.areas_for_improvement == ("See every child.", "Write it down.")


def test_a_list_told_in_endless_paragraphs_is_cut():
    paragraphs = [f"Thing {number} must be done by Friday." for number in range(60)]
    assert len(facts(letter(after=["Areas for improvement", *paragraphs])).areas_for_improvement) == 30


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Lead inspector: Robin Example, His Majesty’s Inspector", "Robin Example"),
        ("Lead inspector: Robin Example HMI", "Robin Example"),
        ("Reporting inspector Robin Example HMI", "Robin Example"),
        ("Lead inspectors: Robin Example, HMI, and Kim Example, HMI", "Robin Example"),
        ("Lead inspector: HMI", None),
    ],
)
def test_the_lead_inspector_is_told_without_rank(line, name):
    assert facts([line if "Lead" in old else old for old in full_inspection()]).lead_inspector == name
