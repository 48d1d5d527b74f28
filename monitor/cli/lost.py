"""A database that is lost, told from one that was never there: with it went who is sent nothing more."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from monitor import console
from monitor.config import FEEDS
from monitor.config.public_toml import KEY_FILE
from monitor.store import Database

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.config import Config


def lost_state(config: Config, state: Path) -> str:
    """What shows that there was a database, what went with it, and what to do; "" where none was lost."""
    found = _trace(Database(config.database), state)
    return found and (
        f"{found}: what was stored is lost, and with it who is sent nothing more, by suppress or a link of their own. "
        "Restore a backup, or feed them in with ofsted-monitor suppress before anything is sent"
    )


def note_lost_state(config: Config, state: Path) -> None:
    """Whoever typed a command that begins anew is told so."""
    if said := lost_state(config, state):
        console.paragraph(f"[yellow]![/] {console.safe(said)}", to=console.err)


def note_no_state(config: Config) -> None:
    """Whoever asks is told why nothing is known, where that is so: --state may be mistyped."""
    database = Database(config.database)
    if database.is_absent and database.file and not database.file.exists():
        console.paragraph(
            f"[yellow]![/] {console.safe(database.name)} is not there yet: nothing is known", to=console.err
        )


def _trace(database: Database, state: Path) -> str:
    """That the file is empty, or that what only a run makes is there without it."""
    if not database.file or not database.is_absent:
        return ""
    if database.file.exists():
        return f"{database.name} is empty"
    with suppress(OSError):  # what cannot be looked at shows nothing
        for trace in (state / KEY_FILE, *sorted((state / FEEDS).glob("*"))):
            if trace.exists():
                return f"{database.name} is not there, but {trace} is"
    return ""
