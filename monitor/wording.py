"""How alike two texts are worded: a text's words, weighted by how rare each is, and the cosine between two such.

How common a word is was counted once over texts about children's services (`data/common_words.txt`), not over what
happens to be at hand: "social worker" tells nothing apart here, and the likeness of two texts is the same whatever
else came with them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Vector = Mapping[str, float]  # words, weighted; of length 1

# A text is compared by its opening, for press copies are cut from the end.
COMPARED = 2_000
# The title and the head tell the news. What follows is its background, which a paper prints below all that it writes of
# a council, and what a newsroom puts under every page: a word there counts so much of one in the head.
_HEAD = 225  # characters
_BACKGROUND = 0.25
_STEM = 5  # letters; "fostering" and "fostered" are one word, and so are most inflections between rewrites
# Rewrites change words and keep figures: "94%", "£1.9m", "312".
_FIGURE_WEIGHT = 2
# "Team wins national award", "council opens new home": two headlines are alike before the news is. So much of a word
# counts that both have, and of any one word so much of the cosine, lest a text that is full of it be like the next.
_OF_HEADLINE = 0.25
_MOST_A_WORD = 0.06
_WORD = re.compile(r"[a-z][a-z']+|\d[\d,.]*\d|\d")
_EMPTY = (
    "a about after again all also an and any are as at be because been before being but by can could did do does for "
    "from had has have he her his how if in into is it its more most no not of on only or other our out over said says "
    "she should so some such than that the their them then there these they this to under up was we were what when "
    "which who will with would you your "
    "correspondent democracy reporter"  # who wrote it is no news
)
_EMPTY_WORDS = frozenset(_EMPTY.split())


def words(text: str) -> list[str]:
    """The words that tell one text from another, inflections cut off, and its figures."""
    found = _WORD.findall(text.lower().replace("’", "'"))
    return [word[:_STEM] if word >= "a" else word for word in found if word not in _EMPTY_WORDS]


def vector(title: str, text: str, names: Iterable[str] = ()) -> Vector:
    """What a text is compared by; of length 1, so that the product of two is the cosine between them.

    `names` are of the councils it is about, whose words do not count: all that is said of a council has them.
    """
    rarity, unseen = _rarities()
    head, background = _parted(text[:COMPARED])
    counts = {word: count * _BACKGROUND for word, count in Counter(words(background)).items()}
    for word in words(f"{title} {head}"):
        counts[word] = counts.get(word, 0) + 1
    for word in words(" ".join(names)):
        counts.pop(word, None)
    raw = {
        word: (rarity.get(word, unseen) if word >= "a" else rarity.get(word, unseen) * _FIGURE_WEIGHT)
        * (1 + math.log(count) if count > 1 else count)
        for word, count in counts.items()
    }
    length = math.hypot(*raw.values()) or 1.0
    return {word: value / length for word, value in raw.items()}


def _parted(text: str) -> tuple[str, str]:
    """The head of a text and what follows, no word cut in two."""
    end = text.find(" ", _HEAD)
    return (text, "") if end < 0 else (text[:end], text[end:])


def cosine(one: Vector, other: Vector) -> float:
    """How alike: 0 with no word in common, 1 with all."""
    return math.fsum(one[word] * other[word] for word in one.keys() & other.keys())


def beneath_headlines(one: Vector, other: Vector, title: str, other_title: str) -> float:
    """How alike two texts are if one template gave both their headlines and a word or two; no more than `cosine`."""
    shared = _headline(title) & _headline(other_title)
    return math.fsum(
        min(one[word] * other[word], _MOST_A_WORD) * (_OF_HEADLINE if word in shared else 1.0)
        for word in one.keys() & other.keys()
    )


@lru_cache(maxsize=512)
def _headline(title: str) -> frozenset[str]:
    return frozenset(words(title))


@cache
def _rarities() -> tuple[dict[str, float], float]:
    """Smoothed inverse document frequency of each word, and that of a word which no text had."""
    lines = files("monitor.data").joinpath("common_words.txt").read_text(encoding="utf-8").splitlines()
    total = int(lines[0])
    counts = (line.split() for line in lines[1:])
    return {word: math.log((1 + total) / (1 + int(count))) + 1 for word, count in counts}, math.log(1 + total) + 1
