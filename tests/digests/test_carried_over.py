"""What one digest has no room for reaches its reader all the same, once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from monitor.model import SourceKind

HOUR = timedelta(hours=1)


def nothing(_moment) -> None:
    """What such a morning brings."""


def reached(digests) -> list[str]:
    """Titles of all that is told, in full or by headline."""
    return [told.item.title for one in digests for story in (*one.stories, *one.linked) for told in story.items]


def test_a_flood_is_told_over_as_many_digests_as_it_takes_and_each_item_once(mornings, ready, make_item, now):
    ready(*(make_item(f"{number}", first_seen=now - HOUR) for number in range(150)), ready_at=now - HOUR)
    digests = mornings([nothing] * 4, most_stories=5)
    assert [(len(one.stories), len(one.linked), one.more) for one in digests] == [
        (5, 60, 145),
        (5, 60, 80),
        (5, 15, 15),
        (0, 0, 0),
    ]
    assert Counter(reached(digests)) == Counter(f"{number}" for number in range(150))


def test_what_was_told_by_headline_is_recorded_as_that(mornings, ready, make_item, store, now):
    items = ready(*(make_item(first_seen=now - HOUR) for _ in range(3)), ready_at=now - HOUR)
    mornings([nothing], most_stories=1)
    how = Counter(how.value for item in items for _, _, how in store.digests.told_of(item.id))
    assert how == {"told": 1, "told by its headline and link alone, for length": 2}


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        pytest.param((SourceKind.FEED,), ["News"], id="asked for"),
        pytest.param((SourceKind.MODERNGOV,), [], id="not asked for"),
    ],
)
def test_a_source_is_of_the_kind_that_its_configuration_says(mornings, ready, make_item, now, kinds, told):
    ready(make_item("News", first_seen=now - HOUR), ready_at=now - HOUR)
    assert reached(mornings([nothing], source_kinds=kinds)) == told


def test_what_a_flood_left_over_ends_with_its_source_and_comes_back_with_it(mornings, ready, make_item, now):
    flood = [make_item(f"Flood {number}", source="Evil Echo", first_seen=now - HOUR) for number in range(150)]
    ready(*flood, ready_at=now - HOUR, source="Evil Echo", state={"url": "https://evil.example.org/rss"})
    ready(make_item("News", first_seen=now - HOUR), ready_at=now - HOUR)
    (first,) = mornings([nothing], most_stories=5, sources=("Wexmoor Gazette", "Evil Echo"))
    assert (len(first.stories), len(first.linked), first.more) == (5, 60, 146)
    taken_out = mornings([nothing, nothing], most_stories=5)[1:]
    assert reached(taken_out) == []
    assert sum(one.more for one in taken_out) == 0
    put_back = mornings([nothing] * 4, most_stories=5, sources=("Wexmoor Gazette", "Evil Echo"))
    assert len(reached(put_back)) == 151 - 65
