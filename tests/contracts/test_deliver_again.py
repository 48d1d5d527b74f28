"""`deliver --again`: what was given up is sent, once somebody has mended what was wrong."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from commands import command

from monitor.config import load_config
from monitor.delivery.outbox import deliveries_for
from monitor.model import DeliveryState, Digest, Message, Window
from monitor.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def given_up(config: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """A message of each subscription waited for days and ended so, so long ago; the names of the subscriptions."""

    def make(*, ago: timedelta = timedelta(days=1), state: DeliveryState = DeliveryState.REFUSED) -> list[str]:
        now = datetime.now(UTC)
        ended_at = now - ago
        composed_at = ended_at - timedelta(days=5)
        found = load_config(config, state=tmp_path / "state", environ={})
        message = Message(subject="A subject", html="<p>words</p>", text="words", slack=(), data={})
        with Store(found.database) as store:
            for one in found.subscriptions:
                window = Window(start=composed_at, end=composed_at)
                digest = Digest(subscription=one.name, kind=one.kind, slot="1", window=window, composed_at=composed_at)
                owed = deliveries_for(one, found.channels, digest, message)
                store.digests.save(digest, (), message=message, deliveries=owed)
            for delivery in store.digests.due(now):
                taken = store.digests.claim(delivery, "here", now)
                assert taken
                ended = replace(taken, state=state, error="no such mailbox", next_at=None)
                store.digests.record(taken, ended, ended_at)
        return [one.name for one in found.subscriptions]

    return make


@pytest.mark.parametrize("state", [DeliveryState.REFUSED, DeliveryState.UNKNOWN])
def test_what_was_given_up_is_sent_when_it_is_asked_for_and_once(
    given_up: Callable[..., list[str]], on: list[object], state: DeliveryState
) -> None:
    names = given_up(state=state)
    assert command(*on, "deliver").out == "No delivery is due.\n"
    number = len(names)
    sent = f"{number} deliveries are owed again.\n{number} sent, 0 to be tried again, 0 refused.\n"
    ended = command(*on, "deliver", "--again")
    assert (ended.code, ended.out) == (0, sent)
    assert command(*on, "deliver", "--again").out == "0 deliveries are owed again.\nNo delivery is due.\n"


def test_only_those_that_are_named_are_sent_again(given_up: Callable[..., list[str]], on: list[object]) -> None:
    first, *_ = given_up()
    assert command(*on, "deliver", "--again", first).out.startswith("1 delivery is owed again.\n1 sent")


@pytest.mark.parametrize(("days", "is_sent"), [(6, True), (8, False)])
def test_what_was_given_up_within_a_week_is_named_and_sent_again_however_long_it_had_waited(
    given_up: Callable[..., list[str]], on: list[object], days: int, is_sent: bool
) -> None:
    names = given_up(ago=timedelta(days=days))
    assert ("given up: " in command(*on, "check").out) == is_sent
    number = len(names) if is_sent else 0
    assert command(*on, "deliver", "--again").out.startswith(f"{number} deliveries are owed again.\n")


@pytest.mark.parametrize("words", [("--again", "nobody"), ("judgements",)], ids=["unknown", "without --again"])
def test_names_that_say_nothing_are_a_mistake_and_nothing_is_done(
    given_up: Callable[..., list[str]], on: list[object], words: tuple[str, ...]
) -> None:
    given_up()
    assert command(*on, "deliver", *words).code == 2
    assert not command(*on, "deliver", "--again").out.startswith("0 ")


def test_check_says_what_was_given_up_and_how_it_is_sent_again(
    given_up: Callable[..., list[str]], on: list[object]
) -> None:
    first, *_ = given_up(state=DeliveryState.UNKNOWN)
    ended = command(*on, "check")
    assert ended.code == 1
    assert f"given up: {first}, recipient 1, " in ended.out
    assert "ofsted-monitor deliver --again" in ended.out


def test_whoever_asked_for_it_is_told_what_was_given_up_and_once(
    given_up: Callable[..., list[str]], on: list[object], config: Path, tmp_path: Path
) -> None:
    with (config / "digests.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[alert]]\nname = "operator"\non = ["delivery-given-up"]\nto = [{ channel = "folder" }]\n')
    assert command(*on, "deliver").out == "No delivery is due.\n"  # from now on it is told
    names = given_up(ago=timedelta(0))
    assert command(*on, "deliver").out == "1 sent, 0 to be tried again, 0 refused.\n"
    assert command(*on, "deliver").out == "No delivery is due.\n"
    (told,) = (tmp_path / "state").rglob("*-operator-*.txt")
    text = told.read_text(encoding="utf-8")
    assert all(f"{name}, recipient 1" in text for name in names)
    assert "no such mailbox" in text


def test_check_says_nothing_of_what_was_for_somebody_taken_out_or_suppressed_since(
    given_up: Callable[..., list[str]], on: list[object], config: Path
) -> None:
    given_up()
    digests = config / "digests.toml"
    digests.write_text(re.sub(r'name = "([a-z-]+)"', r'name = "other-\1"', digests.read_text(encoding="utf-8")))
    ended = command(*on, "check")
    assert (ended.code, "given up" in ended.out) == (0, False)
    assert re.match(
        r"0 deliveries are owed again; \d+ have no recipient now\.\n", command(*on, "deliver", "--again").out
    )


def test_check_says_before_a_restart_what_a_renamed_digest_would_leave_unsent(
    given_up: Callable[..., list[str]], on: list[object], config: Path, tmp_path: Path
) -> None:
    first, *_ = given_up()
    with closing(sqlite3.connect(tmp_path / "state" / "monitor.db")) as database, database:
        database.execute("UPDATE delivery SET state = 'pending', ended_at = NULL")
    assert "not in digests.toml" not in command(*on, "check").out
    digests = config / "digests.toml"
    digests.write_text(digests.read_text(encoding="utf-8").replace(f'name = "{first}"', 'name = "renamed"'))
    ended = command(*on, "check")
    assert ended.code == 1
    assert f"✗ 1 delivery waits for “{first}”, which is not in digests.toml: it will not be sent" in ended.out
