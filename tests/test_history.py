"""What a report is told to change, to follow and to leave open is what the council's own reports say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_examples import (
    FOCUSED,
    GOOD,
    INADEQUATE,
    JTAI,
    NOW,
    OF_2013,
    OUTSTANDING,
    REQUIRES,
    SEND,
    VISIT,
    again,
    ready,
    report,
    unread,
)

from monitor import history
from monitor.model import Grade, InspectionKind, SendOutcome


def changed(current, *earlier) -> list[tuple[str, Grade, Grade]]:
    return [(one.judgement, one.before, one.after) for one in history.changes(current, earlier)]


def news(current, *others):
    return history.news(ready(current), [*others, current])


# --- what a report is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "day"),
    [
        pytest.param(datetime(2026, 6, 16, 23, tzinfo=UTC), date(2026, 6, 17), id="in summer: London's midnight"),
        pytest.param(datetime(2026, 1, 17, tzinfo=UTC), date(2026, 1, 17), id="in winter"),
        pytest.param(None, date(2026, 6, 20), id="the page gives none: the report's own"),
    ],
)
def test_a_report_is_told_with_the_day_it_was_published_on(published, day):
    one = ready(report("2026-05-01", published=date(2026, 6, 20)))
    one = replace(one, item=replace(one.item, published=published, published_is_date=True))
    assert history.known(one.item, one.inspection).published == day
    assert history.news(one, []).published == day


def test_a_report_is_of_the_council_whose_page_shows_it_whatever_its_first_page_prints():
    one = ready(report("2026-05-01"))
    printed = replace(one.inspection, council="Sedgeholm")
    assert history.known(one.item, printed).council == "Wexmoor"
    assert history.known(replace(one.item, council=None), printed).council == "Sedgeholm"


def test_a_report_that_could_not_be_read_is_told_with_what_ofsteds_page_says():
    told = news(unread("2026-05-01", published=date(2026, 6, 16), title="Focused visit"))
    assert (told.council, told.title, told.published) == ("Wexmoor", "Focused visit", date(2026, 6, 16))
    assert (told.inspection.kind, told.unread) == (InspectionKind.OTHER, "HTTP 500")


def test_a_report_whose_turn_to_be_read_has_not_come_says_so():
    assert history.known(ready(report("2026-05-01")).item, None).unread == "it has not been read yet"


# --- what changed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "earlier", "expected"),
    [
        pytest.param({"overall": GOOD}, [{"overall": INADEQUATE}], [("overall", INADEQUATE, GOOD)], id="better"),
        pytest.param({"overall": REQUIRES}, [{"overall": GOOD}], [("overall", GOOD, REQUIRES)], id="worse"),
        pytest.param({"overall": GOOD}, [{"overall": GOOD}], [], id="as before"),
        pytest.param({"overall": GOOD}, [], [], id="nothing is known from before"),
        pytest.param({"overall": Grade.NOT_JUDGED}, [{"overall": GOOD}], [], id="not judged this time"),
        pytest.param({"overall": None}, [{"overall": GOOD}], [], id="not given this time"),
        pytest.param(
            {"overall": GOOD},
            [{"overall": REQUIRES}, {"overall": Grade.NOT_JUDGED}],
            [("overall", REQUIRES, GOOD)],
            id="not judged last time: the time before counts",
        ),
        pytest.param({"overall": GOOD}, [{"overall": GOOD}, {}], [], id="an inspection between them gave no grade"),
        pytest.param(
            {"in_care": GOOD, "overall": GOOD, "help_and_protection": GOOD},
            [{"in_care": REQUIRES, "overall": INADEQUATE, "help_and_protection": GOOD}],
            [("overall", INADEQUATE, GOOD), ("in_care", REQUIRES, GOOD)],
            id="several, in the order of a report",
        ),
        pytest.param(
            {"in_care": GOOD, "help_and_protection": REQUIRES},
            [{"overall": REQUIRES, "in_care": REQUIRES, "help_and_protection": REQUIRES}],
            [("in_care", REQUIRES, GOOD)],
            id="no overall grade since April 2026: by area, and none is made up",
        ),
    ],
)
def test_a_change_is_a_grade_that_differs_from_the_last_one_given(now, earlier, expected):
    before = [report(f"{2020 + year}-05-01", **grades) for year, grades in enumerate(earlier)]
    assert changed(report("2026-05-01", **now), *before) == expected


@pytest.mark.parametrize(
    ("grades", "since", "stood_since"),
    [
        pytest.param([REQUIRES], 2020, 2020, id="one report gave it"),
        pytest.param([REQUIRES, REQUIRES, REQUIRES], 2022, 2020, id="three in a row gave it"),
        pytest.param([INADEQUATE, REQUIRES, REQUIRES], 2022, 2021, id="two did, after another grade"),
        pytest.param([REQUIRES, INADEQUATE, REQUIRES], 2022, 2022, id="it had been given before, and lost"),
        pytest.param([REQUIRES, None, REQUIRES], 2022, 2020, id="a report between them did not judge it"),
    ],
)
def test_a_change_says_when_the_old_grade_was_last_given_and_since_when_it_stood(grades, since, stood_since):
    before = [report(f"{2020 + year}-03-04", overall=grade) for year, grade in enumerate(grades)]
    (change,) = history.changes(report("2026-05-01", overall=GOOD), before)
    assert (change.since, change.stood_since) == (date(since, 3, 4), date(stood_since, 3, 4))


@pytest.mark.parametrize(
    "earlier",
    [
        pytest.param([{"in_care": REQUIRES}], id="the first grade of its own since"),
        pytest.param(
            [{"in_care": INADEQUATE, "care_leavers": REQUIRES}, {"in_care": REQUIRES}],
            id="an older one of its own is not the last",
        ),
    ],
)
def test_the_grade_that_children_in_care_shared_with_care_leavers_until_2023_is_compared_with_neither(earlier):
    before = [report(f"{2017 + 3 * number}-05-01", **grades) for number, grades in enumerate(earlier)]
    assert changed(report("2026-05-01", in_care=GOOD, care_leavers=REQUIRES), *before) == []


def test_a_grade_of_its_own_has_not_stood_since_the_years_when_it_was_shared():
    shared, own = report("2020-05-01", in_care=REQUIRES), report("2023-05-01", in_care=REQUIRES, care_leavers=GOOD)
    (change,) = history.changes(report("2026-05-01", in_care=GOOD, care_leavers=GOOD), [shared, own])
    assert change.stood_since == date(2023, 5, 1)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(report("2013-07-01", OF_2013, overall=INADEQUATE), id="the grades of 2013 were for one part"),
        pytest.param(report("2025-07-01", VISIT, overall=INADEQUATE), id="a visit gives none, whatever was read"),
    ],
)
def test_only_full_inspections_are_compared(other):
    assert changed(report("2026-05-01", overall=GOOD), other) == []
    assert changed(other, report("2012-05-01", overall=GOOD)) == []


@pytest.mark.parametrize(
    ("other", "is_change"),
    [
        pytest.param(report("2027-05-01", overall=INADEQUATE), False, id="a later report"),
        pytest.param(report("2026-05-01", overall=INADEQUATE), False, id="the same inspection, published anew"),
        pytest.param(report("2025-05-01", council="Averton", overall=INADEQUATE), False, id="another council's"),
        pytest.param(report("2025-05-01", overall=INADEQUATE), True, id="the council's own, before"),
    ],
)
def test_only_the_councils_earlier_reports_say_what_was(other, is_change):
    told = news(report("2026-05-01", overall=GOOD), other)
    assert bool(told.changes) is is_change
    assert told.first_known is not is_change


def test_a_report_that_nothing_dates_is_compared_with_nothing():
    undated = report("2020-05-01", overall=INADEQUATE)
    undated = replace(undated, event_date=None, inspection=replace(undated.inspection, inspection_end=None))
    told = news(report("2026-05-01", overall=GOOD), undated)
    assert (told.changes, told.follows) == ((), None)


# --- what it follows -----------------------------------------------------------------------------------------


def test_the_last_judgement_is_the_newest_full_inspection_that_graded_anything():
    full = report("2022-05-01", overall=GOOD)
    reports = [
        report("2013-07-01", OF_2013, overall=GOOD),
        report("2020-05-01", InspectionKind.SINGLE_INSPECTION, overall=GOOD),
        full,
        report("2023-05-01", overall=Grade.NOT_JUDGED),
        report("2024-05-01", FOCUSED),
        unread("2025-05-01"),
    ]
    assert history.last_judged(reports) is full
    assert history.last_judged(reports[:1]) is None


def test_a_visit_follows_the_last_judgement_before_it():
    older, last = report("2019-05-01", overall=GOOD), report("2022-05-01", overall=INADEQUATE)
    later = report("2026-05-01", overall=REQUIRES)
    assert news(report("2023-05-01", VISIT), later, last, older).follows == last


@pytest.mark.parametrize(
    ("others", "letters"),
    [
        pytest.param([], 1, id="the first one known"),
        pytest.param([report("2022-11-01", VISIT), report("2023-02-01", VISIT)], 3, id="two came before it"),
        pytest.param([report("2021-11-01", VISIT)], 1, id="one belongs to the judgement before"),
        pytest.param([report("2023-09-01", VISIT)], 1, id="one came after it"),
        pytest.param([report("2022-11-01", FOCUSED), unread("2022-11-02")], 1, id="others are no monitoring visits"),
    ],
)
def test_letters_of_monitoring_visits_are_counted_since_the_judgement(others, letters):
    judged = report("2022-05-01", overall=INADEQUATE)
    assert news(report("2023-05-01", VISIT), judged, *others).letters == letters


def test_letters_are_counted_of_monitoring_visits_alone():
    assert news(report("2023-05-01", FOCUSED), report("2022-11-01", VISIT)).letters == 0


def test_a_letter_published_anew_is_not_counted_twice():
    first = report("2022-11-01", VISIT)
    assert news(report("2023-05-01", VISIT), first, again(first)).letters == 2


# --- files that replace others -------------------------------------------------------------------------------


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


# --- what still stands ---------------------------------------------------------------------------------------


def test_visits_are_those_since_the_judgement_oldest_first():
    judged = report("2022-05-01", overall=INADEQUATE)
    before, first = report("2021-05-01", VISIT), report("2022-11-01", VISIT)
    focused, joint = report("2023-05-01", FOCUSED), report("2024-05-01", JTAI)
    reports = [before, judged, first, report("2023-01-01", SEND), focused, unread("2023-06-01"), joint]
    assert history.visits_since(reports, judged) == [first, focused, joint]
    assert history.visits_since(reports, None) == [before, first, focused, joint]


def urgent(end, kind, *actions):
    return report(end, kind, priority_action=True, priority_actions=actions)


@pytest.mark.parametrize(
    ("reports", "are_open"),
    [
        pytest.param([], [], id="nothing is known"),
        pytest.param([report("2022-05-01", overall=GOOD)], [], id="none was asked for"),
        pytest.param([urgent("2023-05-01", FOCUSED, "A")], ["A"], id="no full inspection has looked since"),
        pytest.param(
            [report("2022-05-01", overall=GOOD), urgent("2023-05-01", FOCUSED, "A", "B"), report("2024-05-01", VISIT)],
            ["A", "B"],
            id="a visit after the last judgement: another visit closes none",
        ),
        pytest.param(
            [urgent("2021-05-01", FOCUSED, "A"), report("2022-05-01", overall=GOOD)], [], id="a full inspection since"
        ),
        pytest.param([urgent("2023-05-01", JTAI)], [""], id="one whose words could not be read"),
        pytest.param(
            [urgent("2021-05-01", SEND, "A"), report("2022-05-01", overall=GOOD)],
            ["A"],
            id="area SEND: a full inspection does not look at it",
        ),
        pytest.param([urgent("2021-05-01", SEND, "A"), report("2024-05-01", SEND)], [], id="area SEND: the next does"),
        pytest.param(
            [urgent("2021-05-01", SEND, "A"), urgent("2023-05-01", FOCUSED, "B")], ["B", "A"], id="one of each"
        ),
    ],
)
def test_a_priority_action_is_open_until_an_inspection_has_looked_at_it_again(reports, are_open):
    assert [one.text for one in history.open_actions(reports)] == are_open


def test_a_full_inspection_that_asks_for_priority_action_leaves_it_open():
    judged = report("2022-05-01", overall=INADEQUATE, priority_action=True, priority_actions=("A",))
    (found,) = history.open_actions([judged, report("2022-11-01", VISIT)])
    assert (found.text, found.report) == ("A", judged)


def test_the_last_area_send_outcome_is_the_newest_that_could_be_read():
    told = report("2021-05-01", SEND, send_outcome=SendOutcome.INCONSISTENT)
    assert history.last_send([told, report("2024-05-01", SEND), report("2025-05-01", overall=GOOD)]) is told
    assert history.last_send([]) is None


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


def test_another_outcome_for_children_with_special_needs_is_a_change():
    earlier = report("2023-05-01", SEND, send_outcome=SendOutcome.SYSTEMIC_FAILINGS)
    told = news(report("2026-05-01", SEND, send_outcome=SendOutcome.INCONSISTENT), earlier)
    assert [(one.judgement, one.before, one.after) for one in told.changes] == [
        ("send_outcome", SendOutcome.SYSTEMIC_FAILINGS, SendOutcome.INCONSISTENT)
    ]


def test_a_grade_that_was_shared_before_is_compared_with_nothing():
    earlier = report("2022-05-01", overall=GOOD, in_care=OUTSTANDING)
    told = news(report("2026-03-01", overall=GOOD, in_care=INADEQUATE, care_leavers=GOOD), earlier)
    assert (told.changes, told.compared) == ((), ("overall",))


def test_nothing_is_compared_over_a_full_inspection_that_could_not_be_read():
    earlier = report("2020-05-01", overall=GOOD)
    missed = unread("2024-05-01", title="Children's services inspection: Wexmoor")
    for later in (report("2026-03-01", overall=INADEQUATE), report("2025-03-01", VISIT)):
        told = news(later, missed, earlier)
        assert (told.missed, told.follows, told.changes, told.first_known) == (missed, None, (), False)


def test_a_visit_that_could_not_be_read_hides_no_judgement():
    earlier = report("2020-05-01", overall=GOOD)
    told = news(report("2026-03-01", overall=INADEQUATE), unread("2024-05-01", title="Focused visit"), earlier)
    assert (told.missed, told.follows) == (None, earlier)


@pytest.mark.parametrize(
    "kind", [InspectionKind.ILACS, InspectionKind.SINGLE_INSPECTION, InspectionKind.SINGLE_REINSPECTION]
)
def test_every_kind_of_full_inspection_judges_and_is_compared(kind):
    earlier = report("2017-05-01", kind, overall=INADEQUATE)
    told = news(report("2021-05-01", overall=GOOD), earlier)
    assert (told.follows, [one.judgement for one in told.changes]) == (earlier, ["overall"])


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
