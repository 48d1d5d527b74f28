"""Where items come from: sources, what is fetched from them, and what is read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class SourceKind(StrEnum):
    FEED = "feed"  # RSS, Atom, RDF, JSON Feed
    PAGE = "page"  # a listing page read by CSS selectors
    OFSTED = "ofsted-reports"  # one council's provider page, then its report files
    OFSTED_SEARCH = "ofsted-search"  # Ofsted's search: which councils' provider pages have moved
    MODERNGOV = "moderngov"  # a council's committee system: its what's-new feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """How a listing page is read: CSS selectors; `link` and `date` are looked for inside `item`."""

    item: str
    link: str = "a[href]"
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place that is polled. A configured source that stands for several councils is several of these."""

    name: str  # unique, and the key of its state: "Ofsted reports: Devon"
    kind: SourceKind
    url: str
    council: str | None = None  # its items are about this council unless they say otherwise
    full_text: bool = False  # the page an entry points to is fetched too
    interval: timedelta | None = None  # overrides adaptation
    pause: timedelta = timedelta(0)  # least time between two requests to its host
    selectors: Selectors | None = None  # for a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes as fetched, decompressed, with what is needed to read them and to ask again politely."""

    url: str  # after redirects: relative links are resolved against it
    body: bytes
    content_type: str = ""  # the header as served, lower case; "" when there was none
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None  # where every redirect on the way was permanent (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The server's 304: what we have still stands. A validator it did not repeat is None."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published thing as one source shows it, not yet an item."""

    url: str  # absolute http(s), as served; "" when the entry has none
    title: str
    id: str = ""  # the entry's own id as served (guid, atom:id, JSON id); "" when it has none
    summary: str = ""
    text: str = ""  # the full text, where the source carries it
    published: datetime | None = None
    published_is_date: bool = False  # only a day was given: `published` is its midnight in London
    updated: datetime | None = None
    publisher: str = ""  # where the source names another (news search)
    key: str = ""  # the publisher's own stable id where the reader knows it: "ofsted:80461/50012345"
    event_date: date | None = None  # the inspection's date on a provider page


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one document of a source said.

    `marks` has one mark for each entry the document shows, in its order, known or not: 16 hex digits of the
    entry's identity, then 16 of its content. `entries` are only those whose mark was not among the
    known ones.
    """

    entries: tuple[Entry, ...]
    marks: tuple[str, ...]
    is_complete: bool = True  # False: the document broke off; what was read counts, and it is asked for again
    notes: tuple[str, ...] = ()  # what was odd, for the operator: "not well-formed: …", "cut short"
    wakes: tuple[str, ...] = ()  # addresses of other sources that have news, of a source that brings none itself
    count: int | None = None  # of all entries, where the source tells it
    next_url: str = ""  # where the document goes on; "" when it is all there


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The readable part of a page."""

    title: str
    text: str  # paragraphs parted by blank lines
    published: datetime | None = None
