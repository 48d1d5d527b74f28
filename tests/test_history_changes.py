"""What a report is told to change is what differs from the council's last grade of the same thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from report_examples import GOOD, INADEQUATE, OF_2013, OUTSTANDING, REQUIRES, SEND, VISIT, news, report, unread

from monitor import history
from monitor.model import Grade, InspectionKind, SendOutcome


def changed(current, *earlier) -> list[tuple[str, Grade, Grade]]:
    return [(one.judgement, one.before, one.after) for one in history.changes(current, earlier)]


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


@pytest.mark.parametrize(
    "kind", [InspectionKind.ILACS, InspectionKind.SINGLE_INSPECTION, InspectionKind.SINGLE_REINSPECTION]
)
def test_every_kind_of_full_inspection_judges_and_is_compared(kind):
    earlier = report("2017-05-01", kind, overall=INADEQUATE)
    told = news(report("2021-05-01", overall=GOOD), earlier)
    assert (told.follows, [one.judgement for one in told.changes]) == (earlier, ["overall"])
