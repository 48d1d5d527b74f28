"""JSON that stands where a feed does: JSON Feed 1 and 1.1 (jsonfeed.org), and GDELT's list of articles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitor.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_json(text: str) -> list[dict[str, str]]:
    """The entries of `text` under the names feed.py reads: id, link, title, summary, content, published, …

    Raises ParseError when it is no JSON, or neither of the two forms.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ParseError("begins as JSON and is not: cut short, or not well-formed") from problem
    if document == {}:
        return []  # GDELT found nothing
    for key, read in (("items", _from_json_feed), ("articles", _from_gdelt)):
        if isinstance(document, dict) and isinstance(document.get(key), list):
            return [read(entry) for entry in document[key] if isinstance(entry, dict)]
    raise ParseError("JSON, but neither a JSON Feed nor a list of articles")


def _from_json_feed(item: Mapping[str, Any]) -> dict[str, str]:
    return {
        "id": _word(item.get("id")),
        "link": _word(item.get("url")) or _word(item.get("external_url")),
        "title": _word(item.get("title")),
        "summary": _word(item.get("summary")),
        "content": _word(item.get("content_html")) or _word(item.get("content_text")),
        "published": _word(item.get("date_published")),
        "updated": _word(item.get("date_modified")),
    }


def _from_gdelt(article: Mapping[str, Any]) -> dict[str, str]:
    """GDELT tells when it saw an article, not when it was published, and the site's domain as publisher."""
    return {
        "link": _word(article.get("url")),
        "title": _word(article.get("title")),
        "published": _word(article.get("seendate")),
        "publisher": _word(article.get("domain")),
    }


def _word(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
