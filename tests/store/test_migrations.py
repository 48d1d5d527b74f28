"""The schema is what the migrations make of nothing, and of whatever an earlier version left."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import monitor
from monitor.store import Store
from monitor.store.schema import SCHEMA_VERSION, metadata

PACKAGE = Path(monitor.__file__).parent


@pytest.fixture(scope="module")
def scripts():
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "store" / "migrations").replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def indexes(path):
    """SQL of every index, without what only looks different: Alembic compares no WHERE."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        return {re.sub(r'["\s]+', " ", sql) for (sql,) in found}


def test_program_knows_its_newest_migration(scripts):
    assert scripts.get_heads() == [SCHEMA_VERSION]


def test_migrations_make_exactly_the_schema(store, tmp_path):
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    direct = create_engine(f"sqlite:///{tmp_path}/direct.db")
    metadata.create_all(direct)
    direct.dispose()
    assert indexes(tmp_path / "monitor.db") == indexes(tmp_path / "direct.db")


def test_migrations_are_also_written_for_postgresql(scripts):
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written, "target_metadata": metadata}
    )
    with Operations.context(context):
        for revision in reversed(list(scripts.walk_revisions())):
            revision.module.upgrade()
    statements = written.getvalue()
    assert statements.count("CREATE TABLE") == len(metadata.tables)
    assert "TIMESTAMP WITH TIME ZONE" in statements
    assert "WHERE reading = 'pending'" in statements


def test_database_that_an_earlier_version_left_is_brought_up_to_date_in_place(scripts, tmp_path, make_check, make_item):
    earlier = ["base", *(script.revision for script in scripts.walk_revisions())]
    for version in earlier:
        path = tmp_path / f"{version}.db"
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            context = MigrationContext.configure(connection)
            with Operations.context(context):
                for script in reversed(list(scripts.iterate_revisions(version, "base"))):
                    script.module.upgrade()
            context.stamp(scripts, version)
        engine.dispose()
        with Store(f"sqlite:///{path}") as store:
            store.items.save([make_check(make_item())])
            assert store.database._version() == SCHEMA_VERSION


KILLED_WHILE_MIGRATING = """
import os, signal, sys
from sqlalchemy import Engine, event
from monitor.store import Store

@event.listens_for(Engine, "before_cursor_execute")
def kill(connection, cursor, statement, *rest):
    if "CREATE TABLE sighting" in statement:
        os.kill(os.getpid(), signal.SIGKILL)

with Store(sys.argv[1]):
    pass
"""


def test_migration_that_was_killed_is_done_by_the_next_start(tmp_path, make_check, make_item):
    url = f"sqlite:///{tmp_path}/monitor.db"
    ended = subprocess.run([sys.executable, "-c", KILLED_WHILE_MIGRATING, url], cwd=PACKAGE.parent, check=False)
    assert ended.returncode == -signal.SIGKILL
    with Store(url) as store:
        store.items.save([make_check(make_item())])
        assert store.database.problem() == ""


BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
OPEN = """
import sys, monitor
from monitor.store import Store

with Store(sys.argv[1]):
    print(monitor.__file__)
"""


def test_installed_package_makes_its_database(tmp_path):
    """An installed package has only what the wheel carries, and its migrations are files."""
    source, installed = tmp_path / "source", tmp_path / "installed"
    copytree(PACKAGE, source / "monitor", ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        (source / name).write_bytes((PACKAGE.parent / name).read_bytes())
    subprocess.run([sys.executable, "-c", BUILD, tmp_path], cwd=source, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(installed)
    opened = subprocess.run(
        [sys.executable, "-c", OPEN, f"sqlite:///{tmp_path}/monitor.db"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert opened.stdout.strip() == str(installed / "monitor" / "__init__.py")
    assert (tmp_path / "monitor.db").stat().st_size > 0
