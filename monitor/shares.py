"""That none pushes the others out: what one source has beyond its share comes last."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

SHARE = 4  # one source has at most a fourth of what is told where others have something to tell


def fair(things: Iterable[T], share: int, source_of: Callable[[T], str]) -> list[T]:
    """In their order, but what one source has beyond its share comes last. What is of no source, "", is within."""
    counts: Counter[str] = Counter()
    within: list[T] = []
    beyond: list[T] = []
    for one in things:
        source = source_of(one)
        counts[source] += 1
        (within if not source or counts[source] <= share else beyond).append(one)
    return within + beyond
