"""Each publisher's feed is read as that publisher means it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from served_feeds import BOTH_ENTRIES, FEEDS, TWO, item, only, read, read_file, rss, titles

from monitor.errors import ParseError
from monitor.model import Entry, Reading


def test_govuk_organisation_feed() -> None:
    reading = read_file("govuk_organisation.atom")
    first = reading.entries[0]
    assert first == Entry(
        url="https://www.gov.uk/government/news/wexmoor-visit",
        id="https://www.gov.uk/government/news/wexmoor-visit#2026-06-17T08:30:00Z",
        title="Press release: Inspectors go back to Wexmoor & Northmarsh",
        summary="Two invented councils are visited in one week.",
        published=datetime(2026, 6, 17, 8, 30, tzinfo=UTC),
        updated=datetime(2026, 6, 17, 8, 30, tzinfo=UTC),
    )
    assert len(reading.marks) == 2
    assert reading.notes == ()


def test_govuk_finder_feed_without_its_highlighting_and_in_summer_time() -> None:
    entry = only(read_file("govuk_finder.atom"))
    assert entry.summary == "A direction on children's services issued to Wexmoor…"
    assert entry.updated == datetime(2026, 6, 17, 8, 30, tzinfo=UTC)
    assert entry.id == "tag:www.gov.uk,2005:/government/publications/direction-wexmoor"


@pytest.mark.parametrize("name", ["govuk_organisation.atom", "govuk_finder.atom"])
def test_govuk_update_is_the_same_entry_with_other_content(name: str) -> None:
    before = (FEEDS / name).read_text(encoding="utf-8")
    after = before.replace("2026-06-17T", "2026-09-02T")
    old, new = read(before), read(after)
    assert new.marks[0][:16] == old.marks[0][:16]
    assert new.marks[0][16:] != old.marks[0][16:]
    assert [entry.url for entry in read(after, known=frozenset(old.marks)).entries] == [old.entries[0].url]


def test_govuk_feed_with_no_entries_and_no_date_is_fine() -> None:
    reading = read('<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:x</id><title>Nothing yet</title></feed>')
    assert reading == Reading(entries=(), marks=())


ENDED = "<entry><id>tag:www.gov.uk,2005:/old/feed-ended</id><title>This feed has ended</title></entry>"


def test_ended_govuk_feed_is_a_source_that_fails() -> None:
    with pytest.raises(ParseError, match=r"^this feed has ended: "):
        read(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>/old</title>{ENDED}</feed>')


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param(ENDED + "<entry><id>urn:1</id><title>News</title></entry>", 2, id="beside another entry"),
        pytest.param(ENDED.replace("www.gov.uk", "www.wexmoor.example"), 1, id="somebody else's id"),
        pytest.param(ENDED.replace("tag:www.gov.uk,2005:", "https://a.example/"), 1, id="an address that ends so"),
    ],
)
def test_entry_that_only_looks_like_the_end_of_a_feed_hides_nothing(entries: str, expected: int) -> None:
    assert len(read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>').entries) == expected


def test_revised_bbc_story_stands_once_and_as_it_is_now() -> None:
    reading = read_file("bbc.rss")
    assert titles(reading) == ["Bridge in Northmarsh shut", "Wexmoor care 'on the mend', inspectors say"]
    assert len(reading.marks) == 2


def test_entries_of_one_list_page_are_not_taken_for_its_revisions() -> None:
    page = "https://www.wexmoor.example/news"
    items = [item(f"News {n}", page, f"<guid>{page}#{n}</guid>") for n in range(5)]
    assert len(read(rss(*items)).entries) == 5


def test_google_news_names_the_publisher_once() -> None:
    entry = only(read_file("google_news.rss"))
    assert entry.title == "Wexmoor - a council told to improve"
    assert entry.publisher == "Wexmoor Echo - Weekend"
    assert entry.summary == ""  # it only repeats both
    assert entry.url == "https://news.google.com/rss/articles/CBMiEXAMPLE0001?oc=5"


@pytest.mark.parametrize("query", ["Wexmoor+Ofsted", "Northmarsh"], ids=["one namespace", "another"])
@pytest.mark.parametrize("prefix", ["News", "n"])
def test_bing_news_leads_to_the_article_itself(query: str, prefix: str) -> None:
    served = (FEEDS / "bing_news.rss").read_text(encoding="utf-8")
    served = served.replace("Wexmoor+Ofsted", query).replace("News:", f"{prefix}:").replace(":News", f":{prefix}")
    entry = only(read(served))
    assert entry.url == "https://www.wexmoorecho.example/news/26000001.rated/"
    assert entry.publisher == "Wexmoor Echo"


def test_bing_counters_make_no_entry_new() -> None:
    served = (FEEDS / "bing_news.rss").read_text(encoding="utf-8")
    again = served.replace("tid=0A1B2C", "tid=999999").replace("c=123456789", "c=1")
    assert read(again).marks == read(served).marks


def test_reach_text_is_decoded_once_more_inside_cdata() -> None:
    entry = only(read_file("reach.rss"))
    assert entry.title == "Wexmoor council's children's homes inspected"
    assert entry.summary == "They wrote of the council's leaders : better, not good"
    assert entry.publisher == ""


def test_wordpress_full_text_is_kept_without_markup_and_credit() -> None:
    entry = only(read_file("wordpress.rss"))
    assert entry.title == "Caseloads ‘steady’ in Wexmoor"
    assert entry.summary == "Caseloads fell in a made-up council […]"
    assert entry.text == (
        "Caseloads fell in a made-up council over the winter.\n\nIts director spoke of steadier teams."
    )
    assert entry.id == "https://www.tradetitle.example/?p=200001"


def test_a_comment_count_is_no_news() -> None:
    served = (FEEDS / "wordpress.rss").read_text(encoding="utf-8")
    moved = served.replace("<slash:comments>4", "<slash:comments>17").replace("[Ofsted]", "[Inspection]")
    assert read(moved).marks == read(served).marks
    assert read(served.replace("steadier", "calmer")).marks != read(served).marks


def test_rdf_feed() -> None:
    entry = only(read_file("rdf.xml"))
    assert entry.id == entry.url == "https://news.northmarsh.example/1"
    assert entry.summary == "A made-up evening for carers."
    assert entry.published == datetime(2026, 6, 17, 8, tzinfo=UTC)


def test_json_feed() -> None:
    entry = only(
        read(
            '{"version": "https://jsonfeed.org/version/1.1", "title": "Wexmoor", "items": [{"id": 7, "url": "/news/7",'
            ' "title": "Foster &amp; adoption", "content_html": "<p>One.</p><p>Two.</p>", "summary": "One.",'
            ' "date_published": "2026-06-17T09:30:00+01:00"}, "no item"]}',
            content_type="application/feed+json",
        )
    )
    assert (entry.id, entry.url, entry.title) == ("7", "https://www.wexmoor.example/news/7", "Foster & adoption")
    assert (entry.summary, entry.text) == ("One.", "One.\n\nTwo.")
    assert entry.published == datetime(2026, 6, 17, 8, 30, tzinfo=UTC)


def test_gdelt_list_of_articles() -> None:
    entry = only(
        read(
            '{"articles": [{"url": "https://www.wexmoorecho.example/news/1.rated/", "title": "Wexmoor rated",'
            ' "seendate": "20260617T064500Z", "domain": "wexmoorecho.example"}]}'
        )
    )
    assert entry.published == datetime(2026, 6, 17, 6, 45, tzinfo=UTC)
    assert entry.publisher == "wexmoorecho.example"
    assert read("{}").entries == ()


@pytest.mark.parametrize("version", ["0.91", "0.92", "1.0", "2.0", "9.9"])
def test_every_version_of_rss(version: str) -> None:
    assert titles(read(rss(*TWO).replace('"2.0"', f'"{version}"'))) == BOTH_ENTRIES


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["summary first", "content first"])
def test_atom_summary_and_content_are_told_apart(order: tuple[int, int]) -> None:
    parts = (
        "<summary>Short &amp; sweet.</summary>",
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A longer one.</p><p>And more.</p></div>'
            "</content>"
        ),
    )
    entry = only(
        read(
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.northmarsh.example/news/"><entry>'
            '<id>urn:1</id><link rel="self" href="/self"/><link rel="enclosure" href="a.mp3"/><link href="7"/>'
            f'<title type="html">Foster &amp;lt;3 &lt;b&gt;carers&lt;/b&gt;</title>{parts[order[0]]}{parts[order[1]]}'
            "<published>2026-06-17T09:30:00Z</published><updated>2026-06-18</updated>"
            "<source><title>Another site</title></source></entry></feed>"
        )
    )
    assert entry.url == "https://www.northmarsh.example/news/7"
    assert entry.title == "Foster <3 carers"
    assert entry.summary == "Short & sweet."
    assert entry.text == "A longer one.\n\nAnd more."
    assert entry.published == datetime(2026, 6, 17, 9, 30, tzinfo=UTC)
    assert not entry.published_is_date
    assert entry.updated == datetime(2026, 6, 17, 23, tzinfo=UTC)
    assert entry.publisher == "Another site"
