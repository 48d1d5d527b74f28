"""The demonstration: the whole job, once, on the local site, told stage by stage."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.rule import Rule

from monitor import console, lock
from monitor.adapters import opened
from monitor.config import load_config
from monitor.demo.config import write_config
from monitor.demo.site import DemoSite
from monitor.model import Window
from monitor.render.words import counted

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model import Digest
    from monitor.run import Outcomes, Pass, Run

_PORT = 8765  # of the site left running: any free port does, but a fixed one can be written down
# What the demonstration leaves in its directory, and removes before it starts anew; whatever else lies there stays.
_MADE = ("config", "feeds", "outbox", "preview", "monitor.db*")


def run_demo(state: Path) -> bool:
    """Polls the site, polls it again a day later, and tells the digest and alerts; False when a delivery failed.

    Everything it makes lies in the `demo` directory of `state`, made anew each time, so that no invented news ever
    stands beside real news.
    """
    folder = state / "demo"
    now = datetime.now(UTC)
    yesterday = now - timedelta(days=1)
    clock = _Clock(yesterday)
    with lock.held(folder), DemoSite(now=now) as site:
        config = _fresh_config(folder, site.url)
        with opened(config, clock=clock.now) as run:
            _say(f"The first poll, as of yesterday: {len(config.sources)} sources on {site.url}")
            _tell_pass(_pass(run), is_first=True)
            site.advance()
            clock.time = now
            _say("The second poll, this morning")
            _tell_pass(_pass(run), is_first=False)
            _say("What follows from it")
            clock.time = now + timedelta(minutes=1)
            digests = run.digest(window=Window(start=yesterday, end=clock.time))
            outcomes = run.deliver()
            run.publish()
            _tell_outcomes(digests, outcomes)
            _say("The digest")
            for digest in digests:
                console.out.print(run.word(digest).text, markup=False)
    _say("The files")
    for file in sorted((folder / "outbox").glob("*")):
        console.out.print(f"  {file}", markup=False)
    console.out.print(f"  {folder / 'feeds'}{os.sep}: the same for feed readers", markup=False)
    if not outcomes.errors:
        _tell_next(folder, digests[0])
    return not outcomes.errors


def serve_demo(state: Path) -> None:
    """Leaves the site running until SIGINT or SIGTERM; the Enter key brings the next morning."""
    folder = state / "demo"
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)  # before any thread starts: they leave these signals to us
    with _served_site() as site:
        with lock.held(folder):  # only for so long: the service that is pointed at it will hold it
            _fresh_config(folder, site.url)
        console.out.print(f"The site is on {site.url}. Point the monitor at it, in another terminal:")
        console.out.print(f"  ofsted-monitor --config {folder / 'config'} --state {folder} run", markup=False)
        console.out.print("Enter brings the next morning with its news; Ctrl-C ends.")
        threading.Thread(target=_advance_on_enter, args=(site,), daemon=True).start()
        signal.sigwait(ending)


def _served_site() -> DemoSite:
    now = datetime.now(UTC)
    try:
        return DemoSite(now=now, port=_PORT)
    except OSError:  # taken
        return DemoSite(now=now)


def _advance_on_enter(site: DemoSite) -> None:
    if sys.stdin.readline():  # "" at the end of input: nobody is there to press a key
        site.advance()
        console.out.print("It is the next morning. The service sees it when its sources are due; `poll --all` at once.")


def _fresh_config(folder: Path, url: str) -> Config:
    for made in (path for pattern in _MADE for path in folder.glob(pattern)):
        if made.is_dir():
            shutil.rmtree(made)
        else:
            made.unlink()
    write_config(folder / "config", url, state=folder)
    return load_config(folder / "config", state=folder, environ=os.environ)


class _Clock:
    def __init__(self, time: datetime) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time


def _pass(run: Run) -> Pass:
    sources = run.config.sources
    with console.progress(len(sources), "polling") as advance:
        return run.whole_pass(sources, on_check=lambda _: advance())


def _tell_pass(done: Pass, *, is_first: bool) -> None:
    checks = sorted(done.checks, key=lambda check: check.source)
    console.show_checks(checks)
    for check in checks:
        if check.reason:
            console.paragraph(f"{console.safe(check.source)}: [red]{console.safe(check.reason)}[/]")
    read = counted(done.read, "page or report", "pages and reports")
    console.paragraph(
        f"{read} read; {counted(done.understood, 'item', 'items')} understood: {done.relevant} about councils' "
        f"children's services, {done.understood - done.relevant} not"
    )
    if is_first:
        console.out.print("Nobody is told what was already there when a source was first checked.")


def _tell_outcomes(digests: list[Digest], outcomes: Outcomes) -> None:
    for digest in digests:
        stories = counted(len(digest.stories), "story", "stories")
        console.out.print(f"a digest of {stories}, {len(digest.inspections)} of them with an Ofsted report")
    sent = counted(outcomes.sent, "message", "messages")
    console.out.print(f"{sent} delivered: the digest, and an alert for each new report")
    for error in outcomes.errors:
        console.failed(error)


def _tell_next(folder: Path, digest: Digest) -> None:
    """Three lines: what to open, what not to expect of it, what to ask."""
    (page,) = (folder / "outbox").glob(f"*-{digest.subscription}-*.html")
    item = digest.stories[0].lead.item.id
    on = f"--config {shlex.quote(str(folder / 'config'))} --state {shlex.quote(str(folder))}"
    _say("What to do with them")
    console.out.print(f"Open {page} in a browser: it is the digest as it is mailed.", markup=False)
    console.out.print("Its links lead to the demonstration's site, which has ended; `demo --serve` keeps one up.")
    console.out.print(f"Ask why its first story was told: {_program()} {on} explain {item}", markup=False)
    for what, words in (
        ("Where the councils stand, and what to expect", "councils"),
        ("The same as a calendar", "calendar"),
        ("Every report as a table", "export --inspections csv"),
    ):
        console.out.print(f"{what}: {_program()} {on} {words}", markup=False)


def _program() -> str:
    """The monitor as it can be typed here, where it may not be among the shell's commands."""
    started = Path(sys.argv[0])
    return str(started) if started.name == "ofsted-monitor" else f"{sys.executable} -m monitor"


def _say(title: str) -> None:
    console.out.print()
    console.out.print(Rule(f"[bold]{title}[/]", align="left", characters="─"))
