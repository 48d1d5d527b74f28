"""The door: commands, exit codes, and the building of the real adapters.

    options     what stands before the command, and how a command ends
    working     run, poll, digest, deliver, demo
    backfill    the command of that name; so are calendar and export
    asking      classify, report, explain, sources, councils
    themes      themes train, themes evaluate
    suppressing suppress
    checking    check; owed has what it says of deliveries, lines how it says anything

Exit codes: 0 done; 1 the work ran and something in it failed, named on stderr; 2 usage or configuration, with
nothing written.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from contextlib import suppress

from monitor import console
from monitor.cli.options import app, exit_code
from monitor.errors import ConfigError, MonitorError

# Importing them registers their commands with the app, in the order --help shows.
from monitor.cli import working, backfill, asking, calendar, export, themes, suppressing, checking  # noqa: F401 isort: skip

__all__ = ["app", "main"]


# What writing to stdout may fail with. A closed pipe (EPIPE) is none: who reads has seen enough.
_NOT_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def main() -> None:
    """The command `ofsted-monitor`."""
    # The collector, looking again and again through what is loaded and stays, took a fifth of a poll's time.
    gc.freeze()
    gc.set_threshold(10_000)
    if sys.stdout is None:  # it was closed before we began: whatever is written fails, and is not lost in silence
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
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
        if not error.filename and error.errno not in _NOT_WRITTEN:
            raise  # nothing a person could mend by its name: a bug
        console.failed(f"{error.filename or 'could not write'}: {error.strerror}")
        _forget_stdout()
        sys.exit(1)


def _forget_stdout() -> None:
    """What it still holds is not written at the end: that would fail once more, with a trace."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
