from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from far_ends import COMPOSED, delivery, message
from hypothesis import given
from hypothesis import strategies as st

from monitor.delivery import outbox
from monitor.delivery.outbox import (
    INTERRUPTED,
    deliveries_for,
    far_id_of,
    leaves_unknown,
    parts,
    recipient_for,
    recipient_mark,
    rest_after,
)
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown, DeliveryWithdrawn
from monitor.model import (
    DeliveryState,
    Digest,
    EmailChannel,
    FolderChannel,
    NotifyChannel,
    Recipient,
    Secret,
    SlackChannel,
    Subscription,
    SubscriptionKind,
    WhenUnknown,
    Window,
)

CHANNELS = {
    "team-mail": EmailChannel(name="team-mail", host="smtp.example.org", port=587, sender="M <m@mail.example.org>"),
    "slack": SlackChannel(name="slack"),
    "folder": FolderChannel(name="folder", path=Path("outbox")),
}
OFFICE = Recipient(channel="team-mail", address="dcs-office@example.org")
BRIEFING = Subscription(
    name="weekday-briefing",
    kind=SubscriptionKind.DIGEST,
    to=(OFFICE, Recipient(channel="slack"), Recipient(channel="folder")),
)
DIGEST = Digest(
    subscription="weekday-briefing",
    kind=SubscriptionKind.DIGEST,
    slot="2026-06-18T07:30+01:00",
    window=Window(start=COMPOSED - timedelta(days=1), end=COMPOSED),
    composed_at=COMPOSED,
)
LATER = DeliveryUnavailable("busy")
UNKNOWN = DeliveryUnknown("lost")


def after(one, error, now, jitter, *, kind=SubscriptionKind.DIGEST, leaves_unknown=False, quiet=timedelta(0)):
    """Of a digest, over a channel that sends again in doubt, without quiet hours, unless a test is about these."""
    return outbox.after(one, error, now, jitter, kind=kind, leaves_unknown=leaves_unknown, quiet=quiet)


def owed(**changes):
    return deliveries_for(BRIEFING, CHANNELS, replace(DIGEST, **changes), message())


def test_every_recipient_is_owed_every_part_once():
    assert [(one.position, one.channel, one.part) for one in owed()] == [
        (0, "team-mail", 0),
        (1, "slack", 0),
        (1, "slack", 1),
        (2, "folder", 0),
    ]
    assert {(one.state, one.attempts, one.next_at) for one in owed()} == {(DeliveryState.PENDING, 0, COMPOSED)}
    assert [parts(channel, message()) for channel in CHANNELS.values()] == [1, 2, 1]


def test_token_is_owed_the_thread_and_a_webhook_the_parts():
    words = message(slack_thread=({"text": "headline"}, {"text": "detail"}, {"text": "more"}))
    token = SlackChannel(name="slack", token=Secret(origin="TOKEN", value="x"), conversation="#ofsted")
    assert [parts(channel, words) for channel in (CHANNELS["slack"], token)] == [2, 3]
    assert parts(token, message()) == 2  # worded before there were threads


def test_composed_again_it_is_the_same_message():
    assert [one.message_id for one in owed()] == [
        one.message_id for one in owed(composed_at=COMPOSED + timedelta(hours=1))
    ]


def test_every_message_has_its_own_id_under_the_senders_domain():
    ids = [one.message_id for one in (*owed(), *owed(slot="2026-06-19T07:30+01:00"))]
    assert len(set(ids)) == 8
    assert ids[0].endswith("@mail.example.org>")
    assert ids[1].endswith("@ofsted-monitor.invalid>")


def test_address_cannot_be_read_from_its_mark():
    mark = recipient_mark(OFFICE)
    assert len(mark) == 16
    assert "dcs" not in mark
    assert mark != recipient_mark(replace(OFFICE, address="other@example.org"))
    assert mark == recipient_mark(Recipient(channel="team-mail", address="dcs-office@example.org"))


def test_recipient_is_found_wherever_it_stands_in_the_list_now():
    moved = replace(BRIEFING, to=(Recipient(channel="folder"), OFFICE))
    assert recipient_for(owed()[0], [replace(BRIEFING, name="another", to=()), moved]) == OFFICE


@pytest.mark.parametrize(
    "subscriptions",
    [
        pytest.param(
            [replace(BRIEFING, to=(replace(OFFICE, address="other@example.org"),))], id="another took its place"
        ),
        pytest.param([replace(BRIEFING, name="another")], id="the subscription is gone"),
    ],
)
def test_recipient_taken_out_of_the_configuration_gets_nothing_more(subscriptions):
    with pytest.raises(DeliveryWithdrawn, match="no longer in"):
        recipient_for(owed()[0], subscriptions)


def test_accepted_message_is_never_sent_again():
    sent = after(delivery(attempts=2, error="busy"), None, COMPOSED, 0.0)
    assert (sent.state, sent.attempts, sent.next_at, sent.error) == (DeliveryState.SENT, 3, None, "")


def test_refused_message_is_never_sent_again():
    refused = after(delivery(), DeliveryRefused("no such user"), COMPOSED, 0.0)
    assert (refused.state, refused.next_at, refused.error) == (DeliveryState.REFUSED, None, "no such user")


@pytest.mark.parametrize(
    ("attempts", "jitter", "minutes"),
    [
        (0, 0.0, 1),
        (1, 0.0, 2),
        (5, 0.0, 32),
        (8, 0.0, 256),
        (9, 0.0, 360),
        (10_000, 0.0, 360),
        (0, 1.0, 1.2),
        (9, -1.0, 288),
    ],
)
@pytest.mark.parametrize("error", [LATER, UNKNOWN], ids=["later", "unknown"])
def test_waits_double_up_to_six_hours(attempts, jitter, minutes, error):
    again = after(delivery(attempts=attempts), error, COMPOSED, jitter)
    assert again.state is DeliveryState.PENDING
    assert again.next_at == COMPOSED + timedelta(minutes=minutes)
    assert again.message_id == delivery().message_id


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        pytest.param(timedelta(minutes=10), timedelta(minutes=10), id="longer than ours: theirs"),
        pytest.param(timedelta(seconds=1), timedelta(minutes=1), id="shorter than ours: ours"),
        pytest.param(timedelta(days=400), timedelta(days=1), id="a day is the most we wait"),
    ],
)
def test_server_that_names_a_time_is_left_alone_until_then(asked, wait):
    again = after(delivery(), DeliveryUnavailable("slow down", retry_after=asked), COMPOSED, 0.0)
    assert again.next_at == COMPOSED + wait


@pytest.mark.parametrize("error", [LATER, UNKNOWN], ids=["later", "unknown"])
@pytest.mark.parametrize(("kind", "days"), [(SubscriptionKind.DIGEST, 3), (SubscriptionKind.ALERT, 5)])
def test_after_days_it_is_given_up_and_says_why(error, kind, days):
    late = COMPOSED + timedelta(days=days)
    given_up = after(delivery(attempts=18), error, late, 0.0, kind=kind)
    assert given_up.state is DeliveryState.REFUSED
    assert given_up.error == f"given up after {days} days and 19 attempts; the last: {error.reason}"
    sooner = after(delivery(attempts=18), error, late - timedelta(seconds=1), 0.0, kind=kind)
    assert sooner.state is DeliveryState.PENDING


@pytest.mark.parametrize("jitter", [-1.0, 0.0, 1.0])
def test_days_of_trying_are_enough_to_give_up(jitter):
    one, now = delivery(), COMPOSED
    while one.state is not DeliveryState.REFUSED:
        one = after(one, LATER, now, jitter)
        now = one.next_at or now
    assert timedelta(days=3) <= now - COMPOSED <= timedelta(days=3.5)


def test_alert_outlasts_a_server_that_is_down_over_easter():
    one, now = delivery(), COMPOSED
    easter = timedelta(hours=14 + 4 * 24 + 9)  # Thursday evening to Tuesday morning
    while now < COMPOSED + easter:
        one = after(one, LATER, now, 0.0, kind=SubscriptionKind.ALERT)
        assert one.state is DeliveryState.PENDING
        now = one.next_at


@pytest.mark.parametrize(
    "attempts", [pytest.param(0, id="the machine was off for a week"), pytest.param(10, id="its clock jumped ahead")]
)
def test_message_that_was_hardly_tried_is_not_given_up_however_late_it_seems(attempts):
    late = COMPOSED + timedelta(days=7)
    assert after(delivery(attempts=attempts), LATER, late, 0.0).state is DeliveryState.PENDING


def test_message_in_flight_when_the_monitor_was_killed_is_sent_again_under_the_same_id():
    again = after(delivery(attempts=1), INTERRUPTED, COMPOSED, 0.0)
    assert again.state is DeliveryState.PENDING
    assert again.message_id == delivery().message_id
    assert again.error == "the monitor was stopped before it could record what became of it"
    assert again.in_doubt


@pytest.mark.parametrize("error", [UNKNOWN, INTERRUPTED], ids=["the reply was lost", "the monitor was killed"])
def test_message_of_which_nobody_knows_is_left_where_the_channel_says_so(error):
    left = after(delivery(), error, COMPOSED, 0.0, leaves_unknown=True)
    assert (left.state, left.next_at, left.error) == (DeliveryState.UNKNOWN, None, error.reason)
    assert left.in_doubt


def test_channel_that_can_look_leaves_nothing_in_doubt():
    webhook = SlackChannel(name="slack", webhook_url=Secret(origin="a test"), when_unknown=WhenUnknown.LEAVE)
    assert leaves_unknown(webhook)
    assert not leaves_unknown(replace(webhook, webhook_url=None, token=Secret(origin="a test")))
    assert not leaves_unknown(replace(webhook, when_unknown=WhenUnknown.SEND_AGAIN))
    notify = NotifyChannel(
        name="notify", api_key=Secret(origin="a test"), template_id="", when_unknown=WhenUnknown.LEAVE
    )
    assert not leaves_unknown(notify)


def test_message_that_surely_did_not_go_is_tried_again_on_every_channel():
    again = after(delivery(), LATER, COMPOSED, 0.0, leaves_unknown=True)
    assert again.state is DeliveryState.PENDING


@pytest.mark.parametrize(
    ("error", "minutes"),
    [
        pytest.param(None, None, id="sent"),
        pytest.param(LATER, None, id="a message's own trouble"),
        pytest.param(DeliveryRefused("no"), None, id="refused"),
        pytest.param(DeliveryUnavailable("down", channel_down=True), 1, id="down"),
        pytest.param(UNKNOWN, 1, id="a reply lost"),
        pytest.param(DeliveryUnavailable("slower", retry_after=timedelta(minutes=7)), 7, id="too many messages"),
        pytest.param(DeliveryUnavailable("slower", retry_after=timedelta(days=99)), 24 * 60, id="a day at most"),
    ],
)
def test_channel_rests_where_another_message_would_fare_no_better(error, minutes):
    assert rest_after(error, 0) == (timedelta(minutes=minutes) if minutes else None)


def test_channel_that_stays_down_is_asked_less_and_less_often():
    down = DeliveryUnavailable("the mail server rejected the login", channel_down=True)
    minutes = [rest_after(down, before) // timedelta(minutes=1) for before in (0, 1, 2, 5, 6, 1000)]
    assert minutes == [1, 2, 4, 32, 60, 60]
    assert rest_after(UNKNOWN, 5) == timedelta(minutes=1)


def test_message_whose_reply_was_lost_is_in_doubt_until_it_is_sent():
    lost = after(delivery(), UNKNOWN, COMPOSED, 0.0)
    assert lost.in_doubt
    assert after(lost, LATER, COMPOSED, 0.0).in_doubt
    assert after(lost, DeliveryRefused("no"), COMPOSED, 0.0).in_doubt
    assert not after(lost, None, COMPOSED, 0.0).in_doubt
    assert not after(delivery(), LATER, COMPOSED, 0.0).in_doubt


def test_whatever_became_of_a_message_nobody_holds_it_any_more():
    held = delivery(leased_by="here", leased_until=COMPOSED)
    for error in (None, LATER, UNKNOWN, DeliveryRefused("no")):
        ended = after(held, error, COMPOSED, 0.0)
        assert (ended.leased_by, ended.leased_until) == ("", None)


@given(st.text(st.characters() | st.sampled_from("\ud800\udfff\0\x1b\x9b"), max_size=400))
def test_what_a_far_end_calls_a_message_can_be_kept(said):
    kept = far_id_of(said)
    assert len(kept) <= 200
    assert kept.encode().decode() == kept
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", kept)


def test_what_a_far_end_calls_a_message_is_kept_as_it_says_it():
    assert far_id_of("C0123456789:1781764200.000100") == "C0123456789:1781764200.000100"


@given(
    attempts=st.integers(0, 100),
    jitter=st.floats(-1, 1),
    age=st.timedeltas(timedelta(0), timedelta(days=10)),
    error=st.sampled_from([LATER, UNKNOWN, DeliveryRefused("no"), None]),
    kind=st.sampled_from(SubscriptionKind),
    leaves_unknown=st.booleans(),
)
def test_no_outcome_leaves_a_message_in_the_air(attempts, jitter, age, error, kind, leaves_unknown):
    now = COMPOSED + age
    then = after(delivery(attempts=attempts), error, now, jitter, kind=kind, leaves_unknown=leaves_unknown)
    assert then.attempts == attempts + 1
    if then.state is DeliveryState.PENDING:
        assert now < then.next_at <= now + timedelta(days=1)
    else:
        assert then.next_at is None
        assert then.state in (DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.UNKNOWN)
