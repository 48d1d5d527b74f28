"""What a council's committees publish is told once for each meeting, decision and issue."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.model import Document
from monitor.sources.moderngov import feed_url, read_whats_new

FEED = Path(__file__).parents[1] / "data" / "feeds" / "moderngov.rss"
HOST = "moderngov:democracy.wexmoor.example"


def document(body: bytes) -> Document:
    return Document(url="http://democracy.wexmoor.example/mgRss.aspx?XXR=0", body=body)


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://democracy.wexmoor.example", "https://democracy.wexmoor.example/mgRss.aspx?XXR=0"),
        ("https://democracy.wexmoor.example/", "https://democracy.wexmoor.example/mgRss.aspx?XXR=0"),
        ("https://www.wexmoor.example/Committees/", "https://www.wexmoor.example/Committees/mgRss.aspx?XXR=0"),
        ("https://d.wexmoor.example/mgRss.aspx?CID=140", "https://d.wexmoor.example/mgRss.aspx?CID=140"),
    ],
    ids=["host", "slash", "subpath", "one committee's feed"],
)
def test_feed_of_a_system_is_found_from_its_base(base: str, url: str) -> None:
    assert feed_url(base) == url


def test_each_meeting_decision_and_issue_has_its_own_key() -> None:
    reading = read_whats_new(document(FEED.read_bytes()), known=frozenset())
    assert [entry.key for entry in reading.entries] == [
        f"{HOST}/meeting/5501/agenda",
        f"{HOST}/meeting/5501/minutes",
        f"{HOST}/decision/3302",
        f"{HOST}/issue/77",
        "",  # a petition: known by its link
    ]


def test_decision_with_two_signatories_is_told_once() -> None:
    reading = read_whats_new(document(FEED.read_bytes()), known=frozenset())
    decisions = [entry for entry in reading.entries if "decision" in entry.key]
    assert [entry.title for entry in decisions] == ["Decision published: Buying residential placements"]
    assert len(reading.marks) == 6


def test_nothing_is_told_again_when_nothing_changed() -> None:
    marks = read_whats_new(document(FEED.read_bytes()), known=frozenset()).marks
    assert read_whats_new(document(FEED.read_bytes()), known=frozenset(marks)).entries == ()


@pytest.mark.parametrize(
    ("title", "event"),
    [
        ("Decision sheet published: Cabinet", "decisions"),
        ("Agenda Supplement published: Cabinet", "agenda-supplement"),
        ("Public reports pack published: Cabinet", "reports"),
        ("Meeting moved: Cabinet", "meeting-moved"),
        ("Cabinet papers published", "cabinet-papers"),
        ("…", "other"),
    ],
)
def test_event_is_named_by_the_titles_first_words(title: str, event: str) -> None:
    served = "Agenda published: Young People Scrutiny Panel, 02/07/2026 6.30 pm"
    body = FEED.read_text(encoding="utf-8").replace(served, title)
    reading = read_whats_new(document(body.encode()), known=frozenset())
    assert reading.entries[0].key == f"{HOST}/meeting/5501/{event}"


def test_web_page_in_place_of_the_feed_is_a_failure() -> None:
    with pytest.raises(ParseError, match="What's new"):
        read_whats_new(document(b"<html><title>What's new</title><ul><li>x"), known=frozenset())
