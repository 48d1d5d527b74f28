"""A report that was damaged on its way is told as damaged, and no fact is made of its noise; a whole one is read."""

from __future__ import annotations

import asyncio
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
    true_type,
    updated,
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


# --- files that are whole ---


@FORMS
def test_a_report_is_read_whatever_its_table_of_objects_is_like(form):
    assert facts(form(report())) == facts(classic(report(written_plainly(), stream(written(PROSE)))))


def written_plainly():
    return stream(written(full_inspection()))


def test_a_report_locked_against_changes_only_is_read():
    contents = [written(full_inspection()), written(PROSE)]
    assert facts(locked(contents)) == facts(classic(report(*map(packed, contents))))


def test_a_report_locked_with_a_password_is_told():
    with pytest.raises(ParseError, match="encrypted PDF: it wants a password"):
        read_report(locked([written(full_inspection())], password=b"secret"))


def test_of_an_updated_report_the_update_is_read():
    body = updated(
        classic(report()), FIRST_PAGE + 1, packed(written(full_inspection(grid=["Overall effectiveness Good"])))
    )
    assert facts(body)["overall"] == "good"


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(
            packed(written(full_inspection())).replace(b"/Length ", b"/Length 1"), id="a length that is too long"
        ),
        pytest.param(
            stream(zlib.compress(written(full_inspection()))[:-4], b"/Filter/FlateDecode"), id="no checksum at all"
        ),
        pytest.param(
            packed(written(full_inspection())).replace(b"/FlateDecode", b"[/Fl]"), id="a short name in a list"
        ),
        pytest.param(packed(written(full_inspection())).replace(b"/Filter", b"% a note (\n/Filter"), id="a comment"),
        pytest.param(packed(written(full_inspection())).replace(b"/Fl", b"/#46l"), id="a name with a code"),
        pytest.param(packed(written(full_inspection()), b"/Note(a \\) b (c))"), id="brackets in a string"),
    ],
)
def test_what_a_sloppy_program_may_have_written_is_read(contents):
    assert facts(classic(report(contents)))["overall"] == "requires-improvement"


def test_a_damaged_picture_is_no_matter():
    picture = packed(b"\0" * 3000, b"/Type/XObject/Subtype/Image/Width 100/Height 10/ColorSpace/DeviceRGB")
    objects = report(packed(b"q /Im Do Q\n" + written(full_inspection())), more=[picture])
    objects[FIRST_PAGE - 1] = objects[FIRST_PAGE - 1].replace(b"/Font", b"/XObject<</Im 6 0 R>>/Font")
    body = classic(objects)
    place = body.rindex(b"endstream") - 5
    assert facts(body[:place] + b"!!" + body[place + 2 :]) == facts(body)


# --- files that are not ---


@FORMS
def test_a_report_cut_anywhere_is_told(form):
    body = form(report())
    for place in range(0, len(body) - 1, 7):
        for end in (b"", b"\n%%EOF\n", body[body.rindex(b"startxref") :]):
            if place < body.rindex(b"startxref") - 1:
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
        pytest.param(b"[4 0 R 6 0 R]", b"[4 0 R 4 0 R]", id="a page twice"),
        pytest.param(b"[4 0 R 6 0 R]", b"[4 0 R 9 0 R]", id="a page that is nowhere"),
        pytest.param(b"/Contents 7", b"/Contents 5", id="two pages with the same contents"),
        pytest.param(b"/Contents 7", b"/Contents 3", id="contents that are none"),
        pytest.param(b"/Contents 7", b"/Contemts 7", id="a page's contents under another name"),
        pytest.param(b"/Contents 7", b"/Contents x", id="a letter for a number"),
        pytest.param(b"/Filter/FlateDecode", b"/Filter/FlateDecodf", id="packed in no known way"),
        pytest.param(b"/Filter/FlateDecode", b"/Filtes/FlateDecode", id="packed without saying so"),
        pytest.param(b"/F1 3 0 R", b"/F2 3 0 R", id="a font under another name"),
        pytest.param(b"/F1 3 0 R", b"/F1 2 0 R", id="a font that is none"),
        pytest.param(b"/WinAnsiEncoding", b"/WinAnsiEncodinh", id="letters of no known alphabet"),
        pytest.param(b"/MediaBox[", b"/MediaBox(", id="a bracket of another kind"),
        pytest.param(b"/Subtype/Type1", b"/Subtype/Typf1", id="a font of no known kind"),
        pytest.param(b"/Parent 2 0 R", b"/Rotate 45.25", id="a page on the slant"),
        pytest.param(b"/Root 1 0 R", b"/Root 3 0 R", id="no catalogue"),
        pytest.param(b"endobj\n4 0", b"endobk\n4 0", id="an object that does not end"),
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

WIDTHS = {chr(code): 400 + 7 * (code % 40) for code in range(32, 127)} | {"’": 222}


def with_font(*, widths=(), descriptor="AAAAAA+Own", entries=b""):
    """A report in a font of its own, whose characters have these widths in the PDF."""
    own = [WIDTHS.get(bytes([code]).decode("cp1252", errors="replace"), 0) for code in range(32, 256)]
    told = b" ".join(b"%d" % width for width in widths or own)
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Own/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 255"
    font += b"/Widths[%s]/FontDescriptor 6 0 R%s>>" % (told, entries)
    described = b"<</Type/FontDescriptor/FontName/%s/Flags 32/FontFile2 7 0 R>>" % descriptor.encode()
    return classic(report(packed(written(full_inspection())), font=font, more=[described, packed(true_type(WIDTHS))]))


def test_a_report_in_a_font_of_its_own_is_read():
    assert facts(with_font())["overall"] == "requires-improvement"


def test_a_width_that_is_not_the_fonts_own_is_told():
    body = with_font()
    assert body.count(b" 407 ") > 1
    with pytest.raises(ParseError, match="widths of a font"):
        read_report(body.replace(b" 407 ", b" 907 ", 1))


def test_a_program_that_reckons_all_widths_in_its_own_way_is_let_do_so():
    assert facts(with_font(widths=[600] * 224))["overall"] == "requires-improvement"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param(b"/FirstChar 32", b"/FirstChar 33", id="a width too many"),
        pytest.param(b"/FirstChar 32", b"/FirstChaq 32", id="no first character"),
        pytest.param(b" 407 ", b" 4u7 ", id="a width with a letter"),
        pytest.param(b"/FontName/AAAAAA+Own", b"/FontName/AAAAAA+Owl", id="a description of another font"),
        pytest.param(b"/FontFile2 7", b"/FontFile2 6", id="a font file that is none"),
        pytest.param(b"/FontDescriptor 6", b"/FontDescriptor 5", id="a description that is none"),
    ],
)
def test_a_font_that_was_damaged_is_told(was, becomes):
    body = with_font()
    assert was in body
    assert len(was) == len(becomes)
    with pytest.raises(ParseError, match="damaged PDF"):
        read_report(body.replace(was, becomes, 1))


def composite(*, widths=b"1[500 500] 40 300 500", encoding=b"/Identity-H", mapped=b"<0020> <00ff> <0020>", part=b"Own"):
    """A report in a font of two bytes a character, each the character's own number."""
    shown = b"".join(b"<%s>'\n" % line.encode("utf-16-be").hex().encode() for line in full_inspection())
    cmap = b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n1 beginbfrange\n%s\nendbfrange endcmap"
    extra = b"2 beginbfchar <2019> <2019> <0041> <0041> endbfchar "
    font = b"<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding%s/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>" % encoding
    parts = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDToGIDMap/Identity/W[%s]>>" % (part, widths)
    contents = packed(b"BT /F1 10 Tf 12 TL 40 820 Td\n%sET" % shown)
    return classic(report(contents, font=font, more=[parts, packed((extra if mapped else b"") + cmap % mapped)]))


def test_a_report_in_a_font_of_many_characters_is_read():
    assert facts(composite())["overall"] == "requires-improvement"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(composite(widths=b"1[500 500] 2 300 500"), id="a character with two widths"),
        pytest.param(composite(widths=b"1[500 500] 40 300"), id="a width too few"),
        pytest.param(composite(widths=b"1 500[500]"), id="widths out of order"),
        pytest.param(composite(widths=b"/Own"), id="widths that are none"),
        pytest.param(composite(widths=b"9000[500]"), id="a map of other characters"),
        pytest.param(composite(encoding=b" 99 0 R"), id="no encoding"),
        pytest.param(composite(part=b"Other"), id="a part of another font"),
        pytest.param(composite().replace(b"[6 0 R]", b"[5 0 R]"), id="a part that is none"),
        pytest.param(composite().replace(b"/ToUnicode 7", b"/ToUnicode 5"), id="a map that is none"),
    ],
)
def test_a_font_of_many_characters_that_was_damaged_is_told(body):
    with pytest.raises(ParseError, match="damaged PDF"):
        read_report(body)


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
    assert tally.findings == []
    assert tally["error"] > 80
