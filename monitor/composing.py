"""What is owed to subscribers: digests whose slot has come, alerts about reports that came, and about messages that did
not arrive."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import alerts, digests, history, slots, trends, undelivered
from monitor.dates import london_day
from monitor.delivery.outbox import deliveries_for
from monitor.expecting import expected, rules
from monitor.model import AlertReason, SubscriptionKind, Window
from monitor.origins import kinds_of, origins
from monitor.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.config import Config
    from monitor.model import (
        Delivery,
        Digest,
        Expectation,
        InspectionNews,
        KnownReport,
        Message,
        ReadyItem,
        Subscription,
        ToldBy,
        Trend,
    )
    from monitor.origins import Origins
    from monitor.store import Store

log = structlog.get_logger()

# A digest composed a moment before an item became ready cannot have had it; clocks of two threads differ by less.
_LATE = timedelta(minutes=10)
# How far back an alert looks for a report that is owed one. After a longer stop, nobody would expect it to catch up.
_ALERTS_REACH_BACK = timedelta(days=90)
_WINDOWS_LOOKED_AT = 5 * trends.WINDOWS  # those of digests asked for by hand may reach over one another
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class Composing:
    """Composes digests and alerts, and records each with its message and deliveries in one transaction."""

    def __init__(self, *, config: Config, store: Store, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._store = store
        self._clock = clock

    def meet(self) -> None:
        """Every subscription is met: what comes from now on is owed to it, what came before is not.

        Before anything is polled or sent, or it would meet a new one after the first thing that is owed to it.
        """
        self._store.digests.met([one.name for one in self._config.subscriptions], self._clock())

    def alert(self) -> int:
        """Owes the alerts of reports that came; how many."""
        subscriptions = [one for one in self._config.subscriptions if one.kind is SubscriptionKind.ALERT]
        if not subscriptions:
            return 0
        now = self._clock()
        since = self._store.digests.met([one.name for one in subscriptions], now)
        reports = self._store.stories.reports(now - _ALERTS_REACH_BACK)
        known = self._store.classifications.reports({one.item.council for one in reports if one.item.council})
        owed = 0
        for subscription in subscriptions:
            told = self._store.digests.told_reasons(subscription.name)
            found = []
            for one in reports:
                if one.item.first_seen < since[subscription.name]:
                    continue
                news = history.news(one, known)
                alert = alerts.alert(one, subscription, news, told=told.get(one.item.id, set()), now=now)
                if alert:
                    found.append(alerts.OwedAlert(alert=self._with_next(alert, known), one=one))
            owed += self._owe_alerts(found, subscription, now) if found else 0
        return owed

    def _owe_alerts(self, found: Sequence[alerts.OwedAlert], subscription: Subscription, now: datetime) -> int:
        """Owes those of a subscription's alerts that go now; how many messages. What waits is found again."""
        last = self._store.digests.last_alerts(subscription.name, now, limit=alerts.SINGLY)
        due = alerts.due(found, subscription.quiet, last=last, now=now, zone=self._config.timezone)
        return sum(self._owe_alert(together, subscription) for together in due)

    def _owe_alert(self, together: Sequence[alerts.OwedAlert], subscription: Subscription) -> bool:
        digest = alerts.folded([one.alert for one in together])
        told_by = [
            replace(by, reasons=owed.alert.reasons) for owed in together for by in digests.telling([owed.one], digest)
        ]
        return self._owe(digest, subscription, told_by)

    def left_behind(self) -> tuple[list[str], int]:
        """Of alerts that went from the configuration, the names, and how many reports of the last days waited for them.

        A name that never composed anything is among them where it may have been an alert.

        Nothing is kept of what waits, nor of what an alert asked for that has gone: one that is new may be it under
        another name, and says what it would be told.
        """
        now, store = self._clock(), self._store
        met = store.digests.alerts_met()
        gone = met.keys() - {one.name for one in self._config.subscriptions}
        if not gone:
            return [], 0
        reports = [
            one
            for one in store.stories.reports(now - _ALERTS_REACH_BACK)
            if one.ready_at >= now - undelivered.REACHES_BACK
        ]
        known = store.classifications.reports({one.item.council for one in reports if one.item.council})
        names, left = set(), set()
        for new in self._config.subscriptions:
            if new.kind is not SubscriptionKind.ALERT:
                continue
            since = met.get(new.name, now)
            last_look = store.sources.last_look(since)
            waited = [
                one
                for one in reports
                if one.item.first_seen < since
                and last_look
                and alerts.goes_by(one, new.quiet, self._config.timezone) >= last_look
            ]
            for name in gone if waited else ():
                told = [store.digests.told_reasons(alert) for alert in (name, new.name)]
                for one in waited:
                    reasons = set[str]().union(*(by_item.get(one.item.id, ()) for by_item in told))
                    news = history.news(one, known)
                    if one.item.first_seen >= met[name] and alerts.alert(one, new, news, told=reasons, now=now):
                        names.add(name)
                        left.add(one.item.id)
        return sorted(names), len(left)

    def tell_undelivered(self) -> int:
        """Owes the alerts about deliveries that ended undelivered; how many messages."""
        operators = [one for one in self._config.subscriptions if AlertReason.DELIVERY_GIVEN_UP in one.on]
        now = self._clock()
        since = self._store.digests.met([one.name for one in operators], now)
        owed = 0
        for one in operators:
            last = self._store.digests.last_told_of_undelivered(one.name, now)
            if not undelivered.may_tell(one, last, now, self._config.timezone):
                continue
            if untold := self._store.digests.untold(one.name, max(since[one.name], now - undelivered.REACHES_BACK)):
                digest = undelivered.digest_of(untold, one, now)
                owed += self._owe(digest, one, (), [delivery for delivery, _ in untold])
        return owed

    def digest(self, names: Sequence[str], window: Window | None) -> list[Digest]:
        """Owes the digests that are due, or those over `window`; the ones that were composed now."""
        composed = []
        for subscription in self._subscriptions(names):
            slot = self._slot_over(subscription, window) if window else self._slot_due(subscription)
            if slot is None:
                continue
            digest, chosen = self._compose(subscription, slot)
            if self._owe(digest, subscription, digests.telling(chosen, digest)):
                composed.append(digest)
        return composed

    def preview(self, names: Sequence[str], window: Window | None) -> list[tuple[Digest, Message]]:
        """What the digests would say; records nothing. Without a window: since the last digest up to now."""
        found = []
        for subscription in self._subscriptions(names):
            now = self._clock()
            covered = window or self._window_so_far(subscription, now)
            slot = slots.Slot(name=slots.slot_name(now, self._config.timezone), window=covered)
            digest, _ = self._compose(subscription, slot)
            found.append((digest, self.word(digest)))
        return found

    def dropped(self) -> Counter[str]:
        """How many items wait for some digest, of each source that is not configured any more; no digest tells them."""
        now = self._clock()
        found: dict[int, str] = {}
        for subscription in self._subscriptions():
            window = self._window_so_far(subscription, now)
            ready = self._ready(subscription, window, now)
            items = digests.dropped(ready, subscription, window, self._origins(ready))
            found.update((item.id, item.source) for item in items)
        return Counter(found.values())

    def composed(self) -> list[datetime]:
        """When the last digest of each subscription was composed, by the clock of that time."""
        found = (self._store.digests.last(one.name, _END_OF_TIME) for one in self._subscriptions())
        return [last[1] for last in found if last]

    def word(self, digest: Digest) -> Message:
        """The digest in words, for nobody in particular: without a link to stop."""
        return self._worded(digest).with_stop_link("")

    def _worded(self, digest: Digest) -> Message:
        titles = {theme.id: theme.title for theme in self._config.themes}
        return render(
            digest, theme_titles=titles, timezone=self._config.timezone, can_stop=True, contact=self._config.contact
        )

    def _subscriptions(self, names: Sequence[str] = ()) -> list[Subscription]:
        return [
            one
            for one in self._config.subscriptions
            if one.kind is SubscriptionKind.DIGEST and (not names or one.name in names)
        ]

    def _slot_due(self, subscription: Subscription) -> slots.Slot | None:
        now = self._clock()
        since = self._store.digests.met([subscription.name], now)[subscription.name]
        last = self._store.digests.last(subscription.name, now)
        zone = self._config.timezone
        return slots.due(subscription.schedule, now=now, since=since, last=last[0] if last else None, zone=zone)

    def _slot_over(self, subscription: Subscription, window: Window) -> slots.Slot:
        """The slot of a digest asked for by hand. It begins where the last one ended at the latest: what came between
        the two would be told by neither it nor the next, which begins where it ends."""
        self._store.digests.met([subscription.name], window.end)  # it is met now, if it was not before
        last = self._store.digests.last(subscription.name, window.end)
        start = min(window.start, last[0].end) if last else window.start
        # To the second: it must not take the slot of one that falls due in the same minute.
        name = slots.slot_name(window.end, self._config.timezone, to="seconds")
        return slots.Slot(name=name, window=Window(start=start, end=window.end))

    def _window_so_far(self, subscription: Subscription, now: datetime) -> Window:
        last = self._store.digests.last(subscription.name, now)
        start = last[0].end if last else slots.latest(subscription.schedule, now, self._config.timezone)
        return Window(start=start, end=now)

    def _compose(self, subscription: Subscription, slot: slots.Slot) -> tuple[Digest, list[ReadyItem]]:
        """The digest of a slot, and the items it tells."""
        now = self._clock()
        ready = self._ready(subscription, slot.window, now)
        chosen = digests.choose(ready, subscription, slot.window, self._origins(ready))
        known = self._store.classifications.reports(subscription.councils)
        digest = digests.compose(
            chosen,
            subscription,
            slot.window,
            slot=slot.name,
            now=now,
            told_before=self._store.stories.told_before(subscription.name, {one.story for one in chosen}),
            reports=known,
            expected=self._opening(subscription, slot.window, known),
        )
        digest = replace(self._with_next(digest, known), trends=self._trends(subscription, slot.window))
        return digests.with_sources(digest, self._config.sources, self._store.sources.states()), chosen

    def _ready(self, subscription: Subscription, window: Window, now: datetime) -> list[ReadyItem]:
        last = self._store.digests.last(subscription.name, now)
        late_since = (last[1] if last else window.start) - _LATE
        return self._store.stories.owed(subscription.name, window, late_since=late_since, now=now)

    def _origins(self, ready: Sequence[ReadyItem]) -> Origins:
        kinds = kinds_of(self._config.sources, self._store.sources.states())
        return origins(ready, kinds, self._store.items.shown_by)

    def _trends(self, subscription: Subscription, window: Window) -> tuple[Trend, ...]:
        """How often themes came up in the window and in those before it, by what arrived in each."""
        before = trends.windows_before(
            window, self._store.digests.windows(subscription.name, window.start, limit=_WINDOWS_LOOKED_AT)
        )
        windows = (window, *before)
        arrived = self._store.stories.arrived(Window(start=windows[-1].start, end=window.end))
        where = self._origins(arrived)
        now, *earlier = (
            digests.choose(
                [item for item in arrived if one.start <= item.item.first_seen < one.end], subscription, one, where
            )
            for one in windows
        )
        return trends.trends(now, earlier, councils=subscription.councils, themes=subscription.themes)

    def _opening(self, subscription: Subscription, window: Window, reports: Sequence[KnownReport]) -> list[Expectation]:
        """The inspections that may come from within `window` on: each is told by exactly one digest."""
        last = self._store.digests.last(subscription.name, self._clock())
        start = max(window.start, last[0].end) if last else window.start  # one asked for by hand may reach back
        return [
            one
            for council in subscription.councils
            for one in self._expected(council, reports)
            if start <= slots.midnight(one.opens, self._config.timezone) < window.end
        ]

    def _with_next(self, digest: Digest, reports: Sequence[KnownReport]) -> Digest:
        """The digest with what each of its reports leads one to expect first."""
        return replace(digest, inspections=tuple(self._news_with_next(one, reports) for one in digest.inspections))

    def _news_with_next(self, news: InspectionNews, reports: Sequence[KnownReport]) -> InspectionNews:
        following = (one for one in self._expected(news.council, reports) if one.follows_url == news.url)
        return replace(news, next=next(following, None))

    def _expected(self, council: str, reports: Sequence[KnownReport]) -> list[Expectation]:
        return expected(history.of_council(council, reports), rules(), london_day(self._clock()))

    def _owe(
        self,
        digest: Digest,
        subscription: Subscription,
        told_by: Sequence[ToldBy],
        told_of: Sequence[Delivery] = (),
    ) -> bool:
        """Records the digest, what it did with the items it was owed, the deliveries whose end it tells, its message
        and its own deliveries; False when the slot had run."""
        if digest.is_empty and not subscription.send_when_empty:
            return self._store.digests.save(digest, told_by)
        message = self._worded(digest)
        deliveries = deliveries_for(subscription, self._config.channels, digest, message)
        is_new = self._store.digests.save(digest, told_by, message=message, deliveries=deliveries, undelivered=told_of)
        if is_new:
            log.info(
                "composed",
                subscription=subscription.name,
                slot=digest.slot,
                stories=len(digest.stories),
                inspections=len(digest.inspections),
                undelivered=len(told_of) or None,
                deliveries=len(deliveries),
            )
        return is_new
