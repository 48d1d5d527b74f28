"""Opening a database: what is brought up to date, what is refused, and what the operator is told."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sqlite3

import pytest

from monitor.errors import StoreError
from monitor.store import Database, Store
from monitor.store.schema import SCHEMA_VERSION

HAS_POSTGRESQL = importlib.util.find_spec("psycopg") is not None


@pytest.fixture
def path(tmp_path):
    return tmp_path / "monitor.db"


@pytest.fixture
def url(path):
    return f"sqlite:///{path}"


def complaint(url):
    """What the operator reads when the database cannot be opened."""
    with pytest.raises(StoreError) as failed, Store(url):
        pass
    return str(failed.value)


@contextlib.contextmanager
def by_another_program(path):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def test_database_that_is_not_there_is_made_with_its_directory(tmp_path, make_item, make_check):
    with Store(f"sqlite:///{tmp_path}/deep/state/monitor.db") as store:
        store.items.save([make_check(make_item())])
    assert (tmp_path / "deep" / "state" / "monitor.db").exists()


def test_what_was_stored_is_there_when_it_is_opened_again(url, make_item, make_check):
    item = make_item()
    with Store(url) as store:
        store.items.save([make_check(item)])
    with Store(url) as store:
        assert store.items.find(item.key).title == item.title


def test_newer_database_is_refused_naming_both_versions_and_left_alone(url, path):
    with Store(url):
        pass
    with by_another_program(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    told = complaint(url)
    assert str(path) in told
    assert "9999" in told
    assert SCHEMA_VERSION in told
    with by_another_program(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_file_that_is_no_database_is_left_alone_and_the_operator_told_what_to_do(url, path):
    path.write_bytes(b"Dear colleague, " * 1_000)
    assert complaint(url) == f"{path}: the file is damaged: restore a backup, or move it away to start afresh"
    assert path.read_bytes().startswith(b"Dear colleague")


def test_damage_within_a_database_is_found_by_looking(url, path, make_item, make_check):
    with Store(url) as store:
        store.items.save([make_check(*(make_item(text="…" * 5_000) for _ in range(20)))])
        assert store.database.problem() == ""
    damaged = bytearray(path.read_bytes())
    damaged[8_192:-4_096] = b"\xff" * (len(damaged) - 12_288)
    path.write_bytes(damaged)
    database = Database(url)
    with contextlib.closing(database):
        try:
            problem = database.problem()
        except StoreError as error:
            problem = str(error)
    assert f"{path}: the file is damaged" in problem


def test_directory_in_the_files_place_is_told(url, path):
    path.mkdir()
    assert complaint(url) == f"{path}: it cannot be written: check the directory's owner and permissions"


def test_file_in_the_directorys_place_is_told(tmp_path):
    (tmp_path / "state").write_text("")
    assert str(tmp_path / "state") in complaint(f"sqlite:///{tmp_path}/state/monitor.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_directory_that_cannot_be_written_is_told(tmp_path, url, path):
    tmp_path.chmod(0o500)
    try:
        assert complaint(url) == f"{path}: it cannot be written: check the directory's owner and permissions"
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(HAS_POSTGRESQL, reason="the driver is installed")
def test_driver_that_is_not_installed_is_told_with_what_to_install():
    assert "pip install 'ofsted-monitor[postgresql]'" in complaint("postgresql+psycopg://monitor@localhost/monitor")


@pytest.mark.skipif(not HAS_POSTGRESQL, reason="the driver is not installed")
def test_password_of_a_server_is_never_told():
    assert "secret" not in Database("postgresql+psycopg://monitor:secret@localhost/monitor").name


class TestFullDisk:
    @pytest.fixture
    def limit(self, store):
        """Lets the database grow by so many pages; by no more than it needs to be read when 0."""

        def limit(pages):
            with store.database.reading() as connection:
                used = connection.exec_driver_sql("PRAGMA page_count").scalar()
                connection.exec_driver_sql(f"PRAGMA max_page_count = {used + pages}")

        return limit

    def test_is_told_and_nothing_is_half_stored_and_work_goes_on_when_there_is_room(
        self, store, limit, make_item, make_check
    ):
        before, large = make_item(), make_item(text="…" * 50_000)
        store.items.save([make_check(before)])
        limit(0)
        with pytest.raises(StoreError, match=r"the disk is full, and this was not stored: free some space$"):
            store.items.save([make_check(large, state={"etag": '"2"'})])
        assert store.items.find(before.key)
        assert store.sources.states()["Wexmoor Gazette"].etag is None
        limit(1_000)
        store.items.save([make_check(large)])
        assert store.items.find(large.key)


class TestLockedDatabase:
    @pytest.fixture(autouse=True)
    def _impatient(self, store):
        with store.database.reading() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 20")

    def test_is_told_and_work_goes_on_when_it_is_let_go(self, store, path, make_item, make_check):
        item = make_item()
        with by_another_program(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="another program has held it locked"):
                store.items.save([make_check(item)])
            connection.execute("ROLLBACK")
        store.items.save([make_check(item)])
        assert store.items.find(item.key)

    def test_can_be_read_meanwhile(self, store, path, stored, make_item):
        [item] = stored(make_item())
        with by_another_program(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            assert store.items.find(item.key) == item
            assert store.sources.states()


class TestAsking:
    """Who only asks changes nothing."""

    @pytest.fixture
    def older(self, path, url):
        """A database of an older version, as that version left it."""
        with Store(url):
            pass
        with by_another_program(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0000'")
            connection.execute("PRAGMA journal_mode = DELETE")
        return path

    def test_older_database_is_left_as_it_is_and_the_reader_told_what_will_mend_it(self, url, older):
        before = older.read_bytes()
        with pytest.raises(StoreError) as told, Store(url, migrate=False):
            pass
        assert str(told.value) == (
            f"{older} is of an older version, so this cannot be answered yet; the next run brings it up to date"
        )
        assert older.read_bytes() == before
        assert [file.name for file in older.parent.iterdir()] == [older.name]

    def test_database_is_read_without_changing_its_file(self, url, path, make_item, make_check):
        item = make_item()
        with Store(url) as store:
            store.items.save([make_check(item)])
        with by_another_program(path) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        before = path.read_bytes()
        with Store(url, migrate=False) as store:
            assert store.items.find(item.key).title == item.title
        assert path.read_bytes() == before

    @pytest.mark.parametrize("is_there", [False, True], ids=["no file", "an empty file"])
    def test_database_that_is_not_there_yet_is_not_made(self, url, path, is_there):
        if is_there:
            path.touch()
        assert Database(url).is_absent
        with pytest.raises(StoreError, match="is not there yet; the next run makes it"), Store(url, migrate=False):
            pass
        assert path.exists() is is_there

    def test_database_that_is_there_is_not_absent(self, url):
        with Store(url):
            pass
        assert not Database(url).is_absent
        assert not Database("sqlite://").is_absent


def test_people_can_read_while_a_run_writes(url, path):
    with Store(url):
        pass
    with by_another_program(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
