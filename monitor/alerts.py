"""A report and what it changes → the alert a subscription is owed for it; when alerts wait, and many are one."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import digests, stories
from monitor.consequence import gravity
from monitor.model import JUDGEMENTS, AlertReason, Digest, SubscriptionKind, Window
from monitor.origins import Origins
from monitor.slots import quiet_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.model import InspectionNews, QuietHours, ReadyItem, Subscription


_ANYWHERE = Origins(kinds={})  # a report is Ofsted's, whichever source showed it


def alert_reasons(news: InspectionNews) -> tuple[AlertReason, ...]:
    """What a report is an alert for. Of one that replaces a file that was read, only what is different in it is new."""
    if news.unread:
        return (AlertReason.REPORT_UNREAD,)  # what is in it is still to be told
    is_news, is_changed, is_urgent = True, bool(news.changes), news.inspection.priority_action
    if news.is_told_before:
        different = {one.fact for one in news.corrections}
        is_news = bool(different)
        is_changed = bool(different & {*JUDGEMENTS, "send_outcome"})
        is_urgent = is_urgent and "priority_action" in different
    return tuple(
        reason
        for reason, holds in (
            (AlertReason.REPORT_PUBLISHED, is_news),
            (AlertReason.JUDGEMENT_CHANGED, is_changed),
            (AlertReason.PRIORITY_ACTION, is_urgent),
        )
        if holds
    )


def alert(
    one: ReadyItem, subscription: Subscription, news: InspectionNews, *, told: set[str], now: datetime
) -> Digest | None:
    """The alert a report is owed, or None: its reasons were not asked for, or were told already."""
    reasons = tuple(
        reason for reason in alert_reasons(news) if _asked_for(reason, subscription) and reason.value not in told
    )
    if not reasons or digests.refusal(one.item, one.classification, subscription, _ANYWHERE):
        return None
    return Digest(
        subscription=subscription.name,
        kind=SubscriptionKind.ALERT,
        slot=" ".join([one.item.key, *(reason.value for reason in reasons)]),
        window=Window(start=one.item.first_seen, end=now),
        composed_at=now,
        stories=(stories.tell(one.story, [one.told]),),
        inspections=(news,),
        reasons=reasons,
        councils=subscription.councils,
    )


def _asked_for(reason: AlertReason, subscription: Subscription) -> bool:
    asked = AlertReason.REPORT_PUBLISHED if reason is AlertReason.REPORT_UNREAD else reason
    return asked in subscription.on


# --- when it goes, and with what ------------------------------------------------------------------------------

# Ofsted publishes one report of a council at a time; more new ones at once are a page that was rebuilt.
_OF_A_COUNCIL = 3
# A reader looks up at three alerts in a row and at no tenth: so many go singly within this time.
SINGLY = 3
_WITHIN = timedelta(minutes=10)
_LONGEST_SLOT = 500  # characters: PostgreSQL's indexes hold a quarter of a page, 2,700 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedAlert:
    """An alert with the report it is about."""

    alert: Digest
    one: ReadyItem


def due(
    owed: Sequence[OwedAlert],
    quiet: QuietHours | None,
    *,
    last: Sequence[datetime],
    now: datetime,
    zone: ZoneInfo,
) -> list[tuple[OwedAlert, ...]]:
    """The alerts of one subscription that go now, those that go as one message together; the others wait.

    `last` is when its last three messages were composed. Of what is owed at once, the gravest goes first. What waited,
    for quiet time or for want of room among the last three, goes as one message with all that is owed by then.
    """
    if quiet and quiet_until(quiet, now, zone):
        return []
    full_until = _full_until(last)
    if full_until and now < full_until:
        return []
    ordered = sorted(owed, key=lambda one: (gravity(one.alert.inspections[0]), _council(one)))
    if any(_has_waited(one, quiet, full_until, zone) for one in owed):
        return [tuple(ordered)]
    room = SINGLY - sum(composed > now - _WITHIN for composed in last)
    return _by_council(ordered)[:room]


def goes_by(one: ReadyItem, quiet: QuietHours | None, zone: ZoneInfo) -> datetime:
    """Until when an alert about it may wait: for the end of quiet time, or for room."""
    until = quiet_until(quiet, one.ready_at, zone) if quiet else None
    return (until or one.ready_at) + _WITHIN


def _full_until(last: Sequence[datetime]) -> datetime | None:
    """Up to when there was no room, by the last three messages: until the first of them is ten minutes old."""
    newest_first = sorted(last, reverse=True)
    if len(newest_first) < SINGLY or newest_first[0] - newest_first[SINGLY - 1] >= _WITHIN:
        return None
    return newest_first[SINGLY - 1] + _WITHIN


def _has_waited(owed: OwedAlert, quiet: QuietHours | None, full_until: datetime | None, zone: ZoneInfo) -> bool:
    ready_at = owed.one.ready_at
    if quiet and quiet_until(quiet, ready_at, zone):
        return True
    return full_until is not None and ready_at < full_until


def _by_council(ordered: Sequence[OwedAlert]) -> list[tuple[OwedAlert, ...]]:
    """Each by itself, but many of one council together; in their order."""
    counts = Counter(_council(one) for one in ordered)
    groups: dict[str, list[OwedAlert]] = {}
    for one in ordered:
        key = _council(one) if counts[_council(one)] > _OF_A_COUNCIL else one.one.item.key
        groups.setdefault(key, []).append(one)
    return [tuple(group) for group in groups.values()]


def _council(one: OwedAlert) -> str:
    return one.alert.inspections[0].council


def folded(alerts: Sequence[Digest]) -> Digest:
    """Several alerts as one, in their order; one is itself."""
    if len(alerts) == 1:
        return alerts[0]
    return replace(
        alerts[0],
        slot=_slot([alert.slot for alert in alerts]),
        window=Window(start=min(alert.window.start for alert in alerts), end=max(alert.window.end for alert in alerts)),
        stories=tuple(story for alert in alerts for story in alert.stories),
        inspections=tuple(news for alert in alerts for news in alert.inspections),
        reasons=tuple(dict.fromkeys(reason for alert in alerts for reason in alert.reasons)),
    )


def _slot(slots: Sequence[str]) -> str:
    """All of them; of many the first, their number, and a mark that no other alerts have together."""
    whole = "; ".join(slots)
    if len(whole) <= _LONGEST_SLOT:
        return whole
    mark = hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{slots[0][:_LONGEST_SLOT]}; and {len(slots) - 1} more ({mark})"
