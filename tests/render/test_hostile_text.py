"""Whatever stands in a title, a quotation, a name or a link, no medium is broken by it or obeys it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hostile import ATTACKS, LINKS, assert_clean, hostile_digests
from hypothesis import HealthCheck, given, settings
from render_examples import LONDON, digest, expectation, inspection, item, known, label, news, story

from monitor.render import render
from monitor.render.html import MAX_BYTES


def check(told):
    message = render(told, theme_titles={}, timezone=LONDON)
    check_subject(message.subject)
    check_html(message.html)
    check_text(message.text)
    for payload in (*message.slack, *message.slack_thread):
        check_slack(payload)
    json.dumps(message.data, ensure_ascii=False).encode()


def check_subject(line):
    assert_clean(line)
    assert "\n" not in line
    assert 0 < len(line) <= 150


def check_html(page):
    assert len(page.encode()) < MAX_BYTES
    assert_clean(page)
    soup = BeautifulSoup(page, "lxml")
    assert not soup.select("script, img, iframe, form, link, object")
    assert len(soup.select("style")) == len(soup.select("title")) == 1
    assert all(link["href"].startswith(("http://", "https://")) for link in soup.select("a"))
    assert not [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on")]


def check_text(words):
    words.encode()
    assert_clean(words)
    for line in words.split("\n"):
        assert len(line) <= 78 or line.strip().startswith(("http://", "https://"))


def check_slack(payload):
    raw = json.dumps(payload, ensure_ascii=False)
    raw.encode()
    assert payload["unfurl_links"] is payload["unfurl_media"] is False
    assert payload["text"]
    assert len(payload["blocks"]) <= 50
    assert len(raw) <= 13_000
    check_mrkdwn(payload["text"])
    for block in payload["blocks"]:
        if block["type"] == "header":
            assert 0 < len(block["text"]["text"]) <= 150
            assert not re.search("[<>]", block["text"]["text"])
        elif block["type"] in ("section", "context"):
            for words in [block["text"]] if block["type"] == "section" else block["elements"]:
                assert 0 < len(words["text"]) <= 3_000
                check_mrkdwn(words["text"])


def check_mrkdwn(words):
    assert_clean(words)
    without_links = re.sub(r"<https?://[^|<>\s]+\|[^|<>]+>", "", words.replace("\n>", "\n").removeprefix(">"))
    assert not re.search("[<>]", without_links.replace("|", ""))
    assert not re.search("&(?!amp;|lt;|gt;)", words)
    assert not re.search("[_~`]", without_links)


@given(hostile_digests())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_text_breaks_or_commands_any_medium(told):
    check(told)


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_known_attack_is_shown_and_not_obeyed(attack):
    one = story(
        items=(item(attack, publisher=attack), item(attack, source=attack)),
        themes=((label(attack, text=attack), item().url),),
    )
    told = expectation(attack, what=attack, rule=attack, source=attack)
    report = news(replaces=known(title=attack), inspection=inspection(differences=(attack,)), next=told)
    check(digest(subscription=attack, stories=(one,), inspections=(report,), councils=(attack,), expected=(told,)))
    check(digest(expected=(told,)))


@pytest.mark.parametrize("link", LINKS, ids=range(len(LINKS)))
def test_unsafe_link_is_shown_without_a_link(link):
    told = expectation(source_url=link, follows_url=link)
    report = news(url=link, next=told, follows=known(url=link), replaces=known(url=link))
    check(
        digest(
            stories=(story(items=(item(url=link), item(url=link)), themes=((label(), link),)),),
            inspections=(report,),
            expected=(told,),
        )
    )


def test_long_digest_is_split_over_slack_messages_without_losing_a_story():
    titles = [f"Story number {n} of many about one council" for n in range(120)]
    quotes = ((label(text="A sentence with <marks> & more. " * 8), item().url),)
    stories = tuple(story(n, (item(title),), themes=quotes[: n % 2]) for n, title in enumerate(titles))
    message = render(digest(stories=stories), theme_titles={}, timezone=LONDON)
    assert len(message.slack) > 2
    told = json.dumps(message.slack)
    for number, payload in enumerate(message.slack, start=1):
        check_slack(payload)
        assert payload["text"].endswith(f"({number} of {len(message.slack)})")
    for title in titles:
        assert title in told


def test_repeated_hostile_themes_do_not_hide_each_other():
    twice = replace(story(), themes=((label("<a>"), item().url), (label("<b>"), item().url)))
    message = render(digest(stories=(twice,)), theme_titles={"<a>": "One & two"}, timezone=LONDON)
    assert "One &amp; two" in message.html
    assert "&lt;b&gt;" in message.html
