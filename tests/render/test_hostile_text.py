"""Whatever stands in a title, a quotation, a name or a link, no medium is broken by it or obeys it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email.parser import BytesParser
from email.policy import default

import html5lib
import pytest
from bs4 import BeautifulSoup, Comment
from hostile import ATTACKS, LINKS, assert_clean, hostile_digests
from hypothesis import HealthCheck, given, settings
from render_examples import LONDON, NOW, digest, expectation, inspection, item, known, label, news, story

from monitor.delivery.mime import mail
from monitor.model import Delivery, DeliveryState
from monitor.render import render
from monitor.render.html import MAX_BYTES

HEADERS = {
    *("Date", "Message-ID", "From", "To", "Subject", "List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"),
}
DELIVERY = Delivery(
    id=1,
    digest_id=1,
    subscription="weekday-briefing",
    position=0,
    channel="email",
    recipient_mark="0",
    part=0,
    message_id="<1@example.org>",
    composed_at=NOW,
    state=DeliveryState.SENDING,
)


def check(told):
    message = render(told, theme_titles={}, timezone=LONDON, can_stop=True)
    own = message.with_stop_link("https://monitor.example.org/stop/abc")
    check_subject(own.subject)
    check_html(own.html)
    check_text(own.text)
    check_mail(own)
    for payload in (*message.slack, *message.slack_thread):
        check_slack(payload)
    check_data(message.data)


def check_subject(line):
    assert_clean(line)
    assert "\n" not in line
    assert 0 < len(line) <= 150


def check_html(page):
    assert len(page.encode()) < MAX_BYTES
    assert_clean(page)
    html5lib.HTMLParser(strict=True).parse(page)
    soup = BeautifulSoup(page, "lxml")
    assert not soup.select("script, img, iframe, form, link, object, svg")
    assert len(soup.select("style")) == 2
    assert len(soup.select("title")) == len(soup.select("h1")) == 1
    assert len(soup.find_all(string=lambda words: isinstance(words, Comment))) == 2  # Outlook's table, and its end
    assert all(re.match(r"https?://[A-Za-z0-9]", link["href"]) for link in soup.select("a"))
    assert not [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on")]
    assert not re.search("[\ue000-\uf8ff]", page)


def check_text(words):
    words.encode()
    assert_clean(words)
    for line in words.split("\n"):
        assert len(line) <= 78 or line.strip().startswith(("http://", "https://"))


def check_mail(message):
    """Headers that nothing in the text has started, added to or broken; the words come out as they went in."""
    raw = mail(DELIVERY, message, sender="Ofsted monitor <monitor@example.org>", to="a@example.org")
    read = BytesParser(policy=default).parsebytes(raw)
    assert sorted(read.keys()) == sorted(HEADERS)
    assert read["To"] == "a@example.org"
    assert not read.defects
    assert " ".join(read["Subject"].split()) == " ".join(message.subject.replace("=?", "= ?").split())
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    plain, html = read.iter_parts()
    assert plain.get_content().splitlines() == message.text.splitlines()
    assert html.get_content().splitlines() == message.html.splitlines()


def check_data(data):
    """It goes through JSON unharmed, and no line of it but an identity that must stay as it came hides anything."""
    words = json.dumps(data, ensure_ascii=False)
    assert json.loads(words.encode()) == json.loads(json.dumps(data))

    def walk(value, name=""):
        if isinstance(value, dict):
            for key, one in value.items():
                assert_clean(str(key))
                walk(one, key)
        elif isinstance(value, list):
            for one in value:
                walk(one, name)
        elif isinstance(value, str) and name not in ("key", "slot"):
            assert_clean(value)
            assert "\n" not in value
            if name in ("url", "source_url", "missed", "replaces") and value:
                assert value.startswith(("http://", "https://"))

    walk(data)


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


@pytest.mark.parametrize("character", ["\ufffe", "\U000e0000"], ids=["none at all", "a tag that means nothing"])
def test_what_is_no_character_is_shown_nowhere(character):
    one = item(f"News{character}", publisher=character, source="Wexmoor Echo")
    message = render(digest(linked=(story(10, (one,)),), more=1), theme_titles={}, timezone=LONDON)
    data = json.dumps(message.data, ensure_ascii=False)
    assert all(character not in told for told in (message.html, message.text, message.notify, data))


def test_repeated_hostile_themes_do_not_hide_each_other():
    twice = replace(story(), themes=((label("<a>"), item().url), (label("<b>"), item().url)))
    message = render(digest(stories=(twice,)), theme_titles={"<a>": "One & two"}, timezone=LONDON)
    assert "One &amp; two" in message.html
    assert "&lt;b&gt;" in message.html
