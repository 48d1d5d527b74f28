"""What is written into a PDF is read from it again, in order."""

from __future__ import annotations

import pypdfium2
import pytest

from monitor.demo.pdf import Paper


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with line ends folded."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    document.close()
    return texts


def test_text_is_read_in_the_order_it_was_written() -> None:
    paper = Paper(title="Sample")
    paper.heading("A heading")
    paper.line("A line")
    paper.paragraph("A paragraph")
    paper.bullet("A point")
    paper.numbered(7, "A numbered paragraph")
    paper.row("Overall effectiveness", "Good")
    assert pages(paper.pdf()) == [
        "A heading\nA line\nA paragraph\n• A point\n7. A numbered paragraph\nOverall effectiveness Good"
    ]


@pytest.mark.parametrize(
    "text",
    ["children’s – “quoted” — ‘words’…", "brackets (one (two)) and a \\ backslash", "café £5 •"],
    ids=["curly", "syntax", "latin"],
)
def test_characters_of_ordinary_english_survive(text: str) -> None:
    paper = Paper(title=text)
    paper.paragraph(text)
    assert pages(paper.pdf()) == [text]


def test_title_is_kept_whole() -> None:
    document = pypdfium2.PdfDocument(Paper(title="Children’s services (sample)").pdf())
    assert document.get_metadata_value("Title") == "Children’s services (sample)"
    document.close()


def test_long_text_turns_the_page_and_repeats_the_header() -> None:
    paper = Paper(title="Sample", header=("A running title", "2 to 13 March 2026"))
    for number in range(1, 61):
        paper.numbered(number, "A sentence that is long enough to need a second line on paper. " * 2)
    first, second, *_ = pages(paper.pdf())
    assert first.startswith("1. A sentence")
    assert second.startswith("A running title\n2 to 13 March 2026 2\n")
    numbers = [line for text in pages(paper.pdf()) for line in text.split("\n") if line[:1].isdigit()]
    assert [line.split(".")[0] for line in numbers if "sentence" in line] == [str(n) for n in range(1, 61)]


def test_page_without_a_header_has_its_number() -> None:
    paper = Paper(title="Sample")
    for _ in range(60):
        paper.paragraph("One line.")
    assert pages(paper.pdf())[1].startswith("2\nOne line.")


def test_cross_reference_table_points_at_every_object() -> None:
    paper = Paper(title="Sample")
    paper.line("Text")
    pdf = paper.pdf()
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    table = pdf[start:].split(b"\n")
    assert table[0] == b"xref"
    count = int(table[1].split()[1])
    for number, row in enumerate(table[3 : 2 + count], start=1):
        assert pdf[int(row[:10]) :].startswith(b"%d 0 obj\n" % number)
