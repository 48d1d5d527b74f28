"""Of a report that Ofsted replaced the newest file counts, and what differs in it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_examples import (
    FOCUSED,
    GOOD,
    INADEQUATE,
    NOW,
    OUTSTANDING,
    REQUIRES,
    VISIT,
    again,
    news,
    ready,
    report,
    unread,
)

from monitor import history
from monitor.model import InspectionKind


def test_of_a_report_that_was_replaced_only_the_newest_file_counts():
    before, visit = report("2026-05-01", overall=GOOD), report("2026-08-01", VISIT)
    after = again(before, judgements={"overall": REQUIRES})
    assert history.of_council("Wexmoor", [visit, after, before]) == [after, visit]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(report("2026-05-01"), report("2026-05-02"), id="held on other days"),
        pytest.param(report("2026-05-01"), report("2026-05-01", FOCUSED), id="of another kind"),
        pytest.param(
            report("2026-05-01", InspectionKind.OTHER),
            report("2026-05-01", InspectionKind.OTHER),
            id="of no known kind: nothing says that they are one",
        ),
        pytest.param(report("2026-05-01"), report("2026-05-01", council="Averton"), id="of another council"),
        pytest.param(unread("2026-05-01"), unread("2026-05-01"), id="not read, with other titles"),
        pytest.param(
            unread("2026-05-01", event_date=None, title="Letter"),
            unread("2026-06-01", event_date=None, title="Letter"),
            id="not read, with no day",
        ),
    ],
)
def test_two_inspections_are_not_taken_for_one(before, after):
    reports = [one for council in ("Averton", "Wexmoor") for one in history.of_council(council, [before, after])]
    assert len(reports) == 2
    assert news(after, before).replaces is None


def test_what_differs_in_a_file_from_the_one_it_replaces_is_told():
    before = report("2026-05-01", overall=GOOD, care_leavers=GOOD, areas_for_improvement=("Plans.", "Visits."))
    after = again(
        before,
        judgements={"overall": GOOD, "care_leavers": OUTSTANDING},
        inspection_start=date(2026, 4, 20),
        areas_for_improvement=("Plans.",),
        priority_action=True,
    )
    told = news(after, before)
    assert told.replaces == before
    assert [(one.fact, one.before, one.after) for one in told.corrections] == [
        ("care_leavers", "good", "outstanding"),
        ("inspection_start", "", "2026-04-20"),
        ("priority_action", "no", "yes"),
        ("areas_for_improvement", "", "1 removed"),
    ]


def test_the_file_that_was_replaced_is_not_told_to_replace_the_newer_one():
    before = report("2026-05-01", overall=GOOD)
    assert news(before, again(before)).replaces is None


def test_the_changes_of_a_file_that_replaces_another_are_those_since_the_report_before_both():
    earlier, before = report("2022-05-01", overall=INADEQUATE), report("2026-05-01", overall=REQUIRES)
    told = news(again(before, judgements={"overall": GOOD}), before, earlier)
    assert [(one.before, one.after) for one in told.changes] == [(INADEQUATE, GOOD)]
    assert told.follows == earlier


def test_a_report_known_by_title_and_day_is_replaced_before_either_file_could_be_read():
    before = unread("2026-05-01", title="Full inspection")
    after = unread("2026-05-01", title="Full inspection")
    assert history.of_council("Wexmoor", [after, before]) == [after]
    told = news(after, before)
    assert (told.replaces, told.corrections) == (before, ())


def test_a_newer_file_that_could_not_be_read_follows_no_older_file_of_its_own_report():
    before = report("2026-04-30", overall=GOOD)
    before = replace(before, event_date=date(2026, 5, 1))
    after = unread("2026-05-01", title=before.title)
    told = news(after, before)
    assert (told.replaces, told.follows) == (before, None)


def test_three_files_of_one_report_leave_the_last_which_replaces_the_second():
    first = report("2026-05-01", overall=GOOD)
    second, third = again(first), again(first)
    assert history.of_council("Wexmoor", [third, first, second]) == [third]
    assert news(third, first, second).replaces == second


STORY = (
    report("2016-05-01", InspectionKind.SINGLE_INSPECTION, overall=GOOD),
    report("2020-05-01", overall=INADEQUATE),
    report("2020-11-01", VISIT),
    report("2021-05-01", VISIT),
    report("2023-05-01", overall=REQUIRES, priority_action=True),
)
WHOLE = (*STORY, again(STORY[1], judgements={"overall": REQUIRES}), again(STORY[3]), unread("2024-05-01"))


@given(st.permutations(WHOLE))
def test_the_order_in_which_reports_came_to_be_read_changes_nothing_that_is_told(reports):
    current = report("2026-05-01", overall=GOOD)
    assert history.of_council("Wexmoor", reports) == history.of_council("Wexmoor", WHOLE)
    assert history.news(ready(current), reports) == history.news(ready(current), WHOLE)


def test_a_file_that_came_later_stands_though_the_page_dates_it_earlier():
    before = replace(report("2026-05-01", overall=GOOD), published=date(2026, 6, 10))
    after = replace(
        again(before, judgements={"overall": INADEQUATE}),
        published=date(2026, 6, 9),
        first_seen=NOW + timedelta(hours=1),
    )
    assert history.of_council("Wexmoor", [after, before]) == [after]


def test_a_file_that_corrects_the_days_of_an_inspection_is_no_other_inspection():
    before = report("2026-05-08", overall=INADEQUATE)
    after = again(before, judgements={"overall": GOOD}, inspection_end=date(2026, 5, 7))
    told = news(after, before)
    assert (told.replaces, told.changes) == (before, ())
    assert [one.fact for one in told.corrections] == ["overall", "inspection_end"]
    assert history.of_council("Wexmoor", [after, before]) == [after]


def test_an_area_for_priority_action_that_is_worded_anew_is_told_as_different():
    before = report("2026-05-01", FOCUSED, priority_action=True, priority_actions=("Act.",))
    [told] = news(again(before, priority_actions=("Act now.",)), before).corrections
    assert (told.fact, told.after) == ("priority_actions", "1 added, 1 removed")


def test_two_letters_without_a_day_are_two_letters():
    one, other = (
        replace(found, event_date=None, inspection=replace(found.inspection, inspection_end=None))
        for found in (report("2026-05-01", FOCUSED), report("2026-05-02", FOCUSED))
    )
    assert len(history.of_council("Wexmoor", [one, other])) == 2
