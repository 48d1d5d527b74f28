"""How the log reads: one line an event, for people or as JSON, on stderr; text from outside cannot forge a line."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import structlog

from monitor.text import clean

if TYPE_CHECKING:
    from typing import TextIO

    from structlog.typing import EventDict, Processor, WrappedLogger


def _without_empty(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if value is not None}


def _on_one_line(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {key: clean(value) if isinstance(value, str) else value for key, value in event.items()}


def _trace_set_in(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """A trace takes many lines: set in, none of them reads as an event, whatever the error quotes."""
    if trace := event.get("exception"):
        lines = ("".join(char if char.isprintable() else " " for char in line) for line in trace.splitlines())
        event["exception"] = "\n".join(f"    {line}" for line in lines)
    return event


class _Stderr:
    """stderr, for as long as it takes words: a log that cannot be written must not end the work it tells of."""

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # the second: it was closed
            if sys.stderr is not None:  # it was closed before we began
                sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            if sys.stderr is not None:
                sys.stderr.flush()


def set_up(*, as_json: bool, is_service: bool) -> None:
    """Configures structlog, and the standard library's logging, which libraries use, to write the same lines.

    The service tells everything it does; a command typed by hand prints its own results.
    """
    level = logging.INFO if is_service else logging.CRITICAL
    is_terminal = sys.stderr is not None and not sys.stderr.closed and sys.stderr.isatty()
    last: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=is_terminal, sort_keys=False)
    )
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_empty,
        _on_one_line,
        structlog.processors.format_exc_info,
        _trace_set_in,
        last,
    ]
    stderr = _Stderr()
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", stderr)),
        cache_logger_on_first_use=False,
    )
    # Libraries speak up only when something is wrong; each of their lines is one we did not foresee.
    handler = logging.StreamHandler(stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *processors],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.ERROR)
