"""Every item reaches the digests it belongs to, once, whenever they are composed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from monitor import history
from monitor.composing import Composing
from monitor.dates import read_date
from monitor.expecting import expected, rules
from monitor.model import (
    AlertReason,
    DeliveryState,
    Event,
    FolderChannel,
    Grade,
    Inspection,
    InspectionKind,
    Recipient,
    Subscription,
    SubscriptionKind,
    Window,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def subscription():
    """A daily digest about Wexmoor, at half past seven."""

    def make(name="briefing", **changes):
        known = {
            "name": name,
            "kind": SubscriptionKind.DIGEST,
            "to": (Recipient(channel="folder"),),
            "schedule": "30 7 * * *",
            "councils": ("Wexmoor",),
        }
        return Subscription(**known | changes)

    return make


@pytest.fixture
def alert(subscription):
    def make(*on, **changes):
        return subscription("alert", kind=SubscriptionKind.ALERT, on=on or tuple(AlertReason), **changes)

    return make


@pytest.fixture
def composing(make_config, make_source, store, clock, tmp_path):
    def make(*subscriptions):
        channels = {"folder": FolderChannel(name="folder", path=tmp_path / "outbox")}
        config = make_config(channels=channels, subscriptions=subscriptions, sources=(make_source(),))
        return Composing(config=config, store=store, clock=clock)

    return make


@pytest.fixture
def daily(composing, subscription, store, now):
    """What composes the daily digest, met two days ago and last told a day ago."""
    store.digests.met(["briefing"], now - 2 * DAY)
    found = composing(subscription())
    found.digest((), Window(start=now - 2 * DAY, end=now - DAY))
    return found


def told(digests) -> list[list[str]]:
    return [[told.item.title for story in digest.stories for told in story.items] for digest in digests]


# --- digests -------------------------------------------------------------------------------------------------


def test_an_item_is_told_in_the_digest_of_its_day_and_in_no_other(daily, ready, make_item, clock):
    ready(make_item("News", first_seen=clock.time - HOUR))
    assert told(daily.digest((), None)) == [["News"]]
    clock.time += DAY
    assert told(daily.digest((), None)) == [[]]


def test_a_digest_that_ran_is_not_composed_again(daily, store, ready, make_item, clock):
    ready(make_item(first_seen=clock.time - HOUR))
    daily.digest((), None)
    owed = store.digests.deliveries(*DeliveryState)
    clock.time += 3 * HOUR
    assert daily.digest((), None) == []
    assert store.digests.deliveries(*DeliveryState) == owed


def test_two_that_compose_the_same_digest_owe_it_once(composing, subscription, store, ready, make_item, now):
    """As when the state is worked on from two places at once, by whatever mischance."""
    ready(make_item(first_seen=now - HOUR))
    window = Window(start=now - DAY, end=now)
    one, other = composing(subscription()), composing(subscription())
    assert len(one.digest((), window)) == 1
    assert other.digest((), window) == []
    assert len(store.digests.deliveries(*DeliveryState)) == 1


def test_what_became_ready_while_a_digest_was_composed_reaches_the_next(daily, ready, make_item, clock):
    daily.digest((), None)
    ready(make_item("Came in time, was read too late", first_seen=clock.time - MINUTE), ready_at=clock.time)
    clock.time += DAY
    assert told(daily.digest((), None)) == [["Came in time, was read too late"]]


def test_what_another_thread_stored_as_a_digest_was_composed_reaches_the_next(daily, ready, make_item, clock):
    daily.digest((), None)
    ready(make_item("Stored late", first_seen=clock.time - HOUR), ready_at=clock.time - MINUTE)
    clock.time += DAY
    assert told(daily.digest((), None)) == [["Stored late"]]


def test_what_arrives_after_the_slot_is_the_next_digests(daily, ready, make_item, clock):
    slot = clock.time
    clock.time += 5 * MINUTE  # the service was busy
    ready(make_item("After the slot", first_seen=slot + MINUTE))
    assert told(daily.digest((), None)) == [[]]
    clock.time = slot + DAY
    assert told(daily.digest((), None)) == [["After the slot"]]


def test_what_was_missed_while_the_machine_was_off_comes_in_one_digest(daily, ready, make_item, clock):
    for days in (2, 1):
        ready(make_item(f"{days} days ago", first_seen=clock.time + 3 * DAY - days * DAY))
    clock.time += 3 * DAY
    assert told(daily.digest((), None)) == [["2 days ago", "1 days ago"]]


def test_the_windows_of_a_subscription_leave_no_time_out(daily, store, subscription, clock):
    windows = []
    for hours in (0, 1, 24, 26, 96):
        clock.time = datetime(2026, 6, 17, 6, 30, tzinfo=UTC) + hours * HOUR
        windows += [digest.window for digest in daily.digest((), None)]
    assert [window.end - windows[0].end for window in windows] == [0 * DAY, DAY, 4 * DAY]
    assert [window.start for window in windows[1:]] == [window.end for window in windows[:-1]]


@pytest.mark.parametrize("hours", [1, 24 * 7], ids=["a shorter time than since the last", "a longer one"])
def test_a_digest_asked_for_by_hand_leaves_nothing_between_it_and_its_neighbours(daily, ready, make_item, clock, hours):
    noon = clock.time + 6 * HOUR
    daily.digest((), None)
    ready(make_item("Morning", first_seen=noon - 5 * HOUR), ready_at=noon - 5 * HOUR)
    clock.time = noon
    by_hand = daily.digest(["briefing"], Window(start=noon - hours * HOUR, end=noon))
    clock.time += DAY
    assert told([*by_hand, *daily.digest((), None)]) == [["Morning"], []]


def test_a_digest_asked_for_by_hand_takes_no_scheduled_ones_slot(daily, ready, make_item, clock, now):
    clock.time = now + timedelta(seconds=20)
    assert len(daily.digest([], Window(start=now - DAY, end=clock.time))) == 1
    clock.time = now + timedelta(seconds=40)
    assert len(daily.digest([], Window(start=now - DAY, end=clock.time))) == 1


def test_a_digest_from_a_clock_that_ran_ahead_keeps_no_later_one_from_being_composed(daily, ready, make_item, clock):
    right = clock.time
    clock.time += 30 * DAY
    assert len(daily.digest((), None)) == 1
    clock.time = right + DAY
    ready(make_item("News", first_seen=right + HOUR))
    assert told(daily.digest((), None)) == [["News"]]


def test_a_new_subscription_is_told_from_its_first_slot_on(composing, subscription, ready, make_item, clock):
    found = composing(subscription())
    ready(make_item("Yesterday", first_seen=clock.time - HOUR), ready_at=clock.time - HOUR)
    assert found.digest((), None) == []  # it was met only now
    ready(make_item("Today", first_seen=clock.time + HOUR))
    clock.time += DAY
    assert told(found.digest((), None)) == [["Today"]]


def test_each_subscription_is_told_for_itself(composing, subscription, ready, make_item, now):
    ready(make_item("News", first_seen=now - HOUR))
    found = composing(subscription("one"), subscription("two"))
    window = Window(start=now - DAY, end=now)
    assert told(found.digest(["two"], window)) == [["News"]]
    assert told(found.digest((), window)) == [["News"]]  # and "two" has run


def test_an_empty_digest_is_sent_only_where_it_is_wanted(composing, subscription, store, now):
    found = composing(subscription("quiet"), subscription("always", send_when_empty=True))
    assert len(found.digest((), Window(start=now - DAY, end=now))) == 2
    assert [delivery.subscription for delivery in store.digests.deliveries(*DeliveryState)] == ["always"]


def test_a_preview_shows_what_would_be_told_and_records_nothing(daily, ready, make_item, clock):
    ready(make_item("News", first_seen=clock.time - HOUR))
    for _ in range(2):
        ((digest, message),) = daily.preview((), None)
        assert told([digest]) == [["News"]]
        assert "News" in message.text
    assert told(daily.digest((), None)) == [["News"]]


# --- what to expect ------------------------------------------------------------------------------------------


@pytest.fixture
def opening(stored, make_item, store, now):
    """What is expected soonest of Wexmoor, which was judged inadequate a while ago and has been told of it."""
    [report] = stored(make_item("Inspection", is_report=True, council="Wexmoor", first_seen=now - 60 * DAY))
    store.classifications.save_inspection(report, inspected("2026-05-01", Grade.INADEQUATE))
    return expected(history.of_council("Wexmoor", store.classifications.reports()), rules(), now.date())[0]


@pytest.fixture
def mornings(composing, subscription, store, clock, opening):
    """The daily digests of the mornings around the day the window opens, each with how many deliveries it owes."""

    def compose(**changes):
        opens = datetime.combine(opening.opens, time(6, 30), tzinfo=UTC)
        store.digests.met(["briefing"], opens - 3 * DAY)
        found = composing(subscription(**changes))
        told = []
        for days in (-2, -1, 0, 1, 2):
            clock.time = opens + days * DAY
            (digest,) = found.digest((), None)
            told.append((digest.expected, len(store.digests.deliveries(*DeliveryState))))
        return told

    return compose


def test_a_window_that_opens_is_told_by_the_digest_of_its_first_morning_alone(mornings, opening):
    assert [expected for expected, _ in mornings()] == [(), (), (opening,), (), ()]


def test_a_window_that_opens_is_reason_enough_for_a_digest(mornings):
    assert [owed for _, owed in mornings()] == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"inspections": False}, id="who asked for news alone"),
        pytest.param({"councils": ("Averton",)}, id="who follows another council"),
    ],
)
def test_a_window_that_opens_is_not_told_to(mornings, asked):
    assert mornings(**asked) == 5 * [((), 0)]


@pytest.fixture
def judged_inadequate(report, now):
    return report(inspected("2026-05-01", Grade.INADEQUATE), first_seen=now - HOUR)


def test_a_digest_tells_what_a_report_leads_one_to_expect(daily, judged_inadequate):
    (news,) = daily.digest((), None)[0].inspections
    assert news.next.council == "Wexmoor"
    assert news.next.follows_url == judged_inadequate.url


def test_an_alert_tells_what_a_report_leads_one_to_expect_and_that_nobody_announced_it(
    alerting, judged_inadequate, store
):
    alerting.alert()
    (delivery,) = store.digests.deliveries(DeliveryState.PENDING)
    message = store.digests.message(delivery.digest_id)
    (told,) = message.data["inspections"]
    assert told["next"]["follows"] == judged_inadequate.url
    assert "Likely next, not announced: " in " ".join(message.text.split())


def test_what_another_report_leads_one_to_expect_is_not_said_of_this_one(daily, judged_inadequate, report, now):
    report(inspected("2014-05-01", Grade.GOOD), first_seen=now - HOUR)
    digest = daily.digest((), None)[0]
    follows = {news.inspection.judgements["overall"]: news.next for news in digest.inspections}
    assert follows[Grade.INADEQUATE]
    assert follows[Grade.GOOD] is None


def test_a_file_that_was_replaced_leads_one_to_expect_nothing(daily, judged_inadequate, report, now):
    newer = report(inspected("2026-05-01", Grade.INADEQUATE), first_seen=now - HOUR)
    (digest,) = daily.digest((), None)
    assert [news.url for news in digest.inspections if news.next] == [newer.url]


# --- alerts --------------------------------------------------------------------------------------------------


def inspected(end: str, grade: Grade, **changes) -> Inspection:
    known = {"council": "Wexmoor", "kind": InspectionKind.ILACS, "judgements": {"overall": grade}}
    return Inspection(inspection_end=date.fromisoformat(end), **known | changes)


@pytest.fixture
def report(ready, make_item, make_classification, store):
    """A report on Wexmoor, ready to be told; `inspection` when it could be read."""

    def make(inspection=None, **item):
        made = make_item("Inspection of Wexmoor", is_report=True, council="Wexmoor", **item)
        (stored,) = ready(made, labels=make_classification(event=Event.FULL_INSPECTION))
        if inspection:
            store.classifications.save_inspection(stored, inspection)
        return stored

    return make


@pytest.fixture
def alerting(composing, alert, store, now):
    """What composes the alert, met yesterday; `reasons` are those told so far."""
    store.digests.met(["alert"], now - DAY)
    return composing(alert())


def reasons(store) -> list[set[str]]:
    return list(store.digests.told_reasons("alert").values())


def test_a_report_is_told_at_once_and_once(alerting, report, store):
    report()
    assert [alerting.alert(), alerting.alert()] == [1, 0]
    assert reasons(store) == [{"report-unread"}]


def test_what_a_report_says_is_told_when_it_could_be_read_at_last(alerting, report, store, now):
    report(inspected("2023-05-01", Grade.INADEQUATE), first_seen=now - 30 * DAY, from_first_check=True)
    found = report()
    alerting.alert()
    store.classifications.save_inspection(found, inspected("2026-05-01", Grade.GOOD))
    assert [alerting.alert(), alerting.alert()] == [1, 0]
    assert reasons(store) == [{"report-unread", "report-published", "judgement-changed"}]
    assert store.digests.told_of(found.id)[1][1].endswith("judgement-changed")


def test_a_digest_that_told_a_report_unread_tells_what_it_says_once_it_is_read(daily, report, store, now):
    found = report(first_seen=now - HOUR)
    [digest] = daily.digest((), Window(start=now - DAY, end=now))
    assert digest.inspections[0].unread
    window = Window(start=now, end=now + DAY)
    assert [one.is_quiet for one in daily.digest((), window)] == [True]
    store.classifications.save_inspection(found, inspected("2026-05-01", Grade.GOOD))
    told = daily.digest((), Window(start=now + DAY, end=now + 2 * DAY))
    assert [news.inspection.judgements["overall"] for one in told for news in one.inspections] == [Grade.GOOD]
    assert [one.is_quiet for one in daily.digest((), Window(start=now + 2 * DAY, end=now + 3 * DAY))] == [True]


@pytest.mark.parametrize(
    "item",
    [
        pytest.param({"from_first_check": True}, id="it was there when its page was first checked"),
        pytest.param({"first_seen": datetime(2026, 6, 16, 6, 29, tzinfo=UTC)}, id="it came before the subscription"),
    ],
)
def test_nobody_is_alerted_to_a_report_when(alerting, report, item):
    report(**item)
    assert alerting.alert() == 0


def test_an_alert_and_a_digest_each_tell_a_report(alerting, daily, report, now):
    report(first_seen=now - HOUR)
    assert alerting.alert() == 1
    assert told(daily.digest((), None)) == [["Inspection of Wexmoor"]]


def test_a_subscription_without_alerts_costs_nothing(composing, subscription, report):
    report()
    assert composing(subscription()).alert() == 0


def test_many_reports_of_one_council_at_once_are_one_alert(alerting, report, store):
    for _ in range(5):
        report()
    assert [alerting.alert(), alerting.alert()] == [1, 0]
    (delivery,) = store.digests.deliveries(DeliveryState.PENDING)
    assert store.digests.message(delivery.digest_id).subject.endswith(": 5 reports published")


def test_a_report_published_in_summer_is_told_with_the_day_its_page_says(alerting, report, store):
    published, is_date = read_date("12 June 2026")
    report(inspected("2026-05-01", Grade.GOOD), published=published, published_is_date=is_date)
    alerting.alert()
    (delivery,) = store.digests.deliveries(DeliveryState.PENDING)
    message = store.digests.message(delivery.digest_id)
    assert message.data["inspections"][0]["published"] == "2026-06-12"
    assert "Published 12 June 2026" in message.text


def test_a_report_put_up_anew_with_nothing_different_alerts_nobody_again(alerting, report, now):
    report(inspected("2026-05-01", Grade.GOOD))
    assert alerting.alert() == 1
    report(inspected("2026-05-01", Grade.GOOD), first_seen=now + HOUR)
    assert alerting.alert() == 0


def test_a_corrected_grade_is_alerted_to_again_and_what_stands_in_both_files_is_not(
    composing, alert, report, store, now
):
    store.digests.met(["alert"], now - DAY)
    found = composing(alert(AlertReason.JUDGEMENT_CHANGED))
    report(inspected("2023-05-01", Grade.INADEQUATE), first_seen=now - 30 * DAY, from_first_check=True)
    report(inspected("2026-05-01", Grade.REQUIRES_IMPROVEMENT))
    assert found.alert() == 1
    report(inspected("2026-05-01", Grade.REQUIRES_IMPROVEMENT, areas_for_improvement=("Plans.",)))
    assert found.alert() == 0
    report(inspected("2026-05-01", Grade.GOOD))
    assert found.alert() == 1
