"""`kill -9` and a failing disk, from outside: what was committed is there, and the rest is done again."""

from __future__ import annotations

import contextlib
import pickle
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import monitor
from monitor.store import Store

ROOT = Path(monitor.__file__).parents[1]

KILLED = """
import os, pickle, signal, sys
from sqlalchemy import event
from monitor.store import Store

before, last = pickle.load(sys.stdin.buffer)
with Store(sys.argv[1]) as store:
    store.items.save([before])

    @event.listens_for(store.database._engine, sys.argv[2])
    def kill(connection, *rest):
        if sys.argv[2] == "commit" or "INTO poll_check" in rest[1]:
            os.kill(os.getpid(), signal.SIGKILL)

    store.items.save([last])
"""

LIMITED = """
import pickle, resource, sys
from monitor.errors import StoreError
from monitor.store import Store

before, last = pickle.load(sys.stdin.buffer)
with Store(sys.argv[1]) as store:
    store.items.save([before])
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    try:
        store.items.save([last])
    except StoreError as error:
        print(error)
"""


@pytest.fixture
def saved_by(tmp_path, make_check, make_item):
    """Runs a program that saves one check, then another, on a database; its end, and the two items."""

    def run(program, *arguments):
        before, last = make_item(), make_item(text="…" * 200_000)
        checks = [make_check(before), make_check(last, state={"etag": '"2"'})]
        ended = subprocess.run(
            [sys.executable, "-c", program, f"sqlite:///{tmp_path}/monitor.db", *arguments],
            cwd=ROOT,
            input=pickle.dumps(checks),
            check=False,
            capture_output=True,
        )
        return ended, before, last, checks

    return run


@pytest.mark.parametrize("moment", ["after_cursor_execute", "commit"], ids=["amid the transaction", "at its end"])
def test_process_killed_while_it_stores_loses_nothing_that_was_committed(saved_by, tmp_path, moment):
    ended, before, last, checks = saved_by(KILLED, moment)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with Store(f"sqlite:///{tmp_path}/monitor.db") as store:
        assert store.items.find(before.key)
        assert store.items.find(last.key) is None
        assert store.sources.states()["Wexmoor Gazette"].etag is None
        store.items.save(checks)  # asked again, the source brings it again
        assert store.items.find(last.key)
        assert store.database.problem() == ""


def test_disk_that_takes_no_more_is_told_and_nothing_is_half_stored(saved_by, tmp_path):
    ended, before, last, _ = saved_by(LIMITED)
    told = ended.stdout.decode()
    assert "monitor.db: the disk " in told, ended.stderr
    with Store(f"sqlite:///{tmp_path}/monitor.db") as store:
        assert store.items.find(before.key)
        assert store.items.find(last.key) is None
        assert store.database.problem() == ""
    with contextlib.closing(sqlite3.connect(tmp_path / "monitor.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
