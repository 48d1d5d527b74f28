"""What is deleted with time, and what never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import DeliveryState

DAY = timedelta(days=1)
NAME = "weekday-briefing"


@pytest.fixture
def rows(store):
    """How many rows each of these tables has."""

    def rows(*tables):
        with store.database.reading() as connection:
            return [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in tables]  # noqa: S608

    return rows


def test_old_checks_go_and_where_their_sources_stand_stays(store, make_check, rows, now):
    store.items.save([make_check(at=now - DAY, state={"etag": '"1"'})])
    store.items.save([make_check(at=now, state={"etag": '"2"'})])
    assert store.sources.forget_checks(now) == 1
    assert rows("poll_check", "source") == [1, 1]
    assert store.sources.states()["Wexmoor Gazette"].etag == '"2"'


class TestTextOfAnArticle:
    @pytest.fixture
    def article(self, store, stored, make_item, make_classification):
        """An item with a text, last seen and understood now."""

        def make(**changes):
            [item] = stored(make_item(text="The whole article.", summary="In short.", **changes))
            store.classifications.save([(item, make_classification())])
            return item

        return make

    def test_goes_and_headline_summary_and_labels_stay(self, store, article, now):
        item = article()
        labelled = store.stories.ungrouped(1)[0].classification
        assert store.items.drop_texts(now + DAY) == 1
        [left] = store.stories.ungrouped(1)
        assert left.item == replace(item, text="")
        assert left.classification == labelled

    def test_stays_while_its_source_shows_it(self, store, article, stored, now):
        item = article()
        stored(replace(item, id=0), at=now + DAY)
        assert store.items.drop_texts(now + DAY) == 0
        assert store.items.find(item.key).text

    def test_of_a_report_stays(self, store, article, now):
        article(is_report=True)
        assert store.items.drop_texts(now + DAY) == 0

    def test_not_yet_understood_stays(self, store, stored, make_item, now):
        stored(make_item(text="The whole article."))
        assert store.items.drop_texts(now + DAY) == 0

    def test_that_went_does_not_make_the_page_new(self, store, article, make_check, now):
        item = article()
        store.items.drop_texts(now + DAY)
        [counted] = store.items.save([make_check(replace(item, id=0), at=now + 2 * DAY)])
        assert (counted.new, counted.changed) == (0, 0)
        assert store.items.unclassified(10) == []


class TestMessage:
    @pytest.fixture
    def sent(self, store, make_digest, make_message, make_delivery):
        """A digest whose deliveries ended at these moments (None: not yet)."""

        def send(*ended):
            deliveries = [make_delivery(position=position) for position, _ in enumerate(ended)]
            store.digests.save(make_digest(), [], message=make_message(), deliveries=deliveries)
            for delivery, moment in zip(store.digests.deliveries(DeliveryState.PENDING), ended, strict=True):
                if moment:
                    store.digests.record(delivery, replace(delivery, state=DeliveryState.SENT, next_at=None), moment)

        return send

    def test_goes_when_all_its_deliveries_ended_long_ago_and_that_it_ran_stays(
        self, store, make_digest, sent, rows, now
    ):
        sent(now, now)
        assert store.digests.forget_messages(now + DAY) == 1
        assert rows("message", "digest", "delivery") == [0, 1, 2]
        assert not store.digests.save(make_digest(), [])

    @pytest.mark.parametrize("last", [None, DAY], ids=["still owed", "ended lately"])
    def test_stays_while_one_delivery_needs_it(self, store, sent, last, now):
        sent(now, now + last if last else None)
        assert store.digests.forget_messages(now + DAY) == 0

    def test_told_items_stay_told(self, store, ready, make_item, tell, now):
        [item] = ready(make_item())
        tell(item, story=7)
        store.digests.forget_messages(now + DAY)
        store.sources.forget_checks(now + DAY)
        store.items.drop_texts(now + DAY)
        assert len(store.digests.told_of(item.id)) == 1
        assert store.stories.ready(item.id)
