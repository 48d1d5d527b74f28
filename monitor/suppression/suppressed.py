"""Which recipients a suppression concerns, and which suppression holds for a recipient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.suppression.addresses import mark_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from monitor.model import Subscription, Suppression

# Why, where a recipient did it; what is put down so, the same link takes back.
ASKED = "asked for by the link in a message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A recipient, as messages name it: "recipient 2 of weekday-briefing"."""

    subscription: str
    index: int  # in the subscription's `to`

    def __str__(self) -> str:
        return f"recipient {self.index + 1} of {self.subscription}"


def holding(found: Iterable[Suppression], subscription: str) -> Suppression | None:
    """Of one address's suppressions, that which holds for `subscription`: its own before the one of all."""
    return next(iter(sorted((one for one in found if one.subscription in (subscription, "")), key=_is_of_all)), None)


def _is_of_all(one: Suppression) -> bool:
    return not one.subscription


def positions(mark: str, subscriptions: Iterable[Subscription], names: Collection[str] = ()) -> list[Position]:
    """The configured recipients with that address, of the subscriptions of these `names`; of all, where none are."""
    return [
        Position(subscription=one.name, index=index)
        for one in subscriptions
        if not names or one.name in names
        for index, recipient in enumerate(one.to)
        if recipient.address and mark_of(recipient.address) == mark
    ]


def silenced(
    subscriptions: Iterable[Subscription], found: Collection[Suppression]
) -> Iterator[tuple[Position, Suppression]]:
    """The configured recipients who are sent nothing more, in the order of the file, each with what holds for it."""
    by_mark: dict[str, list[Suppression]] = {}
    for one in found:
        by_mark.setdefault(one.mark, []).append(one)
    for subscription in subscriptions:
        for index, recipient in enumerate(subscription.to):
            of_address = by_mark.get(mark_of(recipient.address), []) if recipient.address else []
            if held := holding(of_address, subscription.name):
                yield Position(subscription=subscription.name, index=index), held


def outlived(
    subscriptions: Collection[Subscription], found: Collection[Suppression]
) -> Iterator[tuple[Position, Suppression]]:
    """The configured recipients who are sent messages though they stopped a subscription that has gone, each with that.

    It may have another name now: then they are sent again what they stopped.
    """
    names = {one.name for one in subscriptions}
    silent = {position for position, _ in silenced(subscriptions, found)}
    for one in found:
        if one.subscription and one.subscription not in names:
            yield from ((where, one) for where in positions(one.mark, subscriptions) if where not in silent)
