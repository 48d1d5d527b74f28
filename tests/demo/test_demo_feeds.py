"""The site's feeds are read as the real ones are, and carry the same traps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

if TYPE_CHECKING:
    from demo_client import Get

    from monitor.demo.site import DemoSite

OFSTED = "/govuk/government/organisations/ofsted.atom"
SEARCH = "/govuk/search/all.atom?keywords=%22children%27s+services%22"
TEES = "/bbc/news/england/tees/rss.xml"
REACH = "/reach/news/?service=rss"
COMMITTEES = "/moderngov/mgRss.aspx?XXR=0"

# path, entries yesterday, entries this morning
FEEDS = [
    pytest.param(OFSTED, 4, 5, id="govuk-organisation"),
    pytest.param(SEARCH, 4, 4, id="govuk-finder"),
    pytest.param("/newsroom/feed/", 5, 7, id="newsroom"),
    pytest.param(TEES, 4, 8, id="bbc-tees, one story under two ids"),
    pytest.param("/bbc/news/england/devon/rss.xml", 3, 5, id="bbc-devon"),
    pytest.param(REACH, 5, 8, id="reach"),
    pytest.param("/newsquest/news/rss/", 3, 6, id="newsquest"),
    pytest.param("/lookout/feed/", 3, 0, id="lookout, a consent page this morning"),
    pytest.param("/trade/feed/", 3, 5, id="trade"),
    pytest.param(COMMITTEES, 4, 6, id="moderngov, a decision listed twice"),
]


def read(get: Get, path: str) -> Any:
    return feedparser.parse(get(path).body, sanitize_html=False, resolve_relative_uris=False)


def entry(feed: Any, part_of_link: str) -> Any:
    return next(entry for entry in feed.entries if part_of_link in entry.link)


@pytest.mark.parametrize(("path", "yesterday", "this_morning"), FEEDS)
def test_feed_shows_yesterday_and_then_this_morning(
    site: DemoSite, get: Get, path: str, yesterday: int, this_morning: int
) -> None:
    before = read(get, path)
    assert not before.bozo
    assert len(before.entries) == yesterday
    site.advance()
    after = read(get, path)
    assert len(after.entries) == this_morning


@pytest.mark.parametrize("path", [row.values[0] for row in FEEDS])
def test_every_link_of_a_feed_opens_on_the_site(site: DemoSite, get: Get, path: str) -> None:
    site.advance()
    for each in read(get, path).entries:
        assert each.link.startswith(site.url)
        page = get(each.link.removeprefix(site.url))
        assert page.status == 200
        assert b"<article>" in page.body


@pytest.mark.parametrize("path", [row.values[0] for row in FEEDS if "lookout" not in row.id])
def test_feed_says_that_it_is_invented(get: Get, path: str) -> None:
    feed = read(get, path).feed
    assert "invented, for the demonstration" in feed.title


def test_govuk_update_has_a_new_id_in_one_feed_and_the_same_id_in_the_other(site: DemoSite, get: Get) -> None:
    page = "improvement-notice-issued"
    before = {path: entry(read(get, path), page) for path in (OFSTED, SEARCH)}
    site.advance()
    after = {path: entry(read(get, path), page) for path in (OFSTED, SEARCH)}
    assert before[OFSTED].id != after[OFSTED].id
    assert after[OFSTED].id == f"{after[OFSTED].link}#{after[OFSTED].updated}"
    assert before[SEARCH].id == after[SEARCH].id
    assert before[SEARCH].updated != after[SEARCH].updated
    assert before[SEARCH].link == before[OFSTED].link == after[SEARCH].link


def test_govuk_feeds_show_time_and_titles_in_their_two_ways(site: DemoSite, get: Get) -> None:
    site.advance()
    organisation, finder = (entry(read(get, path), "improvement-notice") for path in (OFSTED, SEARCH))
    assert organisation.title.startswith("Decision: ")
    assert organisation.updated == "2026-06-17T04:45:00Z"
    assert finder.title.startswith("Improvement notice")
    assert finder.updated == "2026-06-17T05:45:00+01:00"
    assert "<mark>children&#x27;s services</mark>" in finder.summary


def test_bbc_story_moves_from_one_number_to_the_next_with_the_same_words(site: DemoSite, get: Get) -> None:
    moved, doubled = "c0dem0tees3o", "c0dem0tees2o"
    before = entry(read(get, TEES), moved)
    site.advance()
    feed = read(get, TEES)
    after = entry(feed, moved)
    assert (before.id[-2:], after.id[-2:]) == ("#0", "#1")
    assert (before.title, before.summary, before.published) == (after.title, after.summary, after.published)
    assert [each.id[-2:] for each in feed.entries if doubled in each.link] == ["#0", "#1"]


def test_reach_feed_escapes_inside_cdata_and_shows_an_old_channel_date(get: Get) -> None:
    body = get(REACH).body.decode()
    assert "can&#x27;t cope&#x3a; a decision is due next month.&#xa;]]>" in body
    assert "&#039;too big&#039;" in body
    assert 'type=""' in body
    feed = feedparser.parse(body)
    assert feed.feed.published_parsed < min(each.published_parsed for each in feed.entries)


def test_trade_feed_has_full_text_and_another_count_of_comments_each_time(get: Get) -> None:
    first, second = (read(get, "/trade/feed/").entries[0] for _ in range(2))
    assert first.content == second.content
    assert first.slash_comments != second.slash_comments


def test_committee_feed_escapes_twice_and_repeats_a_decision(site: DemoSite, get: Get) -> None:
    site.advance()
    entries = read(get, COMMITTEES).entries
    assert [each.title for each in entries if "MId=5501" in each.link] == [
        "Minutes published: Children &amp; Lifelong Learning Scrutiny Panel, 01/06/2026 2.00 pm"
    ]
    assert Counter(each.link for each in entries).most_common(1)[0][1] == 2


def test_one_story_runs_in_three_titles_under_three_headlines(site: DemoSite, get: Get) -> None:
    site.advance()
    told = {"/bbc/news/england/devon/rss.xml": "devn4o", REACH: "30000106", "/newsquest/news/rss/": "26000204"}
    links = [entry(read(get, path), part).link for path, part in told.items()]
    pages = [get(link.removeprefix(site.url)).body.decode() for link in links]
    assert all("eleven weeks longer than it should" in page for page in pages)
    assert len({page.split("<h1>")[1].split("</h1>")[0] for page in pages}) == 3
