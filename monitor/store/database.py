"""The database itself: opening, transactions, migrations, and what its failures mean."""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreError
from monitor.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine, Table

# How long a statement waits for another process's lock before it is an error. A backup or a person's query
# holds it for moments; more than this is stuck.
_BUSY_TIMEOUT_S = 30


class Database:
    """One database, by SQLAlchemy URL; `open` brings an older one up to date, or not, and refuses a newer one.

    Who is only `asking` may do so where nothing can be written, too.
    """

    def __init__(self, url: str, *, asking: bool = False) -> None:
        self.url = make_url(url)
        self._asking = asking
        self._engine: Engine = _engine(_unwritten(self.url, self.file) if asking and self.file else self.url)

    @property
    def file(self) -> Path | None:
        """Where SQLite keeps it; None for a server."""
        is_file = self.url.get_backend_name() == "sqlite" and self.url.database not in (None, "", ":memory:")
        return Path(str(self.url.database)) if is_file else None

    @property
    def is_absent(self) -> bool:
        """Whether there is none yet: the first run will make it. An empty file is none."""
        if not self.file:
            return False
        with translated(self.name, asking=self._asking):
            return not self.file.exists() or (self.file.is_file() and self.file.stat().st_size == 0)

    def open(self, *, migrate: bool = True) -> None:
        """The schema is the newest afterwards. Raises StoreError when it is damaged, newer, or out of reach.

        Who only asks must not `migrate`: nothing is written, and an older schema, or no database, is a StoreError too.
        """
        with translated(self.name, asking=self._asking):
            if migrate:
                self._prepare()
            elif self.is_absent:
                raise StoreError(f"{self.name} is not there yet; the next run makes it")
            if self._version() == SCHEMA_VERSION:
                return
            if not migrate:
                raise StoreError(
                    f"{self.name} is of an older version, so this cannot be answered yet; the next run brings it up to "
                    "date"
                )
            self._migrate()

    def _prepare(self) -> None:
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            # It lets people read while a pass writes. The file remembers it, so it is a change to the file.
            event.listen(self._engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode=WAL"))

    def problem(self) -> str:
        """What is wrong with a database that exists, by SQLite's own check too; "" when it is sound. Reads only."""
        with translated(self.name, asking=self._asking):
            self._version()
        if not self.file:
            return ""
        with self.reading() as connection:
            found = connection.scalar(text("PRAGMA quick_check(1)"))
        return "" if found == "ok" else f"{self.name}: {_DAMAGED} ({found})"

    def is_newest(self) -> bool:
        """Whether its schema is this program's. Reads only."""
        with translated(self.name, asking=self._asking):
            return self._version() == SCHEMA_VERSION

    def _version(self) -> str | None:
        """The schema's version; None for an empty database. Raises StoreError when it is newer than this program."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if found is not None and found > SCHEMA_VERSION:
            raise StoreError(
                f"{self.name} was written by a newer version: its schema is {found}, this program knows up to "
                f"{SCHEMA_VERSION}. Upgrade the program, or point it at another state directory."
            )
        return found

    @property
    def name(self) -> str:
        """How messages call it: never with its password."""
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with translated(self.name, asking=self._asking), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is stored, or, when the block raises, none."""
        with (
            translated(self.name, asking=self._asking),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    def _migrate(self) -> None:
        # Imported here: it takes a fifth of a second, and a database that is up to date never needs it.
        from alembic import command  # noqa: PLC0415
        from alembic.config import Config  # noqa: PLC0415

        with as_file(files("monitor.store").joinpath("migrations")) as scripts, self.writing() as connection:
            config = Config()
            config.set_main_option("script_location", str(scripts).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what becomes of a row that is there already; each server spells it its own way."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


@contextmanager
def translated(name: str, *, asking: bool = False) -> Iterator[None]:
    """Turns what the database's driver raises into a StoreError that says what to do; `name` is the database's."""
    try:
        yield
    except DBAPIError as error:
        meaning = _meaning(str(error.orig))
        raise StoreError(f"{name}: {_UNREADABLE if asking and meaning == _UNWRITABLE else meaning}") from error
    except OSError as error:
        raise StoreError(f"{name}: {error.strerror or error}") from error


_DAMAGED = "the file is damaged: restore a backup, or move it away to start afresh"
_UNWRITABLE = "it cannot be written: check the directory's owner and permissions"
_UNREADABLE = (
    "it cannot be read: this account may not, or nothing can be written there and monitor.db-wal holds a part of it: "
    "copy monitor.db* elsewhere, and ask there"
)

# What SQLite says → what it means to the person who is woken, or who gave a command: that is not done by itself later.
_MEANINGS = {
    "database or disk is full": "the disk is full, and this was not stored: free some space",
    "disk I/O error": "the disk cannot be written: look for a quota that is used up, or a failing disk",
    "database is locked": f"another program has held it locked for {_BUSY_TIMEOUT_S} s; this was not done: end that",
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
    "readonly database": _UNWRITABLE,
    "unable to open": _UNWRITABLE,
}


def _meaning(said: str) -> str:
    known = (meaning for words, meaning in _MEANINGS.items() if words in said)
    return next(known, f"the database failed: {said.splitlines()[0][:300]}")


def _unwritten(url: URL, file: Path) -> URL:
    """The address by which SQLite reads a file and makes none beside it, where it could make none; else as it is.

    It then takes the file for one that nobody changes: what stands in a journal beside it would be missed.
    """
    journals = (file.with_name(f"{file.name}{ending}") for ending in ("-wal", "-journal"))
    if not file.is_file() or os.access(file.parent, os.W_OK) or any(one.exists() for one in journals):
        return url
    query = {**url.query, "mode": "ro", "immutable": "1", "uri": "true"}
    return url.set(database=f"file:{quote(str(file.absolute()))}", query=query)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StoreError(f"no driver for PostgreSQL: pip install 'ofsted-monitor[postgresql]' ({error})") from error
    engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        # synchronous=FULL is what makes a message that was recorded before it was sent survive a power cut.
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that will write takes the lock at once and waits for it; one that reads first and wants
        # to write later is refused without waiting when another has written in between.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
