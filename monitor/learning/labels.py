"""Sentences of inspection reports, labelled by reading: where they stand, and which themes they earn.

The labels are a table (`document,start,end,themes`); the reports lie elsewhere, a JSON object a line with `id`,
`council` and `pages`. A document's text is its pages joined by line feeds, and `text[start:end]` is the sentence.
"""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A row of the table. `first` and `second` are what two readings said before it was settled, where kept."""

    document: str
    start: int
    end: int
    themes: Mapping[str, Polarity]
    first: Mapping[str, Polarity] | None = None
    second: Mapping[str, Polarity] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that labelled sentences come from."""

    id: str
    council: str
    text: str


def read_labels(path: Path) -> list[Label]:
    """The rows of a table of labels, in its order. Raises ValueError for one that cannot be read, with its line."""
    with path.open(encoding="utf-8", newline="") as file:
        found = []
        for row in csv.DictReader(file):
            try:
                found.append(
                    Label(
                        document=row["document"],
                        start=int(row["start"]),
                        end=int(row["end"]),
                        themes=_themes(row["themes"]),
                        first=_themes(row["first"]) if row.get("first") else None,
                        second=_themes(row["second"]) if row.get("second") else None,
                    )
                )
            except (KeyError, ValueError) as error:
                raise ValueError(f"{path}: line {len(found) + 2}: {error}") from error
    return found


def read_reports(path: Path) -> dict[str, Report]:
    """The reports by id."""
    return {report.id: report for report in _reports(path)}


def _reports(path: Path) -> Iterator[Report]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            yield Report(id=found["id"], council=found["council"], text="\n".join(found["pages"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLabel:
    """A labelled sentence of a text of texts.py: `text[start:end]`, or `title[start:end]` if `in_title`."""

    text: str  # id
    in_title: bool
    start: int
    end: int
    themes: Mapping[str, Polarity]


def read_text_labels(path: Path) -> list[TextLabel]:
    """The rows of a table of labels of texts (`text,in,start,end,themes`)."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            TextLabel(
                text=row["text"],
                in_title=row["in"] == "title",
                start=int(row["start"]),
                end=int(row["end"]),
                themes=_themes(row["themes"]),
            )
            for row in csv.DictReader(file)
        ]


def _themes(cell: str) -> dict[str, Polarity]:
    """ "care-planning:both assessment:concern" as a mapping; "-" for none."""
    if cell == "-":
        return {}
    return {theme: Polarity(polarity) for theme, polarity in (one.split(":") for one in cell.split())}
