"""What is noted of a source for the operator: one line, whatever its documents say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOVED = "moved to "
_FINDS_NOTHING = "finds nothing now, "
# What a document is noted for, to stand in one line of a table.
_MOST = 5
_LIMIT = 500  # characters


def joined(notes: Sequence[str]) -> str:
    """One line, however much a document is to be noted for."""
    more = len(notes) - _MOST
    line = "; ".join(clean(note) for note in notes[:_MOST] if note)
    return f"{shorten(line, _LIMIT - 20)}; and {more:,} more" if more > 0 else shorten(line, _LIMIT)


def finds_nothing(known: int) -> str:
    """That a search found so many and finds none."""
    return f"{_FINDS_NOTHING}where it found {known}"


def standing(note: str, *, moved_to: str | None) -> str:
    """What is left of a note after another check: first where the source has moved to, then what its last document was
    noted for; not what each check finds anew."""
    others = [one for one in note.split("; ") if one and not one.startswith((_MOVED, _FINDS_NOTHING))]
    moved = [f"{_MOVED}{shorten(moved_to, 200)}: edit sources.toml"] if moved_to else []
    return "; ".join((*moved, *others))
