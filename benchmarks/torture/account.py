"""What was received, held against what was owed. What was owed is known from what was published, and from nothing that
the program says of itself."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from benchmarks.torture.world import LEFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from unreliable import Arrival

    from benchmarks.torture.month import Outcome
    from benchmarks.torture.world import Published, Wish

_LINK = re.compile(r"/(?:story|file)/(\d+)")
REPLY_LOST = "the reply was lost"
KILLED = "killed between sending and recording"
_BUGS = ("bug", "job failed", "not understood", "ended")  # what a log tells only of when something is wrong in itself
_MOST_TOLD = 20  # of one kind of problem


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that somebody has, however often it came."""

    wish: Wish
    to: str
    id: str
    numbers: frozenset[int]  # of what it links to
    is_detail: bool = False  # in the thread of a message that told the same


@dataclass(kw_only=True)
class Account:
    owed: int = 0  # pairs of a subscription and what belongs to it
    received: int = 0
    # Owed, received, in what was refused for good, in what was left in doubt.
    by_recipient: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)  # messages left in doubt, by recipient
    messages: int = 0
    repeats: Counter[str] = field(default_factory=Counter)  # by cause
    repeated: list[str] = field(default_factory=list)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)  # by recipient: how many, and why
    slots: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def balances(self) -> bool:
        return not self.problems


def drawn_up(outcome: Outcome) -> Account:
    account = Account()
    account.problems += outcome.deaths
    messages = [*_sent(outcome), *_in_folder(outcome)]
    account.messages = len(messages)
    _owed_and_received(outcome, messages, account)
    _not_theirs(outcome, messages, account)
    _told_twice(outcome, messages, account)
    _repeats(outcome, account)
    _windows(outcome, account)
    _deliveries(outcome, account)
    _log(outcome, account)
    return account


# --- what is there -------------------------------------------------------------------------------------------------


def _recipients(outcome: Outcome) -> dict[str, Wish]:
    """Whose subscription each recipient is of; the folder is many's."""
    return {to: wish for wish in outcome.world.wishes for to in wish.to if to != "folder"}


def _named(arrival: Arrival) -> str:
    """A recipient, as the subscriptions call it."""
    if arrival.channel == "mail":
        return f"mail {arrival.to.partition('@')[0]}"
    return arrival.channel


def _sent(outcome: Outcome) -> Iterator[Message]:
    wishes = _recipients(outcome)
    seen: set[tuple[str, str]] = set()
    for arrival in outcome.ledger.arrivals:
        to = _named(arrival)
        if (to, arrival.id) not in seen:
            seen.add((to, arrival.id))
            is_detail = to.startswith("bot ") and "thread_ts" in json.loads(arrival.content)
            yield Message(wish=wishes[to], to=to, id=arrival.id, numbers=_numbers(arrival), is_detail=is_detail)


def _numbers(arrival: Arrival) -> frozenset[int]:
    if arrival.channel != "mail":
        return _linked(arrival.content.decode())
    mail = message_from_bytes(arrival.content, policy=policy.default)
    return _linked(*(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"))


def _linked(*texts: str) -> frozenset[int]:
    return frozenset(int(number) for text in texts for number in _LINK.findall(text))


def _in_folder(outcome: Outcome) -> Iterator[Message]:
    wishes = {wish.name: wish for wish in outcome.world.wishes}
    for path in sorted((outcome.state / "outbox").glob("*.json")):
        if path.name.endswith("-slack.json"):
            continue
        data = json.loads(path.read_text("utf-8"))
        urls = [item["url"] for story in (*data["stories"], *data["linked"]) for item in story["items"]]
        urls += [news["url"] for news in data["inspections"]]
        yield Message(wish=wishes[data["subscription"]], to="folder", id=data["message_id"], numbers=_linked(*urls))


# --- the account ---------------------------------------------------------------------------------------------------


def _owed_and_received(outcome: Outcome, messages: Iterable[Message], account: Account) -> None:
    """Of things that say the same, one is enough."""
    got: dict[tuple[str, str], set[int]] = defaultdict(set)
    for message in messages:
        got[message.wish.name, message.to] |= message.numbers
    refused: dict[str, set[int]] = defaultdict(set)
    for arrival in outcome.ledger.refused:
        refused[_named(arrival)] |= _numbers(arrival) if arrival.content else set()
    left = _in_doubt(outcome)
    for wish in outcome.world.wishes:
        events: dict[int, list[Published]] = defaultdict(list)
        for one in outcome.world.published:
            if wish.takes(one, outcome.world.start):
                events[one.event].append(one)
        anywhere = set().union(*(got[wish.name, to] for to in wish.to))
        account.owed += len(events)
        account.received += sum(any(one.number in anywhere for one in same) for same in events.values())
        for to in wish.to:
            not_got = [same for same in events.values() if not any(one.number in got[wish.name, to] for one in same)]
            of_refused = [same for same in not_got if _is_refused(same, refused[to], to)]
            lost = [same for same in not_got if same not in of_refused]
            of_left = [same for same in lost if to in LEFT and any(one.number in left[to] for one in same)]
            lost = [same for same in lost if same not in of_left]
            counts = len(events), len(events) - len(not_got), len(of_refused), len(of_left)
            account.by_recipient[f"{wish.name}: {to}"] = counts
            account.problems += [
                f"{wish.name}: {to} never received {same[0].number}, {same[0].at:%a %d %b %H:%M}, “{same[0].title}”"
                for same in lost[:_MOST_TOLD]
            ]


def _is_refused(same: Iterable[Published], refused: set[int], to: str) -> bool:
    return to.startswith("mail gone-") or any(one.number in refused for one in same)


def _in_doubt(outcome: Outcome) -> dict[str, set[int]]:
    """What stands in the messages that were left, by recipient: of these the program's own word is all there is."""
    wishes = {wish.name: wish for wish in outcome.world.wishes}
    found: dict[str, set[int]] = defaultdict(set)
    with _database(outcome.state) as database:
        for subscription, position, data in database.execute(
            "SELECT subscription, position, data FROM delivery JOIN message USING (digest_id) WHERE state = 'unknown'"
        ):
            found[wishes[subscription].to[position]] |= _linked(data)
    return found


def _not_theirs(outcome: Outcome, messages: Iterable[Message], account: Account) -> None:
    """Nobody has what does not belong to them, and no alert is of what was there already."""
    published = {one.number: one for one in outcome.world.published}
    start = outcome.world.start
    for message in messages:
        theirs = {number for number in message.numbers if number in published}
        of_others = [
            number
            for number in theirs
            # A report is spoken of again by the ones that follow it.
            if not message.wish.takes(published[number], start) and not published[number].report
        ]
        if of_others:
            account.problems.append(f"{message.wish.name}: {message.to} has {of_others}, which it did not ask for")
        new = [number for number in theirs if message.wish.takes(published[number], start)]
        if not message.wish.schedule and not new:
            account.problems.append(f"{message.wish.name}: an alert to {message.to} of nothing new: {message.numbers}")


def _told_twice(outcome: Outcome, messages: Iterable[Message], account: Account) -> None:
    """No item is told by two messages: what the folder has says exactly which are told."""
    reports = {one.number for one in outcome.world.published if one.report}
    told: dict[tuple[str, str, int], str] = {}
    for message in messages:
        # In words and blocks a report may be spoken of again; as data it may not.
        numbers = message.numbers if message.to == "folder" else message.numbers - reports
        for number in () if message.is_detail else numbers:
            first = told.setdefault((message.wish.name, message.to, number), message.id)
            if first != message.id:
                account.problems.append(f"{message.wish.name}: {message.to} was told of {number} by two messages")


def _repeats(outcome: Outcome, account: Account) -> None:
    last: dict[tuple[str, str], Arrival] = {}
    for arrival in sorted(outcome.ledger.arrivals, key=lambda one: one.order):
        to = _named(arrival)
        before = last.get((to, arrival.id))
        last[to, arrival.id] = arrival
        if before is None:
            continue
        if before.content != arrival.content:
            account.problems.append(f"{to}: a repeat of {arrival.id} has other words")
        # A process that went on to the next message of the channel had recorded this one.
        was_last = outcome.ledger.last_begun[before.life, before.channel] == before.order
        if before.is_reply_lost:
            cause = REPLY_LOST
        elif before.life in outcome.killed and was_last and arrival.life != before.life:
            cause = KILLED
        else:
            cause = "no cause"
            account.problems.append(f"{to}: {arrival.id} came again, and nothing had gone wrong")
        if to.startswith("bot ") or to in LEFT:
            account.problems.append(f"{to}: {arrival.id} came again, and was to be looked for or left")
        account.repeats[cause] += 1
        account.repeated.append(f"{to}: {arrival.id}: {cause}")


def _windows(outcome: Outcome, account: Account) -> None:
    """Each slot once, and the windows of a subscription meet: nothing falls between two of them or into both."""
    with _database(outcome.state) as database:
        rows = database.execute(
            "SELECT subscription, slot, window_start, window_end FROM digest WHERE kind = 'digest' ORDER BY window_end"
        ).fetchall()
    account.slots = len(rows)
    for name, times in Counter((row[0], row[1]) for row in rows).items():
        if times > 1:
            account.problems.append(f"{name[0]}: {name[1]} was composed {times} times")
    ends: dict[str, str] = {}
    for subscription, slot, start, end in rows:
        if ends.get(subscription, start) != start:
            account.problems.append(f"{subscription}: the window of {slot} begins at {start}, not {ends[subscription]}")
        ends[subscription] = end


def _deliveries(outcome: Outcome, account: Account) -> None:
    """Everything has ended, and what is refused was refused: by its server, for good, and with a reason."""
    with _database(outcome.state) as database:
        rows = database.execute("SELECT subscription, position, state, error FROM delivery").fetchall()
    wishes = {wish.name: wish for wish in outcome.world.wishes}
    counts: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    for subscription, position, state, reason in rows:
        to = wishes[subscription].to[position]
        if state == "refused":
            counts[to] += 1
            reasons[to] = reason
            if not reason:
                account.problems.append(f"{subscription}: {to} was refused something without a reason")
        elif state == "unknown" and to in LEFT and reason:
            account.left[to] += 1
        elif state != "sent":
            account.problems.append(f"{subscription}: something for {to} is still {state}: {reason}")
    refused = {_refusal(arrival) for arrival in outcome.ledger.refused}
    by_servers = Counter(to for to, _ in refused)
    # A refusal that a kill kept from being recorded may be a yes at the next attempt.
    surely = Counter(to for to, _ in refused - {_refusal(arrival) for arrival in outcome.ledger.arrivals})
    for to in sorted(counts.keys() | by_servers.keys()):
        account.refused[to] = counts[to], reasons.get(to, "")
        # One that has no address is refused before it says which message it will not have.
        is_known = to.startswith("mail gone-") and counts[to] and by_servers[to]
        if not surely[to] <= counts[to] <= by_servers[to] and not is_known:
            account.problems.append(f"{to}: {counts[to]} recorded as refused ({reasons.get(to)}), not {by_servers[to]}")


def _refusal(arrival: Arrival) -> tuple[str, str]:
    return _named(arrival), arrival.id


def _log(outcome: Outcome, account: Account) -> None:
    told: Counter[str] = Counter()
    for line in (outcome.state / "log.jsonl").read_text("utf-8", "replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:  # cut off by a kill, or the trace of one that ended by itself
            told["a line that is no entry: " + line[:200]] += not line.startswith("{") and bool(line.strip())
            continue
        if entry["event"] in _BUGS or entry.get("level") == "critical":
            told[f"the log has “{entry['event']}”: {entry.get('reason') or entry.get('exception', '')[-300:]}"] += 1
    account.problems += [f"{words} ({times} times)" for words, times in told.most_common(_MOST_TOLD) if times]


def _database(state: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"file:{state / 'monitor.db'}?mode=ro", uri=True))


# --- for people ----------------------------------------------------------------------------------------------------


def printed(outcome: Outcome, account: Account) -> str:
    """The account on a page."""
    plan, made = outcome.plan, outcome.world
    items = [one for one in made.published if not one.report]
    lines = [
        f"{plan.days} days, {len(items):,} items, {plan.reports} new reports, {len(made.wishes)} subscriptions",
        f"seed {plan.seed}; killed {len(outcome.killed)} times; {outcome.took_s:.0f} s",
        f"{account.slots:,} digests composed, {account.messages:,} messages received",
        "",
        "what went wrong on purpose",
        *(f"  {count:6,}  {fault}" for fault, count in sorted(outcome.weather.struck.items())),
        "",
        "                                       owed  received   refused   left in doubt",
        *(f"  {to:34}" + "{:7,}{:10,}{:10,}{:10,}".format(*counts) for to, counts in account.by_recipient.items()),
        f"  {'by subscription, at least once':34}{account.owed:7,}{account.received:10,}",
        "",
        "repeats, by cause",
        *(f"  {account.repeats[cause]:6,}  {cause}" for cause in sorted({REPLY_LOST, KILLED, *account.repeats})),
        *(f"          {to}" for to in account.repeated),
        "",
        "refused for good",
        *(f"  {count:6,}  {to}: {reason}" for to, (count, reason) in account.refused.items()),
        "",
        "left in doubt, as the channel says",
        *(f"  {count:6,}  {to}" for to, count in account.left.items()),
        "",
        *(f"PROBLEM  {problem}" for problem in account.problems),
        "the account balances"
        if account.balances
        else f"the account does not balance: {len(account.problems)} problems",
    ]
    return "\n".join(lines)
