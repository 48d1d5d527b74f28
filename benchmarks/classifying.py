"""What understanding a sentence costs: all questions, themes alone, the lexicon alone, and scikit-learn's own pipeline.

Each way runs in a process of its own over the same texts, so that its memory is its own; the ways take turns, and the
best of the turns counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from benchmarks.cost import peak_mb
from monitor.classify.sentences import sentences
from monitor.config import builtin_themes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]
WAYS = ("everything", "themes", "lexicon alone", "scikit-learn")
_TURNS = 3
_TIMES = 12  # the invented texts and examples, over and over: as long as forty reports


def main(turns: int = _TURNS, times: int = _TIMES) -> None:
    """Print sentences a second, seconds to the first answer and memory, way by way."""
    runs = {way: [_in_child(way, times) for _ in range(turns)] for way in WAYS}
    print(f"{'classifying':<16} {'sentences/s':>12} {'first answer s':>15} {'peak MB':>9} {'sentences':>10}")
    for way, found in runs.items():
        best = max(found, key=lambda one: one["rate"])
        first = min(one["first_s"] for one in found)
        print(f"{way:<16} {best['rate']:>12,.0f} {first:>15.2f} {best['peak_mb']:>9.0f} {best['sentences']:>10,}")
    print("on one core; scikit-learn: its own TF-IDF and one-vs-rest logistic regression, themes only, sentences given")


def texts(times: int) -> list[tuple[str, str]]:
    """Title and text of each; articles, and pages of example sentences as long as a letter."""
    found = []
    for path in sorted((ROOT / "tests" / "measure" / "texts").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            found.append((one["title"], one["text"]))
    for theme in builtin_themes():
        letter = " ".join((*theme.concern, *theme.progress, *theme.neutral))
        found += [(f"Inspection of Devon children's services: {theme.title}", letter)] * 5
    return found * times


def _in_child(way: str, times: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.classifying", way, str(times)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT, text=True).stdout)


def measure(way: str, times: int) -> dict[str, Any]:
    """What one way costs this process."""
    everything = texts(times)
    number = sum(len(sentences(text)) for _, text in everything)
    started = perf_counter()
    read = _reader(way)
    read(everything[:1])
    first_s = perf_counter() - started
    before = process_time()
    read(everything)
    return {
        "rate": number / (process_time() - before),
        "first_s": first_s,
        "peak_mb": peak_mb(),
        "sentences": number,
    }


def _reader(way: str) -> Callable[[Sequence[tuple[str, str]]], None]:
    """Loads what the way needs; what it imports is part of the first answer."""
    if way == "scikit-learn":
        return _scikit_learn()
    from monitor.classify import Classifier  # noqa: PLC0415 - its cost is measured
    from monitor.classify.model import shipped  # noqa: PLC0415 - its cost is measured
    from monitor.classify.themes import ThemeReader  # noqa: PLC0415 - its cost is measured

    themes = builtin_themes()
    if way == "everything":
        classifier = Classifier(themes)

        def classify(given: Sequence[tuple[str, str]]) -> None:
            for title, text in given:
                classifier.classify(title=title, text=text, council="Devon")

        return classify
    reader = ThemeReader(themes, shipped(), lexicon_only=way == "lexicon alone")

    def label(given: Sequence[tuple[str, str]]) -> None:
        for title, text in given:
            reader.labels(title, text, sentences(text))

    return label


def _scikit_learn() -> Callable[[Sequence[tuple[str, str]]], None]:
    """Fitted on the examples alone: what reading costs does not depend on what was learnt."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - its cost is measured
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - its cost is measured
    from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415 - its cost is measured
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - its cost is measured

    tables = tomllib.loads((ROOT / "config" / "themes.toml").read_text(encoding="utf-8"))["theme"]
    examples = [(one, table["id"]) for table in tables for one in (*table["concern"], *table["progress"])]
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), OneVsRestClassifier(LogisticRegression())
    )
    pipeline.fit([one for one, _ in examples], [theme for _, theme in examples])

    def label(given: Sequence[tuple[str, str]]) -> None:
        for title, text in given:
            pipeline.predict_proba([title, *(text[span.start : span.end] for span in sentences(text))])

    return label


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
