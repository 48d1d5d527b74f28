"""Everything a broken feed publishes is read, and what is no feed is named."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from served_feeds import BOTH_ENTRIES, FEEDS, TWO, item, only, read, rss, titles

from monitor.errors import ParseError


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
