"""`python -m monitor.learning` fits the shipped model anew and writes it. It needs the reports beside the checkout."""

from __future__ import annotations

import hashlib
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.classify import Classifier
from monitor.config import builtin_themes
from monitor.learning.labels import read_labels, read_reports, read_text_labels
from monitor.learning.measuring import sentence_figures, text_figures
from monitor.learning.sentences import Preparer
from monitor.learning.shipped import FOLDS, Material, answers, fit, held_back
from monitor.learning.texts import read_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.classify.model import Model
    from monitor.learning.sentences import Labelled
    from monitor.learning.shipped import Answer
    from monitor.learning.texts import LabelledText
    from monitor.model import Classification, Theme

ROOT = Path(__file__).parents[2]
MEASURE = ROOT / "tests" / "measure"
LABELS = MEASURE / "labels.csv"
TEXTS = sorted((MEASURE / "texts").glob("*.jsonl"))
TEXT_LABELS = MEASURE / "text_labels.csv"
REPORTS = ROOT.parent / "shared" / "data" / "reports-text" / "reports.jsonl.gz"
MODEL = ROOT / "monitor" / "data" / "model.json"
# What the model is fitted on, besides the reports themselves.
WORDS = [
    ROOT / "monitor" / "data" / f"{name}.toml"
    for name in ("no_theme", "theme_cues", "polarity", "scope", "relevance", "events", "judgement", "names")
]
FILES = (LABELS, *TEXTS, TEXT_LABELS, *WORDS)


def main() -> None:
    """Fit, measure on what was held back, and write."""
    if not REPORTS.exists():
        sys.exit(f"the labels are of sentences in {REPORTS}, which is not there")
    everything = material()
    model = msgspec.structs.replace(fit(everything), figures=figures(everything))
    MODEL.write_bytes(written(model))
    print(msgspec.json.format(msgspec.json.encode(model.figures), indent=1).decode())  # noqa: T201 - what it came to


def material() -> Material:
    """All the material there is."""
    themes = builtin_themes()
    preparer = Preparer(themes)
    texts = read_files(TEXTS)
    return Material(
        themes=tuple(theme.id for theme in themes),
        sentences=[
            *preparer.of_labels(read_labels(LABELS), read_reports(REPORTS)),
            *preparer.of_texts(read_text_labels(TEXT_LABELS), texts),
        ],
        examples=list(preparer.of_examples()),
        texts=texts,
        fingerprint=fingerprint(themes),
    )


def figures(everything: Material, *, parts: int = FOLDS) -> dict[str, Any]:
    """How well models do on what was held back from them, by council: on sentences of reports, and on whole texts.

    Only those sentences of reports are counted that several readings labelled. `parts` of the folds are looked at.
    """
    themes = builtin_themes()
    sentences: list[tuple[Labelled, Answer]] = []
    texts: list[tuple[LabelledText, Classification]] = []
    for part, model in islice(held_back(everything), parts):
        measured = [one for one in part.sentences if one.is_measured]
        sentences += zip(measured, answers(model, themes, measured), strict=True)
        classifier = Classifier(themes, model=model)
        texts += [
            (text, classifier.classify(title=text.title, text=text.text, council=text.council)) for text in part.texts
        ]
    return {
        "sentences": sentence_figures(sentences, everything.themes),
        "texts": text_figures(texts, everything.themes),
    }


def fingerprint(themes: Sequence[Theme]) -> str:
    """A short name for what the model is fitted on: the files, and the examples of `themes`."""
    digest = hashlib.sha256()
    for path in FILES:
        digest.update(path.read_bytes())
    for theme in themes:
        parts = (theme.id, *theme.concern, "", *theme.progress, "", *theme.neutral, "")
        digest.update("\n".join(parts).encode())
    return digest.hexdigest()[:16]


def written(model: Model) -> bytes:
    """A model as its file holds it: a line for each part."""
    return msgspec.json.format(msgspec.json.encode(model), indent=0) + b"\n"


if __name__ == "__main__":
    main()
