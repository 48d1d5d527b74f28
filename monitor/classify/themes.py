"""Which themes a text touches, each as concern or progress, each with the sentences that earned it.

A sentence is about a theme when the theme's words stand in it, and earns the theme when it also says something good
or bad about it. Shipped themes are known by the cues in `data/theme_cues.toml`; a theme the file does not know is
known by the words of its own entry in themes.toml.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.classify.judgement import grades
from monitor.classify.phrases import Hit, Phrases, anchors, blank, data, plain
from monitor.classify.polarity import PolarityReader, join
from monitor.model import Evidence, Polarity, ThemeLabel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.classify.polarity import Clause
    from monitor.classify.sentences import Sentence
    from monitor.model import Theme

_STRONG = 0.75
_WEAK = 0.36
# A sentence is about a theme from here: one strong cue or two weak ones (1 - .64 * .64 = .59).
_ABOUT = 0.58
MAX_EVIDENCE = 5
# In a long report one stray sentence does not turn a theme: the lesser side needs this share of what was said.
_LESSER_SHARE = 0.2
_HEADING_LENGTH = 90
# An unnamed sentence that earns a theme has something to say: contents lists and captions have fewer words.
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class _Cue:
    theme: str
    weight: float


class ThemeReader:
    """Cues of `themes` compiled once."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        known = data("theme_cues.toml")
        self._cues = Phrases(
            (phrase, _Cue(theme.id, weight))
            for theme in themes
            for phrase, weight in (_shipped(known[theme.id]) if theme.id in known else own_cues(theme, themes))
        )
        self._polarity = PolarityReader()
        headings = data("scope.toml")
        self._scope = Phrases((phrase, None) for phrase in headings["scope"])
        self._speakers = Phrases((phrase, None) for phrase in headings["speakers"])
        self._headings = Phrases(
            (phrase, polarity)
            for polarity, name in (
                (Polarity.CONCERN, "concern_heading"),
                (Polarity.PROGRESS, "progress_heading"),
            )
            for phrase in headings[name]
        )

    def labels(self, title: str, text: str, spans: Sequence[Sentence]) -> tuple[ThemeLabel, ...]:
        """The themes of `title` and `text` (whose sentences are `spans`), best first."""
        earned: dict[str, list[Evidence]] = {}
        for theme, evidence in self._earned(title, text, spans):
            earned.setdefault(theme, []).append(evidence)
        labels = [_label(theme, evidence) for theme, evidence in earned.items()]
        return tuple(sorted(labels, key=lambda label: (-label.score, label.theme)))

    def _earned(self, title: str, text: str, spans: Sequence[Sentence]) -> Iterator[tuple[str, Evidence]]:
        told: set[str] = set()
        if title.strip():
            start, end = len(title) - len(title.lstrip()), len(title.rstrip())
            sentence = plain(title)[start:end]
            told.add(sentence)
            for theme, polarity, score in self._read(sentence, None):
                yield theme, _evidence(title, start, end, polarity, score, in_title=True)
        lowered = plain(text)
        section: Polarity | None = None
        listing = False
        for span in spans:
            sentence = lowered[span.start : span.end]
            heading = self._heading(sentence)
            if heading is not None:
                section, listing = heading, False
                continue
            if not span.bullet and (sentence.endswith((".", '."', ":")) or len(sentence) < 25):
                # Prose, or another heading: the list is over. "Inspectors reviewed the following:" begins one of scope.
                section = None
                listing = sentence.endswith(":") and next(self._scope.find(sentence), None) is not None
            if listing:
                continue
            if sentence in told:
                continue  # the headline again, or a quotation told twice: one piece of evidence
            told.add(sentence)
            for theme, polarity, score in self._read(sentence, section):
                yield theme, _evidence(text, span.start, span.end, polarity, score, in_title=False)

    def _heading(self, sentence: str) -> Polarity | None:
        if len(sentence) > _HEADING_LENGTH or sentence.endswith("."):
            return None
        return next((hit.value for hit in self._headings.find(sentence)), None)

    def _read(self, sentence: str, section: Polarity | None) -> Iterator[tuple[str, Polarity, float]]:
        """What one sentence (plain) earns: theme, polarity and score; `section` is what its heading said."""
        sentence = blank(sentence, grades(sentence))
        words = anchors(sentence)
        if len(words) < _SHORTEST:
            return
        speakers = [(hit.start, hit.end) for hit in self._speakers.find(sentence, words)]
        by_theme: dict[str, list[Hit[_Cue]]] = {}
        for hit in self._cues.find(blank(sentence, speakers), words):
            by_theme.setdefault(hit.value.theme, []).append(hit)
        strengths = {theme: _strength(hits) for theme, hits in by_theme.items()}
        strengths = {theme: strength for theme, strength in strengths.items() if strength >= _ABOUT}
        if not strengths or next(self._scope.find(sentence, words), None):
            return
        clauses = self._polarity.clauses(sentence, words)
        touched = [
            any(clause.start <= hit.start < clause.end for theme in strengths for hit in by_theme[theme])
            for clause in clauses
        ]
        for theme, strength in strengths.items():
            polarity = section or _polarity(clauses, touched, by_theme[theme])
            if polarity is not None:
                yield theme, polarity, round(strength, 3)


def _shipped(cues: dict[str, list[str]]) -> Iterator[tuple[str, float]]:
    yield from ((phrase, _STRONG) for phrase in cues["strong"])
    yield from ((phrase, _WEAK) for phrase in cues["weak"])


def _strength(hits: Iterable[Hit[_Cue]]) -> float:
    """How surely the hits make a sentence about their theme; the same words count once."""
    missing = 1.0
    end = -1
    for hit in sorted(hits, key=lambda hit: (-hit.value.weight, hit.start)):
        if hit.value.weight == _WEAK and hit.start < end and missing < 1.0 - _WEAK:
            continue
        missing *= 1.0 - hit.value.weight
        end = max(end, hit.end)
    return min(1.0 - missing, 0.98)


def _polarity(clauses: Sequence[Clause], touched: Sequence[bool], hits: Iterable[Hit[_Cue]]) -> Polarity | None:
    """What the clauses with the theme's words say of it, and one after them that names no theme of its own."""
    starts = [hit.start for hit in hits]
    said: list[Polarity] = []
    for number, clause in enumerate(clauses):
        mine = any(clause.start <= start < clause.reach for start in starts)
        follows = number > 0 and not touched[number] and clause.reach == clause.end and min(starts) < clause.start
        if (mine or follows) and clause.polarity is not None:
            said.append(clause.polarity)
    return join(said)


def _evidence(text: str, start: int, end: int, polarity: Polarity, score: float, *, in_title: bool) -> Evidence:
    return Evidence(text=text[start:end], start=start, end=end, polarity=polarity, score=score, in_title=in_title)


def _label(theme: str, evidence: Sequence[Evidence]) -> ThemeLabel:
    weights: defaultdict[Polarity, float] = defaultdict(float)
    for piece in evidence:
        for side in (Polarity.CONCERN, Polarity.PROGRESS):
            if piece.polarity in {side, Polarity.BOTH}:
                weights[side] += piece.score
    concern, progress = weights[Polarity.CONCERN], weights[Polarity.PROGRESS]
    if min(concern, progress) >= _LESSER_SHARE * (concern + progress):
        polarity = Polarity.BOTH
    else:
        polarity = Polarity.CONCERN if concern > progress else Polarity.PROGRESS
    missing = 1.0
    for piece in evidence:
        missing *= 1.0 - piece.score
    best = sorted(evidence, key=lambda piece: (-piece.score, not piece.in_title, piece.start))
    return ThemeLabel(theme=theme, polarity=polarity, score=round(1.0 - missing, 3), evidence=_shown(best, polarity))


def _shown(best: Sequence[Evidence], polarity: Polarity) -> tuple[Evidence, ...]:
    """The best few; where the label says both, each side is shown."""
    shown = list(best[:MAX_EVIDENCE])
    if polarity is Polarity.BOTH:
        for side in (Polarity.CONCERN, Polarity.PROGRESS):
            if not any(piece.polarity in {side, Polarity.BOTH} for piece in shown):
                shown[-1] = next(piece for piece in best if piece.polarity in {side, Polarity.BOTH})
    return tuple(shown)


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
