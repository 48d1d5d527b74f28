"""What a reader is shown of a report is its sentences, whole, and nothing of its pages."""

from __future__ import annotations

import pytest
from sample_reports import PROSE, full_inspection, letter

from monitor.errors import ParseError
from monitor.reports import inspect_pages, read_report
from monitor.reports.pdf import read_pages
from monitor.reports.text import clean_line, lay_out


def text_of(*pages):
    return lay_out(["\r\n".join(page) for page in pages]).text


def test_a_sentence_broken_over_lines_is_one_sentence():
    assert " ".join(PROSE) in text_of(PROSE)


def test_a_sentence_that_goes_on_overleaf_is_one_sentence():
    header = "Inspection of Devon local authority children’s services"
    pages = [
        [*PROSE, "Children who wait for a new home are told why, and the person they"],
        [header, "2 to 13 December 2024 2", "trust most is there when they hear it.", *PROSE],
        [header, "2 to 13 December 2024 3", *PROSE],
        [header, "2 to 13 December 2024 4", *PROSE],
    ]
    text = text_of(*pages)
    assert "the person they trust most is there" in text
    assert header not in text
    assert "2 to 13 December" not in text


def test_the_senders_address_in_the_middle_of_a_sentence_is_left_out():
    first = [
        *PROSE,
        "Most help comes in time and people say that it is",
        "Ofsted",
        "Piccadilly Gate",
        "Store Street",
        "Manchester",
        "M1 2WD",
        "T 0300 123 1231",
        "Textphone 0161 618 8524",
        "enquiries@ofsted.gov.uk",
        "www.gov.uk/ofsted",
    ]
    assert "people say that it is worth the wait." in text_of(first, ["worth the wait."])


def test_one_line_with_the_inspectorates_name_is_no_letterhead():
    assert "Ofsted" in text_of([*PROSE, "Ofsted", "Store Street"])


@pytest.mark.parametrize("number", ["7", "Page 7", "7 of 12", "Page 7 of 12"])
def test_page_numbers_are_left_out(number):
    assert number not in text_of([number, *PROSE], [*PROSE, number])


def test_the_publishers_notice_ends_the_text():
    notice = "The Office for Standards in Education, Children’s Services and Skills (Ofsted) regulates and"
    text = text_of(PROSE, [*PROSE, notice, "inspects to achieve something or other."])
    assert "regulates" not in text
    assert "something or other" not in text


def test_a_table_of_contents_is_left_out():
    contents = ["Contents", "Executive summary 2", "Recommendations 7", "Something about the area 9"]
    text = text_of(PROSE, contents, ["Recommendations", *PROSE])
    assert "Executive summary" not in text
    assert "Recommendations\n\nWorkers know" in text


@pytest.mark.parametrize("glyph", ["•", "◼", "■", "⎯", "\uf06e", "\uf0b7", "o"])
def test_items_of_a_list_stand_on_lines_of_their_own(glyph):
    text = text_of(
        [*PROSE, f"{glyph} the first thing that is wanted of them,", "and soon", f"{glyph} the second thing"]
    )
    assert "\n\n• the first thing that is wanted of them, and soon\n• the second thing" in text


def test_blank_lines_after_every_line_part_nothing():
    assert text_of([line for prose in PROSE for line in (prose, "")]) == " ".join(PROSE)


def test_a_blank_line_in_the_middle_of_a_sentence_parts_nothing():
    assert " ".join(PROSE) in text_of([*PROSE, *PROSE[:1], "", *PROSE[1:], *PROSE])


def test_a_blank_line_between_paragraphs_parts_them():
    assert text_of([*PROSE, "", *PROSE]) == "\n\n".join([" ".join(PROSE)] * 2)


def test_numbered_paragraphs_lose_their_numbers_and_stay_apart():
    text = text_of([*(f"1. {PROSE[0]}", *PROSE[1:]), *(f"2. {PROSE[0]}", *PROSE[1:])])
    assert text == "\n\n".join([" ".join(PROSE)] * 2)


def test_a_number_that_ends_a_sentence_at_the_beginning_of_a_line_is_kept():
    line = "The oldest of the young people who came to see us that week and stayed for tea was aged"
    assert "was aged 17. Then" in text_of([*PROSE, line, "17. Then there was a younger sister, and a friend of hers."])


def test_headings_stand_alone():
    text = text_of([*PROSE, "Main findings", *PROSE, "A heading of their own", *PROSE])
    assert "\n\nMain findings\n\n" in text
    assert "\n\nA heading of their own\n\n" in text


def test_a_long_heading_broken_over_lines_is_one_heading():
    heading = ["The experiences and progress of children who need help and", "protection: good"]
    assert f"\n\n{' '.join(heading)}\n\n" in text_of([*PROSE, *heading, *PROSE])


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        pytest.param("o\ufb03ce and \ufb01le", "office and file", id="ligatures"),
        pytest.param("well\ufffeattended", "well-attended", id="hyphen at the end of a line"),
        pytest.param("self\u2011harm", "self-harm", id="unbreakable hyphen"),
        pytest.param("child\u00adren", "children", id="soft hyphen"),
        pytest.param("two\u00a0 words ", "two words", id="spaces"),
        pytest.param("a\x00b\u202ec\ue010d", "a b c d", id="unprintable"),
        pytest.param("\uf06e item", "\uf06e item", id="a bullet is still known as one"),
    ],
)
def test_characters_are_what_a_reader_can_read_and_search(line, clean):
    assert clean_line(line) == clean


def test_a_word_broken_after_its_hyphen_is_joined():
    assert "long-standing" in text_of(
        [*PROSE, "It was, as several of the people we met that week said of it, a long-", "standing"]
    )


def test_a_word_divided_at_the_end_of_a_line_is_whole_where_the_report_writes_it_whole():
    text = text_of(
        [*PROSE, "Services for chil\ufffedren are multi\ufffeagency.", "Children know self-made self\ufffemade plans."]
    )
    assert "Services for children are multi-agency." in text
    assert "self-made self-made plans" in text


def test_text_from_a_real_pdf_is_the_same_as_from_its_pages(make_pdf):
    page = full_inspection()
    assert read_report(make_pdf(page, PROSE)).text == inspect_pages(["\n".join(page), "\n".join(PROSE)]).text


# --- what is no report, and why ---


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not a PDF", id="empty"),
        pytest.param(b"<!DOCTYPE html><title>Report not found</title>", "not a PDF", id="a page under a .pdf name"),
        pytest.param(b" " * 1024 + b"%PDF-1.4 %%EOF", "not a PDF", id="header too late"),
        pytest.param(b"%PDF-1.4\nnonsense\n%%EOF", "damaged", id="damaged"),
    ],
)
def test_what_is_no_pdf_is_told(body, reason):
    with pytest.raises(ParseError, match=reason):
        read_report(body)


def test_rubbish_before_the_header_is_forgiven(make_pdf):
    assert read_report(b"\r\n\r\n" + make_pdf(full_inspection())).inspection.council == "Devon"


def test_a_pdf_cut_short_is_told(make_pdf):
    body = make_pdf(full_inspection())
    with pytest.raises(ParseError, match="cut short"):
        read_report(body[: len(body) // 2])


def test_a_pdf_that_wants_a_password_is_told(make_pdf):
    with pytest.raises(ParseError, match="encrypted"):
        read_report(make_pdf(full_inspection(), encrypted=True))


def test_a_scanned_pdf_is_told(make_pdf):
    with pytest.raises(ParseError, match="without text"):
        read_report(make_pdf(["Page 1"], []))


def test_a_pdf_whose_font_makes_other_letters_of_its_words_is_told(make_pdf):
    lost = ["".join(letter if letter == " " else chr(ord(letter) - 29) for letter in line.lower()) for line in PROSE]
    lost = [line.replace("\x0f", ",").replace("\x11", ".") for line in lost]
    with pytest.raises(ParseError, match="lost its letters"):
        read_report(make_pdf(lost))


def test_a_pdf_of_too_many_pages_is_told(make_pdf):
    with pytest.raises(ParseError, match="3 pages"):
        read_report(make_pdf(PROSE, PROSE, PROSE), max_pages=2)


def test_a_pdf_with_far_too_much_text_is_told(make_pdf, monkeypatch):
    monkeypatch.setattr("monitor.reports.pdf.MAX_CHARACTERS", 1_000)
    with pytest.raises(ParseError, match="far more text"):
        read_pages(make_pdf(PROSE * 10), max_pages=5)


def test_a_document_about_something_else_is_no_report(make_pdf):
    with pytest.raises(ParseError, match="no report"):
        read_report(
            make_pdf(["Minutes of the allotment society", *(["The shed was painted and the hedge was cut."] * 9)])
        )


def test_an_odd_letter_of_ofsteds_is_still_told(read):
    found = read(
        letter(headline=["Our conversation about Devon"], opening=["Ofsted will look again at child protection."])
    )
    assert (found.kind, found.council) == ("other", "Devon")
