"""One process at a time works on a state directory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import lock
from monitor.errors import ConfigError, StateInUse

ROOT = Path(lock.__file__).parents[1]
HOLDER = """
import sys
from pathlib import Path
from monitor import lock

with lock.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the state directory until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.stdin.close()


def test_state_directory_is_made_where_it_is_not_there(tmp_path):
    with lock.held(tmp_path / "deep" / "state"):
        assert (tmp_path / "deep" / "state").is_dir()


@pytest.mark.parametrize(("umask", "mode"), [("022", "755"), ("027", "750"), ("077", "700")])
def test_who_may_look_into_a_new_state_directory_is_for_the_accounts_umask_to_say(tmp_path, umask, mode):
    state = tmp_path / "state"
    holding = f'umask {umask}; exec "$@"'
    subprocess.run(["sh", "-c", holding, "sh", sys.executable, "-c", HOLDER, state], cwd=ROOT, check=True, input=b"")
    assert f"{state.stat().st_mode & 0o777:o}" == mode


def test_second_process_is_refused_and_told_which_has_it(tmp_path, holder):
    with (
        pytest.raises(StateInUse, match=rf"in use by another ofsted-monitor \(process {holder.pid}\)"),
        lock.held(tmp_path),
    ):
        pass


def test_who_holds_a_directory_is_known_without_trying_to_hold_it(tmp_path, holder):
    assert lock.holder(tmp_path) == str(holder.pid)
    with pytest.raises(StateInUse, match=rf"in use by another ofsted-monitor \(process {holder.pid}\)"):
        lock.must_be_free(tmp_path)


@pytest.mark.parametrize("state", ["", "not there", "file", "file/demo"])
def test_asking_who_holds_a_directory_that_nobody_holds_makes_nothing(tmp_path, state):
    (tmp_path / "file").write_text("")
    lock.must_be_free(tmp_path / state)
    assert lock.holder(tmp_path / state) == ""
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_process_that_was_killed_holds_nothing(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert lock.holder(tmp_path) == ""
    with lock.held(tmp_path):
        pass


def test_directory_is_let_go_after_the_block_however_it_ends(tmp_path):
    with pytest.raises(ZeroDivisionError), lock.held(tmp_path):
        1 / 0  # noqa: B018
    with lock.held(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_other_directories_are_free_meanwhile(tmp_path, holder):
    with lock.held(tmp_path / "another"):
        pass


@pytest.mark.parametrize("state", ["file", "file/demo"])
def test_directory_that_cannot_be_made_is_told_and_nothing_is_made(tmp_path, state):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ConfigError) as told, lock.held(tmp_path / state):
        pass
    wanted = "a directory that can be made and written"
    assert str(told.value) == f"--state: found {file}, which is a file, wanted {wanted}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("state", ["", "deep/state"])
def test_directory_that_may_not_be_written_is_told(tmp_path, state):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert lock.unusable(closed / state).found == f"{closed}, where this account may not write"


def test_directory_that_is_not_there_yet_can_be_used_and_is_not_made(tmp_path):
    assert lock.unusable(tmp_path / "deep" / "state") is None
    assert not list(tmp_path.iterdir())


def test_failure_within_the_block_is_not_taken_for_one_of_the_lock(tmp_path):
    with pytest.raises(OSError, match="from elsewhere"), lock.held(tmp_path):
        raise BlockingIOError("from elsewhere")


def test_directory_that_is_removed_or_made_anew_is_lost_to_who_holds_it(tmp_path):
    state = tmp_path / "state"
    with lock.held(state) as is_lost:
        assert not is_lost()
        (state / "lock").unlink()
        assert is_lost()
        (state / "lock").touch()
        assert is_lost()


def test_state_directory_has_the_same_name_by_whatever_path_and_another_has_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lock.name(Path("state")) == lock.name(tmp_path / "state") == lock.name(Path("x/../state"))
    assert lock.name(Path("state")) != lock.name(Path("other"))
