"""A file that is written is found whole, or as it was before."""

from __future__ import annotations

import os
import threading

import pytest

from monitor.files import slug, write_whole


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_new_file_holds_what_was_written_and_may_be_read_by_whom_the_account_lets(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "table.csv", b"new")
    finally:
        os.umask(before)
    assert (tmp_path / "table.csv").read_bytes() == b"new"
    assert (tmp_path / "table.csv").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_file_that_was_there_may_be_read_by_the_same_people_as_before(tmp_path, mode):
    (tmp_path / "table.csv").write_bytes(b"old")
    (tmp_path / "table.csv").chmod(mode)
    write_whole(tmp_path / "table.csv", b"new")
    assert (tmp_path / "table.csv").read_bytes() == b"new"
    assert (tmp_path / "table.csv").stat().st_mode & 0o777 == mode


def test_file_that_was_there_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    (tmp_path / "table.csv").write_bytes(b"much longer than what comes")
    write_whole(tmp_path / "table.csv", b"new")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"table.csv": b"new"}


def test_who_has_the_old_file_open_goes_on_reading_the_old_one(tmp_path):
    (tmp_path / "table.csv").write_bytes(b"old")
    with (tmp_path / "table.csv").open("rb") as reading:
        write_whole(tmp_path / "table.csv", b"new")
        assert reading.read() == b"old"


def test_file_that_cannot_be_put_in_place_is_named_and_nothing_is_left(tmp_path):
    (tmp_path / "table.csv").mkdir()
    with pytest.raises(OSError, match="directory") as raised:
        write_whole(tmp_path / "table.csv", b"new")
    assert raised.value.filename == str(tmp_path / "table.csv")
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_link_stays_a_link_to_the_file_behind_it(tmp_path):
    (tmp_path / "table.csv").write_bytes(b"old")
    (tmp_path / "latest.csv").symlink_to(tmp_path / "table.csv")
    write_whole(tmp_path / "latest.csv", b"new")
    assert (tmp_path / "latest.csv").is_symlink()
    assert (tmp_path / "table.csv").read_bytes() == b"new"


def test_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_whole(pipe, b"new")
    reader.join(timeout=10)
    assert read == [b"new"]
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("weekday-briefing", "weekday-briefing"),
        ("North East / Lincolnshire!", "north-east-lincolnshire"),
        ("../../etc/passwd", "etc-passwd"),
        ("ЖЖ", "digest"),
        ("x" * 200, "x" * 60),
    ],
)
def test_subscription_name_is_safe_in_headers_and_file_names(name, kept):
    assert slug(name) == kept
