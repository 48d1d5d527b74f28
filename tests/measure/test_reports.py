"""Real reports: how many of their facts are read right. A change that reads fewer fails."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.classify import Classifier
from monitor.config import builtin_themes
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
# Of 330 further texts by kind: how many have each of the facts their kind of report tells.
ALWAYS = ("kind", "council", "inspection_start", "inspection_end")
GRADES = ("overall", "impact_of_leaders", "help_and_protection", "in_care")
TOLD = {
    "ilacs": (*ALWAYS, *GRADES, "care_leavers", "lead_inspector", "areas_for_improvement"),
    "focused-visit": (*ALWAYS, "published", "areas_for_improvement"),
    "jtai": (*ALWAYS, "published", "areas_for_improvement"),
    "area-send": (*ALWAYS, "send_outcome", "lead_inspector", "areas_for_improvement"),
    "single-inspection": (*ALWAYS, *GRADES, "care_leavers", "published", "lead_inspector", "areas_for_improvement"),
    "single-reinspection": (*ALWAYS, *GRADES, "care_leavers", "published", "lead_inspector", "areas_for_improvement"),
}
FOUND = {
    "ilacs": dict.fromkeys(TOLD["ilacs"], 88) | {"care_leavers": 37},
    "focused-visit": dict.fromkeys(TOLD["focused-visit"], 157) | {"published": 156, "areas_for_improvement": 148},
    "jtai": dict.fromkeys(TOLD["jtai"], 16),
    "area-send": dict.fromkeys(TOLD["area-send"], 23),
    "single-inspection": dict.fromkeys(TOLD["single-inspection"], 41) | {"published": 37},
    "single-reinspection": dict.fromkeys(TOLD["single-reinspection"], 5),
}
# Where a document does not have such a fact, and why. Until 2023 care leavers were judged with children in care.
_UNDATED = "its cover names no day of publication"
_NOTHING_ASKED = "has no list of what should improve"
ABSENT = {
    ("8894ecfb4c7f", "published"): "a letter that bears no date",
    ("1f4312bb6ddd", "published"): _UNDATED,
    ("95cf5f7bc16b", "published"): _UNDATED,
    ("900c8b148f1c", "published"): _UNDATED,
    ("9e099bd393be", "published"): _UNDATED,
    ("7182cce3f62d", "areas_for_improvement"): "says that those of the visit before remain and adds none",
    ("af830ba60caa", "areas_for_improvement"): _NOTHING_ASKED,
    ("5eaea2ea620d", "areas_for_improvement"): _NOTHING_ASKED,
    ("c5e9b20cf4b1", "areas_for_improvement"): _NOTHING_ASKED,
    ("4d73c5ec7798", "areas_for_improvement"): _NOTHING_ASKED,
    ("a5304074db86", "areas_for_improvement"): _NOTHING_ASKED,
    ("8a28109ba1c5", "areas_for_improvement"): _NOTHING_ASKED,
    ("44cbfee1795b", "areas_for_improvement"): _NOTHING_ASKED,
    ("9f147e7ec019", "areas_for_improvement"): _NOTHING_ASKED,
}
# The day a document says it was published, where the page that shows it says another; everywhere else they agree.
ANOTHER_DAY = {
    "08ce25eb8431": "the letter is dated five days after its publication",
    "fbc63afb6803": "the letter is dated on the Friday, published on the Monday",
    "a3b3349cc862": "the cover's day is a week before the page's",
    "f15084083965": "the cover's day is five days before the page's",
}
# Items of all their lists.
ITEMS = 1909
# What must change at once, by document: everywhere else there is nothing of the kind.
AT_ONCE = {
    "a6f0bc702688": 5,
    "b0f7a781a364": 5,
    "d1ddd311693a": 4,
    "de400a2ce140": 5,
    "28df957f47e1": 2,
    "e1aa50b54190": 2,
    "f4e81b5ebf9e": 2,
    "d6138b48b279": 3,
    "fe6d7996ca93": 3,
    "23cc8762c22d": 5,
    "7179380718d1": 2,
    "75295fdf9490": 2,
    "469fc195024f": 3,
    "d7c3d48616a9": 2,
    "c892bf76b648": 1,
    "c86f7a0b9b7d": 1,
    "faf11b13133e": 2,
    "c8dcd7e3adce": 5,
    "d72d57862a82": 9,
    "0f59b04e8172": 1,
    "52799d0d4a30": 7,
    "a3b3349cc862": 5,
    "bd921b8dd7d6": 5,
    "8662647338d9": 4,
    "f15084083965": 4,
    "3b3babec7d20": 5,
}


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


@pytest.fixture(scope="module")
def texts() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What is known of each of the further texts, and what was read."""
    if not TEXTS.exists():
        pytest.skip("the texts are not on this machine")
    with gzip.open(TEXTS, "rt", encoding="utf-8") as lines:
        known = [json.loads(line) for line in lines]
    read = [inspection_as_data(inspect_pages(text["pages"]).inspection, text["id"]) for text in known]
    return [(text, found | found["judgements"]) for text, found in zip(known, read, strict=True)]


def test_the_kind_and_council_of_every_further_text_are_right(texts):
    assert [
        (known["id"], column)
        for known, found in texts
        for column in ("kind", "council")
        if found[column] != known[column]
    ] == []


EVENTS = {
    "ilacs": "full-inspection",
    "single-inspection": "full-inspection",
    "single-reinspection": "full-inspection",
    "looked-after-children-2013": "full-inspection",
}


def test_who_hands_in_the_text_of_a_report_is_told_its_event_and_its_overall_grade(texts):
    """Every third of them, for classifying takes longer than reading. By their words alone, 19 answers were wrong."""
    classifier = Classifier(builtin_themes())
    wrong = []
    for known, facts in texts[::3]:
        found = classifier.classify(title="", text="\n".join(known["pages"]))
        if found.event != EVENTS.get(known["kind"], known["kind"]):
            wrong.append((known["id"], str(found.event)))
        if facts["overall"] and found.judgement != facts["overall"]:
            wrong.append((known["id"], str(found.judgement)))
    assert wrong == []


def test_every_fact_a_further_text_tells_is_found_and_no_other(texts):
    found = {kind: Counter(dict.fromkeys(told, 0)) for kind, told in TOLD.items()}
    absent = set()
    for known, facts in texts:
        for fact in TOLD[known["kind"]]:
            found[known["kind"]][fact] += bool(facts[fact])
            judged_together = fact == "care_leavers" and facts["inspection_start"] < "2023"
            if not facts[fact] and not judged_together:
                absent.add((known["id"], fact))
    assert absent == set(ABSENT)
    assert {kind: dict(counts) for kind, counts in found.items()} == FOUND


def test_only_full_and_single_inspections_of_the_further_texts_judge(texts):
    judged = {known["kind"] for known, facts in texts if any(facts["judgements"].values())}
    assert judged == {"ilacs", "single-inspection", "single-reinspection"}
    assert {known["kind"] for known, facts in texts if facts["send_outcome"]} == {"area-send"}


def test_a_further_text_and_its_page_agree_when_it_was_published(texts):
    assert {
        known["id"] for known, facts in texts if facts["published"] and facts["published"] != known["published"]
    } == set(ANOTHER_DAY)


def test_inspections_of_the_further_texts_took_place_some_weeks_before_they_were_told(texts):
    waits = [
        (date.fromisoformat(known["published"]) - date.fromisoformat(facts["inspection_end"])).days
        for known, facts in texts
    ]
    assert (min(waits), max(waits)) == (22, 145)


def test_what_must_change_at_once_is_told_of_the_further_texts_that_say_so(texts):
    assert {
        known["id"]: len(facts["priority_actions"]) for known, facts in texts if facts["priority_action"]
    } == AT_ONCE


def test_the_items_of_the_further_texts_lists_are_whole(texts):
    """None ends or begins with a neighbour, a heading or the foot of a page."""
    foreign = re.compile(
        r"yours sincerely|main findings|local area partnership (?:details|, \d)|inspection report:|www\."
        r"|(?<!\()\bpage \d|copying this letter|will take the findings|responsible body|[◼•▪\uf000-\uf8ff]",
        re.IGNORECASE,
    )
    items = [
        (known["id"], item)
        for known, facts in texts
        for item in (*facts["priority_actions"], *facts["areas_for_improvement"])
    ]
    assert len(items) == ITEMS
    assert [(number, item[:60]) for number, item in items if foreign.search(item)] == []


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
