"""The command that hands out what is known of inspections, as a file for other programs and for people."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads it at run time
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import console, expecting, standing
from monitor.adapters import opened
from monitor.cli.asking import council_as_data
from monitor.cli.options import Options, app, councils_named, must_be_elsewhere
from monitor.dates import london_day
from monitor.errors import ConfigError, Problem
from monitor.files import write_whole
from monitor.render.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.model import KnownReport
    from monitor.standing import CouncilStanding


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@app.command()
def export(
    context: typer.Context,
    inspections: Annotated[FileFormat, typer.Option(metavar="csv|xlsx|json", help="As which kind of file.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="COUNCIL", help="Default: every one that is tracked or has reports.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Where to write it. Default: stdout.")
    ] = None,
    only_standing: Annotated[
        bool, typer.Option("--standing", help="Of csv: a row a council instead of a row a report.")
    ] = False,
) -> None:
    """Writes what is known of inspections as a table.

    One row a report, and where each council stands by them.
    """
    if only_standing and inspections is not FileFormat.CSV:
        raise typer.BadParameter(f"only for csv: {inspections} holds both tables", param_hint="--standing")
    if inspections is FileFormat.XLSX and output is None and sys.stdout.isatty():
        wanted = "a file: --output inspections.xlsx"
        raise ConfigError([Problem(where="--output", found="a terminal, which shows no workbook", wanted=wanted)])
    given: Options = context.obj
    config = given.load()
    must_be_elsewhere(output, given)
    asked = [council.name for council in councils_named(names or [])]
    now = given.clock()
    with opened(config, clock=given.clock, asking=True) as run:
        reports = run.store.classifications.reports(asked or None)
        recent = run.store.stories.relevant_since(now - standing.RECENT)
    councils = sorted(asked or {*config.councils, *(one.council for one in reports if one.council)})
    standings = standing.council_standings(
        councils, reports, rules=expecting.rules(), today=london_day(now), recent=recent
    )
    if inspections is FileFormat.JSON:
        content = _as_json(reports, standings)
    elif inspections is FileFormat.XLSX:
        content = _as_workbook(reports, standings, made=now)
    else:
        content = _as_csv(reports, standings, only_standing=only_standing)
    if output is None:
        typer.echo(content, nl=False)
    else:
        write_whole(output, content)
        told = f"{counted(len(reports), 'report', 'reports')}, {counted(len(councils), 'council', 'councils')}"
        console.out.print(f"{console.safe(str(output))}: {told}")


# What only this command needs is loaded when it is needed: some of it takes longer than a whole answer of another.


def _as_csv(reports: Sequence[KnownReport], standings: Sequence[CouncilStanding], *, only_standing: bool) -> bytes:
    from monitor.exporting.comma import as_csv  # noqa: PLC0415
    from monitor.exporting.rows import exported, inspections_sheet, standing_sheet  # noqa: PLC0415

    return as_csv(standing_sheet(standings) if only_standing else inspections_sheet(exported(reports)))


def _as_workbook(reports: Sequence[KnownReport], standings: Sequence[CouncilStanding], *, made: datetime) -> bytes:
    from monitor.exporting.rows import exported, inspections_sheet, standing_sheet  # noqa: PLC0415
    from monitor.exporting.workbook import as_workbook  # noqa: PLC0415

    return as_workbook([inspections_sheet(exported(reports)), standing_sheet(standings)], made=made)


def _as_json(reports: Sequence[KnownReport], standings: Sequence[CouncilStanding]) -> bytes:
    """One object; a lone surrogate becomes the escape JSON has for it."""
    from monitor.exporting.data import exported_as_data  # noqa: PLC0415
    from monitor.exporting.rows import exported  # noqa: PLC0415

    found = {
        "inspections": [exported_as_data(row) for row in exported(reports)],
        "standing": [council_as_data(one) for one in standings],
    }
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
