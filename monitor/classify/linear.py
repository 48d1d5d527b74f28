"""Linear models over terms, as data: what `monitor.learning` fits and texts are scored by, without its libraries.

A text's terms count once each, by how rare they are (their idf), and the text's length is taken out: the weight of
every known term is divided by the root of the sum of their squares. Coefficients are whole numbers from -127 to 127
times a scale for each output, and already multiplied by the term's idf; so a row is a string of bytes, and adding
up rows is adding small whole numbers.
"""

from __future__ import annotations

import base64
import math
import operator
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_MIDDLE = 128  # the byte that stands for zero
LARGEST = 127
_ROW, _SQUARE = operator.itemgetter(0), operator.itemgetter(1)


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted model as it is stored: `rows` is a byte for each term and output, term by term, in base64."""

    outputs: tuple[str, ...]
    terms: tuple[str, ...]
    idf: tuple[float, ...]  # of each term
    rows: str
    scales: tuple[float, ...]  # of each output
    intercepts: tuple[float, ...]


def is_whole(weights: Weights) -> bool:
    """Whether the parts of a stored model fit together."""
    try:
        rows = base64.b64decode(weights.rows, validate=True)
    except ValueError:
        return False
    width = len(weights.outputs)
    return (
        len(weights.terms) == len(weights.idf)
        and len(rows) == len(weights.terms) * width
        and len(weights.scales) == len(weights.intercepts) == width
    )


class Linear:
    """Scores texts by `weights`; built once."""

    def __init__(self, weights: Weights) -> None:
        width = len(weights.outputs)
        rows = base64.b64decode(weights.rows)
        self._rows = {
            term: (rows[number * width : (number + 1) * width], idf * idf)
            for number, (term, idf) in enumerate(zip(weights.terms, weights.idf, strict=True))
        }
        self._scales = weights.scales
        self._intercepts = weights.intercepts

    def scores(self, terms: Collection[str]) -> list[float]:
        """The logit of each output for a text with these terms."""
        known = list(filter(None, map(self._rows.get, terms)))
        if not known:
            return list(self._intercepts)
        norm = math.sqrt(sum(map(_SQUARE, known)))
        zero = _MIDDLE * len(known)
        sums = map(sum, zip(*map(_ROW, known), strict=True))
        return [
            (total - zero) * scale / norm + intercept
            for total, scale, intercept in zip(sums, self._scales, self._intercepts, strict=True)
        ]


def packed(
    outputs: Sequence[str],
    terms: Sequence[str],
    idf: Sequence[float],
    coefficients: Sequence[Sequence[float]],
    intercepts: Sequence[float],
) -> Weights:
    """A fitted model as data; `coefficients[i][j]` is output i's for term j, before the term's idf is folded in."""
    folded = [[value * idf[j] for j, value in enumerate(row)] for row in coefficients]
    scales = [max((abs(value) for value in row), default=0.0) / LARGEST or 1.0 for row in folded]
    whole = bytes(round(folded[i][j] / scales[i]) + _MIDDLE for j in range(len(terms)) for i in range(len(outputs)))
    return Weights(
        outputs=tuple(outputs),
        terms=tuple(terms),
        idf=tuple(round(float(value), 4) for value in idf),
        rows=base64.b64encode(whole).decode("ascii"),
        scales=tuple(float(f"{scale:.6g}") for scale in scales),
        intercepts=tuple(round(float(value), 5) for value in intercepts),
    )


def sigmoid(logit: float) -> float:
    """The probability of a logit, whatever its size."""
    if logit >= 0:
        return 1.0 / (1.0 + math.exp(-logit))
    power = math.exp(logit)
    return power / (1.0 + power)


class Fusion(msgspec.Struct, frozen=True, kw_only=True):
    """What several answers to one question are worth together: a logistic regression over a few features."""

    coefficients: tuple[float, ...]
    intercept: float

    def logit(self, features: Sequence[float]) -> float:
        """What the features come to."""
        return self.intercept + float(sum(map(operator.mul, features, self.coefficients)))

    def probability(self, features: Sequence[float]) -> float:
        """How likely the answer is yes, as calibrated on texts held back."""
        return sigmoid(self.logit(features))
