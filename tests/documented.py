"""The keys of JSON as it is written, and as a document lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_DOCUMENTS = Path(__file__).parents[1] / "docs"


def keys(value: object, place: str = "") -> Iterator[str]:
    """Every key in it, with where it stands: "stories[].id"."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            path = f"{place}.{key}" if place else key
            yield path
            yield from keys(inner, path)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from keys(inner, f"{place}[]")


def keys_listed(document: str, heading: str) -> set[str]:
    """The first column of the tables under a heading of a document."""
    text = (_DOCUMENTS / document).read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| ", text, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}
