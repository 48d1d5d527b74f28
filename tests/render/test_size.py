"""A digest of any length is read before a mail client cuts it off."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from media import assert_everywhere, worded
from render_examples import (
    digest,
    item,
    label,
    news,
    story,
)

from monitor.config.digests_toml import _MOST_STORIES
from monitor.digests import MOST_LINKED
from monitor.render.html import MAX_BYTES


def big_digest(stories: int, reports: int = 0):
    sentence = "A long sentence about how children wait for help and how the council answers. " * 4

    def themes(n):
        return tuple(
            (label(f"theme-{k}", text=f"{n} {k} {sentence}"), f"https://news.example.org/{n}") for k in range(3)
        )

    return digest(
        inspections=tuple(news(council=f"Council {n}", story=10_000 + n) for n in range(reports)),
        stories=tuple(
            story(n, (item(f"Story {n}: {sentence}", url=f"https://news.example.org/{n}"),), themes=themes(n))
            for n in range(stories)
        ),
        more=2,
    )


def headlines_in(message):
    """The numbers of the stories that the mail names and leads to, at length or not."""
    return re.findall(r"<a [^>]*>Story (\d+)", message.html)


def parted(digest, stories):
    """The same digest, with so many of its stories told at length, and the others by headline."""
    told, linked = digest.stories[:stories], digest.stories[stories:]
    return replace(digest, stories=told, linked=linked, more=len(linked))


@pytest.mark.parametrize(
    ("stories", "reports", "told"),
    [
        pytest.param(50, 0, "Quotations were left out for length", id="quotations go first"),
        pytest.param(300, 1, "Story 299", id="then the last stories shrink to headlines"),
        pytest.param(
            5, 150, "more reports were left out for length; the digest as data", id="then go the last reports"
        ),
        pytest.param(900, 1, "more stories were left out for length; the digest as data", id="and headlines at last"),
    ],
)
def test_long_digest_is_shortened_with_a_count_before_gmail_cuts_it(stories, reports, told):
    message = worded(big_digest(stories, reports))
    assert len(message.html.encode()) < MAX_BYTES
    assert_everywhere(message, told)
    if "quotations" in told.lower():
        assert_everywhere(message, "2 more stories", f"Story {stories - 1}")
    words = " ".join(message.text.split())
    counted = sum(int(n) for n in re.findall(r"(\d+) more (?:stories|reports) (?:were|did)", words))
    shown = len(headlines_in(message)) + message.html.count('class="report"')
    assert counted + shown == stories + reports + 2
    assert len(message.data["stories"]) == stories


@pytest.mark.parametrize("reports", [0, 1, 15, 40])
def test_no_headline_of_the_fullest_digest_is_left_out_for_length(reports):
    """As many stories as a subscription may ask for, and as many headlines as a digest tells."""
    message = worded(parted(big_digest(_MOST_STORIES + MOST_LINKED, reports), _MOST_STORIES))
    assert len(message.html.encode()) < MAX_BYTES
    assert headlines_in(message) == [str(number) for number in range(_MOST_STORIES + MOST_LINKED)]
    assert_everywhere(message, *(f"Story {number}: A long sentence" for number in range(_MOST_STORIES + MOST_LINKED)))
    assert all(f"Story {number}: A long sentence" in message.notify for number in range(_MOST_STORIES + MOST_LINKED))
    for words in (message.text, message.notify):
        assert "more stories were left out for length" not in " ".join(words.split())
    assert message.html.count('class="report"') >= min(reports, 10)


def test_a_flood_of_headlines_with_long_addresses_costs_no_report_its_facts():
    flood = tuple(
        story(n, (item(f"Story {n}", url=f"https://news.example.org/{n}/{'x' * 1_400}"),), themes=()) for n in range(60)
    )
    message = worded(replace(big_digest(2, 8), linked=flood, more=60))
    assert message.html.count('class="report"') == 8
    assert_everywhere(message, "left out for length; the digest as data")
