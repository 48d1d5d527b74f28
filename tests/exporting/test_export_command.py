"""`ofsted-monitor export`: a file for each who needs one, from what the store knows."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from datetime import date

import pytest
from commands import command, process
from openpyxl import load_workbook

from monitor.demo.config import write_config
from monitor.model import Grade

TRACKED = ["Devon", "Leicestershire", "Middlesbrough", "North East Lincolnshire"]


@pytest.fixture
def on(tmp_path):
    """The options before a command that work on the store's state."""
    write_config(tmp_path / "config", "http://127.0.0.1:9")
    return ["--config", tmp_path / "config", "--state", tmp_path]


@pytest.fixture
def export(on):
    """The command, in this process: its exit code, and the bytes it wrote to stdout and stderr."""

    def run(*words):
        ended = command(*on, "export", *words)
        return ended.code, ended.written, ended.err

    return run


@pytest.fixture
def two_councils(known, make_inspection):
    """Devon, which is tracked, has a report that was read; Kent, which is not, one that was not."""
    devon = make_inspection(judgements={"overall": Grade.INADEQUATE}, lead_inspector="The Lead Inspector")
    kent = {"council": "Kent", "key": "ofsted:80459/9", "url": "https://reports.example.org/9", "title": "A letter"}
    known(({"url": "https://reports.example.org/1"}, devon), (kent, None))


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_every_council_with_a_report_is_in_it_and_every_tracked_one_has_a_standing(export, two_councils):
    code, out, err = export("--inspections", "csv")
    assert (code, err) == (0, "")
    assert [row["Local authority name"] for row in rows(out)] == ["Devon", "Kent"]
    code, out, err = export("--inspections", "csv", "--standing")
    assert (code, err) == (0, "")
    assert [row["Local authority name"] for row in rows(out)] == sorted([*TRACKED, "Kent"])
    assert rows(out)[0]["Overall effectiveness"] == "Inadequate"


def test_councils_named_are_the_only_ones(export, two_councils):
    for more in ([], ["--standing"]):
        _, out, _ = export("--inspections", "csv", *more, "Kent")
        assert [row["Local authority name"] for row in rows(out)] == ["Kent"]


def test_json_is_one_object_with_the_keys_that_report_and_councils_use(export, two_councils):
    code, out, err = export("--inspections", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert list(found) == ["inspections", "standing"]
    devon, kent = found["inspections"]
    assert set(devon) == set(kent) == {
        *("urn", "council", "region", "title", "url", "event_date", "kind", "framework", "inspection_start"),
        *("inspection_end", "published", "judgements", "priority_action", "priority_actions", "visit_number"),
        *("areas_for_improvement", "lead_inspector", "send_outcome", "conflicts", "differences", "replaced_by"),
        "unread",
    }  # fmt: skip
    assert (devon["judgements"]["overall"], devon["inspection_end"]) == ("inadequate", "2026-05-22")
    assert (devon["priority_action"], devon["unread"]) == (False, "")
    assert (kent["urn"], kent["council"], kent["region"]) == (80459, "Kent", "South East")
    assert (kent["judgements"], kent["priority_action"], kent["unread"]) == (None, None, "it has not been read yet")
    assert [one["council"] for one in found["standing"]] == sorted([*TRACKED, "Kent"])
    assert found["standing"][0]["judgements"]["overall"] == "inadequate"


def test_json_says_which_file_replaced_another(export, known, make_inspection):
    known(
        ({"url": "https://reports.example.org/1"}, make_inspection()),
        ({"url": "https://reports.example.org/2"}, make_inspection()),
    )
    _, out, _ = export("--inspections", "json")
    newer, older = json.loads(out)["inspections"]
    assert (newer["replaced_by"], older["replaced_by"]) == (None, "https://reports.example.org/2")


def test_workbook_goes_to_a_file_and_how_much_is_in_it_is_said(export, two_councils, tmp_path_factory):
    file = tmp_path_factory.mktemp("tables") / "inspections.xlsx"
    code, out, err = export("--inspections", "xlsx", "--output", file)
    assert (code, err) == (0, "")
    assert out.decode() == f"{file}: 2 reports, 5 councils\n"
    assert load_workbook(file)["Inspections"]["B2"].value == "Devon"
    assert load_workbook(file)["Latest standing"]["D2"].value.date() == date(2026, 5, 22)


def test_file_that_cannot_be_written_is_named_and_nothing_is_left(export, two_councils, tmp_path_factory):
    place = tmp_path_factory.mktemp("tables") / "absent"
    code, out, err = export("--inspections", "csv", "--output", place / "inspections.csv")
    assert (code, out) == (1, b"")
    assert f"{place / 'inspections.csv'}: No such file" in err
    assert not place.exists()


@pytest.mark.parametrize(
    ("file", "option"),
    [("monitor.db", "--state"), ("new/inspections.csv", "--state"), ("config/../monitor.db", "--state")],
)
def test_nothing_is_written_over_the_state(export, two_councils, tmp_path, file, option):
    before = (tmp_path / "monitor.db").read_bytes()
    code, out, err = export("--inspections", "csv", "--output", tmp_path / file)
    assert (code, out) == (2, b"")
    assert f"which lies in {option}" in err
    assert (tmp_path / "monitor.db").read_bytes() == before


def test_nothing_is_written_over_the_configuration(export, on, tmp_path):
    on[-1] = tmp_path / "state"
    before = (tmp_path / "config" / "monitor.toml").read_bytes()
    code, out, err = export("--inspections", "csv", "--output", tmp_path / "config" / "monitor.toml")
    assert (code, out) == (2, b"")
    assert "which lies in --config" in err
    assert (tmp_path / "config" / "monitor.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "--inspections", id="kind of file"),
        pytest.param(["--inspections", "ods"], "'csv', 'xlsx', 'json'", id="another kind of file"),
        pytest.param(["--inspections", "csv", "Leicstershire"], 'did you mean "Leicestershire"', id="council"),
        pytest.param(["--inspections", "json", "--standing"], "json holds both tables", id="standing"),
        pytest.param(["--inspections", "csv", "--output", "/"], "is a directory", id="directory"),
    ],
)
def test_mistake_is_told_and_nothing_is_written(export, words, said):
    code, out, err = export(*words)
    assert (code, out) == (2, b"")
    assert said in err


def test_before_the_first_run_there_are_heads_and_no_state_is_made(export, on, tmp_path):
    on[-1] = tmp_path / "absent"
    code, out, err = export("--inspections", "csv")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 1
    assert not (tmp_path / "absent").exists()


def poured(on, stdout):
    """The command as a process of its own, asked for a workbook on stdout."""
    return process(*on, "export", "--inspections", "xlsx", stdout=stdout)


def test_workbook_is_not_poured_into_a_terminal(on, two_councils):
    person, terminal = os.openpty()
    try:
        ended = poured(on, terminal)
    finally:
        os.close(terminal)
        os.close(person)
    assert ended.returncode == 2
    assert "wanted a file: --output inspections.xlsx" in ended.stderr.decode()


def test_workbook_goes_through_a_pipe(on, two_councils):
    ended = poured(on, subprocess.PIPE)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert load_workbook(io.BytesIO(ended.stdout))["Inspections"].max_row == 3
