"""The account of faults balances only when it should: each thing that must not happen is found when it has."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from unreliable import Arrival, Ledger, Weather

from benchmarks.torture import account, month, world

if TYPE_CHECKING:
    from pathlib import Path

START = world.START
BRIEFING = world.Wish(
    name="briefing", schedule="30 7 * * *", councils=("Devon",), to=("mail briefing", "mail gone-office")
)
ALERTS = world.Wish(name="alerts", councils=("Devon",), to=("hook alerts",))
THEIRS = (1, 2)  # about Devon
NOT_THEIRS = 3
WINDOWS = [("08", "2026-06-07", "2026-06-08"), ("09", "2026-06-08", "2026-06-09")]


def made() -> world.World:
    later = START.replace(day=5)
    items = [world.Published(number=number, at=later, council="Devon", title=f"Item {number}") for number in THEIRS]
    items.append(world.Published(number=NOT_THEIRS, at=later, title="Bin day moves"))
    return world.World(start=START, end=START.replace(day=8), published=tuple(items), wishes=(BRIEFING, ALERTS))


def mail(*numbers: int, **changes: object) -> Arrival:
    content = EmailMessage()
    content.set_content("\n".join(f"https://news.example.org/story/{number}" for number in numbers))
    values = {
        "order": 1,
        "life": "1",
        "channel": "mail",
        "to": "briefing@example.org",
        "id": "<one@example.org>",
        "content": content.as_bytes(),
        "is_reply_lost": False,
    }
    return Arrival(**values | changes)


@dataclass
class Run:
    """What is left of a run in which all went well, until a test changes it."""

    arrivals: list[Arrival] = field(default_factory=lambda: [mail(*THEIRS)])
    refused: list[Arrival] = field(
        default_factory=lambda: [mail(order=2, to="gone-office@example.org", id="", content=b"")]
    )
    last_begun: dict[tuple[str, str], int] = field(default_factory=dict)
    killed: set[str] = field(default_factory=set)
    windows: list[tuple[str, str, str]] = field(default_factory=lambda: list(WINDOWS))
    deliveries: list[tuple[str, int, str, str]] = field(
        default_factory=lambda: [("briefing", 0, "sent", ""), ("briefing", 1, "refused", "550 5.1.1")]
    )
    log: str = '{"event": "started", "level": "info"}\n'

    def problems(self, state: Path) -> list[str]:
        return self.account(state).problems

    def account(self, state: Path) -> account.Account:
        with closing(sqlite3.connect(state / "monitor.db")) as database:
            database.executescript(
                "CREATE TABLE digest (subscription, slot, kind, window_start, window_end);"
                "CREATE TABLE delivery (subscription, position, state, error, digest_id);"
                "CREATE TABLE message (digest_id, data);"
            )
            database.executemany("INSERT INTO digest VALUES ('briefing', ?, 'digest', ?, ?)", self.windows)
            database.executemany("INSERT INTO delivery VALUES (?, ?, ?, ?, 1)", self.deliveries)
            database.commit()
        (state / "log.jsonl").write_text(self.log)
        last_begun = self.last_begun or {(one.life, one.channel): one.order for one in self.arrivals}
        outcome = month.Outcome(
            plan=month.Plan(seed=1),
            world=made(),
            ledger=Ledger(arrivals=self.arrivals, refused=self.refused, last_begun=last_begun),
            weather=Weather(1, clock=lambda: START),
            asked={},
            state=state,
            killed=self.killed,
        )
        return account.drawn_up(outcome)


def test_an_account_in_order_balances(tmp_path: Path) -> None:
    found = Run().account(tmp_path)
    assert found.balances, found.problems
    assert (found.owed, found.received) == (2, 2)
    assert found.by_recipient["briefing: mail gone-office"] == (2, 0, 2, 0)
    assert found.refused == {"mail gone-office": (1, "550 5.1.1")}


def test_an_item_that_nobody_received_is_missed(tmp_path: Path) -> None:
    (problem,) = Run(arrivals=[mail(1)]).problems(tmp_path)
    assert problem.startswith("briefing: mail briefing never received 2")


def test_of_two_items_that_say_the_same_one_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, other = made().published
    same = replace(made(), published=(first, replace(second, copy_of=1), other))
    monkeypatch.setattr(f"{__name__}.made", lambda: same)
    assert Run(arrivals=[mail(2)]).problems(tmp_path) == []


REPEATS = {
    "the reply was lost": ({"is_reply_lost": True}, set(), {}, ""),
    "killed before it was recorded": ({}, {"1"}, {}, ""),
    "killed, but it had gone on to the next": ({}, {"1"}, {("1", "mail"): 2}, "nothing had gone wrong"),
    "nothing went wrong": ({}, set(), {}, "nothing had gone wrong"),
    "in other words": ({"is_reply_lost": True, "content": mail(1).content}, set(), {}, "has other words"),
}


@pytest.mark.parametrize(("first", "killed", "begun", "problem"), REPEATS.values(), ids=REPEATS)
def test_a_repeat_needs_a_cause(
    tmp_path: Path, first: dict[str, object], killed: set[str], begun: dict[tuple[str, str], int], problem: str
) -> None:
    arrivals = [mail(*THEIRS, **first), mail(*THEIRS, order=3, life="2")]
    last_begun = {("1", "mail"): 1, ("2", "mail"): 3} | begun
    found = Run(arrivals=arrivals, killed=killed, last_begun=last_begun).account(tmp_path)
    assert sum(found.repeats.values()) == 1
    assert problem in "".join(found.problems)
    assert found.balances == (not problem)


@pytest.mark.parametrize("to", ["bot team", "hook leavers"])
def test_where_a_message_is_looked_for_or_left_none_comes_again_though_a_reply_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    others = replace(BRIEFING, name="others", to=(to,))
    wanted = replace(made(), wishes=(BRIEFING, others))
    monkeypatch.setattr(f"{__name__}.made", lambda: wanted)
    links = " ".join(f"https://news.example.org/story/{number}" for number in THEIRS)
    content = json.dumps({"text": links}).encode()
    first = mail(order=3, channel=to, to=to, content=content, is_reply_lost=True)
    arrivals = [mail(*THEIRS), first, replace(first, order=4, is_reply_lost=False)]
    (problem,) = Run(arrivals=arrivals).problems(tmp_path)
    assert "was to be looked for or left" in problem


WRONG = {
    "somebody else's item": (Run(arrivals=[mail(*THEIRS, NOT_THEIRS)]), "which it did not ask for"),
    "one item by two messages": (
        Run(arrivals=[mail(*THEIRS), mail(1, order=4, id="<two@example.org>")]),
        "was told of 1 by two messages",
    ),
    "an alert of nothing new": (
        Run(arrivals=[mail(*THEIRS), mail(order=4, channel="hook alerts", to="hook alerts", content=b"{}")]),
        "of nothing new",
    ),
    "a window that leaves a gap": (Run(windows=[WINDOWS[0], ("10", "2026-06-09", "2026-06-10")]), "the window of 10"),
    "a window that overlaps": (Run(windows=[WINDOWS[0], ("09", "2026-06-07", "2026-06-09")]), "the window of 09"),
    "a slot composed twice": (Run(windows=[*WINDOWS, ("09", "2026-06-09", "2026-06-10")]), "was composed 2 times"),
    "something still pending": (
        Run(deliveries=[("briefing", 0, "pending", "451"), ("briefing", 1, "refused", "550")]),
        "is still pending: 451",
    ),
    "given up, and nobody had refused it": (
        Run(deliveries=[("briefing", 0, "refused", "given up"), ("briefing", 1, "refused", "550")]),
        "mail briefing: 1 recorded as refused (given up), not 0",
    ),
    "refused without a reason": (
        Run(deliveries=[("briefing", 0, "sent", ""), ("briefing", 1, "refused", "")]),
        "without a reason",
    ),
    "a bug in the log": (Run(log='{"event": "bug", "exception": "KeyError"}\n'), "KeyError"),
    "a trace in the log": (Run(log="Traceback (most recent call last):\n"), "Traceback"),
}


@pytest.mark.parametrize(("run", "problem"), WRONG.values(), ids=WRONG)
def test_what_must_not_happen_is_a_problem(tmp_path: Path, run: Run, problem: str) -> None:
    (found,) = run.problems(tmp_path)
    assert problem in found
