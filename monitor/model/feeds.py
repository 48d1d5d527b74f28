"""What people who live in a feed reader are told: the same stories, an entry each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.model.digests import InspectionNews, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A story, and what became of it. An entry keeps its `id` for good: a reader shows it anew when it is updated."""

    id: str  # "urn:uuid:…"
    story: Story
    inspections: tuple[InspectionNews, ...]  # of the reports among its items
    published: datetime  # when it was first told
    updated: datetime  # when something new was last told of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The stories of one subscription, or about one council, newest first."""

    name: str  # of its files: "digest-weekday-briefing", "council-devon"
    title: str
    entries: tuple[FeedEntry, ...]
    began: datetime  # what an empty feed is dated by
