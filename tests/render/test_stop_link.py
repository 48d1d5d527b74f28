"""The link by which one recipient stops: in their own message, and nowhere else."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from golden_examples import EXAMPLES
from hostile import ATTACKS, assert_clean
from render_examples import LONDON, TITLES, digest, item, story

from monitor.model import STOP_FROM, STOP_MARK, STOP_TO
from monitor.render import render

URL = "https://monitor.example.org/stop/abc?x=1&y=2"


@pytest.fixture(params=EXAMPLES)
def message(request):
    return render(EXAMPLES[request.param](), theme_titles=TITLES, timezone=LONDON, can_stop=True)


def test_the_link_leads_the_recipient_to_their_own_address_once(message):
    own = message.with_stop_link(URL)
    (link,) = [link for link in BeautifulSoup(own.html, "lxml").select("a") if "Stop" in link.text]
    assert (link["href"], link.text) == (URL, "Stop these messages")
    assert own.text.count(URL) == 1
    assert_clean(own.html)
    assert_clean(own.text)


def test_a_message_that_is_nobodys_own_says_nothing_of_such_a_link(message):
    shared = message.with_stop_link("")
    assert "Stop these messages" not in shared.html + shared.text
    assert "To stop or change it, " in shared.text
    assert_clean(shared.html)
    assert_clean(shared.text)


def test_the_place_of_the_link_is_in_no_medium_that_many_read(message):
    shared = json.dumps([message.subject, list(message.slack), dict(message.data)], ensure_ascii=False)
    assert not {STOP_FROM, STOP_MARK, STOP_TO} & set(shared)


def test_without_an_address_to_stop_at_there_is_no_place_for_a_link():
    message = render(EXAMPLES["full"](), theme_titles=TITLES, timezone=LONDON)
    assert message.with_stop_link(URL) == message == message.with_stop_link("")


def test_no_text_from_outside_can_pass_for_the_place_of_the_link():
    forged = f"{STOP_FROM}press {STOP_MARK} here{STOP_TO} {ATTACKS[0]}"
    one = story(items=(item(forged, url=f"https://a.example.org/{STOP_MARK}"),))
    told = digest(stories=(one,), subscription=forged, councils=(forged,))
    message = render(told, theme_titles={}, timezone=LONDON, can_stop=True)
    for words in (message.html, message.text):
        assert [words.count(mark) for mark in (STOP_FROM, STOP_MARK, STOP_TO)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        (
            "mailto:monitor@council.example.org?subject=stop",
            "To stop or change it, write to monitor@council.example.org,",
        ),
        ("https://council.example.org/monitor", "To stop or change it, ask whoever runs the monitor,"),
        ("", "To stop or change it, ask whoever runs the monitor,"),
    ],
)
def test_a_reader_is_told_whom_to_write_to_and_of_no_file(contact, told):
    words = " ".join(render(digest(), theme_titles={}, timezone=LONDON, contact=contact).text.split())
    assert told in words
    assert "digests.toml" not in words
