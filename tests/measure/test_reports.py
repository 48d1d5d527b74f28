"""Real reports: how many of their facts are read right. A change that reads fewer fails."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.reports import inspect_pages, read_report
from monitor.reports.data import inspection_as_data

DATA = Path(__file__).parents[2].parent / "shared" / "data"
REPORTS = DATA / "reports-dev"
TEXTS = DATA / "reports-text" / "reports.jsonl.gz"

# Right facts of 43 files by column of the gold table; an empty cell counts as "there is none".
RIGHT = {
    "is a report": 43,
    "kind": 41,
    "council": 41,
    "framework": 41,
    "inspection_start": 41,
    "inspection_end": 41,
    "published": 41,
    "send_outcome": 41,
    "overall": 41,
    "impact_of_leaders": 41,
    "help_and_protection": 41,
    "in_care": 41,
    "care_leavers": 41,
    "priority_action": 12,  # told for letters only
    "lead_inspector": 17,  # told for full inspections only
}
# Of 330 further texts, whose kind and council are known.
RIGHT_TEXTS = {"kind": 330, "council": 330}


@pytest.mark.skipif(not REPORTS.exists(), reason="the reports are not on this machine")
def test_as_many_facts_of_real_reports_are_right_as_before():
    right: Counter[str] = Counter()
    wrong: list[str] = []
    with (REPORTS / "gold.csv").open(encoding="utf-8") as lines:
        for gold in csv.DictReader(lines):
            for column, is_right in compared(gold):
                right[column] += is_right
                if not is_right:
                    wrong.append(f"{gold['file']}: {column}")
    assert dict(right) == RIGHT, wrong


@pytest.mark.skipif(not TEXTS.exists(), reason="the texts are not on this machine")
def test_as_many_kinds_and_councils_of_further_texts_are_right_as_before():
    right: Counter[str] = Counter()
    wrong: list[str] = []
    with gzip.open(TEXTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            found = inspect_pages(gold["pages"]).inspection
            for column in RIGHT_TEXTS:
                right[column] += getattr(found, column) == gold[column]
                if getattr(found, column) != gold[column]:
                    wrong.append(f"{gold['id']}: {column}")
    assert dict(right) == RIGHT_TEXTS, wrong


def compared(gold: dict[str, str]) -> list[tuple[str, bool]]:
    """Each column with whether it was read right; of a file that is no report only that it is none."""
    body = (REPORTS / gold["file"]).read_bytes()
    try:
        facts = inspection_as_data(read_report(body).inspection, gold["file"])
    except ParseError:
        return [("is a report", gold["kind"] == "not-a-pdf")]
    wanted = {
        "kind": "other" if gold["kind"] == "lscb-review" else gold["kind"],
        "published": gold["published_in_pdf"],
        **{key: gold[key] for key in ("council", "framework", "inspection_start", "inspection_end", "send_outcome")},
    }
    if gold["lead_inspector"]:
        wanted["lead_inspector"] = gold["lead_inspector"]
    results = [("is a report", gold["kind"] != "not-a-pdf")]
    results += [(column, (facts[column] or "") == value) for column, value in wanted.items()]
    results += [(name, (grade or "") == gold[name]) for name, grade in facts["judgements"].items()]
    if gold["priority_action"]:
        results.append(("priority_action", facts["priority_action"] == (gold["priority_action"] == "yes")))
    return results
