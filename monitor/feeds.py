"""Told items → the entries of a feed: one for each story, updated when something new was told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from monitor import history
from monitor.model import FeedEntry
from monitor.shares import SHARE, fair
from monitor.stories import news_in, repeats, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.model import KnownReport, ReadyItem, UpdateReason

MOST_ENTRIES = 50  # what feed readers keep of a feed that they read daily lies well below
_LEAST_NEWS = MOST_ENTRIES // 2  # however many reports there are

Told = tuple["ReadyItem", "datetime"]  # an item, and when it was told


def entries(told: Iterable[Told], reports: Sequence[KnownReport]) -> tuple[FeedEntry, ...]:
    """The newest entries of these items, those updated last first.

    Where there are more than have room, reports stay, and of one source at most a fourth where others have something.
    """
    stories: dict[int, list[Told]] = {}
    for one in sorted(told, key=lambda one: (one[1], one[0].item.id)):
        stories.setdefault(one[0].story, []).append(one)
    made = [_entry(number, members, reports) for number, members in stories.items()]
    newest = sorted(made, key=_newest_first, reverse=True)
    kept = [entry for entry in newest if entry.story.lead.item.is_report][:MOST_ENTRIES]
    news = [entry for entry in newest if not entry.story.lead.item.is_report]
    room = max(MOST_ENTRIES - len(kept), _LEAST_NEWS)
    kept += fair(news, MOST_ENTRIES // SHARE, _source)[:room]
    return tuple(sorted(kept, key=_newest_first, reverse=True))


def _source(entry: FeedEntry) -> str:
    return entry.story.lead.item.source


def _newest_first(entry: FeedEntry) -> tuple[datetime, bool, str]:
    """Of what one digest told, Ofsted's reports come first."""
    return entry.updated, bool(entry.inspections), entry.id


def _entry(number: int, members: Sequence[Told], reports: Sequence[KnownReport]) -> FeedEntry:
    """The story of `members`, which are in the order they were told."""
    published = updated = members[0][1]
    reasons: dict[UpdateReason, None] = {}
    for one, at in members:
        before = [other.told for other, earlier in members if earlier < at]
        new = news_in(one.told, before) if before else ()
        if new or (before and not repeats(one.told, before)):
            updated = at
            reasons |= dict.fromkeys(new)
    items = {one.item.id: one for one, _ in members}  # an item told unread and then read is one
    found = [history.news(one, reports) for one in items.values() if one.inspection or one.item.is_report]
    return FeedEntry(
        id=_id([one for one, at in members if at == published]),
        story=tell(number, [one.told for one in items.values()], new=tuple(reasons)),
        inspections=tuple(found),
        published=published,
        updated=updated,
    )


def _id(began: Sequence[ReadyItem]) -> str:
    """By the identity of an item that the story began with: a story's number is another once the state was lost.

    Of several the report is taken, else any that is always the same: which came first is chance.
    """
    first = min(began, key=lambda one: (not one.item.is_report, one.item.key))
    return uuid5(NAMESPACE_URL, f"ofsted-monitor story\n{first.item.key}").urn
