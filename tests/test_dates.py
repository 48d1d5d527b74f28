"""When something was published, as a reader is told it; and when a server wants to be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates import london_day, read_date, retry_after


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "when"),
    [
        pytest.param("Tue, 16 Jun 2026 09:30:00 GMT", at(2026, 6, 16, 9, 30), id="RFC 822, GMT"),
        pytest.param("Tue, 16 Jun 2026 09:30:00 +0100", at(2026, 6, 16, 8, 30), id="RFC 822, offset"),
        pytest.param("Tue, 16 Jun 2026 09:30:00 -0430", at(2026, 6, 16, 14, 0), id="RFC 822, west of Greenwich"),
        pytest.param("Tue, 16 Jun 2026 09:30:00 BST", at(2026, 6, 16, 8, 30), id="British summer time"),
        pytest.param("Tue, 16 Jun 2026 09:30:00 EST", at(2026, 6, 16, 14, 30), id="another zone name"),
        pytest.param("Tue, 16 Jun 2026 09:30:00 QQQ", at(2026, 6, 16, 8, 30), id="unknown zone is London"),
        pytest.param("Tue, 16 Jun 2026 09:30:60 GMT", at(2026, 6, 16, 9, 30, 59), id="leap second"),
        pytest.param("Tue, 16 Jun 2026 09:30:00", at(2026, 6, 16, 8, 30), id="no zone, summer"),
        pytest.param("Fri, 16 Jan 2026 09:30:00", at(2026, 1, 16, 9, 30), id="no zone, winter"),
        pytest.param("16 Jun 26 09:30 UT", at(2026, 6, 16, 9, 30), id="two digits of year"),
        pytest.param("Tuesday, 16-Jun-2026 09:30:00 GMT", at(2026, 6, 16, 9, 30), id="RFC 850"),
        pytest.param("Wed Jun 17 09:30:00 2026", at(2026, 6, 17, 8, 30), id="asctime"),
        pytest.param("2026-06-17T09:30:00+01:00", at(2026, 6, 17, 8, 30), id="RFC 3339, summer offset"),
        pytest.param("2026-06-17T09:30:00.250Z", at(2026, 6, 17, 9, 30, 0, 250_000), id="RFC 3339, fraction"),
        pytest.param("2026-06-17T09:30:00+0100", at(2026, 6, 17, 8, 30), id="ISO 8601, no colon"),
        pytest.param("2026-06-17 09:30:00 +0100", at(2026, 6, 17, 8, 30), id="spaces for T"),
        pytest.param("2026-06-17T09:30", at(2026, 6, 17, 8, 30), id="ISO 8601, London"),
        pytest.param("17/06/2026 10.30 am", at(2026, 6, 17, 9, 30), id="ModernGov"),
        pytest.param("12th June 2025 at 1.30pm", at(2025, 6, 12, 12, 30), id="prose"),
        pytest.param("12 June 2025 12:15 am", at(2025, 6, 11, 23, 15), id="just after midnight"),
        pytest.param("20260617T064500Z", at(2026, 6, 17, 6, 45), id="GDELT"),
    ],
)
def test_time_of_publication_is_read_as_written(written: str, when: datetime) -> None:
    assert read_date(written) == (when, False)


@pytest.mark.parametrize(
    ("written", "when"),
    [
        pytest.param("2026-06-17", at(2026, 6, 16, 23), id="ISO, summer"),
        pytest.param("2026-01-17", at(2026, 1, 17), id="ISO, winter"),
        pytest.param("2026-06-17T00:00:00", at(2026, 6, 16, 23), id="midnight without a zone"),
        pytest.param("Tue, 16 Jun 2026 00:00:00 +0100", at(2026, 6, 15, 23), id="LocalGov Drupal's midnight"),
        pytest.param("03/02/2026", at(2026, 2, 3), id="British order"),
        pytest.param("12 June 2025", at(2025, 6, 11, 23), id="Ofsted"),
        pytest.param("Published:  12 Sept. 2025", at(2025, 9, 11, 23), id="within words"),
        pytest.param("June 12, 2025", at(2025, 6, 11, 23), id="month first, named"),
    ],
)
def test_day_without_a_time_is_a_day_in_london(written: str, when: datetime) -> None:
    assert read_date(written) == (when, True)


@pytest.mark.parametrize("written", ["2026-06-17", "2026-01-17", "2026-03-29", "2026-10-25"])
def test_day_that_was_written_is_the_day_that_is_told(written: str) -> None:
    when, _ = read_date(written)
    assert when is not None
    assert str(london_day(when)) == written


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param(at(2026, 6, 16, 23), "2026-06-17", id="late in the evening, in summer: the next day"),
        pytest.param(at(2026, 6, 16, 22, 59), "2026-06-16", id="a minute before"),
        pytest.param(at(2026, 1, 16, 23), "2026-01-16", id="in winter: that day"),
    ],
)
def test_instant_falls_on_a_day_by_the_clocks_of_london(instant: datetime, day: str) -> None:
    assert str(london_day(instant)) == day


@pytest.mark.parametrize(
    "written",
    ["", "   ", "soon", "31 February 2025", "2026-13-01T00:00:00Z", "17/25/2026", "12 June 0203", "1/1/1066",
     "Tue, 16 Jun 2026 25:00:00 GMT", "Tue, 16 Foo 2026 09:30:00 GMT", "Tue, 16 Jun 2026 09:30:00 +9999",
     "2026-06-17T09:30:00+99:99", "x" * 300 + " 12 June 2025"],
)  # fmt: skip
def test_nonsense_is_no_date(written: str) -> None:
    assert read_date(written) == (None, False)


@given(st.text(max_size=80) | st.from_regex(r"[0-9/:T +-]{6,30}"))
def test_any_text_is_read_without_complaint_and_in_utc(written: str) -> None:
    when, _ = read_date(written)
    assert when is None or when.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2100, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_instant_written_and_read_is_the_same(when: datetime) -> None:
    assert read_date(when.isoformat())[0] == when


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("120", timedelta(seconds=120), id="seconds"),
        pytest.param(" 0 ", timedelta(0), id="none"),
        pytest.param("604800", timedelta(days=1), id="a week is a day"),
        pytest.param("1781784000", None, id="a clock reading"),
        pytest.param("9" * 5_000, None, id="endless"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1.5", None, id="a fraction"),
        pytest.param("١٢", None, id="other digits"),
        pytest.param("soon", None, id="words"),
        pytest.param("Thu, 18 Jun 2026 12:05:00 GMT", timedelta(minutes=5), id="date"),
        pytest.param("Thu, 18 Jun 2026 13:05:00 +0100", timedelta(minutes=5), id="date with an offset"),
        pytest.param("Thu, 18 Jun 2026 12:05:00 -0000", timedelta(minutes=5), id="date without a zone"),
        pytest.param("Thursday, 18-Jun-26 12:05:00 GMT", timedelta(minutes=5), id="old form of date"),
        pytest.param("Fri, 18 Jun 2027 12:00:00 GMT", timedelta(days=1), id="next year is a day"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", None, id="a date gone by"),
        pytest.param("Thu, 99 Jun 2026 99:00:00 GMT", None, id="no such date"),
        pytest.param("Mon, 01 Jan 99999999999 00:00:00 GMT", None, id="a year of many digits"),
        pytest.param("Thu, 18 Jun 2026 12:05:00 +99999999999999", None, id="an offset of many digits"),
    ],
)
def test_retry_after_is_heard_within_reason(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, at(2026, 6, 18, 12)) == wait
