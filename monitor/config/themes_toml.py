"""themes.toml: the themes items are labelled with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.config import values
from monitor.config.tables import Table, Unfit, shown
from monitor.model import Theme

if TYPE_CHECKING:
    from collections.abc import Collection


def read_themes(root: Table) -> tuple[Theme, ...]:
    """The themes in the order of the file."""
    themes: list[Theme] = []
    for table in root.tables("theme", title="id"):
        theme = Theme(
            id=table.need("id", _theme_id, ""),
            title=table.need("title", values.line, ""),
            covers=table.need("covers", values.prose, ""),
            excludes=table.take("excludes", values.prose, ""),
            concern=table.each("concern", values.prose, empty=True),
            progress=table.each("progress", values.prose, empty=True),
            neutral=table.each("neutral", values.prose, empty=True),
        )
        if theme.id in ids(themes):
            table.complain("id", shown(theme.id), "an id no other theme has")
        if "concern" not in table and "progress" not in table:
            table.complain("concern", "nothing", "example sentences, here or under progress")
        table.finish()
        themes.append(theme)
    root.finish()
    return tuple(themes)


def ids(themes: Collection[Theme]) -> set[str]:
    """The ids that could be read."""
    return {theme.id for theme in themes if theme.id}


def _theme_id(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        return value
    raise Unfit('an id in small letters, digits and hyphens, like "workforce-stability"')
