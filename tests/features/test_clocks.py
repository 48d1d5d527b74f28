"""Whatever the clock does, each digest comes once, nothing falls between two of them, and no message is stuck.

From bytes served to messages received; the clock is the test's, and moves from look to look of the service.
"""

from __future__ import annotations

import json
import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import channels
import pytest
from far_ends import mail_server
from outside import entry, feed, publisher_open, source

from monitor.adapters import opened
from monitor.config import load_config
from monitor.demo.reports import Kind, Report
from monitor.demo.site import DemoSite
from monitor.model import Grade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from far_ends import MailServer
    from outside import Publisher

    from monitor.run import Run

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
# One for each item: what is about two councils is never one story.
COUNCILS = (
    *("Barnet", "Bexley", "Bromley", "Camden", "Cornwall", "Croydon", "Cumberland", "Derbyshire", "Devon", "Doncaster"),
    *("Dorset", "Dudley", "Durham", "Ealing", "Enfield", "Essex", "Gateshead", "Hackney", "Halton", "Hampshire"),
)
MONITOR = """\
councils = [{councils}]
contact = "mailto:operator@example.org"
[fetch]
allow_private = ["127.0.0.1/32"]
[channels.folder]
kind = "folder"
"""
OFSTED = '[[source]]\nname = "Ofsted"\nkind = "ofsted-reports"\nbase_url = "{url}/ofsted"\npause = "0s"\n'
DIGEST = """\
[[digest]]
name = "{name}"
schedule = "{schedule}"
when_empty = "send"
to = [ {{ channel = "mail", address = "{name}@example.org" }}, {{ channel = "folder" }} ]
"""
ALERT = '[[alert]]\nname = "alerts"\non = ["report-published"]\nto = [ { channel = "folder" } ]\n'


QUIET = """\
[[alert]]
name = "alerts"
on = ["report-published"]
quiet_hours = "22:00-07:00"
quiet_weekends = true
to = [ { channel = "mail", address = "chair@example.org" }, { channel = "folder" } ]
"""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Office:
    """A service that looks when it is told to, at the time it is told."""

    now: datetime
    run: Run
    publisher: Publisher
    site: DemoSite
    mail: MailServer
    outbox: Path
    entries: list[str] = field(default_factory=list)

    def publishes(self) -> int:
        """One more item; its number."""
        number = len(self.entries)
        council = COUNCILS[number]
        text = f"{council} Council’s children’s services will offer care leavers flats of their own."
        self.entries.append(entry(number, f"{council} opens flats for care leavers", text))
        self.publisher.shows("/feed", feed(*self.entries))
        return number

    def looks(self, at: str | datetime | None = None) -> None:
        """What the service does every quarter of a minute."""
        if at is not None:
            self.now = utc(at) if isinstance(at, str) else at
        self.run.whole_pass(self.run.due_sources())
        self.run.digest()
        self.run.deliver()

    def goes_on(self, until: str, *, publishing_every: timedelta | None = None, step: timedelta = HOUR) -> None:
        """Looks every hour, up to and with that moment."""
        next_item = self.now
        while self.now < utc(until):
            self.now += step
            if publishing_every and self.now >= next_item and len(self.entries) < len(COUNCILS):
                self.publishes()
                next_item = self.now + publishing_every
            self.looks()

    def told(self, subscription: str = "briefing") -> list[dict[str, Any]]:
        """What the folder received for a subscription, in the order it was composed."""
        found = [
            json.loads(path.read_text("utf-8"))
            for path in sorted(self.outbox.glob("*.json"))
            if not path.name.endswith("-slack.json")
        ]
        return [one for one in found if one["subscription"] == subscription]

    def slots(self, subscription: str = "briefing") -> list[str]:
        return [one["slot"] for one in self.told(subscription)]

    def has_told_each_once(self, subscription: str = "briefing") -> bool:
        return sorted(number for one in self.told(subscription) for number in numbers(one)) == list(
            range(len(self.entries))
        )

    def windows_meet(self, subscription: str = "briefing") -> bool:
        windows = [one["window"] for one in self.told(subscription)]
        return all(later["from"] == earlier["to"] for earlier, later in pairwise(windows))

    def mailed(self) -> list[str]:
        """The Message-IDs that arrived, in their order."""
        return [mail["Message-ID"] for mail in self.mail.mails]


def numbers(digest: dict[str, Any]) -> list[int]:
    urls = [item["url"] for story in digest["stories"] for item in story["items"]]
    return [int(found[1]) for url in urls if (found := re.search(r"example\.org/(\d+)$", url))]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Makes an office at a moment, with these digests: its sources have had their first check by then."""
    with ExitStack() as around:

        @contextmanager
        def there(
            start: str, *, follows_ofsted: bool = False, alert: str = ALERT, **schedules: str
        ) -> Iterator[Office]:
            with publisher_open() as publisher, DemoSite(now=utc(start)) as site, mail_server() as mail:
                config, state = tmp_path / "config", tmp_path / "state"
                config.mkdir()
                councils = ", ".join(f'"{name}"' for name in COUNCILS)
                (config / "monitor.toml").write_text(MONITOR.format(councils=councils) + channels.mail(mail.port))
                news = source("Gazette", f"{publisher.url}/feed").replace('"1s"', '"10m"')
                (config / "sources.toml").write_text(news + OFSTED.format(url=site.url) * follows_ofsted)
                digests = [DIGEST.format(name=name, schedule=schedule) for name, schedule in schedules.items()]
                (config / "digests.toml").write_text("".join(digests) + alert)
                themes = Path(__file__).parents[2] / "config" / "themes.toml"
                (config / "themes.toml").write_text(themes.read_text("utf-8"), encoding="utf-8")
                publisher.shows("/feed", feed(entry(99, "Bin day moves to Friday", "Nothing else changes.")))
                loaded = load_config(config, state=state, environ={})
                made: list[Office] = []
                with opened(loaded, clock=lambda: made[0].now) as run:
                    made.append(Office(utc(start), run, publisher, site, mail, state / "outbox"))
                    made[0].looks()
                    yield made[0]

        yield lambda start, **given: around.enter_context(there(start, **given))


def report(council: str, day: date) -> Report:
    return Report(
        council=council,
        file="71000001",
        kind=Kind.INSPECTION,
        published_on=day,
        fieldwork_on=(day - timedelta(days=60), day - timedelta(days=49)),
        judgements={"impact_of_leaders": Grade.GOOD, "help_and_protection": Grade.GOOD, "in_care": Grade.GOOD},
        improve=("How soon managers look at work that drifts.",),
    )


# --- the clocks go forward and back --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "early", "late"),
    [
        pytest.param(
            "2026-03-28T00:00",
            "2026-03-30T08:00",
            ["2026-03-28T01:30+00:00", "2026-03-29T02:00+01:00", "2026-03-30T01:30+01:00"],
            ["2026-03-28T07:30+00:00", "2026-03-29T07:30+01:00", "2026-03-30T07:30+01:00"],
            id="forward",
        ),
        pytest.param(
            "2026-10-24T00:00",
            "2026-10-26T08:00",
            ["2026-10-24T01:30+01:00", "2026-10-25T01:30+01:00", "2026-10-26T01:30+00:00"],
            ["2026-10-24T07:30+01:00", "2026-10-25T07:30+00:00", "2026-10-26T07:30+00:00"],
            id="back",
        ),
    ],
)
def test_when_clocks_change_each_digest_comes_once_and_tells_all_since_the_last(
    office: Callable[..., Office], start: str, end: str, early: list[str], late: list[str]
) -> None:
    there = office(start, early="30 1 * * *", late="30 7 * * *")
    there.goes_on(end, publishing_every=5 * HOUR)
    assert there.slots("early") == early
    assert there.slots("late") == late
    there.now += 24 * HOUR
    there.looks()
    for name in ("early", "late"):
        assert there.windows_meet(name)
        assert there.has_told_each_once(name)
    assert len(there.mailed()) == len(set(there.mailed())) == 8


def test_a_leap_day_is_a_day_like_any_other_and_a_slot_of_its_own(office: Callable[..., Office]) -> None:
    there = office("2028-02-28T06:00", briefing="30 7 * * *", leap="0 9 29 2 *")
    there.goes_on("2028-03-02T08:00", publishing_every=6 * HOUR, step=HOUR)
    assert there.slots() == [f"2028-{day}T07:30+00:00" for day in ("02-28", "02-29", "03-01", "03-02")]
    assert there.windows_meet()
    (leap,) = there.told("leap")
    assert (leap["slot"], leap["window"]["from"]) == ("2028-02-29T09:00+00:00", "2024-02-29T09:00:00Z")
    there.looks("2028-03-03T08:00")
    assert there.has_told_each_once()
    there.looks("2032-02-29T09:00")
    assert [one["window"]["from"] for one in there.told("leap")][1:] == ["2028-02-29T09:00:00Z"]
    assert there.has_told_each_once("leap")


# --- the machine sleeps --------------------------------------------------------------------------------------------


def test_a_machine_that_slept_over_the_weekend_catches_up_once(office: Callable[..., Office]) -> None:
    there = office("2026-06-18T06:00", follows_ofsted=True, briefing="30 7 * * *")
    there.goes_on("2026-06-19T18:00", publishing_every=6 * HOUR)
    assert there.slots() == ["2026-06-18T07:30+01:00", "2026-06-19T07:30+01:00"]
    there.site.publish(report("Devon", date(2026, 6, 19)))
    saturdays = there.publishes()

    there.goes_on("2026-06-22T09:00", step=63 * HOUR)  # Monday, ten o'clock in London
    (_, _, monday) = there.told()
    assert monday["slot"] == "2026-06-22T07:30+01:00"
    assert monday["window"] == {"from": "2026-06-19T06:30:00Z", "to": "2026-06-22T06:30:00Z"}
    there.goes_on("2026-06-23T09:00")
    assert saturdays in numbers(there.told()[-1])  # it arrived on Monday at nine
    assert there.windows_meet()
    assert there.has_told_each_once()
    (alert,) = there.told("alerts")
    assert [one["council"] for one in alert["inspections"]] == ["Devon"]
    assert sum(bool(one["inspections"]) for one in there.told()) == 1


def test_what_arrived_before_a_first_slot_that_was_slept_through_is_told_all_the_same(
    office: Callable[..., Office],
) -> None:
    there = office("2026-06-18T16:00", briefing="30 7 * * *")
    there.publishes()
    there.looks("2026-06-18T17:00")
    there.looks("2026-06-22T09:00")  # the slots of Friday, Saturday and Sunday have passed
    assert there.slots() == ["2026-06-22T07:30+01:00"]
    assert there.has_told_each_once()


def test_an_alert_that_did_not_go_before_the_weekend_goes_on_monday_morning(office: Callable[..., Office]) -> None:
    there = office("2026-06-19T06:00", follows_ofsted=True, alert=QUIET)
    there.site.publish(report("Devon", date(2026, 6, 19)))
    there.mail.replies["RCPT"] = "450 4.2.1 busy"
    there.looks("2026-06-19T20:58")  # two minutes before ten in London
    assert len(there.told("alerts")) == 1  # in the folder
    there.mail.replies.clear()
    there.goes_on("2026-06-22T05:58", step=3 * HOUR)
    assert there.mailed() == []
    there.looks("2026-06-22T06:00")
    assert there.mail.recipients == [["chair@example.org"]]
    there.looks("2026-06-22T12:00")
    assert len(there.mailed()) == len(there.told("alerts")) == 1


# --- the clock is set ----------------------------------------------------------------------------------------------


def test_a_clock_set_back_two_hours_repeats_and_loses_nothing(office: Callable[..., Office]) -> None:
    there = office("2026-06-17T06:00", briefing="30 7 * * *")
    there.goes_on("2026-06-18T06:00", publishing_every=6 * HOUR)
    there.mail.replies["RCPT"] = "451 4.3.0 later"
    there.looks("2026-06-18T06:31")
    there.mail.replies.clear()
    assert len(there.mailed()) == 1  # Wednesday's; Thursday's waits

    there.looks("2026-06-18T04:32")
    arrived_again_early = there.publishes()
    there.goes_on("2026-06-18T06:45")
    assert there.slots() == ["2026-06-17T07:30+01:00", "2026-06-18T07:30+01:00"]
    assert len(there.mailed()) == 2

    there.goes_on("2026-06-19T07:00", publishing_every=6 * HOUR)
    assert there.slots()[2:] == ["2026-06-19T07:30+01:00"]
    assert arrived_again_early in numbers(there.told()[2])
    there.looks("2026-06-20T07:00")
    assert there.windows_meet()
    assert there.has_told_each_once()
    assert len(there.mailed()) == len(set(there.mailed())) == 4


def test_a_clock_that_ran_ahead_three_days_and_is_set_right_loses_nothing(office: Callable[..., Office]) -> None:
    there = office("2026-06-17T06:00", briefing="30 7 * * *")
    there.goes_on("2026-06-18T08:00", publishing_every=6 * HOUR)
    there.mail.replies["RCPT"] = "451 4.3.0 later"
    there.publishes()
    there.looks("2026-06-21T08:00")
    there.mail.replies.clear()
    assert there.slots()[2:] == ["2026-06-21T07:30+01:00"]

    there.looks("2026-06-18T08:05")
    there.goes_on("2026-06-24T08:00", publishing_every=12 * HOUR, step=HOUR)
    assert there.has_told_each_once()
    assert len(there.slots()) == len(set(there.slots()))
    mailed = there.mailed()
    assert len(mailed) == len(set(mailed)) == len(there.slots())
