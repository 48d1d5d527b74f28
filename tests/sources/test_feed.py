"""Of a feed, the entries that are new are read, each once; and of an entry its link, its day and its words."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from served_feeds import TWO, item, only, read, read_file, rss, titles


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
