"""What GOV.UK Notify makes of a message, by the grammar it publishes: nothing from outside gives an order."""

from __future__ import annotations

import re

import pytest
from golden_examples import EXAMPLES, THEME_TITLES
from hostile import hostile_digests, text
from hypothesis import HealthCheck, given, settings
from render_examples import LONDON, TITLES, digest, item, story

from monitor.render import render
from monitor.render.notify import address, fits_mail, inline, line
from monitor.render.words import shown

# What begins a block for Notify, at the beginning of a line: alphagov/notifications-utils, markdown.py.
BLOCKS = [
    r" *#{1,6} *\S",  # a heading
    r" *(?:[•*-]|\d+\.)",  # a bullet
    r" *\^",  # inset text
    r" {0,3}[-*_](?: *[-*_]){2,} *$",  # a rule
    r" *(?:`{3,}|~{3,})",  # a fence
    r" *\[[^\]]+\]:",  # where a link leads
    r" *[=-]+ *$",  # the line under a heading
    r" {4}",  # code
]
URL = r"https?://[^\s<]+[^<.,:\"')\]\s]"
ESCAPE = r"\\([\\\[\]()#*+.!_~|`-])"


def begins_a_block(written):
    return any(re.match(block, written) for block in BLOCKS)


def unescaped(written):
    return re.sub(ESCAPE, r"\1", written).strip("\N{NO-BREAK SPACE}")


def orders_in(written):
    """Links, images, placeholders and addresses of links: whatever a backslash has not made plain text."""
    return re.findall(r"\[|\]|\(\(|#", re.sub(ESCAPE, "", re.sub(URL, "", written)))


@pytest.mark.parametrize(
    "outside",
    [
        "# Heading",
        "* bullet",
        "- bullet",
        "• bullet",
        "1. bullet",
        "2026. A year",
        "^ inset",
        "---",
        "***",
        "_ _ _",
        "===",
        "```",
        "~~~",
        "[click](https://bad.example.com)",
        "![x](https://bad.example.com/x.png)",
        "[a]: https://bad.example.com",
        "[^1]: a note",
        "((name)) (((deep??shown)))",
        "a | b",
        "C#",
        "a \\[backslash] \\",
    ],
)
def test_text_from_outside_reads_as_it_stands_and_orders_nothing(outside):
    for written in (line(outside), inline(outside)):
        assert orders_in(written) == []
        assert unescaped(written) == outside
    assert not begins_a_block(line(outside))


@given(outside=text)
def test_no_text_from_outside_begins_a_block_or_leads_anywhere(outside):
    written = line(shown(outside, 400))
    assert not begins_a_block(written)
    assert orders_in(written) == []
    assert unescaped(written) == shown(outside, 400).strip("\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.example.org/b?c=1&d=2#e", "https://a.example.org/b?c=1&d=2#e"),
        ("https://a.example.org/Devon_(county)", "https://a.example.org/Devon_%28county%29"),
        ("https://a.example.org/it's.", "https://a.example.org/it%27s%2E"),
        ("https://a.example.org/((name))", "https://a.example.org/%28%28name%29%29"),
    ],
)
def test_address_is_linked_whole(url, written):
    assert address(url) == written
    assert re.fullmatch(URL, written)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(told=hostile_digests())
def test_every_line_of_a_message_is_ours_or_harmless(told):
    markup = render(told, theme_titles={}, timezone=LONDON).notify
    markup.encode()
    assert markup.count("\n---\n") == 1
    for written in markup.split("\n"):
        ours = re.match(r"##? |\* |\^ |---$", written)
        rest = written[ours.end() :] if ours else written
        assert orders_in(rest) == []
        if not (ours and ours[0].startswith("#")):  # blocks are not looked for in a heading
            assert not begins_a_block(rest)
        assert "\\" not in written[-1:] or written.endswith("\\\\")


def test_story_is_a_heading_of_its_own_under_its_council():
    told = story(1, (item("[Devon] #1 * story", url="https://news.example.org/1"),))
    markup = render(digest(stories=(told,)), theme_titles=TITLES, timezone=LONDON).notify
    assert "\n# Stories: Wexmoor\n\n## \\[Devon\\] \\#1 * story\n" in markup
    assert "\nhttps://news.example.org/1\n" in markup


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_address_of_the_plain_text_is_in_it_too(name):
    message = render(EXAMPLES[name](), theme_titles=THEME_TITLES, timezone=LONDON)
    assert set(re.findall(r"https?://\S+", message.notify)) == set(re.findall(r"https?://\S+", message.text))


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_says_all_that_the_plain_text_says(name):
    message = render(EXAMPLES[name](), theme_titles=THEME_TITLES, timezone=LONDON)

    def words(written):
        return set(re.findall(r"[^\W_]{3,}", written.lower()))

    assert words(message.text.partition("\n")[2]) - words(message.subject) <= words(message.notify)


def test_digest_whose_mail_would_be_cut_tells_its_last_stories_by_headline_before_it_leaves_any_out():
    def markup(stories):
        told = tuple(
            story(n, (item(f"Story {n} about children's services", url=f"https://news.example.org/{n}"),), themes=())
            for n in range(1, stories + 1)
        )
        return render(digest(stories=told), theme_titles=TITLES, timezone=LONDON).notify

    shortened = markup(250)
    assert fits_mail(shortened)
    assert 10 < len(re.findall("^## Story", shortened, re.MULTILINE)) < 250
    assert all(f"Story {n} about" in shortened for n in range(1, 251))
    flooded = markup(900)
    kept = len(re.findall(r"^\W*Story \d", flooded, re.MULTILINE))
    assert fits_mail(flooded)
    assert 100 < kept < 900
    assert f"\n{900 - kept} more stories were left out for length; the digest as data" in flooded


def test_link_to_stop_is_put_in_for_the_one_who_gets_it():
    message = render(digest(), theme_titles={}, timezone=LONDON, can_stop=True)
    assert (
        "\nStop these messages: https://m.example.org/stop/x"
        in message.with_stop_link("https://m.example.org/stop/x").notify
    )
    assert "Stop these messages" not in message.with_stop_link("").notify
