"""A backfill reads the pages it should, of councils that are followed and of any other, and says what it came to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.backfilling import Backfill, CouncilBackfill, by_council, pages
from monitor.config import load_config
from monitor.councils import council_named, councils
from monitor.demo.config import write_config
from monitor.model import CheckStatus, KnownReport, SourceKind


@pytest.fixture
def configured(tmp_path):
    """The sources of a configuration in which these are followed."""

    def make(followed: str, *, more: str = ""):
        write_config(tmp_path, "https://mirror.example.org")
        text = (tmp_path / "monitor.toml").read_text()
        start, end = text.index("councils = "), text.index("contact = ")
        (tmp_path / "monitor.toml").write_text(f"{text[:start]}councils = {followed}\n{text[end:]}")
        with (tmp_path / "sources.toml").open("a") as file:
            file.write(more)
        return load_config(tmp_path, state=tmp_path / "state", environ={}).sources

    return make


def test_page_of_every_council_is_the_one_that_would_be_polled_if_it_were_followed(configured):
    expected = [source for source in configured('"all"') if source.kind is SourceKind.OFSTED]
    assert len(expected) == 153
    assert pages(configured('["Devon"]'), councils()) == expected


def test_a_page_that_stands_in_two_places_is_read_in_both(configured):
    more = '\n[[source]]\nname = "Copy"\nkind = "ofsted-reports"\nbase_url = "https://copy.example.org/of"\n'
    found = pages(configured('["Devon", "Leeds"]', more=more), [council_named("Kent")])
    assert [(page.name, page.url) for page in found] == [
        ("Ofsted reports: Kent", "https://mirror.example.org/ofsted/provider/44/80476"),
        ("Copy: Kent", "https://copy.example.org/of/provider/44/80476"),
    ]


def test_where_no_page_is_polled_none_can_be_made(configured):
    others = [source for source in configured('["Devon"]') if source.kind is not SourceKind.OFSTED]
    assert pages(others, councils()) == []


def test_what_a_backfill_came_to_is_told_by_council_in_their_order(configured, make_item, make_check):
    asked = pages(configured('["Devon"]'), [council_named(name) for name in ("Kent", "Devon")])
    read, failed = (make_item(is_report=True, council="Kent") for _ in range(2))
    done = Backfill(
        checks=[
            make_check(source="Ofsted reports: Kent"),
            replace(make_check(source="Ofsted reports: Devon"), status=CheckStatus.FAILED, reason="HTTP 500"),
        ],
        readings=[(read, ""), (failed, "HTTP 404")],
    )
    known = [KnownReport(item_id=n, key=f"{n}", council="Kent", title="A letter", url="") for n in range(3)]
    assert by_council(done, asked, known) == [
        CouncilBackfill(council="Kent", reports=3, read=1, failures=((failed.url, "HTTP 404"),)),
        CouncilBackfill(council="Devon", reports=0, read=0, error="HTTP 500"),
    ]
