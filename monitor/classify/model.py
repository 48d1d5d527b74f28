"""The trained model as data: what it weighs, how it is calibrated, where its thresholds lie, and how well it did.

`monitor.learning` writes it; reading texts by it needs none of what it was fitted with.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.classify.linear import Fusion, Weights, is_whole

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.model import Theme

# Counts up when a model fitted by an older program can no longer be read by the features of a newer one.
FORMAT = 1


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was fitted. `fingerprint` names the texts and labels it was fitted on."""

    format: int
    fingerprint: str
    themes: Weights  # an output for each theme
    theme: Fusion  # over themes.theme_features, for every theme alike
    rivals: dict[str, Fusion]  # of each theme, over themes.rival_features: what all claim together
    thresholds: dict[str, float]  # of each theme: labels below it are left out
    verdicts: Weights  # outputs "concern" and "progress"
    concern: Fusion  # over polarity.verdict_features: whether a sentence speaks of a theme as concern
    progress: Fusion
    relevance: Weights  # output "relevant"
    relevant: Fusion  # over relevance.relevance_features
    event: Weights  # an output for each event
    events: dict[str, Fusion]  # of each event, over event.event_features
    figures: dict[str, Any] = {}  # how well it did on texts held back


class OwnTheme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme of the reader's own, fitted on its examples; `of` is a fingerprint of these."""

    id: str
    of: str
    examples: int
    weights: Weights
    fusion: Fusion  # over themes.theme_features
    threshold: float
    figures: dict[str, float]  # precision, recall and f1 on examples held back; words_f1 is that of its words alone

    @property
    def is_better(self) -> bool:
        """Whether what was learnt labels better than the theme's words alone."""
        return self.figures["f1"] > self.figures["words_f1"]


def fingerprint(theme: Theme) -> str:
    """A short name for what a theme was fitted on: its entry, and the shipped model whose verdicts it uses."""
    parts = "\n".join([shipped().fingerprint, theme.covers, *theme.concern, "", *theme.progress, "", *theme.neutral])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


class OwnThemes(msgspec.Struct, frozen=True, kw_only=True):
    """What `themes train` leaves in the state directory."""

    format: int
    themes: tuple[OwnTheme, ...] = ()

    @property
    def trusted(self) -> tuple[OwnTheme, ...]:
        """Those of which more was learnt than their words tell: the others stay known by these."""
        return tuple(one for one in self.themes if one.is_better)


def read_own(path: Path) -> OwnThemes:
    """What `themes train` left at `path`; nothing where there is none, or none that can be used: see `own_problem`."""
    found, _ = _own(path)
    return found or OwnThemes(format=FORMAT)


def own_problem(path: Path) -> str:
    """Why what lies at `path` cannot be used; "" where it can, or nothing lies there."""
    return _own(path)[1]


def _own(path: Path) -> tuple[OwnThemes | None, str]:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=OwnThemes)
    except (FileNotFoundError, NotADirectoryError):
        return None, ""
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return None, f"it cannot be read: {error}"
    if found.format != FORMAT:
        return None, f"it was written by another version of the program: format {found.format}, wanted {FORMAT}"
    features = len(shipped().theme.coefficients)
    for one in found.themes:
        if not (is_whole(one.weights) and len(one.weights.outputs) == 1 and len(one.fusion.coefficients) == features):
            return None, f"it is damaged: the parts of {one.id} do not fit together"
        if not (0.0 < one.threshold < 1.0 and one.figures.keys() >= {"precision", "recall", "f1", "words_f1"}):
            return None, f"it is damaged: the figures of {one.id} are not there"
    # An older file may hold an id that the program brings along by now: that one's model is the better.
    known = set(shipped().themes.outputs)
    return OwnThemes(format=FORMAT, themes=tuple(one for one in found.themes if one.id not in known)), ""


@cache
def shipped() -> Model:
    """The model that the program brings along. Raises ValueError for one of another format: the package is torn."""
    model = msgspec.json.decode(files("monitor.data").joinpath("model.json").read_bytes(), type=Model)
    if model.format != FORMAT:
        raise ValueError(f"model.json is of format {model.format}, and this program reads {FORMAT}: make model")
    return model
