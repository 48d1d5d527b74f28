"""Tables as a workbook for Excel, LibreOffice and their like."""

from __future__ import annotations

import io
from datetime import UTC, date
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from monitor.dates import LONDON
from monitor.exporting.rows import Link, in_words
from monitor.model import Grade
from monitor.render.words import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from monitor.exporting.rows import Cell, Sheet

# Pale, so that the word on it is read well; the word says the same.
_COLOURS: Mapping[Grade, str] = {
    Grade.OUTSTANDING: "#cfe2f3",
    Grade.GOOD: "#d9ead3",
    Grade.ADEQUATE: "#fff2cc",
    Grade.REQUIRES_IMPROVEMENT: "#fce5cd",
    Grade.INADEQUATE: "#f4cccc",
    Grade.NOT_JUDGED: "#eeeeee",
}
_NARROWEST, _WIDEST = 12, 50  # columns, in characters
_FROZEN = 2  # columns that stay in sight: whose row it is
_FIRST_YEAR = 1900  # that a workbook has days for

_ABOUT = """\
The sheet “Inspections” has a row for each report or letter about a council's services for children that the monitor \
knows, by council, the newest inspection first. A file that another one replaced stays in it and says by which.
The sheet “Latest standing” has a row for each council: its last full inspection that could be read, what has come \
since, and what to expect next.
An inspection that is expected is no announcement: nobody has announced it. Its window goes by past intervals, not \
set by Ofsted; beside it stands what was counted.
An empty cell means that the report does not say it or that it was not found. Where a report could not be read, its \
row says why, and nothing that it found is known here.
The facts were read from the reports by a program. Before anything hangs on one of them, follow the link.
The reports are Ofsted's, published under the Open Government Licence v3.0 (below). They are linked here and not \
copied, but for short passages.
"""
_LICENCE = Link("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/")


def as_workbook(sheets: Sequence[Sheet], *, made: datetime) -> bytes:
    """The sheets in order as .xlsx, then one that says what they are; `made` is an instant.

    Days are days, and links are links. No formula is written, whatever a text begins with. The same values at the same
    instant give the same bytes.
    """
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": "Inspections of children's services", "created": made.astimezone(UTC)})
        pen = _Pen(workbook)
        for sheet in sheets:
            _write_sheet(workbook.add_worksheet(sheet.name), sheet, pen)
        _write_about(workbook.add_worksheet("About"), made, pen)
    return content.getvalue()


def _write_sheet(page: Worksheet, sheet: Sheet, pen: _Pen) -> None:
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, pen.head)
        longest = max((len(in_words(row[column])) for row in sheet.rows), default=0)
        page.set_column(column, column, min(max(longest + 2, _NARROWEST), _WIDEST))
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            pen.write(page, number, column, cell)
    page.freeze_panes(1, _FROZEN)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.heads) - 1)


def _write_about(page: Worksheet, made: datetime, pen: _Pen) -> None:
    page.set_column(0, 0, 100)
    page.write_string(0, 0, "What Ofsted's reports say about councils' services for children", pen.head)
    lines: tuple[Cell, ...] = (f"Made by Ofsted monitor on {moment(made, LONDON)}.", *_ABOUT.splitlines(), _LICENCE)
    for number, line in enumerate(lines, start=1):
        pen.write(page, number, 0, line)


class _Pen:
    """Writes cells of a workbook, whose formats it makes once."""

    def __init__(self, workbook: Workbook) -> None:
        def looking(**how: object) -> Format:
            return workbook.add_format({"valign": "top", "text_wrap": True} | how)

        self.head = looking(bold=True, bottom=1, bg_color="#dddddd")
        self._plain = looking()
        self._day = looking(num_format="dd/mm/yyyy", align="left")
        self._link = looking(font_color="#0000ee", underline=1)
        self._grades = {one: looking(bg_color=colour) for one, colour in _COLOURS.items()}

    def write(self, page: Worksheet, row: int, column: int, cell: Cell) -> None:
        match cell:
            case None:
                pass
            case int():
                page.write_number(row, column, cell, self._plain)
            case date() if cell.year >= _FIRST_YEAR:
                page.write_datetime(row, column, cell, self._day)
            case Link():
                page.write_url(row, column, cell.url, self._link, string=cell.url)
            case Grade():
                page.write_string(row, column, in_words(cell), self._grades[cell])
            case _:
                page.write_string(row, column, in_words(cell), self._plain)
