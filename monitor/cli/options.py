"""The options that stand before every command, and how commands print and end."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import structlog
import typer
from typer.core import TyperGroup

import monitor
from monitor import logs
from monitor.adapters import wall_clock
from monitor.config import Config, load_config, secret_problems
from monitor.config.tables import did_you_mean, shown, suggestion
from monitor.councils import council_named, nearest_names
from monitor.errors import ConfigError, MonitorError, Problem, StateInUse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from monitor.councils import Council

log = structlog.get_logger()


def exit_code(error: MonitorError) -> int:
    """How a command ends that `error` put an end to."""
    return 2 if isinstance(error, ConfigError | StateInUse) else 1


class _Commands(TyperGroup):
    """The commands. Where a program reads the service's log, why the service ended is a line of it like any other."""

    def invoke(self, ctx: Any) -> Any:  # typer names its type nowhere public
        try:
            return super().invoke(ctx)
        except MonitorError as error:
            if ctx.invoked_subcommand != "run" or ctx.params["log_format"] != "json":
                raise
            log.critical("ended", reason=str(error))
            raise typer.Exit(exit_code(error)) from error


app = typer.Typer(
    name="ofsted-monitor",
    cls=_Commands,
    help="Tells you what Ofsted and the press say about your councils' children's services: once, with the evidence.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_USUAL_CONFIG = Path("config")
_MOST_LISTED = 6  # names in one complaint


@dataclass(frozen=True, slots=True)
class Options:
    config: Path
    state: Path
    clock: Callable[[], datetime] = wall_clock

    @property
    def has_config(self) -> bool:
        """False only where nobody named another configuration and there is none in the usual place."""
        return self.config != _USUAL_CONFIG or self.config.is_dir()

    def load(self) -> Config:
        """The configuration; raises ConfigError."""
        return load_config(self.config, state=self.state, environ=os.environ)

    def load_to_deliver(self) -> Config:
        """The configuration, with every secret that its subscriptions need; raises ConfigError."""
        config = self.load()
        if problems := secret_problems(config):
            raise ConfigError(problems)
        return config


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ofsted-monitor {monitor.__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(metavar="DIR", envvar="MONITOR_CONFIG", help="Where the configuration lies.")
    ] = _USUAL_CONFIG,
    state: Annotated[
        Path, typer.Option(metavar="DIR", envvar="MONITOR_STATE", help="Where the monitor keeps what it knows.")
    ] = Path("state"),
    log_format: Annotated[str, typer.Option(metavar="text|json", help="How the log on stderr reads.")] = "text",
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show the log, as the service does.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    if log_format not in ("text", "json"):
        raise typer.BadParameter(f"“{log_format}”; wanted text or json", param_hint="--log-format")
    logs.set_up(as_json=log_format == "json", is_service=verbose or context.invoked_subcommand == "run")
    # Whoever runs the commands in a process of their own making may hand them a clock.
    context.obj = Options(config=config, state=state, clock=context.obj or wall_clock)


AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]


# Line breaks to many readers of lines, and not to JSON.
_LINE_BREAKS = str.maketrans({c: f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"})


def print_json(value: Any) -> None:
    """One line of machine output, in UTF-8 whatever the terminal's encoding."""
    line = json.dumps(value, ensure_ascii=False).translate(_LINE_BREAKS)
    # A lone surrogate, from a file's name that is not UTF-8, becomes the escape JSON has for it.
    typer.echo(line.encode("utf-8", "backslashreplace"))


def leave(*, failed: bool) -> NoReturn:
    """Ends the command: 1 when something in its work failed."""
    raise typer.Exit(1 if failed else 0)


def must_be_known(names: Iterable[str], known: Collection[str], where: str) -> None:
    """Raises ConfigError with each of `names` that is not `known`; `where` is the option or argument they stand in."""
    if len(known) > _MOST_LISTED:
        wanted = f"one of the {len(known)} there are"
    else:
        wanted = " or ".join(shown(one) for one in known) or "none, for none is configured"
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigError(
            Problem(where=where, found=shown(name), wanted=wanted, hint=_hint(name, known)) for name in unknown
        )


def must_be_elsewhere(output: Path | None, given: Options) -> None:
    """Raises ConfigError where a file would be written among those of the state or the configuration."""
    for option, place in (("--state", given.state), ("--config", given.config)):
        if output and output.resolve().is_relative_to(place.resolve()):
            found, wanted = f"{output}, which lies in {option}", "a file anywhere else"
            raise ConfigError([Problem(where="--output", found=found, wanted=wanted)])


def councils_named(names: Iterable[str]) -> list[Council]:
    """The councils of these short names, each once; raises ConfigError with every name that is none."""
    problems: list[Problem] = []
    found: dict[str, Council] = {}
    for name in names:
        if council := council_named(name):
            found[council.name] = council
        else:
            wanted, hint = 'the short name of a council, like "Devon"', suggestion(nearest_names(name))
            problems.append(Problem(where="COUNCIL", found=shown(name), wanted=wanted, hint=hint))
    if problems:
        raise ConfigError(problems)
    return list(found.values())


def _hint(name: str, known: Collection[str]) -> str:
    """The few known names that hold this one ("Devon", a source for each council), else the nearest."""
    holding = [one for one in known if name.casefold() in one.casefold()]
    return suggestion(holding if len(holding) <= _MOST_LISTED else ()) or did_you_mean(name, known)
