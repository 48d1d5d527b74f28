"""Feeds for other people's readers: Atom (RFC 4287) and JSON Feed (1.1), each entry in the words of a message."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

import monitor
from monitor.model import Digest, SubscriptionKind, Window
from monitor.render.html import fragment
from monitor.render.outline import outline
from monitor.render.words import NAME, POLARITIES, plain, shown, web_link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.model import Feed, FeedEntry, Story

_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACES: Any = {None: _ATOM}  # written without a prefix: lxml takes None for that, and its types do not know it
_UPDATE = "Update: "  # a subject begins so where there is nothing but a story told before
_JSON_FEED = "https://jsonfeed.org/version/1.1"
# What XML 1.0 (2.2) has no place for and `plain` lets through.
_NOT_XML = re.compile("[\ufffe\uffff]")


def files(feed: Feed, *, theme_titles: Mapping[str, str], timezone: ZoneInfo) -> dict[str, bytes]:
    """The feed by file ending, ".atom" and ".json"; the same bytes for the same feed."""
    entries = [_worded(entry, theme_titles, timezone) for entry in feed.entries]
    return {".atom": _atom(feed, entries), ".json": _json(feed, entries)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry in words."""

    of: FeedEntry
    title: str
    url: str
    tags: tuple[tuple[str, str], ...]  # term, words
    content: str  # HTML


def _atom(feed: Feed, entries: Sequence[_Entry]) -> bytes:
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMESPACES)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en-GB")
    _add(root, "id", _feed_id(feed))
    _add(root, "title", shown(feed.title, NAME * 2))
    _add(root, "updated", _instant(max((one.updated for one in feed.entries), default=feed.began)))
    _add(_add(root, "author"), "name", "Ofsted monitor")
    _add(root, "generator", "ofsted-monitor", version=monitor.__version__)
    for entry in entries:
        element = _add(root, "entry")
        _add(element, "id", entry.of.id)
        _add(element, "title", entry.title)
        _add(element, "published", _instant(entry.of.published))
        _add(element, "updated", _instant(entry.of.updated))
        if entry.url:
            _add(element, "link", rel="alternate", href=entry.url)
        for term, words in entry.tags:
            _add(element, "category", term=term, label=words)
        _add(element, "content", entry.content, type="html")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _json(feed: Feed, entries: Sequence[_Entry]) -> bytes:
    """`_ofsted_monitor` says of each entry what Atom has no words for."""
    items = [
        {
            "id": entry.of.id,
            **({"url": entry.url} if entry.url else {}),
            "title": entry.title,
            "content_html": entry.content,
            "date_published": _instant(entry.of.published),
            "date_modified": _instant(entry.of.updated),
            "tags": [words for _, words in entry.tags],
            "_ofsted_monitor": _story(entry.of.story),
        }
        for entry in entries
    ]
    whole = {"version": _JSON_FEED, "title": shown(feed.title, NAME * 2), "language": "en-GB", "items": items}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _story(story: Story) -> dict[str, object]:
    return {
        "update": story.is_update,
        "new": [reason.value for reason in story.new],
        "councils": [plain(council) for council in story.own_councils],
        "event": story.event.value if story.event else None,
        "themes": {plain(label.theme): label.polarity.value for label, _ in story.own_themes},
    }


def _worded(entry: FeedEntry, theme_titles: Mapping[str, str], timezone: ZoneInfo) -> _Entry:
    """An entry is worded as an alert about its story would be; an update says that it is one."""
    story = entry.story
    alert = Digest(
        subscription="",
        kind=SubscriptionKind.ALERT,
        slot="",
        window=Window(start=entry.published, end=entry.updated),
        composed_at=entry.updated,
        stories=(story,),
        inspections=entry.inspections,
        councils=story.own_councils,
    )
    message = outline(alert, theme_titles=theme_titles, timezone=timezone)
    councils = [(plain(council), shown(council, NAME)) for council in story.own_councils]
    themes = [
        (plain(label.theme), f"{shown(theme_titles.get(label.theme, label.theme), NAME)} {POLARITIES[label.polarity]}")
        for label, _ in story.own_themes
    ]
    return _Entry(
        of=entry,
        title=_xml(f"{_UPDATE if story.is_update else ''}{message.subject.removeprefix(_UPDATE)}"),
        url=web_link(story.lead.item.url),
        tags=tuple((_xml(term), _xml(words)) for term, words in councils + themes),
        content=_xml(fragment(message)),
    )


def _feed_id(feed: Feed) -> str:
    return uuid5(NAMESPACE_URL, f"ofsted-monitor feed\n{feed.name}").urn


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attrib=attributes)
    element.text = text
    return element


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _instant(instant: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
