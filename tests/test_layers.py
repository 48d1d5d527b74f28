"""Who may know whom: stages know the nouns and never the adapters, and only the run knows the order."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "monitor"
# What everything stands on, and what therefore stands on nothing above it.
GROUND = {"model", "errors", "councils", "dates", "text"}
# Functions of values; in brackets what else each is made of.
STAGES = {
    "items": set(),
    "slots": set(),
    "wording": set(),
    "stories": {"wording"},  # what is worded alike may be one story
    "history": set(),
    "expecting": {"history"},  # what is expected follows from what was
    "feeds": {"stories", "history"},  # an entry tells a story, and what reports change
    "consequence": {"classify"},  # its words are found as a text's are
    "digests": {"stories", "history", "consequence"},  # a digest tells stories, and what reports change
    "alerts": {"stories", "digests", "consequence", "slots"},  # a digest of one story, which may wait
    "trends": set(),
    "undelivered": {"slots"},  # a message about it may wait
    "standing": {"history", "expecting"},
    "backfilling": set(),
    "exporting": {"history", "reports", "render"},  # tables of reports, in the words of digests
    "classify": set(),
    "learning": {"classify", "config", "wording"},  # it fits and measures what reads texts
    "reports": set(),
    "render": set(),
    "suppression": set(),
    "config": set(),
}
# What touches the world.
ADAPTERS = {
    "store": {"items"},  # folding asks whether a known item's content has changed
    "files": set(),
    "public": {"files", "suppression"},  # it keeps a key in a file, and is asked by links
    "delivery": {"files"},  # a channel writes a file whole or not at all
    "workers": set(),
    "lock": set(),
    "logs": set(),
    "sources": {"items"},  # fetching and reading, and the attempt that makes items of entries
}


def imported_by(room: str) -> set[str]:
    """The rooms of the house that a room imports when the program runs."""
    place = PACKAGE / room
    files = list(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    assert files, room
    found = set()
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for_types = {
            id(node)
            for branch in ast.walk(tree)
            if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
            for node in ast.walk(branch)
        }
        for node in ast.walk(tree):
            if id(node) in for_types:
                continue
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("monitor."):
                found.add(node.module.split(".")[1])
            elif isinstance(node, ast.ImportFrom) and node.module == "monitor":
                found |= {alias.name for alias in node.names if (PACKAGE / alias.name).exists() or alias.name in STAGES}
    return found - {room}


@pytest.mark.parametrize("room", sorted(STAGES | ADAPTERS))
def test_a_room_stands_on_the_nouns_and_on_what_is_named_for_it(room: str) -> None:
    assert imported_by(room) <= GROUND | (STAGES | ADAPTERS)[room]


@pytest.mark.parametrize("room", sorted(GROUND))
def test_the_ground_stands_on_nothing_above_it(room: str) -> None:
    assert imported_by(room) <= GROUND
