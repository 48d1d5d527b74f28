"""Real inspections: how often the next one came within the window that would have been told.

Publications are compared with publications: of most inspections the links on Ofsted's pages tell no other day. Only
councils inspected early enough that every one of them has been inspected again are counted, so that those who wait
longest are not left out. The windows were drawn from inspections of the same years: this shows that they are kept,
not that they will be.
"""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.expecting import expected, rules
from monitor.model import Grade, Inspection, InspectionKind, KnownReport
from monitor.reports import inspect_pages

DATA = Path(__file__).parents[2].parent / "shared" / "data"
LINKS = DATA / "ofsted_links.csv"
TEXTS = DATA / "reports-text" / "reports.jsonl.gz"
GOLD = DATA / "reports-dev" / "gold.csv"

pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in (LINKS, TEXTS, GOLD)), reason="the reports are not on this machine"
)

# The first publication after the pandemic's gap, and the last that everybody was inspected again after.
FIRST, LAST = date(2021, 7, 1), date(2022, 8, 31)
# Of these pairs of full inspections, so many came within the window.
PAIRS, WITHIN_ANY = 41, 40  # whatever their grade: from the earliest to the latest of the two that are not inadequate
GRADED, WITHIN_OWN = 14, 14  # by the grade, where it is known


def published() -> dict[str, list[date]]:
    """When each council's full inspections were published, oldest first."""
    found: dict[str, list[date]] = {}
    with LINKS.open(encoding="utf-8") as lines:
        for link in csv.DictReader(lines):
            if link["link_title"] == "Children's services inspection":
                found.setdefault(link["council"], []).append(date.fromisoformat(link["published"]))
    return {council: sorted(days) for council, days in found.items()}


def pairs() -> list[tuple[str, date, date]]:
    """Each council with a full inspection published in those months, and the next."""
    found = []
    for council, days in published().items():
        assert not FIRST <= days[-1] <= LAST, council
        found += [(council, before, after) for before, after in pairwise(days) if FIRST <= before <= LAST]
    return found


def grades() -> dict[tuple[str, date], Grade]:
    """The overall grade of those full inspections whose text is here."""
    found = {}
    with GOLD.open(encoding="utf-8") as lines:
        for gold in csv.DictReader(lines):
            if gold["kind"] == InspectionKind.ILACS and gold["overall"]:
                found[gold["council"], date.fromisoformat(gold["published"])] = Grade(gold["overall"])
    with gzip.open(TEXTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)
            if text["kind"] == InspectionKind.ILACS:
                overall = inspect_pages(text["pages"]).inspection.judgements.get("overall")
                if overall:
                    found[text["council"], date.fromisoformat(text["published"])] = overall
    return found


def is_within(before: date, after: date, *overall: Grade) -> bool:
    """Whether a report published `after` fell between what these grades, each by itself, would have let one expect."""
    told = []
    for grade in overall:
        report = KnownReport(
            item_id=1,
            key="ofsted:80001/1",
            council="Wexmoor",
            title="Children's services inspection",
            url="https://files.example.org/1",
            published=before,
            inspection=Inspection(council="Wexmoor", kind=InspectionKind.ILACS, judgements={"overall": grade}),
        )
        told += [one for one in expected([report], rules(), before) if one.event is InspectionKind.ILACS]
    return min(one.opens for one in told) <= after <= max(one.closes for one in told)


def test_as_many_inspections_came_within_the_windows_as_before():
    every = (Grade.GOOD, Grade.REQUIRES_IMPROVEMENT)
    within = [is_within(before, after, *every) for _, before, after in pairs()]
    assert (len(within), sum(within)) == (PAIRS, WITHIN_ANY)


def test_as_many_came_within_the_window_of_their_own_grade():
    known = grades()
    within = [
        is_within(before, after, known[council, before])
        for council, before, after in pairs()
        if (council, before) in known
    ]
    assert (len(within), sum(within)) == (GRADED, WITHIN_OWN)
