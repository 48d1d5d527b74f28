"""Where the sentences of a text begin and end.

Texts come hard-wrapped (minutes, PDF text), as one line a paragraph (news pages) and as bullets. A line's end is
therefore the end of a sentence only where the lines around it say so.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# A sentence that runs on (a table without stops, hostile text) is cut at a space once it is this long, characters:
# the longest of 82,757 sentences in 330 reports has 695.
MAX_SENTENCE = 1_000

# List marks as pages and PDF text spell them; "o" is the bullet of pasted word-processor lists, and the private letters
# are what Word makes of Symbol and Wingdings.
_BULLETS = "•◼▪·●○■□◦‣–*-\uf02d\uf06e\uf0a7\uf0b7\uf0d8"
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
_LONGEST_MARK = 20


class Sentence(NamedTuple):
    """`text[start:end]` is a sentence, without surrounding space; `bullet` when a list mark stands before it.

    A number is no list mark here: reports number their paragraphs.
    """

    start: int
    end: int
    bullet: bool = False


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order, without page furniture. Linear in its length.

    A sentence that a page's end parts is two: what stands between its halves is nobody's words, and a quotation is one
    stretch of the text.
    """
    found: list[Sentence] = []
    for begin, finish in _stretches(text):
        start = begin
        for match in _END.finditer(text, begin, finish):
            if match.group() == "\n":
                if not _line_ends_sentence(text, start, match.start()):
                    continue
            elif _ABBREVIATION.search(text[max(start, match.end() - 12) : match.end()]):
                continue
            _add(found, text, start, match.end())
            start = match.end()
        _add(found, text, start, finish)
    return found


# A running header or footer stands on at least so many pages, and has at least so many words: "Good" is no header.
_RUNNING_TIMES = 3
_RUNNING_WORDS = 4
_LONGEST_RUNNING = 140
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[ \t]*(?:page )?\d{1,3}(?: of \d{1,3})?[ \t]*", re.IGNORECASE)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where `text` is not page furniture: lines that come again and again, and with them the bare page numbers."""
    lines = text.split("\n")
    times = Counter(key for line in lines if (key := _running_key(line)))
    running = {key for key, count in times.items() if count >= _RUNNING_TIMES}
    numbers = sum(1 for line in lines if _PAGE_NUMBER.fullmatch(line)) >= 2
    begin = at = 0
    for line in lines:
        end = at + len(line)
        if _running_key(line) in running or (numbers and _PAGE_NUMBER.fullmatch(line)):
            if begin < at:
                yield begin, at
            begin = end
        at = end + 1
    if begin < len(text):
        yield begin, len(text)


def _running_key(line: str) -> str:
    """What a running line has in common on all pages; "" for a line that cannot be one."""
    if len(line) > _LONGEST_RUNNING or line.count(" ") < _RUNNING_WORDS - 1 or line.rstrip().endswith((".", ":", ";")):
        return ""
    return _DIGITS.sub("0", " ".join(line.split()))


def _line_ends_sentence(text: str, start: int, newline: int) -> bool:
    """Whether the line that ends at `newline`, of a sentence begun at `start`, ends the sentence too."""
    end = text.find("\n", newline + 1, newline + 201)
    following = text[newline + 1 : end if end >= 0 else newline + 201]
    is_mark = newline - start < _LONGEST_MARK and _is_mark(text[start:newline])
    if not following.strip() or _BULLET.match(following):
        return not is_mark  # a lone bullet's text stands on the next line: the break after it is no end
    if is_mark:
        return False
    line_start = max(text.rfind("\n", start, newline) + 1, start)
    line = text[max(line_start, newline - 200) : newline].rstrip()
    if following.lstrip()[0].islower() or following.lstrip()[0] == "(" or _GOES_ON.search(line):
        return False
    return not (_ENDS_IN_NAME.search(line) and len(line) >= _WRAPPED_LENGTH)


def _is_mark(piece: str) -> bool:
    """Whether nothing but a list mark has been read."""
    return not piece.strip(_BULLETS + " \t\n")


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
