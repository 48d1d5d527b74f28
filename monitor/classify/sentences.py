"""Where the sentences of a text begin and end.

Texts come hard-wrapped (minutes, PDF text), as one line a paragraph (news pages) and as bullets. A line's end is
therefore the end of a sentence only where the lines around it say so.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A sentence that runs on (a table without stops, hostile text) is cut at a space once it is this long, characters:
# the longest of 82,757 sentences in 330 reports has 695.
MAX_SENTENCE = 1_000

# List marks as pages and PDF text spell them; "o" is the bullet of pasted word-processor lists.
_BULLETS = "•◼▪·●○■□◦‣–*-"
_BULLET = re.compile(rf"[ \t]*(?:[{re.escape(_BULLETS)}]|o(?=[ \t])|\(?\d{{1,2}}[.)](?=\s)|\([a-z]\))[ \t]*")

_END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+"  # a stop and closing marks
    r"(?=\s+[\"'“‘(\[]*[A-Z0-9£])"  # before something that opens a sentence
    r"|\n"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Cllr|Coun|Cnllr|Mr|Mrs|Ms|Dr|Prof|Rev|Sir|St|Rt|Hon|No|Nos|vs|etc|approx|para|Fig|Inc|Ltd"
    r"|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec)|\b[A-Z]|\be\.g|\bi\.e|(?:^|\n)\s*\d{1,2})\.$"
)
# A line that ends in one of these, or in a comma, goes on in the next whatever letter that starts with.
_GOES_ON = re.compile(
    r"(?:,|\b(?:the|a|an|of|and|or|to|in|on|for|with|by|at|from|as|that|is|are|was|were|has|have|its|their"
    r"|our|this|these|into|between|than|about|which|who)|[’'](?:s)?|s[’'])$",
    re.IGNORECASE,
)
# A name may be parted by the wrap ("the Corporate / Parenting Board"), but only a line of prose is that long.
_ENDS_IN_NAME = re.compile(r"\s[A-Z][A-Za-z]+$")
_WRAPPED_LENGTH = 40


class Sentence(NamedTuple):
    """`text[start:end]` is a sentence, without surrounding space; `bullet` when a list mark stands before it.

    A number is no list mark here: reports number their paragraphs.
    """

    start: int
    end: int
    bullet: bool = False


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order. Linear in its length."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if match.group() == "\n":
            if not _line_ends_sentence(text, start, match.start()):
                continue
        elif _ABBREVIATION.search(text[max(start, match.end() - 12) : match.end()]):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def _line_ends_sentence(text: str, start: int, newline: int) -> bool:
    """Whether the line that ends at `newline`, of a sentence begun at `start`, ends the sentence too."""
    end = text.find("\n", newline + 1, newline + 201)
    following = text[newline + 1 : end if end >= 0 else newline + 201]
    if not following.strip() or _BULLET.match(following):
        # A lone bullet's text stands on the next line: the break after it is no end.
        return not _is_mark(text[start:newline])
    if _is_mark(text[start:newline]):
        return False
    line_start = max(text.rfind("\n", start, newline) + 1, start)
    line = text[max(line_start, newline - 200) : newline].rstrip()
    if following.lstrip()[0].islower() or _GOES_ON.search(line):
        return False
    return not (_ENDS_IN_NAME.search(line) and len(line) >= _WRAPPED_LENGTH)


def _is_mark(piece: str) -> bool:
    """Whether nothing but a list mark has been read."""
    return len(piece) < 20 and not piece.strip(_BULLETS + " \t\n")


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    mark = _BULLET.match(text, start, end)
    bullet = mark is not None and not any(character.isdigit() for character in mark.group())
    if mark:
        start = mark.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        found.append(Sentence(start, cut, bullet))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if any(character.isalpha() for character in text[start:end]):
        found.append(Sentence(start, end, bullet))
