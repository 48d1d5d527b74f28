"""A report on Ofsted's page reaches the reader once, with the dates the page shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.errors import ParseError
from monitor.model import Document
from monitor.sources.ofsted import gone_and_replaced, provider_url, read_provider_page

URN = "89999"
BASE = f"https://reports.example.org/provider/44/{URN}"


def day(
    file_id: str = "59999901",
    *,
    title: str = "Children's services inspection",
    hidden: str | None = None,
    published: str = "06 May 2026",
    event: str = "20 March 2026",
    href: str | None = None,
    metadata: bool = True,
) -> str:
    """One day of a timeline, as the real page writes it."""
    hidden = f"{title}, PDF - {published}" if hidden is None else hidden
    shown = f'<div class="event__metadata">Published <time pubdate>{published}</time></div>' if metadata else ""
    return f"""<li class="timeline__day"><div class="event">
      <p class="timeline__date"><time>{event}</time></p>
      <span class="event__title heading--sub">
        <a class="publication-link" href="{href or "https://files.example.org/v1/file/" + file_id}" target="_blank">
          {title}
          <span class="nonvisual">{hidden}</span></a>{shown}</span></div></li>"""


OPENED = """<li class="timeline__day timeline__day--opened"><div class="event">
  <p class="timeline__date"><time>01 April 2009</time></p></div></li>"""


def page(
    *days: str, heading: str = '<h1 class="heading--title">Wexmoor Council</h1>', canonical: str = URN
) -> Document:
    body = f"""<!DOCTYPE html><html><head><title>Ofsted</title>
      <link rel="canonical" href="https://reports.example.org/provider/44/{canonical}"></head>
      <body>{heading}<ol class="timeline">{"".join(days)}</ol></body></html>"""
    return Document(url=BASE, body=body.encode())


def read(document: Document, known: frozenset[str] = frozenset()):
    return read_provider_page(document, urn=URN, known=known)


def test_a_report_is_told_with_its_title_its_council_and_both_its_dates():
    (entry,) = read(page(day())).entries
    assert entry.title == "Children's services inspection: Wexmoor Council"
    assert entry.url == "https://files.example.org/v1/file/59999901"
    assert (entry.id, entry.key) == ("59999901", "ofsted:89999/59999901")
    assert entry.published == datetime(2026, 5, 5, 23, 0, tzinfo=UTC)  # midnight in London, in summer
    assert entry.published_is_date
    assert entry.event_date == date(2026, 3, 20)


def test_reports_are_told_in_the_pages_order_and_its_other_days_are_not():
    reading = read(page(day("3"), day("1"), OPENED, day("2")))
    assert [entry.id for entry in reading.entries] == ["3", "1", "2"]
    assert reading.notes == ()


def test_only_what_is_not_yet_known_is_told():
    before = read(page(day("1")))
    after = read(page(day("2"), day("1")), known=frozenset(before.marks))
    assert [entry.id for entry in after.entries] == ["2"]
    assert after.marks[1:] == before.marks
    assert all(len(mark) == 32 for mark in after.marks)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(page(day(hidden="Children's services inspection, pdf - 06 May 2026")), id="pdf in small letters"),
        pytest.param(page(day(title="Children’s services inspection")), id="curly apostrophe"),
        pytest.param(page(day(metadata=False)), id="date only in the hidden words"),
        pytest.param(page(day(), heading="<h1>Council of Wexmoor</h1>"), id="renamed heading"),
        pytest.param(page(day(href="https://files.api.example.org/v1/file/59999901")), id="the file's other host"),
    ],
)
def test_the_same_report_served_a_little_differently_is_not_told_again(again):
    assert read(again, known=frozenset(read(page(day())).marks)).entries == ()


@pytest.mark.parametrize("ending", ["</html>", "</HTML>\n", "</html>\n<!-- served from a cache -->"])
def test_a_page_is_whole_when_its_end_came(ending):
    whole = page(day())
    assert read(replace(whole, body=whole.body.replace(b"</html>", ending.encode()))).is_complete


def test_a_page_whose_end_did_not_come_is_not_whole_though_its_reports_are_told():
    whole = page(day("1"), day("2"))
    reading = read(replace(whole, body=whole.body.removesuffix(b"</html>")))
    assert not reading.is_complete
    assert [entry.id for entry in reading.entries] == ["1", "2"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(page(day(title="Area SEND full inspection")), id="title"),
        pytest.param(page(day(published="07 May 2026")), id="publication"),
        pytest.param(page(day(event="21 March 2026")), id="event"),
    ],
)
def test_a_corrected_line_is_a_change_of_the_same_report(changed):
    before = read(page(day()))
    after = read(changed, known=frozenset(before.marks))
    assert [entry.key for entry in after.entries] == ["ofsted:89999/59999901"]
    assert after.marks[0][:16] == before.marks[0][:16]


def test_a_report_replaced_under_a_new_id_is_a_new_report():
    before = read(page(day("1")))
    assert [entry.id for entry in read(page(day("2")), known=frozenset(before.marks)).entries] == ["2"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([day("1")], [day("1")], (0, 0), id="nothing happened"),
        pytest.param([day("1")], [day("2"), day("1")], (0, 0), id="one came"),
        pytest.param([day("1"), day("2")], [day("1")], (1, 0), id="one went"),
        pytest.param([day("1")], [day("2")], (0, 1), id="another number"),
        pytest.param([day("1")], [day("2", published="07 May 2026")], (0, 1), id="published again"),
        pytest.param([day("1")], [day("2", title="Area SEND full inspection")], (1, 0), id="another title"),
        pytest.param([day("1")], [day("2", event="21 March 2026")], (1, 0), id="another inspection"),
        pytest.param([day("1", event="")], [day("2", event="")], (1, 0), id="inspections without a day"),
        pytest.param([day("1"), day("2")], [day("3")], (1, 1), id="one file for two"),
    ],
)
def test_a_file_stands_for_another_about_the_same_inspection_and_for_no_more_than_one(before, after, expected):
    assert gone_and_replaced(read(page(*before)).marks, read(page(*after)).marks) == expected


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        pytest.param("Visit letter, pdf - 15 July 2025", datetime(2025, 7, 14, 23, tzinfo=UTC), id="pdf"),
        pytest.param("Visit letter,  PDF  15 January 2025", datetime(2025, 1, 15, tzinfo=UTC), id="no hyphen"),
        pytest.param(
            "Visit letter 1 May 2024, PDF - 15 January 2025", datetime(2025, 1, 15, tzinfo=UTC), id="date in title"
        ),
        pytest.param("Visit letter, PDF", None, id="no date"),
        pytest.param("Visit letter, PDF - 31 June 2025", None, id="no such day"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_publication_date_is_found_in_the_hidden_words_or_not_made_up(hidden, expected):
    (entry,) = read(page(day(title="Visit letter", hidden=hidden, metadata=False))).entries
    assert (entry.published, entry.published_is_date) == (expected, expected is not None)
    assert entry.title == "Visit letter: Wexmoor Council"


def test_an_unknown_title_is_told_as_given():
    (entry,) = read(page(day(title="A quite <em>new</em> sort of   letter"))).entries
    assert entry.title == "A quite new sort of letter: Wexmoor Council"


@pytest.mark.parametrize(("hidden", "title"), [("Odd letter, PDF - 06 May 2026", "Odd letter"), ("", "Report")])
def test_a_link_with_hidden_words_only_is_told_by_them(hidden, title):
    (entry,) = read(page(day(title="", hidden=hidden), heading="")).entries
    assert entry.title == title


def test_two_reports_of_one_day_keep_their_own_dates():
    one, two = day("1", published="06 May 2026"), day("2", published="07 May 2026")
    both = one.replace("</li>", "") + two.replace('<li class="timeline__day">', "")
    assert [entry.published for entry in read(page(both)).entries] == [
        datetime(2026, 5, 5, 23, tzinfo=UTC),
        datetime(2026, 5, 6, 23, tzinfo=UTC),
    ]


def test_a_date_beside_the_event_is_the_reports_only_when_it_is_the_only_one():
    loose = '<div class="event__metadata">Published <time pubdate>06 May 2026</time></div></li>'
    single = day("1", metadata=False, hidden="").replace("</li>", loose)
    assert read(page(single)).entries[0].published == datetime(2026, 5, 5, 23, tzinfo=UTC)
    second = day("2", metadata=False, hidden="").replace('<li class="timeline__day">', "")
    double = day("1", metadata=False, hidden="").replace("</li>", "") + second.replace("</li>", loose)
    assert [entry.published for entry in read(page(double)).entries] == [None, None]


def test_the_same_file_twice_on_a_page_is_one_report():
    reading = read(page(day("1"), day("1")))
    assert len(reading.entries) == len(reading.marks) == 1


@pytest.mark.parametrize(
    ("href", "url", "file_id"),
    [
        pytest.param(
            "http://127.0.0.1:1234/v1/file/59999901",
            "http://127.0.0.1:1234/v1/file/59999901",
            "59999901",
            id="test site",
        ),
        pytest.param(
            "/files/59999901.pdf?x=1",
            "https://reports.example.org/files/59999901.pdf?x=1",
            "59999901",
            id="relative, with an ending",
        ),
    ],
)
def test_a_file_on_a_mirror_is_known_by_the_last_part_of_its_path(href, url, file_id):
    (entry,) = read(page(day(href=href))).entries
    assert (entry.url, entry.id) == (url, file_id)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "ftp://files.example.org/1", "http://[", "https://x.example/a b/"]
)
def test_a_link_that_leads_to_no_file_is_left_out_and_noted(href):
    reading = read(page(day(href=href), day("1")))
    assert [entry.id for entry in reading.entries] == ["1"]
    assert "no file" in reading.notes[0]


def test_an_event_without_a_link_is_noted():
    bare = '<li class="timeline__day"><p class="timeline__date"><time>20 March 2026</time></p>Something</li>'
    assert read(page(bare)).notes == ("an event without a report: 20 March 2026 Something",)


def test_a_link_of_another_class_under_an_events_title_is_still_read():
    assert read(page(day().replace("publication-link", "document-link"))).entries[0].id == "59999901"


def test_a_page_that_says_it_is_another_providers_is_noted():
    assert "provider 80000" in read(page(day(), canonical="80000")).notes[0]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("<h1>Slim Application Error</h1><p>…</p>", "Slim Application Error", id="error page"),
        pytest.param("<title>Before you continue</title>", "consent", id="consent"),
        pytest.param("<title>Just a moment...</title><h1>files.example.org</h1>", "blocked", id="challenge"),
        pytest.param("<h1>Maintenance</h1>", "no timeline of reports .*Maintenance", id="anything else"),
        pytest.param("", "no timeline", id="empty"),
    ],
)
def test_a_page_that_is_not_the_providers_is_a_failure_that_says_why(body, reason):
    with pytest.raises(ParseError, match=reason):
        read(Document(url=BASE, body=body.encode()))


@pytest.mark.parametrize("base", ["https://reports.example.org", "https://reports.example.org/"])
def test_the_page_of_a_council_is_found_by_its_number(base):
    assert provider_url(base, URN) == BASE


def test_a_title_is_bounded_and_holds_nothing_that_cannot_be_seen():
    (entry,) = read(page(day("1", title="Focused\u202e visit " + "long " * 1_000))).entries
    assert entry.title.startswith("Focused visit long")
    assert len(entry.title) <= 500
