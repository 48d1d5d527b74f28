"""Which council a report is about."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from monitor.councils import councils, former_councils

if TYPE_CHECKING:
    from monitor.reports.kind import Headline
    from monitor.reports.text import Layout


def council_of(layout: Layout, headline: Headline | None) -> str | None:
    """The short name of the council a report is about, former councils by their own names; None if it names none.

    Looked for, in this order: in the headline, on the line above it, in the running headers, on the other
    lines above the headline, then the one the document names most often.
    """
    if headline:
        for place in (headline.text, headline.above):
            if names := councils_named(place):
                return names[0]
    first = layout.pages[0]
    above = first[: headline.line] if headline else first[:15]
    for place in ("\n".join(layout.running), "\n".join(above), layout.text[:40_000]):
        if names := councils_named(place):
            return Counter(names).most_common(1)[0][0]
    return None


def councils_named(text: str) -> list[str]:
    """Short names of the councils `text` names, in order; the longest name wins where several begin."""
    names, pattern = _names()
    return [names[found.group()] for found in pattern.finditer(_plain(text))]


def _plain(name: str) -> str:
    """`name` as it is compared: small letters, "and" for "&", no full stops, spaces for hyphens and line breaks."""
    name = name.casefold().replace("&", " and ").replace(".", "").replace("’", "'")
    return " ".join(re.sub(r"[-‐‑–,/\s]+", " ", name).split())


@cache
def _names() -> tuple[dict[str, str], re.Pattern[str]]:
    """Every spelling with its short name, and the expression that finds them. Former names yield to today's."""
    names: dict[str, str] = {}
    for council in (*councils(), *former_councils()):
        for spelling in (council.name, council.official_name, *council.aliases):
            names.setdefault(_plain(spelling), council.name)
    longest_first = sorted(names, key=len, reverse=True)
    return names, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
