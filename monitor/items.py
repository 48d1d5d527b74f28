"""Entries → items: clean URL, identity, and whether a known item's page has changed.

An item's key comes from the publisher's own stable id where we know its shape, else from the canonical URL,
else from the entry's id, else from title and date. Keys are never shown to readers.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.model import Item, SourceKind

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.model import Entry, Source

# Only what is known to be tracking is stripped: `?p=`, `?id=` and `MId=` are identity.
_TRACKING = frozenset({"oc", "fbclid", "gclid", "cmpid", "ito"})
_TRACKING_PREFIXES = ("utm_", "at_")

# Publishers' own numbers inside article URLs. The words around the number change when a headline does.
_BBC = re.compile(
    r"""^/news/(?:
        articles/(?P<id>c[0-9a-z]{8,})  # since 2024: /news/articles/c0examp1e0o
      | (?:[a-z0-9-]+-)(?P<number>\d{8,})  # before: /news/uk-england-devon-12345678
    )/?$""",
    re.VERBOSE,
)
_REACH = re.compile(r"-(\d{8})/?$")  # /news/wexmoor-news/council-rated-30000001
_NEWSQUEST = re.compile(r"/(?:news|sport)/(?:[a-z_/-]+/)?(\d{7,9})\.[^/]+/?$")  # /news/26000001.slug/


def clean_url(url: str) -> str:
    """The URL to show and fetch: as served, without fragment and tracking parameters; "" unless http(s).

    Never raises: an address that cannot be taken apart is no address.
    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port  # a port that is no number is noticed only when asked for
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    query = parse_qsl(parts.query, keep_blank_values=True)
    identity = [(name, value) for name, value in query if not _is_tracking(name.lower(), value)]
    kept = parts.query if len(identity) == len(query) else urlencode(identity)
    return urlunsplit((parts.scheme.lower(), parts.netloc, parts.path, kept, ""))


def _is_tracking(name: str, value: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES) or (name, value) == ("ref", "rss")


def canonical_url(url: str) -> str:
    """What two spellings of one address share: https, no `www.`, no fragment or tracking, query sorted."""
    cleaned = clean_url(url)
    if not cleaned:
        return ""
    parts = urlsplit(cleaned)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return urlunsplit(("https", host + port, parts.path.rstrip("/") or "/", query, ""))


def key_for(entry: Entry, source: Source) -> str:
    """The entry's identity, the same in every source that shows it (sources.md §10, "Keys").

    >>> key_for(Entry(url="https://www.bbc.co.uk/news/articles/c0examp1e0o?at_medium=RSS", title=""), source)
    'bbc:c0examp1e0o'
    """
    if entry.key:
        return entry.key
    address = canonical_url(entry.url)
    if not address:
        return _keyless(entry, source)
    parts = urlsplit(address)
    host, path = parts.hostname or "", parts.path
    if host.endswith(("bbc.co.uk", "bbc.com")) and (match := _BBC.search(path)):
        return f"bbc:{match['id'] or match['number']}"
    if match := _NEWSQUEST.search(path):
        return f"newsquest:{match[1]}"  # the same number on sister titles is the same story
    if match := _REACH.search(path):
        return f"{host}:{match[1]}"
    if host == "news.google.com":
        # Opaque ids that differ between queries: fold by publisher, headline and day.
        day = entry.published.date().isoformat() if entry.published else ""
        return f"google-news:{_digest(entry.publisher, _folded(entry.title), day)}"
    return address


def _keyless(entry: Entry, source: Source) -> str:
    """For entries without a usable link: the entry's own id, else title and date, within their source."""
    if entry.id:
        return f"id:{_digest(source.name, entry.id)}"
    stamp = entry.published.isoformat() if entry.published else ""
    return f"title:{_digest(source.name, _folded(entry.title), stamp)}"


def _folded(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def content_hash(item: Item) -> str:
    """Changes when what a reader would see has changed: title, summary or text (never comment counts or dates)."""
    return _digest(_folded(item.title), _folded(item.summary), _folded(item.text))


def item_from_entry(entry: Entry, source: Source, *, now: datetime, from_first_check: bool) -> Item:
    """The item an entry shows, first seen `now`; a date in the future is kept as stated."""
    return Item(
        key=key_for(entry, source),
        url=clean_url(entry.url),
        title=entry.title or "(untitled)",
        summary=entry.summary,
        text=entry.text,
        published=entry.published,
        published_is_date=entry.published_is_date,
        source=source.name,
        publisher=entry.publisher,
        council=source.council,
        is_report=source.kind is SourceKind.OFSTED,
        event_date=entry.event_date,
        first_seen=now,
        from_first_check=from_first_check,
    )
