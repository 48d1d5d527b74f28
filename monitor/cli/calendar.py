"""The command that writes what to expect into a calendar file."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import Annotated

import typer

from monitor import console, expecting, history
from monitor.adapters import opened
from monitor.cli.options import Options, app, councils_named
from monitor.dates import london_day
from monitor.files import write_whole
from monitor.render.words import counted


@app.command()
def calendar(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="COUNCIL", help="Default: every tracked one.")] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Default: stdout.")] = None,
) -> None:
    """Which inspections to expect, as an iCalendar file.

    They follow from Ofsted's rules and its last reports. Nobody has announced them.
    """
    from monitor.render.calendar import calendar as as_file  # noqa: PLC0415 - loads the calendar library

    given: Options = context.obj
    config = given.load()
    asked = [council.name for council in councils_named(names or config.councils)]
    now = given.clock()
    with opened(config, clock=given.clock, asking=True) as run:
        reports = run.store.classifications.reports(asked)
    rules, today = expecting.rules(), london_day(now)
    found = [one for council in asked for one in expecting.expected(history.of_council(council, reports), rules, today)]
    content = as_file(found, now)
    if output is None:
        typer.echo(content, nl=False)
        return
    write_whole(output, content)
    told = counted(len(found), "expected inspection", "expected inspections")
    console.out.print(f"{console.safe(str(output))}: {told} of {counted(len(asked), 'council', 'councils')}")
