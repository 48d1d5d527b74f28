"""Classification in a child process: a text that somebody made to be slow costs itself, and not the service."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from monitor.classify import Classifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.model import Classification, Item, Theme


class Text(NamedTuple):
    """What of an item is classified."""

    title: str
    text: str
    council: str | None
    is_report: bool

    @classmethod
    def of(cls, item: Item) -> Text:
        return cls(item.title, item.full_text, item.council, item.is_report)


@lru_cache(maxsize=1)  # a child serves one configuration
def _classifier(themes: tuple[Theme, ...]) -> Classifier:
    return Classifier(themes)


def classify_texts(themes: tuple[Theme, ...], texts: Sequence[Text]) -> list[Classification]:
    """The classification of each text, in their order."""
    classifier = _classifier(themes)
    return [
        classifier.classify(title=one.title, text=one.text, council=one.council, is_report=one.is_report)
        for one in texts
    ]
