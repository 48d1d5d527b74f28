"""A line that gives an area its grade: "The experiences and progress of care leavers: good"."""

from __future__ import annotations

import re

from monitor.model import Polarity

_AREAS = (
    ("care-leavers", re.compile(r"\bcare leavers\b|\bcare[ -]experienced\b")),
    ("children-in-care", re.compile(r"\bchildren in care\b|\blooked[ -]after children\b|\bchildren looked after\b")),
    ("leadership-and-governance", re.compile(r"\bimpact of leaders\b|\bleadership, management and governance\b")),
    ("permanence", re.compile(r"\badoption performance\b")),
)
# How such a line begins, up to the area, and the grade it ends with.
_LINE = re.compile(
    r"(?:\d+(?:\.\d+)?\.? )?(?:the )?(?:graded judgement (?:for|about|on) )?(?:the )?"
    r"(?:experiences? and progress of|impact of leaders|leadership, management and governance|adoption performance)\b"
    r"[^.]{0,120}?(?:[\s:-]+(?:is |are |that it )?"
    r"(?P<grade>outstanding|good|requires improvement(?: to be good)?|inadequate)\.?)?"
)
_LONGEST = 170


def graded_areas(line: str) -> list[tuple[str, Polarity]] | None:
    """The themes a line (plain) grades, each with what the grade says of it; none where it only names the area.

    None for any other sentence.
    """
    if len(line) > _LONGEST:
        return None
    line = " ".join(line.split())
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    if match["grade"] is None:
        return None if line.endswith(".") else []
    polarity = Polarity.PROGRESS if match["grade"] in {"good", "outstanding"} else Polarity.CONCERN
    return [(theme, polarity) for theme, area in _AREAS if area.search(line)]
