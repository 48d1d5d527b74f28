"""The door: commands, exit codes, and the building of the real adapters.

    options     what stands before the command, and how a command ends
    working     run, poll, digest, deliver, demo
    backfill    the command of that name; so are calendar and export
    asking      classify, report, explain, sources, councils
    checking    check

Exit codes: 0 done; 1 the work ran and something in it failed, named on stderr; 2 usage or configuration, with
nothing written.
"""

from __future__ import annotations

import gc
import io
import sys

from monitor import console
from monitor.cli.options import app, exit_code
from monitor.errors import ConfigError, MonitorError

# Importing them registers their commands with the app, in the order --help shows.
from monitor.cli import working, backfill, asking, calendar, export, checking  # noqa: F401 isort: skip

__all__ = ["app", "main"]


def main() -> None:
    """The command `ofsted-monitor`."""
    # The collector, looking again and again through what is loaded and stays, took a fifth of a poll's time.
    gc.freeze()
    gc.set_threshold(10_000)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that is not UTF-8 shows "?" for what it lacks
            stream.reconfigure(errors="replace")
    try:
        app()
    except ConfigError as error:
        console.complain(error.problems)
        sys.exit(exit_code(error))
    except MonitorError as error:
        console.failed(str(error))
        sys.exit(exit_code(error))
    except OSError as error:
        if not error.filename:
            raise  # nothing a person could mend by its name: a bug
        console.failed(f"{error.filename}: {error.strerror}")
        sys.exit(1)
