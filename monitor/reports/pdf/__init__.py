"""A report PDF's bytes → the text of its pages. The only place PDFium is met."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from monitor.errors import ParseError
from monitor.reports.pdf.damage import check
from monitor.reports.pdf.syntax import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

# The longest real report has some 60 pages and 200,000 characters; beyond five times that it is something else.
MAX_CHARACTERS = 1_000_000
# A letter of one page has more; a scanned report has none, or a stamped line.
MIN_LETTERS = 200
# Where a font has lost its map to text, what is read is other letters than the page shows, and has no such word.
_COMMON = frozenset({"the", "and", "of"})
_FIRST_WORDS = 300
# Any reader of PDF looks for the header in this many first bytes and for the trailer near the end (ISO 32000, annex H).
HEADER_BYTES = 1024
TRAILER_BYTES = 2048


def read_pages(body: bytes, *, max_pages: int) -> list[str]:
    """The text of each page as PDFium orders it.

    Raises ParseError when the bytes are no PDF, are cut short or damaged, need a password, have more than
    `max_pages` pages or hold no text that could be English.
    """
    if b"%PDF-" not in body[:HEADER_BYTES]:
        raise ParseError("not a PDF: the file does not begin like one")
    if b"%%EOF" not in body[-TRAILER_BYTES:]:
        raise ParseError("a PDF cut short: its end is missing")
    count = check(body, max_pages=max_pages)
    try:
        pages = list(_page_texts(body, count, max_pages))
    except pdfium.PdfiumError as error:
        encrypted = "password" in str(error).casefold()
        reason = "an encrypted PDF: it wants a password" if encrypted else "a damaged PDF: it cannot be opened"
        raise ParseError(reason) from error
    if sum(character.isalpha() for page in pages for character in page[:5000]) < MIN_LETTERS:
        raise ParseError("a PDF without text: its pages are probably scanned")
    if _COMMON.isdisjoint(" ".join(pages).casefold().split()[:_FIRST_WORDS]):
        raise ParseError("a PDF whose text has lost its letters")
    return pages


def _page_texts(body: bytes, count: int | None, max_pages: int) -> Iterator[str]:
    """The text of each of `count` pages; where that is None the file is encrypted, and still to be checked."""
    document = pdfium.PdfDocument(body)
    try:
        if count is None:
            opened = BytesIO()
            document.save(opened, flags=pdfium.raw.FPDF_REMOVE_SECURITY)
            count = check(opened.getvalue(), max_pages=max_pages)
        if len(document) != count:
            raise damaged("pages are missing")
        characters = 0
        for page in document:
            text_page = page.get_textpage()
            characters += text_page.count_chars()
            if characters > MAX_CHARACTERS:
                raise ParseError("a PDF with far more text than a report has")
            yield text_page.get_text_range()
            text_page.close()
            page.close()
    finally:
        document.close()
