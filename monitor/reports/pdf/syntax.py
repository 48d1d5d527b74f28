"""The values of a PDF, read as they are written and without mercy (ISO 32000-1, 7.2 and 7.3).

A viewer guesses what a garbled value may have meant. Here, whatever is not as the standard has it raises ParseError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from monitor.errors import ParseError

_DEPTH = 50  # of arrays and dictionaries in one another


class Reference(NamedTuple):
    """What stands for an object that is written elsewhere."""

    number: int
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A stream's dictionary, and where its data begins in the file."""

    entries: dict[str, Value]
    start: int


# Names are text and strings are bytes.
Value: TypeAlias = "bool | float | str | bytes | Reference | list[Value] | dict[str, Value] | Stream | None"


def damaged(what: str) -> ParseError:
    """The error of a file that is not as it was written."""
    return ParseError(f"a damaged PDF: {what}")


SPACE = rb"\0\t\n\f\r "
END = rb"(?=[" + SPACE + rb"()<>\[\]{}/%]|$)"  # what may follow a word
_GAP = re.compile(rb"(?:[" + SPACE + rb"]|%[^\r\n]*)*+")
_TOKEN = re.compile(
    rb"(?P<reference>(\d{1,10})[" + SPACE + rb"]+(\d{1,5})[" + SPACE + rb"]+R)" + END
    # most numbers stand in long arrays of nothing else: widths
    + rb"|\[(?P<numbers>[\d.+\-" + SPACE + rb"]*+)\]"
    rb"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))" + END
    + rb"|/(?P<name>[^" + SPACE + rb"()<>\[\]{}/%]*)"
    rb"|(?P<open><<|\[)"
    rb"|(?P<close>>>|\])"
    rb"|<(?P<hex>[0-9A-Fa-f" + SPACE + rb"]*)>"
    rb"|(?P<string>\()"
    rb"|(?P<word>true|false|null)" + END
)  # fmt: skip
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
_IN_STRING = re.compile(rb"[^()\\]*+(?:\\.[^()\\]*+)*+([()])", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_WORDS = {b"true": True, b"false": False, b"null": None}


def after_gap(body: bytes, place: int) -> int:
    """Where what follows white space and comments begins."""
    gap = _GAP.match(body, place)
    return gap.end() if gap else place


def read_value(body: bytes, place: int) -> tuple[Value, int]:
    """The value that begins at `place` and where it ends. Raises ParseError."""
    open_: list[tuple[bytes, list[Value]]] = []
    while True:
        found = _TOKEN.match(body, after_gap(body, place))
        if not found or len(open_) > _DEPTH:
            raise damaged("an object is garbled")
        place = found.end()
        value: Value
        if found.lastgroup == "open":
            open_.append((found[0], []))
            continue
        if found.lastgroup == "close":
            if not open_ or (open_[-1][0] == b"<<") != (found[0] == b">>"):
                raise damaged("an object is garbled")
            opened, values = open_.pop()
            value = _entries(values) if opened == b"<<" else values
        elif found.lastgroup == "string":
            place = _string_end(body, place)
            value = body[found.end() : place - 1]
        else:
            value = name_of(found["name"]) if found.lastgroup == "name" else _plain(found)
        if not open_:
            return value, place
        open_[-1][1].append(value)


def _plain(found: re.Match[bytes]) -> Value:
    match found.lastgroup:
        case "reference":
            return Reference(int(found[2]), int(found[3]))
        case "numbers":
            numbers = found["numbers"].replace(b"\0", b" ").split()
            if not all(map(_NUMBER.fullmatch, numbers)):
                raise damaged("an object is garbled")
            return list(map(float, numbers))
        case "number":
            return float(found["number"])
        case "hex":
            return found["hex"]
        case _:
            return _WORDS[found["word"]]


def name_of(raw: bytes) -> str:
    """A name as text, from what stands after its slash."""
    if b"#" in raw:
        raw = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), raw)
    return raw.decode("latin-1")


def _entries(values: list[Value]) -> dict[str, Value]:
    names = values[::2]
    if len(values) % 2 or not all(isinstance(name, str) for name in names):
        raise damaged("an object is garbled")
    return dict(zip(names, values[1::2], strict=True))  # type: ignore[arg-type]  # they are text


def _string_end(body: bytes, place: int) -> int:
    depth = 1
    while depth:
        found = _IN_STRING.match(body, place)
        if not found:
            raise damaged("a string does not end")
        depth += 1 if found[1] == b"(" else -1
        place = found.end()
    return place
