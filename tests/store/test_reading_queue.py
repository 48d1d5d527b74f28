"""Items whose page or report is still to be fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

MINUTE = timedelta(minutes=1)


@pytest.fixture
def unread(store, stored, make_item):
    """Items whose pages are to be fetched, numbered."""

    def make(*items):
        items = items or (make_item(),)
        return stored(*items, to_read={item.key for item in items})

    return make


@pytest.fixture
def waiting(store):
    """Keys of the items whose pages are due then, in the order they are fetched."""
    return lambda at: [one.item.key for one in store.items.unread(at, 10)]


def test_only_what_is_to_be_read_waits_to_be_read(store, stored, waiting, make_item, now):
    page, brief = make_item(), make_item()
    stored(page, brief, to_read={page.key})
    assert waiting(now) == [page.key]
    assert [item.key for item in store.items.unclassified(10)] == [brief.key]


def test_item_without_an_address_has_no_page_to_read(stored, waiting, make_item, now):
    item = make_item(url="", key="id:1")
    stored(item, to_read={item.key})
    assert waiting(now) == []


def test_known_item_is_not_read_again_because_another_source_shows_it(stored, waiting, make_item, now):
    item = make_item()
    stored(item)
    stored(replace(item, source="Wexmoor Echo"), source="Wexmoor Echo", to_read={item.key})
    assert waiting(now) == []


def test_what_was_seen_last_is_read_first(unread, waiting, make_item, now):
    items = [make_item() for _ in range(3)]
    unread(*items)
    assert waiting(now) == [item.key for item in reversed(items)]


def test_no_more_is_read_in_a_pass_than_it_has_time_for(store, unread, make_item, now):
    unread(*(make_item() for _ in range(3)))
    assert len(store.items.unread(now, 2)) == 2


def test_item_read_is_understood_with_its_text(store, unread, waiting, now):
    [item] = unread()
    assert store.items.unclassified(10) == []
    store.items.save_reading(item.id, text="The whole article.")
    assert waiting(now) == []
    assert store.items.unclassified(10) == [replace(item, text="The whole article.")]


def test_failed_reading_is_tried_again_when_due_and_not_before(store, unread, waiting, now):
    [item] = unread()
    store.items.save_failed_reading(item.id, reason="it answered 503", next_at=now + 5 * MINUTE)
    assert waiting(now + 4 * MINUTE) == []
    assert waiting(now + 5 * MINUTE) == [item.key]
    assert [one.attempts for one in store.items.unread(now + 5 * MINUTE, 10)] == [1]


def test_item_that_failed_is_read_after_those_not_yet_tried(store, unread, waiting, make_item, now):
    items = unread(make_item(), make_item())
    store.items.save_failed_reading(items[1].id, reason="it answered 503", next_at=now)
    assert waiting(now) == [items[0].key, items[1].key]


def test_item_whose_reading_failed_is_told_without_it_meanwhile(store, unread, now):
    [item] = unread()
    store.items.save_failed_reading(item.id, reason="it answered 503", next_at=now + 5 * MINUTE)
    assert store.items.unclassified(10) == [item]


def test_reading_given_up_is_not_tried_again(store, unread, waiting, now):
    [item] = unread()
    store.items.save_failed_reading(item.id, reason="it answered 410", next_at=None)
    assert waiting(now + timedelta(days=365)) == []
    assert store.items.unclassified(10) == [item]


def test_item_understood_without_its_text_is_understood_again_with_it(store, unread, make_classification, now):
    [item] = unread()
    store.items.save_failed_reading(item.id, reason="it answered 503", next_at=now + 5 * MINUTE)
    store.classifications.save([(item, make_classification())])
    assert store.items.unclassified(10) == []
    store.items.save_reading(item.id, text="The whole article.")
    assert [again.text for again in store.items.unclassified(10)] == ["The whole article."]


def test_changed_page_is_one_new_version_though_it_is_read_again(store, unread, stored, make_classification, now):
    [item] = unread()
    store.items.save_reading(item.id, text="Before.")
    store.classifications.save([(item, make_classification())])
    stored(replace(item, summary="Corrected."))
    assert store.items.unclassified(10) == []  # it is read first
    store.items.save_reading(item.id, text="After.")
    [again] = store.items.unclassified(10)
    assert (again.version, again.text) == (2, "After.")


@pytest.mark.parametrize(
    ("wait", "is_due"),
    [
        pytest.param(timedelta(days=1), False, id="the longest wait"),
        pytest.param(timedelta(days=3), True, id="longer than any wait"),
    ],
)
def test_reading_dated_by_a_clock_that_ran_ahead_is_due_now(store, unread, waiting, now, wait, is_due):
    [item] = unread()
    store.items.save_failed_reading(item.id, reason="it answered 503", next_at=now + wait)
    assert waiting(now) == ([item.key] if is_due else [])


def test_reports_that_could_not_be_read_are_listed_with_the_reason_until_they_are(store, unread, make_item, now):
    page, waits, gone = unread(make_item(), make_item(is_report=True), make_item(is_report=True))
    store.items.save_failed_reading(page.id, reason="it answered 503", next_at=now)
    store.items.save_failed_reading(waits.id, reason="it answered 500", next_at=now)
    store.items.save_failed_reading(gone.id, reason="it answered 410", next_at=None)
    assert store.items.unread_reports() == [(gone, "it answered 410"), (waits, "it answered 500")]
    store.items.save_reading(waits.id, text="The report.")
    assert store.items.unread_reports() == [(gone, "it answered 410")]


def test_item_that_can_be_told_says_why_its_page_could_not_be_read(store, ready, make_item, now):
    [item] = ready(make_item())
    assert store.stories.ready(item.id).unread == ""
    store.items.save_failed_reading(item.id, reason="it answered 503", next_at=now + MINUTE)
    assert store.stories.ready(item.id).unread == "it answered 503"
    store.items.save_reading(item.id, text="The whole article.")
    assert store.stories.ready(item.id).unread == ""


# --- new reports, pages and history -----------------------------------------------------------------------------


@pytest.fixture
def history(unread, make_item):
    """Reports that stood on a page at its first check: one inspected in each of these years, in this order."""

    def make(*years, council="Wexmoor"):
        return unread(
            *(
                make_item(
                    key=f"{council} {year}",
                    is_report=True,
                    from_first_check=True,
                    council=council,
                    event_date=date(year, 3, 20),
                )
                for year in years
            )
        )

    return make


def test_new_reports_are_read_before_whatever_floods_the_queue(unread, waiting, make_item, now):
    unread(make_item(key="report", is_report=True))
    unread(*(make_item(key=f"page {n}") for n in range(12)))
    assert waiting(now)[0] == "report"


def test_history_is_read_oldest_first(history, waiting, now):
    history(2026, 2016, 2025, 2019)
    assert waiting(now) == ["Wexmoor 2016", "Wexmoor 2019", "Wexmoor 2025", "Wexmoor 2026"]


def test_of_history_what_the_page_does_not_date_is_read_last_and_what_failed_after_that(
    history, store, unread, waiting, make_item, now
):
    failed, _ = history(2014, 2026)
    store.items.save_failed_reading(failed.id, reason="it answered 503", next_at=now)
    unread(make_item(key="undated", is_report=True, from_first_check=True, council="Wexmoor"))
    assert waiting(now) == ["Wexmoor 2026", "undated", "Wexmoor 2014"]


def test_new_reports_and_pages_come_before_history(unread, history, waiting, make_item, now):
    history(2016)
    unread(make_item(key="page"), make_item(key="report", is_report=True))
    assert waiting(now) == ["report", "page", "Wexmoor 2016"]


def test_a_long_history_keeps_no_news_waiting(unread, history, waiting, make_item, now):
    history(*range(2000, 2020))
    unread(*(make_item(key=f"page {n}") for n in range(5)))
    assert waiting(now) == [*(f"page {n}" for n in (4, 3, 2, 1, 0)), *(f"Wexmoor {2000 + n}" for n in range(5))]


def test_a_flood_of_news_leaves_history_its_share_of_each_pass(unread, history, waiting, make_item, now):
    history(*range(2000, 2020))
    unread(*(make_item(key=f"page {n}") for n in range(20)))
    assert [key.split()[0] for key in waiting(now)] == ["page"] * 8 + ["Wexmoor"] * 2


def test_a_new_report_finds_its_councils_history_read(unread, history, waiting, make_item, now):
    history(2010, council="Eastmere")
    history(2024, 2020, council="Wexmoor")
    unread(make_item(key="new", is_report=True, council="Wexmoor"))
    assert waiting(now) == ["new", "Wexmoor 2020", "Wexmoor 2024", "Eastmere 2010"]


def test_history_that_is_not_due_waits(history, store, waiting, now):
    later, _ = history(2014, 2026)
    store.items.save_failed_reading(later.id, reason="it answered 503", next_at=now + MINUTE)
    assert waiting(now) == ["Wexmoor 2026"]


def test_the_history_of_councils_is_every_report_not_read_due_or_not_and_given_up_or_not(
    unread, history, store, make_item, now
):
    read, later, gone, _ = history(2014, 2016, 2018, 2020)
    store.items.save_reading(read.id, text="The report.")
    store.items.save_failed_reading(later.id, reason="it answered 503", next_at=now + MINUTE)
    store.items.save_failed_reading(gone.id, reason="it answered 410", next_at=None)
    history(2010, council="Eastmere")
    history(2000, council="Northvale")
    unread(make_item(key="page", council="Wexmoor"))
    found = [one.item.key for one in store.items.unread_history(["Wexmoor", "Eastmere"])]
    assert found == ["Eastmere 2010", "Wexmoor 2016", "Wexmoor 2018", "Wexmoor 2020"]
