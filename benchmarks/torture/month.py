"""Lets the time pass: publishes what is due, kills the service at random instants, and starts it again."""

from __future__ import annotations

import logging
import os
import random
import signal
import sqlite3
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from far_ends import WebServer, free_port, mail_server, web_server
from outside import environ, publisher_open
from unreliable import Ledger, Storm, UnreliableController, UnreliableMail, UnreliableSlack, Weather

from benchmarks.torture import world
from benchmarks.torture.clock import SharedClock
from benchmarks.torture.world import LEFT
from monitor.demo.site import DemoSite

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from datetime import datetime

    from outside import Publisher

ROOT = Path(__file__).parents[2]
_SHOW_EVERY_S = 0.01
_IDLE_STEP = timedelta(hours=2)  # when everything is published, and what is still owed is carried
_MOST_DEATHS = 3  # of services that ended by themselves, after which there is no point in going on
_FIRST_GUESS_S = 1.0  # of how long a life is, until it is known how fast time passes
_DONE_SHARE = 0.97  # of the time, by which all kills are to have been made

_MONITOR = """\
councils = [{councils}]
contact = "mailto:operator@example.org"
[poll]
per_host = 16
[fetch]
allow_private = ["127.0.0.0/8"]
[channels.mail]
kind = "email"
host = "localhost"
port = {port}
security = "starttls"
from = "Ofsted monitor <monitor@example.org>"
username = {{ env = "MONITOR_SMTP_USER" }}
password = {{ env = "MONITOR_SMTP_PASSWORD" }}
[channels.folder]
kind = "folder"
"""
# Without their usual pauses, which are of the machine's own time.
_HOOK = """\
[channels."hook {name}"]
kind = "slack"
webhook_url = {{ env = "MONITOR_HOOK_{place}" }}
pause = "0s"
"""
_BOT = """\
[channels."bot {name}"]
kind = "slack"
token = {{ env = "MONITOR_TOKEN" }}
channel = "#{name}"
api_url = "{slack}/{name}/api/"
pause = "0s"
"""
_SOURCES = """\
[[source]]
name = "Ofsted reports"
kind = "ofsted-reports"
base_url = "{ofsted}/ofsted"
interval = "6h"
pause = "0s"
"""
_FEED = """\
[[source]]
name = "Gazette {number}"
kind = "feed"
url = "{publisher}/feed/{number}"
interval = "2h"
full_text = {has_pages}
"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    seed: int
    days: int = 30
    items: int = 2_000
    reports: int = 16
    kills: int = 500
    longest: timedelta = timedelta(hours=2)  # of the machine's own time
    step: timedelta = timedelta(minutes=8)  # about how far time leaps when there is nothing to do


@dataclass(kw_only=True)
class Outcome:
    """All there is to draw up an account from."""

    plan: Plan
    world: world.World
    ledger: Ledger
    weather: Weather
    asked: Counter[str]  # methods of Slack's Web API
    state: Path
    killed: set[str] = field(default_factory=set)  # lives
    deaths: list[str] = field(default_factory=list)  # of services that ended without being told to
    began_s: float = 0.0
    took_s: float = 0.0


def ran(plan: Plan, directory: Path) -> Outcome:
    """The whole of it; `directory` is empty, and holds configuration and state afterwards."""
    made = world.made(plan.seed, days=plan.days, items=plan.items, reports=plan.reports)
    clock = SharedClock.made(directory / "clock", made.start, step=plan.step)
    weather = Weather(plan.seed, clock=clock, storms=_storms(plan, made))
    ledger = Ledger()
    logging.getLogger("mail.log").setLevel(
        logging.CRITICAL
    )  # of the mail server, which tells of each caller that hangs up
    config, state = directory / "config", directory / "state"
    config.mkdir()
    state.mkdir()
    with ExitStack() as around:
        tls, certificate = _certificate(directory)
        mail = UnreliableMail(port=free_port(), weather=weather, ledger=ledger, clock=clock)
        around.enter_context(
            mail_server(
                mail,
                controller=UnreliableController,
                tls_context=tls,
                authenticator=mail.authenticate,
                server_hostname="localhost",
            )
        )
        slack = UnreliableSlack(weather=weather, ledger=ledger, clock=clock)
        server = around.enter_context(web_server(WebServer(answer=slack.answer)))
        publisher = around.enter_context(publisher_open())
        site = around.enter_context(DemoSite(now=made.start))
        _configure(config, made, port=mail.port, slack=server.url, publisher=publisher.url, ofsted=site.url)
        secrets = {
            "MONITOR_SMTP_USER": "LIFE",
            "MONITOR_SMTP_PASSWORD": "mail-secret",
            "MONITOR_TOKEN": "xoxb-LIFE",
            **{f"MONITOR_HOOK_{_place(name)}": f"{server.url}/services/{name}/LIFE" for name in _named(made, "hook")},
            "SSL_CERT_FILE": str(certificate),
        }
        outcome = Outcome(plan=plan, world=made, ledger=ledger, weather=weather, asked=slack.asked, state=state)
        shown = _Shown(made, publisher, site)
        shown.until(made.start)
        cradle = around.enter_context(_Cradle.opened(config, state, directory / "clock", environ(**secrets)))
        _pass_time(outcome, clock, shown, cradle)
    return outcome


# --- time ----------------------------------------------------------------------------------------------------------


def _pass_time(outcome: Outcome, clock: SharedClock, shown: _Shown, cradle: _Cradle) -> None:
    plan, made = outcome.plan, outcome.world
    dice = random.Random(plan.seed)  # noqa: S311 - it guards nothing
    began = time.monotonic()
    weekend = made.start + timedelta(days=4, hours=15)  # a Friday evening, on which the machine is put to sleep
    latest = began + plan.longest.total_seconds()
    life = 0
    while len(outcome.killed) < plan.kills and time.monotonic() < latest:
        life += 1
        number = cradle.bear(str(life))
        until = time.monotonic() + dice.expovariate(1 / _mean_life_s(outcome, clock(), time.monotonic() - began))
        while (now := time.monotonic()) < until:
            shown.until(clock())
            time.sleep(min(_SHOW_EVERY_S, until - now))
        try:
            os.kill(number, signal.SIGKILL)
            outcome.killed.add(str(life))
        except ProcessLookupError:
            outcome.deaths.append(f"life {life} ended before it was killed")
            if len(outcome.deaths) > _MOST_DEATHS:
                return
        if (how := cradle.end()) != -signal.SIGKILL:
            outcome.deaths.append(f"life {life} ended with {how}")
        clock.leap(_asleep(dice, clock(), made, weekend))
    outcome.weather.is_calm = True
    last = cradle.bear(str(life + 1))
    ends = _after_last_slots(max(clock(), made.end))
    while (in_time := time.monotonic() < latest) and not _is_settled(outcome.state, clock, ends, latest):
        clock.step = plan.step if clock() < made.end else _IDLE_STEP
        shown.until(clock())
        time.sleep(_SHOW_EVERY_S)
    if not in_time:
        outcome.deaths.append(f"time ran out on {clock():%d %B %H:%M}, {ends:%d %B %H:%M} was to be reached")
    os.kill(last, signal.SIGTERM)
    outcome.deaths += [f"the last life ended with {how}"] if (how := cradle.end()) else []
    outcome.took_s = time.monotonic() - began


def _mean_life_s(outcome: Outcome, now: datetime, passed_s: float) -> float:
    """How long lives are to be so that the kills fall evenly over the work: as much is left of one as of the other."""
    made = outcome.world
    share = (now - made.start) / (made.end - made.start)
    if share < 0.01:
        return _FIRST_GUESS_S
    left_s = passed_s / share * max(_DONE_SHARE - share, 0.01)
    return max(left_s / (outcome.plan.kills - len(outcome.killed)), 0.01)


def _asleep(dice: random.Random, now: datetime, made: world.World, weekend: datetime) -> timedelta:
    """How long nobody starts it again: moments, now and then hours, and a weekend once.

    Moments at first, for what a source's first check brings after a slot is history to that slot's digest; and on the
    last day.
    """
    if now < made.start + timedelta(hours=2) or now > made.end - timedelta(days=1):
        return timedelta(seconds=dice.uniform(0.1, 60))
    if weekend <= now < weekend + timedelta(hours=12):
        return timedelta(hours=60)
    roll = dice.random()
    if roll < 0.02:
        return timedelta(hours=dice.uniform(3, 14))
    return timedelta(minutes=dice.uniform(5, 90)) if roll < 0.1 else timedelta(seconds=dice.uniform(0.1, 60))


def _after_last_slots(moment: datetime) -> datetime:
    """When every subscription has had a slot since all sources were asked: the weekly one has its own on a Monday."""
    asked = moment + timedelta(hours=3)
    monday = (asked + timedelta(days=-asked.weekday() % 7)).replace(hour=8, minute=30)
    weekly = monday if monday > asked else monday + timedelta(days=7)
    return max(weekly + timedelta(hours=6), asked + timedelta(hours=26))  # and time to carry what they compose


def _is_settled(state: Path, clock: SharedClock, ends: datetime, latest: float) -> bool:
    """Whether the end has come and nothing is owed; time stands still then, so that nothing more falls due."""
    if clock() < ends or _is_owed(state):
        return False
    clock.step = timedelta(0)
    # Three leaps that are none: three times the service has looked and found nothing, the last two at this time.
    wanted = clock.leaps + 3
    while clock.leaps < wanted and time.monotonic() < latest:
        time.sleep(_SHOW_EVERY_S)
    return not _is_owed(state)


def _is_owed(state: Path) -> bool:
    with closing(sqlite3.connect(f"file:{state / 'monitor.db'}?mode=ro", uri=True)) as database:
        (count,) = database.execute("SELECT count(*) FROM delivery WHERE state IN ('pending', 'sending')").fetchone()
    return bool(count)


def _storms(plan: Plan, made: world.World) -> list[Storm]:
    dice = random.Random(f"{plan.seed} storms")  # noqa: S311 - it guards nothing
    found = []
    for kind, hours in (("login", 5), ("quota", 10)):
        for week in range(max(1, plan.days // 7)):
            begins = made.start + timedelta(days=7 * week + dice.uniform(0, min(plan.days, 7) - 1))
            found.append(Storm(kind, begins, begins + timedelta(hours=hours)))
    return found


# --- what stands around it -----------------------------------------------------------------------------------------


class _Shown:
    """The sites, which show what was published up to now."""

    def __init__(self, made: world.World, publisher: Publisher, site: DemoSite) -> None:
        self._made = made
        self._publisher = publisher
        self._site = site
        self._next = 0

    def until(self, now: datetime) -> None:
        every = self._made.published
        stale = set(range(world.FEEDS)) if not self._next else set()
        while self._next < len(every) and every[self._next].at <= now:
            one = every[self._next]
            self._next += 1
            if one.report:
                self._site.publish(one.report)
            else:
                stale.add(one.feed)
            if one.feed in world.WITH_PAGES:
                self._publisher.shows(f"/story/{one.number}", world.page_of(one), "text/html; charset=utf-8")
        for feed in stale:
            site = self._publisher.url if feed in world.WITH_PAGES else "https://news.example.org"
            self._publisher.shows(f"/feed/{feed}", world.feed_of(self._made.shown(feed, now), site))


class _Cradle:
    """Where services are born: the process of child.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @classmethod
    @contextmanager
    def opened(cls, config: Path, state: Path, clock: Path, environment: dict[str, str]) -> Iterator[Self]:
        command = [sys.executable, "-m", "benchmarks.torture.child", str(config), str(state), str(clock)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
        )
        try:
            yield cls(process)
        finally:
            process.communicate()  # closes its stdin, which ends it

    def bear(self, life: str) -> int:
        """The process number of a new service."""
        self._process.stdin.write(f"{life}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> int:
        """How it ended, once it has: 0, or less the number of the signal."""
        return int(self._process.stdout.readline())


def _configure(config: Path, made: world.World, *, port: int, slack: str, publisher: str, ofsted: str) -> None:
    councils = ", ".join(f'"{name}"' for name in world.COUNCILS)
    monitor = [_MONITOR.format(port=port, councils=councils)]
    for name in _named(made, "hook"):
        monitor.append(_HOOK.format(name=name, place=_place(name)))
        monitor += ['when_unknown = "leave"\n'] if f"hook {name}" in LEFT else []
    monitor += [_BOT.format(name=name, slack=slack) for name in _named(made, "bot")]
    feeds = [
        _FEED.format(number=number, publisher=publisher, has_pages=str(number in world.WITH_PAGES).lower())
        for number in range(world.FEEDS)
    ]
    files = {
        "monitor": "".join(monitor),
        "sources": _SOURCES.format(ofsted=ofsted) + "".join(feeds),
        "digests": "".join(_subscription(wish) for wish in made.wishes),
        "themes": (ROOT / "config" / "themes.toml").read_text("utf-8"),
    }
    for name, text in files.items():
        (config / f"{name}.toml").write_text(text, encoding="utf-8")


def _subscription(wish: world.Wish) -> str:
    lines = ["[[digest]]" if wish.schedule else "[[alert]]", f'name = "{wish.name}"']
    lines.append("councils = [{}]".format(", ".join(f'"{name}"' for name in wish.councils)))
    if wish.schedule:
        lines.append(f'schedule = "{wish.schedule}"')
    else:
        lines.append('on = ["report-published", "judgement-changed", "priority-action"]')
    if wish.theme:
        lines.append(f'themes = ["{wish.theme}"]')
    if not (wish.news and wish.reports):
        lines.append('include = ["news"]' if wish.news else 'include = ["inspections"]')
    if wish.sends_empty:
        lines.append('when_empty = "send"')
    return "\n".join([*lines, f"to = [ {', '.join(map(_recipient, wish.to))} ]", ""])


def _recipient(to: str) -> str:
    kind, _, name = to.partition(" ")
    return f'{{ channel = "mail", address = "{name}@example.org" }}' if kind == "mail" else f'{{ channel = "{to}" }}'


def _named(made: world.World, kind: str) -> list[str]:
    """The Slack channels that recipients name."""
    return [to.partition(" ")[2] for wish in made.wishes for to in wish.to if to.startswith(f"{kind} ")]


def _place(name: str) -> str:
    return name.replace("-", "_").upper()


def _certificate(directory: Path) -> tuple[ssl.SSLContext, Path]:
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *request.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
