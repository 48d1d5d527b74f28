"""What is owed is carried once, in order, and whatever goes wrong with one message delays no other."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from carried import DAY, ELSEWHERE, HERE, HOOK, MINUTE, posted, states
from sqlalchemy import delete, update
from structlog.testing import capture_logs

from monitor.carrying import Outcomes
from monitor.delivery import apprise, email, http, slack_history
from monitor.model import DeliveryState, NotifyChannel, Secret, SubscriptionKind
from monitor.store import schema
from monitor.store.digests import LEASE


def test_what_is_owed_is_carried_once(carrying, briefing, owe, store, web):
    subscription = briefing("folder", "slack")
    owe(subscription)
    assert carrying(subscription).deliver() == Outcomes(sent=2)
    assert carrying(subscription).deliver() == Outcomes()
    assert len(web.requests) == 1
    assert states(store) == [DeliveryState.SENT, DeliveryState.SENT]


def test_a_recipient_that_fails_delays_no_other_and_is_tried_again_later(carrying, briefing, owe, store, clock, web):
    subscription = briefing("broken", "slack")
    owe(subscription)
    outcomes = carrying(subscription).deliver()
    assert (outcomes.sent, outcomes.later) == (1, 1)
    assert outcomes.errors == ["briefing, recipient 1: the folder cannot be written: File exists"]
    assert carrying(subscription).deliver() == Outcomes()  # not due yet
    clock.time += 2 * MINUTE
    assert carrying(subscription).deliver().later == 1
    assert len(web.requests) == 1


def test_a_recipient_that_was_taken_out_meanwhile_is_sent_nothing_and_delays_no_other(carrying, briefing, owe, store):
    owe(briefing("slack", "folder"))
    outcomes = carrying(briefing("folder")).deliver()
    assert (outcomes.sent, outcomes.withdrawn, outcomes.errors) == (1, 1, [])
    assert states(store) == [DeliveryState.WITHDRAWN, DeliveryState.SENT]


def test_the_parts_of_a_message_arrive_in_order(carrying, briefing, owe, web):
    subscription = briefing("slack")
    owe(subscription, slot="one", parts=3)
    owe(subscription, slot="two", parts=2)
    assert carrying(subscription).deliver() == Outcomes(sent=5)
    assert posted(web) == ["one, part 1", "one, part 2", "one, part 3", "two, part 1", "two, part 2"]


def test_a_part_never_overtakes_the_one_before_it(carrying, briefing, owe, web, clock):
    subscription = briefing("slack")
    owe(subscription, slot="one", parts=3)
    web.shows(HOOK, status=500)
    carrying(subscription).deliver()
    web.shows(HOOK, b"ok")
    owe(subscription, slot="two")
    carrying(subscription).deliver()  # the first part has to wait, and the others with it
    clock.time += 2 * MINUTE
    carrying(subscription).deliver()
    assert posted(web) == ["one, part 1", "two, part 1", "one, part 1", "one, part 2", "one, part 3"]


def test_when_a_part_is_refused_for_good_the_rest_still_comes(carrying, briefing, owe, web):
    subscription = briefing("slack")
    owe(subscription, slot="one", parts=2)
    web.shows(HOOK, b"invalid_blocks", status=400)
    assert carrying(subscription).deliver().refused == 2


def test_a_delivery_that_was_cut_short_is_sent_again_under_the_same_message_id(
    carrying, briefing, owe, store, clock, channels
):
    subscription = briefing("folder")
    owe(subscription)
    (delivery,) = store.digests.deliveries(DeliveryState.PENDING)
    store.digests.claim(delivery, HERE, clock.time)  # and here it was killed
    with capture_logs() as logged:
        carrying(subscription).deliver()
    assert [event["event"] for event in logged] == ["interrupted"]
    (again,) = store.digests.deliveries(DeliveryState.PENDING)
    assert again.in_doubt
    clock.time += 2 * MINUTE
    assert carrying(subscription).deliver().sent == 1
    (sent,) = store.digests.deliveries(DeliveryState.SENT)
    assert not sent.in_doubt
    (file,) = (file for file in channels["folder"].path.glob("*.json") if not file.name.endswith("-slack.json"))
    assert json.loads(file.read_text())["message_id"] == delivery.message_id


def test_what_another_machine_is_sending_is_left_to_it_until_its_time_is_up(carrying, briefing, owe, store, clock, web):
    subscription = briefing("slack")
    owe(subscription)
    (delivery,) = store.digests.due(clock.time)
    store.digests.claim(delivery, ELSEWHERE, clock.time)
    assert carrying(subscription).deliver() == Outcomes()
    clock.time += LEASE
    carrying(subscription).deliver()
    clock.time += 2 * MINUTE
    assert carrying(subscription).deliver().sent == 1
    assert len(web.requests) == 1


def test_nobody_takes_a_delivery_from_who_is_still_sending_it():
    sending_s = {
        "a mail, and a goodbye": 2 * email.DEADLINE_S,
        "a look in Slack, and two posts": slack_history.LONGEST_S + 2 * http.DEADLINE_S,
        "by Apprise": apprise.DEADLINE_S,
    }
    assert [what for what, seconds in sending_s.items() if seconds >= LEASE.total_seconds()] == []


def test_a_stop_lets_the_message_in_hand_end_and_begins_no_other(carrying, briefing, owe, store, web):
    subscription = briefing("slack")
    owe(subscription, parts=3)
    assert carrying(subscription, stopping=lambda: len(web.requests) >= 1).deliver().sent == 1
    assert states(store) == [DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.PENDING]


def test_two_threads_at_once_send_nothing_twice(carrying, briefing, owe, web):
    subscription = briefing("slack")
    owe(subscription, parts=5)
    carrier = carrying(subscription)
    threads = [threading.Thread(target=carrier.deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(web.requests) == 5


def test_an_alert_is_tried_for_longer_than_a_digest(carrying, briefing, owe, store, clock):
    alert = replace(briefing("broken"), kind=SubscriptionKind.ALERT)
    owe(alert)
    (owed,) = store.digests.deliveries(DeliveryState.PENDING)
    store.digests.record(owed, replace(owed, attempts=20), clock.time)
    clock.time += 4 * DAY
    assert carrying(alert).deliver().later == 1
    clock.time += DAY
    assert carrying(alert).deliver().refused == 1
    (ended,) = store.digests.deliveries(DeliveryState.REFUSED)
    assert ended.error.startswith("given up after 5 days and 22 attempts")


def test_when_it_is_tried_again_is_moved_so_that_many_do_not_come_back_at_one_moment(
    carrying, briefing, owe, store, clock
):
    subscription = briefing("broken")
    owe(subscription)
    carrying(subscription).deliver()
    (failed,) = store.digests.deliveries(DeliveryState.PENDING)
    assert failed.next_at != clock.time + MINUTE


# --- a clock that ran ahead, and bugs -------------------------------------------------------------------------


def test_a_part_dated_by_a_clock_that_ran_ahead_holds_up_nothing(carrying, briefing, owe, store, now, web):
    subscription = briefing("slack")
    owe(subscription, slot="one", parts=2)
    first, _ = store.digests.deliveries(DeliveryState.PENDING)
    store.digests.record(first, replace(first, attempts=1, next_at=now + 400 * DAY), now)
    assert carrying(subscription).deliver().sent == 2
    assert posted(web) == ["one, part 1", "one, part 2"]


def test_a_bug_costs_the_delivery_that_met_it_and_no_other(carrying, briefing, owe, store):
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    with store.database.writing() as connection:
        connection.execute(update(schema.message).where(schema.message.c.digest_id == 1).values(data=["not a message"]))
    with capture_logs() as logged:
        outcomes = carrying(subscription).deliver()
    assert (outcomes.sent, outcomes.later) == (1, 1)
    assert "exc_info" in next(event for event in logged if event["event"] == "bug")
    (met,) = store.digests.deliveries(DeliveryState.PENDING)
    assert (met.attempts, met.error) == (1, "a bug of the monitor (ValidationError); its log has the trace")


def test_a_message_whose_text_is_gone_ends_and_costs_no_other(carrying, briefing, owe, store, web):
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    with store.database.writing() as connection:
        connection.execute(delete(schema.message).where(schema.message.c.digest_id == 1))
    with capture_logs() as logged:
        outcomes = carrying(subscription).deliver()
    assert (outcomes.sent, outcomes.refused) == (1, 1)
    assert outcomes.errors == [
        "briefing, recipient 1: its text is gone from the database, and there is nothing to send"
    ]
    assert [line["event"] for line in logged] == ["not delivered", "delivered"]
    assert states(store) == [DeliveryState.REFUSED, DeliveryState.SENT]
    assert posted(web) == ["two, part 1"]


@pytest.mark.parametrize("words", [r"\ud800", r"\u0000\u0007", "x" * 100_000])
def test_a_yes_is_a_yes_whatever_the_far_end_calls_the_message(carrying, briefing, owe, store, web, channels, words):
    zeros = "00000000-0000-0000-0000-000000000000"
    key = Secret(origin="a test", value=f"key-{zeros}-{zeros}")
    channels["notify"] = NotifyChannel(name="notify", api_key=key, template_id="t", base_url=web.url)
    web.shows("/v2/notifications/email", f'{{"id": "a{words}b"}}'.encode(), status=201)
    subscription = briefing("notify", "folder")
    owe(subscription)
    assert carrying(subscription).deliver() == Outcomes(sent=2)
    first, _ = store.digests.deliveries(DeliveryState.SENT)
    assert first.far_id in ("ab", "a" + "x" * 199)
    assert len(web.requests) == 1


# --- the log --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "level"),
    [
        pytest.param(b"ok", 200, "info", id="sent"),
        pytest.param(b"", 503, "warning", id="later"),
        pytest.param(b"invalid_blocks", 400, "error", id="refused"),
    ],
)
def test_the_log_says_how_bad_it_is(carrying, briefing, owe, web, body, status, level):
    subscription = briefing("slack")
    owe(subscription)
    web.shows(HOOK, body, status=status)
    with capture_logs() as logged:
        carrying(subscription).deliver()
    assert [event["log_level"] for event in logged] == [level]
