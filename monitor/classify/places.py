"""Where a sentence stands: under a heading that says how it is meant, in a list of what was only looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from monitor.classify.areas import graded_areas
from monitor.classify.phrases import Phrases, data
from monitor.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.classify.lexicon import Lexicon
    from monitor.classify.sentences import Sentence

_LONGEST_HEADING = 90
_SHORTEST_PROSE = 25
# What a meeting resolved or agreed is no finding, and a line of so few words without a stop is a caption.
_FORMALITY = re.compile(r"(?:resolved|agreed)\b[: ]")
_MOST_WORDS_OF_CAPTION = 7
_STOPS = (".", "!", "?", "…", '"', "'", ")", ";", ",")


class Place(NamedTuple):
    """A sentence that may earn a theme, and what the heading of its list says of it."""

    span: Sentence
    section: Polarity | None


class PlaceReader:
    """Headings compiled once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        headings = data("scope.toml")
        self._headings = Phrases(
            (phrase, polarity)
            for polarity, name in (
                (Polarity.CONCERN, "concern_heading"),
                (Polarity.PROGRESS, "progress_heading"),
            )
            for phrase in headings[name]
        )

    def places(self, text: str, spans: Sequence[Sentence]) -> Iterator[Place]:
        """The sentences of `text` (plain) that say something: no headings, and no list of what was looked at."""
        section: Polarity | None = None
        is_scope = False
        for span in spans:
            sentence = text[span.start : span.end]
            heading = self._heading(sentence)
            if heading is not None:
                section, is_scope = heading, False
                continue
            if not span.bullet and (sentence.endswith((".", '."', ":")) or len(sentence) < _SHORTEST_PROSE):
                # Prose, or another heading: the list is over. "Inspectors reviewed the following:" begins one of scope.
                section = None
                is_scope = sentence.endswith(":") and self._lexicon.only_looks(self._lexicon.read(sentence))
            if not (is_scope or _FORMALITY.match(sentence) or (section is None and _is_caption(span, sentence))):
                yield Place(span, section)

    def _heading(self, sentence: str) -> Polarity | None:
        if len(sentence) > _LONGEST_HEADING or sentence.endswith("."):
            return None
        return next((hit.value for hit in self._headings.find(sentence)), None)


def _is_caption(span: Sentence, sentence: str) -> bool:
    return (
        not span.bullet
        and not sentence.endswith(_STOPS)
        and len(sentence.split()) <= _MOST_WORDS_OF_CAPTION
        and graded_areas(sentence) is None
    )
