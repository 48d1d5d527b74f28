"""The command that reads councils' history."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import backfilling, console, lock
from monitor.adapters import opened
from monitor.cli.lost import note_lost_state
from monitor.cli.options import AsJson, Options, app, councils_named, leave, print_json
from monitor.errors import ConfigError, Problem
from monitor.render.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from monitor.backfilling import CouncilBackfill
    from monitor.config import Config
    from monitor.model import Source


@app.command()
def backfill(
    context: typer.Context,
    councils: Annotated[
        list[str] | None, typer.Argument(metavar="COUNCIL", help="Followed or not. Default: every tracked one.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Reads those that were read before as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Reads the history of councils: every report not read so far.

    Nobody is told. Stop it at any moment: the next one goes on from there.
    """
    given: Options = context.obj
    config = given.load()
    pages = _pages(config, councils or config.councils)
    reading = _Reading()
    note_lost_state(config, given.state)
    with lock.held(given.state), opened(config, clock=given.clock) as stages:
        with _told_when_stopped(reading, again=again):
            done = stages.backfill(pages, watch=reading.watch, again=again)
        known = stages.store.classifications.reports([page.council for page in pages if page.council])
    found = backfilling.by_council(done, pages, known)
    for one in found:
        if as_json:
            print_json(_as_data(one))
        else:
            console.out.print(_in_words(one))
    failures = [check for check in done.checks if check.reason]
    console.show_failures(failures, of=len(done.checks), hint="Run `backfill` again.")
    for one in found:
        for url, reason in one.failures:
            console.failed(f"not read: {one.council}: {url}: {reason}")
    leave(failed=any(one.error or one.failures for one in found))


@dataclass(slots=True)
class _Reading:
    """How far the reading of reports is."""

    done: int = 0
    total: int = 0

    @contextmanager
    def watch(self, total: int, what: str) -> Iterator[Callable[[], None]]:
        with console.progress(total, what) as advance:
            if what == backfilling.READING:
                self.total = total

            def one_more() -> None:
                self.done += what == backfilling.READING
                advance()

            yield one_more


@contextmanager
def _told_when_stopped(reading: _Reading, *, again: bool) -> Iterator[None]:
    """Within the block SIGTERM is what Ctrl-C is; either ends the command with 130, and how far it came is said."""
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    except KeyboardInterrupt as stopped:
        then = "`backfill --again` begins anew" if again else "the next backfill goes on from there"
        total = counted(reading.total, "report", "reports")
        come = f"{reading.done} of {total} read" if reading.total else "no report read"
        console.failed(f"stopped: {come}; {then}")
        raise typer.Exit(130) from stopped
    finally:
        signal.signal(signal.SIGTERM, before)


def _pages(config: Config, names: Iterable[str]) -> list[Source]:
    """The pages of the councils of these names; raises ConfigError for what is no name, or where no page is polled."""
    pages = backfilling.pages(config.sources, councils_named(names))
    if not pages:
        found = 'no enabled source of kind "ofsted-reports"'
        raise ConfigError([Problem(where="sources.toml", found=found, wanted="one: it says where the pages are")])
    return pages


def _in_words(one: CouncilBackfill) -> str:
    unread = f", {len(one.failures)} could not be" if one.failures else ""
    return f"{console.safe(one.council)}: {counted(one.reports, 'report', 'reports')}, {one.read} read now{unread}"


def _as_data(one: CouncilBackfill) -> dict[str, Any]:
    """`reports`: how many are known; `read` and `failed`: how many were read now, and could not be."""
    found = {"council": one.council, "reports": one.reports, "read": one.read, "failed": len(one.failures)}
    return found | ({"error": one.error} if one.error else {})
