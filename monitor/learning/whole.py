"""The models of relevance and of events, fitted on whole texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.classify.councils import CouncilFinder
from monitor.classify.event import EventReader, event_features
from monitor.classify.judgement import named, standing
from monitor.classify.linear import Linear
from monitor.classify.links import without_links
from monitor.classify.relevance import RelevanceReader, relevance_features, relevance_terms, speaks_of_council
from monitor.classify.sentences import sentences
from monitor.learning.fitting import fit_fusion, fit_terms, folds
from monitor.learning.texts import group_of
from monitor.model import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.classify.linear import Fusion, Weights
    from monitor.learning.texts import LabelledText

FOLDS = 5
_PENALTY = 1.0
_EVENT_PENALTY = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A text as the models know it; its answers begin with the models' logits, which are not known yet."""

    terms: set[str]
    relevance_answers: tuple[float, ...]
    event_answers: tuple[float, ...]
    is_relevant: bool
    event: Event | None  # None where it is not told, or any of several will do
    group: str


class Weigher:
    """Reads texts as the classifier does, up to what is fitted."""

    def __init__(self) -> None:
        self._relevance = RelevanceReader()
        self._councils = CouncilFinder()
        self._events = EventReader()

    def weighed(self, texts: Sequence[LabelledText]) -> list[Weighed]:
        """Those of `texts` that say whether they are relevant, and that the gate lets through."""
        return [
            self._weighed(one)
            for one in texts
            if isinstance(one.relevant, bool) and self._relevance.may_be_relevant(one.title, without_links(one.text))
        ]

    def _weighed(self, one: LabelledText) -> Weighed:
        title, text = one.title, without_links(one.text)
        mentions = self._councils.mentions(title, text, one.council)
        cues = self._relevance.cues(title, text, mentions)
        about = self._councils.about(mentions, title, text, one.council)
        stands = standing(title, text, sentences(text), **named(mentions, about))
        return Weighed(
            terms=relevance_terms(title, text, mentions),
            relevance_answers=relevance_features(
                0.0,
                cues,
                names_council=any(mention.weight for mention in mentions),
                speaks_of_council=speaks_of_council(title, text),
                is_of_establishment=self._relevance.is_of_establishment(title),
            )[1:],
            event_answers=event_features(
                (),
                self._events.cues(title, text, is_new=stands.is_new),
                title,
                text,
                stands.grade,
                is_new=stands.is_new,
            ),
            is_relevant=one.relevant is True,
            event=one.event if isinstance(one.event, Event) else None,
            group=group_of(one),
        )


def fit_relevance(texts: Sequence[Weighed]) -> tuple[Weights, Fusion]:
    """The model of relevance, and what it and the words are worth together on texts that were held back."""
    logits = _held_back(texts, _fit_relevance)
    fusion = fit_fusion(
        [(*logit, *one.relevance_answers) for one, logit in zip(texts, logits, strict=True)],
        [one.is_relevant for one in texts],
        penalty=_PENALTY,
    )
    return _fit_relevance(texts), fusion


def fit_events(texts: Sequence[Weighed]) -> tuple[Weights, dict[str, Fusion]]:
    """The model of events, and what it, the words and the grade are worth together for each of them."""
    told = [one for one in texts if one.event is not None]
    logits = _held_back(told, _fit_events)
    answers = [(*logit, *one.event_answers) for one, logit in zip(told, logits, strict=True)]
    return _fit_events(told), {
        event.value: fit_fusion(answers, [one.event is event for one in told], penalty=_EVENT_PENALTY)
        for event in Event
    }


def _held_back(texts: Sequence[Weighed], fit: Callable[[Sequence[Weighed]], Weights]) -> list[list[float]]:
    """The logits of each text by a model that saw none of its council's."""
    logits: dict[int, list[float]] = {}
    for part in folds([one.group for one in texts], FOLDS):
        apart = set(part)
        linear = Linear(fit([one for place, one in enumerate(texts) if place not in apart]))
        logits.update({place: linear.scores(texts[place].terms) for place in part})
    return [logits[place] for place in range(len(texts))]


def _fit_relevance(texts: Sequence[Weighed]) -> Weights:
    return fit_terms([one.terms for one in texts], {"relevant": [(one.is_relevant, 1.0) for one in texts]})


def _fit_events(texts: Sequence[Weighed]) -> Weights:
    return fit_terms(
        [one.terms for one in texts], {event.value: [(one.event is event, 1.0) for one in texts] for event in Event}
    )
