"""A digest of any length is read before a mail client cuts it off."""

from __future__ import annotations

import re

import pytest
from media import assert_everywhere, worded
from render_examples import (
    digest,
    item,
    label,
    news,
    story,
)

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


@pytest.mark.parametrize(
    ("stories", "reports", "told"),
    [
        pytest.param(50, 0, "Quotations were left out for length", id="quotations go first"),
        pytest.param(300, 1, "more stories, left out for length", id="then the last stories"),
        pytest.param(5, 150, "more reports, left out for length", id="then the last reports"),
    ],
)
def test_long_digest_is_shortened_with_a_count_before_gmail_cuts_it(stories, reports, told):
    message = worded(big_digest(stories, reports))
    assert len(message.html.encode()) < MAX_BYTES
    assert_everywhere(message, told)
    if "quotations" in told.lower():
        assert_everywhere(message, "And 2 more stories", f"Story {stories - 1}")
    counted = sum(int(n) for n in re.findall(r"And (\d+) more (?:stories|reports)", message.text))
    shown = message.html.count('class="story"') + message.html.count('class="report"')
    assert counted + shown == stories + reports + 2
    assert len(message.data["stories"]) == stories
