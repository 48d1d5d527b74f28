"""An Ofsted provider page → its reports as entries.

The markup is not documented; what is read here is what several independent readers of the page agree on: a
timeline of days, newest first, each with the date of the inspection and a link to the report's file.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from monitor.dates import LONDON, read_date
from monitor.errors import ParseError
from monitor.model import Entry, Reading
from monitor.sources.marks import mark, web_url
from monitor.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.model import Document

_TITLE_LIMIT = 500  # characters
# Ofsted's number for providers that are local authorities.
_PROVIDER_TYPE = 44
# Days that tell of the provider itself, not of a report.
_NOT_REPORTS = frozenset({"timeline__day--registered", "timeline__day--opened"})
_END = b"</html>"
_FILE_ID = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*)(?:\.pdf)?", re.IGNORECASE)
# What the hidden repetition of the title adds: ", PDF - 06 May 2026", with date or hyphen sometimes missing.
_FORMAT = re.compile(r"\s*,\s*pdf\b", re.IGNORECASE)


def provider_url(base_url: str, urn: str) -> str:
    """The address of a council's page on Ofsted's reports site, or on a mirror of it."""
    return f"{base_url.rstrip('/')}/provider/{_PROVIDER_TYPE}/{urn}"


def read_provider_page(document: Document, *, urn: str, known: frozenset[str]) -> Reading:
    """The reports of a provider page, in its order (newest first).

    An entry's key is URN and file id: a file may stand under several hosts, and one letter about two councils
    has one id on two pages. Titles are kept as given, whatever they are. A page whose end did not come is not
    complete: who saw half of it at first would take the other half for news.

    Raises ParseError when the page is not a provider page: an error, consent or challenge page served with
    status 200, or one without a timeline. Whether the timeline is as long as before is for the check to judge.
    """
    page = BeautifulSoup(document.body, "lxml")
    timeline = page.select_one("ol.timeline")
    if timeline is None:
        raise came_instead_of("provider page", page, lacks="timeline of reports")
    provider = _provider_name(page)
    entries: dict[str, Entry] = {}
    marks: dict[str, str] = {}
    notes = _notes(page, urn)
    for day in timeline.select("li.timeline__day"):
        if _NOT_REPORTS.intersection(day.get_attribute_list("class")):
            continue
        links = day.select("a.publication-link[href]") or day.select(".event__title a[href]")
        if not links:
            notes.append(f"an event without a report: {line_of(day)[:80]}")
        for link in links:
            entry = _entry(link, day, base=document.url, urn=urn, provider=provider)
            if entry is None:
                notes.append(f"a link that leads to no file: {str(link['href'])[:80]}")
            elif entry.key not in entries:
                entries[entry.key] = entry
                marks[entry.key] = _mark(entry, _title(link))
    new = tuple(entry for key, entry in entries.items() if marks[key] not in known)
    is_complete = _END in document.body.lower()
    return Reading(entries=new, marks=tuple(marks.values()), is_complete=is_complete, notes=tuple(notes))


def gone_and_replaced(before: Iterable[str], after: Iterable[str]) -> tuple[int, int]:
    """How many reports of an earlier timeline a later one lacks, and how many it shows as another file instead.

    The timelines are given by their marks. A file stands for another when title and day of inspection are the same.
    """
    earlier, later = ({mark[:16]: mark[16:24] for mark in marks} for marks in (before, after))
    gone = Counter(line for identity, line in earlier.items() if identity not in later)
    come = Counter(line for identity, line in later.items() if identity not in earlier)
    replaced = (gone & come).total()
    return gone.total() - replaced, replaced


def came_instead_of(wanted: str, page: BeautifulSoup, *, lacks: str) -> ParseError:
    """The error that says what came, with status 200, in place of a page of Ofsted's site."""
    heading = page.select_one("h1, title")
    said = f"{line_of(page.title)} {line_of(heading)}" if page.title else line_of(heading)
    folded = said.casefold()
    if "slim application error" in folded:
        return ParseError("Ofsted's site answered with an error page (Slim Application Error)")
    if "before you continue" in folded or "cookie" in folded or "consent" in folded:
        return ParseError(f"a consent page came instead of the {wanted}")
    if "just a moment" in folded or "attention required" in folded:
        return ParseError(f"blocked: a challenge page came instead of the {wanted}")
    return ParseError(f"not a {wanted}: it has no {lacks} (it is headed {said.strip()[:80]!r})")


def _provider_name(page: BeautifulSoup) -> str:
    return line_of(page.select_one("h1.heading--title") or page.select_one("h1"))


def _notes(page: BeautifulSoup, urn: str) -> list[str]:
    canonical = page.select_one('link[rel~="canonical"][href]')
    told = str(canonical["href"]).rstrip("/").rsplit("/", 1)[-1] if canonical else urn
    return [] if told == urn or not told.isdigit() else [f"the page says that it is provider {told}, not {urn}"]


def _entry(link: Tag, day: Tag, *, base: str, urn: str, provider: str) -> Entry | None:
    """The entry a link stands for; None when it leads to no file on the web."""
    url = web_url(str(link["href"]), base)
    file_id = _FILE_ID.fullmatch(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    if not file_id:
        return None
    title = _title(link)
    published = _published(link, day)
    event = _day_in(line_of(day.select_one(".timeline__date")))
    return Entry(
        url=url,
        id=file_id[1],
        key=f"ofsted:{urn}/{file_id[1]}",
        title=shorten(clean(f"{title}: {provider}" if provider else title), _TITLE_LIMIT),
        published=published,
        published_is_date=published is not None,
        event_date=event.astimezone(LONDON).date() if event else None,
    )


def _title(link: Tag) -> str:
    """The link's own words; where it has only the hidden ones, those without format and date."""
    own = " ".join(
        words
        for child in link.children
        if not (isinstance(child, Tag) and "nonvisual" in child.get_attribute_list("class"))
        and (words := line_of(child) if isinstance(child, Tag) else " ".join(str(child).split()))
    )
    return own or _FORMAT.split(line_of(link.select_one(".nonvisual")))[0] or "Report"


def _published(link: Tag, day: Tag) -> datetime | None:
    """London's midnight of the publication date: shown beside the link, else in its hidden words."""
    event = link.find_parent("div", class_="event")
    alone = len(day.select("a.publication-link")) == 1  # else another report's date might be taken
    for place in (event, day if alone else None):
        if place and (published := _day_in(line_of(place.select_one("time[pubdate]")))):
            return published
    return _day_in(_FORMAT.split(line_of(link.select_one(".nonvisual")))[-1])


def _day_in(words: str) -> datetime | None:
    return read_date(words)[0]


def _mark(entry: Entry, title: str) -> str:
    """Identity and content of an entry; of the content, 8 digits are its title and event, 8 its publication.

    Without the day of its event an entry is like no other (see `gone_and_replaced`).

    The provider's name is left out: a renamed heading is not a change of every report. So are the kind of
    apostrophe and the address, which differ between servings of the same page.
    """
    folded = title.casefold().replace("’", "'")
    content = mark(f"{folded}|{entry.event_date or entry.key}", str(entry.published or "").encode())
    return mark(entry.key, b"")[:16] + content[:8] + content[16:24]


def line_of(tag: Tag | None) -> str:
    """All that a tag says, on one line; "" where there is none."""
    return " ".join(tag.get_text(" ").split()) if tag else ""
