"""What makes an entry of one document the same as another, and the mark by which it is known again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from monitor.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A story that its publisher revises stands in a feed two or three times under one page's address (BBC, GOV.UK).
# Where more entries share a page it is a list, and the fragments tell its entries apart.
_MOST_VERSIONS = 3

_URL_LIMIT = 2_000  # what browsers and mail programs still follow

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The little of an entry that tells it from the others, as served."""

    id: str = ""
    link: str = ""
    title: str = ""
    date: str = ""
    content: bytes = b""  # whatever else is read of it


def marked(sketches: Sequence[Sketch]) -> list[tuple[int, str]]:
    """Position and mark of each entry, in document order, each entry once.

    A mark is 16 hex digits of the identity and 16 of the content. An entry is its id, else its link, else its
    title and date. Of several versions of one page the newest is kept. Entries that only share an id or a link
    all stay, told apart by link and title.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for position, sketch in enumerate(sketches):
        groups[_identity(sketch)].append(position)
    kept: list[tuple[int, str]] = []
    for identity, positions in groups.items():
        if len(positions) == 1:
            kept.append((positions[0], identity))
        elif _are_versions([sketches[position] for position in positions]):
            kept.append((_newest(positions, sketches), identity))
        else:
            kept += _told_apart(positions, sketches, identity)
    kept.sort()
    return [(position, _mark(identity, sketches[position])) for position, identity in kept]


def real_url(url: str) -> str:
    """`url`, or the article's own where it is Bing's counting link, which differs at every request."""
    if "/apiclick.aspx?" not in url.lower():
        return url
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith("bing.com"):
        return url
    return parse_qs(parts.query).get("url", [url])[0]


def web_url(url: str, base: str) -> str:
    """`url`, absolute against `base`; "" when it leads back to the document, or not to the web."""
    url = "".join(url.split()) if "\n" in url else url.strip().replace(" ", "%20")
    if not url or len(url) > _URL_LIMIT or not url.isprintable():
        return ""
    try:
        whole = urljoin(base, url)
        parts = urlsplit(whole)
    except ValueError:  # "http://[", a port that is no number
        return ""
    return whole if parts.scheme in ("http", "https") and parts.hostname and whole != base else ""


def _identity(sketch: Sketch) -> str:
    if sketch.id:
        return _without_version(sketch.id, sketch.link)
    return real_url(sketch.link) or f"{sketch.title}\n{sketch.date}"


def _without_version(entry_id: str, link: str) -> str:
    """`entry_id` without its fragment, where the entry's own link goes to the same page and has none.

    The BBC counts revisions there ("#1"), GOV.UK's organisation feeds put the time of the update.
    """
    if "#" not in entry_id or "#" in link:
        return entry_id
    page = urldefrag(entry_id).url
    return page if page == link.partition("?")[0] else entry_id


def _are_versions(group: Sequence[Sketch]) -> bool:
    return len(group) <= _MOST_VERSIONS and len({sketch.id for sketch in group}) > 1


def _newest(positions: Iterable[int], sketches: Sequence[Sketch]) -> int:
    """The first of those with the latest date."""
    return max(positions, key=lambda position: read_date(sketches[position].date)[0] or _LONG_AGO)


def _told_apart(positions: Sequence[int], sketches: Sequence[Sketch], identity: str) -> list[tuple[int, str]]:
    same: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for position in positions:
        sketch = sketches[position]
        same[sketch.id, real_url(sketch.link), sketch.title].append(position)
    if len(same) == 1:
        return [(_newest(positions, sketches), identity)]
    return [(_newest(alike, sketches), "\n".join(key)) for key, alike in same.items()]


def _mark(identity: str, sketch: Sketch) -> str:
    content = sketch.content + real_url(sketch.link).encode("utf-8", "replace")
    return mark(identity, content)


def mark(identity: str, content: bytes) -> str:
    """An entry's mark: 16 hex digits of who it is, and 16 of what it says."""
    return _hash(identity.encode("utf-8", "replace")) + _hash(content)


def _hash(value: bytes) -> str:
    return blake2b(value, digest_size=8).hexdigest()
