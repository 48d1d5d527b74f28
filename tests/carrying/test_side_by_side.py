"""A channel that is down, slow or paced delays no other, and is not asked in vain."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from carried import DAY, ELSEWHERE, HOOK, MINUTE, attempts, posted
from far_ends import mail_server

from monitor.carrying import Outcomes
from monitor.model import EmailChannel, Recipient, Secret, SlackChannel, Subscription, SubscriptionKind
from monitor.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator


# --- a channel that is down -----------------------------------------------------------------------------------


def test_a_channel_that_is_down_is_asked_once_in_a_look_and_the_others_go_on(carrying, briefing, owe, store, web):
    subscription = briefing("dead", "slack")
    for slot in ("one", "two", "three"):
        owe(subscription, slot=slot)
    outcomes = carrying(subscription).deliver()
    assert (outcomes.sent, outcomes.later) == (3, 1)
    assert attempts(store, "dead") == [1, 0, 0]  # what was not tried was not tried in vain


def test_what_a_channel_that_is_down_was_to_carry_is_tried_when_it_has_rested(carrying, briefing, owe, store, clock):
    subscription = briefing("dead")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    carrier = carrying(subscription)
    for _ in range(3):
        carrier.deliver()
    assert attempts(store, "dead") == [1, 0]
    clock.time += MINUTE
    carrier.deliver()
    assert sum(attempts(store, "dead")) == 2


def test_a_channel_that_stays_down_is_left_alone_for_longer_each_time(carrying, briefing, owe, store, clock):
    subscription = briefing("dead")
    for slot in ("one", "two", "three"):
        owe(subscription, slot=slot)
    carrier, tried = carrying(subscription), []
    for _ in range(5):
        carrier.deliver()
        tried.append(sum(attempts(store, "dead")))
        clock.time += MINUTE
    assert tried == [1, 2, 2, 3, 3]


def test_a_server_that_wants_fewer_messages_gets_none_until_the_time_it_named(
    carrying, briefing, owe, store, web, clock
):
    subscription = briefing("slack", "folder")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    web.shows(HOOK, b"ratelimited", status=429, Retry_After="600")
    carrier = carrying(subscription)
    assert carrier.deliver().sent == 2  # into the folder
    web.shows(HOOK, b"ok")
    clock.time += 9 * MINUTE
    assert carrier.deliver() == Outcomes()
    clock.time += 2 * MINUTE
    assert carrier.deliver().sent == 2
    assert len(web.requests) == 3


def test_a_rest_dated_by_a_clock_that_ran_ahead_is_none(carrying, briefing, owe, web, clock):
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    web.shows(HOOK, b"ratelimited", status=429, Retry_After="600")
    carrier = carrying(subscription)
    clock.time += 400 * DAY
    carrier.deliver()
    clock.time -= 400 * DAY
    web.shows(HOOK, b"ok")
    assert carrier.deliver().sent == 2


def test_a_message_that_fails_by_itself_keeps_no_other_of_its_channel_waiting(carrying, briefing, owe, store, web):
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    web.shows(HOOK, status=503)
    assert carrying(subscription).deliver().later == 2


# --- many recipients of one mail server ----------------------------------------------------------------------------


def test_every_recipient_of_a_look_is_served_over_one_connection_and_a_bad_address_delays_no_other(
    carrying, owe, channels, store
):
    with mail_server() as server:
        server.unknown = "nobody@example.org"
        channels["mail"] = EmailChannel(
            name="mail", host="127.0.0.1", port=server.port, sender="Monitor <m@example.org>", security="none"
        )
        addresses = ("a@example.org", "nobody@example.org", "b@example.org")
        to = tuple(Recipient(channel="mail", address=address) for address in addresses)
        subscriptions = [
            Subscription(name=name, kind=SubscriptionKind.DIGEST, to=to) for name in ("briefing", "another")
        ]
        for subscription in subscriptions:
            owe(subscription)
        outcomes = carrying(*subscriptions).deliver()
        assert (outcomes.sent, outcomes.refused, outcomes.later) == (4, 2, 0)
        assert server.connections == 1
        assert server.recipients == [["a@example.org"], ["b@example.org"]] * 2


# --- side by side, and paced ------------------------------------------------------------------------------------


@contextmanager
def answering_after(moment: threading.Event) -> Iterator[tuple[str, threading.Event]]:
    """A server that says yes to one post, when `moment` has come; else, after 20 seconds, no. Its address, and when it
    was asked."""
    was_asked = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            was_asked.set()
            self.send_response(200 if moment.wait(20) else 503)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", was_asked
    finally:
        thread.join()
        server.server_close()


def test_a_slow_channel_delays_no_other(carrying, briefing, owe, channels, web):
    subscription = briefing("slow", "slack")
    with answering_after(web.was_asked) as (address, _):
        channels["slow"] = SlackChannel(name="slow", webhook_url=Secret(origin="a test", value=address))
        owe(subscription)
        assert carrying(subscription).deliver() == Outcomes(sent=2)


def test_a_look_that_comes_meanwhile_leaves_the_slow_channel_alone_and_carries_the_others(
    carrying, briefing, owe, channels, web
):
    slow, other = briefing("slow"), replace(briefing("slack"), name="another")
    carrier = carrying(slow, other)
    with answering_after(web.was_asked) as (address, was_asked):
        channels["slow"] = SlackChannel(name="slow", webhook_url=Secret(origin="a test", value=address))
        owe(slow)
        first = threading.Thread(target=carrier.deliver)
        first.start()
        assert was_asked.wait(20)
        owe(other)
        assert carrier.deliver() == Outcomes(sent=1)
        first.join()
    assert len(web.requests) == 1


def test_between_two_messages_of_a_channel_its_pause_is_kept_and_before_the_first_none(
    carrying, briefing, owe, channels, sleep
):
    channels["slack"] = replace(channels["slack"], pause=timedelta(seconds=5))
    subscription = briefing("slack", "folder")
    owe(subscription, parts=3)
    carrier = carrying(subscription)
    assert carrier.deliver().sent == 4
    assert sum(sleep.slept) == pytest.approx(10)
    owe(subscription, slot="next")
    carrier.deliver()  # at once, and yet not too soon after the last
    assert sum(sleep.slept) == pytest.approx(15)


def test_a_clock_that_was_set_back_makes_no_pause_longer(carrying, briefing, owe, sleep, clock):
    subscription = briefing("slack")
    owe(subscription, slot="one")
    carrier = carrying(subscription)
    carrier.deliver()
    clock.time -= timedelta(hours=2)
    owe(subscription, slot="two")
    clock.time += timedelta(hours=1)
    carrier.deliver()
    assert sum(sleep.slept) <= 1.001


def test_a_look_ends_when_its_patience_does_and_the_next_goes_on(carrying, briefing, owe, channels, clock, web):
    channels["slack"] = replace(channels["slack"], pause=timedelta(seconds=25))
    subscription = briefing("slack")
    owe(subscription, parts=5)
    carrier = carrying(subscription)
    assert carrier.deliver(until=clock.time + MINUTE).sent == 3
    assert carrier.deliver(until=clock.time + MINUTE).sent == 2
    assert posted(web)[-1].endswith("part 5")


def test_a_stop_ends_a_pause(carrying, briefing, owe, channels, web, sleep):
    channels["slack"] = replace(channels["slack"], pause=timedelta(hours=1))
    subscription = briefing("slack")
    owe(subscription, parts=2)
    assert carrying(subscription, stopping=lambda: len(sleep.slept) >= 3).deliver().sent == 1
    assert len(sleep.slept) == 3


def test_two_carriers_on_one_database_send_nothing_twice(carrying, briefing, owe, store, web, tmp_path):
    subscription = briefing("slack", "folder")
    for slot in range(10):
        owe(subscription, slot=f"slot {slot}", parts=2)
    with Store(f"sqlite:///{tmp_path}/monitor.db") as other:
        carriers = [carrying(subscription), carrying(subscription, holder=ELSEWHERE, store=other)]
        threads = [threading.Thread(target=carrier.deliver) for carrier in carriers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for carrier in carriers:
            carrier.deliver()
    assert sorted(posted(web)) == sorted(f"slot {slot}, part {part}" for slot in range(10) for part in (1, 2))
