"""However Ofsted writes a council's page, and whatever it does to its reports, the reader is told of what is new."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.councils import council_named
from monitor.demo.markup import Form
from monitor.demo.reports import Kind, Report
from monitor.demo.site import DemoSite
from monitor.errors import ParseError
from monitor.model import Document
from monitor.sources.ofsted import read_provider_page

NOW = datetime(2026, 6, 17, 7, 15, tzinfo=UTC)
COUNCIL = "Middlesbrough"
URN = council_named(COUNCIL).urn


@pytest.fixture
def site():
    with DemoSite(now=NOW) as site:
        yield site


@pytest.fixture
def read(site):
    """What the council's page says, of which the marks in `known` were known."""

    def make(known=()):
        path = f"/ofsted/provider/44/{URN}"
        document = Document(url=site.url + path, body=site.answer(path).body)
        return read_provider_page(document, urn=URN, known=frozenset(known))

    return make


def visit(file: str = "59990905", **changes) -> Report:
    return Report(**{"council": COUNCIL, "file": file, "kind": Kind.FOCUSED_VISIT} | changes)


def titles(reading) -> list[str]:
    return [entry.title for entry in reading.entries]


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(Form(heading="Middlesbrough Metropolitan Borough"), id="a renamed heading"),
        pytest.param(Form(apostrophe="’"), id="curly apostrophes"),
        pytest.param(Form(hidden="{title}, pdf - {date}"), id="pdf in small letters everywhere"),
        pytest.param(Form(hidden="{title}, inspection,  pdf - {date}"), id="the doubled form"),
        pytest.param(Form(hidden="{title}, PDF {date}"), id="no hyphen before the date"),
        pytest.param(Form(hidden="{title}, PDF", shows_published=True), id="the date beside the link only"),
        pytest.param(Form(shows_published=False), id="the date in the hidden words only"),
        pytest.param(Form(link="{base}/ofsted-files/v1/file/{file}"), id="files in their other place"),
        pytest.param(Form(link="/ofsted/v1/file/{file}"), id="relative links"),
    ],
)
def test_a_page_written_otherwise_makes_no_report_new(site, read, form):
    before = read()
    assert len(before.entries) == 3
    site.write_page(COUNCIL, form)
    after = read(known=before.marks)
    assert titles(after) == []
    assert after.marks == before.marks
    assert after.notes == ()


def test_a_page_without_any_date_of_publication_makes_no_report_new_and_none_up(site, read):
    before = read()
    site.write_page(COUNCIL, Form(hidden="{title}, PDF", shows_published=False))
    after = read()
    assert [mark[:16] for mark in after.marks] == [mark[:16] for mark in before.marks]
    assert {entry.published for entry in after.entries} == {None}


def test_a_new_report_stands_on_top_with_both_its_dates_months_apart(site, read):
    before = read()
    site.publish(visit(published_on=date(2026, 6, 16), fieldwork_on=(date(2025, 10, 1), date(2025, 10, 2))))
    (entry,) = read(known=before.marks).entries
    assert entry.key == f"ofsted:{URN}/59990905"
    assert entry.published == datetime(2026, 6, 15, 23, tzinfo=UTC)  # midnight in London
    assert entry.event_date == date(2025, 10, 2)
    assert read().entries[0] == entry


def test_a_report_under_a_title_nobody_knows_is_told_as_given(site, read):
    before = read()
    site.publish(visit(title="Letter about a thing not seen before"))
    assert titles(read(known=before.marks)) == ["Letter about a thing not seen before: Middlesbrough Borough Council"]


def test_a_report_replaced_under_a_new_number_is_told_and_the_old_one_is_not_missed(site, read):
    site.publish(visit())
    before = read()
    site.replace("59990905", visit("59990906"))
    after = read(known=before.marks)
    assert [entry.id for entry in after.entries] == ["59990906"]
    assert len(after.marks) == len(before.marks)
    told = before.entries[0]
    assert (told.title, told.event_date) == (after.entries[0].title, after.entries[0].event_date)


def test_a_report_that_is_withdrawn_leaves_a_shorter_timeline(site, read):
    before = read()
    site.withdraw("59990102")
    assert len(read().marks) == len(before.marks) - 1


def test_a_shortened_timeline_shows_the_newest(site, read):
    before = read()
    site.write_page(COUNCIL, Form(shown=1))
    assert read().marks == before.marks[:1]


def test_a_page_without_its_timeline_is_a_failure(site, read):
    site.write_page(COUNCIL, Form(has_timeline=False))
    with pytest.raises(ParseError, match="no timeline"):
        read()
