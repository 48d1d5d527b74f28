"""Commands that do the work: the service, and each of its stages by hand."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, NoReturn

import structlog
import typer

from monitor import console, lock
from monitor.adapters import listener_for, opened, page_shown
from monitor.cli.lost import lost_state, note_lost_state
from monitor.cli.options import AsJson, Options, app, leave, must_be_known, print_json
from monitor.config import durations
from monitor.errors import ConfigError, NotPublished
from monitor.model import SubscriptionKind, Window
from monitor.render.words import counted
from monitor.run import Outcomes
from monitor.service import Service

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.run import Pass, Run
    from monitor.store import Check

log = structlog.get_logger()


@app.command()
def run(context: typer.Context) -> None:
    """Runs the service until it is told to stop.

    It polls, reads, and sends digests and alerts on schedule. SIGTERM or Ctrl-C ends it: what is in flight is finished.
    """
    given: Options = context.obj
    config = given.load_to_deliver()
    with ExitStack() as stack:
        try:  # before the lock, for what ends with 2 has made nothing
            listener = stack.enter_context(listener_for(config))
        except ConfigError:
            lock.must_be_free(given.state)  # whoever works on this state has the port as well, and is what to name
            raise
        if lost := lost_state(config, given.state):
            log.warning("state lost", reason=lost)
        is_lost = stack.enter_context(lock.held(given.state))
        service, holder = Service(), lock.name(given.state)
        stages = stack.enter_context(opened(config, clock=given.clock, stopping=service.is_stopping, holder=holder))
        stack.enter_context(page_shown(stages, listener))
        service.serve(stages, is_state_lost=is_lost)


@app.command()
def poll(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Every source, due or not.")] = False,
    source: Annotated[list[str] | None, typer.Option(metavar="NAME", help="This source; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """One pass over the sources that are due.

    Alerts that follow from it are sent.
    """
    given: Options = context.obj
    config = given.load_to_deliver()
    names = [one.name for one in config.sources]
    must_be_known(source or [], names, "--source")
    note_lost_state(config, given.state)
    with lock.held(given.state), opened(config, clock=given.clock, holder=lock.name(given.state)) as stages:
        chosen = [one for one in config.sources if one.name in source] if source else None
        sources = chosen or (list(config.sources) if every else stages.due_sources())
        with console.progress(len(sources), "polling") as advance:
            done = stages.whole_pass(sources, on_check=lambda _: advance())
        delivered = stages.deliver() if done.alerts else None
        not_published = _publish(stages)
    checks = sorted(done.checks, key=lambda check: names.index(check.source))
    if as_json:
        for check in checks:
            print_json(_check_as_data(check))
    elif checks:
        console.show_checks(checks)
    people = console.err if as_json else console.out
    people.print(_summary(done) if sources else "No source is due. --all asks every one of them.")
    for url, reason in done.unread:
        console.failed(f"not read: {url}: {reason}")
    failures = [check for check in checks if check.reason]
    console.show_failures(failures, of=len(checks))
    errors = [*(delivered.errors if delivered else []), *not_published]
    for error in errors:
        console.failed(error)
    leave(failed=bool(failures or done.unread or errors))


def _summary(done: Pass) -> str:
    read, alerts = counted(done.understood, "item", "items"), counted(done.alerts, "alert", "alerts")
    return f"{read} understood, {done.relevant} about councils' children's services; {alerts}."


def _check_as_data(check: Check) -> dict[str, object]:
    found: dict[str, object] = {
        "source": check.source,
        "status": check.status.value,
        "new": check.new,
        "changed": check.changed,
        "unchanged": check.unchanged,
        "seconds": round(check.seconds, 3),
    }
    return found | ({"error": check.reason} if check.reason else {})


@app.command()
def digest(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Default: every digest.")] = None,
    since: Annotated[str, typer.Option(metavar="7d", help="Everything first seen within that time, now.")] = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Write it to state/preview/; send nothing, record nothing.")
    ] = False,
) -> None:
    """Composes and sends the digests that are due."""
    given: Options = context.obj
    config = given.load() if preview else given.load_to_deliver()
    known = [one.name for one in config.subscriptions if one.kind is SubscriptionKind.DIGEST]
    must_be_known(names or [], known, "NAME")
    window = _since(since, given.clock()) if since else None
    if preview:
        lock.must_be_usable(given.state)
        with opened(config, clock=given.clock, asking=True) as stages:
            _write_previews(stages, names or [], window, given.state / "preview")
        return
    note_lost_state(config, given.state)
    with lock.held(given.state), opened(config, clock=given.clock, holder=lock.name(given.state)) as stages:
        composed = stages.digest(names or [], window=window)
        outcomes = stages.deliver()
        not_published = _publish(stages)
    for one in composed:
        told = "nothing to tell" if one.is_empty else counted(len(one.stories), "story", "stories")
        console.out.print(f"{console.safe(one.subscription)}, {one.slot}: {told}")
    if not composed:
        console.out.print("No digest is due. --since 7d composes one now.")
    _end_with(outcomes, not_published)


def _write_previews(stages: Run, names: list[str], window: Window | None, folder: Path) -> None:
    previews = stages.preview(names, window=window)
    if not previews:
        console.out.print("No digest is configured.")
    for one, message in previews:
        folder.mkdir(parents=True, exist_ok=True)
        for ending, content in (
            ("html", message.html),
            ("txt", message.text),
            ("json", json.dumps({"message_id": None, **message.data}, ensure_ascii=False, indent=1)),
            ("slack.json", json.dumps(message.slack, ensure_ascii=False, indent=1)),
        ):
            (folder / f"{one.subscription}.{ending}").write_text(content, encoding="utf-8")
        console.paragraph(f"[bold]{console.safe(message.subject)}[/]")
        console.out.print(f"  {folder / one.subscription}.html, .txt, .json, .slack.json", markup=False)


@app.command()
def deliver(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="With --again: of these subscriptions.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also what was refused, given up or left in doubt in the last seven days.")
    ] = False,
) -> None:
    """Tries every pending delivery that is due."""
    given: Options = context.obj
    config = given.load_to_deliver()
    must_be_known(names or [], [one.name for one in config.subscriptions], "NAME")
    if names and not again:
        raise typer.BadParameter("names say what is sent --again; without it all that is due is tried")
    note_lost_state(config, given.state)
    with lock.held(given.state), opened(config, clock=given.clock, holder=lock.name(given.state)) as stages:
        if again:
            number, left = stages.send_again(names or [])
            nobodys = f"; {left} {'has' if left == 1 else 'have'} no recipient now" if left else ""
            console.out.print(f"{counted(number, 'delivery is', 'deliveries are')} owed again{nobodys}.")
        outcomes = stages.deliver()
    if outcomes == Outcomes():
        console.out.print("No delivery is due.")
    _end_with(outcomes)


def _publish(stages: Run) -> list[str]:
    """Why the feeds were not written, if they were not: the rest was done all the same."""
    try:
        stages.publish()
    except NotPublished as error:
        return [str(error)]
    return []


def _end_with(outcomes: Outcomes, not_published: Sequence[str] = ()) -> NoReturn:
    for error in (*outcomes.errors, *not_published):
        console.failed(error)
    if outcomes != Outcomes():
        said = f"{outcomes.sent} sent, {outcomes.later} to be tried again, {outcomes.refused} refused"
        if outcomes.unknown:
            said += f", {outcomes.unknown} left, for nobody knows whether they arrived"
        if outcomes.suppressed:
            said += f", {outcomes.suppressed} suppressed"
        if outcomes.withdrawn:
            said += f", {outcomes.withdrawn} withdrawn, for their recipients are no longer in digests.toml"
        console.out.print(f"{said}.")
    leave(failed=bool(outcomes.errors or not_published))


def _since(length: str, now: datetime) -> Window:
    """Up to now, from so long ago."""
    try:
        return Window(start=now - durations.parse(length), end=now)
    except ValueError as error:
        raise typer.BadParameter(
            f"“{length}”; wanted a time like {durations.EXAMPLES}", param_hint="--since"
        ) from error


@app.command()
def demo(
    context: typer.Context,
    serve: Annotated[
        bool, typer.Option("--serve", help="Leave the site running, for the service to be pointed at.")
    ] = False,
) -> None:
    """The whole job, once, with no network and no secrets.

    It starts a small local site that imitates the real sources, and leaves the digest in DIR/demo of --state.
    """
    from monitor.demo.command import run_demo, serve_demo  # noqa: PLC0415 - nobody else needs the site

    given: Options = context.obj
    if serve:
        serve_demo(given.state)
    else:
        leave(failed=not run_demo(given.state))
