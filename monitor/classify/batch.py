"""Classification in a child process: a text that somebody made to be slow costs itself, and not the service."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from monitor.classify import Classifier
from monitor.classify.model import read_own

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
def _classifier(themes: tuple[Theme, ...], trained: Path, stamp: int) -> Classifier:  # noqa: ARG001 - a new file is read
    return Classifier(themes, own=read_own(trained).trusted)


def classify_texts(themes: tuple[Theme, ...], trained: Path, texts: Sequence[Text]) -> list[Classification]:
    """The classification of each text, in their order; `trained` is where `themes train` leaves what it learnt."""
    classifier = _classifier(themes, trained, trained.stat().st_mtime_ns if trained.is_file() else 0)
    return [
        classifier.classify(title=one.title, text=one.text, council=one.council, is_report=one.is_report)
        for one in texts
    ]
