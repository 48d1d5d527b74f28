"""A table as comma-separated values."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from monitor.exporting.rows import in_words

if TYPE_CHECKING:
    from monitor.exporting.rows import Cell, Sheet

# What spreadsheets take for a formula, and their full-width likenesses.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Where semicolons part cells, as in much of Europe, Excel begins a cell after each one, in quotation marks or not.
_NEXT_FORMULA = re.compile(r"(;\s*)(?=[=+\-@＝＋－＠])")


def as_csv(sheet: Sheet) -> bytes:
    """A line of heads and one a row, by RFC 4180; days as "2020-01-31".

    In UTF-8 with a byte order mark: without one, Excel misreads every curly quote. Text that a spreadsheet would take
    for a formula has an apostrophe before it. Every cell stands in quotation marks.
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    writer.writerow(sheet.heads)
    writer.writerows([_value(cell) for cell in row] for row in sheet.rows)
    return lines.getvalue().encode("utf-8-sig")


def _value(cell: Cell) -> str:
    text = _NEXT_FORMULA.sub(r"\1'", in_words(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text
