"""Addresses that are sent nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import DeliveryState, Suppression, ToldBy


@pytest.fixture
def bounced(now):
    return Suppression(mark="5f1c5f1c5f1c5f1c", subscription="", why="bounced", at=now)


def test_it_holds_from_then_on(store, bounced):
    other = replace(bounced, mark="0" * 16)
    weekly = replace(bounced, subscription="weekly-review")
    store.suppressions.add([bounced, other, weekly], anew=False)
    assert store.suppressions.of(bounced.mark) == [bounced, weekly]
    assert len(store.suppressions.all()) == 3


@pytest.mark.parametrize("anew", [True, False])
def test_put_down_a_second_time_it_holds_once(store, bounced, now, anew):
    again = replace(bounced, why="complained", at=now + timedelta(days=1))
    store.suppressions.add([bounced], anew=False)
    store.suppressions.add([again], anew=anew)
    assert store.suppressions.all() == [again if anew else bounced]


def test_lifted_it_holds_no_more_and_the_others_do(store, bounced):
    weekly = replace(bounced, subscription="weekly-review")
    store.suppressions.add([bounced, weekly], anew=False)
    store.suppressions.lift([bounced])
    store.suppressions.lift([bounced])
    assert store.suppressions.all() == [weekly]


def test_what_somebody_put_down_anew_meanwhile_is_not_lifted(store, bounced):
    store.suppressions.add([bounced], anew=False)
    complained = replace(bounced, why="complained")
    store.suppressions.add([complained], anew=True)
    store.suppressions.lift([bounced])
    assert store.suppressions.all() == [complained]


def test_a_suppressed_delivery_has_ended_and_is_found_by_the_item(
    store, make_item, ready, make_digest, make_message, make_delivery, now
):
    (item,) = ready(make_item())
    owed = [make_delivery(position=position) for position in range(2)]
    told = [ToldBy(item_id=item.id, story=1)]
    store.digests.save(make_digest(), told, message=make_message(), deliveries=owed)
    _, second = store.digests.deliveries(DeliveryState.PENDING)
    store.digests.record(second, replace(second, state=DeliveryState.SUPPRESSED, next_at=None), now)
    digest = make_digest()
    assert store.digests.suppressed_of(item.id) == {(digest.subscription, digest.slot): [1]}
    assert [one.position for one in store.digests.due(now)] == [0]
