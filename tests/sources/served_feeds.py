"""Feeds of Wexmoor, whole and in parts, and how they are read."""

from __future__ import annotations

from pathlib import Path

from monitor.model import Document, Entry, Reading
from monitor.sources.feed import read_feed

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://www.wexmoor.example/news/feed.xml"
BOTH_ENTRIES = ["First news", "Second news"]


def read(body: str | bytes, *, known: frozenset[str] = frozenset(), content_type: str = "text/xml") -> Reading:
    served = body.encode() if isinstance(body, str) else body
    return read_feed(Document(url=URL, body=served, content_type=content_type), known=known)


def read_file(name: str) -> Reading:
    return read((FEEDS / name).read_bytes())


def rss(*items: str) -> str:
    """A feed of these entries, each given as what stands in its element."""
    inner = "".join(f"<item>{item}</item>\n" for item in items)
    opening = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
    return f"{opening}<title>Wexmoor news</title>\n{inner}</channel></rss>"


def item(title: str = "News", link: str = "https://www.wexmoor.example/1", more: str = "") -> str:
    return f"<title>{title}</title><link>{link}</link>{more}"


TWO = (item("First news", "https://www.wexmoor.example/1"), item("Second news", "https://www.wexmoor.example/2"))


def titles(reading: Reading) -> list[str]:
    return [entry.title for entry in reading.entries]


def only(reading: Reading) -> Entry:
    assert len(reading.entries) == len(reading.marks) == 1
    return reading.entries[0]
