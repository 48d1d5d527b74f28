"""What a report is told to be and to follow, and what still stands, is what the council's own reports say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from report_examples import (
    FOCUSED,
    GOOD,
    INADEQUATE,
    JTAI,
    OF_2013,
    REQUIRES,
    SEND,
    VISIT,
    again,
    news,
    ready,
    report,
    unread,
)

from monitor import history
from monitor.model import Grade, InspectionKind, SendOutcome


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


def test_a_visit_that_could_not_be_read_hides_no_judgement():
    earlier = report("2020-05-01", overall=GOOD)
    told = news(report("2026-03-01", overall=INADEQUATE), unread("2024-05-01", title="Focused visit"), earlier)
    assert (told.missed, told.follows) == (None, earlier)
