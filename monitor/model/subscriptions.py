"""What people asked for: themes, subscriptions, and the channels that reach them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


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
    REPORT_UNREAD = "report-unread"  # published, but its facts are told later: asked for with "report-published"


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
