"""The nouns as values: what every stage takes and returns.

A value is frozen, built by keyword, and made new with `replace`. Instants are aware UTC. Text is plain text:
markup is gone before a value is made, and is escaped again only where a message is worded.
"""

from __future__ import annotations

# msgspec reads these annotations at run time, when values go to the store and come back.
from collections.abc import Mapping  # noqa: TC003
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path  # noqa: TC003

# --- where items come from -------------------------------------------------------------------------------


class SourceKind(StrEnum):
    FEED = "feed"  # RSS, Atom, RDF, JSON Feed
    PAGE = "page"  # a listing page read by CSS selectors
    OFSTED = "ofsted-reports"  # one council's provider page, then its report files
    MODERNGOV = "moderngov"  # a council's committee system: its what's-new feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """How a listing page is read: CSS selectors; `link` and `date` are looked for inside `item`."""

    item: str
    link: str = "a[href]"
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place that is polled. A configured source that stands for several councils is several of these."""

    name: str  # unique, and the key of its state: "Ofsted reports: Devon"
    kind: SourceKind
    url: str
    council: str | None = None  # its items are about this council unless they say otherwise
    full_text: bool = False  # the page an entry points to is fetched too
    interval: timedelta | None = None  # overrides adaptation
    pause: timedelta = timedelta(0)  # least time between two requests to its host
    selectors: Selectors | None = None  # for a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes as fetched, decompressed, with what is needed to read them and to ask again politely."""

    url: str  # after redirects: relative links are resolved against it
    body: bytes
    content_type: str = ""  # the header as served, lower case; "" when there was none
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None  # where every redirect on the way was permanent (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The server's 304: what we have still stands. A validator it did not repeat is None."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published thing as one source shows it, not yet an item."""

    url: str  # absolute http(s), as served; "" when the entry has none
    title: str
    id: str = ""  # the entry's own id as served (guid, atom:id, JSON id); "" when it has none
    summary: str = ""
    text: str = ""  # the full text, where the source carries it
    published: datetime | None = None
    published_is_date: bool = False  # only a day was given: `published` is its midnight in London
    updated: datetime | None = None
    publisher: str = ""  # where the source names another (news search)
    key: str = ""  # the publisher's own stable id where the reader knows it: "ofsted:80461/50012345"
    event_date: date | None = None  # the inspection's date on a provider page


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one document of a source said.

    `marks` has one mark for each entry the document shows, in its order, known or not: 16 hex digits of the
    entry's identity, then 16 of its content. `entries` are only those whose mark was not among the
    known ones.
    """

    entries: tuple[Entry, ...]
    marks: tuple[str, ...]
    is_complete: bool = True  # False: the document broke off; what was read counts, and it is asked for again
    notes: tuple[str, ...] = ()  # what was odd, for the operator: "not well-formed: …", "this feed has ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The readable part of a page."""

    title: str
    text: str  # paragraphs parted by blank lines
    published: datetime | None = None


# --- items and what was understood from them --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published thing, whatever number of sources showed it."""

    key: str  # identity; see items.py
    url: str
    title: str
    first_seen: datetime  # when a check first stored it
    summary: str = ""
    text: str = ""  # the fullest text we have; "" when only the summary is known
    published: datetime | None = None
    published_is_date: bool = False
    source: str = ""  # name of the source that showed it first
    publisher: str = ""
    council: str | None = None  # the source's council, a hint
    is_report: bool = False  # an Ofsted report or letter, from Ofsted's own page
    event_date: date | None = None
    from_first_check: bool = False  # it was already there when its source was first checked
    version: int = 1  # counts changes of the same page
    id: int = 0  # the store's number; 0 when not stored

    @property
    def full_text(self) -> str:
        """The text that is classified: the full text, else the summary."""
        return self.text or self.summary


class Grade(StrEnum):
    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires-improvement"
    INADEQUATE = "inadequate"
    ADEQUATE = "adequate"  # 2013 only
    NOT_JUDGED = "not-judged"


class InspectionKind(StrEnum):
    ILACS = "ilacs"
    FOCUSED_VISIT = "focused-visit"
    MONITORING_VISIT = "monitoring-visit"
    JTAI = "jtai"
    AREA_SEND = "area-send"
    SINGLE_INSPECTION = "single-inspection"
    SINGLE_REINSPECTION = "single-reinspection"
    LOOKED_AFTER_2013 = "looked-after-children-2013"
    OTHER = "other"


class SendOutcome(StrEnum):
    TYPICALLY_POSITIVE = "typically-positive"
    INCONSISTENT = "inconsistent"
    SYSTEMIC_FAILINGS = "systemic-failings"


# The judgements of a report, in the order they are shown, with the words people use for them.
JUDGEMENTS: Mapping[str, str] = {
    "overall": "Overall effectiveness",
    "impact_of_leaders": "Impact of leaders",
    "help_and_protection": "Help and protection",
    "in_care": "Children in care",
    "care_leavers": "Care leavers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The facts of one Ofsted report; a fact the document does not state is None."""

    council: str | None
    kind: InspectionKind
    framework: str | None = None
    inspection_start: date | None = None
    inspection_end: date | None = None
    published: date | None = None
    judgements: Mapping[str, Grade | None] = field(default_factory=dict)  # keys of JUDGEMENTS
    priority_action: bool = False
    priority_actions: tuple[str, ...] = ()
    areas_for_improvement: tuple[str, ...] = ()
    lead_inspector: str | None = None
    send_outcome: SendOutcome | None = None
    conflicts: tuple[str, ...] = ()  # where two places in the document disagree


class Event(StrEnum):
    FULL_INSPECTION = "full-inspection"
    FOCUSED_VISIT = "focused-visit"
    MONITORING_VISIT = "monitoring-visit"
    JTAI = "jtai"
    AREA_SEND = "area-send"
    COUNCIL_RESPONSE = "council-response"
    OTHER = "other"


class Polarity(StrEnum):
    CONCERN = "concern"
    PROGRESS = "progress"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that earned a label: `text` is `item_text[start:end]`, or `title[start:end]` if `in_title`."""

    text: str
    start: int
    end: int
    polarity: Polarity
    score: float
    in_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLabel:
    """A theme an item was labelled with; `evidence` is never empty, best first."""

    theme: str  # id in themes.toml
    polarity: Polarity
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A council's name where it stands in the text (or title), and how much it counts."""

    council: str
    text: str
    start: int
    end: int
    in_title: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that spoke for (+) or against (-) an item's relevance, event or judgement."""

    question: str  # "relevance", "event", "judgement"
    text: str
    start: int
    end: int
    weight: float
    in_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What was understood from an item."""

    relevant: bool
    relevance: float
    councils: tuple[str, ...] = ()  # most prominent first
    event: Event | None = None
    judgement: Grade | None = None
    themes: tuple[ThemeLabel, ...] = ()  # best first
    mentions: tuple[Mention, ...] = ()
    cues: tuple[Cue, ...] = ()
    notes: tuple[str, ...] = ()  # a bound that was reached, and the like


# --- what people asked for ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme of themes.toml."""

    id: str
    title: str
    covers: str
    concern: tuple[str, ...] = ()  # example sentences
    progress: tuple[str, ...] = ()


class SubscriptionKind(StrEnum):
    DIGEST = "digest"  # on a schedule
    ALERT = "alert"  # at once


class AlertReason(StrEnum):
    REPORT_PUBLISHED = "report-published"
    JUDGEMENT_CHANGED = "judgement-changed"
    PRIORITY_ACTION = "priority-action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One line of a subscription's `to`."""

    channel: str  # name of a channel in monitor.toml
    address: str = ""  # for email


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that stands in the environment or a secret file, never in configuration; it never prints itself."""

    origin: str  # "environment variable MONITOR_SMTP_USER": what a person must set when `value` is None
    value: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChannel:
    name: str
    host: str
    port: int
    sender: str  # the From header: "Ofsted monitor <monitor@example.org>"
    security: str = "starttls"  # starttls | tls | none
    username: Secret | None = None
    password: Secret | None = None
    unsubscribe: str = ""  # target of List-Unsubscribe (mailto: or https:), where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannel:
    """Either `webhook_url`, or `token` with `conversation` ("#ofsted")."""

    name: str
    webhook_url: Secret | None = None
    token: Secret | None = None
    conversation: str = ""
    api_url: str = "https://slack.com/api/"  # another for a test or a proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChannel:
    name: str
    path: Path


Channel = EmailChannel | SlackChannel | FolderChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A digest or alert as configured: who, what, when, by which channels."""

    name: str
    kind: SubscriptionKind
    to: tuple[Recipient, ...]
    schedule: str = ""  # cron, in the configured time zone; for a digest
    on: tuple[AlertReason, ...] = ()  # for an alert
    councils: tuple[str, ...] = ()  # always filled: every tracked council when none were named
    themes: tuple[str, ...] = ()  # empty: all
    min_relevance: float = 0.5
    inspections: bool = True
    news: bool = True
    send_when_empty: bool = False


# --- what people are told ----------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The items about one event, the leading one first; labels are those of all its items together."""

    id: int
    items: tuple[ToldItem, ...]
    councils: tuple[str, ...]
    event: Event | None
    relevance: float
    themes: tuple[tuple[ThemeLabel, str], ...] = ()  # each with the URL its evidence came from, best first
    is_update: bool = False  # told before, and something new has happened

    @property
    def lead(self) -> ToldItem:
        return self.items[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A judgement that is not what it was at the council's last report that gave it."""

    judgement: str  # a key of JUDGEMENTS
    before: Grade
    after: Grade
    since: date | None = None  # publication (else end) of the earlier report


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
    first_known: bool = False  # no earlier judgements are known, so nothing can be called a change


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrouble:
    """A source that fails (`reason`), or may have lost items between two checks (a gap)."""

    source: str
    since: datetime
    reason: str = ""


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
    more: int = 0  # stories that were left out for length
    councils: tuple[str, ...] = ()  # the subscription's
    sources_checked: int = 0  # sources that answered within the window

    @property
    def is_empty(self) -> bool:
        return not (self.stories or self.inspections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest worded for every channel at once; each channel takes its part.

    `slack` holds one payload (`{"text": …, "blocks": […]}`) for each Slack message the digest needs.
    `data` is the digest as data (contracts: "A digest as data"), without its `message_id`.
    """

    subject: str
    html: str
    text: str
    slack: tuple[Mapping[str, object], ...]
    data: Mapping[str, object]


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # handed over, outcome not yet recorded
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The carrying of one message, or a part of it, to one recipient, named by subscription and position."""

    id: int
    digest_id: int
    subscription: str
    position: int  # index in the subscription's `to`
    channel: str
    recipient_mark: str  # a digest of channel and address, to notice that `to` was edited meanwhile
    part: int  # index in Message.slack; 0 elsewhere
    message_id: str  # "<…@host>": the same at every attempt
    composed_at: datetime
    state: DeliveryState
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
