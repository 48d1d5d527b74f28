"""The lists of a report: its areas for priority action, its areas for improvement, and who led it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.reports.tables import cells, with_point
from monitor.reports.text import Block, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.reports.text import Layout

_PRIORITY = re.compile(
    r"area(?:s|\(s\))? (?:for|of|requiring) (?:immediate )?priority actions?(?: and improvement)?:?\d?"
    r"|priority (?:and immediate )?actions?:?|areas? for priority action (?:in|for) .{0,60}",
    re.IGNORECASE,
)
_IMPROVEMENT = re.compile(
    r"what needs to improve\b.{0,60}|what does the local authority need to improve\??"
    r"|area(?:s|\(s\))? (?:for|of) (?:improvement|development):?\d?|recommendations:?\d?",
    re.IGNORECASE,
)
# An area SEND report tells at length what could be better and then lists what it asks for; the list is preferred.
_COULD_BE_BETTER = re.compile(r"what (?:does|do) the .{0,30}partnership need to do better\??", re.IGNORECASE)
# Older reports go on with the safeguarding board, whose recommendations are not the council's.
_BOARD = re.compile(
    r"(?:section 2: ?)?(?:the )?(?:effectiveness (?:of the )?)?local safeguarding(?: children board\b[^.]{0,90}\.?)?",
    re.IGNORECASE,
)
# Any of these ends a list, as do the lists' own headings.
_SECTION = re.compile(
    r"(?:the )?(?:experiences and progress of|impact of leaders|overall effectiveness)\b.*|grade \d.*"
    r"|(?:main |key |headline |inspection |summary of (?:key )?)?findings.{0,60}|overview"
    r"|(?:executive )?summary\b.{0,60}"
    r"|evaluation of progress.{0,60}|(?:[\w’']+ ){0,8}strengths?\b.{0,40}|next steps"
    r"|yours sincerely,?|case study.*"
    r"|information about .*|local area partnership details|inspection team|contents|what (?:is|are) .*\?"
    r"|inspection judgements? .*",
    re.IGNORECASE,
)
_NONE_FOUND = re.compile(
    r"\b(?:no|not (?:identify|find|result in) any|none)\b[^.]{0,60}\bpriority (?:(?:and|or) immediate )?actions?\b"
    r"|\bpriority actions?\b[^.]{0,40}\b(?:none|not (?:been )?identified)\b|^(?:none|n/a)\.?$",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(r"\bfollowing (?:\w+ )?actions?[.:]?$", re.IGNORECASE)
_NONE_ASKED = re.compile(r"\bno (?:\w+ )?areas? for improvement\b", re.IGNORECASE)
# A list without bullets is told in paragraphs or in the cells of a table; no real one has more.
_MOST_PARAGRAPHS = 30


def priority_actions(layout: Layout, *, table: bool = False) -> tuple[bool, tuple[str, ...]]:
    """Whether a report has areas for priority action, and what they are.

    A heading followed by "There are no priority actions" has none. `table`: as for areas_for_improvement.
    """
    found = False
    items: list[str] = []
    for section in _sections(layout.blocks, _PRIORITY):
        if not any(_NONE_FOUND.search(block.text) for block in section[:2]):
            found = True
            items += _items(section)
    if found and table:
        items = _asked(layout, _PRIORITY)
    return found, tuple(dict.fromkeys(items))


def areas_for_improvement(layout: Layout, *, table: bool = False) -> tuple[str, ...]:
    """What needs to improve, an item each, in the report's order.

    `table`: area SEND reports ask for things in the cells of a table, each a sentence of what someone should do.
    """
    if table and (asked := _asked(layout, _IMPROVEMENT)):
        return tuple(dict.fromkeys(asked))
    for heading in (_IMPROVEMENT, _COULD_BE_BETTER):
        items = [item for section in _sections(layout.blocks, heading) for item in _items(section)]
        if items and not _NONE_ASKED.search(items[0]):
            return tuple(dict.fromkeys(items))
    return ()


def _asked(layout: Layout, heading: re.Pattern[str]) -> list[str]:
    """The cells of the tables under a heading of that wording, which the table's own first row may repeat."""
    asked: list[str] = []
    section: list[str] | None = None
    for line in (line for page in layout.pages for line in page):
        if line[0].isupper() and heading.fullmatch(line):
            section = [] if section is None else section
        elif section is not None and _ends_table(line):
            asked += cells(section)
            section = None
        elif section is not None:
            section.append(line)
    return asked + cells(section or [])


def _ends_table(line: str) -> bool:
    return line[0].isupper() and any(
        known.fullmatch(line) for known in (_PRIORITY, _IMPROVEMENT, _COULD_BE_BETTER, _SECTION)
    )


def _sections(blocks: Sequence[Block], heading: re.Pattern[str]) -> list[Sequence[Block]]:
    """The blocks under each heading of that wording, up to the next known heading or the prose after the list."""
    sections = []
    for index, block in enumerate(blocks):
        if index > len(blocks) // 4 and _BOARD.fullmatch(block.text):
            break  # on the first page the same words name the document
        if block.mark is Mark.PARAGRAPH and heading.fullmatch(block.text):
            end = index + 1
            while end < len(blocks) and not _ends(blocks, index + 1, end):
                end += 1
            sections.append(blocks[index + 1 : end])
    return sections


def _ends(blocks: Sequence[Block], start: int, at: int) -> bool:
    block = blocks[at]
    if block.mark is not Mark.PARAGRAPH:
        return False
    if any(known.fullmatch(block.text) for known in (_PRIORITY, _IMPROVEMENT, _COULD_BE_BETTER)):
        return True
    if at > start and _SECTION.fullmatch(block.text):
        return True  # right under the heading such words only group the items
    if at - start >= _MOST_PARAGRAPHS and blocks[start].mark is Mark.PARAGRAPH:
        return True
    listed = blocks[at - 1].mark is not Mark.PARAGRAPH
    prose = len(block.text) > 80 or block.text.endswith(".")
    return listed and prose


def _items(section: Sequence[Block]) -> list[str]:
    """The list's items, each with the points below it; where there is no list, its paragraphs."""
    items: list[str] = []
    above: Block | None = None  # the item whose points these are
    for block, following in zip(section, (*section[1:], None), strict=False):
        below = following is not None and block.mark is Mark.NUMBERED and following.mark is Mark.BULLET
        names_group = below and not block.text.endswith((":", "."))
        if block.mark is Mark.PARAGRAPH:
            above = None
        elif above and (block.mark is not above.mark or block.text[0].islower()):
            items[-1] = with_point(items[-1], block.text)
        elif not names_group and not _INTRODUCES.search(block.text):
            above = block if block.text.endswith(":") else None
            items.append(block.text)
    return items or [block.text for block in section if block.text.endswith(".")]


# "Lead inspector: …" on a line of its own, "were lead inspector …" in a letter, "…, Ofsted lead inspector" in a team.
_WORD = r"(?-i:[A-ZÀ-Þ])(?:[\w’'-]+|\.)"
_NAME = rf"(?P<name>{_WORD}(?: (?:(?:van|von|de|der|la|le) )?{_WORD}){{1,3}})"
_LEADS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:lead|reporting) inspectors?(?: on site)? ?: ?(?P<name>[^\n]+)",
        rf"^(?:lead|reporting) inspectors?(?: on site)?\s*:?\s*{_NAME}",
        rf"\b(?:were|was|by|the) lead inspector,? {_NAME}",
        rf"^{_NAME},?(?: HM[CI],?)? Ofsted,?(?: HM[CI],?)? lead\s+inspector",
    )
)
_RANK = re.compile(r",|\s+-\s|\bH(?:er|is) Majesty|\bHM[CI]+\b|\bOfsted\b|\band\b|\bSenior\b", re.IGNORECASE)
_TITLE = re.compile(r"^(?:mrs?|ms|miss|dr)\.? ", re.IGNORECASE)


def lead_inspector(layout: Layout) -> str | None:
    """The lead inspector's name without rank or title; Ofsted's, the first of several. None where none is named."""
    lines = [line for page in layout.pages for line in page]
    for pattern in _LEADS:
        for line, following in zip(lines, (*lines[1:], ""), strict=True):
            if found := pattern.search(f"{line}\n{following}"):
                name = _TITLE.sub("", _RANK.split(found["name"], maxsplit=1)[0].strip(" .:–-"))
                if name and len(name) <= 60:
                    return name
    return None
