"""`ofsted-monitor report`: what a file says, and which files cannot be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from commands import JUDGEMENTS, command, types

from monitor.model import Grade

if TYPE_CHECKING:
    from pathlib import Path


def test_report_reads_what_it_can_and_names_what_it_cannot(pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_text("<html>not a PDF</html>")
    ended = command("report", "--json", tmp_path / "page.pdf", pdf, tmp_path / "absent.pdf")
    assert ended.code == 1
    page, read, absent = ended.lines
    assert (list(page), page["file"]) == (["file", "error", "input"], "page.pdf")
    assert absent == {
        "file": "absent.pdf",
        "error": f"{tmp_path / 'absent.pdf'}: No such file or directory",
        "input": str(tmp_path / "absent.pdf"),
    }
    assert ended.err == f"{page['error']}\n{absent['error']}\n"
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
        "input": str,
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
