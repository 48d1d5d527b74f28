"""digests.toml: who is told what, when, and by which channels."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.config import values
from monitor.config.tables import Table, Unfit, did_you_mean, shown
from monitor.model import ADDRESSED, AlertReason, Recipient, Subscription, SubscriptionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from monitor.model import Channel

_WRITTEN = 'a list like [ { channel = "folder" } ]'
_KINDS = {SubscriptionKind.DIGEST: "a digest", SubscriptionKind.ALERT: "an alert"}
_PARTS = ("inspections", "news")
_ELSEWHERE = {
    "on": "only for an alert",
    "schedule": "only for a digest",
    "themes": "only for a digest",
    "min_relevance": "only for a digest",
    "include": "only for a digest",
    "when_empty": "only for a digest",
}

# One that could not be read yet is told to whoever asks for published ones.
_REASONS = tuple(reason for reason in AlertReason if reason is not AlertReason.REPORT_UNREAD)


def read_digests(
    root: Table,
    *,
    channels: Mapping[str, Channel | None] | None,
    tracked: Collection[str] | None,
    theme_ids: Collection[str] | None,
) -> tuple[Subscription, ...]:
    """Digests, then alerts, each in the order of the file.

    None for `channels`, `tracked` or `theme_ids`: the file that says them could not be read, so no name is held
    against them. A channel of None is one whose kind is not known.
    """
    subscriptions: list[Subscription] = []
    taken: dict[str, str] = {}  # where each name stands; without case, for names of files
    for kind, a_kind in _KINDS.items():
        for table in root.tables(kind.value, title="name"):
            name = table.need("name", _name, "")
            if name and name.casefold() in taken:
                hint = f"so has {taken[name.casefold()]}"
                table.complain("name", shown(name), "a name no other digest or alert has", hint)
            taken[name.casefold()] = table.where
            subscription = Subscription(
                name=name,
                kind=kind,
                to=_recipients(table, channels),
                councils=table.each("councils", _tracked_council(tracked)) or tuple(tracked or ()),
            )
            if kind is SubscriptionKind.DIGEST:
                subscription = _digest(table, subscription, theme_ids)
            else:
                subscription = _alert(table, subscription)
            table.finish(what=a_kind, elsewhere=_ELSEWHERE)
            subscriptions.append(subscription)
    root.finish()
    return tuple(subscriptions)


def _digest(table: Table, subscription: Subscription, theme_ids: Collection[str] | None) -> Subscription:
    include = table.each("include", values.one_of(_PARTS)) or _PARTS
    return replace(
        subscription,
        schedule=table.need("schedule", values.cron, ""),
        themes=table.each("themes", _known_theme(theme_ids)),
        min_relevance=table.take("min_relevance", values.share, subscription.min_relevance),
        inspections="inspections" in include,
        news="news" in include,
        send_when_empty=table.take("when_empty", values.one_of(("skip", "send")), "skip") == "send",
    )


def _alert(table: Table, subscription: Subscription) -> Subscription:
    """An alert is about reports, so it has no themes or relevance to choose by."""
    if table.lacks("on"):
        table.complain("on", "nothing", f"a list of {', '.join(_REASONS)}")
    reasons = table.each("on", values.one_of(_REASONS), empty=True)
    return replace(subscription, on=tuple(AlertReason(reason) for reason in reasons))


def _recipients(table: Table, channels: Mapping[str, Channel | None] | None) -> tuple[Recipient, ...]:
    recipients: list[Recipient] = []
    for line in table.tables("to", written=_WRITTEN):
        channel = line.need("channel", _known_channel(channels), "")
        address = line.take("address", values.recipient, "")
        if channels is not None and channels.get(channel) is not None:
            has_address = isinstance(channels[channel], ADDRESSED)
            if has_address and "address" not in line:
                line.complain("address", "nothing", f"an e-mail address, for {shown(channel)} sends e-mail")
            if not has_address and "address" in line:
                line.complain("address", "an address", f"none, for {shown(channel)} is not e-mail")
        line.finish(what="a recipient")
        recipient = Recipient(channel=channel, address=address)
        is_readable = channel and ("address" in line) == bool(address)
        if is_readable and recipient in recipients:
            line.complain("channel", "a recipient named before", "each recipient once")
        recipients.append(recipient)
    if table.lacks("to"):
        table.complain("to", "nobody", _WRITTEN)
    return tuple(recipients)


# --- names -------------------------------------------------------------------------------------------------


def _name(value: object) -> str:
    """A name that can also name a file and stand in a message's id."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,59}", value):
        return value
    raise Unfit('a name of up to 60 letters, digits, hyphens and spaces, like "weekday-briefing"')


def _tracked_council(tracked: Collection[str] | None) -> Callable[[object], str]:
    def read(value: object) -> str:
        name = values.council(value)
        if tracked is not None and name not in tracked:
            raise Unfit("a council you follow", hint=f"add {shown(name)} to councils in monitor.toml")
        return name

    return read


def _known_theme(theme_ids: Collection[str] | None) -> Callable[[object], str]:
    def read(value: object) -> str:
        name = values.line(value)
        if theme_ids is not None and name not in theme_ids:
            raise Unfit("the id of a theme in themes.toml", hint=did_you_mean(name, theme_ids))
        return name

    return read


def _known_channel(channels: Collection[str] | None) -> Callable[[object], str]:
    def read(value: object) -> str:
        name = values.line(value)
        if channels is not None and name not in channels:
            there = " or ".join(shown(one) for one in channels) or "none is switched on"
            hint = did_you_mean(name, channels) or 'a channel with a "#" before its lines is switched off there'
            raise Unfit(f"the name of a channel in monitor.toml: {there}", hint=hint)
        return name

    return read
