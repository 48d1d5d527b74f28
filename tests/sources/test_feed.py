"""Everything a feed publishes is read, whatever its state, and nothing it does not publish."""

from __future__ import annotations

import pickle
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.model import Document, Entry, Reading
from monitor.sources.feed import read_feed

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://www.wexmoor.example/news/feed.xml"
BOTH_ENTRIES = ["First news", "Second news"]


def document(body: str | bytes, *, content_type: str = "application/rss+xml", url: str = URL) -> Document:
    return Document(url=url, body=body.encode() if isinstance(body, str) else body, content_type=content_type)


def read(
    body: str | bytes, *, known: frozenset[str] = frozenset(), content_type: str = "text/xml", url: str = URL
) -> Reading:
    return read_feed(document(body, content_type=content_type, url=url), known=known)


def read_file(name: str) -> Reading:
    return read((FEEDS / name).read_bytes())


def rss(*items: str) -> str:
    inner = "".join(f"<item>{item}</item>\n" for item in items)
    opening = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
    return f"{opening}<title>Wexmoor news</title>\n{inner}</channel></rss>"


def item(title: str = "News", link: str = "https://www.wexmoor.example/1", more: str = "") -> str:
    return f"<title>{title}</title><link>{link}</link>{more}"


TWO = (item("First news", "https://www.wexmoor.example/1"), item("Second news", "https://www.wexmoor.example/2"))


def titles(reading: Reading) -> list[str]:
    return [entry.title for entry in reading.entries]


def only(reading: Reading) -> Entry:
    assert len(reading.entries) == len(reading.marks) == 1
    return reading.entries[0]


# --- what each publisher serves ------------------------------------------------------------------------------


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


# --- what is new -----------------------------------------------------------------------------------------------


def test_only_unknown_entries_are_read_and_all_are_marked() -> None:
    first = read(rss(*TWO))
    third = item("Third news", "https://www.wexmoor.example/3")
    second = read(rss(third, *TWO), known=frozenset(first.marks))
    assert titles(second) == ["Third news"]
    assert second.marks[1:] == first.marks
    assert read(rss(third, *TWO), known=frozenset(second.marks)).entries == ()


def test_twenty_new_entries_between_two_polls_are_all_read() -> None:
    def served(numbers: range) -> str:
        return rss(*(item(f"News {n}", f"https://www.wexmoor.example/{n}") for n in numbers))

    known = frozenset(read(served(range(20))).marks)
    assert len(read(served(range(20, 40)), known=known).entries) == 20


def test_mark_has_32_hex_digits() -> None:
    assert all(len(mark) == 32 and int(mark, 16) >= 0 for mark in read(rss(*TWO)).marks)


def test_reading_can_travel_between_processes() -> None:
    reading = read_file("wordpress.rss")
    assert pickle.loads(pickle.dumps(reading)) == reading  # noqa: S301


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([item("A"), item("A")], 1, id="the same twice"),
        pytest.param([item("A"), item("B")], 2, id="one link, two titles"),
        pytest.param(["<title>A</title>", "<title>B</title>"], 2, id="neither id nor link"),
        pytest.param(
            ["<title>A</title><pubDate>1 Jun 2026</pubDate>", "<title>A</title><pubDate>2 Jun 2026</pubDate>"],
            2,
            id="one title, two dates",
        ),
        pytest.param(
            [item("A", "https://a.example/1", "<guid>0</guid>"), item("B", "https://a.example/2", "<guid>0</guid>")],
            2,
            id="one id for all",
        ),
        pytest.param([item("A", more="<guid>x</guid>"), item("A", more="<guid>x</guid>")], 1, id="one id, all alike"),
        pytest.param([item("A"), "", "<category>x</category>"], 1, id="entries that say nothing"),
    ],
)
def test_entries_are_folded_only_when_they_are_the_same(items: list[str], expected: int) -> None:
    assert len(read(rss(*items)).entries) == expected


def test_of_two_alike_the_newer_is_kept() -> None:
    more = "<guid>x</guid><description>{}</description><pubDate>{}</pubDate>"
    old = item(more=more.format("old", "Tue, 16 Jun 2026 09:30:00 BST"))
    new = item(more=more.format("new", "Tue, 16 Jun 2026 09:00:00 GMT"))
    assert only(read(rss(old, new))).summary == only(read(rss(new, old))).summary == "new"


# --- one entry -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/news/7", "https://www.wexmoor.example/news/7"),
        ("7?a=1&amp;b=2", "https://www.wexmoor.example/news/7?a=1&b=2"),
        ("//cdn.wexmoor.example/7", "https://cdn.wexmoor.example/7"),
        ("HTTP://Wexmoor.example/A", "HTTP://Wexmoor.example/A"),
        ("\n https://a.example/x \n", "https://a.example/x"),
        ("https://a.example/two words", "https://a.example/two%20words"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("https://[", ""),
        ("https://", ""),
        ("https://a.example/" + "x" * 3_000, ""),
        ("https://a.example/\u202ex", ""),
        ("http://www.bing.com/news/apiclick.aspx?x=1", "http://www.bing.com/news/apiclick.aspx?x=1"),
        (
            "https://a.example/apiclick.aspx?url=https://b.example/",
            "https://a.example/apiclick.aspx?url=https://b.example/",
        ),
    ],
)
def test_link_is_absolute_and_leads_to_the_web_or_is_left_out(link: str, url: str) -> None:
    assert only(read(rss(item("News", link)))).url == url


def test_id_that_is_an_address_stands_in_for_a_missing_link() -> None:
    assert only(read(rss("<title>A</title><guid>https://a.example/1</guid>"))).url == "https://a.example/1"
    assert only(read(rss("<title>A</title><guid>tag-7</guid>"))).url == ""


@pytest.mark.parametrize(
    ("date", "published", "is_date"),
    [
        ("Tue, 16 Jun 2026 09:30:00 BST", datetime(2026, 6, 16, 8, 30, tzinfo=UTC), False),
        ("16/06/2026", datetime(2026, 6, 15, 23, tzinfo=UTC), True),
        ("Tue, 16 Jun 2026 00:00:00 +0100", datetime(2026, 6, 15, 23, tzinfo=UTC), True),
        ("Tue, 16 Jun 2099 09:30:00 GMT", datetime(2099, 6, 16, 9, 30, tzinfo=UTC), False),
        ("some day", None, False),
    ],
    ids=["BST", "British day", "midnight", "future", "nonsense"],
)
def test_date_is_read_in_british_time(date: str, published: datetime | None, is_date: bool) -> None:
    entry = only(read(rss(item(more=f"<pubDate>{date}</pubDate>"))))
    assert (entry.published, entry.published_is_date) == (published, is_date)


def test_title_escaped_twice() -> None:
    assert only(read(rss(item("Children&amp;amp;#39;s services")))).title == "Children's services"


def test_entry_without_title_takes_its_first_words() -> None:
    text = "Ten new foster homes. " * 20
    title = only(read(rss(f"<description>{text}</description><link>https://a.example/</link>"))).title
    assert title.startswith("Ten new foster homes.")
    assert len(title) <= 100


def test_long_texts_are_bounded() -> None:
    long = "word " * 60_000
    entry = only(read(rss(item(long, more=f"<description>more {long}</description>"))))
    assert (len(entry.title), len(entry.summary), len(entry.text)) == pytest.approx((500, 2_000, 100_000), rel=0.01)
    assert max(len(entry.title) - 500, len(entry.summary) - 2_000, len(entry.text) - 100_000) <= 0


# --- defects ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("\ufeff" + rss(*TWO), id="byte order mark"),
        pytest.param(" \n\n" + rss(*TWO), id="blank before the declaration"),
        pytest.param("<br />Warning: line 3\n" + rss(*TWO), id="words before the declaration"),
        pytest.param(rss(*TWO).replace("<title>Wexmoor", "<title>Wexmoor & Northmarsh"), id="stray ampersand"),
        pytest.param(
            rss(TWO[0] + "<description>Fish &nbsp;&amp; R&D &bogus; &#8; &#xFFFFFFFF;</description>", TWO[1]),
            id="undefined entities",
        ),
        pytest.param(rss(TWO[0] + "<description>a\x0bb\x00c</description>", TWO[1]), id="control characters"),
        pytest.param(rss(TWO[0] + "<description><b>bold</description>", TWO[1]), id="tag left open"),
        pytest.param(rss(TWO[0] + "<description>4 < 5</description>", TWO[1]), id="stray bracket"),
        pytest.param(
            rss(TWO[0] + "<description><![CDATA[a & b]]> & <![CDATA[c]]></description>", TWO[1]),
            id="ampersand beside CDATA",
        ),
        pytest.param(rss(TWO[0] + "<description color=red>x</description>", TWO[1]), id="attribute without quotes"),
        pytest.param(
            rss(TWO[0] + "<dc:creator>x</dc:creator><media:thumbnail url='x'/>", TWO[1]), id="undeclared prefix"
        ),
        pytest.param(rss(TWO[0] + "<x:source>x</x:source>", TWO[1]), id="undeclared prefix that is read"),
        pytest.param(rss(*TWO) + "<!-- served in 3 ms --><script>x</script>", id="junk after the end"),
        pytest.param(rss(*TWO).replace("</item>\n<item>", "<item>"), id="entry never closed"),
        pytest.param(rss(*TWO).replace("utf-8", "windows-1252"), id="claims another encoding"),
        pytest.param(rss(*TWO).encode("utf-16"), id="UTF-16"),
        pytest.param(rss(*TWO).replace("utf-8", "no-such-encoding"), id="unknown encoding"),
        pytest.param(
            "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://dtd.example/rss-0.91.dtd'>"
            + rss(*TWO).partition("?>")[2],
            id="Netscape's DOCTYPE",
        ),
    ],
)
def test_malformed_feed_gives_every_entry(body: str | bytes) -> None:
    assert titles(read(body)) == BOTH_ENTRIES


def test_entry_inside_an_entry_hides_neither_of_its_neighbours() -> None:
    reading = read(rss(TWO[0] + "<source><item><title>Within</title></item></source>", TWO[1]))
    assert set(BOTH_ENTRIES) <= set(titles(reading))


def test_malformed_feed_is_told_to_the_operator() -> None:
    reading = read(rss(item("Fish & chips")))
    assert reading.notes[0].startswith("not well-formed: ")
    assert reading.entries[0].title == "Fish & chips"
    assert reading.is_complete


def test_one_broken_entry_costs_only_itself() -> None:
    items = [item(f"News {n}", f"https://www.wexmoor.example/{n}") for n in range(20)]
    items[7] = "<title>Broken</titel><b><description>x & y"
    reading = read(rss(*items))
    assert {f"News {n}" for n in range(20) if n != 7} <= set(titles(reading))


def test_known_entries_of_a_broken_feed_are_not_new() -> None:
    broken = rss(TWO[0] + "<description><b>bold</description>", TWO[1])
    assert read(broken, known=frozenset(read(broken).marks)).entries == ()


def test_windows_1252_in_a_feed_that_says_utf_8() -> None:
    body = rss(item("The council’s news", more="<description>café</description>")).encode("cp1252")
    entry = only(read(body, content_type="text/xml; charset=utf-8"))
    assert (entry.title, entry.summary) == ("The council’s news", "café")


def test_text_xml_without_charset_is_utf_8() -> None:
    assert only(read(rss(item("Café ’")), content_type="text/xml")).title == "Café ’"


@pytest.mark.parametrize("stop", ["<title>Second", "</link></item>\n</channel>", "&amp", "<![CDATA[x"], ids=str)
def test_cut_feed_gives_its_whole_entries_and_says_so(stop: str) -> None:
    whole = rss(TWO[0], TWO[1] + "<description>Fish &amp; <![CDATA[x]]></description>")
    reading = read(whole[: whole.index(stop) + len(stop)] if stop in whole else rss(*TWO)[:-30])
    assert titles(reading)[0] == "First news"
    assert not reading.is_complete
    assert reading.notes == ("cut short",)


@given(st.integers(min_value=0))
def test_feed_cut_anywhere_never_gives_half_an_entry(at: int) -> None:
    whole = (FEEDS / "bbc.rss").read_bytes()
    complete = {entry.title for entry in read(whole).entries} | {"Wexmoor care 'on the mend'"}
    try:
        reading = read(whole[: at % len(whole)])
    except ParseError:
        return
    assert set(titles(reading)) <= complete
    assert reading.is_complete is (whole[: at % len(whole)].endswith(b"</rss>"))


def test_cut_and_broken_feed_leaves_its_last_entry_out() -> None:
    reading = read(rss(TWO[0] + "<description><b>x</description>", TWO[1])[:-40])
    assert titles(reading) == ["First news"]
    assert not reading.is_complete


# --- what is no feed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(
            "<!DOCTYPE html><html><head><title>Before you continue</title></head><body>",
            "a web page titled “Before you continue”",
            id="consent page",
        ),
        pytest.param(
            "<html><body><h1>Slim Application Error</h1><p>x</p></body></html>",
            "a web page titled “Slim Application Error”",
            id="Slim error",
        ),
        pytest.param("<h1>Slim Application Error</h1>", "a web page titled “Slim Application Error”", id="fragment"),
        pytest.param("<html><title>Just a moment...</title>", "a web page titled “Just a moment...”", id="challenge"),
        pytest.param(
            "<!-- cached --><html><head></head><body>Down for maintenance", "a web page, not a feed", id="no title"
        ),
        pytest.param(
            "Bad request: no such finder", "plain text, not a feed: “Bad request: no such finder”", id="plain text"
        ),
        pytest.param("", "an empty document", id="empty"),
        pytest.param(" \n\ufeff", "an empty document", id="blank"),
        pytest.param("<urlset><url><loc>x</loc></url></urlset>", "XML whose root is <urlset>", id="other XML"),
        pytest.param('{"results": []}', "JSON, but neither", id="other JSON"),
        pytest.param("[1]", "JSON, but neither", id="JSON list"),
        pytest.param('{"items": [', "begins as JSON and is not", id="cut JSON"),
        pytest.param("[" * 100_000, "begins as JSON and is not", id="nested JSON"),
        pytest.param(rss(*TWO)[:90], "cut short before its first entry ends", id="cut at the start"),
        pytest.param(
            "<rss><channel><title>x</titel></rss>",
            "not well-formed (mismatched tag, line 1)",
            id="broken, without entries",
        ),
    ],
)
def test_what_is_no_feed_is_named(body: str, reason: str) -> None:
    with pytest.raises(ParseError) as failure:
        read(body)
    assert failure.value.reason.startswith(reason) or reason in failure.value.reason


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE rss [<!ENTITY c SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://a.example/x.dtd">%p;]>',
    ],
    ids=["billion laughs", "external", "parameter"],
)
def test_entities_are_refused(declaration: str) -> None:
    with pytest.raises(ParseError, match="entities"):
        read(declaration + rss(item("&c;")).partition("?>")[2])


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param(
            item(more="<description><![CDATA[" + "<!-- " * 96_000 + "]]></description>"), 1, id="comments left open"
        ),
        pytest.param(item("word " * 400_000), 1, id="2 MB title"),
        pytest.param(
            item(more="<description>" + "<b>" * 10_000 + "x" + "</b>" * 10_000 + "</description>"), 1, id="nested tags"
        ),
        pytest.param(item(more="<description>" + "& " * 100_000 + "</description>"), 1, id="stray ampersands"),
        pytest.param(
            "</item><item>".join(item(f"n{n}", f"https://a.example/{n}") for n in range(5_000)),
            5_000,
            id="5,000 entries",
        ),
    ],
)
def test_hostile_size_is_read_all_the_same(inside: str, expected: int) -> None:
    assert len(read(rss(inside)).entries) == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(ParseError):
        reading = read(body)
        assert len(reading.entries) <= len(reading.marks)
