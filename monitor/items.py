"""Entries → items: clean URL, identity, and whether a known item's page has changed.

An item's key comes from the publisher's own stable id where we know its shape, else from the canonical URL,
else from the entry's id, else from title and date. Keys are never shown to readers.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from monitor.model import LONG, TOLD_BY, Item, SourceKind

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.model import Entry, Source

# Only what is known to be tracking is stripped: `?p=`, `?id=` and `MId=` are identity.
_TRACKING = frozenset({"oc", "fbclid", "gclid", "cmpid", "ito"})
_TRACKING_PREFIXES = ("utm_", "at_")

# Publishers' own numbers inside article URLs. The words around the number change when a headline does.
_BBC_HOST = re.compile(r"(?:^|\.)bbc\.(?:co\.uk|com)$")
_BBC = re.compile(
    r"""^/news/(?:
        articles/(?P<id>c[0-9a-z]{8,})  # since 2024: /news/articles/c0examp1e0o
      | (?:[a-z0-9-]+-)(?P<number>\d{8,})  # before: /news/uk-england-devon-12345678
    )$""",
    re.VERBOSE,
)
# /news/wexmoor-news/council-rated-30000001. Eight digits that spell a day are no number: councils end the addresses
# of weekly releases so, and two of one day are two.
_REACH = re.compile(
    r"""-(?!(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d$)  # 20260617
         (?![0-3]\d(?:0\d|1[0-2])20\d\d$)  # 17062026
         (\d{8})$""",
    re.VERBOSE,
)
# /news/26000001.slug, but not a numbered page of any other site: /news/1234567.html
_NEWSQUEST = re.compile(r"/(?:news|sport)/(?:[a-z_-]+/){0,3}(\d{7,9})\.(?!(?:s?html?|php|aspx?|jsp|cfm|pdf)$)[^/]+$")
# A post's own number, which outlives its address: https://trade.example.org/?p=200001
_WORDPRESS = re.compile(r"^https?://[^?#]+\?p=\d+$")

# Below these, everybody registers names of their own.
_UK_SECOND_LEVEL = frozenset({"co", "gov", "org", "ac", "net", "nhs", "police", "sch", "ltd", "plc", "me"})
_ONE_PUBLISHER = {"bbci.co.uk": "bbc.co.uk", "bbc.com": "bbc.co.uk"}  # the BBC serves its feeds from a host of its own

_LONGEST_KEY = 500  # PostgreSQL indexes no more than 2,704 bytes
_SPACE = " \t\r\n\v\f"
_DOTS = ".。．｡"  # of host names (RFC 3490, 3.1)
_WWW = re.compile(r"^(?:www\.)+")


class _Address(NamedTuple):
    """An http(s) URL taken apart: as served, but without what stands before an "@" and without tracking."""

    scheme: str
    netloc: str
    host: str  # in lower case, without the port
    port: int | None
    path: str
    query: str


def clean_url(url: str) -> str:
    """The URL to show and fetch: as served, without fragment, tracking and user name; "" unless http(s).

    Never raises: an address that cannot be taken apart is no address.
    """
    address = _address(url)
    if address is None:
        return ""
    query = f"?{address.query}" if address.query else ""
    return f"{address.scheme}://{address.netloc}{address.path}{query}".rstrip(_SPACE)


def canonical_url(url: str) -> str:
    """What two spellings of one address share: https, no `www.`, no fragment or tracking, query sorted."""
    address = _address(url)
    host = _canonical_host(address.host) if address else ""
    if address is None or not host:
        return ""
    port = f":{address.port}" if address.port not in (None, 80, 443) else ""
    path = address.path.rstrip(_SPACE + "/") or "/"
    parameters = sorted(parse_qsl(address.query, keep_blank_values=True)) if address.query else []
    query = f"?{urlencode(parameters, errors='replace')}" if parameters else ""
    return f"https://{host}{port}{path}{query}"


@lru_cache(maxsize=8)  # an entry's is asked for twice: to be shown, and for its key
def _address(url: str) -> _Address | None:
    try:
        parts = urlsplit(url.strip(_SPACE))
        host, port = parts.hostname, parts.port  # a port that is no number is noticed only when asked for
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or host.split() != [host]:
        return None
    query = parts.query
    if query:
        query = "&".join(pair for pair in query.split("&") if not _is_tracking(pair)).strip(_SPACE)
    netloc = parts.netloc.rpartition("@")[2]  # "www.gov.uk@example.org" is not GOV.UK
    return _Address(parts.scheme, netloc, host, port, parts.path, query)


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote_plus(name).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES) or (name, unquote_plus(value)) == ("ref", "rss")


def _canonical_host(host: str) -> str:
    host = host.rstrip(_DOTS)
    if not host.isascii():
        with suppress(UnicodeError):  # no name a resolver would take, but the same in every source that shows it
            host = host.encode("idna").decode("ascii")
    if ":" in host:
        return f"[{host}]"  # IPv6
    return _WWW.sub("", host)


def key_for(entry: Entry, source: Source) -> str:
    """The entry's identity, the same in every source that shows it.

    >>> key_for(Entry(url="https://www.bbc.co.uk/news/articles/c0examp1e0o?at_medium=RSS", title=""), source)
    'bbc:c0examp1e0o'
    """
    key = entry.key or _publishers_own(entry) or _keyless(entry, source)
    if entry.url and not _is_at_home(entry.url, source):
        # What one site says of another's page is an item of its own: were it the page's, anyone could put words to a
        # publisher's address before the publisher does. That both tell one story is found by their words.
        key = f"{TOLD_BY}{_hash(source.name)}:{key}"
    return key if len(key) <= _LONGEST_KEY else f"{LONG}{_hash(key)}"


def _is_at_home(url: str, source: Source) -> bool:
    """Whether an address belongs to the site that is polled. Ofsted's pages name their files by our own number."""
    return source.kind is SourceKind.OFSTED or _site(_host(url)) == _site(_host(source.url))


def _host(url: str) -> str:
    address = _address(url)
    return address.host if address else ""


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """The part of a host name that its owner registered: "news.devon.gov.uk" → "devon.gov.uk"."""
    if host.replace(".", "").isdigit() or ":" in host:
        return host  # an IP address
    labels = host.split(".")
    is_below = len(labels) > 2 and labels[-1] == "uk" and labels[-2] in _UK_SECOND_LEVEL
    site = ".".join(labels[-3 if is_below else -2 :])
    return _ONE_PUBLISHER.get(site, site)


def _publishers_own(entry: Entry) -> str:
    """From the number inside the address where its shape is known, else the address; "" when there is none."""
    address = canonical_url(entry.url)
    if not address:
        return ""
    host, _, path = address.removeprefix("https://").partition("?")[0].partition("/")
    path = f"/{path}"
    if _BBC_HOST.search(host) and (match := _BBC.search(path)):
        return f"bbc:{match['id'] or match['number']}"
    if match := _NEWSQUEST.search(path) or _REACH.search(path):
        # Sister titles of Newsquest share numbers; but anyone's site may have one, so it counts within its host.
        return f"{host}:{match[1]}"
    if host == "news.google.com" and entry.title:
        # Opaque ids that differ between queries: fold by publisher, headline and day.
        day = entry.published.date().isoformat() if entry.published else ""
        return f"google-news:{_hash(entry.publisher, _folded(entry.title), day)}"
    if _WORDPRESS.search(entry.id):
        post = canonical_url(entry.id)
        # Posts keep the host they were written on: "localhost" names the posts of many sites.
        return post if post.startswith(f"https://{host}/") else address
    return address


def _keyless(entry: Entry, source: Source) -> str:
    """For entries without a usable link: the entry's own id, else title and date, within their source."""
    if entry.id:
        return f"id:{_hash(source.name, entry.id)}"
    stamp = entry.published.isoformat() if entry.published else ""
    return f"title:{_hash(source.name, _folded(entry.title), stamp)}"


def _folded(title: str) -> str:
    """A headline without case and punctuation, unless it is nothing else."""
    return " ".join(re.findall(r"\w+", title.casefold())) or title


def _hash(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def content_hash(item: Item) -> str:
    """Changes when what a reader would see has changed: title, summary or text (never comment counts or dates)."""
    return _hash(item.title, item.summary, item.text)


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
