"""Feeds that any reader takes: valid Atom and JSON Feed, harmless whatever the sources say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import feedparser
import hostile
import html5lib
import pytest
from hypothesis import given
from lxml import etree
from render_examples import full_digest, item, told

from monitor.model import Feed, FeedEntry, Story, UpdateReason
from monitor.render.feeds import files

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 17, 6, 30, tzinfo=UTC)
NAMES = {"a": "http://www.w3.org/2005/Atom"}


def story(title="A headline", *, new=(), **changes):
    values = {"id": 1, "items": (told(item(title=title)),), "councils": ("Wexmoor",), "event": None, "relevance": 0.9}
    return Story(**values | {"new": new} | changes)


def feed(*stories, inspections=()):
    return Feed(
        name="digest-briefing",
        title="Ofsted monitor: briefing",
        began=NOW,
        entries=tuple(
            FeedEntry(
                id=f"urn:uuid:{number:032x}",
                story=one,
                inspections=tuple(news for news in inspections if news.story == one.id),
                published=NOW,
                updated=NOW + timedelta(hours=number),
            )
            for number, one in enumerate(stories)
        ),
    )


def both(made):
    titles = {"workforce-stability": "Workforce stability"}
    written = files(made, theme_titles=titles, timezone=LONDON)
    return feedparser.parse(written[".atom"]), json.loads(written[".json"])


def test_a_week_of_stories_reads_the_same_in_both_formats():
    digest = full_digest()
    made = feed(*digest.stories, inspections=digest.inspections)
    parsed, data = both(made)
    assert not parsed.bozo
    assert len(parsed.entries) == len(data["items"]) == len(digest.stories)
    for entry, one in zip(parsed.entries, data["items"], strict=True):
        assert (entry.id, entry.title) == (one["id"], one["title"])
        assert entry.updated == one["date_modified"]
        assert entry.published == one["date_published"]
        assert entry.get("link") == one.get("url")
        assert entry.title
        assert one["content_html"].strip()


def test_an_update_says_that_it_is_one_and_why():
    _, data = both(feed(story(new=(UpdateReason.RESPONSE,)), story()))
    update, first = data["items"]
    assert update["title"].startswith("Update: ")
    assert update["title"].count("Update") == 1
    assert "Wexmoor Echo feed reports an official response." in update["content_html"]
    assert update["_ofsted_monitor"]["new"] == ["response"]
    assert not first["title"].startswith("Update: ")
    assert first["_ofsted_monitor"]["update"] is False


def test_a_report_is_told_with_its_grades_old_and_new():
    digest = full_digest()
    _, data = both(feed(*digest.stories, inspections=digest.inspections))
    whole = " ".join(one["content_html"] for one in data["items"])
    told = "inadequate (January 2020) → <strong>requires improvement</strong>: ▲ better, up one grade"
    assert f"<li>Overall effectiveness: {told}" in whole


def test_a_feed_without_news_is_still_a_feed():
    parsed, data = both(feed())
    assert not parsed.bozo
    assert parsed.feed.updated == "2026-06-17T06:30:00Z"
    assert data["items"] == []


def test_the_same_feed_is_the_same_bytes():
    made = feed(*full_digest().stories)
    assert files(made, theme_titles={}, timezone=LONDON) == files(made, theme_titles={}, timezone=LONDON)


@given(story=hostile.stories())
def test_whatever_a_source_says_is_harmless_in_a_feed(story):
    made = feed(story)
    written = files(made, theme_titles={}, timezone=LONDON)
    root = etree.fromstring(written[".atom"])
    assert len(root.findall("a:entry", NAMES)) == 1
    (one,) = json.loads(written[".json"])["items"]
    for content in (root.findtext("a:entry/a:content", namespaces=NAMES), one["content_html"]):
        tree = html5lib.parse(content, namespaceHTMLElements=False)
        assert {element.tag for element in tree.iter()} <= {
            *("html", "head", "body", "h2", "p", "ul", "li", "a", "blockquote", "strong"),
        }
        assert all(link.get("href", "").startswith(("http://", "https://")) for link in tree.iter("a"))
    assert len(one["title"]) <= 170


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://user@example.org/"])
def test_an_address_that_is_no_plain_web_address_is_not_linked(url):
    made = feed(story(items=(told(item(url=url)),)))
    parsed, data = both(made)
    assert not parsed.entries[0].get("links")
    assert "url" not in data["items"][0]
