"""`themes train` and `themes evaluate`: themes of one's own, and how well texts are understood."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from monitor import console
from monitor.classify.model import FORMAT, OwnThemes, read_own, shipped
from monitor.cli.options import AsJson, Options, app, print_json
from monitor.cli.themes_shown import show_figures
from monitor.config import TRAINED_THEMES, builtin_themes
from monitor.errors import ConfigError, Problem
from monitor.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.classify import Classifier
    from monitor.classify.model import OwnTheme
    from monitor.learning.texts import LabelledText
    from monitor.model import Classification, Theme

themes_app = typer.Typer(
    help="Themes of your own, and how well texts are understood.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(themes_app, name="themes")


@themes_app.command()
def train(context: typer.Context) -> None:
    """Learns the themes you have added, from their examples.

    What it learns lies in the state directory, and is used from then on. It needs scikit-learn: make train.
    """
    given: Options = context.obj
    config = given.load()
    added = own_of(config.themes)
    if not added:
        console.paragraph("No theme of your own stands in themes.toml: those shipped are trained already.")
        config.trained_themes.unlink(missing_ok=True)
        return
    from monitor.learning.own import LEAST_EXAMPLES, examples_of, fit_own  # noqa: PLC0415 - needs scikit-learn

    if problems := [
        Problem(
            where=f"themes.toml: theme “{theme.id}”",
            found=f"{examples_of(theme)} examples",
            wanted=f"{LEAST_EXAMPLES} at least, of concern and progress together; a dozen and more is better",
        )
        for theme in added
        if examples_of(theme) < LEAST_EXAMPLES
    ]:
        raise ConfigError(problems)
    fitted = tuple(fit_own(theme, config.themes, shipped()) for theme in added)
    given.state.mkdir(parents=True, exist_ok=True)
    trained = OwnThemes(format=FORMAT, themes=fitted)
    write_whole(config.trained_themes, msgspec.json.format(msgspec.json.encode(trained), indent=0) + b"\n")
    for one in fitted:
        mark = "[yellow]![/]" if is_doubtful(one) else "[green]✓[/]"
        console.paragraph(f"{mark} {console.safe(own_figures(one))}")


@themes_app.command()
def evaluate(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Texts with the answers wanted, as JSON lines.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How often texts are understood as a careful reader would.

    Without FILE: on the texts that were held back when the shipped model was made. With FILE: on yours.
    """
    given: Options = context.obj
    if file is None:
        figures = {"fingerprint": shipped().fingerprint, **shipped().figures}
        configured = {theme.id for theme in given.load().themes} if given.has_config else set()
        if own := [one for one in read_own(given.state / TRAINED_THEMES).themes if one.id in configured]:
            figures["own"] = {one.id: {"examples": one.examples, **one.figures} for one in own}
        if as_json:
            print_json(figures)
        else:
            show_figures(figures)
        return
    from monitor.learning.texts import asks_something, read_texts  # noqa: PLC0415 - only this command needs it

    try:
        texts = read_texts(file.read_bytes(), file.name)
    except ValueError as error:
        wanted = "a text with its answers, as a JSON object"
        raise ConfigError([Problem(where=f"{file}", found=str(error), wanted=wanted)]) from error
    if not any(asks_something(text) for text in texts):
        wanted = "relevant, councils, event, judgement or themes in some of them"
        raise ConfigError([Problem(where=f"{file}", found=f"{len(texts)} texts without answers", wanted=wanted)])
    figures = {"texts": _figures(texts, given)}
    if as_json:
        print_json(figures)
    else:
        show_figures(figures)


def _figures(texts: Sequence[LabelledText], given: Options) -> dict[str, Any]:
    """How `texts` are read by the configured classifier, beside the lexicon alone."""
    from monitor.classify import Classifier  # noqa: PLC0415 - its tables take a moment to build
    from monitor.learning.measuring import text_figures  # noqa: PLC0415 - likewise

    themes = given.load().themes if given.has_config else builtin_themes()
    names = [theme.id for theme in themes]
    ours = Classifier(themes, own=read_own(given.state / TRAINED_THEMES).trusted)
    figures = text_figures(_answered(texts, ours), names)
    if "themes" in figures:
        alone = text_figures(_answered(texts, Classifier(themes, lexicon_only=True)), names)
        figures["lexicon alone"] = {name: alone[name] for name in ("themes", "polarity") if name in alone}
    return figures


def _answered(texts: Sequence[LabelledText], classifier: Classifier) -> list[tuple[LabelledText, Classification]]:
    return [(text, classifier.classify(title=text.title, text=text.text, council=text.council)) for text in texts]


def own_of(themes: Sequence[Theme]) -> list[Theme]:
    """Those of the configured themes that the shipped model does not know."""
    known = set(shipped().themes.outputs)
    return [theme for theme in themes if theme.id not in known]


# F1 on examples held back, below which a theme of one's own is often labelled wrongly.
_DOUBTFUL = 0.6


def own_figures(one: OwnTheme) -> str:
    """How well a theme of one's own is known, in words."""
    figures = one.figures
    said = (
        f"{one.id}: learnt from {one.examples} examples; of those held back, {figures['precision']:.0%} of the labels "
        f"were right and {figures['recall']:.0%} were found"
    )
    if not one.is_better:
        said += "; its words alone do as well, so what was learnt is not used"
    if is_doubtful(one):
        said += ". It will often be wrong: more examples help, of what it is and, as neutral, of what it is not"
    return said


def is_doubtful(one: OwnTheme) -> bool:
    """Whether the better of what was learnt and of the words alone is still often wrong."""
    return max(one.figures["f1"], one.figures["words_f1"]) < _DOUBTFUL
