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
from urllib.parse import urlsplit

from rich.rule import Rule

from monitor import console, lock
from monitor.adapters import opened
from monitor.config import load_config
from monitor.demo.config import write_config
from monitor.demo.site import DemoSite
from monitor.model import Window
from monitor.render.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.config import Config
    from monitor.model import Digest, Source
    from monitor.run import Outcomes, Pass, Run

_PORT = 8765  # of the site left running: any free port does, but a fixed one can be written down
_LOOK_EVERY_S = 0.5  # at what the site was asked and what lies in the outbox: at once, to somebody who watches
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
    """Leaves the site running until SIGINT or SIGTERM; the Enter key brings the next morning.

    The configuration it writes is for somebody who watches: the service that follows it is as quick as it can be.
    """
    folder = state / "demo"
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)  # before any thread starts: they leave these signals to us
    with _served_site() as site:
        with lock.held(folder):  # only for so long: the service that is pointed at it will hold it
            config = _fresh_config(folder, site.url, is_watched=True)
        console.out.print(f"The site is on {site.url}. Point the monitor at it, in another terminal:")
        console.out.print(f"  {_program()} {_on(folder)} run", markup=False)
        console.out.print("When it has read the site, you are told here what to do next. Ctrl-C ends.")
        told = (site, config.sources, folder / "outbox")
        threading.Thread(target=_let_the_night_pass, args=told, daemon=True).start()
        signal.sigwait(ending)


def _served_site() -> DemoSite:
    now = datetime.now(UTC)
    try:
        return DemoSite(now=now, port=_PORT)
    except OSError:  # taken
        return DemoSite(now=now)


def _let_the_night_pass(site: DemoSite, sources: Iterable[Source], outbox: Path) -> None:
    """Says when Enter may be pressed, and names the messages that come of it, until the site closes.

    Not before every source was asked: what is there at a first check is news to nobody, and nothing would come.
    """
    while not _has_been_read(site, sources):
        if site.closing.wait(_LOOK_EVERY_S):
            return
    console.out.print("The monitor has read the site. Press Enter for the next morning and its news.")
    if not sys.stdin.readline():  # the end of input: nobody is there to press a key
        return
    site.advance()
    console.out.print("It is the next morning. An alert for each of two new reports comes within half a minute, the")
    console.out.print("digest a minute or so later. Each is named here when it has come; open it in a browser:")
    named: set[Path] = set()
    while not site.closing.wait(_LOOK_EVERY_S):
        for page in sorted(set(outbox.glob("*.html")) - named):
            console.out.print(f"  {page}", markup=False)
            named.add(page)


def _has_been_read(site: DemoSite, sources: Iterable[Source]) -> bool:
    asked = [target for _, target, _ in site.requests[:]]
    return all(any(target.startswith(urlsplit(source.url).path) for target in asked) for source in sources)


def _fresh_config(folder: Path, url: str, *, is_watched: bool = False) -> Config:
    for made in (path for pattern in _MADE for path in folder.glob(pattern)):
        if made.is_dir():
            shutil.rmtree(made)
        else:
            made.unlink()
    write_config(folder / "config", url, state=folder, is_watched=is_watched)
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
    on = _on(folder)
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


def _on(folder: Path) -> str:
    """The options before a command that make it work on what lies there."""
    return f"--config {shlex.quote(str(folder / 'config'))} --state {shlex.quote(str(folder))}"


def _program() -> str:
    """The monitor as it can be typed here, where it may not be among the shell's commands."""
    started = Path(sys.argv[0])
    return str(started) if started.name == "ofsted-monitor" else f"{sys.executable} -m monitor"


def _say(title: str) -> None:
    console.out.print()
    console.out.print(Rule(f"[bold]{title}[/]", align="left", characters="─"))
