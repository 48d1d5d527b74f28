"""Digests that ran, what they told, and what is owed to whom."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from monitor.errors import StoreError
from monitor.model import AlertReason, DeliveryState, SubscriptionKind, Telling, ToldBy, Window
from monitor.store import Store
from monitor.store.digests import LEASE

MINUTE = timedelta(minutes=1)
NAME = "weekday-briefing"
HERE, ELSEWHERE = "here", "elsewhere"


@pytest.fixture
def owe(store, make_digest, make_message, make_delivery):
    """Records a digest with its message and these deliveries (one, unless given); what is owed, numbered."""

    def owe(*deliveries, **changes):
        owed = deliveries or (make_delivery(),)
        assert store.digests.save(make_digest(**changes), [], message=make_message(), deliveries=owed)
        return store.digests.deliveries(*DeliveryState)

    return owe


class TestSubscription:
    def test_is_owed_nothing_from_before_it_was_first_met(self, store, now):
        assert store.digests.met([NAME], now) == {NAME: now}
        assert store.digests.met([NAME], now + MINUTE) == {NAME: now}

    def test_first_met_by_a_clock_that_ran_ahead_is_not_silenced_until_then(self, store, now):
        store.digests.met([NAME, "other"], now + timedelta(days=400))
        assert store.digests.met([NAME], now)[NAME] == now
        assert store.digests.met([NAME], now + MINUTE)[NAME] == now  # it was put right for good

    def test_met_later_counts_from_then(self, store, now):
        store.digests.met([NAME], now)
        assert store.digests.met([NAME, "judgements"], now + MINUTE) == {NAME: now, "judgements": now + MINUTE}

    def test_never_told_has_no_last_digest(self, store, now):
        assert store.digests.last(NAME, now) is None

    def test_continues_where_its_newest_digest_ended(self, store, make_digest, now):
        for days in (2, 0, 1):
            end = now - timedelta(days=days)
            window = Window(start=end - timedelta(days=1), end=end)
            store.digests.save(make_digest(slot=f"{days} days ago", window=window, composed_at=end + MINUTE), [])
        store.digests.save(make_digest("another", slot="later", window=Window(start=now, end=now)), [])
        window = Window(start=now - timedelta(days=1), end=now)
        assert store.digests.last(NAME, now) == (window, now + MINUTE)

    def test_is_not_silenced_by_a_digest_that_a_wrong_clock_put_into_the_future(self, store, make_digest, now):
        future = now + timedelta(days=365)
        store.digests.save(make_digest(window=Window(start=now, end=future)), [])
        assert store.digests.last(NAME, now) is None


class TestDigest:
    def test_of_a_slot_that_ran_is_not_saved_again(self, store, make_digest, make_message, make_delivery):
        message = make_message()
        assert store.digests.save(make_digest(), [], message=message, deliveries=[make_delivery()])
        second = {"message": make_message("Another"), "deliveries": [make_delivery()]}
        assert not store.digests.save(make_digest(), [], **second)
        [owed] = store.digests.deliveries(*DeliveryState)
        assert store.digests.message(owed.digest_id) == message

    def test_of_the_same_slot_of_another_subscription_is_another(self, store, make_digest):
        assert store.digests.save(make_digest(), [])
        assert store.digests.save(make_digest("another"), [])

    def test_with_nothing_to_send_still_ran(self, store, make_digest):
        assert store.digests.save(make_digest(), [])
        assert store.digests.deliveries(*DeliveryState) == []
        assert not store.digests.save(make_digest(), [])

    def test_what_it_told_and_what_is_owed_are_saved_together_or_not_at_all(
        self, store, stored, make_item, make_digest, make_message, make_delivery, power_cut, now
    ):
        [item] = stored(make_item())
        told = [ToldBy(item_id=item.id, story=7)]
        for statement in count(1):
            with power_cut(statement):
                store.digests.save(make_digest(), told, message=make_message(), deliveries=[make_delivery()])
            if store.digests.last(NAME, now):
                break
            assert store.digests.told_of(item.id) == []
            assert store.digests.due(now) == []
        assert statement > 4  # it was cut in many places
        assert len(store.digests.told_of(item.id)) == 1
        assert len(store.digests.due(now)) == 1

    def test_of_which_two_messages_would_share_an_id_is_refused_as_a_whole(
        self, store, make_digest, make_delivery, now
    ):
        twice = [make_delivery(message_id="<1@example.org>") for _ in range(2)]
        with pytest.raises(StoreError, match="UNIQUE"):
            store.digests.save(make_digest(), [], deliveries=twice)
        assert store.digests.last(NAME, now) is None


class TestTold:
    def test_items_of_a_story_are_each_subscriptions_own(self, store, ready, make_item, tell):
        first, second = ready(make_item(), make_item())
        mine, other = (store.stories.ready(item.id).story for item in (first, second))
        tell(first, story=mine)
        tell(second, story=other, subscription="another")
        before = store.stories.told_before(NAME, [mine, other])
        assert {story: [told.item for told in items] for story, items in before.items()} == {mine: [first]}

    def test_what_was_withheld_as_a_repetition_was_not_told(self, store, ready, make_item, tell):
        [item] = ready(make_item())
        story = store.stories.ready(item.id).story
        tell(item, story=story, how=Telling.SAME_STORY)
        assert store.stories.told_before(NAME, [story]) == {}

    def test_reasons_of_an_alert_add_up_item_by_item(self, store, stored, make_item, tell):
        alert = {"subscription": "judgements", "kind": SubscriptionKind.ALERT}
        first, second = stored(make_item(), make_item())
        tell(first, slot="1", reasons=(AlertReason.REPORT_PUBLISHED,), **alert)
        tell(first, slot="2", reasons=(AlertReason.JUDGEMENT_CHANGED, AlertReason.PRIORITY_ACTION), **alert)
        tell(second, slot="3", reasons=(AlertReason.REPORT_PUBLISHED,), **alert)
        assert store.digests.told_reasons("judgements") == {
            first.id: {"report-published", "judgement-changed", "priority-action"},
            second.id: {"report-published"},
        }
        assert store.digests.told_reasons(NAME) == {}

    def test_digests_of_an_item_are_known_in_the_order_they_ran(self, store, stored, make_item, tell):
        [item] = stored(make_item())
        tell(item, subscription="judgements", slot="1")
        tell(item)
        assert store.digests.told_of(item.id) == [
            ("judgements", "1", Telling.TOLD),
            (NAME, "2026-06-17T07:30+01:00", Telling.TOLD),
        ]
        assert store.digests.told_of(item.id + 1) == []


class TestMessage:
    def test_comes_back_as_it_was_worded(self, store, make_digest, make_message, make_delivery):
        payload = {"text": "…", "blocks": [{"type": "section", "fields": [1, 2.5, None, True]}]}
        message = make_message(slack=(payload, {"text": "2"}), data={"stories": [{"id": "1"}], "more": 3})
        store.digests.save(make_digest(), [], message=message, deliveries=[make_delivery()])
        [owed] = store.digests.deliveries(DeliveryState.PENDING)
        assert store.digests.message(owed.digest_id) == message


class TestDelivery:
    def test_comes_back_as_it_was_owed(self, owe, make_delivery):
        delivery = make_delivery(position=3, part=2, attempts=1, error="slow")
        [owed] = owe(delivery)
        assert owed == replace(delivery, id=owed.id, digest_id=owed.digest_id)

    def test_is_due_from_its_moment_on(self, store, owe, make_delivery, now):
        owed = owe(make_delivery(next_at=now), make_delivery(next_at=now + MINUTE))
        assert store.digests.due(now) == owed[:1]
        assert store.digests.due(now + MINUTE) == owed

    @pytest.mark.parametrize(
        ("wait", "is_due"),
        [
            pytest.param(timedelta(days=1), False, id="the longest a server may ask for"),
            pytest.param(timedelta(days=2), True, id="longer than any wait"),
        ],
    )
    def test_dated_by_a_clock_that_ran_ahead_is_due_now(self, store, owe, make_delivery, now, wait, is_due):
        owed = owe(make_delivery(next_at=now + wait))
        assert store.digests.due(now) == (owed if is_due else [])

    def test_is_carried_in_the_order_it_is_owed_a_messages_parts_in_theirs(self, store, owe, make_delivery, now):
        places = [(1, 0), (0, 1), (0, 0)]
        owe(*(make_delivery(position=position, part=part) for position, part in places))
        owe(make_delivery(), slot="later")
        carried = [(one.digest_id, one.position, one.part) for one in store.digests.due(now)]
        assert carried == [(1, 0, 0), (1, 0, 1), (1, 1, 0), (2, 0, 0)]

    def test_that_failed_is_due_again_later_with_what_went_wrong(self, store, owe, now):
        [owed] = owe()
        later = replace(owed, attempts=1, next_at=now + 5 * MINUTE, error="it answered 451")
        assert store.digests.record(owed, later, now)
        assert store.digests.due(now + 4 * MINUTE) == []
        assert store.digests.due(now + 5 * MINUTE) == [later]

    @pytest.mark.parametrize("state", [state for state in DeliveryState if state not in ("pending", "sending")])
    def test_that_ended_is_never_due_again(self, store, owe, state, now):
        [owed] = owe()
        ended = replace(owed, state=state, attempts=1, next_at=None)
        store.digests.record(owed, ended, now)
        assert store.digests.due(now + timedelta(days=365)) == []
        assert store.digests.abandoned(HERE, now + timedelta(days=365)) == []
        assert store.digests.deliveries(state) == [ended]

    def test_of_one_recipient_says_nothing_of_anothers(self, store, owe, make_delivery, now):
        first, second = owe(make_delivery(), make_delivery(position=1))
        store.digests.record(first, replace(first, state=DeliveryState.REFUSED, next_at=None), now)
        assert store.digests.due(now) == [second]

    def test_names_no_address(self, store, owe):
        owe()
        with store.database.reading() as connection:
            [columns] = [set(row._mapping) for row in connection.exec_driver_sql("SELECT * FROM delivery")]
        assert not columns & {"address", "to", "recipient", "webhook_url"}


class TestLease:
    def test_is_one_holders_and_nobody_elses(self, store, owe, now):
        [owed] = owe()
        taken = store.digests.claim(owed, HERE, now)
        assert taken == replace(owed, state=DeliveryState.SENDING, leased_by=HERE, leased_until=now + LEASE)
        assert store.digests.claim(owed, ELSEWHERE, now) is None
        assert store.digests.claim(owed, HERE, now) is None
        assert store.digests.due(now) == []

    def test_is_given_for_nothing_that_is_to_go_later(self, store, owe, make_delivery, now):
        [owed] = owe(make_delivery(next_at=now + MINUTE))
        assert store.digests.claim(owed, HERE, now) is None
        assert store.digests.claim(owed, HERE, now + MINUTE)

    def test_of_two_processes_on_one_file_is_given_to_one(self, store, owe, make_delivery, now, tmp_path):
        owed = owe(*(make_delivery(position=position) for position in range(20)))
        got = {HERE: [], ELSEWHERE: []}

        def take_all(mine, holder):
            got[holder] = [one.id for one in owed if mine.digests.claim(one, holder, now)]

        with Store(f"sqlite:///{tmp_path}/monitor.db") as other:
            threads = [threading.Thread(target=take_all, args=args) for args in ((store, HERE), (other, ELSEWHERE))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(got[HERE] + got[ELSEWHERE]) == [one.id for one in owed]

    def test_of_a_part_is_given_when_the_parts_before_it_have_ended(self, store, owe, make_delivery, now):
        first, second = owe(make_delivery(), make_delivery(part=1))
        assert store.digests.claim(second, HERE, now) is None
        taken = store.digests.claim(first, ELSEWHERE, now)
        assert store.digests.claim(second, HERE, now) is None
        store.digests.record(taken, replace(taken, state=DeliveryState.REFUSED), now)
        assert store.digests.claim(second, HERE, now)

    def test_of_a_later_part_knows_the_thread_that_the_first_began(self, store, owe, make_delivery, now):
        places = [(0, 0), (0, 1), (1, 0), (1, 1)]
        owed = owe(*(make_delivery(position=position, part=part) for position, part in places))
        for one, far_id in zip(owed[::2], ("1718.1", "1718.2"), strict=True):
            taken = store.digests.claim(one, HERE, now)
            store.digests.record(taken, replace(taken, state=DeliveryState.SENT, far_id=far_id), now)
        assert [store.digests.claim(one, HERE, now).thread for one in owed[1::2]] == ["1718.1", "1718.2"]
        assert [one.thread for one in store.digests.deliveries(DeliveryState.SENT)] == ["", ""]

    @pytest.mark.parametrize(
        ("holder", "later", "is_abandoned"),
        [
            pytest.param(HERE, timedelta(0), True, id="our own predecessor's, at once"),
            pytest.param(ELSEWHERE, LEASE - MINUTE, False, id="another's, while it may still be sending"),
            pytest.param(ELSEWHERE, LEASE, True, id="another's, when its time is up"),
            pytest.param(ELSEWHERE, -MINUTE, False, id="another's, whose clock is a little ahead"),
            pytest.param(ELSEWHERE, timedelta(days=-1), True, id="dated by a clock that ran ahead"),
        ],
    )
    def test_of_the_dead_is_void(self, store, owe, now, holder, later, is_abandoned):
        [owed] = owe()
        taken = store.digests.claim(owed, holder, now)
        assert store.digests.abandoned(HERE, now + later) == ([taken] if is_abandoned else [])

    def test_of_a_version_that_knew_none_is_void(self, store, owe, now):
        [owed] = owe()
        old = replace(owed, state=DeliveryState.SENDING)
        store.digests.record(owed, old, now)
        assert store.digests.abandoned(HERE, now) == [old]

    def test_that_ran_out_and_is_anothers_now_changes_nothing_any_more(self, store, owe, now):
        [owed] = owe()
        slow = store.digests.claim(owed, ELSEWHERE, now)
        again = replace(slow, state=DeliveryState.PENDING, leased_by="", leased_until=None)
        assert store.digests.record(slow, again, now + LEASE)
        taken = store.digests.claim(again, HERE, now + LEASE)
        assert not store.digests.record(slow, replace(again, attempts=1), now + LEASE)
        assert store.digests.deliveries(*DeliveryState) == [taken]

    def test_that_ran_out_is_no_reason_to_send_again_what_the_far_end_has(self, store, owe, now):
        [owed] = owe()
        slow = store.digests.claim(owed, ELSEWHERE, now)
        again = replace(slow, state=DeliveryState.PENDING, leased_by="", leased_until=None)
        store.digests.record(slow, again, now + LEASE)
        assert store.digests.record(slow, replace(again, state=DeliveryState.SENT, next_at=None), now + LEASE)
        assert store.digests.due(now + LEASE) == []
