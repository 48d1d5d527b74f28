"""A classifier's answers against a careful reader's, beside what the lexicon alone and a mere guess would say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.classify.lexicon import ABOUT
from monitor.learning.figures import calibration_error, macro_f1, micro, scores, share
from monitor.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from monitor.learning.figures import Score
    from monitor.learning.sentences import Labelled
    from monitor.learning.shipped import Answer
    from monitor.learning.texts import LabelledText
    from monitor.model import Classification

# A linear model's own probabilities are far too low (Platt 1999): its best single threshold, on texts held back.
TERMS_ONLY = 0.22


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """What one way of labelling comes to."""

    parts: Mapping[str, Score]  # by theme

    @property
    def micro(self) -> Score:
        return micro(self.parts)

    @property
    def macro_f1(self) -> float:
        return macro_f1(self.parts)

    def as_data(self) -> dict[str, Any]:
        return {
            "precision": round(self.micro.precision, 4),
            "recall": round(self.micro.recall, 4),
            "micro_f1": round(self.micro.f1, 4),
            "macro_f1": round(self.macro_f1, 4),
        }


def sentence_figures(pairs: Sequence[tuple[Labelled, Answer]], themes: Sequence[str]) -> dict[str, Any]:
    """Figures of labelled sentences and what was found in them."""
    wanted = [sentence.themes.keys() for sentence, _ in pairs]
    ways: dict[str, Sequence[Collection[str]]] = {
        "model and lexicon": [answer.themes for _, answer in pairs],
        "model alone": [
            {theme for theme, value in answer.terms_only.items() if value >= TERMS_ONLY} for _, answer in pairs
        ],
        "lexicon alone": [
            {theme for theme, strength in sentence.read.strengths.items() if strength >= ABOUT} for sentence, _ in pairs
        ],
        "majority": [_commonest(wanted) for _ in pairs],
    }
    found = {name: Themes(parts=scores(wanted, answers, themes)) for name, answers in ways.items()}
    verdicts = [
        (polarity, answer.polarities[theme])
        for sentence, answer in pairs
        for theme, polarity in sentence.themes.items()
    ]
    certain = [
        (value, theme in sentence.themes) for sentence, answer in pairs for theme, value in answer.probabilities.items()
    ]
    return {
        "sentences": len(pairs),
        "labels": sum(len(one) for one in wanted),
        "themes": {name: way.as_data() for name, way in found.items()},
        "by_theme": _by_theme(found["model and lexicon"].parts),
        "polarity": share(verdicts),
        "polarity_majority": share([(wanted_one, _commonest_polarity(verdicts)) for wanted_one, _ in verdicts]),
        "polarity_confusion": _confusion(verdicts),
        "calibration_error": calibration_error(certain),
        "calibration_error_of_the_likely": calibration_error([one for one in certain if one[0] >= 0.05]),
    }


def text_figures(pairs: Sequence[tuple[LabelledText, Classification]], themes: Sequence[str]) -> dict[str, Any]:
    """Figures of labelled texts and their classifications; a question nobody answered is left out.

    Councils, events, judgements and themes are asked of the texts that are relevant and were found so; what is missed
    for want of relevance shows in the recall of that.
    """
    found: dict[str, Any] = {"texts": len(pairs)}
    asked = [(text, labels) for text, labels in pairs if isinstance(text.relevant, bool)]
    if asked:
        answers = [(bool(text.relevant), labels.relevant) for text, labels in asked]
        score = scores(
            [{"relevant"} if wanted else set() for wanted, _ in answers],
            [{"relevant"} if given else set() for _, given in answers],
            ["relevant"],
        )["relevant"]
        found["relevance"] = {
            "right": round(share(answers), 4),
            "precision": round(score.precision, 4),
            "recall": round(score.recall, 4),
            "majority": round(share([(wanted, _commonest_answer(answers)) for wanted, _ in answers]), 4),
            "calibration_error": round(
                calibration_error([(labels.relevance, bool(text.relevant)) for text, labels in asked]), 4
            ),
        }
    # An event is right too where it is one of several that will do.
    seen = [(text, labels) for text, labels in pairs if text.relevant is not False and labels.relevant]
    found |= {
        name: {"right": round(share(answers), 4), "majority": _majority_share(answers), "of": len(answers)}
        for name, answers in (
            ("councils", [(set(t.councils), set(c.councils)) for t, c in seen if isinstance(t.councils, tuple)]),
            ("event", [(_event(t, c), c.event) for t, c in seen if t.event is not msgspec.UNSET]),
            ("judgement", [(t.judgement, c.judgement) for t, c in seen if t.judgement is not msgspec.UNSET]),
        )
        if answers
    }
    return found | _theme_figures([(t, c) for t, c in seen if isinstance(t.themes, dict)], themes)


def _theme_figures(pairs: Sequence[tuple[LabelledText, Classification]], themes: Sequence[str]) -> dict[str, Any]:
    if not pairs:
        return {}
    wanted = [_wanted_themes(text) for text, _ in pairs]
    given = [
        {label.theme: label.polarity for label in labels.themes if label.theme not in text.optional}
        for text, labels in pairs
    ]
    parts = scores([one.keys() for one in wanted], [one.keys() for one in given], themes)
    verdicts = [
        (polarity, answer[theme])
        for want, answer in zip(wanted, given, strict=True)
        for theme, polarity in want.items()
        if theme in answer
    ]
    return {
        "themes": Themes(parts=parts).as_data(),
        "by_theme": _by_theme(parts),
        "polarity": round(share(verdicts), 4),
        "polarity_confusion": _confusion(verdicts),
    }


def _wanted_themes(text: LabelledText) -> dict[str, Polarity]:
    return text.themes if isinstance(text.themes, dict) else {}


def _event(text: LabelledText, labels: Classification) -> object:
    """The event wanted: of several that will do, the one that was found, or the first."""
    if not isinstance(text.event, tuple):
        return text.event
    return labels.event if labels.event in text.event else next(iter(text.event), None)


def _majority_share(answers: Sequence[tuple[object, object]]) -> float:
    """How often the commonest right answer would be right."""
    counts = Counter(frozenset(wanted) if isinstance(wanted, set) else wanted for wanted, _ in answers)
    return round(counts.most_common(1)[0][1] / len(answers), 4)


def _by_theme(parts: Mapping[str, Score]) -> dict[str, dict[str, Any]]:
    return {
        theme: {
            "precision": round(one.precision, 3),
            "recall": round(one.recall, 3),
            "f1": round(one.f1, 3),
            "labels": one.right + one.missed,
        }
        for theme, one in parts.items()
    }


def _confusion(verdicts: Iterable[tuple[Polarity, Polarity]]) -> dict[str, dict[str, int]]:
    """How often each polarity that was wanted was found as which."""
    counts = Counter(verdicts)
    return {wanted.value: {given.value: counts[wanted, given] for given in Polarity} for wanted in Polarity}


def _commonest(wanted: Iterable[Iterable[str]]) -> set[str]:
    """The one label that most texts have: what a guess without reading would give them all."""
    counts = Counter(theme for one in wanted for theme in one)
    return {counts.most_common(1)[0][0]} if counts else set()


def _commonest_polarity(verdicts: Sequence[tuple[Polarity, Polarity]]) -> Polarity | None:
    counts = Counter(wanted for wanted, _ in verdicts)
    return counts.most_common(1)[0][0] if counts else None


def _commonest_answer(answers: Sequence[tuple[bool, bool]]) -> bool:
    return sum(wanted for wanted, _ in answers) * 2 >= len(answers)
