"""The command that writes what to expect into a calendar file."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import Annotated

import typer

from monitor import console, expecting, standing
from monitor.adapters import opened
from monitor.cli.options import Options, app, councils_named, must_be_elsewhere
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

    They follow from the last reports, going by past intervals, not set by Ofsted. Nobody has announced them.
    """
    from monitor.render.calendar import calendar as as_file  # noqa: PLC0415 - loads the calendar library

    given: Options = context.obj
    config = given.load()
    must_be_elsewhere(output, given)
    asked = [council.name for council in councils_named(names or config.councils)]
    now = given.clock()
    with opened(config, clock=given.clock, asking=True) as run:
        reports = run.store.classifications.reports(asked)
    standings = standing.council_standings(asked, reports, rules=expecting.rules(), today=london_day(now))
    found = [expectation for one in standings for expectation in one.expected]
    content = as_file(found, now)
    if output is None:
        typer.echo(content, nl=False)
    else:
        write_whole(output, content)
        told = counted(len(found), "expected inspection", "expected inspections")
        console.out.print(f"{console.safe(str(output))}: {told} of {counted(len(asked), 'council', 'councils')}")
    if not found:
        console.nothing_expected(standings)
