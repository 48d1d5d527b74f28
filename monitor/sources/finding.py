"""Which sources answer a question, to which there may be no answer for a while."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from monitor.model import SourceKind

if TYPE_CHECKING:
    from monitor.model import Source

# How the searches that have feeds ask: GOV.UK, Google News, Bing, GDELT, WordPress.
_ASKED = frozenset(("keywords", "q", "query", "s", "search"))
_SEARCH = re.compile(r"/search(?:[/.]|$)")


def may_find_nothing(source: Source) -> bool:
    """Whether a well-formed answer without entries may be true of it though it showed some before.

    A search may find nothing, and a committee system may have nothing new in a recess. A publisher's own list holds its
    latest, however old: without any, it was closed or is broken.
    """
    if source.kind is SourceKind.MODERNGOV:
        return True
    parts = urlsplit(source.url)
    return bool(_SEARCH.search(parts.path) or _ASKED & {name for name, _ in parse_qsl(parts.query)})
