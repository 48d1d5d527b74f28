"""Labelled sentences as what a model is fitted on: terms, the lexicon's answers, and the themes they earn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.classify.lexicon import ABOUT, Lexicon
from monitor.classify.phrases import data, plain
from monitor.classify.places import PlaceReader
from monitor.classify.polarity import PolarityReader
from monitor.classify.sentences import sentences
from monitor.classify.terms import verdict_terms
from monitor.learning.texts import group_of
from monitor.model import Polarity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from monitor.classify.lexicon import Read
    from monitor.classify.polarity import Clause
    from monitor.learning.labels import Label, Report, TextLabel
    from monitor.learning.texts import LabelledText
    from monitor.model import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A sentence with the themes it earns.

    `group` is what must not be parted between fitting and measuring: its council, or "" for an invented example.
    `unknown` are themes of which nobody has said whether it earns them.
    """

    text: str
    group: str
    themes: Mapping[str, Polarity]
    unknown: frozenset[str] = frozenset()
    section: Polarity | None = None  # what the heading of its list says
    is_measured: bool = False  # whether figures are computed on it
    is_typical: bool = False  # drawn as sentences come, not for being hard: thresholds are chosen on these
    read: Read
    looks: bool
    clauses: Sequence[Clause]

    @property
    def subjects(self) -> Collection[str]:
        return self.read.terms

    @property
    def verdicts(self) -> Collection[str]:
        return verdict_terms(self.read.sentence)


class Preparer:
    """Makes labelled sentences of labels and of examples."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        self._themes = themes
        self._lexicon = Lexicon(themes)
        self._polarity = PolarityReader()

    def of_labels(self, labels: Sequence[Label], reports: Mapping[str, Report]) -> Iterator[Labelled]:
        """The labelled sentences of reports. Raises KeyError for a document that is not among them."""
        sections: dict[str, dict[int, Polarity | None]] = {}
        for label in labels:
            report = reports[label.document]
            if report.id not in sections:
                text = plain(report.text)
                places = PlaceReader(self._lexicon).places(text, sentences(report.text))
                sections[report.id] = {place.span.start: place.section for place in places}
            yield self._labelled(
                report.text[label.start : label.end],
                group=report.council,
                themes=label.themes,
                section=sections[report.id].get(label.start),
                is_measured=label.second is not None,
                is_typical=label.second is not None,
            )

    def of_texts(self, labels: Sequence[TextLabel], texts: Sequence[LabelledText]) -> Iterator[Labelled]:
        """The labelled sentences of invented texts. Raises KeyError for a text that is not among them."""
        by_id = {str(text.id): text for text in texts}
        for label in labels:
            text = by_id[label.text]
            yield self._labelled(
                (text.title if label.in_title else text.text)[label.start : label.end],
                group=group_of(text),
                themes=label.themes,
                is_typical=True,
            )

    def of_examples(self) -> Iterator[Labelled]:
        """The invented examples of the themes, and sentences that earn none.

        An example is given for one theme; of the others that its words are about, nobody has said.
        """
        for theme in self._themes:
            for polarity, examples in (
                (Polarity.CONCERN, theme.concern),
                (Polarity.PROGRESS, theme.progress),
                (None, theme.neutral),
            ):
                for example in examples:
                    yield self._labelled(
                        example, group="", themes={theme.id: polarity} if polarity else {}, example_of=theme.id
                    )
        for example in data("no_theme.toml")["sentences"]:
            yield self._labelled(example, group="", themes={})

    def of_sentences(self, sentences: Sequence[str], theme: str, *, earns: bool) -> Iterator[Labelled]:
        """Sentences of which only this is known: whether they earn `theme`."""
        for sentence in sentences:
            yield self._labelled(sentence, group="", themes={theme: Polarity.BOTH} if earns else {}, example_of=theme)

    def _labelled(
        self,
        text: str,
        *,
        group: str,
        themes: Mapping[str, Polarity],
        section: Polarity | None = None,
        is_measured: bool = False,
        is_typical: bool = False,
        example_of: str = "",
    ) -> Labelled:
        sentence = plain(text)
        read = self._lexicon.read(sentence)
        unknown = frozenset(theme for theme, strength in read.strengths.items() if strength >= _DOUBT)
        return Labelled(
            text=text,
            group=group,
            themes=themes,
            unknown=unknown - {example_of} if example_of else frozenset(),
            section=section,
            is_measured=is_measured,
            is_typical=is_typical,
            read=read,
            looks=self._lexicon.only_looks(read),
            clauses=self._polarity.clauses(read.sentence, read.words),
        )


# An example's other themes are left open from here: half of what makes a sentence about a theme.
_DOUBT = ABOUT / 2
