"""Who may know whom: stages know the nouns and never the adapters, and only the run knows the order."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "monitor"
# What everything stands on, and what therefore stands on nothing above it.
GROUND = {"model", "errors", "councils", "dates", "text", "data"}
# Functions of values; in brackets what else each is made of.
STAGES: dict[str, set[str]] = {
    "items": set(),
    "slots": set(),
    "wording": set(),
    "stories": {"wording"},  # what is worded alike may be one story
    "history": set(),
    "expecting": {"history"},  # what is expected follows from what was
    "feeds": {"stories", "history", "shares"},  # an entry tells a story, and what reports change
    "consequence": {"classify"},  # its words are found as a text's are
    "origins": set(),
    "shares": set(),
    "digests": {"stories", "history", "consequence", "shares"},  # a digest tells stories, and what reports change
    "alerts": {"stories", "digests", "consequence", "slots", "origins"},  # a digest of one story, which may wait
    "trends": set(),
    "undelivered": {"slots"},  # a message about it may wait
    "standing": {"history", "expecting"},
    "backfilling": set(),
    "exporting": {"history", "reports", "render"},  # tables of reports, in the words of digests
    "classify": {"reports"},  # a text that is itself a report is read as one
    "learning": {"classify", "config", "wording"},  # it fits and measures what reads texts
    "reports": set(),
    "render": {"classify"},  # what is quoted of a text is a sentence as it was read
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
# What puts the others together. Nobody below knows any of these.
ORDER = {
    "fetching": {"sources", "reports"},  # polling, and reading what was found
    "composing": {"digests", "alerts", "trends", "slots", "history", "expecting", "render", "delivery", "undelivered"}
    | {"origins"},
    "carrying": {"delivery", "undelivered", "slots", "suppression"},  # nobody is sent what they asked to be spared
    "publishing": {"feeds", "files", "render", "origins"},  # the same stories as files for feed readers
    "run": {"fetching", "stories", "composing", "carrying", "publishing", "backfilling", "sources"},
    "service": {"config"},
    "adapters": {"run", "sources", "store", "workers", "classify", "public", "suppression"},
    "console": {"config", "store", "classify", "render"},  # words for a terminal
    "demo": {"adapters", "config", "console", "lock", "render"},
    "cli": {"adapters", "service", "run", "demo", "console", "config", "store", "delivery", "lock", "logs", "files"}
    | {"backfilling", "classify", "digests", "expecting", "exporting", "items", "learning", "render", "reports"}
    | {"slots", "standing", "suppression", "undelivered", "composing", "origins"},
    "__main__": {"cli"},
}
KNOWN = {room: set() for room in GROUND} | STAGES | ADAPTERS | ORDER


def rooms() -> set[str]:
    """Every package and module that lies in the house; in its own `__init__` stands the version, and no more."""
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return packages | {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}


def imported_by(room: str) -> set[str]:
    """The rooms of the house that a room imports when the program runs."""
    place = PACKAGE / room
    files = list(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    assert files, room
    return set().union(*(imports(file.read_text(encoding="utf-8")) for file in files)) - {room}


def imports(source: str) -> set[str]:
    """The rooms that this code imports, however it is written, but for types alone."""
    tree = ast.parse(source)
    for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for inner in branch.body
        for node in ast.walk(inner)
    }
    named: list[str] = []
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"a relative import, whose room this test does not see: {ast.unparse(node)}"
            named += [f"{node.module}.{alias.name}" for alias in node.names]
    paths = [name.split(".") for name in named]
    return {path[1] for path in paths if path[0] == "monitor" and len(path) > 1 and path[1] != "__version__"}


def test_every_room_is_listed() -> None:
    assert set(KNOWN) == rooms()


def test_who_knows_whom_goes_one_way() -> None:
    TopologicalSorter(KNOWN).prepare()  # raises CycleError, which names the rooms


@pytest.mark.parametrize("room", sorted(KNOWN))
def test_a_room_stands_on_the_nouns_and_on_what_is_named_for_it(room: str) -> None:
    assert imported_by(room) - GROUND <= KNOWN[room]


@pytest.mark.parametrize("room", sorted(KNOWN))
def test_nothing_is_named_for_a_room_that_it_does_not_need(room: str) -> None:
    assert KNOWN[room] <= imported_by(room)


@pytest.mark.parametrize("room", sorted(GROUND))
def test_the_ground_stands_on_nothing_above_it(room: str) -> None:
    assert imported_by(room) <= GROUND


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import monitor.store", {"store"}),
        ("import monitor.store.items as known, json", {"store"}),
        ("from monitor import service, __version__", {"service"}),
        ("from monitor.store import Store", {"store"}),
        ("from monitor.store.items import Items", {"store"}),
        ("def late():\n    from monitor import store", {"store"}),
        ("if TYPE_CHECKING:\n    from monitor.store import Store\nelse:\n    import monitor.lock", {"lock"}),
        ("from monitors.store import Store\nimport monitor", set()),
    ],
)
def test_no_way_to_write_an_import_goes_unseen(source: str, found: set[str]) -> None:
    assert imports(source) == found
