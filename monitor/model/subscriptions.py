"""What people asked for: themes, subscriptions, and the channels that reach them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import time
    from pathlib import Path

    from monitor.model.items import Event, Polarity
    from monitor.model.sources import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme of themes.toml."""

    id: str
    title: str
    covers: str
    excludes: str = ""  # what looks like it and is not
    concern: tuple[str, ...] = ()  # example sentences
    progress: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()  # sentences that have its words and do not earn it


class SubscriptionKind(StrEnum):
    DIGEST = "digest"  # on a schedule
    ALERT = "alert"  # at once


class AlertReason(StrEnum):
    REPORT_PUBLISHED = "report-published"
    JUDGEMENT_CHANGED = "judgement-changed"
    PRIORITY_ACTION = "priority-action"
    DELIVERY_GIVEN_UP = "delivery-given-up"  # a message of any subscription did not arrive, and is not tried again
    REPORT_UNREAD = "report-unread"  # published, but its facts are told later: asked for with "report-published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One line of a subscription's `to`."""

    channel: str  # name of a channel in monitor.toml
    address: str = ""  # for a channel that writes to addresses: ADDRESSED
    # Its own link to stop, put in when a message is sent: "" before, and where there is no page. A secret of its own.
    stop_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that stands in the environment or a secret file, never in configuration; it never prints itself."""

    origin: str  # "environment variable MONITOR_SMTP_USER": what a person must set when `value` is None
    value: str | None = field(default=None, repr=False)


class WhenUnknown(StrEnum):
    """What is done with a message of which nobody knows whether it arrived, for its reply was lost."""

    SEND_AGAIN = "send-again"  # nothing is lost; it may be seen twice
    LEAVE = "leave"  # nothing is seen twice; it may be lost, and the operator is told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """What every channel has."""

    name: str
    pause: timedelta = timedelta(0)  # least time between two messages
    when_unknown: WhenUnknown = WhenUnknown.SEND_AGAIN

    @property
    def can_look(self) -> bool:
        """Whether its sender looks for a message that is in doubt before it sends it again."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChannel(_Channel):
    host: str
    port: int
    sender: str  # the From header: "Ofsted monitor <monitor@example.org>"
    security: str = "starttls"  # starttls | tls | none
    username: Secret | None = None
    password: Secret | None = None
    tls_ca: Path | None = None  # certificates of an authority that this machine does not trust of itself
    unsubscribe: str = ""  # target of List-Unsubscribe (mailto: or https:), where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannel(_Channel):
    """Either `webhook_url`, or `token` with `conversation` ("#ofsted")."""

    pause: timedelta = timedelta(seconds=1)  # Slack takes one message a second into a conversation
    webhook_url: Secret | None = None
    token: Secret | None = None
    conversation: str = ""
    api_url: str = "https://slack.com/api/"  # another for a test or a proxy

    @property
    def can_look(self) -> bool:
        return self.token is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChannel(_Channel):
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel(_Channel):
    """A program that is told the digest as data, signed."""

    url: Secret
    secret: Secret | None = None  # what the signature is made with


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsChannel(_Channel):
    """Microsoft Teams, by a workflow that posts what it is sent."""

    # A workflow says yes and then posts in its own time: two cards that come at once may change places.
    pause: timedelta = timedelta(seconds=5)
    url: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyChannel(_Channel):
    """GOV.UK Notify: mail by a template of the service's own."""

    api_key: Secret
    template_id: str
    reply_to_id: str = ""  # of the service's reply-to addresses; "" for its default
    base_url: str = "https://api.notifications.service.gov.uk"  # another for a test

    @property
    def can_look(self) -> bool:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseChannel(_Channel):
    """Any service that Apprise knows, by its URL."""

    url: Secret


Channel = EmailChannel | SlackChannel | FolderChannel | WebhookChannel | TeamsChannel | NotifyChannel | AppriseChannel
ADDRESSED = (EmailChannel, NotifyChannel)  # their recipients have an address each


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When alerts wait, on the clocks of the configured time zone: from `start` up to `end`, over midnight if it is
    the later; where `weekends` are quiet, on all of Saturday and Sunday too."""

    start: time | None = None
    end: time | None = None
    weekends: bool = False


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
    polarities: tuple[Polarity, ...] = ()  # of a theme asked for; empty: all
    events: tuple[Event, ...] = ()  # empty: all
    source_kinds: tuple[SourceKind, ...] = ()  # empty: all
    min_relevance: float = 0.5
    most_stories: int = 40  # the rest is counted and linked: a digest is read in minutes
    quiet: QuietHours | None = None  # for an alert
    inspections: bool = True
    news: bool = True
    send_when_empty: bool = False
