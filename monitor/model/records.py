"""What is kept between two runs: where a source stands, what a check brought, what is ready, what was told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.model.digests import ToldItem

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.model.inspections import Inspection
    from monitor.model.items import Classification, Item
    from monitor.model.subscriptions import AlertReason


class CheckStatus(StrEnum):
    NEW = "new"  # at least one new or changed item
    UNCHANGED = "unchanged"
    FAILED = "failed"


class ReadingState(StrEnum):
    """Where the second fetch of an item stands."""

    NONE = "none"  # its entry says all we want
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"  # given up after the last attempt; the item is told with what its entry said


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is known of a source between two checks."""

    name: str
    url: str
    first_checked_at: datetime | None = None
    last_check_at: datetime | None = None
    last_success_at: datetime | None = None
    last_body_at: datetime | None = None
    next_at: datetime | None = None
    interval_s: float = 0.0
    failures: int = 0
    failing_since: datetime | None = None  # of one that answers (no `failures`): since when it finds nothing
    error: str = ""
    gap_at: datetime | None = None
    note: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    marks: tuple[str, ...] = ()
    moved_to: str | None = None
    moved_times: int = 0

    @property
    def is_first_check(self) -> bool:
        return self.first_checked_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One attempt to poll a source, and all that is to be stored of it in one transaction."""

    source: str
    at: datetime
    seconds: float
    state: SourceState  # as it stands after the check
    status: CheckStatus
    reason: str = ""  # why it failed
    items: tuple[Item, ...] = ()  # new or changed by the document's marks; the store knows which are known
    to_read: frozenset[str] = frozenset()  # keys of items whose page or report is to be fetched, when new
    unchanged: int = 0  # entries the document showed again; the store adds those that it finds to be known
    may_be_renamed: bool = False  # most entries are new: perhaps the source renamed them all
    wakes: tuple[str, ...] = ()  # addresses of sources that are due at once: this one shows that they have news
    new: int = 0  # filled by the store
    changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadItem:
    """An item whose page or report is still to be fetched."""

    item: Item
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyItem:
    """An item that can be told, with all that is known of it."""

    item: Item
    classification: Classification
    story: int
    ready_at: datetime
    inspection: Inspection | None = None
    unread: str = ""  # why its page or report could not be read so far; "" when it was read, or need not be

    @property
    def told(self) -> ToldItem:
        return ToldItem(item=self.item, classification=self.classification)


class Telling(StrEnum):
    """What a digest did with an item it was owed."""

    TOLD = "told"
    LINKED = "told by its headline and link alone, for length"
    SAME_STORY = "adds nothing to a story told before"
    COUNTED = "left out for length, and counted"
    UNREAD = "told before its report could be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBy:
    """An item a digest was owed, with its story, and what the digest did with it."""

    item_id: int
    story: int
    how: Telling = Telling.TOLD
    reasons: tuple[AlertReason, ...] = ()  # of an alert: what it told the item for
