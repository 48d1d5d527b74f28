"""Window + subscription + what is ready → Digest: a choice, not its wording."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import history
from monitor.model import (
    JUDGEMENTS,
    AlertReason,
    Digest,
    Event,
    Grade,
    SendOutcome,
    SourceKind,
    SourceTrouble,
    SubscriptionKind,
    Telling,
    ToldBy,
    Window,
)
from monitor.stories import news_in, repeats, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.model import (
        Classification,
        Expectation,
        InspectionNews,
        Item,
        KnownReport,
        ReadyItem,
        Source,
        SourceState,
        Story,
        Subscription,
        ToldItem,
    )

# The rest is counted: a digest is read in minutes.
MOST_STORIES = 40
_MOST_OF_ONE_SOURCE = MOST_STORIES // 4
# A source that is not checked at all for so long is in trouble even though it reports none.
_OVERDUE = timedelta(days=2)
_SILENT_AFTER = timedelta(days=1)


def choose(ready: Iterable[ReadyItem], subscription: Subscription, window: Window) -> list[ReadyItem]:
    """The ready items this subscription asked for. Of what was there at a source's first check, only what was
    published within the window."""
    return [
        one
        for one in ready
        if not refusal(one.item, one.classification, subscription) and not _is_backlog(one.item, window)
    ]


def refusal(item: Item, labels: Classification, subscription: Subscription) -> str:
    """Why a subscription does not take an item; "" when it does."""
    if subscription.kind is SubscriptionKind.ALERT and not item.is_report:
        return "an alert tells of Ofsted's reports, and this is none"
    if subscription.kind is SubscriptionKind.ALERT and item.from_first_check:
        return "it was there already when its source was first checked"
    if not set(labels.councils) & set(subscription.councils):
        return f"it is about {', '.join(labels.councils) or 'no council'}"
    if labels.relevance < subscription.min_relevance and not item.is_report:
        return f"its relevance {labels.relevance:.2f} is below {subscription.min_relevance}"
    if item.is_report and not subscription.inspections:
        return "it is an Ofsted report, and only news are included"
    if not item.is_report and not subscription.news:
        return "it is news, and only inspections are included"
    if subscription.themes and not item.is_report:
        themes = {label.theme for label in labels.themes}
        if not themes & set(subscription.themes):
            return f"its themes are {', '.join(sorted(themes)) or 'none'}"
    return ""


def _is_backlog(item: Item, window: Window) -> bool:
    """Whether an item was there at its source's first check already, and was published before the window.

    A day without a time counts as long as it lasts. What arrived before the window and is ready only now is measured
    by a window that ended when it arrived.
    """
    if not item.from_first_check:
        return False
    if item.published is None or item.published >= window.end:
        return True
    is_late = item.first_seen < window.start
    start = item.first_seen - (window.end - window.start) if is_late else window.start
    if item.published_is_date:
        return item.published + timedelta(days=1) <= start
    return item.published < start


def compose(
    chosen: Sequence[ReadyItem],
    subscription: Subscription,
    window: Window,
    *,
    slot: str,
    now: datetime,
    told_before: Mapping[int, Sequence[ToldItem]],
    reports: Sequence[KnownReport],
    expected: Sequence[Expectation] = (),
) -> Digest:
    """The digest of these items: stories and reports by consequence, then council; facts of reports with what changed
    by all the known `reports`; of what is `expected`, what opens within the window.

    A story of which items were `told_before` comes again, marked as an update, only with those of its new items that
    add something to them.
    """
    stories = [
        story
        for number, members in _by_story(chosen).items()
        if (story := _story(number, members, told_before.get(number, ()))) is not None
    ]
    news = [history.news(one, reports) for one in chosen if one.inspection or one.item.is_report]
    ranks = {one.story: _gravity(one) for one in news}
    ordered = _fair(sorted(stories, key=lambda story: _consequence(story, ranks)))
    news_items = {told.item.id for story in ordered for told in story.items}
    return Digest(
        subscription=subscription.name,
        kind=SubscriptionKind.DIGEST,
        slot=slot,
        window=window,
        composed_at=now,
        stories=tuple(ordered[:MOST_STORIES]),
        inspections=tuple(sorted(news, key=lambda one: (_gravity(one), one.council))),
        more=max(0, len(ordered) - MOST_STORIES),
        left_out=frozenset(told.item.id for story in ordered[MOST_STORIES:] for told in story.items),
        repeated=sum(one.item.id not in news_items for one in chosen),
        councils=subscription.councils,
        expected=tuple(expected) if subscription.inspections else (),
    )


def _fair(stories: Sequence[Story]) -> list[Story]:
    """In their order, but what one source tells beyond its share comes last: none can push the others' news out."""
    counts: Counter[str] = Counter()
    within: list[Story] = []
    beyond: list[Story] = []
    for story in stories:
        source = story.lead.item.source
        counts[source] += 1
        is_within = story.lead.item.is_report or counts[source] <= _MOST_OF_ONE_SOURCE
        (within if is_within else beyond).append(story)
    return within + beyond


def _by_story(chosen: Iterable[ReadyItem]) -> Mapping[int, list[ReadyItem]]:
    stories: dict[int, list[ReadyItem]] = {}
    for one in chosen:
        stories.setdefault(one.story, []).append(one)
    return stories


def _story(number: int, members: Sequence[ReadyItem], before: Sequence[ToldItem]) -> Story | None:
    """What is owed of a story: all of it, or, of one told before, what is news and what cannot surely be called a
    repetition; the latter alone is told as if it were a story of its own, which it may be."""
    if not before:
        return tell(number, [one.told for one in members])
    new = {one.item.id: news_in(one.told, before) for one in members}
    owed = [one.told for one in members if new[one.item.id] or not repeats(one.told, before)]
    reasons = dict.fromkeys(reason for found in new.values() for reason in found)
    return tell(number, owed, new=tuple(reasons)) if owed else None


def telling(chosen: Iterable[ReadyItem], digest: Digest) -> list[ToldBy]:
    """What the digest did with each item it was owed."""
    told = {told.item.id for story in digest.stories for told in story.items}
    reports = {news.url for news in digest.inspections}
    unread = {news.url for news in digest.inspections if news.unread}

    def how(one: ReadyItem) -> Telling:
        if one.item.is_report and one.item.url in unread:
            return Telling.UNREAD
        if one.item.id in told or (one.item.is_report and one.item.url in reports):
            return Telling.TOLD
        return Telling.COUNTED if one.item.id in digest.left_out else Telling.SAME_STORY

    return [ToldBy(item_id=one.item.id, story=one.story, how=how(one)) for one in chosen]


# From best to worst, for telling a change for the worse from one for the better.
_BEST_FIRST = (
    *(Grade.OUTSTANDING, Grade.GOOD, Grade.ADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE),
    *(SendOutcome.TYPICALLY_POSITIVE, SendOutcome.INCONSISTENT, SendOutcome.SYSTEMIC_FAILINGS),
)


def _gravity(news: InspectionNews) -> int:
    """Priority action; overall, or an outcome, worse; the same better; another change; no change: 0 to 4."""
    if news.inspection.priority_action:
        return 0
    for change in news.changes:
        if change.judgement in ("overall", "send_outcome"):
            return 1 if _BEST_FIRST.index(change.after) > _BEST_FIRST.index(change.before) else 2
    return 3 if news.changes else 4


def _consequence(story: Story, reports: Mapping[int, int]) -> tuple[int, int, str, float]:
    """Reports by gravity, then the press on a judgement, on another inspection, other news, responses.

    Among the press on judgements the worst first; then by council, the most relevant first.
    """
    lead = story.lead
    worst = max((_BEST_FIRST.index(grade) for grade in _judged(story)), default=-1)
    if lead.item.is_report:
        rank = reports.get(story.id, 4)
    elif story.event is Event.FULL_INSPECTION and worst >= 0:
        rank = 5
    elif story.event in (None, Event.OTHER):
        rank = 7
    else:
        rank = 8 if story.event is Event.COUNCIL_RESPONSE else 6
    return rank, -worst if rank == 5 else 0, story.councils[0] if story.councils else "", -story.relevance


def _judged(story: Story) -> list[Grade]:
    found = (told.classification.judgement for told in story.items)
    return [grade for grade in found if grade in _BEST_FIRST]


# --- alerts ----------------------------------------------------------------------------------------------------


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
    if not reasons or refusal(one.item, one.classification, subscription):
        return None
    return Digest(
        subscription=subscription.name,
        kind=SubscriptionKind.ALERT,
        slot=" ".join([one.item.key, *(reason.value for reason in reasons)]),
        window=Window(start=one.item.first_seen, end=now),
        composed_at=now,
        stories=(tell(one.story, [one.told]),),
        inspections=(news,),
        reasons=reasons,
        councils=subscription.councils,
    )


def _asked_for(reason: AlertReason, subscription: Subscription) -> bool:
    asked = AlertReason.REPORT_PUBLISHED if reason is AlertReason.REPORT_UNREAD else reason
    return asked in subscription.on


def folded(alerts: Sequence[Digest]) -> Digest:
    """Several alerts as one: a page that shows many new reports at once is one event to its reader."""
    return replace(
        alerts[0],
        slot="; ".join(alert.slot for alert in alerts),
        stories=tuple(story for alert in alerts for story in alert.stories),
        inspections=tuple(sorted((news for alert in alerts for news in alert.inspections), key=_gravity)),
        reasons=tuple(dict.fromkeys(reason for alert in alerts for reason in alert.reasons)),
    )


# --- the state of sources --------------------------------------------------------------------------------------


def with_sources(digest: Digest, sources: Iterable[Source], states: Mapping[str, SourceState]) -> Digest:
    """The digest with what its reader must know of the sources that serve it: failing, overdue, gaps."""
    failing: list[SourceTrouble] = []
    gaps: list[SourceTrouble] = []
    answered, has_gone_silent = 0, False
    for source in sources:
        if source.council and source.council not in digest.councils:
            continue
        state = states.get(source.name)
        if state is None or state.last_check_at is None or state.url != source.url:
            continue  # not checked yet: it was added or edited a moment ago, and is due
        trouble = trouble_of(source, state, digest.composed_at)
        if trouble:
            failing.append(trouble)
            # Reports come from nowhere else: that nobody can see them is news, once.
            is_new = digest.window.start <= trouble.since + _SILENT_AFTER < digest.window.end
            has_gone_silent |= source.kind is SourceKind.OFSTED and is_new
        else:
            answered += 1
        if state.gap_at and digest.window.start <= state.gap_at < digest.window.end:
            gaps.append(SourceTrouble(source=source.name, since=state.gap_at))
    return replace(
        digest, failing=tuple(failing), gaps=tuple(gaps), sources_checked=answered, has_gone_silent=has_gone_silent
    )


def trouble_of(source: Source, state: SourceState, now: datetime) -> SourceTrouble | None:
    """Why nothing can come from a source just now, or None."""
    if state.failures and state.failing_since:
        return SourceTrouble(source=source.name, since=state.failing_since, reason=state.error)
    if state.last_check_at and state.last_check_at < now - max(_OVERDUE, 2 * timedelta(seconds=state.interval_s)):
        return SourceTrouble(source=source.name, since=state.last_check_at, reason="it has not been checked since")
    return None
