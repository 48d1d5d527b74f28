"""The model that the program brings along: fitted on labelled sentences of reports, on invented examples and on texts.

Every figure that is stored with it comes from texts that were held back: five parts of the councils, each read by
what was fitted on the other four, with its calibration and its thresholds chosen on those four alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from monitor.classify.lexicon import ABOUT
from monitor.classify.linear import Linear, sigmoid
from monitor.classify.model import FORMAT, Model
from monitor.classify.phrases import plain
from monitor.classify.polarity import own_part, says_something, verdict_features
from monitor.classify.terms import verdict_terms
from monitor.classify.themes import ThemeReader, rival_features, theme_features
from monitor.learning.figures import best_threshold
from monitor.learning.fitting import fit_fusion, fit_terms, folds
from monitor.learning.texts import group_of
from monitor.learning.whole import Weigher, fit_events, fit_relevance
from monitor.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitor.classify.linear import Fusion, Weights
    from monitor.learning.sentences import Labelled
    from monitor.learning.texts import LabelledText
    from monitor.model import Theme

FOLDS = 5
_INNER = 4
# An invented example counts for less than a sentence that somebody wrote to say something.
_EXAMPLE = 0.5
_CHOICES = [number / 100 for number in range(34, 46, 4)]
_COMMON = 0.42  # the threshold that is best for all themes together
_RIVALS_PENALTY = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the model is fitted on."""

    themes: tuple[str, ...]
    sentences: Sequence[Labelled]  # of reports and of texts
    examples: Sequence[Labelled]
    texts: Sequence[LabelledText]
    fingerprint: str = ""

    def without(self, councils: Collection[str]) -> Material:
        """The material with nothing of these councils in it."""
        return replace(
            self,
            sentences=[one for one in self.sentences if one.group not in councils],
            texts=[text for text in self.texts if group_of(text) not in councils],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found in a sentence that was held back: a probability for each theme, and each theme's polarity."""

    terms_only: dict[str, float]
    probabilities: dict[str, float]
    themes: frozenset[str]
    polarities: dict[str, Polarity]  # of the themes it earns by its label


def fit(material: Material) -> Model:
    """The model of all the material."""
    weigher = Weigher()
    weighed = weigher.weighed(material.texts)
    relevance, relevant = fit_relevance(weighed)
    event, events = fit_events(weighed)
    return Model(
        format=FORMAT,
        fingerprint=material.fingerprint,
        relevance=relevance,
        relevant=relevant,
        event=event,
        events=events,
        **fit_themes(material.sentences, material.examples, material.themes),
    )


def held_back(material: Material) -> Iterator[tuple[Material, Model]]:
    """Parts of the material, each with a model that was fitted on nothing of its councils."""
    groups = sorted({one.group for one in material.sentences} | {group_of(text) for text in material.texts})
    sizes = Counter(one.group for one in material.sentences)
    for part in folds([group for group in groups for _ in range(sizes[group] or 1)], FOLDS):
        everyone = [group for group in groups for _ in range(sizes[group] or 1)]
        councils = {everyone[place] for place in part}
        here = replace(
            material,
            sentences=[one for one in material.sentences if one.group in councils],
            texts=[text for text in material.texts if group_of(text) in councils],
        )
        yield here, fit(material.without(councils))


def fit_themes(sentences: Sequence[Labelled], examples: Sequence[Labelled], themes: Sequence[str]) -> dict[str, Any]:
    """The fields of Model that are fitted on sentences; calibration and thresholds on logits that were held back."""
    logits, verdicts, parts = _held_back(sentences, examples, themes)
    fusion = fit_fusion(
        [
            row
            for sentence, logit, verdict in zip(sentences, logits, verdicts, strict=True)
            for row in _features(sentence, logit, verdict, themes)
        ],
        [theme in sentence.themes for sentence in sentences for theme in themes],
    )
    claims = [
        _claims(sentence, logit, verdict, themes, fusion)
        for sentence, logit, verdict in zip(sentences, logits, verdicts, strict=True)
    ]
    contests = [
        rival_features(claim, sentence.read.strengths, themes)
        for sentence, claim in zip(sentences, claims, strict=True)
    ]
    rivals = {
        theme: fit_fusion(contests, [theme in sentence.themes for sentence in sentences], penalty=_RIVALS_PENALTY)
        for theme in themes
    }
    thresholds = {
        theme: best_threshold(
            [
                (rivals[theme].probability(contest), theme in sentence.themes)
                for sentence, contest in zip(sentences, contests, strict=True)
                if sentence.is_typical
            ],
            _CHOICES,
            prefer=_COMMON,
        )
        for theme in themes
    }
    judged = [
        (verdict_features(own[theme], sentence.clauses, _starts(sentence, theme)), polarity)
        for sentence, own in zip(sentences, parts, strict=True)
        if sentence.section is None
        for theme, polarity in sentence.themes.items()
    ]
    features = [row for row, _ in judged]
    return {
        "themes": _fit_subjects(sentences, examples, themes),
        "theme": fusion,
        "rivals": rivals,
        "thresholds": thresholds,
        "verdicts": _fit_verdicts(sentences, examples),
        "concern": fit_fusion(features, [polarity is not Polarity.PROGRESS for _, polarity in judged], penalty=1.0),
        "progress": fit_fusion(features, [polarity is not Polarity.CONCERN for _, polarity in judged], penalty=1.0),
    }


def answers(model: Model, themes: Sequence[Theme], sentences: Sequence[Labelled]) -> list[Answer]:
    """What the program finds by this model in sentences it was not fitted on."""
    reader, subjects = ThemeReader(themes, model), Linear(model.themes)
    found = []
    for one in sentences:
        sentence = plain(one.text)
        earned = {label.theme: label.polarity for label in reader.earned(sentence, one.section) if label.polarity}
        logits = subjects.scores(one.subjects)
        likely = dict.fromkeys(model.themes.outputs, 0.0) | reader.likely(sentence)
        found.append(
            Answer(
                terms_only={theme: sigmoid(logit) for theme, logit in zip(model.themes.outputs, logits, strict=True)},
                probabilities=likely,
                themes=frozenset(earned),
                polarities={
                    theme: earned.get(theme) or one.section or reader.said_of(theme, sentence) for theme in one.themes
                },
            )
        )
    return found


def _held_back(
    sentences: Sequence[Labelled], examples: Sequence[Labelled], themes: Sequence[str]
) -> tuple[list[list[float]], list[list[float]], list[dict[str, list[float]]]]:
    """The logits of subjects, of verdicts, and of verdicts on the part of each theme the sentence earns.

    All are by models that saw no sentence of the council.
    """
    subjects: dict[int, list[float]] = {}
    verdicts: dict[int, list[float]] = {}
    parts: dict[int, dict[str, list[float]]] = {}
    for part in folds([sentence.group for sentence in sentences], _INNER):
        apart = set(part)
        rest = [one for place, one in enumerate(sentences) if place not in apart]
        subject, verdict = Linear(_fit_subjects(rest, examples, themes)), Linear(_fit_verdicts(rest, examples))
        for place in part:
            subjects[place] = subject.scores(sentences[place].subjects)
            verdicts[place] = verdict.scores(sentences[place].verdicts)
            parts[place] = {theme: _own_verdict(verdict, sentences[place], theme) for theme in sentences[place].themes}
    places = range(len(sentences))
    return (
        [subjects[place] for place in places],
        [verdicts[place] for place in places],
        [parts[place] for place in places],
    )


def _own_verdict(verdicts: Linear, sentence: Labelled, theme: str) -> list[float]:
    """What the model says of the part of a sentence that speaks of `theme`."""
    part = own_part(sentence.read.sentence, sentence.clauses, _starts(sentence, theme))
    return verdicts.scores(verdict_terms(part))


def _fit_subjects(sentences: Sequence[Labelled], examples: Sequence[Labelled], themes: Sequence[str]) -> Weights:
    everything = [(one, 1.0) for one in sentences] + [(one, _EXAMPLE) for one in examples]
    return fit_terms(
        [one.subjects for one, _ in everything],
        {
            theme: [(theme in one.themes, 0.0 if theme in one.unknown else weight) for one, weight in everything]
            for theme in themes
        },
    )


def _fit_verdicts(sentences: Sequence[Labelled], examples: Sequence[Labelled]) -> Weights:
    """Whether a sentence speaks as concern, and whether as progress, of whatever it is about; many do neither."""
    spoken = [one for one in (*sentences, *examples) if one.section is None]
    sides = [frozenset(one.themes.values()) for one in spoken]
    return fit_terms(
        [one.verdicts for one in spoken],
        {
            "concern": [(bool(side & {Polarity.CONCERN, Polarity.BOTH}), 1.0) for side in sides],
            "progress": [(bool(side & {Polarity.PROGRESS, Polarity.BOTH}), 1.0) for side in sides],
        },
        least=3,
    )


def _features(
    sentence: Labelled, logits: Sequence[float], verdicts: Sequence[float], themes: Sequence[str]
) -> list[tuple[float, ...]]:
    strengths = sentence.read.strengths
    about = any(strength >= ABOUT for strength in strengths.values())
    says = says_something(verdicts, sentence.clauses)
    return [
        theme_features(logit, strengths.get(theme, 0.0), about_any=about, only_looks=sentence.looks, says=says)
        for theme, logit in zip(themes, logits, strict=True)
    ]


def _claims(
    sentence: Labelled, logits: Sequence[float], verdicts: Sequence[float], themes: Sequence[str], fusion: Fusion
) -> dict[str, float]:
    rows = _features(sentence, logits, verdicts, themes)
    return {theme: fusion.logit(row) for theme, row in zip(themes, rows, strict=True)}


def _starts(sentence: Labelled, theme: str) -> list[int]:
    return [hit.start for hit in sentence.read.hits.get(theme, ())]
