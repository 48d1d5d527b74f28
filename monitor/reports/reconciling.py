"""What Ofsted's page and the report itself say of one inspection: each fills in for the other, differences are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.model import Inspection

# A page names some day of the fieldwork, of which the longest took seven weeks, or one close to it.
_LONGEST = timedelta(days=183)
_CLOSE = timedelta(days=30)
# From the last day of an inspection to its report: the longest wait has been seven months.
_WAIT = timedelta(days=300)


def reconciled(
    inspection: Inspection, *, council: str | None, published: date | None, event_date: date | None
) -> Inspection:
    """The facts of a report, with what only Ofsted's page tells: whose report it is, and when it was published.

    `council`, `published` and `event_date`, a day of the inspection, are the page's; None where it says nothing. What
    the report states stays, but for days of inspection that cannot be: after the publication, or half a year and more
    from the page's day. Their year is a slip and becomes the page's; where that does not fit, only the page's day is
    known. `differences` gets a line for each fact of which the page says otherwise:
    "published: 2026-05-21 on Ofsted's page, 2026-05-20 in the report".
    """
    first, last = inspection.inspection_start, inspection.inspection_end
    lines = []
    if council and inspection.council and council != inspection.council:
        lines.append(_difference("council", council, inspection.council))
    if published and inspection.published and published != inspection.published:
        lines.append(_difference("published", published, inspection.published))
    start, end = _mended(first, last, published, event_date) if last else (first, last)
    spell = " to ".join(str(day) for day in dict.fromkeys([first, last]) if day)
    if event_date and ((first and event_date < first) or (last and event_date > last)):
        lines.append(_difference("inspection", event_date, spell))
    elif (start, end) != (first, last):
        lines.append(_difference("inspection", f"before {published}", spell))
    return replace(
        inspection,
        council=inspection.council or council,
        inspection_start=start,
        inspection_end=end,
        published=inspection.published or published,
        differences=tuple(lines),
    )


def _mended(
    first: date | None, last: date, published: date | None, event_date: date | None
) -> tuple[date | None, date | None]:
    """The days of an inspection that is printed as `first` to `last`, where the page's days say when it can have been.

    A page's day of the inspection that its own publication belies is the page's slip, where the report's fits.
    """
    late = published is not None and last > published
    if not late and (event_date is None or abs(last - event_date) <= _LONGEST):
        return first, last
    if event_date is None:
        return _within(first, last, published) if published else (first, last)
    if published and _shortly_before(published, last) and not _shortly_before(published, event_date):
        return first, last
    # A spell over New Year may end in the year after the page's.
    for year in (event_date.year, event_date.year + 1):
        start, end = _in_year(first, last, year)
        if (start or end) - _CLOSE <= event_date <= end + _CLOSE:
            return start, end
    return None, event_date


def _within(first: date | None, last: date, published: date) -> tuple[date | None, date | None]:
    """The same days in the last year that fits a report published then; None where none does."""
    for year in (published.year, published.year - 1):
        start, end = _in_year(first, last, year)
        if _shortly_before(published, end):
            return start, end
    return None, None


def _shortly_before(published: date, day: date) -> bool:
    return timedelta() <= published - day <= _WAIT


def _in_year(first: date | None, last: date, year: int) -> tuple[date | None, date]:
    """The same days, and as many years apart, with the last of them in `year`."""
    years = year - last.year
    return first and _moved(first, years), _moved(last, years)


def _moved(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


def _difference(fact: str, on_page: date | str, in_report: date | str) -> str:
    return f"{fact}: {on_page} on Ofsted's page, {in_report} in the report"
