"""`ofsted-monitor councils`: how each was judged, what came since, and what to expect next."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from commands import A_REPORT, JUDGEMENTS, command, types

from monitor.model import Grade, InspectionKind

if TYPE_CHECKING:
    from collections.abc import Callable


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
    assert "\n  likely next, not announced: monitoring visit between " in out


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
