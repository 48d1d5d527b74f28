"""What stands in an export: every report once, in the words people know, and nothing that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import history
from monitor.exporting.rows import Link, exported, in_words, inspections_sheet, standing_sheet
from monitor.model import Expectation, Grade, Inspection, InspectionKind, KnownReport, SendOutcome
from monitor.standing import council_standings

OVERALL = "Overall effectiveness"
IN_CARE = "The experiences and progress of children in care"


def by_head(sheet):
    return [dict(zip(sheet.heads, row, strict=True)) for row in sheet.rows]


def rows(*reports):
    return by_head(inspections_sheet(exported(reports)))


def standing(*reports, council="Devon", expected=()):
    found = council_standings([council], reports, rules=(), today=date(2026, 6, 17))
    [row] = by_head(standing_sheet([replace(one, expected=tuple(expected)) for one in found]))
    return row


class TestReport:
    def test_row_says_what_the_store_knows(self, known, make_inspection):
        facts = make_inspection(
            framework="ILACS",
            judgements={"overall": Grade.REQUIRES_IMPROVEMENT, "in_care": Grade.INADEQUATE, "care_leavers": None},
            priority_action=True,
            areas_for_improvement=("The timeliness of visits.", "The quality of plans."),
            differences=("published: 2026-07-03 on Ofsted's page, 2026-07-02 in the report",),
        )
        item = {
            "title": "Inspection report: Devon County Council",
            "url": "https://reports.example.org/50000001",
            "key": "ofsted:80461/50000001",
            "published": datetime(2026, 7, 2, 23, tzinfo=UTC),  # London's midnight
            "event_date": date(2026, 5, 22),
        }
        [row] = by_head(inspections_sheet(exported(known((item, facts)))))
        assert {head: in_words(cell) for head, cell in row.items() if cell is not None} == {
            "URN": "80461",
            "Local authority name": "Devon",
            "Region": "South West",
            "Inspection type": "Full inspection",
            "Framework": "ILACS",
            "Inspection start date": "2026-05-11",
            "Inspection end date": "2026-05-22",
            "Inspection date on Ofsted's page": "2026-05-22",
            "Publication date": "2026-07-03",
            OVERALL: "Requires improvement",
            IN_CARE: "Inadequate",
            "Priority action": "Yes",
            "Number of areas for improvement": "2",
            "Report title": "Inspection report: Devon County Council",
            "Web link": "https://reports.example.org/50000001",
            "Notes": "children in care and care leavers have one grade | "
            "published: 2026-07-03 on Ofsted's page, 2026-07-02 in the report",
        }

    def test_report_that_could_not_be_read_has_a_row_that_says_why_and_claims_nothing(self, known):
        item = {"title": "Inspection report", "url": "https://reports.example.org/1", "event_date": date(2026, 5, 22)}
        [row] = by_head(inspections_sheet(exported(known((item, None)))))
        assert {head: in_words(cell) for head, cell in row.items() if cell is not None} == {
            "URN": "80461",
            "Local authority name": "Devon",
            "Region": "South West",
            "Inspection date on Ofsted's page": "2026-05-22",
            "Report title": "Inspection report",
            "Web link": "https://reports.example.org/1",
            "Could not be read": "it has not been read yet",
        }

    def test_care_leavers_with_a_grade_of_their_own_need_no_note(self, make_report, make_inspection):
        facts = make_inspection(judgements={"in_care": Grade.GOOD, "care_leavers": Grade.OUTSTANDING})
        [row] = rows(make_report(facts))
        assert row["Notes"] is None

    def test_file_that_was_replaced_stays_and_says_by_which(self, make_report, make_inspection):
        old = make_report(make_inspection(judgements={"overall": Grade.GOOD}), published=date(2026, 7, 2))
        new = make_report(make_inspection(judgements={"overall": Grade.OUTSTANDING}), published=date(2026, 9, 1))
        newer, older = rows(old, new)
        assert (newer["Web link"], newer["Replaced by"]) == (Link(new.url), None)
        assert (older["Web link"], older["Replaced by"]) == (Link(old.url), Link(new.url))
        assert older[OVERALL] is Grade.GOOD

    def test_one_that_was_replaced_twice_leads_to_the_newest(self, make_report, make_inspection):
        first, second, third = (make_report(make_inspection(), published=date(2026, 7, day)) for day in (1, 2, 3))
        assert [row["Replaced by"] for row in rows(second, first, third)] == [None, Link(third.url), Link(third.url)]

    def test_grade_of_2013_and_what_was_not_judged_keep_their_own_words(self, make_report, make_inspection):
        facts = make_inspection(judgements={"overall": Grade.ADEQUATE, "in_care": Grade.NOT_JUDGED})
        [row] = rows(make_report(facts))
        assert (in_words(row[OVERALL]), in_words(row[IN_CARE])) == ("Adequate", "Not judged")

    def test_outcome_of_an_area_send_inspection_and_number_of_a_visit_are_told(self, make_report, make_inspection):
        send = make_inspection(kind=InspectionKind.AREA_SEND, send_outcome=SendOutcome.SYSTEMIC_FAILINGS)
        visit = make_inspection(kind=InspectionKind.MONITORING_VISIT, visit_number=2, inspection_end=date(2026, 1, 14))
        first, second = rows(make_report(send), make_report(visit))
        assert first["Area SEND outcome"] == "Widespread and/or systemic failings"
        assert (second["Inspection type"], second["Monitoring visit number"]) == ("Monitoring visit", 2)

    def test_councils_come_by_name_and_of_each_the_newest_inspection_first(self, make_report):
        reports = [
            make_report(council="Kent", event_date=date(2026, 5, 1)),
            make_report(council="Devon", event_date=date(2020, 1, 31)),
            make_report(council="Devon"),  # nobody knows when
            make_report(council="Devon", event_date=date(2026, 5, 22)),
        ]
        found = [(row["Local authority name"], row["Inspection date on Ofsted's page"]) for row in rows(*reports)]
        assert found == [
            ("Devon", date(2026, 5, 22)),
            ("Devon", date(2020, 1, 31)),
            ("Devon", None),
            ("Kent", date(2026, 5, 1)),
        ]

    def test_council_that_is_no_more_has_the_number_of_its_page_and_no_region(self, make_report):
        [row] = rows(make_report(council="Wexmoor", key="ofsted:80999/1"))
        assert (row["URN"], row["Region"]) == (80999, None)

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://user@bad.example.org/"])
    def test_what_is_no_address_on_the_web_is_no_link(self, make_report, url):
        [row] = rows(make_report(url=url))
        assert row["Web link"] == url

    def test_no_inspector_is_named(self, make_report, make_inspection):
        [row] = rows(make_report(make_inspection(lead_inspector="The Lead Inspector")))
        assert "The Lead Inspector" not in map(in_words, row.values())


REPORTS = st.lists(
    st.builds(
        KnownReport,
        item_id=st.integers(1, 10**6),
        key=st.sampled_from(["ofsted:80461/1", "ofsted:80461/2", "told-by:1"]),
        council=st.sampled_from(["", "Devon", "Kent"]),
        title=st.sampled_from(["Inspection report", "Monitoring visit"]),
        url=st.sampled_from(["", "https://reports.example.org/1"]),
        published=st.none() | st.sampled_from([date(2026, 6, 1), date(2026, 7, 1)]),
        event_date=st.none() | st.sampled_from([date(2026, 5, 1), date(2026, 5, 2)]),
        inspection=st.none()
        | st.builds(
            Inspection,
            council=st.just("Devon"),
            kind=st.sampled_from(InspectionKind),
            inspection_end=st.none() | st.sampled_from([date(2026, 5, 1), date(2026, 5, 2)]),
        ),
    ),
    max_size=8,
    unique_by=lambda report: report.item_id,
)


@given(REPORTS)
def test_every_known_report_is_in_exactly_one_row(reports):
    assert sorted(row.report.item_id for row in exported(reports)) == sorted(report.item_id for report in reports)


@given(REPORTS)
def test_just_those_that_no_longer_stand_are_marked_as_replaced_by_one_of_the_same_council(reports):
    standing_still = {one.item_id for council in ("Devon", "Kent") for one in history.of_council(council, reports)} | {
        one.item_id for one in reports if not one.council
    }
    for row in exported(reports):
        assert (row.replaced_by is None) is (row.report.item_id in standing_still)
        if row.replaced_by:
            assert row.replaced_by.council == row.report.council
            assert row.replaced_by.item_id != row.report.item_id


class TestCouncil:
    def test_nothing_known_leaves_the_cells_empty(self):
        row = standing()
        assert {head: cell for head, cell in row.items() if cell is not None} == {
            "URN": 80461,
            "Local authority name": "Devon",
            "Region": "South West",
        }

    def test_what_is_known_to_be_none_is_a_nought(self, make_report, make_inspection):
        row = standing(make_report(make_inspection()))
        assert (row["Visits since"], row["Priority actions open"]) == (0, 0)

    def test_where_no_report_could_be_read_nobody_knows_how_many_there_were(self, make_report):
        row = standing(make_report(title="A letter"))
        assert (row["Visits since"], row["Priority actions open"]) == (None, None)

    def test_stands_as_last_judged_with_what_came_since(self, make_report, make_inspection):
        judged = make_report(make_inspection(judgements={"overall": Grade.INADEQUATE}), published=date(2026, 7, 3))
        visit = make_report(
            make_inspection(
                kind=InspectionKind.FOCUSED_VISIT,
                inspection_end=date(2026, 11, 4),
                priority_action=True,
                priority_actions=("Visits to children are late.", "Plans are not followed."),
            )
        )
        send = make_report(
            make_inspection(
                kind=InspectionKind.AREA_SEND, inspection_end=date(2025, 3, 7), send_outcome=SendOutcome.INCONSISTENT
            )
        )
        row = standing(judged, visit, send)
        assert (row["Last full inspection"], row["Publication date"]) == (date(2026, 5, 22), date(2026, 7, 3))
        assert (row[OVERALL], row["Web link"]) == (Grade.INADEQUATE, Link(judged.url))
        assert (row["Visits since"], row["Last visit"], row["Last visit date"]) == (
            *(1, "Focused visit"),
            date(2026, 11, 4),
        )
        assert row["Priority actions open"] == 2
        assert row["Priority actions"] == "Visits to children are late. | Plans are not followed."
        assert row["Area SEND outcome"] == "Inconsistent experiences and outcomes"
        assert row["Area SEND inspection date"] == date(2025, 3, 7)

    def test_action_whose_words_could_not_be_read_is_counted_all_the_same(self, make_report, make_inspection):
        row = standing(make_report(make_inspection(kind=InspectionKind.JTAI, priority_action=True)))
        assert (row["Priority actions open"], row["Priority actions"]) == (1, "(an action that could not be read)")

    def test_newer_report_that_could_not_be_read_is_named(self, make_report, make_inspection):
        judged = make_report(make_inspection(), published=date(2026, 7, 3))
        unread = make_report(title="A later letter", published=date(2026, 9, 1))
        assert standing(judged, unread)["Newer reports that could not be read"] == "A later letter"

    def test_first_window_that_has_not_closed_stands_with_its_window_and_its_rule(self):
        expectations = [
            Expectation(
                council="Devon",
                event=InspectionKind.ILACS,
                opens=opens,
                closes=opens + timedelta(days=90),
                what="re-inspection",
                rule="An invented rule.",
                source="An invented framework",
                source_url="https://www.example.org/framework",
                follows="Inspection report",
                follows_url="https://reports.example.org/1",
                follows_date=date(2026, 7, 3),
            )
            for opens in (date(2026, 1, 1), date(2026, 10, 1), date(2027, 10, 1))
        ]
        row = standing(expected=expectations)
        assert row["Expected next"] == "Re-inspection"
        assert (row["Expected from"], row["Expected to"]) == (date(2026, 10, 1), date(2026, 12, 30))
        assert row["Expected because"] == "An invented rule."


def test_heads_are_those_that_other_people_s_sheets_look_up():
    """Columns are only ever added."""
    assert inspections_sheet([]).heads == (
        "URN",
        "Local authority name",
        "Region",
        "Inspection type",
        "Framework",
        "Inspection start date",
        "Inspection end date",
        "Inspection date on Ofsted's page",
        "Publication date",
        OVERALL,
        "The impact of leaders on social work practice with children and families",
        "The experiences and progress of children who need help and protection",
        IN_CARE,
        "The experiences and progress of care leavers",
        "Priority action",
        "Number of areas for improvement",
        "Area SEND outcome",
        "Monitoring visit number",
        "Report title",
        "Web link",
        "Replaced by",
        "Notes",
        "Could not be read",
    )
    assert standing_sheet([]).heads == (
        "URN",
        "Local authority name",
        "Region",
        "Last full inspection",
        "Publication date",
        OVERALL,
        "The impact of leaders on social work practice with children and families",
        "The experiences and progress of children who need help and protection",
        IN_CARE,
        "The experiences and progress of care leavers",
        "Web link",
        "Visits since",
        "Last visit",
        "Last visit date",
        "Priority actions open",
        "Priority actions",
        "Area SEND outcome",
        "Area SEND inspection date",
        "Expected next",
        "Expected from",
        "Expected to",
        "Expected because",
        "Newer reports that could not be read",
    )
