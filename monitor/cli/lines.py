"""The lines of `check`: each begins with how things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor import console

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SHOWN = 5  # of sources, councils, reports or deliveries: the rest is counted


def say_some(lines: Sequence[str], *, hint: str = "") -> None:
    """The first lines, and how many more there are."""
    for line in lines[:MOST_SHOWN]:
        bad(line)
    if (more := len(lines) - MOST_SHOWN) > 0:
        bad(f"and {more} more{hint}")


def good(text: str) -> None:
    console.paragraph(f"[green]✓[/] {console.safe(text)}")


def bad(text: str) -> None:
    console.paragraph(f"[red]✗[/] {console.safe(text)}")


def note(text: str) -> None:
    console.paragraph(f"[yellow]![/] {console.safe(text)}")
