"""Whoever runs the monitor is told of messages that did not arrive: of each once, of many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from carried import DAY, HERE, HOOK, MINUTE

from monitor.composing import Composing
from monitor.delivery.outbox import again, recipient_mark
from monitor.model import AlertReason, DeliveryState, QuietHours, Recipient, Subscription, SubscriptionKind
from monitor.run import Run

OPERATOR = Subscription(
    name="operator",
    kind=SubscriptionKind.ALERT,
    to=(Recipient(channel="folder"),),
    on=(AlertReason.DELIVERY_GIVEN_UP,),
)


def unwrapped(message):
    """With each text on one line: where lines break is the renderer's affair."""
    return replace(message, text=" ".join(message.text.split()), html=" ".join(message.html.split()))


@pytest.fixture
def tell(store, channels, make_config, clock):
    """Owes what the operator is owed now; the wordings that were owed by it."""

    def tell(*subscriptions):
        config = make_config(channels=channels, subscriptions=subscriptions or (OPERATOR,))
        before = {one.digest_id for one in store.digests.deliveries(*DeliveryState)}
        Composing(config=config, store=store, clock=clock).tell_undelivered()
        new = {one.digest_id for one in store.digests.deliveries(*DeliveryState)} - before
        return [unwrapped(store.digests.message(digest_id)) for digest_id in sorted(new)]

    return tell


@pytest.fixture
def end(store, clock):
    """Ends the deliveries that are due as they would be after an attempt; how they stand then."""

    def end(state=DeliveryState.REFUSED, error="no such mailbox"):
        ended = []
        for one in store.digests.due(clock()):
            if taken := store.digests.claim(one, HERE, clock()):
                ended.append(replace(taken, state=state, error=error, next_at=None, leased_by="", leased_until=None))
                store.digests.record(taken, ended[-1], clock())
        return ended

    return end


@pytest.fixture(autouse=True)
def met(tell):
    """The operator's alert is set up, and nothing has happened."""
    assert tell() == []


def test_what_was_refused_is_told_once_with_its_reason(briefing, owe, end, tell, clock):
    owe(briefing("slack"))
    end()
    (message,) = tell()
    assert "briefing" in message.subject
    for words in (message.text, message.html):
        assert "briefing, recipient 1 (slack), composed " in words
        assert "no such mailbox" in words
    clock.time += DAY
    assert tell() == []


@pytest.mark.parametrize(
    ("state", "is_told"),
    [(state, state in (DeliveryState.REFUSED, DeliveryState.UNKNOWN)) for state in DeliveryState],
)
def test_only_what_ended_without_having_been_delivered_is_told(briefing, owe, end, tell, state, is_told):
    owe(briefing("slack"))
    end(state)
    assert bool(tell()) == is_told


def test_what_was_left_in_doubt_is_told_as_such(briefing, owe, end, tell):
    owe(briefing("slack"))
    end(DeliveryState.UNKNOWN, "the reply was lost")
    (message,) = tell()
    assert "nobody knows whether it arrived: the reply was lost" in message.text


def test_many_are_told_at_once_and_the_parts_of_a_message_as_one(briefing, owe, end, tell):
    owe(briefing("slack", "folder"), slot="one", parts=3)
    owe(briefing("slack"), slot="two", parts=2)
    end()
    (message,) = tell()
    assert message.text.count("no such mailbox") == 3
    assert message.subject.startswith("3 messages")


def test_what_comes_after_is_told_an_hour_later_together(briefing, owe, end, tell, clock):
    for slot in ("one", "two", "three"):
        owe(briefing("slack"), slot=slot)
        end()
        told = tell()
        assert bool(told) == (slot == "one")
        clock.time += 10 * MINUTE
    clock.time += timedelta(hours=1)
    (message,) = tell()
    assert message.text.count("no such mailbox") == 2


def test_in_quiet_time_the_operator_is_left_alone_and_told_after_it(briefing, owe, end, tell, clock):
    asleep = replace(OPERATOR, quiet=QuietHours(start=time(22), end=time(8)))  # it is half past seven
    owe(briefing("slack"))
    end()
    assert tell(asleep) == []
    clock.time += timedelta(hours=1)
    assert len(tell(asleep)) == 1


def test_that_the_operators_own_alert_did_not_arrive_is_not_told_by_another(briefing, owe, end, tell, clock):
    owe(briefing("slack"))
    end()
    assert tell()
    clock.time += DAY
    assert end()  # the alert itself
    assert tell() == []


def test_every_operator_is_told(briefing, owe, end, tell):
    owe(briefing("slack"))
    second = replace(OPERATOR, name="deputy")
    tell(OPERATOR, second)
    end()
    assert len(tell(OPERATOR, second)) == 2


def test_nobody_who_did_not_ask_for_it_is_told(briefing, owe, end, tell):
    owe(briefing("slack"))
    end()
    assert tell(replace(OPERATOR, on=(AlertReason.REPORT_PUBLISHED,))) == []


def test_what_ended_before_the_alert_was_set_up_is_no_news(briefing, owe, end, tell, clock):
    owe(briefing("slack"))
    end()
    clock.time += MINUTE
    assert tell(replace(OPERATOR, name="new")) == []


def test_what_ends_while_the_clock_is_set_back_is_told_too(briefing, owe, end, tell, clock):
    clock.time += DAY
    owe(briefing("slack"), slot="one")
    end()
    assert tell()
    clock.time -= timedelta(hours=2)
    owe(briefing("slack"), slot="two")
    end()
    assert tell()


def test_what_was_sent_again_and_ends_so_again_is_told_again(briefing, owe, end, tell, clock, store):
    subscription = briefing("slack")
    owe(subscription)
    (ended,) = end()
    assert tell()
    clock.time += DAY
    assert store.digests.send_again(again(ended, [subscription], clock(), ()))
    end()
    assert len(tell()) == 1


def test_what_was_sent_again_is_told_again_an_hour_after_the_last_at_the_earliest(
    briefing, owe, end, tell, clock, store
):
    subscription = briefing("slack")
    owe(subscription)
    (ended,) = end()
    assert tell()
    assert store.digests.send_again(again(ended, [subscription], clock(), ()))
    clock.time += MINUTE
    end()
    assert tell() == []
    clock.time += timedelta(hours=1)
    assert len(tell()) == 1


def test_only_what_ended_undelivered_is_sent_again(briefing, owe, end, clock, store):
    subscription = briefing("slack")
    owe(subscription)
    (sent,) = end(DeliveryState.SENT)
    assert not store.digests.send_again(again(sent, [subscription], clock(), ()))
    assert store.digests.due(clock()) == []


# --- to whom it is sent again -------------------------------------------------------------------------------------


@pytest.fixture
def ended(briefing, owe, end):
    owe(briefing("slack"))
    return replace(end()[0], attempts=17, in_doubt=True)


def test_sent_again_it_is_the_same_message_with_all_its_tries_before_it(ended, briefing, clock):
    owed = again(ended, [briefing("slack")], clock(), ())
    assert (owed.state, owed.attempts, owed.next_at, owed.error) == (DeliveryState.PENDING, 0, clock(), "")
    assert (owed.message_id, owed.recipient_mark, owed.in_doubt) == (ended.message_id, ended.recipient_mark, True)


def test_sent_again_it_goes_to_the_recipient_wherever_it_stands_now(ended, briefing, clock):
    assert again(ended, [briefing("folder", "slack")], clock(), ()).recipient_mark == ended.recipient_mark


def test_sent_again_it_goes_to_the_address_that_was_mended_which_has_none_of_it(ended, clock, briefing):
    mistaken, mended = (Recipient(channel="slack", address=f"{name}@example.org") for name in ("ofice", "office"))
    wrong = replace(ended, recipient_mark=recipient_mark(mistaken))
    owed = again(wrong, [replace(briefing(), to=(mended,))], clock(), ())
    assert (owed.recipient_mark, owed.in_doubt) == (recipient_mark(mended), False)


def test_sent_again_it_goes_to_the_same_address_over_another_channel_wherever_it_stands(ended, clock, briefing):
    office = Recipient(channel="slack", address="office@example.org")
    moved = replace(office, channel="folder")
    waiting = replace(ended, recipient_mark=recipient_mark(office))
    owed = again(waiting, [replace(briefing("dead"), to=(*briefing("dead").to, moved))], clock(), ())
    assert (owed.channel, owed.recipient_mark, owed.in_doubt) == ("folder", recipient_mark(moved), True)
    assert owed.message_id == ended.message_id


def test_who_had_it_by_two_channels_has_it_once_by_the_one_that_is_left(ended, clock, briefing):
    office = Recipient(channel="slack", address="office@example.org")
    left = replace(office, channel="folder")
    by_slack, by_folder = (replace(ended, recipient_mark=recipient_mark(one)) for one in (office, left))
    other = replace(by_folder, id=2, position=1, channel="folder")
    assert again(by_slack, [replace(briefing(), to=(left,))], clock(), [other]) is None


def test_a_channel_that_writes_to_addresses_now_is_no_heir_of_what_it_was(ended, clock, briefing):
    office = Recipient(channel="slack", address="office@example.org")
    assert again(ended, [replace(briefing(), to=(office,))], clock(), ()) is None
    to_office = replace(ended, recipient_mark=recipient_mark(office))
    assert again(to_office, [briefing("slack")], clock(), ()) is None


@pytest.mark.parametrize("channels_now", [(), ("folder",)], ids=["nobody is left", "another channel stands there"])
def test_what_has_no_recipient_any_more_is_not_sent_again(ended, briefing, clock, channels_now):
    assert again(ended, [briefing(*channels_now)], clock(), ()) is None
    assert again(ended, [], clock(), ()) is None


def test_what_was_for_somebody_taken_out_is_not_sent_to_the_neighbour_who_has_it(carrying, owe, end, store, clock):
    first, second = (Recipient(channel="slack", address=f"{name}@example.org") for name in "ab")
    both = Subscription(name="briefing", kind=SubscriptionKind.DIGEST, to=(first, second))
    owe(both)
    end()
    assert carrying(replace(both, to=(second,))).send_again(()) == (1, 1)
    assert [one.recipient_mark for one in store.digests.due(clock())] == [recipient_mark(second)]
    mended = replace(first, address="new@example.org")
    assert carrying(replace(both, to=(mended, second))).send_again(()) == (1, 0)


def test_what_was_withdrawn_is_told_to_nobody_and_sent_again_when_asked(briefing, owe, carrying, tell, store):
    owe(briefing("slack"))
    assert carrying(briefing()).deliver().withdrawn == 1
    assert tell() == []
    assert carrying(briefing()).send_again(()) == (0, 1)
    assert carrying(briefing("slack")).send_again(()) == (1, 0)


def test_whoever_is_told_of_it_gets_no_more_time_in_a_look_than_is_left(
    briefing, owe, store, channels, make_config, clock, web
):
    owe(briefing("slack"))
    web.shows(HOOK, b"invalid_blocks", status=400)
    run = Run(
        config=make_config(channels=channels, subscriptions=(briefing("slack"), OPERATOR)),
        store=store,
        workers=None,  # there is nothing to read
        new_fetcher=None,
        classify=None,
        clock=lambda: clock.time + 2 * MINUTE * len(web.requests),  # each post takes its time
    )
    first, second = run.deliver(patience=MINUTE), run.deliver(patience=MINUTE)
    assert (first.refused, first.sent, second.sent) == (1, 0, 1)
