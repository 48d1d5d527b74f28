"""What --json writes is what docs/json.md says, key for key."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from commands import TEXT, command
from documented import keys, keys_listed

from monitor.model import Inspection, InspectionKind
from monitor.reports.data import inspection_as_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# These are told in one place of the document: the same shape stands in several.
SAME = (
    (re.compile(r"^(visits\[\]|last|send)\.(?!outcome)"), "judged."),
    (re.compile(r"^expected\[\]\."), "next."),
    (re.compile(r"^lifted\[\]\."), "suppressed[]."),
    (re.compile(r"^(themes|judgements)\.[^.]+"), r"\1.*"),  # their keys are names of themes and of judgements
)


def told(lines: Iterable[Any]) -> set[str]:
    found = {path for line in lines for path in keys(line)}
    for shape, once in SAME:
        found = {shape.sub(once, path) for path in found}
    return found


def test_classify(on: list[object], tmp_path: Path) -> None:
    texts = [
        {"id": 1, "title": "Devon: too many social workers have left children’s services, Ofsted says", "text": TEXT}
    ]
    texts += [{"text": "Bins. " * 60_000}, {"id": 3}]
    (tmp_path / "texts.jsonl").write_text("\n".join(map(json.dumps, texts)))
    ended = command(*on, "classify", "--json", tmp_path / "texts.jsonl", "/dev/null")
    assert told(ended.lines) == keys_listed("json.md", "classify")


def test_report(pdf: Path, tmp_path: Path) -> None:
    ended = command("report", "--json", pdf, tmp_path / "absent.pdf")
    letter = Inspection(council=None, kind=InspectionKind.MONITORING_VISIT, visit_number=2, conflicts=("grades",))
    assert told([*ended.lines, inspection_as_data(letter, "letter.pdf")]) == keys_listed("json.md", "report")


@pytest.mark.parametrize("words", [["poll"], ["backfill", "Devon"]], ids=" ".join)
def test_what_asks_the_network(on: list[object], words: list[str]) -> None:
    assert told(command(*on, *words, "--json").lines) == keys_listed("json.md", words[0])


def test_sources(demo: list[object]) -> None:
    assert told(command(*demo, "sources", "--json").lines) == keys_listed("json.md", "sources")


def test_councils(demo: list[object]) -> None:
    # The demonstration has neither an open priority action nor an outcome on area SEND.
    others = {"priority_actions[].text", "priority_actions[].date", "priority_actions[].url", "send.outcome"}
    assert told(command(*demo, "councils", "--json").lines) | others == keys_listed("json.md", "councils")


def test_suppress(on: list[object], config: Path) -> None:
    with (config / "digests.toml").open("a") as digests:
        digests.write('\n[[alert]]\nname = "mailed"\non = ["report-published"]\n')
        digests.write('to = [{ channel = "mail", address = "office@example.org" }]\n')
    with (config / "monitor.toml").open("a") as settings:
        settings.write('\n[channels.mail]\nkind = "email"\nhost = "127.0.0.1"\nfrom = "monitor@example.org"\n')
    ended = command(*on, "suppress", "-", "--why", "bounced", "--json", given="office@example.org\nno address\n")
    lifted = command(*on, "suppress", "office@example.org", "--lift", "--json")
    assert told([*ended.lines, *lifted.lines]) == keys_listed("json.md", "suppress")
    assert ended.lines[0]["suppressed"][0]["at"].endswith("Z")
