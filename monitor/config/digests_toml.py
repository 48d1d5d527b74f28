"""digests.toml: who is told what, when, and by which channels."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

from monitor.config import values
from monitor.config.tables import Table, Unfit, did_you_mean, shown, suggestion
from monitor.councils import council_named
from monitor.model import (
    ADDRESSED,
    AlertReason,
    Event,
    Polarity,
    QuietHours,
    Recipient,
    SourceKind,
    Subscription,
    SubscriptionKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from monitor.model import Channel

_WRITTEN = 'a list like [ { channel = "folder" } ]'
_KINDS = {SubscriptionKind.DIGEST: "a digest", SubscriptionKind.ALERT: "an alert"}
_PARTS = ("inspections", "news")
_POLARITIES = (Polarity.CONCERN, Polarity.PROGRESS)
# An alert is about reports, and none is of a council's response. Ofsted's search brings no items of its own.
_EVENTS_OF_REPORTS = tuple(event for event in Event if event is not Event.COUNCIL_RESPONSE)
_SOURCE_KINDS = tuple(kind for kind in SourceKind if kind is not SourceKind.OFSTED_SEARCH)
_MOST_STORIES = 40
_ELSEWHERE = {
    **dict.fromkeys(("on", "quiet_hours", "quiet_weekends"), "only for an alert"),
    **dict.fromkeys(
        ("schedule", "themes", "polarity", "kinds", "min_relevance", "most_stories", "include", "when_empty"),
        "only for a digest",
    ),
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
                councils=_councils(table, tracked),
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
    kinds = table.each("kinds", values.one_of(_SOURCE_KINDS))
    _complain_of_nothing_left(table, include, kinds)
    return replace(
        subscription,
        schedule=table.need("schedule", values.cron, ""),
        themes=table.each("themes", _known_theme(theme_ids)),
        polarities=tuple(Polarity(one) for one in table.each("polarity", values.one_of(_POLARITIES))),
        events=tuple(Event(one) for one in table.each("events", values.one_of(tuple(Event)))),
        source_kinds=tuple(SourceKind(one) for one in kinds),
        min_relevance=table.take("min_relevance", values.share, subscription.min_relevance),
        most_stories=table.take("most_stories", values.whole(1, _MOST_STORIES), subscription.most_stories),
        inspections="inspections" in include,
        news="news" in include,
        send_when_empty=table.take("when_empty", values.one_of(("skip", "send")), "skip") == "send",
    )


def _alert(table: Table, subscription: Subscription) -> Subscription:
    """An alert is about reports, so it has no themes, relevance or kinds of source to choose by."""
    if table.lacks("on"):
        table.complain("on", "nothing", f"a list of {', '.join(_REASONS)}")
    reasons = table.each("on", values.one_of(_REASONS), empty=True)
    start, end = table.take("quiet_hours", _hours, (None, None))
    weekends = table.take("quiet_weekends", values.truth, default=False)
    return replace(
        subscription,
        on=tuple(AlertReason(reason) for reason in reasons),
        events=tuple(Event(one) for one in table.each("events", values.one_of(_EVENTS_OF_REPORTS))),
        quiet=QuietHours(start=start, end=end, weekends=weekends) if start or weekends else None,
    )


def _complain_of_nothing_left(table: Table, include: Collection[str], kinds: Collection[str]) -> None:
    """A digest that can never tell anything is a mistake: reports come from Ofsted's pages, news from the others."""
    if kinds and SourceKind.OFSTED not in kinds and "news" not in include:
        table.complain("kinds", "no kind that brings reports", f'"{SourceKind.OFSTED}", for include names no news')
    if set(kinds) == {SourceKind.OFSTED} and "inspections" not in include:
        table.complain("kinds", "no kind that brings news", "another kind too, for include names no inspections")


def _councils(table: Table, tracked: Collection[str] | None) -> tuple[str, ...]:
    """The councils named, then those that are followed in the regions named; all, where none is named."""
    named = table.each("councils", _tracked_council(tracked))
    in_regions = table.each("regions", _tracked_region(tracked))
    if not named and not in_regions:
        return tuple(tracked or ())
    of_regions = (name for region in in_regions for name in tracked or () if _lies_in(name, region))
    return tuple(dict.fromkeys((*named, *of_regions)))


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
        # However it is spelt: as suppression has it, mailboxes are not told apart by case.
        named = [replace(one, address=one.address.lower()) for one in recipients]
        if is_readable and replace(recipient, address=address.lower()) in named:
            line.complain("channel", "a recipient named before", "each recipient once")
        recipients.append(recipient)
    if table.lacks("to"):
        table.complain("to", "nobody", _WRITTEN)
    return tuple(recipients)


# --- times ----------------------------------------------------------------------------------------------

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_LOOSE_HOURS = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? *(?:-|–|to|until) *(\d{1,2})(?:[:.](\d{2}))?")


def _hours(value: object) -> tuple[time, time]:
    """From one time of day up to another, over midnight where that is the earlier: "22:00-07:00"."""
    wanted = 'two different times of day like "22:00-07:00"'
    if not isinstance(value, str):
        raise Unfit(wanted)
    if match := _HOURS.fullmatch(value):
        start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        if start != end:  # the whole day: nothing would ever be sent
            return start, end
    elif match := _LOOSE_HOURS.fullmatch(value.strip()):
        meant = "{:0>2}:{}-{:0>2}:{}".format(match[1], match[2] or "00", match[3], match[4] or "00")
        raise Unfit(wanted, hint=suggestion([meant]) if _HOURS.fullmatch(meant) else "")
    raise Unfit(wanted)


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


def _tracked_region(tracked: Collection[str] | None) -> Callable[[object], str]:
    def read(value: object) -> str:
        name = values.region(value)
        if tracked is not None and not any(_lies_in(council, name) for council in tracked):
            raise Unfit("a region of a council you follow", hint="add its councils to councils in monitor.toml")
        return name

    return read


def _lies_in(council: str, region: str) -> bool:
    found = council_named(council)
    return found is not None and found.region == region


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
