"""Whole texts with a careful reader's answers: JSON lines, each as `classify` takes it, with what it should answer.

`relevant`, `councils`, `event`, `judgement` and `themes` (`{"permanence": "both"}`) are what is wanted; a question that
a line leaves out is not asked of it. `event` may be a list, of which any will do; `optional` names themes on which
careful readers differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from monitor.model import Event, Grade, Polarity  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class LabelledText(msgspec.Struct, frozen=True, kw_only=True):
    """A text and what should be found in it; what is UNSET is not asked."""

    id: str | int = ""
    title: str = ""
    text: str = ""
    council: str | None = None  # the source's council, a hint
    relevant: bool | msgspec.UnsetType = msgspec.UNSET
    councils: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    event: Event | tuple[Event, ...] | msgspec.UnsetType | None = msgspec.UNSET
    judgement: Grade | msgspec.UnsetType | None = msgspec.UNSET
    themes: dict[str, Polarity] | msgspec.UnsetType = msgspec.UNSET
    optional: tuple[str, ...] = ()


def asks_something(text: LabelledText) -> bool:
    """Whether the text comes with any answer."""
    answers = (text.relevant, text.councils, text.event, text.judgement, text.themes)
    return any(answer is not msgspec.UNSET for answer in answers)


def group_of(text: LabelledText) -> str:
    """What must not be parted between fitting and measuring: the council it is about first, or the text itself."""
    return text.councils[0] if isinstance(text.councils, tuple) and text.councils else f"text {text.id}"


def read_texts(body: bytes, name: str) -> list[LabelledText]:
    """The texts of a file. Raises ValueError for a line that is none, with its number."""
    found = []
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=LabelledText))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"{name}: line {number}: {error}") from error
    return found


def read_files(paths: Sequence[Path]) -> list[LabelledText]:
    """The texts of several files, in their order."""
    return [text for path in paths for text in read_texts(path.read_bytes(), path.name)]
