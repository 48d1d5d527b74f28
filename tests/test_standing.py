"""Where sources and councils stand, as `sources` and `councils` tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.model import JUDGEMENTS, Grade, Inspection, InspectionKind
from monitor.standing import LastInspection, SourceStanding, council_standings, source_standings
from monitor.store import ReadyItem, SourceState

HOUR = timedelta(hours=1)


class TestSource:
    def test_never_checked_is_listed_too(self, make_source):
        [standing] = source_standings([make_source()], {}, {})
        assert standing == SourceStanding(
            source="Wexmoor Gazette",
            url="https://gazette.example.org/rss",
            last_success=None,
            next_check=None,
            interval=None,
            failures=0,
            items=0,
            last_error="",
            note="",
        )

    def test_stands_as_its_last_check_left_it(self, make_source, now):
        state = SourceState(
            name="Wexmoor Gazette",
            url="https://gazette.example.org/rss",
            last_success_at=now - HOUR,
            next_at=now + HOUR,
            interval_s=1_800,
            failures=2,
            error="it answered 503",
            note="not well-formed",
        )
        [standing] = source_standings([make_source()], {state.name: state}, {state.name: 12})
        assert (standing.last_success, standing.next_check) == (now - HOUR, now + HOUR)
        assert (standing.interval, standing.failures, standing.items) == (timedelta(minutes=30), 2, 12)
        assert (standing.last_error, standing.note) == ("it answered 503", "not well-formed")

    def test_order_is_the_configurations_and_what_is_no_longer_configured_is_left_out(self, make_source):
        states = {name: SourceState(name=name, url="https://example.org") for name in ("a", "gone", "b")}
        standings = source_standings([make_source("b"), make_source("a")], states, {"gone": 3})
        assert [standing.source for standing in standings] == ["b", "a"]


@pytest.fixture
def inspections():
    """Devon's full inspection of 2020, and a monitoring visit of 2026, which gives no grades."""
    full = Inspection(
        council="Devon",
        kind=InspectionKind.ILACS,
        inspection_end=date(2020, 1, 31),
        judgements={"overall": Grade.INADEQUATE, "in_care": Grade.REQUIRES_IMPROVEMENT},
    )
    visit = Inspection(council="Devon", kind=InspectionKind.MONITORING_VISIT, inspection_end=date(2026, 7, 14))
    return [(1, full), (2, visit)]


def devon(inspections, recent=(), unread=()):
    [standing] = council_standings(["Devon"], inspections, recent, unread)
    return standing


class TestCouncil:
    def test_stands_as_it_was_last_judged_though_a_visit_followed(self, inspections):
        standing = devon(inspections)
        assert standing.judgements == dict.fromkeys(JUDGEMENTS) | {
            "overall": Grade.INADEQUATE,
            "in_care": Grade.REQUIRES_IMPROVEMENT,
        }
        assert standing.last == LastInspection(kind=InspectionKind.MONITORING_VISIT, date=date(2026, 7, 14))

    def test_order_in_which_reports_were_read_does_not_matter(self, inspections):
        assert devon(inspections[::-1]) == devon(inspections)

    def test_judgement_that_is_no_longer_given_is_not_told_from_an_older_report(self, inspections):
        """Since April 2026 there is no overall effectiveness: what it once was does not stand."""
        newest = replace(
            inspections[0][1], inspection_end=date(2026, 9, 11), judgements={"overall": None, "in_care": Grade.GOOD}
        )
        standing = devon([*inspections, (3, newest)])
        assert (standing.judgements["overall"], standing.judgements["in_care"]) == (None, Grade.GOOD)

    def test_report_that_judged_nothing_leaves_the_judgements_standing(self, inspections):
        unjudged = replace(
            inspections[0][1], inspection_end=date(2026, 9, 11), judgements={"overall": Grade.NOT_JUDGED}
        )
        assert devon([*inspections, (3, unjudged)]).judgements == devon(inspections).judgements

    def test_nobody_inspected_has_no_judgements_and_no_event(self):
        standing = devon([])
        assert set(standing.judgements.values()) == {None}
        assert standing.last is None

    def test_reports_of_other_councils_say_nothing_of_it(self, inspections):
        [devon, kent] = council_standings(["Devon", "Kent"], inspections, [])
        assert devon.last
        assert kent.last is None

    @pytest.mark.parametrize(
        ("published", "is_told"),
        [
            pytest.param(datetime(2026, 8, 20, tzinfo=UTC), True, id="newer"),
            pytest.param(datetime(2019, 8, 20, tzinfo=UTC), False, id="older"),
            pytest.param(None, True, id="nobody knows"),
        ],
    )
    def test_report_that_could_not_be_read_is_told_where_it_may_be_the_newest(
        self, inspections, make_item, published, is_told
    ):
        report = make_item("Inspection report", council="Devon", is_report=True, published=published)
        assert devon(inspections, unread=[report]).unread == (("Inspection report",) if is_told else ())

    def test_nothing_read_yet_leaves_every_report_that_could_not_be_read(self, make_item):
        assert devon([], unread=[make_item("Inspection report", council="Devon")]).unread == ("Inspection report",)

    def test_report_of_another_council_that_could_not_be_read_says_nothing_of_it(self, make_item):
        assert devon([], unread=[make_item(council="Kent")]).unread == ()

    def test_items_are_those_about_it(self, make_item, make_classification, now):
        recent = [
            ReadyItem(item=make_item(), classification=make_classification(councils=councils), story=1, ready_at=now)
            for councils in (("Devon",), ("Kent", "Devon"), ("Kent",), ())
        ]
        assert devon([], recent).items == 2
