"""The command line as people's fingers know it: help, and mistakes that say what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import Ended, command

import monitor

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    *("run", "poll", "digest", "deliver", "demo", "backfill"),
    *("classify", "report", "explain", "sources", "councils", "calendar", "export", "themes", "check", "suppress"),
)


def test_help_names_every_command_in_full() -> None:
    told = command("--help")
    assert told.code == 0
    for name in COMMANDS:
        (line,) = (line for line in told.out.splitlines() if line.startswith(f"  {name} "))
        assert not line.endswith("...")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_fits_a_terminal(name: str) -> None:
    told = command(name, "--help")
    assert told.code == 0
    assert max(map(len, told.out.splitlines())) <= 80


def test_version() -> None:
    assert command("--version") == Ended(0, f"ofsted-monitor {monitor.__version__}\n".encode(), "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "Usage:", id="nothing"),
        pytest.param(["pol"], "No such command 'pol'", id="command"),
        pytest.param(["poll", "--al"], "--all", id="option"),
        pytest.param(["--log-format", "xml", "poll"], "wanted text or json", id="log format"),
        pytest.param(["poll", "--source", "BBC: Teas"], 'did you mean "BBC: Tees"?', id="source"),
        pytest.param(["poll", "--source", "Ofsted reports"], '"Ofsted reports: Devon", ', id="source of each council"),
        pytest.param(["digest", "invented-news"], 'wanted "invented-news-demo"', id="digest"),
        pytest.param(["digest", "judgements"], 'found "judgements"', id="alert for a digest"),
        pytest.param(["digest", "--preview", "x"], "invented-news-demo", id="preview"),
        pytest.param(["digest", "--since", "soon"], '"30s", "10m", "12h" or "1d"', id="length of time"),
        pytest.param(["check", "--send-test", "judgement"], 'did you mean "judgements"?', id="subscription"),
        pytest.param(["councils", "Leicstershire"], 'did you mean "Leicestershire"', id="council"),
        pytest.param(["councils", "Devon County Council"], 'did you mean "Devon"?', id="official name of a council"),
        pytest.param(["explain"], "Missing argument", id="nothing to explain"),
        pytest.param(["explain", "999"], "the number or address of a stored item, or a text file", id="item number"),
        pytest.param(["explain", "https://news.example.org/1"], "a stored item", id="item address"),
        pytest.param(["classify", "absent.jsonl"], "absent.jsonl", id="file"),
        pytest.param(["report"], "Missing argument", id="no file"),
    ],
)
def test_mistyped_command_says_what_to_type_and_writes_nothing(
    on: list[object], tmp_path: Path, words: list[str], said: str
) -> None:
    ended = command(*on, *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("report", "demo")])
def test_mistake_in_the_configuration_is_told_with_file_and_key_and_nothing_is_written(
    on: list[object], config: Path, tmp_path: Path, name: str
) -> None:
    with (config / "monitor.toml").open("a") as file:
        file.write('[channels.team]\nkind = "emial"\n')
    wanted = {
        "explain": ["1"],
        "export": ["--inspections", "json"],
        "themes": ["train"],
        "suppress": ["a@example.org", "--why", "x"],
    }
    ended = command(*on, name, *wanted.get(name, []))
    assert (ended.code, ended.out) == (2, "")
    assert "monitor.toml: channels.team: kind" in ended.err
    assert 'did you mean "email"?' in ended.err
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("name", ["run", "poll", "digest", "deliver", "check"])
def test_absent_secret_stops_what_would_need_it(on: list[object], config: Path, tmp_path: Path, name: str) -> None:
    text = (config / "monitor.toml").read_text()
    slack = 'kind = "slack"\nwebhook_url = { env = "MONITOR_NO_SUCH_HOOK" }'
    (config / "monitor.toml").write_text(text.replace('kind = "folder"\npath = "state/outbox"', slack))
    ended = command(*on, name)
    assert ended.code == 2
    assert "environment variable MONITOR_NO_SUCH_HOOK" in ended.err
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    "words", [["run"], ["poll"], ["digest"], ["digest", "--preview"], ["deliver"], ["demo"]], ids=" ".join
)
def test_state_that_cannot_be_kept_ends_what_would_write_it(config: Path, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    ended = command("--config", config, "--state", tmp_path / "state", *words)
    assert (ended.code, ended.out) == (2, "")
    assert f"found {tmp_path / 'state'}, which is a file, wanted a directory" in ended.err


def test_directory_of_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    for name in ("poll", "classify"):
        ended = command("--config", tmp_path / "absent", "--state", tmp_path / "state", name)
        assert (ended.code, f"{tmp_path / 'absent'}" in ended.err) == (2, True)


def test_environment_names_configuration_and_state(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_CONFIG", str(config))
    monkeypatch.setenv("MONITOR_STATE", str(tmp_path / "elsewhere"))
    assert f"{tmp_path / 'elsewhere' / 'monitor.db'} is not there yet" in command("check").out
