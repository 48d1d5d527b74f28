"""What the scan settles by itself is what a full parser would say."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.scan import scan

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
LINK = "<link>https://a.example/1</link>"


def settled_beside_parsed(body: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """For each entry, what the scan settled, and what feedparser says of the same names."""
    data = body.encode()
    found = scan(data)
    assert not found.error
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False).entries
    settled = [entry.settled(data) for entry in found.entries]
    return [
        (ours, {name: dict.get(theirs, name, "") for name in ours})
        for ours, theirs in zip(settled, parsed, strict=True)
    ]


def rss(*children: str) -> str:
    return f'<rss version="2.0"><channel><item>{"".join(children)}</item></channel></rss>'


def settled(*children: str) -> dict[str, str]:
    ((ours, theirs),) = settled_beside_parsed(rss(*children))
    assert ours == theirs
    return ours


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("<title>Wexmoor news</title>", "Wexmoor news", id="plain"),
        pytest.param("<title>\n  Fish &amp; chips\n</title>\n", "Fish & chips", id="reference and white space"),
        pytest.param("<title><![CDATA[Fish & chips]]></title>", "Fish & chips", id="CDATA"),
        pytest.param("<title>The council’s “plan” – at last</title>", "The council’s “plan” – at last", id="quotes"),
    ],
)
def test_plain_title_and_link_are_settled(title: str, text: str) -> None:
    assert settled(title, LINK) == {"title": text, "link": "https://a.example/1"}


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("<title>One <b>two</b></title>", id="markup"),
        pytest.param("<title>One<![CDATA[ two]]></title>", id="half CDATA"),
        pytest.param("<title>One<!-- two --></title>", id="comment"),
        pytest.param('<title type="html">One</title>', id="type"),
        pytest.param("<title>One</title><title>Two</title>", id="two titles"),
        pytest.param("<title>Caf\u00c3\u00a9</title>", id="decoded wrongly by its publisher"),
        pytest.param("<title>It&#146;s</title>", id="windows-1252"),
        pytest.param("<title/>", id="empty"),
    ],
)
def test_title_that_leaves_a_doubt_is_left_to_the_parser(title: str) -> None:
    assert "title" not in settled(title, LINK)


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("<link>/news/1</link>", id="relative"),
        pytest.param("<link>https://a.example/?a=1&amp;amp;b=2</link>", id="escaped twice"),
        pytest.param("<link>https://a.example/1 2</link>", id="space"),
        pytest.param("<link>https://a.example/1</link><link>https://a.example/2</link>", id="two links"),
        pytest.param('<link href="https://a.example/1"/>', id="Atom's"),
    ],
)
def test_link_that_leaves_a_doubt_is_left_to_the_parser(link: str) -> None:
    assert settled("<title>One</title>", link) == {"title": "One"}


@pytest.mark.parametrize("file", sorted(FEEDS.glob("*.*")), ids=lambda file: file.name)
def test_publishers_feeds_are_settled_as_parsed(file: Path) -> None:
    for ours, theirs in settled_beside_parsed(file.read_text(encoding="utf-8")):
        assert ours == theirs


PIECES = st.sampled_from(
    ["news", " ", "\n", "&amp;", "&lt;b&gt;", "&#146;", "’", "é", "Ã©", "<![CDATA[x & y]]>", "<b>x</b>", "<!-- x -->"]
)
TEXT = st.lists(PIECES, max_size=4).map("".join)
CHILD = st.one_of(
    st.builds("<title>{}</title>".format, TEXT),
    st.builds("<title type='html'>{}</title>".format, TEXT),
    st.builds("<link>https://a.example/{}</link>".format, TEXT),
    st.builds("<link>{}</link>".format, TEXT),
    st.builds("<description>{}</description>".format, TEXT),
    st.builds("<source><title>{}</title></source>".format, TEXT),
    st.builds("<guid>{}</guid>".format, TEXT),
)


@given(st.lists(CHILD, max_size=5))
def test_whatever_stands_in_an_entry_is_settled_as_parsed(children: list[str]) -> None:
    for ours, theirs in settled_beside_parsed(rss("<title>n</title>", *children)):
        assert ours == theirs
