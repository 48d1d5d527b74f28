"""An entry a story: it keeps its identity, and is new again only when something new was told of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from monitor import feeds
from monitor.model import Event, Grade, Inspection, InspectionKind, ReadyItem, UpdateReason

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def one(make_item, make_classification, now):
    numbers = iter(range(1, 1_000))

    def make(story=1, *, labels=None, inspection=None, **item):
        number = next(numbers)
        return ReadyItem(
            item=make_item(id=number, **item),
            classification=make_classification(**labels or {}),
            story=story,
            ready_at=now,
            inspection=inspection,
        )

    return make


def test_a_story_is_one_entry_however_many_items_it_has(one, now):
    (entry,) = feeds.entries([(one(), now), (one(), now)], [])
    assert len(entry.story.items) == 2
    assert entry.published == entry.updated == now
    assert not entry.story.is_update


def test_an_entry_keeps_its_id_when_the_state_was_lost_and_its_story_has_another_number(one, now):
    url = "https://gazette.example.org/news/the-first"
    (before,) = feeds.entries([(one(1, url=url, key=url), now)], [])
    (after,) = feeds.entries([(one(77, url=url, key=url), now), (one(77), now + DAY)], [])
    assert before.id == after.id
    assert before.id.startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("news", "reason"),
    [
        ({"is_report": True}, UpdateReason.REPORT),
        ({"text": "We accept it in full.", "labels": {"event": Event.COUNCIL_RESPONSE}}, UpdateReason.RESPONSE),
        (
            {"labels": {"event": Event.FULL_INSPECTION, "judgement": Grade.GOOD, "judgement_is_new": True}},
            UpdateReason.JUDGEMENT,
        ),
    ],
)
def test_an_entry_is_updated_when_something_new_was_told(one, now, news, reason):
    told = one(title="Inspectors at work", text="Ofsted is looking at the children's services.")
    (entry,) = feeds.entries([(told, now), (one(**{"title": "And then"} | news), now + DAY)], [])
    assert (entry.published, entry.updated) == (now, now + DAY)
    assert entry.story.new == (reason,)


SAME = {"title": "Agency staff fill four posts in ten", "text": "Almost four in ten social workers are agency staff."}


def test_more_of_the_same_updates_nothing(one, now):
    (entry,) = feeds.entries([(one(**SAME), now), (one(**SAME), now + DAY)], [])
    assert entry.updated == now
    assert len(entry.story.items) == 2


def test_what_may_be_something_else_updates_the_entry_though_nobody_can_name_what_is_new(one, now):
    other = one(title="Youth club reopens", text="The club by the harbour opens its doors on Friday.")
    (entry,) = feeds.entries([(one(**SAME), now), (other, now + DAY)], [])
    assert entry.updated == now + DAY
    assert not entry.story.is_update


def test_what_was_updated_last_comes_first_and_the_oldest_are_left_out(one, now):
    told = [(one(n), now + n * timedelta(minutes=1)) for n in range(feeds.MOST_ENTRIES + 5)]
    found = feeds.entries([*told, (one(7, is_report=True), now + DAY)], [])
    assert len(found) == feeds.MOST_ENTRIES
    assert [entry.story.id for entry in found[:2]] == [7, feeds.MOST_ENTRIES + 4]


def test_a_report_told_unread_and_again_when_it_was_read_is_one_item_with_its_facts(one, now):
    facts = Inspection(council="Wexmoor", kind=InspectionKind.ILACS)
    report = one(is_report=True, council="Wexmoor", inspection=facts)
    (entry,) = feeds.entries([(report, now), (report, now + DAY)], [])
    assert len(entry.story.items) == len(entry.inspections) == 1
    assert entry.updated == now + DAY


def test_no_source_fills_a_feed_where_others_have_something_and_a_report_stays(one, now):
    flood = [(one(story=n, source="Evil Echo"), now + n * MINUTE) for n in range(100, 300)]
    others = [(one(story=n, source=f"Paper {n % 3}"), now + n * MINUTE) for n in range(30)]
    report = (one(story=99, is_report=True, source="Ofsted reports: Wexmoor"), now - DAY)
    made = feeds.entries([*flood, *others, report], ())
    assert len(made) == feeds.MOST_ENTRIES
    told = Counter(entry.story.lead.item.source for entry in made)
    assert told == {"Evil Echo": 19, "Paper 0": 10, "Paper 1": 10, "Paper 2": 10, "Ofsted reports: Wexmoor": 1}
    assert list(made) == sorted(made, key=lambda entry: entry.updated, reverse=True)


def test_a_source_that_is_alone_fills_its_feed(one, now):
    assert len(feeds.entries([(one(story=n), now + n * MINUTE) for n in range(1, 80)], ())) == feeds.MOST_ENTRIES


def test_however_many_reports_there_are_news_have_half_a_feeds_room(one, now):
    reports = [(one(story=n, is_report=True), now + n * MINUTE) for n in range(100, 200)]
    news = [(one(story=n), now + n * MINUTE) for n in range(1, 60)]
    made = Counter(entry.story.lead.item.is_report for entry in feeds.entries([*reports, *news], ()))
    assert made == {True: feeds.MOST_ENTRIES, False: feeds.MOST_ENTRIES // 2}
