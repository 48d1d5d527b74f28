"""Whatever stands in a title, a quotation, a name or a link, no medium is broken by it or obeys it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from render_examples import LONDON, NOW, digest, expectation, inspection, item, known, label, news, story

from monitor.model import Correction, Grade, InspectionKind, Polarity, SourceTrouble, SubscriptionKind
from monitor.render import render
from monitor.render.html import MAX_BYTES
from monitor.render.slack import escaped

ATTACKS = [
    '<script>alert(1)</script><img src=x onerror=alert(1)>"><a href="javascript:alert(1)">',
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "</title></style><style>* { display: none }",
    "<!channel> <@U1> <#C1> <https://bad.example.com|good> *bold* _it_ ~no~ `code` &lt;!here&gt;",
    "Subject\r\nBcc: everyone@example.com\r\n\r\nbody",
    "\u202eevil\u2066 \u200f\u0000\u001b[2J\u0085\u2028\u2029",
    "a" * 10_000,
    "&" * 10_000,
    "word " * 5_000,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
    "e" + "\u0301" * 3_000,
    "\ud800 lone \udfff",
    "",
    "   ",
]
LINKS = [
    "javascript:alert(1)",
    "https://a.example.org/|<>\"'`*_ &amp;\u202e",
    "https://a.example.org/?" + "&" * 1_400,
    "https://a.example.org/" + "x" * 9_000,
    "https://user:secret@a.example.org/",
    "http://\ud800.example.org/",
    "data:text/html,<script>alert(1)</script>",
    "",
]

text = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=400), st.characters().map(lambda c: c * 3))
links = st.one_of(st.sampled_from(LINKS), st.text(max_size=80).map(lambda tail: f"https://a.example.org/{tail}"))


@st.composite
def expectations(draw):
    hostile = {name: draw(text) for name in ("council", "what", "rule", "source", "follows")}
    return expectation(**hostile, source_url=draw(links), follows_url=draw(links))


@st.composite
def hostile_digests(draw):
    def one(number):
        items = tuple(
            item(draw(text), url=draw(links), key=draw(text), source=draw(text), publisher=draw(text), id=n)
            for n in range(draw(st.integers(1, 3)))
        )
        themes = tuple(
            (label(draw(text), draw(st.sampled_from(Polarity)), draw(text)), draw(links))
            for _ in range(draw(st.integers(0, 4)))
        )
        return story(number, items, councils=tuple(draw(st.lists(text, max_size=2))), themes=themes)

    trouble = SourceTrouble(source=draw(text), since=NOW, reason=draw(text))
    report = news(
        inspection=inspection(
            kind=draw(st.sampled_from(InspectionKind)),
            judgements={"overall": Grade.GOOD} if draw(st.booleans()) else {},
            priority_action=draw(st.booleans()),
            priority_actions=(draw(text),),
            conflicts=(draw(text),),
            differences=(draw(text),),
            visit_number=draw(st.none() | st.integers(-1, 10**9)),
        ),
        letters=draw(st.integers(0, 50)),
        unread=draw(st.just("") | text),
        follows=draw(st.none() | st.just(known())),
        replaces=draw(st.none() | st.builds(known, title=text, url=links)),
        corrections=(Correction(fact="care_leavers", before="", after="good"),),
        next=draw(st.none() | expectations()),
        council=draw(text),
        url=draw(links),
        title=draw(text),
    )
    return digest(
        subscription=draw(text),
        kind=draw(st.sampled_from(SubscriptionKind)),
        slot=draw(text),
        stories=tuple(one(n) for n in range(draw(st.integers(0, 3)))),
        inspections=(report,) if draw(st.booleans()) else (),
        failing=(trouble,),
        gaps=(trouble,),
        councils=tuple(draw(st.lists(text, max_size=3))),
        expected=tuple(draw(st.lists(expectations(), max_size=3))),
    )


def check(told):
    message = render(told, theme_titles={}, timezone=LONDON)
    check_subject(message.subject)
    check_html(message.html)
    check_text(message.text)
    for payload in message.slack:
        check_slack(payload)
    json.dumps(message.data, ensure_ascii=False).encode()


def check_clean(words):
    assert not {c for c in words if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")}
    assert not re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", words)


def check_subject(line):
    check_clean(line)
    assert "\n" not in line
    assert 0 < len(line) <= 150


def check_html(page):
    assert len(page.encode()) < MAX_BYTES
    check_clean(page)
    soup = BeautifulSoup(page, "lxml")
    assert not soup.select("script, img, iframe, form, link, object")
    assert len(soup.select("style")) == len(soup.select("title")) == 1
    assert all(link["href"].startswith(("http://", "https://")) for link in soup.select("a"))
    assert not [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on")]


def check_text(words):
    words.encode()
    check_clean(words)
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
    check_clean(words)
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


def test_slack_shows_outside_markup_as_it_stands():
    assert escaped("<!channel> & *b* _i_ ~s~ `c`") == "&lt;!channel&gt; &amp; ∗b∗ ˍiˍ ∼s∼ ˋcˋ"


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
