"""What reading a report costs, beside what PDFium alone takes to give its text."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from monitor.errors import ParseError
from monitor.reports import read_report
from monitor.reports.pdf.damage import check

if TYPE_CHECKING:
    from collections.abc import Callable

REPORTS = Path(__file__).parents[1].parent / "shared" / "data" / "reports-dev"


def main() -> None:
    """Print the median and the worst CPU milliseconds a report, and those of the bare text."""
    bodies = [path.read_bytes() for path in sorted(REPORTS.glob("*.pdf"))]
    bodies = [body for body in bodies if body.startswith(b"%PDF-")]
    if not bodies:
        print("reports: no report files on this machine")
        return
    read_report(bodies[0])  # the councils' names are loaded once
    for name, read in (("report read", read_report), ("bare text (PDFium)", bare_text), ("looked for damage", looked)):
        spent = [milliseconds(read, body) for body in bodies]
        print(f"{name:<20} median {median(spent):6.1f} ms CPU a report, worst {max(spent):6.1f}, {len(spent)} reports")


def bare_text(body: bytes) -> int:
    """The number of characters PDFium finds."""
    document = pdfium.PdfDocument(body)
    try:
        return sum(len(page.get_textpage().get_text_range()) for page in document)
    finally:
        document.close()


def looked(body: bytes) -> object:
    """What reading a report begins with."""
    return check(body, max_pages=200)


def milliseconds(read: Callable[[bytes], object], body: bytes) -> float:
    """CPU milliseconds that `read` takes for `body`; an error takes its time too."""
    started = process_time()
    with suppress(ParseError):
        read(body)
    return (process_time() - started) * 1000


if __name__ == "__main__":
    main()
