"""Which themes a text touches, each as concern or progress, each with the sentences that earned it.

A sentence earns a theme when the model and the lexicon together are sure enough of it: each theme has a threshold, and
below it nothing is said. What a heading, a list or a grade in a heading settles is settled by rule.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from monitor.classify.areas import graded_areas
from monitor.classify.lexicon import ABOUT, Lexicon
from monitor.classify.linear import Linear
from monitor.classify.phrases import plain
from monitor.classify.places import PlaceReader
from monitor.classify.polarity import (
    PolarityReader,
    by_rule,
    is_silent,
    of_theme,
    own_part,
    parts_by_rules,
    says_something,
    verdict_features,
)
from monitor.classify.terms import verdict_terms
from monitor.model import Evidence, NearMiss, Polarity, ThemeLabel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.classify.lexicon import Read
    from monitor.classify.linear import Fusion
    from monitor.classify.model import Model, OwnTheme
    from monitor.classify.polarity import Clause
    from monitor.classify.sentences import Sentence
    from monitor.model import Theme

MAX_EVIDENCE = 5
MAX_NEAR = 5
# A theme is nearly given from this share of its threshold.
_NEAR = 0.5
# In a long report one stray sentence does not turn a theme: the lesser side needs this share of what was said.
_LESSER_SHARE = 0.25
# An unnamed sentence that earns a theme has something to say: contents lists and captions have fewer words.
_SHORTEST = 3
# A theme that the model leaves this far behind, and that has no word of its own in the sentence, is not weighed.
_HOPELESS = -3.0

# What the model and the lexicon say of one theme in a sentence, in this order.
THEME_FEATURES = (
    "model",
    "lexicon",
    "lexicon: about it",
    "model and lexicon",
    "only looks",
    "lexicon: about any",
    "says something good or bad: model",
    "says something good or bad: words",
)


def theme_features(
    logit: float, strength: float, *, about_any: bool, only_looks: bool, says: tuple[float, float]
) -> tuple[float, ...]:
    """See THEME_FEATURES; `says` is what `polarity.says_something` found in the sentence."""
    return (logit, strength, float(strength >= ABOUT), logit * strength, float(only_looks), float(about_any), *says)


# A claim below this comes to nothing whatever the others claim: a chance of one in twenty.
_FORLORN = -3.0
# A claim below this is as good as none, and above this as good as certain.
_LEAST_CLAIM, _MOST_CLAIM = -6.0, 4.0


def rival_features(
    claims: Mapping[str, float], strengths: Mapping[str, float], themes: Sequence[str]
) -> tuple[float, ...]:
    """What each of `themes` claims of a sentence, and what each one's words do: a plea for one weakens another's.

    `claims` are logits of the fusion over THEME_FEATURES; a theme that was not weighed claims nothing.
    """
    claimed = [min(max(claims.get(theme, _LEAST_CLAIM), _LEAST_CLAIM), _MOST_CLAIM) for theme in themes]
    return (*claimed, *(strengths.get(theme, 0.0) for theme in themes))


class Earned(NamedTuple):
    """A theme that one sentence earns, or, without a polarity, nearly does."""

    theme: str
    polarity: Polarity | None
    score: float


class ThemeReader:
    """Model and lexicon of `themes`, built once; `own` are those that `themes train` has fitted."""

    def __init__(
        self, themes: Sequence[Theme], model: Model, own: Sequence[OwnTheme] = (), *, lexicon_only: bool = False
    ) -> None:
        self._lexicon = Lexicon(themes)
        self._polarity = PolarityReader()
        self._model = model
        configured = {theme.id for theme in themes}
        self._shipped = Linear(model.themes)
        self._verdicts = Linear(model.verdicts)
        self._own = [(one, Linear(one.weights)) for one in own if one.id in configured and not lexicon_only]
        self._own_fusions = {one.id: one.fusion for one, _ in self._own}
        known = set() if lexicon_only else {*model.themes.outputs, *(one.id for one in own)}
        self._untrained = configured - known
        self._outputs = [
            (number, theme) for number, theme in enumerate(model.themes.outputs) if theme in configured & known
        ]
        self._thresholds = {**model.thresholds, **{one.id: one.threshold for one in own}}
        self._thresholds |= dict.fromkeys(self._untrained, ABOUT)
        self._places = PlaceReader(self._lexicon)

    def labels(
        self, title: str, text: str, spans: Sequence[Sentence]
    ) -> tuple[tuple[ThemeLabel, ...], tuple[NearMiss, ...]]:
        """The themes of `title` and `text` (whose sentences are `spans`), and those nearly given; best first."""
        earned: dict[str, list[Evidence]] = {}
        missed: dict[str, NearMiss] = {}
        for one, span, in_title in self._sentences(title, text, spans):
            start, end = span
            if one.polarity is not None:
                evidence = _evidence(title if in_title else text, start, end, one, one.polarity, in_title=in_title)
                earned.setdefault(one.theme, []).append(evidence)
            elif one.theme not in missed or missed[one.theme].score < one.score:
                missed[one.theme] = NearMiss(
                    theme=one.theme,
                    score=one.score,
                    threshold=self._thresholds[one.theme],
                    start=start,
                    end=end,
                    in_title=in_title,
                )
        labels = [_label(theme, evidence) for theme, evidence in earned.items()]
        near = [one for theme, one in missed.items() if theme not in earned]
        return (
            tuple(sorted(labels, key=lambda label: (-label.score, label.theme))),
            tuple(sorted(near, key=lambda one: (one.threshold - one.score, one.theme))[:MAX_NEAR]),
        )

    def earned(self, sentence: str, section: Polarity | None = None) -> list[Earned]:
        """What one sentence (plain) earns or nearly does; `section` is what the heading of its list said."""
        areas = graded_areas(sentence)
        if areas is not None:
            return [Earned(theme, polarity, _GRADED) for theme, polarity in areas]
        read = self._lexicon.read(sentence)
        if len(read.words) < _SHORTEST:
            return []
        weighed = self._weighed(read)
        if not weighed:
            return []
        clauses = self._polarity.clauses(read.sentence, read.words)
        logits = self._verdicts.scores(verdict_terms(read.sentence))
        says = says_something(logits, clauses)
        if section is None and (
            is_silent(says, clauses, only_looks=self._lexicon.only_looks(read))
            # Of 203 labelled sentences that begin so and do not turn, 187 say nothing, and most of the rest are grades.
            or (len(clauses) == 1 and self._lexicon.begins_by_looking(read))
        ):
            return []
        found = []
        for theme, score in self._probabilities(read, weighed, says).items():
            if score < self._thresholds[theme]:
                if score >= self._thresholds[theme] * _NEAR:
                    found.append(Earned(theme, None, round(score, 3)))
                continue
            if section is not None:
                found.append(Earned(theme, section, round(score, 3)))
                continue
            starts = [hit.start for hit in read.hits.get(theme, ())]
            if theme in self._untrained:
                touched = [any(clause.start <= start < clause.end for start in starts) for clause in clauses]
                polarity = of_theme(clauses, touched, starts)
            else:
                polarity = self._verdict(read, clauses, starts, logits)
            found.append(Earned(theme, polarity, round(score, 3)))
        return found

    def _verdict(
        self, read: Read, clauses: Sequence[Clause], starts: Sequence[int], logits: Sequence[float]
    ) -> Polarity:
        """What the sentence says of a theme whose words begin at `starts`; `logits` are the whole sentence's."""
        about = [theme for theme, strength in read.strengths.items() if strength >= ABOUT]
        words = [hit.start for theme in about for hit in read.hits[theme]]
        touched = [any(clause.start <= start < clause.end for start in words) for clause in clauses]
        if said := by_rule(read.sentence, clauses, starts, touched):
            return said
        part = own_part(read.sentence, clauses, starts)
        mine = logits if part == read.sentence else self._verdicts.scores(verdict_terms(part))
        return decided(self._model.concern, self._model.progress, verdict_features(mine, clauses, starts))

    def likely(self, sentence: str) -> dict[str, float]:
        """How likely one sentence (plain) earns each theme that is worth weighing: what is calibrated."""
        read = self._lexicon.read(sentence)
        clauses = self._polarity.clauses(read.sentence, read.words)
        logits = self._verdicts.scores(verdict_terms(read.sentence))
        return self._probabilities(read, self._weighed(read), says_something(logits, clauses))

    def said_of(self, theme: str, sentence: str) -> Polarity:
        """What one sentence (plain) says of a theme, taken that it earns it."""
        read = self._lexicon.read(sentence)
        clauses = self._polarity.clauses(read.sentence, read.words)
        starts = [hit.start for hit in read.hits.get(theme, ())]
        logits = self._verdicts.scores(verdict_terms(read.sentence))
        return self._verdict(read, clauses, starts, logits)

    def _weighed(self, read: Read) -> dict[str, float]:
        """The themes that are worth weighing, each with the model's logit; an untrained one has none."""
        terms = read.terms
        logits = self._shipped.scores(terms)
        found = {
            theme: logits[number]
            for number, theme in self._outputs
            if logits[number] > _HOPELESS or theme in read.strengths
        }
        found |= {one.id: linear.scores(terms)[0] for one, linear in self._own}
        return found | {theme: 0.0 for theme in read.strengths if theme in self._untrained}

    def _probabilities(self, read: Read, weighed: Mapping[str, float], says: tuple[float, float]) -> dict[str, float]:
        """How likely the sentence earns each theme."""
        looks = self._lexicon.only_looks(read)
        about = any(strength >= ABOUT for strength in read.strengths.values())
        rows = {
            theme: theme_features(logit, read.strengths.get(theme, 0.0), about_any=about, only_looks=looks, says=says)
            for theme, logit in weighed.items()
        }
        claims = {theme: self._model.theme.logit(rows[theme]) for theme in rows if theme in self._model.rivals}
        hopeful = any(claim > _FORLORN for claim in claims.values())
        rivals = rival_features(claims, read.strengths, self._model.themes.outputs) if hopeful else ()
        found = {}
        for theme, row in rows.items():
            if theme in self._untrained:
                found[theme] = 0.0 if looks else read.strengths[theme]
            elif theme in self._own_fusions:
                found[theme] = self._own_fusions[theme].probability(row)
            elif claims[theme] > _FORLORN:
                found[theme] = self._model.rivals[theme].probability(rivals)
        return found

    def _sentences(
        self, title: str, text: str, spans: Sequence[Sentence]
    ) -> Iterator[tuple[Earned, tuple[int, int], bool]]:
        """What each sentence earns or nearly does, where it stands, and whether in the title."""
        told: set[str] = set()
        if title.strip():
            start, end = len(title) - len(title.lstrip()), len(title.rstrip())
            sentence = plain(title)[start:end]
            told.add(sentence)
            for one in self.earned(sentence):
                yield one, (start, end), True
        lowered = plain(text)
        for span, section in self._places.places(lowered, spans):
            sentence = lowered[span.start : span.end]
            if sentence in told:
                continue  # the headline again, or a quotation told twice: one piece of evidence
            told.add(sentence)
            for one in self.earned(sentence, section):
                yield one, (span.start, span.end), False


_GRADED = 0.95  # a heading that grades an area leaves little doubt
# A sentence says both where each side is at least so likely, and less is enough where its clauses part by the rules:
# chosen on labelled sentences held back, as those that find most of "both" at no cost to the rest.
_BOTH = 0.5
_BOTH_BY_RULES = 0.2


def decided(concern: Fusion, progress: Fusion, features: Sequence[float]) -> Polarity:
    """The polarity that `features` (polarity.VERDICT_FEATURES) speak for."""
    is_concern, is_progress = concern.probability(features), progress.probability(features)
    if min(is_concern, is_progress) >= (_BOTH_BY_RULES if parts_by_rules(features) else _BOTH):
        return Polarity.BOTH
    return Polarity.CONCERN if is_concern >= is_progress else Polarity.PROGRESS


def _evidence(text: str, start: int, end: int, one: Earned, polarity: Polarity, *, in_title: bool) -> Evidence:
    return Evidence(text=text[start:end], start=start, end=end, polarity=polarity, score=one.score, in_title=in_title)


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
