"""What people are told: stories, digests, messages, and their deliveries."""

from __future__ import annotations

import re

# msgspec reads these annotations at run time, when values go to the store and come back.
from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass, replace
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

from monitor.model.inspections import RANKS

if TYPE_CHECKING:
    from datetime import date, datetime

    from monitor.model.inspections import Expectation, Grade, Inspection, KnownReport, SendOutcome
    from monitor.model.items import Classification, Event, Item, ThemeLabel
    from monitor.model.subscriptions import AlertReason, SubscriptionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `start` up to but not including `end`, both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldItem:
    """An item with its classification, as a story holds it."""

    item: Item
    classification: Classification


class UpdateReason(StrEnum):
    """What happened to a story since it was told."""

    REPORT = "report"  # Ofsted's report came
    JUDGEMENT = "judgement"  # another judgement is told than was before
    RESPONSE = "response"  # the council, or another body, has answered


# Of a story's items: the leading one, and as many as keep a phone's screen readable.
MOST_TOLD = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The items about one event, the leading one first; labels are those of all its items together."""

    id: int
    items: tuple[ToldItem, ...]
    councils: tuple[str, ...]
    event: Event | None
    relevance: float
    themes: tuple[tuple[ThemeLabel, str], ...] = ()  # each with the URL its evidence came from, best first
    new: tuple[UpdateReason, ...] = ()  # of a story told before: what happened since; () of one never told

    @property
    def lead(self) -> ToldItem:
        return self.items[0]

    @property
    def others(self) -> tuple[ToldItem, ...]:
        """Those who write of Ofsted's report that leads: what they say is not the report's."""
        return self.items[1:] if self.lead.item.is_report else ()

    @property
    def own_councils(self) -> tuple[str, ...]:
        """Its councils; those of a report alone, where one leads."""
        return self.lead.classification.councils if self.lead.item.is_report else self.councils

    @property
    def own_themes(self) -> tuple[tuple[ThemeLabel, str], ...]:
        """Its themes; those of a report alone, where one leads."""
        if not self.lead.item.is_report:
            return self.themes
        return tuple((label, self.lead.item.url) for label in self.lead.classification.themes)

    @property
    def others_councils(self) -> tuple[str, ...]:
        """The councils that only the others name."""
        named = dict.fromkeys(name for told in self.others for name in told.classification.councils)
        return tuple(name for name in named if name not in self.own_councils)

    @property
    def others_themes(self) -> tuple[tuple[ThemeLabel, str], ...]:
        """The themes that only the others bring up, each as the first who does shows it, best first."""
        known = {label.theme for label, _ in self.own_themes}
        found: dict[str, tuple[ThemeLabel, str]] = {}
        for told in self.others:
            for label in told.classification.themes:
                if label.theme not in known:
                    found.setdefault(label.theme, (label, told.item.url))
        return tuple(sorted(found.values(), key=lambda pair: -pair[0].score))

    @property
    def told(self) -> tuple[ToldItem, ...]:
        """Those of its items that a message links to; the next digest is owed the others."""
        return self.items[:MOST_TOLD]

    @property
    def is_update(self) -> bool:
        return bool(self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A judgement that is not what it was at the council's last report that gave it."""

    judgement: str  # a key of JUDGEMENTS, or "send_outcome"
    before: Grade | SendOutcome
    after: Grade | SendOutcome
    since: date | None = None  # end (else publication) of the last report that gave it
    stood_since: date | None = None  # the same of the first report, of those in a row, that gave it

    @property
    def steps(self) -> int:
        """By how many grades it is better, below 0 worse; 0 where neither is."""
        if self.before not in RANKS or self.after not in RANKS:
            return 0
        return RANKS[self.after] - RANKS[self.before]

    @property
    def is_fall_to_lowest(self) -> bool:
        return self.steps < 0 and RANKS[self.after] == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A fact in which a report differs from the one it replaces."""

    fact: str  # a key of JUDGEMENTS, or of a report's facts as data
    before: str  # as data; "" where it was not told
    after: str  # of a list: "1 added, 2 removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionNews:
    """A report published in the window: its facts, what changed, and where it stands."""

    inspection: Inspection
    council: str
    url: str
    title: str
    story: int
    published: date | None
    changes: tuple[Change, ...] = ()
    compared: tuple[str, ...] = ()  # the judgements it gives that an earlier report gave as well, so that they compare
    unread: str = ""  # why the report could not be read, and its facts are not known
    first_known: bool = False  # no earlier judgements are known, so nothing can be called a change
    follows: KnownReport | None = None  # the last earlier report that graded anything
    missed: KnownReport | None = None  # an earlier report, perhaps a full inspection, that could not be read
    letters: int = 0  # of a monitoring visit: published letters of such visits since then, with this one
    replaces: KnownReport | None = None  # an earlier file about the same inspection
    corrections: tuple[Correction, ...] = ()  # what is different in it
    next: Expectation | None = None  # what this report leads one to expect first

    @property
    def is_told_before(self) -> bool:
        """Whether it replaces a file that could be read: only what is different in it is new."""
        return self.replaces is not None and self.replaces.inspection is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrouble:
    """A source that fails (`reason`), or may have lost items between two checks (a gap)."""

    source: str
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How many stories about a council bear a theme, in the window and in each of those before it."""

    theme: str
    council: str
    concern: int
    progress: int
    both: int
    beyond: int = 0  # further stories, which are not counted: one source told them, beyond what it may
    before: tuple[int, ...] = ()  # stories in each of up to four windows before, newest first

    @property
    def stories(self) -> int:
        return self.concern + self.progress + self.both


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message that did not reach its recipient and is not tried again, as its operator is told."""

    subscription: str
    position: int  # index in the subscription's `to`
    channel: str
    composed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The stories chosen for one subscription and one window: a choice, not yet worded."""

    subscription: str
    kind: SubscriptionKind
    slot: str  # a digest's local wall time with offset ("2026-06-18T07:30+01:00"); an alert's item and reasons
    window: Window
    composed_at: datetime
    stories: tuple[Story, ...] = ()  # in the order they are told
    inspections: tuple[InspectionNews, ...] = ()
    reasons: tuple[AlertReason, ...] = ()  # for an alert
    failing: tuple[SourceTrouble, ...] = ()
    gaps: tuple[SourceTrouble, ...] = ()
    more: int = 0  # stories that were left out for length, those of `linked` among them
    linked: tuple[Story, ...] = ()  # of those, the ones told by headline and link alone
    left_out: frozenset[int] = frozenset()  # numbers of the items of the others; the next digest is owed them
    repeated: tuple[ToldItem, ...] = ()  # items of stories told before that bring nothing new, one a source first
    trends: tuple[Trend, ...] = ()  # themes by council
    undelivered: tuple[Undelivered, ...] = ()  # for an alert to the operator
    councils: tuple[str, ...] = ()  # the subscription's
    is_test: bool = False  # nobody's news: it only shows that messages arrive
    sources_checked: int = 0  # sources that answered when they were last asked
    expected: tuple[Expectation, ...] = ()  # inspections whose window opens within this one
    has_gone_silent: bool = False  # one of Ofsted's pages has now failed for a day

    @property
    def is_quiet(self) -> bool:
        """Nothing happened that could be seen."""
        return not (self.stories or self.inspections or self.expected or self.undelivered)

    @property
    def is_empty(self) -> bool:
        """There is nothing to tell: nothing happened, and we looked."""
        return self.is_quiet and not self.has_gone_silent


# Private characters, which are taken out of every text from outside: between the first and the last stands what only a
# recipient with a link of their own to stop is told, and that link's address goes where the middle one stands.
STOP_FROM, STOP_MARK, STOP_TO = "\ue000", "\ue001", "\ue002"
_STOPPING = re.compile(f"{STOP_FROM}[^{STOP_TO}]*{STOP_TO}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest worded for every channel at once; each channel takes its part.

    `html`, `text` and `notify` hold a place for each recipient's own link to stop: no sender is given them without
    `with_stop_link`.

    `slack` holds one payload (`{"text": …, "blocks": […]}`) for each Slack message the digest needs; `slack_thread`
    the same for who can answer in threads: what matters first, then the detail that goes below it. `teams` holds
    Adaptive Cards, `notify` the text in GOV.UK Notify's markup.
    `data` is the digest as data (docs/webhook.md), without its `message_id`.
    """

    subject: str
    html: str
    text: str
    slack: tuple[Mapping[str, object], ...]
    data: Mapping[str, object]
    slack_thread: tuple[Mapping[str, object], ...] = ()
    teams: tuple[Mapping[str, object], ...] = ()
    notify: str = ""

    def with_stop_link(self, url: str) -> Message:
        """The message as one recipient gets it, with their link to stop; "" where there is none."""
        if not url:
            return replace(
                self,
                html=_STOPPING.sub("", self.html),
                text=_STOPPING.sub("", self.text),
                notify=_STOPPING.sub("", self.notify),
            )
        kept = {ord(STOP_FROM): "", ord(STOP_TO): ""}
        return replace(
            self,
            html=self.html.translate({**kept, ord(STOP_MARK): escape(url)}),
            text=self.text.translate({**kept, ord(STOP_MARK): url}),
            notify=self.notify.translate({**kept, ord(STOP_MARK): url}),
        )


# How the slot of an alert begins that tells of messages which did not arrive.
UNDELIVERED_SLOT = "undelivered "


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # handed over, outcome not yet recorded
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the reply was lost, and the channel's configuration says to leave it there
    SUPPRESSED = "suppressed"  # its recipient asked for no more, or cannot be reached
    WITHDRAWN = "withdrawn"  # its recipient is no longer in the configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The carrying of one message, or a part of it, to one recipient, named by subscription and position."""

    id: int
    digest_id: int
    subscription: str
    position: int  # index in the subscription's `to`
    channel: str
    recipient_mark: str  # a digest of channel and address, to notice that `to` was edited meanwhile
    part: int  # index in the channel's payloads of the message; 0 where there is one
    message_id: str  # "<…@host>": the same at every attempt
    composed_at: datetime
    state: DeliveryState
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    in_doubt: bool = False  # the reply to an attempt was lost: the far end may have it
    leased_by: str = ""  # who is sending it
    leased_until: datetime | None = None  # when somebody else may
    far_id: str = ""  # what the far end calls it, where it says so
    thread: str = ""  # of a later part: what the far end calls the first, under which it may be put


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that is sent nothing more. The address itself is nowhere kept."""

    mark: str  # a keyed hash of the address
    subscription: str  # "" for all of them
    why: str
    at: datetime
