"""What `check` says of what is owed to whom: what waits, what was given up, and who is sent nothing."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import console
from monitor.cli.lines import bad, note, say_some
from monitor.composing import Composing
from monitor.config import durations
from monitor.delivery.outbox import LONGEST_REST, heir
from monitor.model import DeliveryState
from monitor.render.words import counted
from monitor.slots import quiet_until, quiet_within
from monitor.suppression.addresses import mark_of
from monitor.suppression.suppressed import Position, holding, outlived, positions, silenced
from monitor.undelivered import REACHES_BACK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.config import Config
    from monitor.model import Delivery, Recipient, Suppression
    from monitor.store import Store

_LONG = timedelta(hours=6)  # as long as a message waits between two attempts; a server that is busy is not for so long
_PERHAPS = " (nobody knows whether it arrived)"
# RFC 3463, 3.2: no such mailbox (X.1.1), it has moved (X.1.6); RFC 7505: its domain takes no mail (X.1.10).
_IS_GONE = re.compile(r"\b5\.1\.(?:1|6|10)\b")
_HINT_GONE = " (there is no such mailbox: mend the address, or ofsted-monitor suppress it)"


def say_waiting(store: Store, config: Config, now: datetime) -> bool:
    """A line a channel of what is owed and not sent yet; True when some has lost its recipient, or waits for long."""
    by_channel: dict[str, list[Delivery]] = {}
    lost: dict[tuple[str, str], int] = {}
    names = {one.name for one in config.subscriptions}
    for one in store.digests.deliveries(DeliveryState.PENDING, DeliveryState.SENDING):
        recipient = heir(one, config.subscriptions, store.digests.others(one))
        if recipient:
            by_channel.setdefault(recipient.channel, []).append(one)
        else:
            whose = (one.subscription, one.channel if one.subscription in names else "")
            lost[whose] = lost.get(whose, 0) + 1
    fails = bool(lost)
    for channel, waiting in by_channel.items():
        oldest = console.ago(min(one.composed_at for one in waiting), now)
        next_try = _next_try(waiting, config, now)
        in_hand = sum(one.state is DeliveryState.SENDING for one in waiting)
        untried = "not tried yet" if not in_hand else "being sent, or cut short amid it"
        said = next((one.error for one in reversed(waiting) if one.error), untried)
        doubtful = sum(one.in_doubt or one.state is DeliveryState.SENDING for one in waiting)
        number = counted(len(waiting), "delivery", "deliveries")
        line = f"{channel}: {number} waiting, the oldest composed {oldest}; next try {next_try}; the last: {said}"
        line += f"; {doubtful} may have arrived" if doubtful else ""
        is_late = any(_has_waited(one, config, now) >= _LONG for one in waiting)
        (bad if is_late else note)(line)
        fails |= is_late
    for (name, over), number_lost in lost.items():
        waits = counted(number_lost, "delivery waits", "deliveries wait")
        whom = f"recipients of “{name}” over “{over}” who are" if over else f"“{name}”, which is"
        it = "it" if number_lost == 1 else "they"
        bad(f"{waits} for {whom} not in digests.toml: {it} will not be sent")
    return fails


def _has_waited(one: Delivery, config: Config, now: datetime) -> timedelta:
    """How long it was owed and might have gone."""
    hours = next((known.quiet for known in config.subscriptions if known.name == one.subscription), None)
    return (
        now - one.composed_at - (quiet_within(hours, one.composed_at, now, config.timezone) if hours else timedelta(0))
    )


def _next_try(waiting: Sequence[Delivery], config: Config, now: datetime) -> str:
    """When something of what waits for one channel is tried next.

    How long a channel rests that is down or asked for it is known to the service alone. But of what it was to carry one
    was tried, whose next attempt is no sooner than a server asked for; the others are due, and left.
    """
    quiet = {one.name: one.quiet for one in config.subscriptions}
    first: dict[tuple[int, int], Delivery] = {}  # of the parts of a message, none goes before the first has ended
    for one in sorted(waiting, key=lambda one: one.part):
        first.setdefault((one.digest_id, one.position), one)
    times = []
    for one in first.values():
        hours, at = quiet.get(one.subscription), max(one.next_at or now, now)
        times.append((hours and quiet_until(hours, at, config.timezone)) or at)
    was_left = any(one.error for one in waiting) and any(at <= now for at in times)
    if not was_left:
        return console.until(min(times), now)
    ahead = [at for at in times if at > now]
    return console.until(min(ahead), now) if ahead else f"within {durations.words(LONGEST_REST)}"


def say_left_behind(names: Sequence[str], number: int) -> bool:
    """Says of alerts that are not configured any more how much is still owed to them; True where anything is."""
    if number:
        reports = counted(number, "report is", "reports are")
        alert = " or ".join(f"“{name}”" for name in names)
        bad(
            f"{reports} still owed to the alert {alert}, which is not in digests.toml: nobody will be told. Has it "
            "another name now? Give it its name back until they are told"
        )
    return number > 0


def say_dropped(store: Store, config: Config, now: datetime) -> None:
    """Says what waits to be told and will not be, because its source was taken out: before it is lost for good."""
    for name, number in Composing(config=config, store=store, clock=lambda: now).dropped().most_common():
        waits = counted(number, "item waits", "items wait")
        them = "it" if number == 1 else "them"
        note(
            f"{waits} to be told of “{name}”, which is not in sources.toml any more, or switched off there, by name or "
            f"address: no digest tells {them}, unless it is put back"
        )


def say_given_up(store: Store, config: Config, now: datetime) -> bool:
    """Says what lately ended without having been delivered, newest first; True when anything did.

    What was for somebody who was suppressed or taken out since is settled, and nothing of it is said.
    """
    suppressed = store.suppressions.all()
    given_up = [
        f"given up: {one.subscription}, recipient {one.position + 1}, {one.composed_at:%Y-%m-%d}: {one.error}"
        f"{_HINT_GONE if _IS_GONE.search(one.error) else ''}{_PERHAPS if one.in_doubt else ''}"
        for one in reversed(store.digests.undelivered(now - REACHES_BACK))
        if _is_wanted(one, heir(one, config.subscriptions, store.digests.others(one)), suppressed)
    ]
    say_some(given_up)
    if given_up:
        note("what was given up is sent again, once mended, by ofsted-monitor deliver --again")
    return bool(given_up)


def say_withdrawn(store: Store, now: datetime) -> None:
    """Says of which subscriptions something was lately not sent, for its recipient had been taken out."""
    withdrawn = Counter(
        one.subscription
        for one in store.digests.undelivered(now - REACHES_BACK, withdrawn=True)
        if one.state is DeliveryState.WITHDRAWN
    )
    for name, number in withdrawn.items():
        was = counted(number, "delivery was", "deliveries were")
        note(
            f"withdrawn: {was} not sent, for no such recipient of “{name}” was in digests.toml any more; if that was "
            "not meant: put it back as it was, and ofsted-monitor deliver --again"
        )


def _is_wanted(delivery: Delivery, recipient: Recipient | None, suppressed: Sequence[Suppression]) -> bool:
    """Whether somebody is there who would still be sent it."""
    if recipient is None or not recipient.address:
        return recipient is not None
    mark = mark_of(recipient.address)
    return holding([one for one in suppressed if one.mark == mark], delivery.subscription) is None


def say_suppressed(store: Store, config: Config) -> bool:
    """Says who is sent nothing more, and why; True when a subscription is left with nobody, or somebody is
    sent again what they stopped, as it seems."""
    found = store.suppressions.all()
    silent = dict(silenced(config.subscriptions, found))
    for position, held in silent.items():
        note(f"suppressed: {position}: {held.why}, since {held.at:%Y-%m-%d}")
    if other := sum(not positions(mark, config.subscriptions) for mark in {one.mark for one in found}):
        note(f"{counted(other, 'suppressed address is', 'suppressed addresses are')} of no recipient in digests.toml")
    for_nobody = [
        one.name
        for one in config.subscriptions
        if one.to and all(Position(subscription=one.name, index=index) in silent for index in range(len(one.to)))
    ]
    for name in for_nobody:
        bad(f"{name}: each of its recipients is suppressed, so nobody is sent it")
    told_again = [
        f"{position} had stopped “{held.subscription}”, which is not in digests.toml: has it another name now? "
        f'ofsted-monitor suppress ADDRESS --subscription "{position.subscription}" stops that too; --lift '
        f'--subscription "{held.subscription}" forgets what they had stopped'
        for position, held in outlived(config.subscriptions, found)
    ]
    say_some(told_again)
    return bool(for_nobody or told_again)
