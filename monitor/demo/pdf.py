"""A tiny writer of text PDFs: A4 pages of Helvetica lines, laid out as Ofsted's reports are.

It knows only what those reports need: headings, wrapped paragraphs, bullets, numbered paragraphs, a grid of two
columns, and a running header from the second page on.
"""

from __future__ import annotations

import textwrap
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Points, 72 to the inch. A4 is 595 × 842.
_WIDTH, _HEIGHT = 595, 842
_LEFT, _SECOND_COLUMN = 57, 290
_FIRST_COLUMN = 210  # of a grid; on Ofsted's pages it is as narrow, so that all but the shortest labels take two lines
_BULLET_INDENT, _NUMBER_INDENT = 64, 75  # where the second line of such a paragraph begins
_TOP, _BOTTOM = 770, 70
_BODY_SIZE, _HEADING_SIZE, _HEADER_SIZE = 11, 14, 9
_LEADING = 1.3  # line pitch over font size
_EM_SHARE = 0.5  # Helvetica's letters of ordinary English are about half an em wide, bold a little more


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    text: str
    x: float
    y: float  # from the foot of the page
    size: float
    bold: bool


class Paper:
    """A document that is filled from the top and turns the page by itself.

    `header` stands at the head of every page but the first; the page number follows its last line,
    or stands alone.
    """

    def __init__(self, *, title: str, header: Sequence[str] = ()) -> None:
        self._title = title
        self._header = tuple(header)
        self._pages: list[list[_Line]] = [[]]
        self._y: float = _TOP

    def heading(self, text: str) -> None:
        self._gap(8)
        self._lines(text, x=_LEFT, size=_HEADING_SIZE, bold=True)
        self._gap(4)

    def line(self, text: str) -> None:
        """Text without space below it: an address, a date."""
        self._lines(text, x=_LEFT)

    def paragraph(self, text: str) -> None:
        self._lines(text, x=_LEFT)
        self._gap(7)

    def bullet(self, text: str) -> None:
        self._lines(text, x=_BULLET_INDENT, label="• ")
        self._gap(3)

    def numbered(self, number: int, text: str) -> None:
        self._lines(text, x=_NUMBER_INDENT, label=f"{number}. ")
        self._gap(7)

    def row(self, left: str, right: str, *, bold: bool = False) -> None:
        """A row of a grid, as in Ofsted's reports: the right cell stands level with the left one's first line, and is
        drawn after its last, so that a reader finds it on a line of its own unless the left one has only one.
        """
        wrapped = _wrap(left, _FIRST_COLUMN, _BODY_SIZE)
        self._make_room(len(wrapped) * _BODY_SIZE * _LEADING)
        first = self._y - _BODY_SIZE * _LEADING
        for part in wrapped:
            self._put(part, x=_LEFT, bold=bold)
        self._pages[-1].append(_Line(text=right, x=_SECOND_COLUMN, y=first, size=_BODY_SIZE, bold=bold))
        self._gap(5)

    def pdf(self) -> bytes:
        """The finished document."""
        return _file([_stream(page) for page in self._pages], title=self._title)

    def _lines(self, text: str, *, x: float, size: float = _BODY_SIZE, bold: bool = False, label: str = "") -> None:
        # The label and the first words are one string: set apart, a reader may add the label to the line above.
        for part in _wrap(text, _WIDTH - _LEFT - x, size):
            self._make_room(size * _LEADING)
            self._put(label + part, x=_LEFT if label else x, size=size, bold=bold)
            label = ""

    def _put(self, text: str, *, x: float, size: float = _BODY_SIZE, bold: bool = False) -> None:
        self._y -= size * _LEADING
        self._pages[-1].append(_Line(text=text, x=x, y=self._y, size=size, bold=bold))

    def _gap(self, points: float) -> None:
        self._y -= points

    def _make_room(self, points: float) -> None:
        if self._y - points >= _BOTTOM:
            return
        self._pages.append([])
        self._y = _TOP + 40
        numbered = " ".join((*self._header[-1:], str(len(self._pages))))
        for text in (*self._header[:-1], numbered):
            self._put(text, x=_LEFT, size=_HEADER_SIZE)
        self._y = _TOP


def _wrap(text: str, width: float, size: float) -> list[str]:
    # Words with hyphens stay whole: a reader that joins lines could not tell a break from a hyphen.
    return textwrap.wrap(text, int(width / (size * _EM_SHARE)), break_on_hyphens=False)


def _stream(page: Sequence[_Line]) -> bytes:
    return b"\n".join(
        b"BT /%s %g Tf %g %g Td (%s) Tj ET"
        % (b"F2" if line.bold else b"F1", line.size, line.x, line.y, _literal(line.text))
        for line in page
    )


def _literal(text: str) -> bytes:
    # WinAnsiEncoding is windows-1252 for every character we write, curly quotes and dashes among them.
    raw = text.encode("cp1252")
    return raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _file(streams: Sequence[bytes], *, title: str) -> bytes:
    """PDF 1.4 with a classic cross-reference table (ISO 32000-1, 7.5.4)."""
    first_page = 6
    kids = b" ".join(b"%d 0 R" % (first_page + 2 * n) for n in range(len(streams)))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(streams)),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
        b"<< /Title <feff%s> >>" % title.encode("utf-16-be").hex().encode(),
    ]
    for number, stream in enumerate(streams):
        packed = zlib.compress(stream)  # with a checksum: a reader can tell when it was damaged
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (_WIDTH, _HEIGHT, first_page + 2 * number + 1),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        ]
    # The second line holds bytes above 127, so that no carrier takes the file for text (7.5.2).
    body = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\n" % (len(objects) + 1)
    body += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(body)
