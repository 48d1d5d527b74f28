"""The calendar file, as a calendar reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from monitor.model import Expectation, InspectionKind
from monitor.render.calendar import calendar

NOW = datetime(2026, 6, 17, 6, 30, tzinfo=UTC)
RE_INSPECTION = Expectation(
    council="Devon",
    event=InspectionKind.ILACS,
    opens=date(2027, 10, 11),
    closes=date(2028, 10, 11),
    what="re-inspection",
    rule="Councils judged inadequate are inspected again after monitoring visits.",
    source="The framework",
    source_url="https://framework.example.org/ilacs",
    follows="Children's services inspection",
    follows_url="https://files.example.org/v1/file/50000001",
    follows_date=date(2025, 5, 13),
)


def read(*expectations: Expectation, now: datetime = NOW) -> Calendar:
    return Calendar.from_ical(calendar(expectations, now))


def events(*expectations: Expectation, now: datetime = NOW):
    return read(*expectations, now=now).events


def test_window_is_shown_on_the_day_it_opens_and_on_the_day_it_closes():
    opens, closes = events(RE_INSPECTION)
    assert (opens.start, opens.end) == (date(2027, 10, 11), date(2027, 10, 12))
    assert (closes.start, closes.end) == (date(2028, 10, 11), date(2028, 10, 12))
    assert opens["SUMMARY"] == "Expected: Devon, re-inspection (window opens; closes 11 October 2028)"
    assert closes["SUMMARY"] == "Expected: Devon, re-inspection (window closes)"


def test_window_of_one_day_is_two_events_of_that_day():
    opens, closes = events(replace(RE_INSPECTION, closes=RE_INSPECTION.opens))
    assert opens.start == closes.start
    assert opens.uid != closes.uid


def test_every_event_says_that_nobody_has_announced_it_and_why_it_is_expected():
    for event in events(RE_INSPECTION):
        lines = event["DESCRIPTION"].split("\n")
        assert lines == [
            "This is an expectation: nobody has announced this inspection.",
            "It may come from 11 October 2027 to 11 October 2028.",
            "Councils judged inadequate are inspected again after monitoring visits.",
            "It follows: Children's services inspection, 13 May 2025",
            "https://files.example.org/v1/file/50000001",
            "The framework: The framework",
            "https://framework.example.org/ilacs",
        ]
        assert event["URL"] == RE_INSPECTION.follows_url
        assert event.categories == ["Ofsted", "full inspection", "Devon"]


def test_rule_is_told_in_full():
    rule = f"{'A long word about it. ' * 14}The end."
    for event in events(replace(RE_INSPECTION, rule=rule)):
        assert rule in event["DESCRIPTION"]


def test_nobody_is_busy_because_of_it_and_nothing_is_settled():
    for event in events(RE_INSPECTION):
        assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("TENTATIVE", "TRANSPARENT", 0)
        assert event.DTSTAMP == NOW


def test_file_says_what_it_is_and_how_often_to_look_again():
    file = read(RE_INSPECTION)
    assert (file["METHOD"], file["VERSION"]) == ("PUBLISH", "2.0")
    assert file["PRODID"].startswith("-//ofsted-monitor//")
    assert file["X-WR-CALNAME"] == file["NAME"] == "Ofsted: what to expect"
    assert "going by past intervals, not set by Ofsted. Nobody has announced them." in file["DESCRIPTION"]
    assert file["REFRESH-INTERVAL"].td == timedelta(days=1)
    assert file["X-PUBLISHED-TTL"] == "P1D"


def test_event_keeps_its_uid_from_day_to_day_though_its_window_and_rule_are_put_right():
    later = replace(RE_INSPECTION, opens=date(2027, 9, 1), closes=date(2029, 1, 1), rule="Put right.")
    again = [event.uid for event in events(later, now=NOW + timedelta(days=30))]
    assert again == [event.uid for event in events(RE_INSPECTION)]
    assert read(RE_INSPECTION).uid == read().uid


@pytest.mark.parametrize(
    "change",
    [
        {"council": "Kent"},
        {"council": "Wexmoor"},
        {"event": InspectionKind.MONITORING_VISIT},
        {"what": "full inspection"},
        {"follows_url": "https://files.example.org/v1/file/50000002"},
    ],
    ids=lambda change: f"{next(iter(change))}: {next(iter(change.values()))}",
)
def test_other_expectations_are_other_events(change):
    uids = [event.uid for event in events(RE_INSPECTION, replace(RE_INSPECTION, **change))]
    assert len(set(uids)) == 4


def test_nothing_to_expect_is_a_calendar_without_events():
    assert read().events == []


HOSTILE = "End\r\nEND:VEVENT\r\nBEGIN:VALARM; a,b\\n\u202e\x07 " + "é" * 400


def test_hostile_title_makes_no_line_of_its_own_and_no_event():
    content = calendar([replace(RE_INSPECTION, follows=HOSTILE, rule=HOSTILE, council=HOSTILE, source=HOSTILE)], NOW)
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)  # octets (RFC 5545, 3.1)
    assert not any({*line} & {*b"\r\n\x07"} for line in lines)
    assert [line for line in lines if line.startswith((b"BEGIN:", b"END:"))] == [
        b"BEGIN:VCALENDAR",
        *[b"BEGIN:VEVENT", b"END:VEVENT"] * 2,
        b"END:VCALENDAR",
    ]
    for event in Calendar.from_ical(content).events:
        assert "End END:VEVENT BEGIN:VALARM; a,b\\n" in event["SUMMARY"]
        assert "It follows: End END:VEVENT BEGIN:VALARM; a,b\\n é" in event["DESCRIPTION"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "https://user@example.org/"])
def test_link_that_is_none_is_left_out(url):
    for event in events(replace(RE_INSPECTION, follows_url=url)):
        assert "URL" not in event
        assert not url or url not in event["DESCRIPTION"]
