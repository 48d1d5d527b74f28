"""What checks bring, folded onto what is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from monitor.store import CheckStatus

HOUR = timedelta(hours=1)


def test_item_comes_back_as_it_was_stored(store, stored, make_item, now):
    item = make_item(
        "Ofsted visits Wexmoor",
        summary="A visit.",
        text="Staff said: “we stay”.\n\nThe end.",
        published=now - HOUR,
        published_is_date=True,
        publisher="Wexmoor Echo",
        council="Devon",
        is_report=True,
        event_date=now.date(),
        from_first_check=True,
    )
    [found] = stored(item)
    assert found == replace(item, id=found.id)


def test_items_and_the_validators_of_their_source_are_stored_together_or_not_at_all(
    store, make_item, make_check, power_cut, now
):
    known, fresh = make_item(), make_item()
    store.items.save([make_check(known, state={"etag": '"1"'})])
    changed = replace(known, title="Corrected")
    later = make_check(changed, fresh, at=now + HOUR, state={"etag": '"2"'})
    for statement in count(1):
        with power_cut(statement):
            store.items.save([later])
        if store.items.find(fresh.key):
            break
        assert store.items.find(known.key).title == known.title
        assert store.sources.states()["Wexmoor Gazette"].etag == '"1"'
    assert statement > 5  # it was cut in many places
    assert store.items.find(known.key).title == "Corrected"
    assert store.sources.states()["Wexmoor Gazette"].etag == '"2"'


def test_check_without_items_stores_where_its_source_stands(store, make_check):
    [counted] = store.items.save([make_check(state={"etag": '"1"'})])
    assert counted.status is CheckStatus.UNCHANGED
    assert store.sources.states()["Wexmoor Gazette"].etag == '"1"'


def test_no_checks_are_nothing_to_store(store):
    assert store.items.save([]) == []


def test_new_items_are_counted(store, make_item, make_check):
    [counted] = store.items.save([make_check(make_item(), make_item())])
    assert (counted.status, counted.new, counted.changed) == (CheckStatus.NEW, 2, 0)


def test_broken_off_feed_stays_a_failed_check_though_it_brought_items(store, make_item, make_check):
    [counted] = store.items.save([make_check(make_item(), status=CheckStatus.FAILED, reason="it broke off")])
    assert (counted.status, counted.new) == (CheckStatus.FAILED, 1)


def test_polling_and_telling_at_the_same_time_lose_nothing(store, make_item, make_check, make_digest):
    def poll(number):
        store.items.save([make_check(make_item(key=f"{number}: {item}")) for item in range(5)])

    def tell(number):
        assert store.digests.save(make_digest(slot=str(number)), [])

    with ThreadPoolExecutor(8) as threads:
        jobs = [threads.submit(work, number) for number in range(20) for work in (poll, tell)]
        for job in jobs:
            job.result()
    assert len(store.items.unclassified(1_000)) == 100


class TestKnownItem:
    def test_in_another_source_is_a_sighting_not_a_new_item(self, store, stored, make_item, make_check, now):
        [item] = stored(make_item())
        again = replace(item, source="Wexmoor Echo", first_seen=now + HOUR)
        [counted] = store.items.save([make_check(again, source="Wexmoor Echo", at=now + HOUR)])
        assert (counted.status, counted.new, counted.changed) == (CheckStatus.UNCHANGED, 0, 0)
        assert store.items.find(item.key) == item
        assert store.sources.items_since(now) == {"Wexmoor Gazette": 1, "Wexmoor Echo": 1}

    def test_in_two_sources_of_one_batch_is_one_item(self, store, make_item, make_check, now):
        item = make_item()
        echo = make_check(replace(item, source="Wexmoor Echo"), source="Wexmoor Echo")
        assert [check.new for check in store.items.save([make_check(item), echo])] == [1, 0]
        assert store.sources.items_since(now) == {"Wexmoor Gazette": 1, "Wexmoor Echo": 1}

    def test_twice_in_one_document_is_one_item(self, store, make_item, make_check, now):
        item = make_item()
        [counted] = store.items.save([make_check(item, replace(item, summary="once more"))])
        assert counted.new == 1
        assert store.sources.items_since(now) == {"Wexmoor Gazette": 1}

    def test_seen_again_is_no_second_sighting(self, store, stored, make_item, now):
        item = make_item()
        stored(item)
        stored(item, at=now + HOUR)
        assert store.sources.items_since(now) == {"Wexmoor Gazette": 1}
        assert store.sources.items_since(now + HOUR) == {}

    def test_changed_by_its_source_is_a_new_version_and_understood_again(
        self, store, stored, make_item, make_check, make_classification, now
    ):
        [item] = stored(make_item("Council rated", summary="Old."))
        store.classifications.save([(item, make_classification())])
        changed = replace(item, title="Council rated inadequate", summary="New.", first_seen=now + HOUR)
        [counted] = store.items.save([make_check(changed, at=now + HOUR)])
        found = store.items.find(item.key)
        assert (counted.status, counted.new, counted.changed) == (CheckStatus.NEW, 0, 1)
        assert (found.title, found.summary, found.version) == ("Council rated inadequate", "New.", 2)
        assert (found.id, found.first_seen) == (item.id, now)
        assert store.items.unclassified(10) == [found]

    def test_worded_differently_by_another_source_is_not_changed(self, store, stored, make_item, make_check):
        [item] = stored(make_item("Council rated"))
        other = replace(item, title="RATED: council", source="Wexmoor Echo")
        [counted] = store.items.save([make_check(other, source="Wexmoor Echo")])
        assert counted.changed == 0
        assert store.items.find(item.key) == item

    def test_whose_page_was_read_keeps_the_text_until_the_page_is_read_again(self, store, stored, make_item, now):
        item = make_item(summary="Old.")
        [item] = stored(item, to_read={item.key})
        store.items.save_reading(item.id, text="The whole article.")
        [found] = stored(replace(item, summary="New."), at=now + HOUR)
        assert (found.summary, found.text) == ("New.", "The whole article.")
        assert [unread.item for unread in store.items.unread(now + HOUR, 10)] == [found]

    def test_of_a_thousand_is_found_among_them(self, store, make_item, make_check):
        items = [make_item() for _ in range(1_200)]
        store.items.save([make_check(*items)])
        [counted] = store.items.save([make_check(*items, make_item())])
        assert (counted.new, counted.changed) == (1, 0)


class TestReportThatOfstedCorrected:
    """Its file keeps its number, and its page dates it otherwise."""

    MAY = datetime(2026, 5, 5, 23, tzinfo=UTC)  # midnight in London

    @pytest.fixture
    def report(self, store, stored, make_item, make_classification):
        """One that was read and understood."""
        item = make_item("Monitoring visit", is_report=True, published=self.MAY, published_is_date=True)
        [item] = stored(replace(item, event_date=date(2026, 3, 20)), to_read={item.key})
        store.items.save_reading(item.id, text="The whole report.")
        store.classifications.save([(item, make_classification())])
        return store.items.find(item.key)

    @pytest.mark.parametrize(
        "correction",
        [
            pytest.param({"published": datetime(2026, 5, 6, 23, tzinfo=UTC)}, id="published on another day"),
            pytest.param({"event_date": date(2026, 3, 21)}, id="of another day"),
        ],
    )
    def test_is_read_anew_under_its_new_day(self, store, make_check, report, now, correction):
        shown = replace(report, **correction, text="", first_seen=now + HOUR)
        [counted] = store.items.save([make_check(shown, at=now + HOUR)])
        assert (counted.new, counted.changed) == (0, 1)
        found = store.items.find(report.key)
        assert found == replace(report, **correction, version=report.version + 1)
        assert [unread.item for unread in store.items.unread(now + HOUR, 10)] == [found]

    def test_is_read_once_for_it(self, store, make_check, report, now):
        shown = replace(report, event_date=date(2026, 3, 21), text="")
        store.items.save([make_check(shown, at=now + HOUR)])
        store.items.save_reading(report.id, text="The corrected report.")
        [counted] = store.items.save([make_check(shown, at=now + 2 * HOUR)])
        assert counted.changed == 0
        assert store.items.unread(now + 2 * HOUR, 10) == []

    def test_keeps_the_days_that_its_page_leaves_out(self, store, make_check, report, now):
        undated = replace(report, published=None, published_is_date=False, event_date=None, text="")
        [counted] = store.items.save([make_check(undated, at=now + HOUR)])
        assert counted.changed == 0
        store.items.save([make_check(replace(undated, title="Visit"), at=now + 2 * HOUR)])
        assert store.items.find(report.key) == replace(report, title="Visit", version=report.version + 1)

    def test_is_dated_when_its_page_tells_the_day_at_last(self, stored, make_item, now):
        item = make_item("Monitoring visit", is_report=True)
        stored(item)
        [found] = stored(replace(item, published=self.MAY, published_is_date=True), at=now + HOUR)
        assert (found.published, found.published_is_date, found.version) == (self.MAY, True, 2)

    def test_is_not_an_article_that_its_paper_touched(self, store, stored, make_item, make_check, now):
        [article] = stored(make_item(published=now - HOUR))
        [counted] = store.items.save([make_check(replace(article, published=now), at=now + HOUR)])
        assert counted.changed == 0
        assert store.items.find(article.key) == article


class TestSourceThatRenamedItsEntries:
    """Most of its entries are new by their keys, yet their titles and days are known."""

    @pytest.fixture
    def entries(self, make_item, now):
        return [make_item(f"Story {number}", published=now - number * HOUR) for number in range(6)]

    def moved(self, items, **changes):
        return [replace(item, key=f"{item.key}/new", url=f"{item.url}/new", **changes) for item in items]

    def test_is_recognised_and_told_to_the_operator_not_to_readers(
        self, store, stored, make_check, make_item, entries, now
    ):
        before = stored(*entries)
        fresh = make_item("Story that is really new")
        later = make_check(
            *self.moved(entries), fresh, at=now + HOUR, may_be_renamed=True, state={"gap_at": now + HOUR}
        )
        [counted] = store.items.save([later])
        state = store.sources.states()["Wexmoor Gazette"]
        assert (counted.new, counted.changed) == (1, 0)
        assert state.note == "6 entries came under new addresses and were recognised"
        assert state.gap_at is None  # nothing was missed
        assert [item.key for item in store.items.unclassified(10)] == [item.key for item in (*before, fresh)]

    def test_is_known_by_both_names_from_then_on(self, store, stored, make_check, entries, now):
        before = stored(*entries)
        moved = self.moved(entries)
        store.items.save([make_check(*moved, at=now + HOUR, may_be_renamed=True)])
        corrected = replace(moved[0], title="Story 0, corrected")
        [counted] = store.items.save([make_check(corrected, *moved[1:], at=now + 2 * HOUR)])
        assert (counted.new, counted.changed) == (0, 1)
        assert store.items.find(before[0].key).title == "Story 0, corrected"

    def test_is_not_suspected_of_it_while_most_entries_are_known(self, store, stored, make_check, entries):
        stored(*entries)
        [counted] = store.items.save([make_check(*self.moved(entries), may_be_renamed=False)])
        assert counted.new == 6

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"title": "Another story"}, id="other titles"),
            pytest.param({"published": None}, id="no days to compare"),
        ],
    )
    def test_is_believed_to_bring_news_when_they_are_not_alike(self, store, stored, make_check, entries, changes):
        stored(*entries)
        [counted] = store.items.save([make_check(*self.moved(entries, **changes), may_be_renamed=True)])
        assert counted.new == 6

    def test_weekly_column_of_one_title_is_no_renaming(self, store, stored, make_item, make_check, now):
        week = timedelta(days=7)
        columns = [make_item("Roadworks this week", published=now + number * week) for number in range(6)]
        stored(columns[0])
        [counted] = store.items.save([make_check(*columns[1:], may_be_renamed=True)])
        assert counted.new == 5

    def test_thirty_notices_under_one_title_are_thirty(self, store, stored, make_item, make_check, now):
        notices = [make_item("Planning notice", published=now) for _ in range(31)]
        stored(notices[0])
        [counted] = store.items.save([make_check(*notices[1:], may_be_renamed=True)])
        assert counted.new == 30

    def test_entries_of_another_source_are_not_taken_for_its_own(self, store, stored, make_check, entries):
        stored(*entries)
        moved = self.moved(entries, source="Wexmoor Echo")
        [counted] = store.items.save([make_check(*moved, source="Wexmoor Echo", may_be_renamed=True)])
        assert counted.new == 6


class TestItemAskedForByAPerson:
    def test_is_found_by_number_key_or_address(self, store, stored, make_item):
        [item] = stored(make_item(key="bbc:c0examp1e0o", url="https://bbc.example.org/articles/c0examp1e0o"))
        for reference in (str(item.id), item.key, item.url):
            assert store.items.find(reference) == item

    @pytest.mark.parametrize("reference", ["7", "9" * 30, "https://example.org/", "", "'; --"])
    def test_is_none_when_there_is_none(self, store, reference):
        assert store.items.find(reference) is None


class TestItemThatSeveralSourcesShow:
    def test_is_known_by_the_first_of_those_asked_for_that_showed_it(self, store, stored, make_item, now):
        shared, alone = make_item(), make_item()
        [shared, alone] = stored(shared, alone)
        stored(replace(shared, id=0, first_seen=now + HOUR), source="Wexmoor Echo", at=now + HOUR)
        both = {"Wexmoor Echo", "Wexmoor Post"}
        assert store.items.shown_by([shared.id, alone.id], both) == {shared.id: "Wexmoor Echo"}
        assert store.items.shown_by([shared.id], {"Wexmoor Gazette", "Wexmoor Echo"}) == {shared.id: "Wexmoor Gazette"}
        assert store.items.shown_by(range(1, 20_000), both) == {shared.id: "Wexmoor Echo"}
        assert store.items.shown_by([], both) == {}
