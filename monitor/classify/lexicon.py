"""What a theme's words say of a sentence: which themes' cues stand in it, and how surely they make it about them.

Shipped themes are known by the cues in `data/theme_cues.toml`; a theme the file does not know is known by the words of
its own entry in themes.toml.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.classify.grading import grades
from monitor.classify.phrases import Hit, Phrases, anchors, blank, data, plain
from monitor.classify.terms import subject_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from monitor.model import Theme

_STRONG = 0.75
_WEAK = 0.36
# A sentence is about a theme from here by its words alone: one strong cue or two weak ones (1 - .64 * .64 = .59).
ABOUT = 0.58
_BEGINNING = 30  # characters


@dataclass(frozen=True, slots=True)
class Cued:
    """A theme's cue as the lexicon holds it."""

    theme: str
    weight: float
    term: str  # what the model knows it by


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence (plain, grades of the whole service and homonyms blanked out) and the themes' words in it."""

    sentence: str
    words: set[str]  # its anchors
    hits: Mapping[str, Sequence[Hit[Cued]]]  # by theme
    strengths: Mapping[str, float]  # by theme, up to 0.98

    @property
    def terms(self) -> set[str]:
        """What the sentence is known to the model by: its terms, and the cues that stand in it."""
        cues = {hit.value.term for hits in self.hits.values() for hit in hits}
        return subject_terms(self.sentence) | cues


class Lexicon:
    """Cues of `themes` compiled once."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        known = data("theme_cues.toml")
        self._cues = Phrases(
            (phrase, Cued(theme.id, weight, f"{theme.id}: {phrase}"))
            for theme in themes
            for phrase, weight in (_shipped(known[theme.id]) if theme.id in known else own_cues(theme, themes))
        )
        headings = data("scope.toml")
        self._scope = Phrases((phrase, None) for phrase in headings["scope"])
        self._besides = Phrases(
            (phrase, is_homonym)
            for name, is_homonym in (("speakers", False), ("homonyms", True))
            for phrase in headings[name]
        )

    def read(self, sentence: str) -> Read:
        """`sentence` is plain."""
        sentence = blank(sentence, grades(sentence))
        words = anchors(sentence)
        speakers: list[tuple[int, int]] = []
        homonyms: list[tuple[int, int]] = []
        for beside in self._besides.find(sentence, words):
            (homonyms if beside.value else speakers).append((beside.start, beside.end))
        if homonyms:
            sentence = blank(sentence, homonyms)
            words = anchors(sentence)
        hits: dict[str, list[Hit[Cued]]] = {}
        for hit in self._cues.find(blank(sentence, speakers), words):
            hits.setdefault(hit.value.theme, []).append(hit)
        return Read(sentence, words, hits, {theme: _strength(found) for theme, found in hits.items()})

    def only_looks(self, read: Read) -> bool:
        """Whether the sentence has the words of one that only says what was looked at or talked about."""
        return next(self._scope.find(read.sentence, read.words), None) is not None

    def begins_by_looking(self, read: Read) -> bool:
        """Whether it begins with them, as "Inspectors looked at" does."""
        return any(hit.start < _BEGINNING for hit in self._scope.find(read.sentence, read.words))


def _shipped(cues: dict[str, list[str]]) -> Iterator[tuple[str, float]]:
    yield from ((phrase, _STRONG) for phrase in cues["strong"])
    yield from ((phrase, _WEAK) for phrase in cues["weak"])


def _strength(hits: Iterable[Hit[Cued]]) -> float:
    """How surely the hits make a sentence about their theme; the same words count once."""
    missing = 1.0
    end = -1
    for hit in sorted(hits, key=lambda hit: (-hit.value.weight, hit.start)):
        if hit.value.weight == _WEAK and hit.start < end and missing < 1.0 - _WEAK:
            continue
        missing *= 1.0 - hit.value.weight
        end = max(end, hit.end)
    return min(1.0 - missing, 0.98)


# --- a theme of the user's own ------------------------------------------------------------------------------

_TERM = re.compile(r"[a-z][a-z'-]+")
_SHORTEST_TERM = 4


def own_cues(theme: Theme, themes: Sequence[Theme]) -> list[tuple[str, float]]:
    """Cues of a theme from its own entry.

    Each phrase of `covers` is strong. A pair of words that two of its examples share is strong, and a single one weak,
    unless common or used by another theme's examples.
    """
    cues: dict[str, float] = {}
    for phrase in re.split(r"[,;]", plain(theme.covers)):
        terms = _TERM.findall(phrase)
        if terms and (len(terms) > 1 or _is_telling(terms[0])):
            cues[" ".join([*terms[:-1], _ending_free(terms[-1])])] = _STRONG
    examples = [_TERM.findall(plain(example)) for example in (*theme.concern, *theme.progress)]
    elsewhere = {
        term
        for other in themes
        if other.id != theme.id
        for example in (*other.concern, *other.progress)
        for term in _TERM.findall(plain(example))
    }
    pairs = Counter(pair for terms in examples for pair in set(pairwise(terms)))
    for (first, second), times in pairs.items():
        if times > 1 and _is_telling(first) and _is_telling(second):
            cues.setdefault(f"{first} {_ending_free(second)}", _STRONG)
    singles = Counter(term for terms in examples for term in set(terms))
    for term, times in singles.items():
        if times > 1 and _is_telling(term) and term not in elsewhere:
            cues.setdefault(_ending_free(term), _WEAK)
    return list(cues.items())


@cache
def _common() -> frozenset[str]:
    return frozenset(data("scope.toml")["common_words"])


def _is_telling(term: str) -> bool:
    return len(term) >= _SHORTEST_TERM and term not in _common()


def _ending_free(term: str) -> str:
    """The term with any ending: "carer" and "carers" are one."""
    stem = term.removesuffix("'s").removesuffix("s")
    return f"{stem}*" if len(stem) >= _SHORTEST_TERM and "-" not in stem else term
