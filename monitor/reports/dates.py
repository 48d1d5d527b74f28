"""When an inspection took place and when its report was published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.reports.text import Layout

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Months may be misspelt ("Feburary") and words run together ("8 to12 July").
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<numeric>\d{1,2}[/.]\d{1,2}[/.](?:20)?\d{2})\b"
    r"|(?P<year>20[0-4]\d)(?!\d)"
    r"|(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d/])"
    r"|(?P<month>jan(?:[a-z]{2,5}y)?|feb(?:[a-z]{2,6}y)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:[a-z]{1,3}t)?"
    r"|sept?(?:[a-z]{3,6}r)?|oct(?:[a-z]{2,4}r)?|nov(?:[a-z]{3,6}r)?|dec(?:[a-z]{3,6}r)?)(?=\d|\b)\.?"
    r"|(?P<between>to|and|until|till|through|then|from|between|on|of|the|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"(?=\d|\b)"
    r"|(?P<mark>[-‐‑‒–—−±,&:;()])"
    r")",
    re.IGNORECASE,
)
# Fieldwork of the longest inspections took seven weeks; half a year means that one year is a slip of the pen.
_LONGEST = timedelta(days=183)
# The longest wait for a report has been seven months. A day told in a letter's opening is not from an earlier year;
# a year that is a slip may put it up to a year too early or too late.
_WAIT = timedelta(days=300)
_LATEST = timedelta(days=400)
_YEAR = timedelta(days=366)
# Characters that the days of a visit take in a sentence, and after a label, at most.
_RUN = 160
_LABELLED = 300
_LABEL = re.compile(
    r"^(?:dates?(?:\(s\))? of (?:the )?(?:inspection|visit|fieldwork)\b"
    r"|(?:inspection|visit|fieldwork) dates?(?:\(s\)|\b))\s*:?",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"^(?:report )?(?:published|publication date)(?: on)?\b\s*:?", re.IGNORECASE)
_WHOLE_DATE = re.compile(r"(?:\w+day,? )?\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]+\.?,? 20\d\d\.?")
# After these words a date belongs to another inspection, unless the year of that one has been told.
_ANOTHER = re.compile(r"\b(?:previous|last|since|earlier|updated|revised|will)\b", re.IGNORECASE)
_VISIT = re.compile(
    r"\b(?:(?:re)?visit(?:ed)?|inspection|inspected|inspectors|took place|undertook|conducted|carried out|fieldwork)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The days of an inspection, first and last, and the day its report says it was published."""

    start: date | None = None
    end: date | None = None
    published: date | None = None
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    day: int
    month: int
    year: int | None


def inspection_dates(layout: Layout) -> Dates:
    """The dates a report gives. A first page's label wins; a letter tells them in its opening sentences."""
    published = published_on(layout)
    labelled = _dates_of(_labelled([line for page in layout.pages[:2] for line in page]), published)
    if labelled:
        return _spell(labelled, published)
    runs = [days for run in _told(layout) if (days := _dates_of(run, published))]
    for slip in (timedelta(), _YEAR):  # days after the letter's own only where it tells no others
        for days in runs:
            if published is None or timedelta() <= published - max(days) + slip <= (_WAIT if slip else _LATEST):
                return _spell(days, published)
    return Dates(published=published)


def _dates_of(days: Sequence[_Day], published: date | None) -> list[date]:
    return [day for found in days if (day := _resolved(found, published))]


def published_on(layout: Layout) -> date | None:
    """The day of publication: the label's on the first pages, or the day a letter is dated."""
    for line in (line for page in layout.pages[:2] for line in page):
        if label := _PUBLISHED.match(line):
            days = parse_days(line[label.end() :][:_LABELLED])
            if days and (day := _resolved(days[0], None)):
                return day
    lines = layout.pages[0]
    greeting = next((index for index, line in enumerate(lines) if line.startswith("Dear ")), None)
    if greeting is None:
        return None
    # The date stands above the greeting; where it lies in a box of its own, PDFium may put it after the text.
    for line in (*lines[:greeting], *reversed(lines[greeting:])):
        if _WHOLE_DATE.fullmatch(line) and (days := parse_days(line)):
            return _resolved(days[0], None)
    return None


def parse_days(text: str) -> list[_Day]:
    """The days named at the beginning of `text`, in order, up to the first word that belongs to no date.

    A day waits for the month that follows it and both for the year: "29 and 30 September, and 1 October 2020"
    is three days of 2020. A day whose year is never told keeps None.
    """
    days: list[_Day] = []
    waiting: list[int] = []
    position = 0
    while token := _TOKEN.match(text, position):
        position = token.end()
        if token["numeric"]:
            day, month, year = (int(part) for part in re.split(r"[/.]", token["numeric"]))
            days.append(_Day(day=day, month=month, year=year if year > 99 else 2000 + year))
        elif token["day"]:
            waiting.append(int(token["day"]))
        elif token["month"]:
            month = _MONTHS.index(token["month"][:3].casefold()) + 1
            days += [_Day(day=day, month=month, year=None) for day in waiting]
            waiting = []
        elif token["year"]:
            days = _with_year(days, int(token["year"]))
    return days


def _with_year(days: list[_Day], year: int) -> list[_Day]:
    """`days` with `year` for those without; "29 December to 8 January 2020" began the year before."""
    told = []
    following = None
    for day in reversed(days):
        if day.year is None:
            if following and (day.month, day.day) > (following.month, following.day):
                year -= 1
            day = _Day(day=day.day, month=day.month, year=year)  # noqa: PLW2901 - the day, now dated
            following = day
        told.append(day)
    return told[::-1]


def _resolved(found: _Day, published: date | None) -> date | None:
    """The day as a date: one without a year is the last such day before publication. None if there is no such day."""
    year = found.year
    if year is None:
        if published is None:
            return None
        year = published.year
        if (found.month, found.day) > (published.month, published.day):
            year -= 1
    try:
        return date(year, found.month, found.day)
    except ValueError:
        return None


def _spell(days: list[date], published: date | None) -> Dates:
    """From the first day to the last, however many spells of fieldwork; the first day's wrong year is mended."""
    start, end = min(days), max(days)
    conflicts: tuple[str, ...] = ()
    if end - start > _LONGEST:
        told = start
        start = start.replace(year=end.year, day=min(start.day, 28) if start.month == 2 else start.day)
        if start > end:
            start = start.replace(year=end.year - 1)
        conflicts = (f"inspection_start: printed as {told.isoformat()}, a year too early",)
    if published and not timedelta() <= published - end <= _WAIT:
        conflicts += (f"inspection_end: printed as {end.isoformat()}, the report as of {published.isoformat()}",)
    return Dates(start=start, end=end, published=published, conflicts=conflicts)


def _labelled(lines: Sequence[str]) -> list[_Day]:
    """The days after "Inspection dates:", which may go on for two more lines."""
    for index, line in enumerate(lines):
        if label := _LABEL.match(line):
            return parse_days(" ".join((line[label.end() :], *lines[index + 1 : index + 3]))[:_LABELLED])
    return []


def _told(layout: Layout) -> list[list[_Day]]:
    """The days told in the opening sentences about the visit itself, not about an earlier one."""
    runs = []
    opening = " ".join(block.text for block in layout.blocks[:40])[:8000]
    greeting = opening.find("Dear ")
    for sentence in re.split(r"(?<=[a-z\d]\.)\s+(?=[A-Z])", opening[max(greeting, 0) :]):
        if not _VISIT.search(sentence):
            continue
        for day in re.finditer(r"\b\d{1,2}(?:st|nd|rd|th)?\b", sentence):
            before = re.split(r"\b20\d\d\b", sentence[: day.start()])[-1]
            if not _ANOTHER.search(before) and (days := parse_days(sentence[day.start() :][:_RUN])):
                runs.append(days)
                break
    return runs
