"""Labels are read as they stand, and what cannot be read is named with its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import msgspec
import pytest

from monitor.config import builtin_themes
from monitor.learning.labels import read_labels, read_reports, read_text_labels
from monitor.learning.sentences import Preparer
from monitor.learning.texts import group_of, read_texts
from monitor.model import Event, Polarity

MEASURE = Path(__file__).parents[1] / "measure"
HEAD = "document,start,end,themes,first,second\n"


def test_a_label_names_its_themes_and_what_two_readings_said(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(
        HEAD + "d1,0,21,caseloads-and-demand:concern assessment:both,-,assessment:progress\nd1,22,30,-,,\n"
    )
    first, second = read_labels(table)
    assert first.themes == {"caseloads-and-demand": Polarity.CONCERN, "assessment": Polarity.BOTH}
    assert (first.first, first.second) == ({}, {"assessment": Polarity.PROGRESS})
    assert (second.themes, second.first, second.second) == ({}, None, None)


def test_a_label_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text(HEAD + "d1,0,21,-,,\nd1,0,21,assessment:middling,,\n")
    with pytest.raises(ValueError, match=r"labels.csv: line 3: .*middling"):
        read_labels(table)


def test_a_labelled_sentence_keeps_its_place_and_its_council(tmp_path: Path) -> None:
    reports = tmp_path / "reports.jsonl.gz"
    pages = ["What needs to improve\n• Supervision.\n", "Caseloads are too high. Plans are good."]
    with gzip.open(reports, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "d1", "council": "Wexmoor", "pages": pages}) + "\n")
    text = "\n".join(pages)
    rows = []
    for sentence, themes in (("Supervision.", "management-oversight:concern"), ("Caseloads are too high.", "-")):
        start = text.index(sentence)
        rows.append(f"d1,{start},{start + len(sentence)},{themes},,")
    table = tmp_path / "labels.csv"
    table.write_text(HEAD + "\n".join(rows) + "\n")
    bullet, prose = Preparer(builtin_themes()).of_labels(read_labels(table), read_reports(reports))
    assert (bullet.text, bullet.group, bullet.section) == ("Supervision.", "Wexmoor", Polarity.CONCERN)
    assert (prose.text, prose.section) == ("Caseloads are too high.", None)


def test_a_text_asks_only_what_it_answers() -> None:
    (one,) = read_texts(b'\n{"id": "a", "title": "T", "councils": ["Devon"], "event": ["jtai", "other"]}\n', "x.jsonl")
    assert one.councils == ("Devon",)
    assert one.event == (Event.JTAI, Event.OTHER)
    assert one.relevant is one.judgement is one.themes is msgspec.UNSET
    assert group_of(one) == "Devon"


@pytest.mark.parametrize("line", [b"{", b'{"event": "party"}', b"\xff", b'{"themes": {"a": "bad"}}'])
def test_a_text_that_cannot_be_read_is_named_with_its_line(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"x.jsonl: line 2: "):
        read_texts(b"{}\n" + line, "x.jsonl")


def test_every_label_of_a_text_stands_in_it() -> None:
    texts = {
        str(one.id): one
        for path in (MEASURE / "texts").glob("*.jsonl")
        for one in read_texts(path.read_bytes(), path.name)
    }
    labels = read_text_labels(MEASURE / "text_labels.csv")
    assert len(labels) > 1_500
    for label in labels:
        text = texts[label.text]
        quoted = (text.title if label.in_title else text.text)[label.start : label.end]
        assert quoted.strip()
        assert len(quoted) == label.end - label.start
