"""Window + subscription + what is ready → Digest: a choice, not its wording."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import history
from monitor.consequence import gravity, order
from monitor.model import (
    Digest,
    Event,
    InspectionKind,
    Polarity,
    SourceKind,
    SourceTrouble,
    SubscriptionKind,
    Telling,
    ToldBy,
)
from monitor.shares import SHARE, fair
from monitor.stories import by_turns, news_in, repeats, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.model import (
        Classification,
        Expectation,
        Item,
        KnownReport,
        ReadyItem,
        Source,
        SourceState,
        Story,
        Subscription,
        ToldItem,
        Window,
    )
    from monitor.origins import Origins

# What has no room among the stories is told by headline and link; what is beyond these is the next digest's.
MOST_LINKED = 60
# A source that is not checked at all for so long is in trouble even though it reports none.
_OVERDUE = timedelta(days=2)
_SILENT_AFTER = timedelta(days=1)
# A search that finds nothing any more is in trouble after more than a weekend without news, and unless it found so
# few things before that they may all have grown too old for it.
_FINDS_NOTHING_FOR = timedelta(days=3)
_FEW_FOUND = 5


def choose(ready: Iterable[ReadyItem], subscription: Subscription, window: Window, where: Origins) -> list[ReadyItem]:
    """The ready items this subscription asked for. Of what was there at a source's first check, only what was
    published within the window; of news, nothing that comes from no configured source."""
    return [
        one
        for one in ready
        if not refusal(one.item, one.classification, subscription, where) and not _is_backlog(one.item, window)
    ]


def refusal(item: Item, labels: Classification, subscription: Subscription, where: Origins) -> str:
    """Why a subscription does not take an item; "" when it does. `where` is what items come from."""
    return next(_refusals(item, labels, subscription, where), "")


def _refusals(item: Item, labels: Classification, subscription: Subscription, where: Origins) -> Iterator[str]:
    """All that speaks against it, the plainest first. A report is taken whatever its themes and relevance."""
    if subscription.kind is SubscriptionKind.ALERT:
        if not item.is_report:
            yield "an alert tells of Ofsted's reports, and this is none"
        if item.from_first_check:
            yield "it was there already when its source was first checked"
    if not set(labels.councils) & set(subscription.councils):
        yield f"it is about {', '.join(labels.councils) or 'no council'}"
    if where.has_gone(item):
        yield _gone(item)
    kind = where.kind(item)
    if subscription.source_kinds and kind and kind not in subscription.source_kinds:
        yield f"it comes from a source of kind {kind}"
    if subscription.events and labels.event not in subscription.events:
        yield f"its event is {labels.event or 'none'}"
    if item.is_report:
        if not subscription.inspections:
            yield "it is an Ofsted report, and only news are included"
    else:
        yield from _refusals_of_news(labels, subscription)


def _refusals_of_news(labels: Classification, subscription: Subscription) -> Iterator[str]:
    if labels.relevance < subscription.min_relevance:
        yield f"its relevance {labels.relevance:.2f} is below {subscription.min_relevance}"
    if not subscription.news:
        yield "it is news, and only inspections are included"
    asked = [label for label in labels.themes if not subscription.themes or label.theme in subscription.themes]
    if subscription.themes and not asked:
        yield f"its themes are {', '.join(sorted(label.theme for label in labels.themes)) or 'none'}"
    if subscription.polarities and not {label.polarity for label in asked} & {*subscription.polarities, Polarity.BOTH}:
        told = ", ".join(f"{label.theme} as {label.polarity}" for label in asked) or "no theme"
        yield f"it tells {told}, and only {' or '.join(subscription.polarities)} is asked for"


def dropped(ready: Iterable[ReadyItem], subscription: Subscription, window: Window, where: Origins) -> list[Item]:
    """The ready items that this subscription would take, were their source still configured."""
    return [
        one.item
        for one in ready
        if [*_refusals(one.item, one.classification, subscription, where)] == [_gone(one.item)]
        and not _is_backlog(one.item, window)
    ]


def _gone(item: Item) -> str:
    return f"its source, {item.source}, is not in sources.toml any more"


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
    expected: Sequence[Expectation],
) -> Digest:
    """The digest of these items: stories and reports by consequence, then council; facts of reports with what changed
    by all the known `reports`; of what is `expected`, what the subscription would take.

    A story of which items were `told_before` comes again, marked as an update, only with those of its new items that
    add something to them.
    """
    stories = [
        story
        for number, members in _by_story(chosen).items()
        if (story := _story(number, members, told_before.get(number, ()))) is not None
    ]
    news = [history.news(one, reports) for one in chosen if one.inspection or one.item.is_report]
    ordered = sorted(stories, key=lambda story: order(story, [one for one in news if one.story == story.id]))
    told, linked, left_out = _parted(ordered, subscription.most_stories)
    news_items = {told.item.id for story in ordered for told in story.items}
    in_sight = {one.item.id for story in told for one in story.told} | {story.lead.item.id for story in linked}
    return Digest(
        subscription=subscription.name,
        kind=SubscriptionKind.DIGEST,
        slot=slot,
        window=window,
        composed_at=now,
        stories=told,
        inspections=tuple(sorted(news, key=lambda one: (gravity(one), one.council))),
        more=len(linked) + len(left_out),
        linked=linked,
        left_out=frozenset(news_items - in_sight),
        repeated=tuple(by_turns(one.told for one in chosen if one.item.id not in news_items)),
        councils=subscription.councils,
        expected=tuple(one for one in expected if _is_wanted(one, subscription)),
    )


# As what event a report is labelled that is expected.
_EXPECTED = {
    InspectionKind.ILACS: Event.FULL_INSPECTION,
    InspectionKind.FOCUSED_VISIT: Event.FOCUSED_VISIT,
    InspectionKind.MONITORING_VISIT: Event.MONITORING_VISIT,
    InspectionKind.JTAI: Event.JTAI,
    InspectionKind.AREA_SEND: Event.AREA_SEND,
}


def _is_wanted(one: Expectation, subscription: Subscription) -> bool:
    """Whether the subscription would take the report of an inspection that is expected."""
    kinds, events = subscription.source_kinds, subscription.events
    return (
        subscription.inspections
        and (not kinds or SourceKind.OFSTED in kinds)
        and (not events or _EXPECTED.get(one.event, Event.OTHER) in events)
    )


def _parted(ordered: Sequence[Story], most: int) -> tuple[tuple[Story, ...], tuple[Story, ...], tuple[Story, ...]]:
    """Those that are told, those that are told by headline and link, and the others; each in their order.

    Reports are always told, and take the room of others. Where there is no room for all, what one source tells beyond
    its share comes last: none can push the others' news out.
    """
    by_turn = fair(ordered, max(1, most // SHARE), _leading) if len(ordered) > most else ordered
    first = max(most, sum(story.lead.item.is_report for story in ordered))
    turns = {story.id: turn for turn, story in enumerate(by_turn)}
    return (
        tuple(story for story in ordered if turns[story.id] < first),
        tuple(story for story in ordered if first <= turns[story.id] < first + MOST_LINKED),
        tuple(story for story in ordered if turns[story.id] >= first + MOST_LINKED),
    )


def _leading(story: Story) -> str:
    """Whose news a story is; "" of a report, which has no share."""
    return "" if story.lead.item.is_report else story.lead.item.source


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
    told = {told.item.id for story in digest.stories for told in story.told}
    linked = {story.lead.item.id for story in digest.linked}
    reports = {news.url for news in digest.inspections}
    unread = {news.url for news in digest.inspections if news.unread}

    def how(one: ReadyItem) -> Telling:
        if one.item.is_report and one.item.url in unread:
            return Telling.UNREAD
        if one.item.id in told or (one.item.is_report and one.item.url in reports):
            return Telling.TOLD
        if one.item.id in linked:
            return Telling.LINKED
        return Telling.COUNTED if one.item.id in digest.left_out else Telling.SAME_STORY

    return [ToldBy(item_id=one.item.id, story=one.story, how=how(one)) for one in chosen]


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
    if state.failing_since and state.failing_since <= now - _FINDS_NOTHING_FOR and len(state.marks) >= _FEW_FOUND:
        reason = f"it answers, and finds nothing, where it found {len(state.marks)} before"
        return SourceTrouble(source=source.name, since=state.failing_since, reason=reason)
    if state.last_check_at and state.last_check_at < now - max(_OVERDUE, 2 * timedelta(seconds=state.interval_s)):
        return SourceTrouble(source=source.name, since=state.last_check_at, reason="it has not been checked since")
    return None
