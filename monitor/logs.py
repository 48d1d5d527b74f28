"""How the log reads: one line an event, for people or as JSON, on stderr; text from outside cannot forge a line."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

from monitor.text import clean

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger


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


def set_up(*, as_json: bool, is_service: bool) -> None:
    """Configures structlog, and the standard library's logging for the libraries that use it.

    The service tells everything it does; a command typed by hand prints its own results.
    """
    level = logging.INFO if is_service else logging.CRITICAL
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_empty,
            _on_one_line,
            structlog.processors.format_exc_info,
            _trace_set_in,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries speak up only when something is wrong; each of their lines is one we did not foresee.
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(asctime)s %(name)s %(levelname)s %(message)s")
