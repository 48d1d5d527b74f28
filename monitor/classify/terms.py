"""A text as the terms that models know it by: stems, pairs of them, and the beginnings of long words."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"[a-z][a-z']*|\d+")
# Words that carry no subject by themselves. They stay in what tells praise from blame: "not", "few" and "still" matter.
_EVERYDAY = frozenset(
    (
        "the", "a", "an", "of", "to", "in", "on", "for", "with", "by", "at", "from", "as", "that", "is", "are", "was",
        "were", "be", "been", "has", "have", "had", "and", "or", "this", "these", "those", "it", "its", "their", "they",
        "them", "there", "which", "who", "when", "where", "what", "into", "than", "he", "she", "his", "her", "we",
        "our", "us", "you", "your", "i",
    )
)  # fmt: skip
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "ly", "es", "s")
_SHORTEST_STEM = 4
_BEGINNING = 5


def subject_terms(text: str) -> set[str]:
    """What `text` (plain) speaks of: its stems, pairs of neighbours without everyday words, and beginnings of words."""
    stems = [stem for stem in _stems(text) if stem not in _EVERYDAY]
    terms = set(stems)
    terms.update([f"{first} {second}" for first, second in pairwise(stems)])
    terms.update([f"{stem[:_BEGINNING]}*" for stem in stems if len(stem) > _BEGINNING])
    return terms


def verdict_terms(text: str) -> set[str]:
    """How `text` (plain) speaks of it: its stems, and every two and three that follow one another."""
    stems = _stems(text)
    pairs = [f"{first} {second}" for first, second in pairwise(stems)]
    terms = set(stems)
    terms.update(pairs)
    terms.update([f"{pair} {third}" for pair, third in zip(pairs, stems[2:], strict=False)])
    return terms


def _stems(text: str) -> list[str]:
    return [stem for word in _WORD.findall(text) if (stem := _stem(word))]


@lru_cache(maxsize=20_000)  # of the words of 330 reports, 15,000 are different ones
def _stem(word: str) -> str:
    """The word without its ending; "0" for a number. Rough on purpose: both sides of a comparison are cut alike."""
    if word[0].isdigit():
        return "0"
    word = word.removesuffix("'s").rstrip("'")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
