"""What was understood, and what is still to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from monitor.dates import read_date
from monitor.model import (
    Classification,
    Cue,
    Event,
    Grade,
    Inspection,
    InspectionKind,
    KnownReport,
    Mention,
    SendOutcome,
)


@pytest.fixture
def irrelevant():
    return Classification(relevant=False, relevance=0.1, notes=("the text was cut",))


def test_labels_come_back_as_they_were_stored(store, ready, make_item, make_classification):
    labels = make_classification(
        "permanence",
        "workforce-stability",
        event=Event.MONITORING_VISIT,
        judgement=Grade.INADEQUATE,
        mentions=(Mention(council="Devon", text="Devon", start=0, end=5, in_title=True, weight=2.5),),
        cues=(Cue(question="relevance", text="Ofsted", start=6, end=12, weight=-0.5),),
        notes=("the text was cut",),
    )
    [item] = ready(make_item(), labels=labels)
    assert store.stories.ready(item.id).classification == labels


def test_items_wait_to_be_understood_oldest_first(store, stored, make_item):
    items = stored(*(make_item() for _ in range(3)))
    assert store.items.unclassified(2) == items[:2]


def test_item_understood_is_not_asked_again(store, stored, make_item, make_classification):
    [item] = stored(make_item())
    store.classifications.save([(item, make_classification())])
    assert store.items.unclassified(10) == []
    assert [told.item for told in store.stories.ungrouped(10)] == [item]


def test_irrelevant_item_leaves_no_row_and_is_not_asked_again(store, stored, make_item, irrelevant):
    [item] = stored(make_item())
    store.classifications.save([(item, irrelevant)])
    assert store.items.unclassified(10) == []
    assert store.stories.ungrouped(10) == []
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM classification").scalar() == 0


def test_item_no_longer_relevant_is_told_no_more(store, ready, make_item, irrelevant, now):
    [item] = ready(make_item())
    store.classifications.save([(item, irrelevant)])
    assert store.stories.ready(item.id) is None
    assert store.stories.relevant_since(now) == []


def test_item_understood_anew_keeps_its_story(store, ready, make_item, make_classification):
    [item] = ready(make_item())
    before = store.stories.ready(item.id)
    store.classifications.save([(item, make_classification("permanence"))])
    after = store.stories.ready(item.id)
    assert [label.theme for label in after.classification.themes] == ["permanence"]
    assert (after.story, after.ready_at) == (before.story, before.ready_at)
    assert store.stories.ungrouped(10) == []


def test_item_that_changed_while_it_was_understood_is_asked_again(store, stored, make_item, make_classification):
    [before] = stored(make_item())
    [after] = stored(replace(before, title="Corrected"))
    store.classifications.save([(before, make_classification())])
    assert store.items.unclassified(10) == [after]


def test_labels_of_a_batch_are_stored_together(store, stored, make_item, make_classification, irrelevant):
    items = stored(make_item(), make_item(), make_item())
    store.classifications.save(
        list(zip(items, [make_classification(), irrelevant, make_classification()], strict=True))
    )
    assert [told.item for told in store.stories.ungrouped(10)] == [items[0], items[2]]


def test_nothing_understood_is_nothing_to_store(store):
    store.classifications.save([])


INSPECTION = Inspection(
    council="Devon",
    kind=InspectionKind.ILACS,
    framework="ILACS",
    inspection_start=date(2026, 5, 11),
    inspection_end=date(2026, 5, 22),
    published=date(2026, 6, 17),
    judgements={"overall": Grade.REQUIRES_IMPROVEMENT, "care_leavers": None},
    priority_action=True,
    priority_actions=("Act.",),
    areas_for_improvement=("The quality of plans.",),
    lead_inspector="A. N. Inspector",
    send_outcome=SendOutcome.INCONSISTENT,
    conflicts=("two dates",),
)


class TestReport:
    def test_comes_back_as_it_was_stored(self, store, ready, make_item):
        [item] = ready(make_item(council="Devon", is_report=True, event_date=date(2026, 5, 23)))
        store.classifications.save_inspection(item, INSPECTION)
        [report] = store.classifications.reports()
        assert report == KnownReport(
            item_id=item.id,
            key=item.key,
            council="Devon",
            title=item.title,
            url=item.url,
            published=date(2026, 6, 17),
            event_date=date(2026, 5, 23),
            first_seen=item.first_seen,
            inspection=INSPECTION,
        )
        assert store.stories.ready(item.id).inspection == INSPECTION

    def test_read_again_is_the_newer_reading(self, store, stored, make_item):
        [item] = stored(make_item())
        store.classifications.save_inspection(item, INSPECTION)
        corrected = replace(INSPECTION, priority_action=False)
        store.classifications.save_inspection(item, corrected)
        assert [one.inspection for one in store.classifications.reports()] == [corrected]

    def test_not_read_yet_is_known_by_what_the_page_says_of_it(self, store, stored, make_item):
        stored(make_item("Focused visit", council="Devon", is_report=True))
        [report] = store.classifications.reports(["Devon"])
        assert (report.title, report.inspection) == ("Focused visit", None)
        assert report.unread == "it has not been read yet"

    def test_that_could_not_be_read_says_why(self, store, stored, make_item, now):
        [item] = stored(make_item(council="Devon", is_report=True))
        store.items.save_failed_reading(item.id, reason="needs a password", next_at=now)
        [report] = store.classifications.reports()
        assert report.unread == "needs a password"

    def test_of_a_page_that_says_no_council_is_the_one_it_names_itself(self, store, stored, make_item):
        [item] = stored(make_item())
        store.classifications.save_inspection(item, INSPECTION)
        assert [one.council for one in store.classifications.reports(["Devon"])] == ["Devon"]

    def test_that_names_no_council_is_of_the_council_on_whose_page_it_stands(self, store, stored, make_item):
        [item] = stored(make_item(council="Leicestershire"))
        store.classifications.save_inspection(item, replace(INSPECTION, council=None))
        [report] = store.classifications.reports(["Leicestershire"])
        assert report.inspection == replace(INSPECTION, council="Leicestershire")

    def test_that_prints_another_council_is_still_of_the_council_on_whose_page_it_stands(
        self, store, stored, make_item
    ):
        [item] = stored(make_item(council="Leicestershire"))
        store.classifications.save_inspection(item, INSPECTION)
        assert [one.council for one in store.classifications.reports(["Leicestershire"])] == ["Leicestershire"]
        assert store.classifications.reports(["Devon"]) == []

    def test_of_councils_nobody_asked_for_is_left_out(self, store, stored, make_item):
        items = stored(*(make_item(council=council, is_report=True) for council in ("Devon", "Middlesbrough")))
        assert [one.item_id for one in store.classifications.reports(["Middlesbrough"])] == [items[1].id]
        assert store.classifications.reports([]) == []

    def test_is_no_other_item_about_a_council(self, store, ready, make_item):
        ready(make_item(council="Devon"))
        assert store.classifications.reports() == []

    @pytest.mark.parametrize("day", ["2026-06-17", "2026-01-17"], ids=["summer", "winter"])
    def test_is_published_on_the_day_its_page_says_in_summer_too(self, store, stored, make_item, day):
        """A day on a page is London's midnight, which in summer is the evening before in UTC."""
        published, is_date = read_date(day)
        stored(make_item(council="Devon", is_report=True, published=published, published_is_date=is_date))
        [report] = store.classifications.reports()
        assert str(report.published) == day
