"""Feeds for other people's readers: Atom (RFC 4287) and JSON Feed (1.1), each entry in the words of a message."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

import monitor
from monitor.model import Digest, SubscriptionKind, Window
from monitor.render.html import fragment
from monitor.render.outline import outline
from monitor.render.subject import subject
from monitor.render.words import NAME, POLARITIES, plain, shown, web_link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from monitor.model import Feed, FeedEntry

_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACES: Any = {None: _ATOM}  # written without a prefix: lxml takes None for that, and its types do not know it
_JSON_FEED = "https://jsonfeed.org/version/1.1"
# What XML 1.0 (2.2) has no place for and `plain` lets through.
_NOT_XML = re.compile("[\ufffe\uffff]")


def atom(feed: Feed, *, theme_titles: Mapping[str, str], timezone: ZoneInfo) -> bytes:
    """The feed as Atom: the same bytes for the same feed."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMESPACES)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en-GB")
    _add(root, "id", _feed_id(feed))
    _add(root, "title", shown(feed.title, NAME * 2))
    _add(root, "updated", _instant(_updated(feed)))
    _add(_add(root, "author"), "name", "Ofsted monitor")
    _add(root, "generator", "ofsted-monitor", version=monitor.__version__)
    for entry in feed.entries:
        element = _add(root, "entry")
        _add(element, "id", entry.id)
        _add(element, "title", _title(entry))
        _add(element, "published", _instant(entry.published))
        _add(element, "updated", _instant(entry.updated))
        if url := web_link(entry.story.lead.item.url):
            _add(element, "link", rel="alternate", href=url)
        for label, words in _tags(entry, theme_titles):
            _add(element, "category", term=_xml(label), label=words)
        _add(element, "content", _content(entry, theme_titles, timezone), type="html")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def json_feed(feed: Feed, *, theme_titles: Mapping[str, str], timezone: ZoneInfo) -> bytes:
    """The feed as JSON Feed; `_ofsted_monitor` says of each entry what Atom has no words for."""
    items = [
        {
            "id": entry.id,
            **({"url": url} if (url := web_link(entry.story.lead.item.url)) else {}),
            "title": _title(entry),
            "content_html": _content(entry, theme_titles, timezone),
            "date_published": _instant(entry.published),
            "date_modified": _instant(entry.updated),
            "tags": [words for _, words in _tags(entry, theme_titles)],
            "_ofsted_monitor": {
                "update": entry.story.is_update,
                "new": [reason.value for reason in entry.story.new],
                "councils": [plain(council) for council in entry.story.councils],
                "event": entry.story.event.value if entry.story.event else None,
                "themes": {plain(label.theme): label.polarity.value for label, _ in entry.story.themes},
            },
        }
        for entry in feed.entries
    ]
    whole = {"version": _JSON_FEED, "title": shown(feed.title, NAME * 2), "language": "en-GB", "items": items}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _feed_id(feed: Feed) -> str:
    return uuid5(NAMESPACE_URL, f"ofsted-monitor feed\n{feed.name}").urn


def _updated(feed: Feed) -> datetime:
    return max((entry.updated for entry in feed.entries), default=feed.began)


def _title(entry: FeedEntry) -> str:
    """The news itself, as a message's subject tells it; an update says that it is one."""
    return f"{'Update: ' if entry.story.is_update else ''}{_xml(subject(_digest(entry)))}"


def _content(entry: FeedEntry, theme_titles: Mapping[str, str], timezone: ZoneInfo) -> str:
    message = outline(_digest(entry), theme_titles=theme_titles, timezone=timezone)
    return _xml(fragment(message))


def _digest(entry: FeedEntry) -> Digest:
    """An entry is worded as an alert about its story would be."""
    return Digest(
        subscription="",
        kind=SubscriptionKind.ALERT,
        slot="",
        window=Window(start=entry.published, end=entry.updated),
        composed_at=entry.updated,
        stories=(entry.story,),
        inspections=entry.inspections,
        councils=entry.story.councils,
    )


def _tags(entry: FeedEntry, theme_titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """(term, words) of the entry's councils and themes."""
    councils = [(plain(council), _xml(shown(council, NAME))) for council in entry.story.councils]
    themes = [
        (
            plain(label.theme),
            f"{_xml(shown(theme_titles.get(label.theme, label.theme), NAME))} {POLARITIES[label.polarity]}",
        )
        for label, _ in entry.story.themes
    ]
    return councils + themes


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attrib=attributes)
    element.text = text
    return element


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _instant(instant: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
