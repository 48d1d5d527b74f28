"""Which inspection to expect next: an expectation, never more than that."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.expecting import expected, rules
from monitor.history import of_council
from monitor.model import Grade, Inspection, InspectionKind, KnownReport, SendOutcome
from monitor.render.words import QUOTE, web_link

AREAS = ("impact_of_leaders", "help_and_protection", "in_care", "care_leavers")
TODAY = date(2026, 6, 17)
NUMBERS = count(1)


def a_report(kind: InspectionKind, held: date | None, **changes: object) -> KnownReport:
    """One of Wexmoor's that was read, published six weeks after the inspection ended."""
    number = next(NUMBERS)
    given = {name: changes.pop(name) for name in ("judgements", "send_outcome") if name in changes}
    values = {
        "item_id": number,
        "key": f"ofsted:80001/{number}",
        "council": "Wexmoor",
        "title": "Report",
        "url": f"https://files.example.org/{number}",
        "published": held + timedelta(weeks=6) if held else None,
        "inspection": Inspection(council="Wexmoor", kind=kind, inspection_end=held, **given),
    }
    return KnownReport(**values | changes)


def full(held: date | None, overall: Grade, **changes: object) -> KnownReport:
    return a_report(InspectionKind.ILACS, held, judgements={"overall": overall}, **changes)


def without_overall(held: date, *areas: Grade) -> KnownReport:
    return a_report(InspectionKind.ILACS, held, judgements=dict(zip(AREAS, areas, strict=False)))


def visit(held: date) -> KnownReport:
    return a_report(InspectionKind.MONITORING_VISIT, held)


def send(held: date, outcome: SendOutcome | None) -> KnownReport:
    return a_report(InspectionKind.AREA_SEND, held, send_outcome=outcome)


def unread(held: date | None, title: str) -> KnownReport:
    return a_report(InspectionKind.OTHER, held, title=title, inspection=None, event_date=held, unread="it is locked")


def told(*reports: KnownReport, today: date = TODAY) -> list[tuple[str, date, date]]:
    """What is expected, from when, and to when."""
    return [(one.what, one.opens, one.closes) for one in expected_of(*reports, today=today)]


def expected_of(*reports: KnownReport, today: date = TODAY):
    return expected(of_council("Wexmoor", reports), rules(), today)


def whats(*reports: KnownReport, today: date = TODAY) -> list[str]:
    return [what for what, _, _ in told(*reports, today=today)]


class TestNotInadequate:
    @pytest.mark.parametrize("grade", [Grade.GOOD, Grade.OUTSTANDING])
    def test_good_services_are_inspected_again_after_about_three_years(self, grade):
        assert told(full(date(2024, 5, 17), grade)) == [("full inspection", date(2027, 3, 17), date(2028, 3, 17))]

    def test_services_that_require_improvement_may_be_a_little_earlier(self):
        report = full(date(2024, 5, 17), Grade.REQUIRES_IMPROVEMENT)
        assert told(report) == [("full inspection", date(2026, 12, 17), date(2028, 1, 17))]

    def test_overall_grade_decides_though_a_part_of_the_services_is_inadequate(self):
        report = a_report(
            InspectionKind.ILACS,
            date(2024, 5, 17),
            judgements={"overall": Grade.REQUIRES_IMPROVEMENT, "impact_of_leaders": Grade.INADEQUATE},
        )
        assert whats(report) == ["full inspection"]

    @pytest.mark.parametrize("kind", [InspectionKind.FOCUSED_VISIT, InspectionKind.JTAI])
    def test_visit_in_between_changes_nothing(self, kind):
        report = full(date(2024, 5, 17), Grade.GOOD)
        assert told(report, a_report(kind, date(2025, 9, 2))) == told(report)

    def test_newest_full_inspection_alone_counts(self):
        before, newest = full(date(2021, 5, 14), Grade.INADEQUATE), full(date(2024, 5, 17), Grade.GOOD)
        assert told(before, newest) == told(newest)


class TestInadequate:
    judged = full(date(2025, 9, 12), Grade.INADEQUATE)  # published on 24 October 2025

    def test_monitoring_visit_and_later_the_re_inspection_are_expected(self):
        assert told(self.judged) == [
            ("monitoring visit", date(2026, 1, 24), date(2026, 7, 24)),
            ("re-inspection", date(2028, 9, 12), date(2029, 9, 12)),
        ]

    def test_next_visit_is_counted_from_the_last_one(self):
        visits = visit(date(2026, 2, 11)), visit(date(2026, 5, 20))
        assert told(self.judged, *visits)[0] == ("monitoring visit", date(2026, 8, 20), date(2026, 11, 20))
        assert expected_of(self.judged, *visits)[0].follows_url == visits[-1].url

    def test_visit_whose_letter_could_not_be_read_counts(self):
        letter = unread(date(2026, 5, 20), "Children's services monitoring visit")
        assert told(self.judged, letter) == told(self.judged, visit(date(2026, 5, 20)))

    def test_no_visit_is_expected_once_the_re_inspection_may_come(self):
        last = visit(date(2028, 7, 5))
        assert whats(self.judged, last, today=date(2028, 8, 1)) == ["re-inspection"]

    def test_better_judgement_ends_the_visits(self):
        assert whats(self.judged, visit(date(2026, 5, 20)), full(date(2026, 6, 5), Grade.GOOD)) == ["full inspection"]


class TestWithoutOverallGrade:
    def test_lowest_grade_stands_in_for_it_and_the_rule_says_so(self):
        held = date(2026, 5, 1)
        report = without_overall(held, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.OUTSTANDING)
        assert told(report) == told(full(held, Grade.REQUIRES_IMPROVEMENT))
        [expectation] = expected_of(report)
        assert expectation.rule.startswith("Ofsted has not said which grade decides where there is no overall one;")
        assert "overall" not in expected_of(full(held, Grade.REQUIRES_IMPROVEMENT))[0].rule

    def test_one_inadequate_grade_makes_visits_likely(self):
        report = without_overall(date(2026, 4, 24), Grade.GOOD, Grade.INADEQUATE, Grade.GOOD, Grade.GOOD)
        assert whats(report) == ["monitoring visit", "re-inspection"]

    def test_nothing_is_expected_while_a_grade_is_not_known(self):
        """The one that was not read may be the lowest."""
        assert whats(without_overall(date(2026, 4, 24), Grade.GOOD, Grade.GOOD, Grade.GOOD)) == []


class TestNotKnown:
    def test_council_without_reports_has_nothing_to_expect(self):
        assert expected_of() == []

    def test_visits_alone_lead_to_nothing(self):
        assert expected_of(visit(date(2026, 5, 20)), a_report(InspectionKind.FOCUSED_VISIT, date(2026, 1, 14))) == []

    @pytest.mark.parametrize(
        "title",
        [
            pytest.param("Children's services inspection", id="full inspection"),
            pytest.param("Inspection of Wexmoor’s services for children", id="full inspection in other words"),
            pytest.param("Letter", id="anything"),
        ],
    )
    def test_newer_report_that_could_not_be_read_may_be_a_full_inspection(self, title):
        assert whats(full(date(2023, 5, 19), Grade.GOOD), unread(date(2026, 5, 1), title)) == []

    @pytest.mark.parametrize(
        "title",
        [
            "Children's services focused visit",
            "Joint area child protection inspection",
            "Area SEND full inspection",
            "Children’s services monitoring visit",
        ],
    )
    def test_newer_report_of_another_kind_by_its_title_leaves_the_expectation(self, title):
        assert whats(full(date(2024, 5, 17), Grade.GOOD), unread(date(2026, 5, 1), title)) == ["full inspection"]

    def test_older_report_that_could_not_be_read_leaves_the_expectation(self):
        assert whats(unread(date(2020, 5, 1), "Letter"), full(date(2024, 5, 17), Grade.GOOD)) == ["full inspection"]

    def test_report_of_an_unknown_day_may_be_the_newest(self):
        report = unread(None, "Children's services inspection")
        assert whats(report, full(date(2024, 5, 17), Grade.GOOD)) == []

    def test_newer_full_inspection_whose_grades_could_not_be_read_hides_the_older_ones(self):
        newer = a_report(InspectionKind.ILACS, date(2026, 4, 24))
        assert whats(full(date(2023, 5, 19), Grade.GOOD), newer) == []

    def test_newer_report_that_was_read_and_not_recognised_goes_by_its_title(self):
        newer = a_report(InspectionKind.OTHER, date(2026, 4, 24), title="Children's services inspection")
        assert whats(full(date(2024, 5, 17), Grade.GOOD), newer) == []
        other = a_report(InspectionKind.OTHER, date(2026, 4, 24), title="Letter about the improvement plan")
        assert whats(full(date(2024, 5, 17), Grade.GOOD), other) == ["full inspection"]


class TestPassedWindow:
    report = full(date(2022, 5, 20), Grade.GOOD)  # the window closes on 20 March 2026

    def test_is_told_unmarked_while_its_report_may_be_on_the_way(self):
        [expectation] = expected_of(self.report, today=date(2026, 6, 20))
        assert "later than usual" not in expectation.rule

    def test_is_marked_as_later_than_usual_for_the_rest_of_a_year(self):
        for day in (date(2026, 6, 21), date(2027, 3, 20)):
            [expectation] = expected_of(self.report, today=day)
            assert expectation.rule.endswith("No report yet: later than usual.")

    def test_is_no_longer_told_after_a_year(self):
        assert expected_of(self.report, today=date(2027, 3, 21)) == []

    def test_inspection_under_the_old_framework_leads_to_nothing_years_later(self):
        old = a_report(
            InspectionKind.SINGLE_INSPECTION, date(2017, 2, 9), judgements={"overall": Grade.REQUIRES_IMPROVEMENT}
        )
        assert expected_of(old) == []
        assert whats(old, today=date(2018, 1, 1)) == ["full inspection"]


class TestSend:
    held = date(2024, 5, 17)  # published on 28 June 2024

    @pytest.mark.parametrize(
        ("outcome", "window"),
        [
            (SendOutcome.TYPICALLY_POSITIVE, (date(2028, 6, 28), date(2029, 9, 28))),
            (SendOutcome.INCONSISTENT, (date(2026, 6, 28), date(2027, 9, 28))),
        ],
    )
    def test_return_goes_by_the_outcome(self, outcome, window):
        assert told(send(self.held, outcome)) == [("area SEND inspection", *window)]

    def test_systemic_failings_bring_a_monitoring_inspection_and_then_a_re_inspection(self):
        assert told(send(self.held, SendOutcome.SYSTEMIC_FAILINGS)) == [
            ("area SEND monitoring inspection", date(2025, 6, 28), date(2026, 3, 28)),
            ("area SEND re-inspection", date(2026, 6, 28), date(2027, 9, 28)),
        ]

    def test_report_without_an_outcome_after_that_was_the_monitoring_inspection(self):
        reports = send(self.held, SendOutcome.SYSTEMIC_FAILINGS), send(date(2026, 1, 16), None)
        assert whats(*reports) == ["area SEND re-inspection"]

    def test_monitoring_inspection_of_years_ago_is_not_taken_for_the_re_inspection(self):
        reports = send(self.held, SendOutcome.SYSTEMIC_FAILINGS), send(date(2026, 1, 16), None)
        assert whats(*reports, today=date(2027, 6, 1)) == ["area SEND re-inspection"]

    def test_report_without_an_outcome_after_any_other_leaves_nothing_to_expect(self):
        assert whats(send(self.held, SendOutcome.INCONSISTENT), send(date(2026, 1, 16), None)) == []

    def test_newer_report_that_could_not_be_read_leaves_nothing_to_expect(self):
        report = send(self.held, SendOutcome.SYSTEMIC_FAILINGS)
        for title in ("Area SEND full inspection", "Letter"):
            assert whats(report, unread(date(2026, 1, 16), title)) == []
        assert len(whats(report, unread(date(2026, 1, 16), "Children's services focused visit"))) == 2

    def test_is_expected_beside_what_comes_to_childrens_services_and_the_soonest_is_told_first(self):
        assert whats(full(date(2022, 11, 4), Grade.GOOD), send(self.held, SendOutcome.INCONSISTENT)) == [
            "full inspection",
            "area SEND inspection",
        ]


def test_expectation_names_the_rule_its_source_and_the_report_it_follows():
    report = full(date(2023, 5, 19), Grade.GOOD, title="Children's services inspection")
    [expectation] = expected_of(report)
    assert (expectation.council, expectation.event) == ("Wexmoor", InspectionKind.ILACS)
    assert expectation.rule.startswith(
        "Ofsted inspects about every three years; since 2022 the gap has been 34 to 46 months"
    )
    assert "framework" in expectation.source
    assert expectation.source_url.startswith("https://www.gov.uk/")
    assert (expectation.follows, expectation.follows_url) == (report.title, report.url)
    assert expectation.follows_date == report.published


def test_window_that_reaches_beyond_the_present_framework_says_so():
    beyond, within = full(date(2024, 5, 17), Grade.GOOD), full(date(2022, 5, 20), Grade.GOOD)
    assert "A new framework is planned for 2027." in expected_of(beyond)[0].rule
    assert "planned" not in expected_of(within)[0].rule


def test_change_that_has_come_is_no_longer_said_to_be_planned():
    report = full(date(2024, 5, 17), Grade.GOOD)
    assert "planned" in expected_of(report, today=date(2026, 12, 31))[0].rule
    assert "planned" not in expected_of(report, today=date(2027, 1, 1))[0].rule


@pytest.mark.parametrize(
    ("published", "event_date", "opens"),
    [
        pytest.param(None, date(2024, 5, 17), date(2027, 3, 17), id="its inspection's day by the page"),
        pytest.param(date(2024, 6, 28), None, date(2027, 4, 28), id="its publication"),
    ],
)
def test_report_that_tells_no_day_is_counted_by_what_else_is_known(published, event_date, opens):
    report = full(None, Grade.GOOD, published=published, event_date=event_date)
    assert told(report)[0][1] == opens


def test_report_of_a_day_to_come_leads_to_nothing():
    """Somebody mistyped it."""
    assert expected_of(full(date(2062, 5, 17), Grade.GOOD)) == []


def test_month_that_is_too_short_ends_the_window_on_its_last_day():
    assert told(full(date(2023, 4, 30), Grade.GOOD))[0][1:] == (date(2026, 2, 28), date(2027, 2, 28))


DAYS = st.dates(date(2013, 1, 1), date(2030, 12, 31))
GRADES = st.sampled_from(Grade)
REPORTS = st.lists(
    st.one_of(
        st.builds(full, DAYS, GRADES),
        st.builds(full, DAYS, GRADES, published=DAYS),
        st.builds(full, st.none(), GRADES, published=DAYS),
        st.builds(without_overall, DAYS, GRADES, GRADES, GRADES, GRADES),
        st.builds(visit, DAYS),
        st.builds(send, DAYS, st.sampled_from([*SendOutcome, None])),
        st.builds(unread, DAYS, st.just("Children's services focused visit")),
    ),
    max_size=6,
)


@given(reports=REPORTS, today=st.dates(date(2013, 1, 1), date(2036, 12, 31)))
def test_every_expectation_is_a_window_after_the_report_it_follows_and_says_where_its_rule_stands(reports, today):
    held = of_council("Wexmoor", reports)
    found = expected(held, rules(), today)
    assert found == expected(held, rules(), today)
    assert found == sorted(found, key=lambda one: (one.opens, one.closes, one.what))
    urls = {report.url for report in held}
    for one in found:
        assert one.follows_date <= one.opens <= one.closes
        assert today <= one.closes + timedelta(days=366)
        assert one.follows_url in urls
        assert web_link(one.source_url) == one.source_url
        assert one.source
        assert 0 < len(one.rule) <= QUOTE  # or a digest would cut it


@given(reports=REPORTS, today=st.dates(date(2013, 1, 1), date(2036, 12, 31)))
def test_nothing_is_expected_twice(reports, today):
    found = expected(of_council("Wexmoor", reports), rules(), today)
    assert len({(one.event, one.what, one.follows_url) for one in found}) == len(found)
