"""Where sources and councils stand, as `sources` and `councils` tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from report_examples import FOCUSED, GOOD, INADEQUATE, REQUIRES, SEND, VISIT, again, expectation, report, unread

from monitor import expecting
from monitor.model import JUDGEMENTS, Grade, ReadyItem, SendOutcome, SourceState
from monitor.standing import SourceStanding, council_standings, source_standings

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


TODAY = date(2026, 6, 17)


def devon(*reports, recent=()):
    """Where Devon stands by these reports of its own."""
    found = [replace(one, council="Devon") for one in reports]
    [standing] = council_standings(["Devon"], found, rules=expecting.rules(), today=TODAY, recent=recent)
    return standing


FULL = report("2020-01-31", overall=INADEQUATE, in_care=REQUIRES)
LATEST_VISIT = report("2026-05-14", VISIT)


class TestCouncil:
    def test_stands_as_it_was_last_judged_though_a_visit_followed(self):
        standing = devon(FULL, LATEST_VISIT)
        assert standing.judgements == dict.fromkeys(JUDGEMENTS) | {"overall": INADEQUATE, "in_care": REQUIRES}
        assert standing.judged.item_id == FULL.item_id
        assert [one.item_id for one in standing.visits] == [LATEST_VISIT.item_id]
        assert standing.last.item_id == LATEST_VISIT.item_id

    def test_order_in_which_reports_were_read_does_not_matter(self):
        assert devon(LATEST_VISIT, FULL) == devon(FULL, LATEST_VISIT)

    def test_judgement_that_is_no_longer_given_is_not_told_from_an_older_report(self):
        """Since April 2026 there is no overall effectiveness: what it once was does not stand."""
        standing = devon(FULL, LATEST_VISIT, report("2026-05-29", in_care=GOOD))
        assert (standing.judgements["overall"], standing.judgements["in_care"]) == (None, GOOD)
        assert standing.visits == ()

    def test_report_that_judged_nothing_leaves_the_judgements_standing(self):
        unjudged = report("2026-05-29", overall=Grade.NOT_JUDGED)
        assert devon(FULL, unjudged).judgements == devon(FULL).judgements

    def test_file_that_was_replaced_does_not_stand(self):
        corrected = again(FULL, judgements={"overall": REQUIRES})
        assert devon(corrected, FULL).judgements["overall"] is REQUIRES

    def test_nobody_inspected_has_no_judgements_and_nothing_to_expect(self):
        standing = devon()
        assert set(standing.judgements.values()) == {None}
        assert (standing.judged, standing.last, standing.send) == (None, None, None)
        assert standing.expected == ()

    def test_reports_of_other_councils_say_nothing_of_it(self):
        report_on_devon = replace(FULL, council="Devon")
        [devon, kent] = council_standings(["Devon", "Kent"], [report_on_devon], rules=(), today=TODAY)
        assert devon.last
        assert kent.last is None

    def test_priority_action_stays_open_after_a_visit_and_the_area_send_outcome_is_told(self):
        urgent = report("2024-05-01", FOCUSED, priority_action=True, priority_actions=("Act.",))
        send = report("2023-05-01", SEND, send_outcome=SendOutcome.INCONSISTENT)
        standing = devon(FULL, send, urgent, LATEST_VISIT)
        assert [one.text for one in standing.priority_actions] == ["Act."]
        assert standing.send.item_id == send.item_id

    def test_one_judged_inadequate_has_something_to_expect_and_by_a_rule(self):
        expected = devon(report("2026-03-20", overall=INADEQUATE)).expected
        assert expected
        for one in expected:
            assert one.council == "Devon"
            assert one.rule
            assert one.source_url.startswith("https://")

    @pytest.mark.parametrize(
        ("published", "is_told"),
        [
            pytest.param(date(2026, 8, 20), True, id="newer"),
            pytest.param(date(2019, 8, 20), False, id="older"),
            pytest.param(None, True, id="nobody knows"),
        ],
    )
    def test_report_that_could_not_be_read_is_told_where_it_may_be_the_newest(self, published, is_told):
        letter = unread("2026-05-20", title="Letter", published=published)
        told = [(one.title, one.unread) for one in devon(FULL, LATEST_VISIT, letter).unread]
        assert told == ([("Letter", "HTTP 500")] if is_told else [])

    def test_a_full_inspection_that_could_not_be_read_is_told_whatever_visit_was_read_since(self):
        judged = replace(report("2024-01-31", overall=GOOD), published=date(2024, 3, 1))
        missed = unread("2025-01-31", title="Children's services inspection: Wexmoor", published=date(2025, 3, 1))
        visit = replace(report("2026-01-31", FOCUSED), published=date(2026, 3, 1))
        [standing] = council_standings(["Wexmoor"], [judged, missed, visit], rules=(), today=date(2026, 6, 17))
        assert standing.unread == (missed,)

    def test_nothing_read_yet_leaves_every_report_that_could_not_be_read(self):
        standing = devon(unread("2026-05-20", title="Letter"))
        assert [one.title for one in standing.unread] == ["Letter"]
        assert standing.is_known

    def test_no_report_at_all_is_nothing_known(self):
        assert not devon().is_known

    def test_items_are_those_about_it(self, make_item, make_classification, now):
        recent = [
            ReadyItem(item=make_item(), classification=make_classification(councils=councils), story=1, ready_at=now)
            for councils in (("Devon",), ("Kent", "Devon"), ("Kent",), ())
        ]
        assert devon(recent=recent).items == 2

    def test_history_that_was_read_now_is_no_news_of_these_thirty_days(self, make_item, make_classification, now):
        labels = make_classification(councils=("Devon",))
        items = [
            make_item(from_first_check=True, published=now - timedelta(days=31)),
            make_item(from_first_check=True, published=now - timedelta(days=29)),
            make_item(from_first_check=True, published=None),
            make_item(published=now - timedelta(days=31)),  # it came while somebody looked
        ]
        recent = [ReadyItem(item=item, classification=labels, story=1, ready_at=now) for item in items]
        assert devon(recent=recent).items == 3

    def test_next_is_the_first_whose_window_has_not_closed(self):
        closed, opened, later = (
            expectation(opens=date(year, 1, 1), closes=date(year, 12, 31)) for year in (2025, 2026, 2027)
        )
        assert replace(devon(), expected=(closed, opened, later)).next == opened
        assert replace(devon(), expected=(closed,)).next == closed
        assert devon().next is None

    def test_window_is_open_on_its_last_day(self):
        last, later = expectation(closes=TODAY), expectation(opens=TODAY + timedelta(days=1))
        assert replace(devon(), expected=(last, later)).next == last
