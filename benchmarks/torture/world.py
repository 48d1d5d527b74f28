"""What is published over the simulated time, who subscribes to what, and what therefore belongs to whom.

All of it follows from a seed and none of it from the program: what an item is about is known, for it was written so.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from html import escape
from itertools import cycle

from monitor.demo.reports import Kind, Report
from monitor.model import Grade

# Between every two slots of the subscriptions below, a Monday night: what was published just before it falls into the
# first window of each.
START = datetime(2026, 6, 1, 2, 20, tzinfo=UTC)
COUNCILS = {
    "Devon": "Devon County Council",
    "Leicestershire": "Leicestershire County Council",
    "Rutland": "Rutland County Council",
    "Somerset": "Somerset Council",
    "Middlesbrough": "Middlesbrough Council",
    "North East Lincolnshire": "North East Lincolnshire Council",
    "Dorset": "Dorset Council",
    "Wiltshire": "Wiltshire Council",
}
NOT_FOLLOWED = ("Kent", "Kent County Council")
FEEDS = 8
WITH_PAGES = (6, 7)  # feeds whose articles are fetched too
_SHOWN = 60  # entries of a feed: more than are published in any stop
_OLD = timedelta(days=40)  # too old for any digest, when it is there at the first check
_FRESH = timedelta(minutes=10)
_COPIED = 0.1  # of the items that somebody is owed, how many appear elsewhere too
CARE_LEAVERS = "care-leavers"
LEFT = {"hook leavers"}  # channels that leave a message there of which nobody knows whether it arrived

# Headline and opening by theme; what follows is different in every item, so that no two are one story.
_TEXTS = {
    CARE_LEAVERS: (
        "{council} opens {a} flats for care leavers",
        "{whole}’s children’s services will offer care leavers in {a} a flat and a personal adviser in {b}.",
    ),
    "workforce-stability": (
        "{council}: more social workers leave the {a} team",
        "{whole}’s children’s services lost social workers in {a} again, and relies on agency social workers in {b}.",
    ),
    "early-help": (
        "{council} family hub {a} offers early help",
        "{whole}’s children’s services opened the family hub {a}, which gives early help to families in {b}.",
    ),
    "": (
        "Children’s services in {council}: budget of {a} approved",
        "{whole}’s cabinet member for children’s services told councillors in {a} about the plan called {b}.",
    ),
}
_OTHER_NEWS = ("Bin day moves to {a} in {council}", "The lorries of {whole} come to {b} from {a}.")
_CONSONANTS, _VOWELS = "bdfghklmnprstvw", "aeiou"
_GRADES = (Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)


@dataclass(frozen=True, kw_only=True)
class Published:
    """An item, or a report of Ofsted's: `number` stands in its address."""

    number: int
    at: datetime
    title: str = ""
    text: str = ""
    council: str = ""  # whose children's services it is about; "" for none that is followed
    theme: str = ""
    feed: int = -1
    copy_of: int = 0  # the item that says the same
    report: Report | None = None

    @property
    def event(self) -> int:
        return self.copy_of or self.number


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A subscription as its reader means it. A recipient is "mail NAME", "hook NAME", "bot NAME" or "folder"."""

    name: str
    schedule: str = ""  # none for an alert
    councils: tuple[str, ...] = tuple(COUNCILS)
    theme: str = ""
    news: bool = True
    reports: bool = True
    sends_empty: bool = False
    to: tuple[str, ...]

    def takes(self, one: Published, start: datetime) -> bool:
        """Whether the item belongs to this subscription."""
        if one.council not in self.councils:
            return False
        was_there = one.at <= start
        if one.report:
            return self.reports and not was_there
        if not self.schedule or not self.news or (was_there and one.at <= start - _OLD):
            return False
        return not self.theme or one.theme == self.theme


WISHES = (
    Wish(
        name="briefing", schedule="30 7 * * mon-fri", to=("mail briefing", "mail gone-one", "hook briefing", "folder")
    ),
    Wish(name="evening", schedule="0 17 * * *", to=("mail evening", "mail grey-two", "mail full-two", "bot evening")),
    Wish(name="night", schedule="30 1 * * *", councils=("Devon",), to=("mail night", "folder")),
    Wish(
        name="four times",
        schedule="15 */6 * * *",
        councils=("Leicestershire", "Rutland"),
        to=("bot four", "mail picky-four", "folder"),
    ),
    Wish(name="weekly", schedule="0 9 * * mon", councils=("Middlesbrough",), to=("mail weekly", "folder")),
    Wish(name="leavers", schedule="45 6 * * *", theme=CARE_LEAVERS, to=("mail leavers", "hook leavers")),
    Wish(
        name="news",
        schedule="0 12 * * *",
        councils=("Devon", "Somerset", "Dorset"),
        reports=False,
        to=("hook picky-news", "folder"),
    ),
    Wish(name="inspections", schedule="0 8 * * *", news=False, to=("mail inspections", "mail gone-two", "folder")),
    Wish(
        name="often", schedule="5 */3 * * *", councils=("Middlesbrough", "Wiltshire"), to=("mail often", "hook often")
    ),
    Wish(name="always", schedule="0 18 * * *", councils=("Rutland",), sends_empty=True, to=("mail always", "folder")),
    Wish(name="alerts", to=("mail alerts", "hook alerts", "folder")),
    Wish(name="some alerts", councils=("Devon", "Rutland", "Dorset"), to=("bot alerts", "mail picky-alerts", "folder")),
)


@dataclass(frozen=True, kw_only=True)
class World:
    start: datetime
    end: datetime
    published: tuple[Published, ...]  # in the order of their time
    wishes: tuple[Wish, ...] = WISHES

    def shown(self, feed: int, now: datetime) -> list[Published]:
        """What a feed shows, the newest first."""
        mine = [one for one in self.published if one.feed == feed and one.at <= now]
        return mine[: -_SHOWN - 1 : -1]


def made(seed: int, *, days: int, items: int, reports: int) -> World:
    """So many items and reports over so many days; some of them are there already when it starts."""
    dice = random.Random(seed)  # noqa: S311 - it guards nothing
    end = START + timedelta(days=days)
    numbers = iter(range(100_001, 100_001 + items))
    times = [START - _OLD - timedelta(hours=n) for n in range(items // 50)]
    times += [START - _FRESH] * (items // 100)
    found = [_item(dice, next(numbers), at) for at in times]
    while (number := next(numbers, None)) is not None:
        one = _item(dice, number, _working_hour(dice, days))
        found.append(one)
        if one.council and dice.random() < _COPIED and (copied := next(numbers, None)):
            later = one.at + timedelta(minutes=dice.uniform(10, 1200))
            found.append(replace(one, number=copied, at=later, feed=(one.feed + 1) % FEEDS, copy_of=number))
    found += _reports(dice, days, reports)
    return World(start=START, end=end, published=tuple(sorted(found, key=lambda one: one.at)))


def _working_hour(dice: random.Random, days: int) -> datetime:
    """Some time from the sixth hour on, seldom at a weekend."""
    while True:
        at = START + timedelta(hours=dice.uniform(6, 24 * days - 6))
        if at.weekday() < 5 or dice.random() < 0.3:
            return at


def _item(dice: random.Random, number: int, at: datetime) -> Published:
    """One in four belongs to somebody."""
    roll = dice.random()
    council, whole = NOT_FOLLOWED if roll > 0.9 else dice.choice(list(COUNCILS.items()))
    is_theirs = roll < 0.25
    theme, (title, opening) = dice.choice(list(_TEXTS.items())) if is_theirs or roll > 0.9 else ("", _OTHER_NEWS)
    words = {"council": council, "whole": whole, "a": _name(dice), "b": _name(dice)}
    # Words that nothing else has: two things that happened to one council on one day are worded unlike one another.
    more = " ".join(f"{_name(dice)} {_name(dice).lower()} {_name(dice).lower()}." for _ in range(26))
    return Published(
        number=number,
        at=at,
        title=title.format(**words),
        text=f"{opening.format(**words)} {more}",
        council=council if is_theirs else "",
        theme=theme if is_theirs else "",
        feed=dice.randrange(FEEDS),
    )


def _name(dice: random.Random) -> str:
    return "".join(dice.choice(_CONSONANTS) + dice.choice(_VOWELS) for _ in range(4)).capitalize()


def _reports(dice: random.Random, days: int, wanted: int) -> list[Published]:
    """One that is there already for each council, and new ones at nine in the morning from the second day on."""
    old = [START - timedelta(days=500 + 10 * n) for n in range(len(COUNCILS))]
    new = [datetime.combine(_weekday(dice, days), time(9, dice.randrange(60)), tzinfo=UTC) for _ in range(wanted)]
    found = []
    for number, (at, council) in enumerate(zip([*old, *sorted(new)], cycle(COUNCILS)), start=70_000_001):
        kind = Kind.INSPECTION if at < START or number % 3 else Kind.FOCUSED_VISIT
        first = at.date() - timedelta(days=50)
        grade = _GRADES[number % len(_GRADES)]
        report = Report(
            council=council,
            file=str(number),
            kind=kind,
            published_on=at.date(),
            fieldwork_on=(first, first + timedelta(days=1 if kind is Kind.FOCUSED_VISIT else 11)),
            judgements=dict.fromkeys(("impact_of_leaders", "help_and_protection", "in_care", "care_leavers"), grade),
            headline=("Social workers know the children they work with well.",),
            improve=("How soon managers look at work that drifts.",),
        )
        found.append(Published(number=number, at=at, title=f"report on {council}", council=council, report=report))
    return found


def _weekday(dice: random.Random, days: int):
    while True:
        day = (START + timedelta(days=dice.randrange(1, days - 1))).date()
        if day.weekday() < 5:
            return day


# --- as it is served -----------------------------------------------------------------------------------------------


def feed_of(entries: list[Published], site: str) -> str:
    """A feed; the articles of one that has pages stand on `site`."""
    return (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>"
        + "".join(
            f"<item><title>{escape(one.title)}</title><link>{site}/story/{one.number}</link>"
            f"<guid>{site}/story/{one.number}</guid><pubDate>{format_datetime(one.at)}</pubDate>"
            f"<description>{escape(one.text)}</description></item>"
            for one in entries
        )
        + "</channel></rss>"
    )


def page_of(one: Published) -> str:
    title, text = escape(one.title), escape(one.text)
    return f"<!doctype html><title>{title}</title><article><h1>{title}</h1><p>{text}</p></article>"
