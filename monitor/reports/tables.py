"""What area SEND reports ask for: the cells of a table, read from its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.reports.text import BULLET, NUMBER, SENTENCE_END, fits

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASKS = re.compile(r"\b(?:should|must|needs?)\b")
_SENTENCE = re.compile(r".*?[.:;](?:\s|$)|.*")
# Such a sentence goes on about what was said before it, even where it begins a line.
_GOES_ON = re.compile(
    r"(?:they|this|these|those|there|it|its|their|such|in particular|in addition|as a result|where|when)\b"
    r"|(?:\w+ ){1,5}also\b",
    re.IGNORECASE,
)
_BODIES = re.compile(r"responsible (?:body|bodies)\b.*", re.IGNORECASE)
# A line of nothing but names: "NHS Devon Integrated Care", "Council and Devon Children’s".
_NAMES = re.compile(r"(?:(?:[A-Z][\w’'.-]*|and|of|the|for|upon|&),?(?: |$))+")
# The name of a council or health body that stands in one line with the beginning of the cell beside it.
_BODY_BESIDE = re.compile(
    r"(?:[A-Z][\w’'-]*,? |and |of |the |upon )+?(?:Council|Board|ICB|Trust|Authority) (?=[A-Z][\w’',]* .*[a-z]{4})"
)
# The column of bodies is the narrower one: its lines are shorter than this part of the longest line.
_NARROW = 0.62
# No real table has more rows; where its end is not found, the rest of the report follows.
_MOST_CELLS = 30


def with_point(item: str, point: str) -> str:
    """`item` and a point of the list below it, as one text."""
    return f"{item} {point}" if item.endswith((":", ";", ",", ".", " and")) else f"{item}; {point}"


def cells(lines: Sequence[str]) -> list[str]:
    """What the lines under a heading ask for, a cell each, the names of the bodies beside it left out.

    A first column of responsible bodies parts the rows. Without one, a cell begins with a line that begins a
    sentence of what someone should do, or where the line before it ended early. A list outside a table is told
    item by item.
    """
    shown = [line for line in lines if BULLET.sub("", line)]
    rows = [line for line in shown if not _BODIES.fullmatch(line)]
    found = _beside_bodies(rows) if len(rows) < len(shown) else _one_column(rows)
    return found[:_MOST_CELLS]


def _beside_bodies(lines: Sequence[str]) -> list[str]:
    narrow = _NARROW * max(map(len, lines), default=0)
    found: list[str] = []
    before, bodies, listing = "", True, False  # bodies: whether the names of a row's bodies are being read
    for line in lines:
        bullet = BULLET.match(line)
        closed = bodies or listing or bool(SENTENCE_END.search(before))
        if not bullet and _names_bodies(line, closed=closed, short=bodies and len(line) < narrow):
            bodies = True
            continue
        text = line[bullet.end() :] if bullet else line
        beside = _BODY_BESIDE.match(text) if closed else None
        if bodies or beside:
            found.append(text[beside.end() :] if beside else text)
            listing = False
        elif bullet:
            found[-1] = with_point(found[-1], text)
            listing = True
        else:
            found[-1] = _joined(found[-1], text)
        before, bodies = text, False
    return found


def _names_bodies(line: str, *, closed: bool, short: bool) -> bool:
    """Whether a line of the table belongs to its column of bodies."""
    return not _ASKS.search(line) and (short or (closed and bool(_NAMES.fullmatch(line))))


def _one_column(lines: Sequence[str]) -> list[str]:
    width = 0.93 * max(map(len, lines), default=0)
    found: list[str] = []
    items: set[int] = set()  # which of those found are items of a list, not cells
    before, listing = "", False
    for position, line in enumerate(lines):
        if bullet := BULLET.match(line):
            listing = bool(found) and (listing or found[-1].endswith((":", ";", " and")))
            if listing:
                found[-1] = with_point(found[-1], line[bullet.end() :])
            else:
                items.add(len(found))
                found.append(line[bullet.end() :])
        elif number := NUMBER.match(line):
            found.append(line[number.end() :])
        elif not found or _begins(before, lines[position : position + 6], width, listing=listing):
            found.append(line)
            listing = False
        else:
            found[-1] = _joined(found[-1], line)
        before = line
    return [cell for number, cell in enumerate(found) if number in items or _ASKS.search(cell)]


def _begins(before: str, following: Sequence[str], width: float, *, listing: bool) -> bool:
    """Whether the first of the `following` lines begins a cell; after a list whose points have no stops, too."""
    line = following[0]
    sentence = _SENTENCE.match(" ".join(following))
    asks = bool(sentence and _ASKS.search(sentence[0]))
    early = fits(before, line, width)
    if SENTENCE_END.search(before):
        return (asks or early) and not _GOES_ON.match(line) and line[0].isupper()
    return listing and asks and early and line[0].isupper()


def _joined(cell: str, line: str) -> str:
    return cell + line if cell.endswith("-") else f"{cell} {line}"
