"""A workbook and comma-separated values, read back as the programs that open them read them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from monitor.exporting.comma import as_csv
from monitor.exporting.rows import Link, Sheet, exported, inspections_sheet, standing_sheet
from monitor.exporting.workbook import as_workbook
from monitor.model import Grade, KnownReport
from monitor.standing import council_standings

ATTACKS = [
    '=HYPERLINK("https://bad.example.com","open")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r\n=1+1",
    "  =1+1",
    "＝1+1",
    "{=1+1}",
    "https://bad.example.com",
    "internal:Sheet2!A1",
    '1,2;3"4"\n5',
    "_x0041_ _x000D_",
    "\x00\x01\x0b\x1f\x7f\x85\ufffe\uffff",
    "\u202ereversed\u2066 \u200fhidden",
    "\ud800 lone \udfff",
    "</t></si><f>1+1</f>",
    "\U0001f468" * 20_000,
    "w" * 40_000,
]
text = st.sampled_from(ATTACKS) | st.text(max_size=60)


def sheet(*cells, name="Inspections"):
    return Sheet(name=name, heads=tuple(f"Head {number}" for number, _ in enumerate(cells)), rows=(cells,))


def opened(content):
    return load_workbook(io.BytesIO(content))


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def lines(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


class TestWorkbook:
    def test_has_a_sheet_of_reports_one_of_councils_and_one_that_says_what_it_is(self, now, make_report):
        reports = [make_report()]
        standings = council_standings(["Devon", "Kent"], reports, rules=(), today=now.date())
        book = opened(as_workbook([inspections_sheet(exported(reports)), standing_sheet(standings)], made=now))
        assert book.sheetnames == ["Inspections", "Latest standing", "About"]
        assert [(page.max_row, page.max_column) for page in book.worksheets[:2]] == [(2, 23), (3, 23)]

    def test_days_are_days_numbers_numbers_and_grades_words(self, now):
        page = opened(as_workbook([sheet(date(2026, 5, 22), 7, Grade.REQUIRES_IMPROVEMENT, None)], made=now)).active
        day, number, grade, nothing = page[2]
        assert (day.value, day.number_format) == (datetime(2026, 5, 22), "dd/mm/yyyy")  # noqa: DTZ001 - openpyxl's
        assert (number.value, number.data_type) == (7, "n")
        assert (grade.value, nothing.value) == ("Requires improvement", None)

    def test_each_grade_has_a_colour_of_its_own_beside_its_word(self, now):
        page = opened(as_workbook([sheet(*Grade)], made=now)).active
        assert len({cell.fill.fgColor.rgb for cell in page[2]}) == len({cell.value for cell in page[2]}) == len(Grade)

    def test_links_lead_where_they_say(self, now):
        url = "https://reports.example.org/file?id=1&part=a%20b#page=2"
        cell = opened(as_workbook([sheet(Link(url))], made=now)).active["A2"]
        assert cell.value == url
        assert f"{cell.hyperlink.target}#{cell.hyperlink.location}" == url

    def test_heads_stay_in_sight_and_can_be_filtered_by(self, now):
        page = opened(as_workbook([sheet("Devon", "Kent", "Surrey")], made=now)).active
        assert (page.freeze_panes, page.auto_filter.ref) == ("C2", "A1:C2")

    def test_table_without_rows_has_its_heads(self, now):
        page = opened(as_workbook([inspections_sheet([])], made=now)).active
        assert [cell.value for cell in page[1]] == list(inspections_sheet([]).heads)

    def test_says_when_it_was_made_that_nothing_is_announced_and_whose_the_reports_are(self, now):
        page = opened(as_workbook([sheet("Devon")], made=now))["About"]
        told = "\n".join(str(cell.value) for (cell,) in page.rows)
        for said in (
            "17 June 2026, 07:30",
            "nobody has announced it",
            "past intervals, not set by Ofsted",
            "Ofsted's",
            "Open Government Licence",
        ):
            assert said in told

    def test_day_before_any_that_a_workbook_has_is_told_as_text(self, now):
        assert opened(as_workbook([sheet(date(205, 5, 2))], made=now)).active["A2"].value == "0205-05-02"

    def test_made_again_at_the_same_moment_is_the_same(self, now):
        content = as_workbook([sheet("Devon", 1)], made=now)
        assert content == as_workbook([sheet("Devon", 1)], made=now)
        assert opened(content).properties.created == now.replace(tzinfo=None)

    def test_text_is_cut_where_a_cell_is_full_and_says_so(self, now, make_report):
        """A cell counts a character outside the first 65,536 as two."""
        rows = exported([make_report(title="\U0001f468" * 20_000)])
        cell = opened(as_workbook([inspections_sheet(rows)], made=now)).active["S2"]
        assert cell.value.endswith("\U0001f468…")
        assert 30_000 < len(cell.value.encode("utf-16-le")) // 2 <= 32_767


class TestCommaSeparated:
    def test_is_read_with_heads_and_days_that_sort(self):
        content = as_csv(sheet("Devon", date(2026, 5, 22), 7, Grade.NOT_JUDGED, Link("https://example.org/1"), None))
        assert lines(content)[1] == ["Devon", "2026-05-22", "7", "Not judged", "https://example.org/1", ""]

    def test_excel_sees_that_it_is_utf_8_and_lines_end_as_the_standard_says(self):
        content = as_csv(sheet("Children’s services"))
        assert content == '\ufeff"Head 0"\r\n"Children’s services"\r\n'.encode()

    def test_commas_quotes_and_line_breaks_stay_within_their_cell(self):
        assert lines(as_csv(sheet('a,b "c"\nd', "e")))[1] == ['a,b "c"\nd', "e"]

    @pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
    def test_text_that_a_spreadsheet_would_reckon_is_made_text(self, formula):
        assert lines(as_csv(sheet(formula)))[1] == [f"'{formula}"]

    def test_text_after_a_semicolon_is_made_text_too_for_spreadsheets_that_part_cells_there(self):
        assert lines(as_csv(sheet("a;=1+1", "a; @b", "a;b - c")))[1] == ["a;'=1+1", "a; '@b", "a;b - c"]

    def test_every_cell_stands_in_quotation_marks(self):
        content = as_csv(sheet("Devon", 7, None)).decode("utf-8-sig")
        assert content.splitlines()[1] == '"Devon","7",""'


hostile = st.lists(
    st.builds(
        KnownReport,
        item_id=st.integers(1, 10**6),
        key=text,
        council=text,
        title=text,
        url=text | text.map(lambda tail: f"https://reports.example.org/{tail}"),
        event_date=st.none() | st.dates(),
        unread=text,
    ),
    max_size=4,
    unique_by=lambda report: report.item_id,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports=hostile)
def test_whatever_stands_in_a_title_no_workbook_is_broken_and_none_reckons(now, reports):
    content = as_workbook([inspections_sheet(exported(reports))], made=now)
    page = opened(content)["Inspections"]
    assert page.max_row == 1 + len(reports)
    for row in page.iter_rows(min_row=2):
        assert not [cell for cell in row if cell.data_type == "f"]
        assert max(len(str(cell.value).encode("utf-16-le")) // 2 for cell in row) <= 32_767
        assert all(re.match("https?://", cell.hyperlink.target) for cell in row if cell.hyperlink)
    assert not [name for name, part in parts(content).items() if "<f>" in part]


@given(reports=hostile)
def test_whatever_stands_in_a_title_csv_has_a_line_a_report_and_no_cell_that_reckons(reports):
    heads, *found = lines(as_csv(inspections_sheet(exported(reports))))
    assert len(found) == len(reports)
    for line in found:
        assert len(line) == len(heads)
        assert not [cell for cell in line if re.search(r"^[=+\-@\t\r＝＋－＠]|;\s*[=+\-@＝＋－＠]", cell)]
