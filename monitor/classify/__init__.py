"""An item's text → what was understood from it. One module a question; a function of its input, without state."""

from __future__ import annotations

from operator import ne
from typing import TYPE_CHECKING

from monitor.classify.as_report import as_report, event_of, overall_of
from monitor.classify.councils import MAX_EXPLAINED, MAX_MENTIONS, CouncilFinder
from monitor.classify.event import EventReader, event, event_features, event_of_report
from monitor.classify.judgement import named, standing
from monitor.classify.linear import Linear
from monitor.classify.links import without_links
from monitor.classify.model import shipped
from monitor.classify.relevance import (
    RelevanceReader,
    relevance,
    relevance_features,
    relevance_terms,
    speaks_of_council,
)
from monitor.classify.sentences import sentences
from monitor.classify.themes import ThemeReader
from monitor.model import Classification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.classify.model import Model, OwnTheme
    from monitor.model import Cue, Mention, Theme

__all__ = ["MAX_TEXT", "RELEVANT", "Classifier"]

# What is read of a text, characters. The longest of 330 reports has 133,327.
MAX_TEXT = 200_000
MAX_TITLE = 1_000
RELEVANT = 0.5
_MAX_CUES = 80


class Classifier:
    """Answers every question about an item; built once, since its patterns take a moment to compile."""

    def __init__(
        self,
        themes: Sequence[Theme],
        *,
        own: Sequence[OwnTheme] = (),
        model: Model | None = None,
        lexicon_only: bool = False,
    ) -> None:
        """`own` are themes of the reader's own that were fitted on their examples; `model` another than the shipped.

        `lexicon_only` labels themes by their words and rules alone: what the model is measured against.
        """
        self._model = model or shipped()
        self._relevant = Linear(self._model.relevance)
        self._relevance = RelevanceReader()
        self._councils = CouncilFinder()
        self._events = EventReader()
        self._event = Linear(self._model.event)
        self._themes = ThemeReader(themes, self._model, own, lexicon_only=lexicon_only)

    def classify(self, *, title: str, text: str, council: str | None = None, is_report: bool = False) -> Classification:
        """What `title` and `text` say.

        `council` is the source's council: the item is about it unless it says otherwise. `is_report` marks a report or
        letter from Ofsted's own page, relevant by definition. An irrelevant text has no event, judgement or themes.
        """
        notes = []
        if len(text) > MAX_TEXT:
            notes.append(f"only the first {MAX_TEXT:,} of {len(text):,} characters were read")
        title, text = title[:MAX_TITLE], text[:MAX_TEXT]
        facts = as_report(text)
        if not is_report:
            text, whole = without_links(text), text
            if taken := sum(map(ne, text, whole)):
                notes.append(f"{taken:,} characters were taken for links to other stories")
        if not is_report and not self._relevance.may_be_relevant(title, text):
            return Classification(relevant=False, relevance=0.0, notes=tuple(notes))

        mentions = self._councils.mentions(title, text, council)
        if len(mentions) >= MAX_MENTIONS:
            notes.append(f"only the first {MAX_MENTIONS} council names were read")
        about = self._councils.about(mentions, title, text, council)
        if is_report and council is not None:
            about = (council,)
        cues = self._relevance.cues(title, text, mentions)
        terms = relevance_terms(title, text, mentions)
        if is_report:
            value = 1.0
        else:
            speaks = speaks_of_council(title, text)
            value = relevance(
                self._model.relevant,
                relevance_features(
                    self._relevant.scores(terms)[0],
                    cues,
                    names_council=any(mention.weight for mention in mentions),
                    speaks_of_council=speaks,
                    is_of_establishment=self._relevance.is_of_establishment(title),
                ),
                of_council=bool(about) or speaks,
                from_council=council is not None,
            )
        if value < RELEVANT:
            return Classification(
                relevant=False,
                relevance=value,
                mentions=_foremost(mentions),
                cues=tuple(cues[:_MAX_CUES]),
                notes=tuple(notes),
            )

        spans = sentences(text)
        stands = standing(title, text, spans, **named(mentions, about))
        if facts:
            stands = overall_of(facts, otherwise=stands)
        themes, left_out = self._themes.labels(title, text, spans)
        event_cues = self._events.cues(title, text, is_new=stands.is_new)
        return Classification(
            relevant=True,
            relevance=value,
            councils=about,
            event=(event_of_report(title) if is_report else None)
            or (event_of(facts) if facts else None)
            or event(
                self._model.events,
                event_features(self._event.scores(terms), event_cues, title, text, stands.grade, is_new=stands.is_new),
            ),
            judgement=stands.grade,
            judgement_is_new=stands.is_new,
            themes=themes,
            left_out=left_out,
            mentions=_foremost(mentions),
            cues=_explaining(cues, [cue for _, cue in event_cues], stands.cues),
            notes=tuple(notes),
        )


def _foremost(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple(mentions[:MAX_EXPLAINED])


def _explaining(*questions: Sequence[Cue]) -> tuple[Cue, ...]:
    """The weightiest cues of each question, question by question."""
    return tuple(
        cue for cues in questions for cue in sorted(cues, key=lambda cue: (-abs(cue.weight), cue.start))[:_MAX_CUES]
    )
