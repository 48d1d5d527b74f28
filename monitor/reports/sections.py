"""The lists of a report: its areas for priority action, its areas for improvement, and who led it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.reports.text import Block, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.reports.text import Layout

_PRIORITY = re.compile(
    r"areas? (?:for|of|requiring) (?:immediate )?priority actions?(?: and improvement)?:?"
    r"|priority (?:and immediate )?actions?:?|areas? for priority action (?:in|for) .{0,60}",
    re.IGNORECASE,
)
_IMPROVEMENT = re.compile(
    r"what needs to improve\b.{0,60}|what does the local authority need to improve\??"
    r"|areas? (?:for|of) improvement:?|recommendations:?",
    re.IGNORECASE,
)
# An area SEND report tells at length what could be better and then lists what it asks for; the list is preferred.
_COULD_BE_BETTER = re.compile(r"what (?:does|do) the .{0,30}partnership need to do better\??", re.IGNORECASE)
# Older reports go on with the safeguarding board, whose recommendations are not the council's.
_BOARD = re.compile(
    r"(?:section 2: ?)?(?:the )?(?:effectiveness of the )?local safeguarding(?: children board)?(?: \(LSCB\))?",
    re.IGNORECASE,
)
# Any of these ends a list, as do the lists' own headings.
_SECTION = re.compile(
    r"(?:the )?(?:experiences and progress of|impact of leaders|overall effectiveness)\b.*|grade \d.*"
    r"|(?:main |key |headline |inspection |summary of (?:key )?)?findings.{0,60}|overview"
    r"|(?:executive )?summary\b.{0,60}"
    r"|evaluation of progress.{0,60}|(?:key |the local authority[’']s )?strengths?(?: and .{0,40})?|next steps"
    r"|yours sincerely,?|case study.*"
    r"|information about .*|local area partnership details|inspection team|contents|what (?:is|are) .*\?"
    r"|leadership, management and governance|inspection judgements? .*",
    re.IGNORECASE,
)
_NONE_FOUND = re.compile(
    r"\b(?:no|not (?:identify|find|result in) any|none)\b[^.]{0,60}\bpriority (?:(?:and|or) immediate )?actions?\b"
    r"|\bpriority actions?\b[^.]{0,40}\b(?:none|not (?:been )?identified)\b|^(?:none|n/a)\.?$",
    re.IGNORECASE,
)
# A list without bullets is told in paragraphs or in the cells of a table; no real one has more.
_MOST_PARAGRAPHS = 30


def priority_actions(blocks: Sequence[Block], *, table: bool = False) -> tuple[bool, tuple[str, ...]]:
    """Whether a report has areas for priority action, and what they are.

    A heading followed by "There are no priority actions" has none. `table`: as for areas_for_improvement.
    """
    found = False
    items: list[str] = []
    for section in _sections(blocks, _PRIORITY, table=table):
        if any(_NONE_FOUND.search(block.text) for block in section[:2]):
            continue
        found = True
        items += _cells(section) if table else _items(section)
    return found, tuple(dict.fromkeys(items))


def areas_for_improvement(blocks: Sequence[Block], *, table: bool = False) -> tuple[str, ...]:
    """What needs to improve, an item each, in the report's order.

    `table`: area SEND reports ask for things in the cells of a table, each a sentence of what someone should do.
    """
    for heading in (_IMPROVEMENT, _COULD_BE_BETTER):
        items = [
            item
            for section in _sections(blocks, heading, table=table)
            for item in (_cells(section) if table and heading is _IMPROVEMENT else _items(section))
        ]
        if items:
            return tuple(dict.fromkeys(items))
    return ()


def _sections(blocks: Sequence[Block], heading: re.Pattern[str], *, table: bool) -> list[Sequence[Block]]:
    """The blocks under each heading of that wording, up to the next known heading or the prose after the list."""
    sections = []
    for index, block in enumerate(blocks):
        if index > len(blocks) // 4 and _BOARD.fullmatch(block.text):
            break  # on the first page the same words name the document
        if block.mark is Mark.PARAGRAPH and heading.fullmatch(block.text):
            end = index + 1
            while end < len(blocks) and not _ends(blocks, index + 1, end, table=table):
                end += 1
            sections.append(blocks[index + 1 : end])
    return sections


def _ends(blocks: Sequence[Block], start: int, at: int, *, table: bool) -> bool:
    block = blocks[at]
    if block.mark is not Mark.PARAGRAPH:
        return False
    if any(known.fullmatch(block.text) for known in (_PRIORITY, _IMPROVEMENT, _COULD_BE_BETTER)):
        return True
    if at > start and _SECTION.fullmatch(block.text):
        return True  # right under the heading such words only group the items
    if at - start >= _MOST_PARAGRAPHS and (table or blocks[start].mark is Mark.PARAGRAPH):
        return True
    listed = blocks[at - 1].mark is not Mark.PARAGRAPH
    prose = len(block.text) > 80 or block.text.endswith(".")
    return not table and listed and prose


def _items(section: Sequence[Block]) -> list[str]:
    """The list's items; where there is no list, its paragraphs."""
    listed = [block.text for block in section if block.mark is not Mark.PARAGRAPH]
    return listed or [block.text for block in section if block.text.endswith(".")]


def _cells(section: Sequence[Block]) -> list[str]:
    """What a table asks for: its sentences with "should", each with the list that follows it; no names of bodies."""
    cells: list[str] = []
    for block in section:
        if block.mark is Mark.PARAGRAPH and re.search(r"\b(?:should|must|need to)\b", block.text):
            cells.append(block.text)
        elif block.mark is not Mark.PARAGRAPH and cells and cells[-1].endswith((":", ";", "and")):
            cells[-1] += f" {block.text}"
        elif block.mark is not Mark.PARAGRAPH:
            cells.append(block.text)
    return cells


_LEAD = re.compile(r"^(?:lead|reporting) inspectors?\s*:?\s+(?P<name>.+)$", re.IGNORECASE)
_RANK = re.compile(r",|\s+-\s|\bH(?:er|is) Majesty|\bHM[CI]+\b|\bOfsted\b|\band\b|\bSenior\b", re.IGNORECASE)


def lead_inspector(layout: Layout) -> str | None:
    """The name after "Lead inspector:", without rank; the first of several. None where no line names one."""
    for page in layout.pages:
        for line in page:
            if label := _LEAD.match(line):
                name = _RANK.split(label["name"], maxsplit=1)[0].strip(" .:–-")
                if name and len(name) <= 60:
                    return name
    return None
