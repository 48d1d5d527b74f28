"""Slack's markup: words from outside made harmless in it, and pieces packed into blocks within its limits.

Source of the limits: Slack's Block Kit reference (3,000 characters a section's text and a context's element, 10
elements a context, 150 characters a header).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.render.parts import Link

Block = dict[str, object]

_SECTION = 2_900
_HEADER = 150
_ELEMENTS = 10
# Of words from outside in one piece, escaped; with a link's address beside them they still fit a section.
_PIECE = 2_700
_URL = 1_700

# Slack has no way to escape its own markup, so characters that could open it, or end a link's address, give way to
# their likenesses.
_MARKUP = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", "|": "∣"})
_EMOJI = re.compile(r":(?=[a-z0-9+'-]*[a-z][a-z0-9+'-]*:)")  # ":tada:"; a time of day stays


def escaped(words: str) -> str:
    """`words` that Slack shows as they stand: no markup, mention, channel call, link or emoji comes of them.

    What could not fit a block, for there it is up to five times as long, ends in an ellipsis.
    """
    line = _EMOJI.sub("꞉", words.translate(_MARKUP))
    line = f"›{line[1:]}" if line.startswith(">") else line  # at the start of a line it would be a quotation
    whole = _entities(line)
    if len(whole) <= _PIECE:
        return whole
    # As many characters as fit; none is longer than five.
    cut = line[: _PIECE // 5]
    for character in line[len(cut) :]:
        if len(_entities(cut + character)) >= _PIECE:
            break
        cut += character
    return f"{_entities(cut)}…"


def _entities(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # the order matters: & first


def as_link(link: Link) -> str:
    """`<url|words>`. A URL that escaping makes too long for a section is left out: its words remain."""
    url = link.url.replace("&", "&amp;")  # web_link has percent-encoded <, > and |
    words = escaped(link.text)
    return f"<{url}|{words}>" if url and len(url) <= _URL and len(words) <= _SECTION - _URL - 10 else words


def quoted(line: str) -> str:
    """A line of a quotation."""
    return f">{line}"


def listed(line: str) -> str:
    """A line of a list."""
    return f"• {line}"


def header(words: str) -> Block:
    """Plain text, but Slack still reads <…> in it."""
    words = words.replace("<", "‹").replace(">", "›")
    return {"type": "header", "text": {"type": "plain_text", "text": words[:_HEADER], "emoji": False}}


def context(*lines: str) -> Block:
    """Small print; what is empty is left out."""
    elements = [{"type": "mrkdwn", "text": line, "verbatim": True} for line in lines if line]
    return {"type": "context", "elements": elements[:_ELEMENTS]}


def sections(lines: Iterable[str]) -> Iterator[Block]:
    """The lines in as few sections as hold them; a line is never split, so no link or entity is."""
    for words in packed(lines, "\n"):
        # verbatim: no #name, @name or bare address in a text from outside becomes a link
        yield {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}


def packed(pieces: Iterable[str], separator: str) -> Iterator[str]:
    """The pieces in as few strings as a section's limit allows, with the separator between those that share one."""
    held = ""
    for piece in pieces:
        if held and len(held) + len(separator) + len(piece) > _SECTION:
            yield held
            held = ""
        held = f"{held}{separator}{piece}" if held else piece
    if held:
        yield held
