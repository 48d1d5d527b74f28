"""Alerts wait while their readers want quiet, many in a row come as one, and none is lost to that."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from monitor.composing import Composing
from monitor.model import (
    AlertReason,
    DeliveryState,
    Event,
    FolderChannel,
    Grade,
    Inspection,
    InspectionKind,
    QuietHours,
    Recipient,
    Subscription,
    SubscriptionKind,
)
from monitor.store import Store

LONDON = ZoneInfo("Europe/London")
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COUNCILS = ("Wexmoor", "Averton", "Northmarsh", "Sedgeholm")


@pytest.fixture
def composing(make_config, store, clock, tmp_path):
    """What composes the alert of four councils, met two days ago; `quiet` is when it waits."""

    def make(quiet=None, store=store):
        clock.time, met = clock.time - 2 * DAY, clock.time
        store.digests.met(["alert"], clock.time)
        clock.time = met
        subscription = Subscription(
            name="alert",
            kind=SubscriptionKind.ALERT,
            to=(Recipient(channel="folder"),),
            on=tuple(AlertReason),
            councils=COUNCILS,
            quiet=quiet,
        )
        channels = {"folder": FolderChannel(name="folder", path=tmp_path / "outbox")}
        config = make_config(councils=COUNCILS, channels=channels, subscriptions=(subscription,))
        return Composing(config=config, store=store, clock=clock)

    return make


@pytest.fixture
def report(ready, make_item, make_classification, store, clock):
    """A report that is ready now, each of an inspection of its own; one without a grade could not be read."""
    ends = (date(2020, 1, 1) + 7 * number * DAY for number in count())

    def make(title, council="Wexmoor", grade=Grade.GOOD, **facts):
        made = make_item(title, is_report=True, council=council, first_seen=clock.time)
        labels = make_classification(event=Event.FULL_INSPECTION, councils=(council,))
        (stored,) = ready(made, labels=labels, ready_at=clock.time)
        if grade:
            known = {"council": council, "kind": InspectionKind.ILACS, "judgements": {"overall": grade}}
            inspection = Inspection(inspection_end=next(ends), **known | facts)
            store.classifications.save_inspection(stored, inspection)
        return stored

    return make


@pytest.fixture
def messages(store):
    """The reports each message tells of, by title, in the order they were composed."""

    def told():
        owed = store.digests.deliveries(DeliveryState.PENDING)
        return [
            [news["title"] for news in store.digests.message(one.digest_id).data["inspections"]]
            for one in sorted(owed, key=lambda one: one.digest_id)
        ]

    return told


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


# --- quiet time ----------------------------------------------------------------------------------------------

NIGHT = QuietHours(start=time(22), end=time(7))
NIGHTS_AND_WEEKENDS = QuietHours(start=time(22), end=time(7), weekends=True)


@pytest.mark.parametrize(
    ("quiet", "came", "goes"),
    [
        pytest.param(None, "2026-06-17T03:00", "2026-06-17T03:00", id="no quiet time"),
        pytest.param(NIGHT, "2026-06-17T21:59", "2026-06-17T21:59", id="just before"),
        pytest.param(NIGHT, "2026-06-17T22:00", "2026-06-18T07:00", id="in the evening"),
        pytest.param(NIGHT, "2026-06-17T03:00", "2026-06-17T07:00", id="after midnight"),
        pytest.param(NIGHT, "2026-06-20T12:00", "2026-06-20T12:00", id="a Saturday that is like other days"),
        pytest.param(NIGHTS_AND_WEEKENDS, "2026-06-19T23:00", "2026-06-22T07:00", id="over the weekend"),
        pytest.param(QuietHours(weekends=True), "2026-06-20T12:00", "2026-06-22T00:00", id="up to Monday"),
        pytest.param(NIGHT, "2026-03-28T23:00", "2026-03-29T07:00", id="the night that loses an hour"),
        pytest.param(NIGHT, "2026-10-24T23:00", "2026-10-25T07:00", id="the night that gains one"),
    ],
)
def test_an_alert_goes_at_once_or_as_soon_as_it_is_no_longer_quiet(composing, report, clock, quiet, came, goes):
    clock.time = london(came)
    alerting = composing(quiet)
    report("Inspection")
    for minute in range(4 * 24 * 60):
        clock.time = london(came) + minute * MINUTE
        if alerting.alert():
            break
    assert clock.time == london(goes)


def test_what_came_in_quiet_time_is_one_message_when_it_ends(composing, report, messages, clock):
    clock.time = london("2026-06-17T23:00")
    alerting = composing(NIGHT)
    report("of Wexmoor")
    clock.time += 2 * HOUR
    report("of Averton", "Averton", priority_action=True)
    assert alerting.alert() == 0
    clock.time = london("2026-06-18T07:00")
    report("of Northmarsh", "Northmarsh")
    assert [alerting.alert(), alerting.alert()] == [1, 0]
    assert messages() == [["of Averton", "of Northmarsh", "of Wexmoor"]]


def test_what_waited_in_quiet_time_survives_a_restart_and_a_machine_that_was_off(
    composing, report, messages, store, clock
):
    clock.time = london("2026-06-19T23:00")
    composing(NIGHTS_AND_WEEKENDS).alert()
    report("of Friday")
    composing(NIGHTS_AND_WEEKENDS).alert()
    clock.time = london("2026-06-23T11:00")
    with Store(str(store.database.url)) as opened_again:
        assert composing(NIGHTS_AND_WEEKENDS, opened_again).alert() == 1
    assert messages() == [["of Friday"]]


# --- many in a row -------------------------------------------------------------------------------------------


def test_three_alerts_within_ten_minutes_go_singly_and_those_after_as_one_when_these_are_over(
    composing, report, messages, clock
):
    alerting, began = composing(), clock.time
    went = {}
    for minute in range(16):
        clock.time = began + minute * MINUTE
        if minute < 9:
            report(f"{minute}", COUNCILS[minute % 4])
        if alerting.alert():
            went[minute] = messages()[-1]
    assert went == {0: ["0"], 1: ["1"], 2: ["2"], 10: ["5", "6", "3", "7", "4", "8"]}


@pytest.mark.parametrize("seconds", [599, 600], ids=["the ten minutes are not over", "they are"])
def test_ten_minutes_are_counted_from_the_first_of_the_three(composing, report, clock, seconds):
    alerting, began = composing(), clock.time
    for minute, council in enumerate(COUNCILS[:3]):
        clock.time = began + minute * MINUTE
        report(council, council)
        assert alerting.alert() == 1
    clock.time = began + seconds * SECOND
    report("fourth", "Sedgeholm")
    assert alerting.alert() == (seconds >= 600)


def test_of_many_at_once_the_gravest_go_singly_and_the_others_as_one_later(composing, report, messages, clock):
    alerting = composing()
    for council in COUNCILS:
        report(f"first of {council}", council)
        report(f"second of {council}", council, kind=InspectionKind.FOCUSED_VISIT, priority_action=council == "Wexmoor")
    assert alerting.alert() == 3
    assert messages()[0] == ["second of Wexmoor"]
    clock.time += 9 * MINUTE
    assert alerting.alert() == 0
    clock.time += MINUTE
    assert [alerting.alert(), alerting.alert()] == [1, 0]
    assert [len(told) for told in messages()] == [1, 1, 1, 5]
    assert {title for told in messages() for title in told} == {
        f"{which} of {council}" for which in ("first", "second") for council in COUNCILS
    }


def test_a_long_stream_is_at_most_three_messages_in_any_ten_minutes_and_tells_each_report_once(
    composing, report, messages, clock
):
    alerting, began = composing(), clock.time
    composed = []
    for minute in range(60):
        clock.time = began + minute * MINUTE
        if minute < 45:
            report(f"{minute}", COUNCILS[minute % 4])
        composed += [minute] * alerting.alert()
    assert all(later - earlier >= 10 for earlier, later in zip(composed, composed[3:], strict=False))
    assert sorted(int(title) for told in messages() for title in told) == list(range(45))


def test_what_waits_for_room_survives_a_restart(composing, report, messages, store, clock):
    alerting = composing()
    for number, council in enumerate((*COUNCILS, "Averton")):
        report(f"{number}", council)
    assert alerting.alert() == 3
    clock.time += 3 * HOUR
    with Store(str(store.database.url)) as opened_again:
        assert composing(store=opened_again).alert() == 1
    assert sorted(map(len, messages())) == [1, 1, 1, 2]


def test_a_report_told_unread_among_others_is_told_again_when_it_was_read(composing, report, store, clock):
    """What is recorded of each report is what it was told for, not what the others were."""
    clock.time = london("2026-06-17T23:00")
    alerting = composing(NIGHT)
    unread = report("unread", grade=None)
    report("read", "Averton")
    clock.time = london("2026-06-18T07:00")
    assert alerting.alert() == 1
    assert store.digests.told_reasons("alert")[unread.id] == {"report-unread"}
    facts = Inspection(
        council="Wexmoor",
        kind=InspectionKind.ILACS,
        inspection_end=date(2026, 5, 1),
        judgements={"overall": Grade.GOOD},
    )
    store.classifications.save_inspection(unread, facts)
    assert [alerting.alert(), alerting.alert()] == [1, 0]


def test_a_hundred_reports_at_once_have_a_slot_that_any_database_can_hold(composing, report, store, clock):
    clock.time = london("2026-06-17T23:00")
    alerting = composing(NIGHT)
    for number in range(100):
        last = report(f"{number}", COUNCILS[number % 4])
    clock.time = london("2026-06-18T07:00")
    assert [alerting.alert(), alerting.alert()] == [1, 0]
    ((_, slot, _),) = store.digests.told_of(last.id)
    assert len(slot.encode()) < 1_000
    assert "; and 99 more (" in slot
