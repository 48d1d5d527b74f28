"""`kill -9` between any two steps of a delivery: nothing is lost, and at most the message in flight comes twice."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from carried import HERE, MINUTE, posted, states

import monitor
from monitor.model import DeliveryState, WhenUnknown

ROOT = Path(monitor.__file__).parents[1]

# Carries what is owed, until the statement of this kind, or the commit, that has this number.
KILLED = """
import os, pickle, random, signal, sys
from sqlalchemy import event
from monitor.carrying import Carrying
from monitor.store import Store

url, holder, where, number = sys.argv[1:]
config, now = pickle.load(sys.stdin.buffer)
met = 0

def meets(*_):
    global met
    met += 1
    if met == int(number):
        os.kill(os.getpid(), signal.SIGKILL)

with Store(url) as store:
    if where == "commit":
        event.listen(store.database._engine, "commit", meets)
    else:
        event.listen(
            store.database._engine,
            "before_cursor_execute",
            lambda connection, cursor, statement, *rest: where in statement and meets(),
        )
    Carrying(
        config=config, store=store, clock=lambda: now, dice=random.Random(0), stopping=lambda: False, holder=holder,
    ).deliver()
"""


@pytest.fixture
def killed(make_config, channels, clock, tmp_path):
    """A process that carries what this subscription is owed, and is killed there."""

    def kill(subscription, where, number):
        config = make_config(channels=channels, subscriptions=(subscription,))
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, f"sqlite:///{tmp_path}/monitor.db", HERE, where, str(number)],
            cwd=ROOT,
            input=pickle.dumps((config, clock.time)),
            check=False,
            capture_output=True,
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    return kill


@pytest.mark.parametrize(
    ("where", "number", "already", "again"),
    [
        pytest.param("UPDATE delivery", 1, 0, 0, id="before it is taken"),
        pytest.param("commit", 1, 0, 0, id="while it is taken"),
        pytest.param("FROM message", 1, 0, 0, id="taken, and not sent"),
        pytest.param("UPDATE delivery", 2, 1, 1, id="sent, and not recorded"),
        pytest.param("commit", 2, 1, 1, id="while it is recorded"),
        pytest.param("UPDATE delivery", 3, 1, 0, id="recorded, and the next not taken"),
        pytest.param("UPDATE delivery", 4, 2, 1, id="the next sent, and not recorded"),
    ],
)
def test_who_comes_after_sends_what_was_not_sent_and_repeats_only_what_was_in_flight(
    killed, carrying, briefing, owe, store, web, clock, where, number, already, again
):
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    killed(subscription, where, number)
    assert len(posted(web)) == already
    for _ in range(2):
        carrying(subscription).deliver()
        clock.time += 2 * MINUTE
    assert states(store) == [DeliveryState.SENT] * 2
    assert set(posted(web)) == {"one, part 1", "two, part 1"}
    assert sum(Counter(posted(web)).values()) == 2 + again


def test_who_comes_after_on_a_channel_that_leaves_what_is_in_doubt_repeats_nothing_and_says_so(
    killed, carrying, briefing, owe, store, channels, web, clock
):
    channels["slack"] = replace(channels["slack"], when_unknown=WhenUnknown.LEAVE)
    subscription = briefing("slack")
    owe(subscription, slot="one")
    owe(subscription, slot="two")
    killed(subscription, "UPDATE delivery", 2)
    outcomes = carrying(subscription).deliver()
    assert (outcomes.sent, outcomes.unknown, len(outcomes.errors)) == (1, 1, 1)
    assert posted(web) == ["one, part 1", "two, part 1"]
    assert states(store) == [DeliveryState.UNKNOWN, DeliveryState.SENT]
