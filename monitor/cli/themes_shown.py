"""Figures of how texts are understood, as tables for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from monitor import console

if TYPE_CHECKING:
    from collections.abc import Mapping


def show_figures(figures: Mapping[str, Any]) -> None:
    """What `themes evaluate` found: of sentences and of texts, whichever there are."""
    if "fingerprint" in figures:
        console.paragraph(
            f"The shipped model, {figures['fingerprint']}. Every figure is of what was held back: nothing about its "
            "council stood in what its reader was fitted on."
        )
    if sentences := figures.get("sentences"):
        _show_sentences(sentences)
    if texts := figures.get("texts"):
        _show_texts(texts)
    for theme, one in figures.get("own", {}).items():
        console.paragraph(
            f"\n{console.safe(theme)}, your own: {one['examples']} examples; precision {one['precision']:.2f}, "
            f"recall {one['recall']:.2f}, F1 {one['f1']:.2f} of those held back"
        )


def _show_sentences(found: Mapping[str, Any]) -> None:
    console.out.print(f"\n[bold]Sentences of reports[/]: {found['sentences']:,}, with {found['labels']:,} labels")
    _show_ways(found["themes"])
    console.out.print(
        f"polarity {found['polarity']:.3f} right (the commonest alone: {found['polarity_majority']:.3f}); expected "
        f"calibration error {found['calibration_error']:.4f}, of what is likely at all "
        f"{found['calibration_error_of_the_likely']:.4f}"
    )
    _show_confusion(found["polarity_confusion"])
    _show_by_theme(found["by_theme"])


def _show_texts(found: Mapping[str, Any]) -> None:
    console.out.print(f"\n[bold]Whole texts[/]: {found['texts']:,}")
    table = Table(box=None, pad_edge=False)
    for name in ("question", "right", "the commonest alone", "of"):
        table.add_column(name, justify="left" if name == "question" else "right")
    for name in ("relevance", "councils", "event", "judgement"):
        if one := found.get(name):
            table.add_row(name, f"{one['right']:.3f}", f"{one['majority']:.3f}", str(one.get("of", found["texts"])))
    console.out.print(table)
    if relevance := found.get("relevance"):
        console.out.print(
            f"relevance: precision {relevance['precision']:.3f}, recall {relevance['recall']:.3f}, "
            f"expected calibration error {relevance['calibration_error']:.4f}"
        )
    if "themes" not in found:
        return
    ways = {"model and lexicon": found["themes"]}
    if alone := found.get("lexicon alone"):
        ways["lexicon alone"] = alone["themes"]
    _show_ways(ways)
    beside = f"; lexicon alone {alone['polarity']:.3f}" if alone else ""
    console.out.print(f"polarity {found['polarity']:.3f} right{beside}")
    _show_confusion(found["polarity_confusion"])
    _show_by_theme(found["by_theme"])


def _show_ways(ways: Mapping[str, Mapping[str, float]]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("themes by", "precision", "recall", "micro F1", "macro F1"):
        table.add_column(name, justify="left" if name == "themes by" else "right")
    for name, one in ways.items():
        table.add_row(name, *(f"{one[figure]:.3f}" for figure in ("precision", "recall", "micro_f1", "macro_f1")))
    console.out.print(table)


def _show_confusion(confusion: Mapping[str, Mapping[str, int]]) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("wanted")
    for given in confusion:
        table.add_column(f"found {given}", justify="right")
    for wanted, row in confusion.items():
        table.add_row(wanted, *(str(row[given]) for given in confusion))
    console.out.print(table)


def _show_by_theme(parts: Mapping[str, Mapping[str, float]]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("theme", "precision", "recall", "F1", "labels"):
        table.add_column(name, justify="left" if name == "theme" else "right")
    for theme, one in parts.items():
        if one["labels"] or one["precision"]:
            table.add_row(
                console.safe(theme),
                *(f"{one[figure]:.2f}" for figure in ("precision", "recall", "f1")),
                str(one["labels"]),
            )
    console.out.print(table)
