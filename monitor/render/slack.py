"""The message as Slack payloads (Block Kit), each within Slack's limits.

Source of the limits: Slack's Block Kit reference (50 blocks a message, 3,000 characters a section's text, 150 a
header's), and its advice to keep a message's whole text within about 13,000 characters.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor.render.parts import EXPECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.render.parts import Link, Outline, Report, Telling

Block = dict[str, object]

_SECTION = 2_900
_HEADER = 150
_BLOCKS = 49  # one is left for "Part 2 of 3"
_MESSAGE = 12_500  # of JSON, which is more than its text; the rest is for the fallback and "Part 2 of 3"

# Slack has no way to escape its own markup, so characters that could open it, or end a link's address, give way to
# their likenesses.
_MARKUP = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", "|": "∣"})


def slack(message: Outline) -> tuple[dict[str, object], ...]:
    """One payload for each Slack message the digest needs, in the order they are to be sent."""
    parts = _parts(list(_blocks(message)))
    return tuple(
        {
            "text": escaped(message.subject) + (f" ({number} of {len(parts)})" if len(parts) > 1 else ""),
            "blocks": [*([_context(f"Part {number} of {len(parts)}")] if number > 1 else []), *blocks],
            "unfurl_links": False,
            "unfurl_media": False,
        }
        for number, blocks in enumerate(parts, start=1)
    )


# --- escaping ------------------------------------------------------------------------------------------------


def escaped(words: str) -> str:
    """`words` that Slack shows as they stand: no markup, mention, channel call or link comes of them."""
    return (
        words.translate(_MARKUP).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    )  # the order matters: & first


def linked(link: Link) -> str:
    """`<url|words>`. A URL that escaping makes too long for a section is left out: its words remain."""
    url = link.url.replace("&", "&amp;")  # web_link has percent-encoded <, > and |
    return f"<{url}|{escaped(link.text)}>" if url and len(url) <= 1_700 else escaped(link.text)


# --- blocks --------------------------------------------------------------------------------------------------


def _header(words: str) -> Block:
    # Plain text, but Slack still reads <…> in it.
    words = words.replace("<", "‹").replace(">", "›")
    return {"type": "header", "text": {"type": "plain_text", "text": words[:_HEADER], "emoji": False}}


def _context(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn, "verbatim": True}]}


def _sections(lines: Iterable[str]) -> Iterator[Block]:
    """The lines in as few sections as hold them; a line is never split, so no link or entity is."""
    for words in _packed(lines, "\n"):
        # verbatim: no #name, @name or bare address in a text from outside becomes a link
        yield {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}


def _packed(pieces: Iterable[str], separator: str) -> Iterator[str]:
    held = ""
    for piece in pieces:
        if held and len(held) + len(separator) + len(piece) > _SECTION:
            yield held
            held = ""
        held = f"{held}{separator}{piece}" if held else piece
    if held:
        yield held


def _parts(blocks: Sequence[Block]) -> list[list[Block]]:
    parts: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        length = len(json.dumps(block, ensure_ascii=False)) + 2
        if len(parts[-1]) == _BLOCKS or (parts[-1] and size + length > _MESSAGE):
            parts.append([])
            size = 0
        parts[-1].append(block)
        size += length
    return parts


def _blocks(message: Outline) -> Iterator[Block]:
    yield _header(message.subject)
    yield _context(escaped(message.kicker))
    if message.quiet:
        yield from _sections([escaped(message.quiet)])
    for report in message.reports:
        yield from _sections(_report(report))
    for group in message.groups:
        yield {"type": "divider"}
        yield _header(group.council)
        for story in group.stories:
            yield from _sections(_story(story))
    if message.more:
        yield from _sections(escaped(line) for line in message.more)
    if message.expected:
        yield {"type": "divider"}
        yield from _sections(_expected(message))
    if message.sources or message.failing or message.gaps:
        yield {"type": "divider"}
        yield from _sections(_sources(message))
    yield _context("\n".join(escaped(line) for line in (message.window, message.why, message.stop) if line))


def _report(report: Report) -> Iterator[str]:
    yield f"*{escaped(report.heading)}*"
    if report.dates:
        yield f"{escaped(report.dates)}."
    if report.priority_action:
        yield "*Priority action*"
    yield from (f">“{escaped(action)}”" for action in report.actions)
    for row in report.judged:
        before = f"{escaped(row.before)} → " if row.before else ""
        stood = f" ({escaped(row.stood)})" if row.stood else ""
        yield f"• {escaped(row.name)}: {before}*{escaped(row.now)}*{stood}"
    yield from (escaped(note) for note in report.notes)
    if report.to_improve:
        yield "What needs to improve, in the report’s words:"
        yield from (f">• {escaped(area)}" for area in report.to_improve)
        if report.more_to_improve:
            yield f">{escaped(report.more_to_improve)}"
    if report.link.url:
        yield linked(report.link)
    if report.next:
        yield f"{escaped(report.next.text)} {linked(report.next.source)}"


def _story(story: Telling) -> Iterator[str]:
    yield f"*{linked(story.title)}*"
    if about := " · ".join(filter(None, ("*Update*" if story.update else "", escaped(story.about)))):
        yield about
    marks = [f"{mark.words}: {escaped(mark.theme)}" for mark in story.marks]
    yield from _packed(filter(None, (*marks, story.more_marks)), "  ·  ")
    for quote in story.quotes:
        yield f">“{escaped(quote.text)}”"
        yield ">— " + "; ".join(filter(None, (escaped(quote.themes), linked(quote.link))))
    if story.coverage:
        yield "Also in:"
    yield from _packed(filter(None, (*map(linked, story.coverage), story.more_coverage)), ", ")


def _expected(message: Outline) -> Iterator[str]:
    yield "*What to expect*"
    yield escaped(EXPECTED)
    yield from (f"• {escaped(one.text)} {linked(one.source)}" for one in message.expected)
    if message.more_expected:
        yield escaped(message.more_expected)


def _sources(message: Outline) -> Iterator[str]:
    if message.sources:
        yield escaped(message.sources)
    if message.failing:
        yield "*Failing*"
        yield from (f"• {escaped(line)}" for line in message.failing)
    if message.gaps:
        yield "*Items may have been missed*"
        yield from (f"• {escaped(line)}" for line in message.gaps)
