"""Digests full of what strangers could put into titles, quotations, names and links: for the tests of every medium."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

from hypothesis import strategies as st
from render_examples import NOW, digest, expectation, inspection, item, known, label, news, story, trend

from monitor.model import (
    Change,
    Correction,
    Event,
    Grade,
    InspectionKind,
    Polarity,
    SourceTrouble,
    SubscriptionKind,
    Undelivered,
    UpdateReason,
)

ATTACKS = [
    '<script>alert(1)</script><img src=x onerror=alert(1)>"><a href="javascript:alert(1)">',
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "</title></style><style>* { display: none }",
    "--><!--[if mso]><p>seen</p><![endif]--><!--",
    "<!channel> <@U1> <#C1> <https://bad.example.com|good> *bold* _it_ ~no~ `code` &lt;!here&gt;",
    "[click](https://bad.example.com) ![x](https://bad.example.com/x.png) **b** <at>everyone</at> ^ inset # heading",
    "((name)) ((hidden??shown)) {{DATE(2026-06-18T06:30:00Z,SHORT)}}",
    "Subject\r\nBcc: everyone@example.com\r\n\r\nbody",
    "=?utf-8?q?Bcc:=20everyone=40example.com?= \u2028Bcc: everyone@example.com",
    "=?utf-8?q?News=0D=0ABcc:_everyone=40example.com=0D=0A=0D=0Abody?=",
    "\u202eevil\u2066 \u200f\u0000\u001b[2J\u0085\u2028\u2029",
    "\ue000\ue001\ue002 \U000f0000",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f \ufeff\u200b\u00ad",
    "a" * 10_000,
    "&" * 10_000,
    "word " * 2_000,
    "<b>" * 4_000,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
    "\u200d" * 10_000,
    "e" + "\u0301" * 3_000,
    "\ud800 lone \udfff",
    "",
    "   ",
]
LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://a.example.org/",
    "https://a.example.org/|<>\"'`*_ &amp;\u202e",
    "https://a.example.org/\r\nBcc: everyone@example.com",
    "https://a.example.org/\ue000\ue001\ue002",
    "https://a.example.org/?" + "&" * 1_400,
    "https://a.example.org/" + "x" * 9_000,
    "https://user:secret@a.example.org/",
    "http://\ud800.example.org/",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "//a.example.org/",
    "",
]

# One character again and again finds what falls out when everything else is taken away.
text = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=400), st.characters().map(lambda c: c * 3))
links = st.one_of(st.sampled_from(LINKS), st.text(max_size=80).map(lambda tail: f"https://a.example.org/{tail}"))


@st.composite
def expectations(draw):
    hostile = {name: draw(text) for name in ("council", "what", "rule", "source", "follows")}
    return expectation(**hostile, source_url=draw(links), follows_url=draw(links))


@st.composite
def stories(draw, number=1):
    items = tuple(
        item(
            draw(text),
            url=draw(links),
            key=draw(text),
            source=draw(text),
            publisher=draw(text),
            summary=draw(text),
            is_report=draw(st.booleans()),
            id=n,
        )
        for n in range(draw(st.integers(1, 3)))
    )
    themes = tuple(
        (label(draw(text), draw(st.sampled_from(Polarity)), draw(text)), draw(links))
        for _ in range(draw(st.integers(0, 4)))
    )
    return story(
        number,
        items,
        councils=tuple(draw(st.lists(text, max_size=2))),
        themes=themes,
        event=draw(st.none() | st.sampled_from(Event)),
        new=tuple(draw(st.lists(st.sampled_from(UpdateReason), unique=True))),
    )


@st.composite
def reports(draw):
    change = Change(judgement="overall", before=Grade.INADEQUATE, after=Grade.GOOD)
    return news(
        inspection=inspection(
            kind=draw(st.sampled_from(InspectionKind)),
            judgements={"overall": Grade.GOOD} if draw(st.booleans()) else {},
            priority_action=draw(st.booleans()),
            priority_actions=(draw(text),),
            areas_for_improvement=tuple(draw(st.lists(text, max_size=2))),
            conflicts=(draw(text),),
            differences=(draw(text),),
            visit_number=draw(st.none() | st.integers(-1, 10**9)),
        ),
        story=draw(st.integers(0, 2)),
        letters=draw(st.integers(0, 50)),
        unread=draw(st.just("") | text),
        changes=draw(st.sampled_from([(), (change,)])),
        follows=draw(st.none() | st.just(known())),
        replaces=draw(st.none() | st.builds(known, title=text, url=links)),
        missed=draw(st.none() | st.builds(known, title=text, url=links)),
        corrections=(Correction(fact="care_leavers", before="", after="good"),),
        next=draw(st.none() | expectations()),
        council=draw(text),
        url=draw(links),
        title=draw(text),
    )


@st.composite
def hostile_digests(draw):
    """A digest in which every word that comes from outside, or from a person's configuration, is hostile."""
    trouble = SourceTrouble(source=draw(text), since=NOW, reason=draw(text))
    failed = st.builds(
        Undelivered,
        subscription=text,
        position=st.integers(0, 99),
        channel=text,
        composed_at=st.just(NOW - timedelta(days=1)),
        reason=text,
    )
    return digest(
        subscription=draw(text),
        kind=draw(st.sampled_from(SubscriptionKind)),
        slot=draw(text),
        stories=tuple(draw(stories(n)) for n in range(draw(st.integers(0, 3)))),
        inspections=(draw(reports()),) if draw(st.booleans()) else (),
        linked=tuple(draw(stories(10 + n)) for n in range(draw(st.integers(0, 2)))),
        more=draw(st.integers(2, 2000)),
        repeated=draw(stories(20)).items if draw(st.booleans()) else (),
        trends=tuple(draw(st.lists(st.builds(trend, theme=text, council=text), max_size=3))),
        undelivered=tuple(draw(st.lists(failed, max_size=2))),
        failing=(trouble,),
        gaps=(trouble,),
        councils=tuple(draw(st.lists(text, max_size=3))),
        expected=tuple(draw(st.lists(expectations(), max_size=3))),
    )


def assert_clean(words: str) -> None:
    """No control, surrogate, private or bidirectional character, and none that hides text."""
    assert not {c for c in words if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Co")}
    assert not re.search("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]", words)
