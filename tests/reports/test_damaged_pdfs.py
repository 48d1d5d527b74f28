"""A report that was damaged on its way is told as damaged, and no fact is made of its noise."""

from __future__ import annotations

import asyncio
import re
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from sample_pdfs import (
    FIRST_PAGE,
    classic,
    locked,
    modern,
    packed,
    report,
    stream,
    written,
)
from sample_reports import PROSE, full_inspection

from benchmarks.mutation import MUTATIONS, damaged, examine, facts
from monitor.errors import ParseError
from monitor.reports import read_report
from monitor.reports.pdf import read_pages
from monitor.workers import Workers

REPORTS = Path(__file__).parents[2].parent / "shared" / "data" / "reports-dev"
FORMS = pytest.mark.parametrize("form", [classic, modern])


def facts_or_none(body):
    try:
        return facts(body)
    except ParseError:
        return None


def test_a_report_locked_with_a_password_is_told():
    with pytest.raises(ParseError, match="encrypted PDF: it wants a password"):
        read_report(locked([written(full_inspection())], password=b"secret"))


@FORMS
def test_a_report_cut_anywhere_is_told(form):
    body = form(report())
    needed = body.rindex(b"startxref" if form is classic else b"\nendstream") - 1
    for place in range(0, needed, 7):
        for end in (b"", b"\n%%EOF\n", body[body.rindex(b"startxref") :]):
            assert facts_or_none(body[:place] + end) is None, (place, end)


@FORMS
def test_a_bit_that_flipped_in_what_is_written_is_told(form):
    body = form(report())
    start = body.index(b"stream\n") + 7
    for place in range(start, body.index(b"\nendstream", start), 5):
        flipped = body[:place] + bytes([body[place] ^ 1 << place % 8]) + body[place + 1 :]
        with pytest.raises(ParseError, match="damaged PDF: a stream does not"):
            read_report(flipped)


def test_of_the_head_of_one_report_and_the_tail_of_another_no_third_is_made():
    other = full_inspection(
        headline=["Inspection of Essex local authority", "children’s services"], grid=["Overall effectiveness Good"]
    )
    one, two = classic(report()), classic(report(packed(written(other)), packed(written(PROSE))))
    read = [facts_or_none(one[:place] + two[place:]) for place in range(0, len(two), 5)]
    allowed = (None, facts(one), facts(two))
    assert [found for found in read if found not in allowed] == []
    assert None in read


def test_a_table_that_is_not_where_the_end_says_is_told():
    body = classic(report())
    with pytest.raises(ParseError, match="damaged PDF: its table of objects"):
        read_report(body.replace(b"startxref\n", b"startxref\n1"))


def test_objects_that_are_not_where_the_table_says_are_told():
    body = classic(report())
    more, start = body.replace(b"endobj", b"  endobj", 1), body.index(b"xref\n0")
    with pytest.raises(ParseError, match="damaged PDF: object 2 is not where its table says"):
        read_report(more.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + 2)))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param(b"/Count 2", b"/Count 1", id="a page too many"),
        pytest.param(b"/Count 2", b"/Count 3", id="a page too few"),
        pytest.param(b"[4 0 R 6 0 R]", b"[4 0 R 9 0 R]", id="a page that is nowhere"),
        pytest.param(b"/Contents 7", b"/Contents 3", id="contents that are none"),
        pytest.param(b"/Contents 7", b"/Contents x", id="a letter for a number"),
        pytest.param(b"/Filter/FlateDecode", b"/Filter/FlateDecodf", id="packed in no known way"),
        pytest.param(b"/MediaBox[", b"/MediaBox(", id="a bracket of another kind"),
        pytest.param(b"/Root 1 0 R", b"/Root 3 0 R", id="no catalogue"),
    ],
)
def test_a_few_wrong_letters_are_told(was, becomes):
    body = classic(report())
    assert was in body
    assert len(was) == len(becomes)
    with pytest.raises(ParseError, match="damaged PDF"):
        read_report(
            body.replace(was, becomes.ljust(len(was)) if len(becomes) < len(was) else becomes, 1)[: len(body) + 9]
        )


# --- fonts ---


def with_font():
    """A report in a font of one byte a character."""
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/Own/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 255"
    font += b"/Widths[%s]/FontDescriptor 8 0 R/ToUnicode 10 0 R>>" % (b"500 " * 224)
    described = b"<</Type/FontDescriptor/FontName/Own/Flags 32/FontFile2 9 0 R>>"
    cmap = packed(b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange endcmap")
    contents = stream(written(full_inspection())), stream(written(PROSE))
    return classic(report(*contents, font=font, more=[described, packed(b"a font"), cmap]))


def composite():
    """A report in a font of two bytes a character, each the character's own number."""
    shown = b"".join(b"<%s>'\n" % line.encode("utf-16-be").hex().encode() for line in full_inspection())
    cmap = b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    cmap += b"2 beginbfrange\n<0020> <00ff> <0020> <2010> <2020> <2010>\nendbfrange endcmap"
    font = b"<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 8 0 R>>"
    part = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Own/CIDToGIDMap/Identity/W[1[500 500]]/FontDescriptor 7 0 R>>"
    described = b"<</Type/FontDescriptor/FontName/Own/Flags 4/FontFile2 9 0 R>>"
    contents = stream(b"BT /F1 10 Tf 12 TL 40 820 Td\n%sET" % shown)
    return classic(report(contents, font=font, more=[part, described, packed(cmap), packed(b"a font")]))


FONTS = pytest.mark.parametrize("body", [with_font(), composite()], ids=["small", "of many characters"])


@FONTS
def test_a_report_in_a_font_of_its_own_is_read(body):
    assert facts(body)["overall"] == "requires-improvement"


@FONTS
@pytest.mark.parametrize("data", [b"a font", b"begincmap"], ids=["its letters", "its map to text"])
def test_a_bit_that_flipped_in_what_a_font_consists_of_is_told(body, data):
    places = [found.end() for found in re.finditer(rb"/FlateDecode/Length \d+>>stream\n", body)]
    place = next(place for place in places if zlib.decompressobj().decompress(body[place:]).startswith(data)) + 9
    with pytest.raises(ParseError, match="damaged PDF: a stream does not unpack"):
        read_report(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param(b"/FirstChar 32", b"/FirstChar 92", id="widths too many"),
        pytest.param(b"/FirstChar 32", b"/FirstChaq 32", id="no first character"),
        pytest.param(b" 500 ", b" 5u0 ", id="a width with a letter"),
    ],
)
def test_widths_that_are_not_those_of_a_fonts_letters_are_told(was, becomes):
    body = with_font()
    assert was in body
    with pytest.raises(ParseError, match="damaged PDF"):
        read_report(body.replace(was, becomes, 1))


# --- files made to harm ---


def bomb(entries=b"/Filter/FlateDecode"):
    """A stream of 300 kB that unpacks to 300 MB."""
    press = zlib.compressobj(9)
    head = press.compress(b"\0" * 1_000_000) + press.flush(zlib.Z_FULL_FLUSH)
    block = press.compress(b"\0" * 1_000_000) + press.flush(zlib.Z_FULL_FLUSH)
    return stream(head + block * 299 + press.flush(), entries)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(classic(report(packed(written(full_inspection())), bomb())), id="a page"),
        pytest.param(
            modern(report(packed(written(full_inspection())), bomb())), id="a page in a file of packed objects"
        ),
    ],
)
def test_a_stream_that_unpacks_to_far_too_much_is_not_unpacked(body):
    assert len(body) < 400_000
    with pytest.raises(ParseError, match="unpacks to far more than a report has"):
        read_report(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(classic(report()).replace(b"/Root 1 0 R", b"/Prev 99999"), id="a table that is nowhere"),
        pytest.param(classic([b"<</Type/Catalog/Pages 2 0 R>>", b"[" * 100_000]), id="deep brackets"),
        pytest.param(classic([b"<</Type/Catalog/Pages 2 0 R>>", b"(" * 100_000]), id="a string that does not end"),
        pytest.param(classic([b"2 0 R", b"1 0 R"]), id="a circle of objects"),
        pytest.param(classic([b"<</Pages 2 0 R>>", b"<</Count 1/Kids[2 0 R]>>"]), id="a circle of pages"),
        pytest.param(
            classic([b"<</Pages 2 0 R>>", *(b"<</Count 0/Kids[%s]>>" % (b"%d 0 R " % n * 9) for n in range(3, 40))]),
            id="ever more pages",
        ),
        pytest.param(classic([b"<</Pages 2 0 R>>", b"<</Count 1e9/Kids[]>>"]), id="a number of another language"),
        pytest.param(classic([b"<</Pages 2 0 R>>", b"<</Count %s/Kids[]>>" % (b"9" * 400)]), id="a number without end"),
    ],
)
def test_a_file_made_to_harm_the_reader_is_an_error_like_any_other(body):
    with pytest.raises(ParseError, match="damaged PDF"):
        read_pages(body, max_pages=200)


def test_a_drawing_that_draws_itself_is_read_once():
    drawing = packed(b"/D Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</D 6 0 R>>>>")
    objects = report(packed(b"/D Do " + written(full_inspection())), more=[drawing])
    objects[FIRST_PAGE - 1] = objects[FIRST_PAGE - 1].replace(b"/Font", b"/XObject<</D 6 0 R>>/Font")
    assert facts(classic(objects))["council"] == "Devon"


# --- thousands of them ---


def outcomes(bodies, *, count, seed):
    with Workers(processes=2, memory_bytes=500_000_000, time_limit=timedelta(seconds=20)) as workers:
        cases = damaged(bodies, count=count, seed=seed)
        return asyncio.run(examine(bodies, cases, seconds=60, workers=workers))


def test_no_fact_is_invented_from_reports_damaged_in_every_way():
    two = report(packed(written([*full_inspection(headline=["Inspection of Essex children’s services"]), *PROSE])))
    tally = outcomes({"one": classic(report()), "two": modern(two)}, count=10 * len(MUTATIONS), seed=1)
    assert tally.findings == []
    assert tally["error"] > 100
    assert tally["died"] == 0


@pytest.mark.skipif(not REPORTS.exists(), reason="the reports are not on this machine")
def test_no_fact_is_invented_from_real_reports_damaged_in_every_way():
    bodies = {path.name: path.read_bytes() for path in sorted(REPORTS.glob("*.pdf"))[::6]}
    bodies = {name: body for name, body in bodies.items() if body.startswith(b"%PDF-")}
    tally = outcomes(bodies, count=8 * len(MUTATIONS), seed=2)
    assert (tally["invented"], tally["died"]) == (0, 0), tally.findings
    assert tally["error"] > 80
