"""A sound report is read, however the program that wrote it goes about it: programs are many, and each is odd."""

from __future__ import annotations

import re
import struct
import zlib
from itertools import pairwise

import pytest
from sample_pdfs import (
    CATALOGUE,
    FIRST_PAGE,
    TREE,
    classic,
    locked,
    modern,
    packed,
    report,
    stream,
    updated,
    written,
)
from sample_reports import PROSE, full_inspection

from benchmarks.mutation import facts

FORMS = pytest.mark.parametrize("form", [classic, modern])
FIRST, SECOND = written(full_inspection()), written([*PROSE, "The plans are good.", *PROSE])
FLATE = b"/Filter/FlateDecode"


def read_as_ever(body):
    """Whether the file says what the plainest one does."""
    return facts(body) == facts(classic(report()))


def changed(number, was, becomes, *, objects=None):
    """The objects of a report, one of them written in another way."""
    objects = list(objects or report())
    assert was in objects[number - 1]
    objects[number - 1] = objects[number - 1].replace(was, becomes)
    return objects


# --- tables of objects, and files as a whole ---


@FORMS
def test_a_report_is_read_whatever_its_table_of_objects_is_like(form):
    assert read_as_ever(form(report(stream(FIRST), stream(SECOND))))


def test_a_report_locked_against_changes_only_is_read():
    assert read_as_ever(locked([FIRST, SECOND]))


def test_of_an_updated_report_the_update_is_read():
    better = packed(written(full_inspection(grid=["Overall effectiveness Good"])))
    assert facts(updated(classic(report()), FIRST_PAGE + 1, better))["overall"] == "good"


def test_a_report_with_an_object_deleted_in_an_update_is_read():
    body = updated(classic(report(more=[b"(a note)"])), 8, b"null")
    line = re.compile(rb"8 1\n\d{10} 00000 n")
    assert line.search(body)
    assert read_as_ever(line.sub(b"8 1\n0000000000 00001 f", body))


def counted_from_one(body):
    return body.replace(b"xref\n0 ", b"xref\n1 ", 1)


def lines_of_nineteen_bytes(body):
    return re.sub(rb"(\d{10} \d{5} [nf]) \n", rb"\1\n", body)


def lines_that_end_like_a_typewriters(body):
    """Carriage returns only, but behind the word "stream", where the standard forbids that."""
    return re.sub(rb"(?<!stream)\n(?!endstream)(?=[\d<>x/s%t]|endobj)", b"\r", body)


def places_a_little_before_the_objects(body):
    return re.sub(rb"(\d{10}) (00000 n)", lambda line: b"%010d %s" % (int(line[1]) - 1, line[2]), body)


def words_before_the_header(body):
    return b"\r\n@PJL ENTER LANGUAGE=PDF\r\n" + body


def words_before_the_header_that_are_counted(body):
    before = b"\r\n@PJL ENTER LANGUAGE=PDF\r\n"
    body = re.sub(rb"(\d{10}) (00000 n)", lambda line: b"%010d %s" % (int(line[1]) + len(before), line[2]), body)
    return before + re.sub(rb"(?<=startxref\n)\d+", lambda place: b"%d" % (int(place[0]) + len(before)), body)


def too_small_a_size(body):
    return re.sub(rb"/Size \d+", b"/Size 1", body)


def a_table_before_that_is_none(body):
    return body.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 0")


def words_behind_the_end(body):
    return body + b"\r\n<!-- served by example.org -->\r\n" + b"\0" * 500


@pytest.mark.parametrize(
    "oddly",
    [
        counted_from_one,
        lines_of_nineteen_bytes,
        lines_that_end_like_a_typewriters,
        places_a_little_before_the_objects,
        words_before_the_header,
        words_before_the_header_that_are_counted,
        too_small_a_size,
        a_table_before_that_is_none,
        words_behind_the_end,
    ],
)
def test_a_report_whose_table_is_written_oddly_is_read(oddly):
    body = classic(report())
    assert oddly(body) != body
    assert read_as_ever(oddly(body))


def test_a_report_for_readers_old_and_new_is_read():
    """What old readers are not to see is free in the table of lines, and stands in a second one (7.5.8.4)."""
    body = classic(report())
    start = body.index(b"xref\n")
    hidden = packed(b"3 0 <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", b"/Type/ObjStm/N 1/First 4")
    rows = struct.pack(">BIBBIB", 2, 8, 0, 1, start, 0)
    second = b"8 0 obj\n%s\nendobj\n" % hidden
    place = start + len(second)
    second += b"9 0 obj\n%s\nendobj\n" % stream(rows, b"/Type/XRef/Size 10/W[1 4 1]/Index[3 1 8 1]/Root 1 0 R")
    lines = body[start:].splitlines(keepends=True)
    lines[5] = b"0000000000 00000 f \n"
    table = b"".join(lines).replace(b"/Root", b"/XRefStm %d/Root" % place)
    assert read_as_ever(body[:start] + second + table.replace(b"\n%d\n" % start, b"\n%d\n" % (start + len(second))))


@pytest.mark.parametrize("kind", range(5))
def test_a_report_whose_streams_are_predicted_in_any_way_is_read(kind):
    columns = 40
    data = FIRST + b" " * (-len(FIRST) % columns)
    rows = [bytes(columns), *(data[start : start + columns] for start in range(0, len(data), columns))]
    predicted = b"".join(bytes([kind]) + told(kind, *pair) for pair in pairwise(rows))
    entries = b"/DecodeParms<</Predictor 15/Columns %d>>" % columns
    assert read_as_ever(classic(report(packed(predicted, entries), packed(SECOND))))


def told(kind, above, row):
    """A row as PNG's filters write it (RFC 2083, 6)."""
    out = bytearray()
    for place, byte in enumerate(row):
        a, b, c = (row[place - 1], above[place], above[place - 1]) if place else (0, above[place], 0)
        nearest = min((a, b, c), key=lambda guess: abs(a + b - c - guess))
        out.append(byte - (0, a, b, (a + b) // 2, nearest)[kind] & 255)
    return bytes(out)


# --- pages ---

BLANK = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 800 842]/Contents %s>>"
PICTURE = stream(b"!" * 90, b"/Type/XObject/Subtype/Image/Width 9/Height 9/Filter/OfOurOwn")
FORM = stream(FIRST, b"/Subtype/Form/BBox[0 0 800 842]/Resources<</Font<</F1 3 0 R>>>>")


def with_drawing(drawing, contents=FIRST, name=b"Fm0"):
    """A report whose first page names a drawing."""
    objects = report(stream(b"/Fm0 Do " + contents), stream(SECOND), more=[drawing])
    return changed(FIRST_PAGE, b"/Font", b"/XObject<</%s 8 0 R>>/Font" % name, objects=objects)


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param(changed(CATALOGUE, b"/Type/Catalog", b""), id="a catalogue that does not say it is one"),
        pytest.param(changed(TREE, b"/Type/Pages", b""), id="a tree that does not say it is one"),
        pytest.param(changed(FIRST_PAGE, b"/Type/Page", b""), id="a page that does not say it is one"),
        pytest.param(changed(FIRST_PAGE, b"/Type/Page", b"/Typ#65/P#61ge"), id="names with codes"),
        pytest.param(changed(FIRST_PAGE, b"/Type", b"% a note (\n/Type"), id="a comment"),
        pytest.param(changed(FIRST_PAGE, b"/Parent 2 0 R", b""), id="a page without its parent"),
        pytest.param(changed(TREE, b"/Type", b"/Parent 99 0 R/Type"), id="a tree cut out of another"),
        pytest.param(changed(FIRST_PAGE, b"/MediaBox[0 0 800 842]", b""), id="a page of no size"),
        pytest.param(changed(FIRST_PAGE, b"/Parent", b"/Rotate 0/UserUnit 1.0/Parent"), id="a page that says all"),
        pytest.param(changed(FIRST_PAGE, b"/Parent", b"/Content 8 0 R/Resource 9 0 R/Parent"), id="near names"),
        pytest.param(changed(FIRST_PAGE, b"5 0 R", b"[5 0 R null 99 0 R]"), id="contents of which parts were deleted"),
        pytest.param(changed(FIRST_PAGE, b"5 0 R", b"5 7 R"), id="a generation that nobody counts"),
        pytest.param(changed(FIRST_PAGE + 1, b"/Length", b"/Type/Own/Subtype/Page/Length"), id="contents with a type"),
        pytest.param(changed(TREE, b"6 0 R]/Count 2", b"6 0 R 6 0 R]/Count 3"), id="a page that stands there twice"),
        pytest.param(
            changed(TREE, b"6 0 R]/Count 2", b"6 0 R 8 0 R]/Count 3", objects=report(more=[BLANK % b"7 0 R"])),
            id="two pages with the same contents",
        ),
        pytest.param(
            changed(TREE, b"6 0 R]/Count 2", b"6 0 R 8 0 R]/Count 3", objects=report(more=[BLANK % b"[]"])),
            id="a blank page",
        ),
        pytest.param(
            changed(TREE, b"6 0 R]/Count 2", b"6 0 R 8 0 R]/Count 3", objects=report(more=[BLANK % b"99 0 R"])),
            id="a blank page whose contents were deleted",
        ),
        pytest.param(with_drawing(PICTURE), id="a picture packed in an unknown way"),
        pytest.param(with_drawing(b"null"), id="a picture that was deleted"),
        pytest.param(with_drawing(PICTURE, name=b"Fm1"), id="a picture that nobody names"),
        pytest.param(with_drawing(FORM, contents=b""), id="a page that is one drawing"),
        pytest.param(
            changed(8, b"/Font<</F1 3 0 R>>", b"", objects=with_drawing(FORM, contents=b"")),
            id="a drawing in the page's fonts",
        ),
        pytest.param(report(stream(b"/F9 8 Tf " + FIRST), stream(SECOND)), id="a font that is named and never used"),
    ],
)
def test_a_report_whose_pages_are_written_oddly_is_read(objects):
    assert read_as_ever(classic(objects))


def test_what_all_pages_use_may_stand_in_their_tree():
    used = b"/Resources<</Font<</F1 3 0 R>>>>"
    objects = [content.replace(used, b"").replace(b"/Type/Pages", b"/Type/Pages" + used) for content in report()]
    assert read_as_ever(classic(objects))


# --- streams ---


def flushed(data):
    press = zlib.compressobj()
    return press.compress(data) + press.flush(zlib.Z_SYNC_FLUSH)


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(packed(FIRST).replace(b"/Length ", b"/Length 1"), id="a length that is too long"),
        pytest.param(re.sub(rb"/Length \d+", b"/Length 9", packed(FIRST)), id="a length that is too short"),
        pytest.param(packed(FIRST).replace(b"/Length", b"/DL 9/Length"), id="entries of its own"),
        pytest.param(packed(FIRST).replace(b">>stream", b">>stream "), id="a blank behind the word"),
        pytest.param(packed(FIRST).replace(b">>stream", b">>\r\nstream\r"), id="lines that end in two bytes"),
        pytest.param(stream(zlib.compress(FIRST)[:-4], FLATE), id="no checksum at all"),
        pytest.param(stream(zlib.compress(FIRST)[:-1], FLATE), id="a checksum without its end"),
        pytest.param(stream(zlib.compress(FIRST) + b"\r\n\0", FLATE), id="bytes behind the end"),
        pytest.param(stream(flushed(FIRST), FLATE), id="no end but a pause"),
        pytest.param(packed(FIRST).replace(b"/FlateDecode", b"[/Fl]"), id="a short name in a list"),
        pytest.param(packed(FIRST).replace(b"/Fl", b"/#46l"), id="a name with a code"),
        pytest.param(packed(FIRST, b"/Note(a \\) b (c))"), id="brackets in a string"),
        pytest.param(stream(FIRST.hex().encode() + b">", b"/Filter/ASCIIHexDecode"), id="no packing but digits"),
    ],
)
def test_a_report_whose_streams_are_written_oddly_is_read(contents):
    assert read_as_ever(classic(report(contents, packed(SECOND))))


def test_a_report_whose_objects_have_no_end_of_their_own_is_read():
    body = classic(report())
    assert read_as_ever(body.replace(b"\nendobj", b"       "))


def test_a_damaged_picture_is_no_matter():
    picture = packed(b"\0" * 3000, b"/Type/XObject/Subtype/Image/Width 100/Height 10/ColorSpace/DeviceRGB")
    body = classic(with_drawing(picture))
    place = body.rindex(b"endstream") - 5
    assert read_as_ever(body[:place] + b"!!" + body[place + 2 :])


# --- fonts ---

WIDTHS = b" ".join([b"500"] * 224)
SIMPLE = b"<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Own/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 255"
SIMPLE += b"/Widths[%s]/FontDescriptor 8 0 R>>" % WIDTHS
DESCRIBED = b"<</Type/FontDescriptor/FontName/AAAAAA+Own/Flags 32/FontFile2 9 0 R>>"
PROGRAM = packed(b"a font")


def in_font(was=b"", becomes=b"", font=SIMPLE, described=DESCRIBED):
    """A report in a font of its own, something in it written in another way."""
    assert was in font + described
    font, described = font.replace(was, becomes), described.replace(was, becomes)
    return report(stream(FIRST), stream(SECOND), font=font, more=[described, PROGRAM, b"500"])


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param(in_font(), id="none of them odd"),
        pytest.param(in_font(b"/FontFile2", b"/FontFile3"), id="a font file of another kind"),
        pytest.param(in_font(b"/FontFile2 9 0 R", b"/FontFamily(Own)"), id="no font file"),
        pytest.param(in_font(b"/FontName/AAAAAA+Own", b"/FontName/BBBBBB+Other#20Own"), id="another name inside"),
        pytest.param(in_font(b"/FontName", b"/Fontname/a/Fontdescriptor 8 0 R/FontName"), id="near names"),
        pytest.param(in_font(b"/Type/FontDescriptor", b""), id="a description that does not say it is one"),
        pytest.param(in_font(b"/Type/Font/", b"/"), id="a font that does not say it is one"),
        pytest.param(in_font(b"/TrueType", b"/TrueTypeOfOurOwn"), id="a font of an unknown kind"),
        pytest.param(in_font(b"/WinAnsiEncoding", b"<</Differences[39/quoteright 146/quoteright]>>"), id="differences"),
        pytest.param(in_font(b"/FontDescriptor 8", b"/FontDescriptor 99"), id="a description that was deleted"),
        pytest.param(in_font(b"500 500]", b"500 10 0 R]"), id="a width that stands elsewhere"),
        pytest.param(in_font(b"500 500]", b"500]"), id="a width too few"),
        pytest.param(in_font(b"500 500]", b"500 500 500]"), id="a width too many"),
        pytest.param(in_font(b"/FirstChar 32/LastChar 255", b"/LastChar 223"), id="no first character"),
        pytest.param(in_font(b"/LastChar 255", b""), id="no last character"),
        pytest.param(in_font(b"[%s]" % WIDTHS, b" 99 0 R"), id="no widths"),
        pytest.param(in_font(b"/Encoding", b"/ToUnicode/Identity-H/Encoding"), id="a map that is but named"),
        pytest.param(in_font(b"/Encoding", b"/ToUnicode 99 0 R/Encoding"), id="a map that was deleted"),
    ],
)
def test_a_report_whose_font_is_written_oddly_is_read(objects):
    assert read_as_ever(classic(objects))
