"""Expectations as an iCalendar file (RFC 5545): the day a window opens, and the day it closes.

A window is about a year long. As one event it would lie across every week of that year in anybody's calendar.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, vDuration
from icalendar.enums import STATUS, TRANSP

import monitor
from monitor.councils import council_named
from monitor.render.words import HEADLINE, KINDS, NAME, QUOTE, TITLE, day, shown, web_link

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from monitor.model import Expectation

_NAME = "Ofsted: what to expect"
_DESCRIPTION = "Inspections to expect, going by past intervals, not set by Ofsted. Nobody has announced them."
_REFRESH = timedelta(days=1)
_ONE_DAY = timedelta(days=1)


def calendar(expectations: Iterable[Expectation], now: datetime) -> bytes:
    """The file, in UTF-8: two all-day events an expectation, in the order given; `now` (aware) is its stamp.

    An event has the same UID in every run, so that a calendar that takes the file again shows it once.
    """
    events = [event for one in expectations for event in _events(one, now)]
    file = Calendar.new(
        prodid=f"-//ofsted-monitor//{monitor.__version__}//EN",
        method="PUBLISH",
        uid=str(uuid5(NAMESPACE_URL, _NAME)),
        name=_NAME,
        description=_DESCRIPTION,
        refresh_interval=_REFRESH,
        subcomponents=events,
    )
    file["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"  # RFC 7986, 5.7: it must stand there
    # The same by its older name, which some calendars read alone.
    file.add("X-PUBLISHED-TTL", vDuration(_REFRESH))
    content: bytes = file.to_ical()
    return content


def _events(one: Expectation, now: datetime) -> tuple[Event, Event]:
    return (
        _event(one, now, on=one.opens, edge="opens", words=f"window opens; closes {day(one.closes)}"),
        _event(one, now, on=one.closes, edge="closes", words="window closes"),
    )


def _event(one: Expectation, now: datetime, *, on: date, edge: str, words: str) -> Event:
    council = shown(one.council, NAME)
    return Event.new(
        uid=_uid(one, edge),
        stamp=now,
        sequence=0,  # nobody counts revisions: of two with one UID the later stamp is the newer (RFC 5546, 2.1.5)
        start=on,
        end=on + _ONE_DAY,  # the first day that is not part of it
        summary=f"Expected: {council}, {shown(one.what, HEADLINE)} ({words})",
        description=_description(one),
        categories=["Ofsted", KINDS[one.event], council],
        url=web_link(one.follows_url) or None,
        status=STATUS.TENTATIVE,
        transparency=TRANSP.TRANSPARENT,
    )


def _uid(one: Expectation, edge: str) -> str:
    """The same as long as the council, the event and the report it follows are; nothing of the window is in it."""
    council = council_named(one.council)
    whose = council.urn if council else one.council
    return f"{uuid5(NAMESPACE_URL, '|'.join((whose, one.event, one.what, one.follows_url, edge)))}@ofsted-monitor"


def _description(one: Expectation) -> str:
    return "\n".join(
        filter(
            None,
            (
                "This is an expectation: nobody has announced this inspection.",
                f"It may come from {day(one.opens)} to {day(one.closes)}.",
                shown(one.rule, QUOTE),
                f"It follows: {shown(one.follows, TITLE)}, {day(one.follows_date)}",
                web_link(one.follows_url),
                f"The framework: {shown(one.source, TITLE)}",
                web_link(one.source_url),
            ),
        )
    )
