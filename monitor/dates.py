"""Dates as feeds and pages write them.

A date with a time and a zone is an instant. One without a zone was written in London. One without a time, or at
midnight in London, is a day: its instant is that midnight, and no time is shown for it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date

LONDON = ZoneInfo("Europe/London")

# Nothing is looked for beyond this many characters: the date stands at the front, or there is none.
_LOOK_AT = 200
_YEARS = range(1990, 2101)  # outside these a number that reads as a year is none

# Zone names met in feeds, in hours from UTC (RFC 822, 5.1, and European summer time). Any other name is unknown
# and read as London: hand-made council feeds are written there.
_ZONES = {
    "": None,
    "Z": 0,
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "BST": 1,
    "WEST": 1,
    "CET": 1,
    "CEST": 2,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}

_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?"
)
_ZONE = r"\s?\(?(?P<zone>[+-]\d{2}(?::?\d{2})?|[A-Za-z]{1,5}\b)?"
_MONTH = rf"(?P<month>(?:{'|'.join(_MONTH_NAMES)})[a-z]{{0,6}})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_AFTER = rf"(?:(?:,?\s(?:at\s)?|T){_TIME}(?:{_ZONE})?)?"  # the time and zone that may follow a day

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # RFC 3339 and ISO 8601: 2026-06-17T09:30:00+01:00, 2026-06-17 09:30, 2026-06-17
        rf"(?<!\d){_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?!\d){_AFTER}",
        # RFC 822: Tue, 16 Jun 2026 09:30:00 BST; and prose: 12 June 2025, 12th June 2025 at 10.30am
        rf"(?<!\d){_DAY}[\s-](?:of\s)?{_MONTH}[,\s-]\s?(?P<year>\d{{4}}|\d{{2}})(?!\d){_AFTER}",
        # British order, always: 17/06/2026 10.30 am (ModernGov, Ofsted's statistics)
        rf"(?<!\d)(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-]{_YEAR}{_AFTER}",
        # June 12, 2025
        rf"\b{_MONTH}\s{_DAY},?\s{_YEAR}{_AFTER}",
        # GDELT: 20260617T064500Z
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<zone>Z?)",
        # asctime: Wed Jun 17 09:30:00 2026
        rf"\b{_MONTH}\s{{1,2}}(?P<day>\d{{1,2}})\s{_TIME}\s{_YEAR}",
    )
)

# The two common forms, whole: numeric zone or GMT. They are read without trying the rest.
_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|([+-]\d{4}))"
)


def read_date(text: str) -> tuple[datetime | None, bool]:
    """The instant in UTC that `text` names, and whether it names only a day; (None, False) for no date."""
    text = text.strip()
    common = _common(text)
    if common is not None:
        return _settled(common)
    text = " ".join(text[:_LOOK_AT].split())
    for form in _FORMS:
        found = form.search(text)
        if found is not None:
            return _from_parts(found.groupdict())
    return None, False


def london_day(instant: datetime) -> date:
    """The day an instant falls on in London: a day without a time is that day's midnight there, not in UTC."""
    return instant.astimezone(LONDON).date()


def _common(text: str) -> datetime | None:
    try:
        if text[4:5] == "-" and "T" in text and text[-1] in "Zz0":
            return _aware(datetime.fromisoformat(text))
        rfc_822 = _RFC_822.fullmatch(text)
        if rfc_822 is None:
            return None
        day, month, year, hour, minute, second, offset = rfc_822.groups()
        return datetime(
            int(year),
            _MONTHS[month.lower()],
            int(day),
            int(hour),
            int(minute),
            min(int(second), 59),
            tzinfo=_zone(offset) if offset else UTC,
        )
    except (ValueError, KeyError):
        return None  # the long way decides what is wrong with it


def _aware(when: datetime) -> datetime | None:
    return when if when.tzinfo is not None else None


def _from_parts(parts: dict[str, str | None]) -> tuple[datetime | None, bool]:
    """`parts` are the named groups of one of _FORMS."""
    year = int(parts["year"] or 0)
    if year < 100:
        year += 2000  # RFC 822 wrote two digits; no feed is older than that
    month = parts["month"] or ""
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        when = datetime(
            year,
            int(month) if month.isdigit() else _MONTHS[month[:3].lower()],
            int(parts["day"] or 0),
            hour,
            int(parts.get("minute") or 0),
            min(int(parts.get("second") or 0), 59),  # a leap second
            tzinfo=_zone(parts.get("zone") or ""),
        )
    except ValueError:
        return None, False
    return _settled(when)


def _zone(name: str) -> timezone | ZoneInfo:
    """Raises ValueError for an offset of a day or more."""
    if name[:1] in ("+", "-"):
        digits = name[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-offset if name[0] == "-" else offset)
    hours = _ZONES.get(name.upper())
    return LONDON if hours is None else timezone(timedelta(hours=hours))


def _settled(when: datetime) -> tuple[datetime | None, bool]:
    if when.year not in _YEARS:
        return None, False
    local = when.astimezone(LONDON)
    # LocalGov Drupal and others turn a day into its midnight, zone and all; nobody publishes at 00:00:00.
    is_date = (local.hour, local.minute, local.second) == (0, 0, 0)
    return when.astimezone(UTC), is_date


_MAX_RETRY_AFTER = timedelta(days=1)


def retry_after(value: str, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait, at most a day; None when it makes no sense.

    Seconds or an HTTP date (RFC 9110 section 10.2.3). A date gone by and a count that must be a clock
    reading (some send the Unix time) make no sense.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = int(value[:12])
        return min(timedelta(seconds=seconds), _MAX_RETRY_AFTER) if seconds < 1_000_000_000 else None
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the latter: a year, or an offset, of many digits
        return None
    wait = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(wait, _MAX_RETRY_AFTER) if wait > timedelta(0) else None
