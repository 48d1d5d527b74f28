"""Cue phrases: how the data files write them, and where they stand in a text.

A phrase is words that follow one another: `turnover`, `changes of social worker*` (any ending), `high|higher caseload*`
(either word; `services|social_care` for an option of several), `timely .. assessment*` (up to four words between), and
`delay* ~ permanen*` (all of them, in any order, within 60 characters of one another). Space, hyphen and comma are one:
`pre birth` finds "pre-birth".
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

_PLAIN = {
    **dict.fromkeys("‘’ʼ`´", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‐‑‒–—\ufffe\u00ad", "-"),  # U+FFFE: PDF text's broken hyphen
    **dict.fromkeys(
        "\n\r\t\f\v\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
}
_TABLE = str.maketrans(_PLAIN)

_WORD = re.compile(r"[a-z0-9][a-z0-9']*")
_STEM = 4  # characters by which a word with any ending is looked up
# Words half of all sentences have: a phrase is looked up by another of its words where it has one.
_EVERYDAY = frozenset(
    ("children", "children's", "child", "social", "workers", "worker*", "services", "young", "people", "care")
)
_NEAR = r"[^.!?]{0,60}?"
# Possessive, and no character in two parts: each text is looked at once, be it ruled with a thousand hyphens.
_SPACE = r"[\s,-]*+"
_BETWEEN = rf"(?!\w){_SPACE}"
_GAP = r"(?:[^\s.;-]++[\s-]++){0,4}?"


@lru_cache(maxsize=8)  # every question about a text begins with it
def plain(text: str) -> str:
    """`text` in lower case with plain quotes, dashes and spaces; every character stays where it was."""
    lowered = text.translate(_TABLE).lower()
    if len(lowered) == len(text):
        return lowered
    # A few letters grow when lowered (the Turkish dotted I): they stay as they are.
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text.translate(_TABLE))


def plain_case(text: str) -> str:
    """`plain`, with capitals kept: for names."""
    return text.translate(_TABLE)


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with spaces in place of `spans`; what is left stays where it was."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def anchors(text: str) -> set[str]:
    """What phrases are looked up by in `text` (plain): its words, and their beginnings."""
    words = set(_WORD.findall(text))
    words |= {word.partition("'")[0] for word in words if "'" in word}  # "council" stands in "council's"
    return words | {f"{word[:_STEM]}*" for word in words}


class Hit(NamedTuple, Generic[T]):
    """A phrase found: `value` is what the phrase stands for."""

    start: int
    end: int
    value: T


class Phrases(Generic[T]):
    """Phrases compiled once, each with the value it stands for."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._by_anchor: dict[str, list[int]] = {}
        self._entries: list[tuple[tuple[str, ...], re.Pattern[str], T]] = []
        for phrase, value in entries:
            for anchor in _anchors_of(phrase):
                self._by_anchor.setdefault(anchor, []).append(len(self._entries))
            self._entries.append((_letters_of(phrase), _pattern(phrase), value))
        self._anchors = frozenset(self._by_anchor)

    def find(self, text: str, words: set[str] | None = None) -> Iterator[Hit[T]]:
        """Every hit in `text` (plain), phrase by phrase; `words` are its anchors where they are known already."""
        known = self._by_anchor
        found = {number for word in (words or anchors(text)) & self._anchors for number in known[word]}
        for number in sorted(found):
            letters, pattern, value = self._entries[number]
            for one in letters:  # a look for letters costs a tenth of a search
                if one not in text:
                    break
            else:
                for match in pattern.finditer(text):
                    yield Hit(match.start(), match.end(), value)


@cache
def data(name: str) -> dict[str, Any]:
    """A data file of this package, by name: "polarity.toml"."""
    return tomllib.loads(files("monitor.data").joinpath(name).read_text(encoding="utf-8"))


def _words(phrase: str) -> list[str]:
    return phrase.replace("-", " ").split()


def _anchors_of(phrase: str) -> set[str]:
    """The anchors of the phrase's most telling word: at least one stands in every text the phrase does.

    Raises ValueError when every word is a beginning too short to be looked up by.
    """
    words = [word.split("|") for word in _words(phrase) if word not in {"~", ".."}]
    usable = [options for options in words if not any(_too_short(option) for option in options)]
    if not usable:
        raise ValueError(f"cue {phrase!r}: no word is long enough to be looked up by")
    chosen = max(usable, key=_rarity)
    return {_anchor(_telling(option)) for option in chosen}


def _letters_of(phrase: str) -> tuple[str, ...]:
    """What stands in every text the phrase does, letter for letter: its words that have no others in their place."""
    alone = [
        part.rstrip("*")
        for word in _words(phrase)
        if word not in {"~", ".."} and "|" not in word
        for part in word.split("_")
    ]
    return tuple(sorted(set(alone), key=len, reverse=True))


def _rarity(options: list[str]) -> tuple[bool, int]:
    return _EVERYDAY.isdisjoint(options), min(len(_telling(option)) for option in options)


def _anchor(word: str) -> str:
    return f"{word[:_STEM]}*" if word.endswith("*") else word


def _telling(option: str) -> str:
    return max(option.split("_"), key=len)


def _too_short(option: str) -> bool:
    word = _telling(option)
    return word.endswith("*") and len(word) <= _STEM


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    sides = [_sequence(side) for side in phrase.split("~")]
    return re.compile("|".join(_NEAR.join(order) for order in permutations(sides)))


def _sequence(words: str) -> str:
    pieces = [_GAP if word == ".." else f"(?:{_options(word)}){_BETWEEN}" for word in _words(words)]
    return r"(?<![\w])" + "".join(pieces).removesuffix(_SPACE)


def _options(word: str) -> str:
    return "|".join(_BETWEEN.join(_any_ending(part) for part in option.split("_")) for option in word.split("|"))


def _any_ending(word: str) -> str:
    return re.escape(word.rstrip("*")) + (r"[\w']*" if word.endswith("*") else "")
