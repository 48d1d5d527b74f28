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


def test_the_points_below_an_item_belong_to_it():
    after = ["Areas for improvement", "1. Improve plans by:", "• writing them in time", "• reading them.", "2. Visits."]
    assert facts(letter(after=after)).areas_for_improvement == (
        "Improve plans by: writing them in time; reading them.",
        "Visits.",
    )


def test_points_with_dashes_below_an_item_belong_to_it():
    after = ["Areas for improvement", "• Plans, including:", "⎯ their words", "⎯ their dates.", "• Visits."]
    assert facts(letter(after=after)).areas_for_improvement == (
        "Plans, including: their words; their dates.",
        "Visits.",
    )


def test_a_numbered_groups_name_is_no_item():
    after = ["Recommendations", "1. Help and protection", "• See every child.", "2. Leaders", "• Read the plans."]
    assert facts(letter(after=after)).areas_for_improvement == ("See every child.", "Read the plans.")


def test_what_introduces_a_list_is_no_item():
    after = ["Areas for improvement", "1. The council should take the following action.", "Immediately:", "• Visit."]
    assert facts(letter(after=after)).areas_for_improvement == ("Visit.",)


def test_strengths_after_a_list_are_not_part_of_it():
    after = ["Areas for improvement", "1. Plans.", "The council has the following strengths:", "2. Workers are kind."]
    assert facts(letter(after=after)).areas_for_improvement == ("Plans.",)


def test_a_group_of_a_single_inspection_does_not_end_the_list():
    after = ["Priority and immediate action", "Help and protection", "1. See every child."]
    after += ["Leadership, management and governance", "2. Read the plans.", "Areas for improvement", "3. Visits."]
    found = facts(single_inspection(after=after))
    assert found.priority_actions == ("See every child.", "Read the plans.")
    assert found.areas_for_improvement == ("Visits.",)


def test_bullets_that_stand_alone_begin_the_line_after_them():
    after = ["Areas for improvement", "•", "Plans and", "dates.", "•", "Visits.", "•", "Main findings", "Much is good."]
    assert facts(letter(after=after)).areas_for_improvement == ("Plans and dates.", "Visits.")


def test_an_item_that_ends_in_the_outcome_it_serves_ends_there():
    after = ["Areas for improvement", "• The plans that are made for children and young people, and how soon they are"]
    after += ["carried out. (outcome 1, national framework)", "Main findings", "Much is good here."]
    item = "The plans that are made for children and young people, and how soon they are"
    assert facts(letter(after=after)).areas_for_improvement == (f"{item} carried out. (outcome 1, national framework)",)


def test_a_letter_that_leaves_the_areas_as_they_are_names_none():
    after = [
        "What needs to improve",
        "The areas of the last visit remain. There are no additional areas for improvement.",
    ]
    assert facts(letter(after=after)).areas_for_improvement == ()


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


SEND = ["Area SEND inspection of Devon Local Area", "Partnership", *PROSE]


def test_each_row_of_an_area_send_table_is_one_item_whatever_the_names_beside_it():
    table = [
        "Areas for priority action",
        "Responsible body Areas for priority action",
        "Devon County Council,",
        "NHS Devon and school",
        "leaders.",
        "Leaders, including those of Devon County",
        "Council, must see to the plans.",
        "They should write them in time:",
        "• for the youngest; and",
        "• for those who leave",
        "school.",
        "They need to say who does it.",
        "Devon County Council Leaders should answer letters sooner",
        "than they do.",
        "NHS Devon",
        "The board must shorten the wait for children",
        "with SEND.",
        "Areas for improvement",
        "Areas for improvement",
    ]
    found = facts([*SEND, *table, "Leaders should talk to parents.", "Local area partnership details", "Leaders must."])
    first = "Leaders, including those of Devon County Council, must see to the plans. They should write them in time: "
    assert found.priority_actions == (
        f"{first}for the youngest; and for those who leave school. They need to say who does it.",
        "Leaders should answer letters sooner than they do.",
        "The board must shorten the wait for children with SEND.",
    )
    assert found.areas_for_improvement == ("Leaders should talk to parents.",)


def test_a_cell_of_an_area_send_table_begins_where_someone_else_is_asked():
    table = [
        "Areas for improvement",
        "Leaders should shorten the time that children and young people wait for a plan.",
        "The partnership must read what parents write to it in every week of the long year.",
        "This should be told to the board.",
        "Too few of them are seen. Leaders need to see them sooner, and these should focus on:",
        "• the youngest",
        "• those who leave.",
        "1. Health leaders should",
        "come.",
    ]
    assert facts([*SEND, *table]).areas_for_improvement == (
        table[1],
        f"{table[2]} {table[3]}",
        f"{table[4]} the youngest; those who leave.",
        "Health leaders should come.",
    )


def test_a_cell_that_goes_on_overleaf_is_one_item():
    foot = "Area SEND inspection report: Devon Local Area Partnership, 2 to 6 June 2025"
    pages = [
        [*SEND, f"{foot} 1"],
        [*PROSE, f"{foot} 2"],
        [*PROSE, "Areas for improvement", "Leaders should make plans with", f"{foot} 3"],
        ["children and young people, and", "keep to them.", f"{foot} 4"],
    ]
    assert facts(*pages).areas_for_improvement == (
        "Leaders should make plans with children and young people, and keep to them.",
    )


def test_an_older_area_send_letters_areas_for_development_are_told():
    page = letter(
        headline=["Joint local area SEND inspection in Devon"],
        after=["Strengths", "• Help is quick.", "Areas for development", "• Plans are slow.", "• Waits are long."],
    )
    assert facts(page).areas_for_improvement == ("Plans are slow.", "Waits are long.")


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


@pytest.mark.parametrize(
    "heading",
    [
        "Section 2: The effectiveness local safeguarding children board",
        "Section 2: The effectiveness of the Local Safeguarding",
        "The Local Safeguarding Children Board requires improvement",
    ],
)
def test_a_safeguarding_board_is_known_by_whatever_its_part_is_called(heading):
    board = [*PROSE, heading, "Areas for improvement", "1. Meet more often."]
    found = facts(single_inspection(), ["Areas for improvement", "1. See every child."], board)
    assert found.areas_for_improvement == ("See every child.",)


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
        ("Lead inspector on site: Robin Example", "Robin Example"),
        ("Lead inspector: Mr R. van Example-Sample, His Majesty’s Inspector", "R. van Example-Sample"),
        ("Lead inspector: Dr Éilis Adams Example", "Éilis Adams Example"),
        ("Lead inspector: Robin Adams Example HMI", "Robin Adams Example"),
        ("Lead inspector: HMI", None),
    ],
)
def test_the_lead_inspector_is_told_without_rank(line, name):
    assert facts([line if "Lead" in old else old for old in full_inspection()]).lead_inspector == name


def test_a_lead_inspector_below_the_label_is_told():
    page = full_inspection()
    page[3:4] = ["Lead inspector:", "Robin Example, His Majesty’s Inspector"]
    assert facts(page).lead_inspector == "Robin Example"


def test_a_letter_tells_its_lead_inspector_only_by_name():
    named = ["The inspectors for this visit to Devon were lead inspector Robin Example and Kim Example."]
    unnamed = ["Inspectors came to Devon. The", "lead inspector was on site and met those who work there."]
    assert facts(letter(opening=named)).lead_inspector == "Robin Example"
    assert facts(letter(opening=unnamed)).lead_inspector is None


@pytest.mark.parametrize(
    "team",
    [
        ["Robin Example, HMI, Ofsted Lead inspector Kim Example, CQC Lead inspector"],
        ["Ms Robin Example, Ofsted HMI lead", "inspector"],
        ["Robin Example HMI, Ofsted lead inspector", "Kim Example, CQC Lead inspector"],
    ],
)
def test_of_an_area_send_reports_team_ofsteds_lead_inspector_is_told(team):
    page = [*SEND, "Inspection team", "Ofsted Care Quality Commission", *team, "Sam Example, Ofsted HMI"]
    assert facts(page).lead_inspector == "Robin Example"
