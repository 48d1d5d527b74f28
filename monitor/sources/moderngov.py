"""A council's committee system (ModernGov): its what's-new feed, and the ids in its links.

Links name what an entry is about: `MId` a meeting, `ID` a decision, `IId` an issue. Their letter case varies.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from monitor.sources.feed import read_feed

if TYPE_CHECKING:
    from monitor.model import Document, Entry, Reading

# An entry's title leads with what happened: "Agenda published: Cabinet, 24/06/2026 10.30 am". Anything that is
# not named here goes by its own words.
_EVENTS = {
    "agenda published": "agenda",
    "agenda supplement published": "agenda-supplement",
    "supplementary agenda published": "agenda-supplement",
    "agenda reports pack published": "reports",
    "public reports pack published": "reports",
    "minutes published": "minutes",
    "printed minutes published": "minutes",
    "decision sheet published": "decisions",
    "decisions published": "decisions",
    "printed decisions published": "decisions",
}


def feed_url(base: str) -> str:
    """Where the what's-new feed of the system at `base` stands; `base` may be a host or a path below one."""
    if "mgrss.aspx" in base.lower():
        return base
    return f"{base.rstrip('/')}/mgRss.aspx?XXR=0"


def read_whats_new(document: Document, *, known: frozenset[str]) -> Reading:
    """As `read_feed`, with the system's own key on each entry whose link names one.

    A decision stands in the feed once for each of its signatories: the first is kept. Raises ParseError.
    """
    reading = read_feed(document, known=known)
    entries: list[Entry] = []
    seen: set[str] = set()
    for entry in reading.entries:
        key = _key(entry)
        if key not in seen:
            entries.append(replace(entry, key=key))
        if key:
            seen.add(key)
    return replace(reading, entries=tuple(entries))


def _key(entry: Entry) -> str:
    """ "moderngov:<host>/meeting/<id>/<event>", or /decision/<id>, /issue/<id>; "" when the link names none."""
    parts = urlsplit(entry.url)
    page = parts.path.rpartition("/")[2].lower()
    ids = {name.lower(): value for name, value in parse_qsl(parts.query) if value.isdecimal()}
    system = f"moderngov:{parts.hostname or ''}"
    if "mid" in ids:
        return f"{system}/meeting/{ids['mid']}/{_event(entry.title)}"
    if "id" in ids and page == "iedecisiondetails.aspx":
        return f"{system}/decision/{ids['id']}"
    if "iid" in ids:
        return f"{system}/issue/{ids['iid']}"
    return ""


def _event(title: str) -> str:
    lead = title.partition(":")[0].strip().lower()
    words = re.findall(r"[a-z0-9]+", lead.removesuffix(" published"))
    return _EVENTS.get(lead) or "-".join(words[:6]) or "other"
