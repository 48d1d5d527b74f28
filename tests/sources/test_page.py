"""A listing page gives its entries by the selectors configured for it, or says that it changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.model import Document, Entry, Reading, Selectors
from monitor.sources.page import read_page

CARDS = Selectors(item="article", link="h2 a", date="time")
LISTING = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>News | Wexmoor Council</title></head><body>
<nav><a href="/">Home</a></nav><main>
<article><h2><a href="/news/7">More foster&nbsp;carers</a></h2><time datetime="2026-06-17T09:30:00+01:00">Today</time>
  <p>Forty people came to an <b>open</b> evening.</p></article>
<article><h2><a href="https://other.example/8">Inspectors &amp; leaders meet</a></h2><time>12 June 2026</time></article>
</main></body></html>"""


def read(
    body: str | bytes, selectors: Selectors = CARDS, *, known: frozenset[str] = frozenset(), content_type: str = ""
) -> Reading:
    data = body.encode() if isinstance(body, str) else body
    document = Document(url="https://www.wexmoor.example/latest/", body=data, content_type=content_type)
    return read_page(document, selectors=selectors, known=known)


def test_each_item_is_an_entry() -> None:
    assert read(LISTING).entries == (
        Entry(
            url="https://www.wexmoor.example/news/7",
            title="More foster carers",
            summary="Forty people came to an open evening.",
            published=datetime(2026, 6, 17, 8, 30, tzinfo=UTC),
        ),
        Entry(
            url="https://other.example/8",
            title="Inspectors & leaders meet",
            published=datetime(2026, 6, 11, 23, tzinfo=UTC),
            published_is_date=True,
        ),
    )


def test_known_items_are_not_new() -> None:
    first = read(LISTING)
    added = LISTING.replace("<main>", '<main><article><h2><a href="9">Ninth</a></h2></article>')
    second = read(added, known=frozenset(first.marks))
    assert [entry.url for entry in second.entries] == ["https://www.wexmoor.example/latest/9"]
    assert second.marks[1:] == first.marks


def test_changed_item_is_the_same_item_with_other_content() -> None:
    before, after = read(LISTING).marks[0], read(LISTING.replace("Forty", "Fifty")).marks[0]
    assert (before[:16] == after[:16], before[16:] == after[16:]) == (True, False)


@pytest.mark.parametrize(
    ("item", "title", "url"),
    [
        ('<a href="/1">Words</a>', "Words", "https://www.wexmoor.example/1"),
        ('<h3>Heading</h3><a href="/1"><img src="x"></a>', "Heading", "https://www.wexmoor.example/1"),
        ('<a href="/1"><h3>Heading</h3><p>Summary</p></a>', "Heading", "https://www.wexmoor.example/1"),
        (
            '<a href="mailto:press@example.org">Mail</a> <a href="/1">Words</a>',
            "Words",
            "https://www.wexmoor.example/1",
        ),
        ("<h3>Heading only</h3>", "Heading only", ""),
        ('<a href="javascript:x()">Script</a><h3>Heading</h3>', "Heading", ""),
    ],
    ids=["link", "picture link", "card in a link", "mail address first", "no link", "script link"],
)
def test_title_and_link_are_found(item: str, title: str, url: str) -> None:
    reading = read(f"<ul><li>{item}</li><li>advertisement</li></ul>", Selectors(item="li"))
    assert [(entry.title, entry.url) for entry in reading.entries] == [(title, url)]


def test_item_that_is_itself_the_link() -> None:
    page = '<a class="card" href="/1"><h3>Heading</h3><time>17/06/2026</time> Rest</a>'
    entry = read(page, Selectors(item="a.card", date="time")).entries[0]
    assert (entry.title, entry.summary, entry.url) == ("Heading", "Rest", "https://www.wexmoor.example/1")
    assert entry.published_is_date
    assert read('<a class="card" href="/1">Only words</a>', Selectors(item="a.card")).entries[0].summary == ""


def test_base_of_the_page_is_honoured() -> None:
    page = '<html><head><base href="https://cdn.example/x/"></head><ul><li><a href="1">Words</a></ul>'
    assert read(page, Selectors(item="li")).entries[0].url == "https://cdn.example/x/1"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('<meta charset="windows-1252"><li><a href="/1">Café’s</a>', "text/html"),
        ('<li><a href="/1">Café’s</a>', "text/html; charset=windows-1252"),
        ('<li><a href="/1">Café’s</a>', "text/html; charset=utf-8"),
    ],
)
def test_windows_1252_is_read(body: str, content_type: str) -> None:
    entry = read(body.encode("cp1252"), Selectors(item="li"), content_type=content_type).entries[0]
    assert entry.title == "Café’s"


def test_repeated_item_and_item_within_an_item_are_one() -> None:
    page = '<div><a href="/1">A</a><div><a href="/1">A</a></div></div><div><a href="/1">A</a></div>'
    assert len(read(page, Selectors(item="div")).marks) == 1


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<html><title>Just a moment...</title><body>", "it is titled “Just a moment...”"),
        ("<html><body><article></article>", "the page has changed"),
        ("", "no element matches “article”"),
    ],
    ids=["challenge", "redesigned", "empty"],
)
def test_page_without_items_is_a_failure(page: str, reason: str) -> None:
    with pytest.raises(ParseError) as failure:
        read(page)
    assert reason in failure.value.reason


def test_selector_that_is_no_css_is_named() -> None:
    with pytest.raises(ParseError, match="not CSS"):
        read(LISTING, Selectors(item="article["))


@pytest.mark.parametrize(
    ("page", "selector", "expected"),
    [
        ("<div>" * 10_000 + '<a href="/x">Words</a>', "div", 1),
        ("<ul>" + '<li><a href="/{}">Words</a>' * 3_000, "li", 1),
        ("<li><a href='/x'>" + "word " * 400_000 + "</a>", "li", 1),
        ("<li><a href='/x'>Words</a></li>" + "<!-- " * 96_000, "li", 1),
    ],
    ids=["nested", "many", "long title", "comments left open"],
)
def test_hostile_page_is_read_all_the_same(page: str, selector: str, expected: int) -> None:
    reading = read(page, Selectors(item=selector))
    assert len(reading.entries) == expected
    assert all(len(entry.title) <= 500 and len(entry.summary) <= 2_000 for entry in reading.entries)
