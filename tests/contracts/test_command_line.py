"""The command line as other programs and people's fingers know it: commands, exit codes, machine output."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from commands import Ended, command
from rich.text import Text

import monitor
from monitor import lock
from monitor.config import load_config
from monitor.demo.config import write_config
from monitor.demo.reports import reports
from monitor.demo.site import DemoSite
from monitor.model import Event, Grade, InspectionKind, Polarity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMANDS = (
    *("run", "poll", "digest", "deliver", "demo", "backfill"),
    *("classify", "report", "explain", "sources", "councils", "calendar", "export", "themes", "check", "suppress"),
)


def process(*words: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The program as a process of its own."""
    environ = os.environ | {"PYTHONPATH": str(Path(monitor.__file__).parents[1])} | options.pop("environ", {})
    return subprocess.run(
        [sys.executable, "-m", "monitor", *map(str, words)],
        env=environ,
        check=False,
        timeout=60,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options,
    )


@pytest.fixture
def on(config: Path, tmp_path: Path) -> list[object]:
    """The options before a command that work on a state that is not there yet."""
    return ["--config", config, "--state", tmp_path / "state"]


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """A state directory in which the demonstration has run, and what it said. To be looked at, not changed."""
    state = tmp_path_factory.mktemp("state")
    ended = command("--state", state, "demo")
    assert ended.code == 0
    return state, ended


@pytest.fixture(scope="module")
def demo(demonstrated: tuple[Path, Ended]) -> list[object]:
    """The options before a command that work on what the demonstration left. To be looked at, not changed."""
    state, _ = demonstrated
    return ["--config", state / "demo" / "config", "--state", state / "demo"]


@pytest.fixture
def demo_after(demo: list[object], on: list[object], tmp_path: Path) -> Callable[..., list[object]]:
    """The options before a command that work on a copy of what the demonstration left, after this UPDATE of a table."""

    def changed(table: str, values: str, where: str = "TRUE") -> list[object]:
        left, copy = Path(str(demo[-1])) / "monitor.db", tmp_path / "state" / "monitor.db"
        copy.parent.mkdir()
        with closing(sqlite3.connect(left)) as source, closing(sqlite3.connect(copy)) as database, database:
            source.backup(database)
            database.execute(f"UPDATE {table} SET {values} WHERE {where}")  # noqa: S608 - the words are this file's
        return on

    return changed


def rows(state: object) -> list[str]:
    with closing(sqlite3.connect(Path(str(state)) / "monitor.db")) as database:
        return list(database.iterdump())


# --- asking for help, and mistakes ---------------------------------------------------------------------------------


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
    assert command("--version") == Ended(0, f"ofsted-monitor {monitor.__version__}\n", "")


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


# --- poll, digest, deliver -----------------------------------------------------------------------------------------


@pytest.fixture
def site(config: Path) -> Iterator[DemoSite]:
    """The imitated sources; the configuration follows them."""
    with DemoSite(now=datetime.now(UTC)) as site:
        write_config(config, site.url)
        yield site


# In SQL: one of the demonstration's reports.
A_REPORT = "id = (SELECT max(id) FROM item WHERE is_report AND council = 'Middlesbrough')"

CHECK = {"source": str, "status": str, "new": int, "changed": int, "unchanged": int, "seconds": float}


def types(line: dict[str, Any]) -> dict[str, type]:
    return {key: type(value) for key, value in line.items()}


def test_poll_says_a_line_a_source_in_configured_order(
    site: DemoSite, on: list[object], config: Path, tmp_path: Path
) -> None:
    site.fault("/bbc/news/england/devon/rss.xml", "500")
    ended = command(*on, "poll", "--json")
    assert ended.code == 1
    lines = {line["source"]: line for line in ended.lines}
    assert list(lines) == [source.name for source in load_config(config, state=tmp_path, environ={}).sources]
    failed = lines.pop("BBC: Devon")
    assert types(failed) == {**CHECK, "error": str}
    assert (failed["status"], failed["error"]) == ("failed", "HTTP 500")
    assert "BBC: Devon: HTTP 500" in ended.err
    assert {tuple(types(line).items()) for line in lines.values()} == {tuple(CHECK.items())}
    assert {line["status"] for line in lines.values()} == {"new"}

    nothing_due = command(*on, "poll", "--json")
    assert (nothing_due.code, nothing_due.out) == (0, "")
    assert "No source is due" in nothing_due.err

    site.mend("/bbc/news/england/devon/rss.xml")
    one = command(*on, "poll", "--source", "BBC: Devon")
    assert (one.code, one.err) == (0, "")
    assert one.out.splitlines()[1].split()[:-1] == ["BBC:", "Devon", "new", "3", "0", "0"]


def test_sources_that_fail_alike_are_told_together_each_by_name(
    site: DemoSite, on: list[object], config: Path, tmp_path: Path
) -> None:
    for path in ("/bbc/news/england/devon/rss.xml", "/bbc/news/england/tees/rss.xml"):
        site.fault(path, "500")
    ended = command(*on, "poll")
    assert ended.err == "2 sources: HTTP 500\n  BBC: Tees, BBC: Devon\n"

    site.__exit__()
    names = [source.name for source in load_config(config, state=tmp_path, environ={}).sources]
    ended = command(*on, "poll", "--all")
    assert all(name in ended.err for name in names)
    assert len(ended.err.splitlines()) < len(names)
    assert "is there a network? `poll --all` asks again at once" in ended.err
    failing = [line for line in command(*on, "check").out.splitlines() if line.startswith("✗")]
    assert (len(failing), failing[-1]) == (6, f"✗ and {len(names) - 5} more: ofsted-monitor sources")


def test_preview_writes_four_files_and_records_nothing(demo: list[object]) -> None:
    state = Path(str(demo[-1]))
    before = rows(state)
    ended = command(*demo, "digest", "--preview", "--since", "2d")
    assert ended.code == 0
    assert rows(state) == before
    written = {file.name: file.read_text(encoding="utf-8") for file in (state / "preview").iterdir()}
    endings = {name.removeprefix("invented-news-demo") for name in written}
    assert endings == {".html", ".txt", ".json", ".slack.json"}
    data = json.loads(written["invented-news-demo.json"])
    assert {"subject", "stories", "window"} <= set(data)
    assert (next(iter(data)), data["message_id"]) == ("message_id", None)  # as a message's, which has one
    assert all("blocks" in payload for payload in json.loads(written["invented-news-demo.slack.json"]))


def test_nothing_due_is_said_and_is_no_failure(on: list[object]) -> None:
    digest = command(*on, "digest")
    assert (digest.code, digest.out, digest.err) == (0, "No digest is due. --since 7d composes one now.\n", "")
    deliver = command(*on, "deliver")
    assert (deliver.code, deliver.out, deliver.err) == (0, "No delivery is due.\n", "")


def test_demo_ends_with_what_to_open_and_what_to_ask(demonstrated: tuple[Path, Ended]) -> None:
    _, ended = demonstrated
    page, links, *questions = ended.out.splitlines()[-6:]
    (file,) = re.findall(r"\S+\.html", page)
    assert "invented-news-demo" in Path(file).read_text(encoding="utf-8")
    assert "`demo --serve` keeps one up" in links
    for question, answer in zip(
        questions, ("invented-news-demo: yes", "Middlesbrough", "BEGIN:VEVENT", "Middlesbrough"), strict=True
    ):
        asked = command(*shlex.split(question)[question.split().index("--config") :])
        assert (asked.code, asked.err) == (0, "")
        assert answer in asked.out


# --- classify ------------------------------------------------------------------------------------------------------

TEXT = (
    "Ofsted inspectors say that Devon County Council’s children’s services are inadequate. "
    "Too many social workers have left, and agency staff do not stay long enough to know the children."
)


def test_classify_answers_every_line_in_order_and_says_which_it_could_not_read(on: list[object]) -> None:
    lines = [
        json.dumps({"id": "a1", "title": "Children’s services judged inadequate", "text": TEXT, "url": "x"}),
        "not JSON",
        "",
        json.dumps({"id": 7}),
        json.dumps(["a list"]),
        json.dumps({"title": "Bins"}),
        json.dumps({"id": "b", "text": ["no", "string"]}),
    ]
    ended = command(*on, "classify", "--json", given="\n".join(lines))
    assert ended.code == 1
    first, *others = ended.lines
    assert [other.get("id", other.get("line")) for other in others] == [2, 7, 5, 6, "b"]
    assert ["error" in other for other in others] == [True, True, True, False, True]

    assert list(first) == ["id", "relevant", "relevance", "councils", "event", "judgement", "themes"]
    assert (first["id"], first["relevant"], first["councils"]) == ("a1", True, ["Devon"])
    assert 0.5 < first["relevance"] <= 1
    assert first["event"] in [*Event, None]
    assert first["judgement"] == Grade.INADEQUATE
    label = first["themes"]["workforce-stability"]
    assert list(label) == ["polarity", "score", "evidence"]
    assert label["polarity"] == Polarity.CONCERN
    for evidence in label["evidence"]:
        assert {"text", "start", "end", "polarity", "score"} <= set(evidence) <= {*evidence, "in"}
        if "in" not in evidence:
            assert TEXT[evidence["start"] : evidence["end"]] == evidence["text"]

    irrelevant = others[3]
    assert types(irrelevant) == {
        "line": int,
        "relevant": bool,
        "relevance": float,
        "councils": list,
        "event": type(None),
        "judgement": type(None),
        "themes": dict,
    }


def test_classify_reads_files_and_counts_the_lines_of_each(on: list[object], tmp_path: Path) -> None:
    for name in ("one.jsonl", "other.jsonl"):
        (tmp_path / name).write_text('{"id": "x", "title": "Bins"}\n?\n')
    ended = command(*on, "classify", "--json", tmp_path / "one.jsonl", tmp_path / "other.jsonl")
    assert ended.code == 1
    assert [line.get("id", line.get("line")) for line in ended.lines] == ["x", 2, "x", 2]


def test_classify_for_people_shows_the_proof_and_puts_complaints_on_stderr(on: list[object]) -> None:
    ended = command(*on, "classify", given=json.dumps({"id": "a1", "title": "", "text": TEXT}) + "\n?\n")
    assert ended.code == 1
    assert ended.out.startswith("a1: relevant, ")
    assert "workforce-stability, concern" in ended.out
    assert "line 2: not JSON" in ended.err


def test_classify_of_a_plain_text_names_the_command_for_it(on: list[object]) -> None:
    ended = command(*on, "classify", given="Children’s services judged inadequate\nA second line\n")
    first, second = ended.err.splitlines()
    assert first.endswith("a plain text? ofsted-monitor explain FILE")
    assert "plain text" not in second


def test_classify_says_on_stderr_what_it_waits_for_at_a_terminal(on: list[object]) -> None:
    person, terminal = os.openpty()
    try:
        os.write(person, b'{"title": "Bins"}\n\x04')  # Ctrl-D ends it
        ended = process(*on, "classify", "--json", stdin=terminal)
    finally:
        os.close(person)
        os.close(terminal)
    assert ended.stderr.decode().startswith("Reading JSON lines")
    assert json.loads(ended.stdout)["relevant"] is False


def test_classify_needs_neither_configuration_nor_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("classify", "--json", given='{"title": "Bins"}').code == 0
    assert not list(tmp_path.iterdir())


def test_each_object_is_one_line_to_every_reader_of_lines(on: list[object]) -> None:
    name = "a\u2028b\x85c\nd"
    ended = command(*on, "classify", "--json", given=json.dumps({"id": name, "title": "Bins"}))
    (line,) = ended.out.splitlines()
    assert json.loads(line)["id"] == name


# --- report --------------------------------------------------------------------------------------------------------

JUDGEMENTS = ["overall", "impact_of_leaders", "help_and_protection", "in_care", "care_leavers"]


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """An invented report of a full inspection of Middlesbrough."""
    path = tmp_path / "report.pdf"
    path.write_bytes(reports()[0].pdf(datetime(2026, 6, 17, tzinfo=UTC).date()))
    return path


def test_report_reads_what_it_can_and_names_what_it_cannot(pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_text("<html>not a PDF</html>")
    ended = command("report", "--json", tmp_path / "page.pdf", pdf, tmp_path / "absent.pdf")
    assert ended.code == 1
    page, read, absent = ended.lines
    assert (list(page), page["file"]) == (["file", "error"], "page.pdf")
    assert absent == {"file": "absent.pdf", "error": f"{tmp_path / 'absent.pdf'}: No such file or directory"}
    assert types(read) == {
        "file": str,
        "council": str,
        "kind": str,
        "framework": str,
        "inspection_start": str,
        "inspection_end": str,
        "published": type(None),
        "judgements": dict,
        "priority_action": bool,
        "priority_actions": list,
        "areas_for_improvement": list,
        "lead_inspector": str,
        "send_outcome": type(None),
    }
    assert (read["file"], read["council"], read["kind"]) == ("report.pdf", "Middlesbrough", "ilacs")
    assert list(read["judgements"]) == JUDGEMENTS
    assert read["judgements"]["overall"] == Grade.INADEQUATE


def test_report_that_cannot_be_read_is_named_to_people_as_they_typed_it(tmp_path: Path) -> None:
    ended = command("report", tmp_path / "absent.pdf", tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"{tmp_path / 'absent.pdf'}: No such file or directory\n{tmp_path}: Is a directory\n"


def test_report_waits_for_no_pipe_and_reads_no_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    ended = command("report", "--json", tmp_path / "pipe.pdf", "/dev/zero")
    assert ended.code == 1
    assert ["not a file but a pipe or device" in line["error"] for line in ended.lines] == [True, True]


def test_report_reads_no_file_larger_than_any_report_could_be(tmp_path: Path) -> None:
    with (tmp_path / "large.pdf").open("wb") as large:
        large.truncate(50_000_001)  # takes no room on the disk
    ended = command("report", tmp_path / "large.pdf")
    assert (ended.code, ended.err) == (1, f"{tmp_path / 'large.pdf'}: larger than 50 MB\n")


def test_report_for_people_says_the_same_in_words(pdf: Path) -> None:
    ended = command("report", pdf)
    assert (ended.code, ended.err) == (0, "")
    assert "help and protection  inadequate" in ended.out
    assert "Management oversight and supervision at every level." in ended.out


# --- explain, sources, councils ------------------------------------------------------------------------------------


def test_explain_does_not_say_that_is_told_what_was_withheld_as_the_same_story(
    demo: list[object], demo_after: Callable[..., list[object]], tmp_path: Path
) -> None:
    demo_after("digest_item", "how = 'adds nothing to a story told before'")
    with closing(sqlite3.connect(Path(str(demo[-1])) / "monitor.db")) as database:
        (number,) = database.execute("SELECT id FROM item WHERE title LIKE 'Almost four in ten%'").fetchone()
    config = shutil.copytree(str(demo[1]), tmp_path / "demo")
    settings = (config / "monitor.toml").read_text(encoding="utf-8")
    (config / "monitor.toml").write_text(settings.replace(str(demo[-1]), str(tmp_path / "state")), encoding="utf-8")
    out = command("--config", config, "--state", tmp_path / "state", "explain", number).out
    assert "invented-news-demo: no, adds nothing to a story told before" in " ".join(out.split())


def test_explain_finds_an_item_by_number_and_by_address(demo: list[object]) -> None:
    by_number = command(*demo, "explain", "1")
    assert by_number.code == 0
    address = next(line for line in by_number.out.splitlines() if line.startswith("http"))
    assert command(*demo, "explain", address) == by_number


def test_explain_shows_why_an_item_was_labelled_and_who_was_told(demo: list[object]) -> None:
    with closing(sqlite3.connect(Path(str(demo[-1])) / "monitor.db")) as database:
        (number,) = database.execute("SELECT id FROM item WHERE title LIKE 'Almost four in ten%'").fetchone()
    out = command(*demo, "explain", number).out
    for told in (
        "Almost four in ten children's social workers in Devon are agency staff",
        "relevant, ",
        "councils: Devon",
        "workforce-stability, ",
        "invented-news-demo: yes",
        ": told",
    ):
        assert told in out


def test_explain_says_when_in_the_configured_zone(demo: list[object], config: Path) -> None:
    text = (config / "monitor.toml").read_text().replace("Europe/London", "Pacific/Kiritimati")
    (config / "monitor.toml").write_text(text)
    with closing(sqlite3.connect(Path(str(demo[-1])) / "monitor.db")) as database:
        (seen,) = database.execute("SELECT first_seen FROM item WHERE id = 1").fetchone()
    there = datetime.fromisoformat(str(seen)).replace(tzinfo=UTC).astimezone(ZoneInfo("Pacific/Kiritimati"))
    assert (
        f"first seen {there.day} {there:%B %Y, %H:%M}\n" in command("--config", config, *demo[2:], "explain", "1").out
    )


def test_explain_says_what_an_irrelevant_text_lacks_and_that_nobody_is_told(on: list[object], tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("Bins are emptied on Tuesday", encoding="utf-8")
    out = command(*on, "explain", tmp_path / "article.txt").out
    assert "nothing in it speaks of children's services; 0.50 is needed" in out
    assert "who is told: nobody: it is not relevant" in out


def test_explain_points_to_the_command_that_reads_reports(on: list[object], pdf: Path) -> None:
    ended = command(*on, "explain", pdf)
    assert (ended.code, "the command report reads" in ended.err) == (2, True)


def test_explain_takes_a_file_that_is_not_stored(on: list[object], tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(f"Children’s services judged inadequate\n\n{TEXT}", encoding="utf-8")
    ended = command(*on, "explain", tmp_path / "article.txt")
    assert (ended.code, ended.err) == (0, "")
    assert "councils: Devon" in ended.out
    assert not (tmp_path / "state").exists()


SOURCE = {
    "source": str,
    "url": str,
    "last_success": str,
    "next_check": str,
    "interval": float,
    "failures": int,
    "items": int,
    "last_error": str,
    "note": str,
}


def test_sources_says_where_each_stands(demo: list[object]) -> None:
    ended = command(*demo, "sources", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert {tuple(types(line).items()) for line in ended.lines} == {tuple(SOURCE.items())}
    for line in ended.lines:
        assert datetime.fromisoformat(line["last_success"]) < datetime.fromisoformat(line["next_check"])
    (failing,) = (line for line in ended.lines if line["failures"])
    assert (failing["source"], failing["failures"]) == ("Estuary Lookout", 1)
    assert failing["last_error"] == "a web page titled “Before you continue”, not a feed"


def test_councils_says_how_each_was_judged(demo: list[object]) -> None:
    everyone = command(*demo, "councils", "--json")
    assert everyone.code == 0
    assert [line["council"] for line in everyone.lines] == [
        *("Devon", "Leicestershire", "Middlesbrough", "North East Lincolnshire")
    ]
    (middlesbrough,) = command(*demo, "councils", "--json", "Middlesbrough").lines
    assert middlesbrough in everyone.lines
    assert types(middlesbrough) == {
        "council": str,
        "judgements": dict,
        "judged": dict,
        "visits": list,
        "priority_actions": list,
        "send": type(None),
        "last": dict,
        "next": dict,
        "expected": list,
        "unread": list,
        "items": int,
    }
    assert list(middlesbrough["judgements"]) == JUDGEMENTS
    assert middlesbrough["judgements"]["in_care"] == Grade.GOOD
    assert (middlesbrough["last"]["kind"], middlesbrough["unread"]) == (InspectionKind.ILACS, [])
    date.fromisoformat(middlesbrough["last"]["date"])
    assert middlesbrough["judged"] == middlesbrough["last"]


REPORT = {"kind": str, "date": str, "published": str, "url": str}
EXPECTATION = {"kind": str, "what": str, "from": str, "to": str, "rule": str, "source": str, "follows": str}


def test_councils_says_what_came_since_the_judgement_and_what_to_expect_next(demo: list[object]) -> None:
    (devon,) = command(*demo, "councils", "--json", "Devon").lines
    assert [types(report) for report in (devon["judged"], devon["last"], *devon["visits"])] == 4 * [REPORT]
    assert {visit["kind"] for visit in devon["visits"]} == {"monitoring-visit"}
    assert devon["visits"][-1] == devon["last"]
    assert devon["next"] == devon["expected"][0]
    for expectation in devon["expected"]:
        assert types(expectation) == EXPECTATION
        assert date.fromisoformat(expectation["from"]) <= date.fromisoformat(expectation["to"])
        assert expectation["follows"] in {report["url"] for report in (devon["judged"], *devon["visits"])}


def test_councils_says_to_people_what_is_only_expected(demo: list[object]) -> None:
    out = command(*demo, "councils", "Devon").out
    assert re.search(r"\n  since then:\n  – (\w+ )?monitoring visit, \d+ \w+ \d{4} http://", out)
    assert "\n  expected, though nobody has announced it: monitoring visit from " in out


def test_councils_names_the_last_report_as_a_digest_does(demo: list[object]) -> None:
    assert "  last report: full inspection, " in command(*demo, "councils", "Middlesbrough").out


def test_judgements_of_a_council_whose_newest_report_could_not_be_read_are_marked(
    demo_after: Callable[..., list[object]],
) -> None:
    on = demo_after("item", "reading_error = 'needs a password'", A_REPORT)
    with closing(sqlite3.connect(Path(str(on[-1])) / "monitor.db")) as database, database:
        database.execute(f"DELETE FROM inspection WHERE item_id IN (SELECT id FROM item WHERE {A_REPORT})")  # noqa: S608
    (line,) = command(*on, "councils", "--json", "Middlesbrough").lines
    assert len(line["unread"]) == 1
    told = command(*on, "councils", "Middlesbrough").out
    assert f"\n  a newer report could not be read: {line['unread'][0]} (needs a password) http://" in told


@pytest.mark.parametrize("name", ["sources", "councils"])
def test_before_the_first_run_nothing_is_known_and_nothing_is_made(on: list[object], tmp_path: Path, name: str) -> None:
    ended = command(*on, name, "--json")
    assert ended.code == 0
    assert {line["items"] for line in ended.lines} == {0}
    assert not (tmp_path / "state").exists()


ASKING = [["sources"], ["councils"], ["explain", "1"], ["digest", "--preview"]]


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_asking_leaves_an_older_state_for_the_next_run_to_upgrade(
    demo_after: Callable[..., list[object]], words: list[str]
) -> None:
    on = demo_after("alembic_version", "version_num = '0000'")
    before = rows(on[-1])
    ended = command(*on, *words)
    assert (ended.code, ended.out) == (1, "")
    assert "is of an older version; the next run brings it up to date" in ended.err
    assert rows(on[-1]) == before


@pytest.mark.parametrize("words", [["sources"], ["councils"], ["digest", "--preview"], ["check"]], ids=" ".join)
def test_asking_leaves_an_empty_file_that_is_no_database_yet(
    on: list[object], tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "monitor.db").touch()
    ended = command(*on, *words)
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "state" / "monitor.db").stat().st_size == 0


@pytest.mark.parametrize("words", [["sources"], ["councils"], ["check"], ["explain", "1"], ["classify"]])
def test_what_people_read_fits_a_terminal(
    demo: list[object], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = command(*demo, *words, given=json.dumps({"id": "a1", "title": "", "text": TEXT}))
    lines = [Text.from_ansi(line).plain for line in (ended.out + ended.err).splitlines()]
    assert [line for line in lines if len(line) > 80 and not line.startswith("http")] == []


# --- check ---------------------------------------------------------------------------------------------------------


def test_check_says_that_all_is_in_place_and_makes_nothing(on: list[object], tmp_path: Path) -> None:
    ended = command(*on, "check")
    assert (ended.code, ended.err) == (0, "")
    assert "4 councils, 15 sources (0 not enabled), " in ended.out
    assert "is not there yet" in ended.out
    assert not (tmp_path / "state").exists()


@pytest.fixture
def notes(config: Path, on: list[object]) -> Callable[..., list[str]]:
    """What `check` notes of the configuration when this has been replaced in monitor.toml."""

    def notes(old: str = "", new: str = "") -> list[str]:
        text = (config / "monitor.toml").read_text().replace("operator@example.org", "operator@council.test")
        (config / "monitor.toml").write_text(text.replace(old, new))
        ended = command(*on, "check")
        assert (ended.code, ended.err) == (0, "")
        return [line for line in ended.out.splitlines() if line.startswith("!")]

    return notes


def test_check_notes_nothing_where_there_is_nothing_to_note(notes: Callable[..., list[str]]) -> None:
    leicestershire = "only Ofsted's page stands in sources.toml for Leicestershire"  # the demonstration's own
    assert [line[2:].partition(":")[0] for line in notes()] == [leicestershire]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("operator@council.test", "you@example.org", "mailto:you@example.org: put your own", id="contact"),
        pytest.param('"Devon", ', "", "1 source is polled for what you do not follow: Devon.", id="not followed"),
        pytest.param('"Devon", ', '"Devon", "Kent", ', "stands in sources.toml for Kent and Leices", id="no newsroom"),
    ],
)
def test_check_notes_what_may_not_be_meant(notes: Callable[..., list[str]], old: str, new: str, said: str) -> None:
    assert said in "\n".join(notes(old, new))


def test_check_says_how_the_state_is_and_leaves_it(demo: list[object]) -> None:
    before = rows(demo[-1])
    ended = command(*demo, "check")
    assert ended.code == 0
    assert "monitor.db is sound" in ended.out
    assert "source Estuary Lookout: a web page titled" in ended.out
    assert rows(demo[-1]) == before


def test_check_leaves_an_older_state_for_the_next_run_to_upgrade(demo_after: Callable[..., list[object]]) -> None:
    on = demo_after("alembic_version", "version_num = '0000'")
    before = rows(on[-1])
    ended = command(*on, "check")
    assert ended.code == 0
    assert re.search(r"^! .* of an older version; the next run brings it up to date$", ended.out, re.MULTILINE)
    assert rows(on[-1]) == before


def test_check_fails_where_nothing_can_be_kept(config: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    ended = command("--config", config, "--state", tmp_path / "state", "check")
    assert (ended.code, f"✗ --state: found {tmp_path / 'state'}, which is a file" in ended.out) == (1, True)


@pytest.mark.parametrize(("free", "code"), [(49_999_999, 1), (50_000_000, 0)])
def test_check_fails_on_a_disk_that_is_nearly_full(
    on: list[object], monkeypatch: pytest.MonkeyPatch, free: int, code: int
) -> None:
    disk = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk._replace(free=free))
    ended = command(*on, "check")
    assert ended.code == code
    assert ("✗ --state: 49 MB are free" in ended.out) is bool(code)


@pytest.mark.parametrize(("days", "code"), [(6, 1), (8, 0)])
def test_check_fails_for_a_week_after_somebody_was_not_told(
    demo_after: Callable[..., list[object]], days: int, code: int
) -> None:
    refused = "state = 'refused', error = 'the address is unknown'"
    on = demo_after("delivery", f"{refused}, ended_at = datetime('now', '-{days} days')")
    ended = command(*on, "check")
    assert ended.code == code
    assert ("✗ given up: judgements, recipient 1, " in ended.out) is bool(code)


def test_check_says_what_waits_for_each_channel_and_when_it_is_tried_again(
    demo_after: Callable[..., list[object]],
) -> None:
    waiting = "state = 'pending', error = 'the disk is full', composed_at = datetime('now', '-3 hours')"
    on = demo_after("delivery", f"{waiting}, next_at = datetime('now', '+10 minutes')")
    ended = command(*on, "check")
    assert ended.code == 0
    assert (
        "✗ folder: 3 deliveries waiting, the oldest composed 3 h ago; next try in 10 min; the last: the disk is full\n"
        in ended.out
    )


def test_check_says_since_when_a_source_fails_and_when_it_is_asked_again(
    demo_after: Callable[..., list[object]],
) -> None:
    failing = "failures = 4, failing_since = '2026-06-17 06:30:00', next_at = datetime('now', '+2 hours')"
    on = demo_after("source", failing, "failures > 0")
    ended = command(*on, "check")
    assert (ended.code, "failing since 17 June 2026, 07:30, 4 times, next try in 2 h\n" in ended.out) == (0, True)


def test_check_names_reports_that_could_not_be_read(demo_after: Callable[..., list[object]]) -> None:
    on = demo_after("item", "title = 'A letter', reading_error = 'needs a password'", A_REPORT)
    ended = command(*on, "check")
    assert (ended.code, "✗ report not read: Middlesbrough, A letter: needs a password\n" in ended.out) == (0, True)


def test_check_says_who_is_at_work_and_when_a_source_was_last_checked(demo_after: Callable[..., list[object]]) -> None:
    on = demo_after("source", "last_check_at = datetime('now', '-3 minutes')")
    assert "\n! no service is running; last check 3 min ago\n" in command(*on, "check").out
    with lock.held(Path(str(on[-1]))):
        assert f"\n✓ process {os.getpid()} is at work; last check 3 min ago\n" in command(*on, "check").out
    with lock.held(Path(str(on[-1]))):  # asking took nothing
        pass


def test_check_sends_a_test_when_asked(on: list[object], tmp_path: Path) -> None:
    ended = command(*on, "check", "--send-test", "judgements")
    assert ended.code == 0
    assert "test to recipient 1 (folder): accepted" in ended.out
    assert len(list((tmp_path / "state" / "outbox").glob("*.eml"))) == 1
    assert not (tmp_path / "state" / "monitor.db").exists()


def test_check_says_which_test_did_not_arrive(on: list[object], tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    ended = command(*on, "check", "--send-test", "judgements")
    assert ended.code == 1
    assert "✗ --state: found " in ended.out
    assert "✗ test to recipient 1 (folder): " in ended.out


# --- the service's end ------------------------------------------------------------------------------------------------


@pytest.fixture(params=["newer", "damaged", "in use"])
def fatal(
    request: pytest.FixtureRequest, demo_after: Callable[..., list[object]]
) -> Iterator[tuple[list[object], int]]:
    """The options before a `run` that must end at once, and how."""
    on = demo_after("alembic_version", "version_num = '9999'")
    state = Path(str(on[-1]))
    if request.param == "damaged":
        (state / "monitor.db").write_bytes(b"no database " * 1_000)
    if request.param == "in use":
        with lock.held(state):
            yield on, 2
    else:
        yield on, 1


def test_why_the_service_ended_is_a_line_of_its_log(fatal: tuple[list[object], int]) -> None:
    on, code = fatal
    ended = command("--log-format", "json", *on, "run")
    (line,) = ended.err.splitlines()
    assert (ended.code, ended.out, json.loads(line)["event"]) == (code, "", "ended")
    people = command(*on, "run")
    assert (people.code, people.err) == (code, json.loads(line)["reason"] + "\n")


# --- as a process ----------------------------------------------------------------------------------------------------


def test_exit_codes_are_those_of_the_process(on: list[object]) -> None:
    assert process("--version").returncode == 0
    assert process(*on, "explain", "999").returncode == 2


def test_machine_output_is_utf8_whatever_the_terminal_speaks(on: list[object]) -> None:
    given = json.dumps({"id": "“a”", "title": "Bins"}).encode()
    ended = process(*on, "classify", "--json", stdin=None, input=given, environ={"PYTHONIOENCODING": "latin-1"})
    assert json.loads(ended.stdout.decode("utf-8"))["id"] == "“a”"


def test_terminal_that_lacks_a_letter_shows_a_question_mark(on: list[object]) -> None:
    ended = process(*on, "check", environ={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"? configuration: ")


def test_reader_that_has_seen_enough_ends_the_command_quietly(demo: list[object]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        for words in (["councils", "--json"], ["sources"]):
            assert process(*demo, *words, stdout=pipe).stderr == b""


@pytest.mark.parametrize(
    "words",
    [
        ["councils"],
        ["councils", "--json"],
        ["sources"],
        ["calendar"],
        ["export", "--inspections", "csv"],
        ["export", "--inspections", "xlsx"],
        ["report", "--json", "absent.pdf"],
    ],
    ids=" ".join,
)
def test_full_disk_behind_stdout_is_said_in_one_line(demo: list[object], words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = process(*demo, *words, stdout=full)
    assert (ended.returncode, ended.stderr) == (1, b"could not write: No space left on device\n")


def test_stdout_that_is_closed_is_said_in_one_line(demo: list[object]) -> None:
    ended = process(*demo, "calendar", preexec_fn=lambda: os.close(1))  # as `>&-` of a shell does
    assert (ended.returncode, ended.stderr) == (1, b"could not write: Bad file descriptor\n")
