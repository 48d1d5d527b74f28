"""The message as Adaptive Cards for Microsoft Teams, each within what Teams takes.

A card's TextBlocks are read as Markdown, and its backslashes are honoured on some devices and shown on others. So all
that is said stands in RichTextBlocks, whose runs of text are shown as they are and whose links are actions apart from
the words; only the grades, in our own words, stand in a table of facts. Version 1.4 is the newest that a workflow of
Teams takes.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from monitor.render.parts import AGAIN, EXPECTED, OTHERS, Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.render.parts import Group, Judged, Outline, Quote, Report, Telling, Trends

Element = dict[str, object]
Run = dict[str, object]

# Teams takes 28 kB (28,672 bytes) a message, and refuses more only after the workflow has said yes. It counts the card
# as it stands in its own message: as text in JSON, where each quotation mark is one byte longer. The rest is for that
# message's own words.
CARD_BYTES = 26_000

_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"  # a name, though it looks like an address

# Angle brackets could name somebody (<at>…</at>), who would then be called.
_MENTIONS = str.maketrans({"<": "‹", ">": "›"})
# Two braces begin what Teams would put a date or a time in the place of ({{DATE(…)}}); parted, they are shown.
_FORMULA = re.compile(r"\{(?=\{)")
_WORD_JOINER = "\N{WORD JOINER}"  # takes no room
# In a fact, which is Markdown: characters that could open any of it.
_MARKUP = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", "[": "［", "]": "］", "\\": "∖", "&": "＆"})


def teams(message: Outline) -> tuple[Element, ...]:
    """One card for each message the digest needs, in the order they are to be sent."""
    parts = _parts(list(_body(message)), message)
    return tuple(_card(message, elements, number, len(parts)) for number, elements in enumerate(parts, start=1))


def size(card: Mapping[str, object]) -> int:
    """How many bytes a card takes in a message of Teams, at most."""
    return len(json.dumps(json.dumps(card)))  # both escape whatever is not ASCII


# --- cards -------------------------------------------------------------------------------------------------


def _card(message: Outline, elements: Sequence[Element], number: int, parts: int) -> Element:
    of = f" ({number} of {parts})" if parts > 1 else ""
    before = [_line(_small(f"Part {number} of {parts}"))] if number > 1 else []
    return {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "lang": "en",
        "fallbackText": _shown(message.subject) + of,
        "msteams": {"width": "Full"},
        "body": [*before, *elements],
    }


def _parts(elements: Sequence[Element], message: Outline) -> list[list[Element]]:
    empty = size(_card(message, [], 999, 999))
    parts: list[list[Element]] = [[]]
    held = empty
    for element in elements:
        length = size(element) + 2
        if parts[-1] and held + length > CARD_BYTES:
            parts.append(_headings_at_end(parts[-1]))
            held = empty + sum(size(one) + 2 for one in parts[-1])
        parts[-1].append(element)
        held += length
    return parts


def _headings_at_end(elements: list[Element]) -> list[Element]:
    """The headings that a card ends with, taken out of it: they belong to what comes next."""
    start = len(elements)
    while start > 1 and _is_heading(elements[start - 1]):
        start -= 1
    taken = elements[start:]
    del elements[start:]
    return taken


def _is_heading(element: Element) -> bool:
    match element.get("inlines"):
        case [{"weight": "Bolder"}]:  # a story's title is one too
            return True
    return False


# --- runs and lines ----------------------------------------------------------------------------------------


def _shown(words: str) -> str:
    return _FORMULA.sub("{" + _WORD_JOINER, words.translate(_MENTIONS))


def _run(words: str, **looks: object) -> Run:
    return {"type": "TextRun", "text": _shown(words), **looks}


def _bold(words: str) -> Run:
    return _run(words, weight="Bolder")


def _small(words: str) -> Run:
    return _run(words, isSubtle=True, size="Small")


def _as_link(link: Link, **looks: object) -> Run:
    """The words, and what they lead to; without an address, the words alone."""
    if not link.url:
        return _run(link.text, **looks)
    return _run(link.text, **looks, color="Accent", selectAction={"type": "Action.OpenUrl", "url": link.url})


def _line(*runs: Run | str, **looks: object) -> Element:
    inlines = [_run(run) if isinstance(run, str) else run for run in runs]
    return {"type": "RichTextBlock", "inlines": inlines, "spacing": "Small", **looks}


_APART: Mapping[str, object] = {"separator": True, "spacing": "Large"}  # behind a line


def _heading(words: str) -> Element:
    return _line(_run(words, weight="Bolder", size="Medium"), **_APART)


def _joined(runs: Sequence[Run], separator: str) -> list[Run | str]:
    return [one for run in runs for one in (separator, run)][1:]


# --- the message -------------------------------------------------------------------------------------------


def _body(message: Outline) -> Iterator[Element]:
    yield _line(_run(message.subject, weight="Bolder", size="Large"))
    yield _line(_small(message.kicker))
    if message.quiet:
        yield _line(message.quiet)
    yield from (_line(f"• {line}") for line in message.undelivered)
    if message.advice:
        yield _heading("What to do")
        yield from (_line(f"• {line}") for line in message.advice)
    if message.reports:
        yield _heading("Reports published")
    for report in message.reports:
        yield from _report(report)
    yield from _groups(message.groups)
    yield from _by_headline(message)
    yield from _trends(message.trends)
    yield from _expected(message)
    yield from _sources(message)
    below = [line for line in (message.window, message.why, message.stop) if line]
    for number, line in enumerate(below):
        yield _line(_small(line), **({} if number else _APART))


def _report(report: Report) -> Iterator[Element]:
    yield _line(_bold(report.heading), spacing="Medium")
    if report.dates:
        yield _line(_small(f"{report.dates}."))
    if report.priority_action:
        yield _line(_run("! Priority action", weight="Bolder", color="Attention"))
    yield from (_line(_run(f"“{action}”", italic=True)) for action in report.actions)
    if report.judged:
        yield {"type": "FactSet", "facts": [_fact(row) for row in report.judged], "spacing": "Small"}
    yield from map(_line, report.notes)
    if report.to_improve:
        yield _line("What needs to improve, in the report’s words:")
        yield from (_line(f"• {area}") for area in report.to_improve)
        if report.more_to_improve:
            yield _line(report.more_to_improve)
    if report.link.url:
        yield _line(_as_link(report.link))
    if report.next:
        yield _line(f"{report.next.text} ", _as_link(report.next.source))


def _fact(row: Judged) -> Element:
    return {"title": _shown(row.name).translate(_MARKUP), "value": _shown(row.line).translate(_MARKUP)}


def _groups(groups: Sequence[Group]) -> Iterator[Element]:
    for group in groups:
        yield _heading(group.council)
        for story in group.stories:
            yield from _story(story)


def _story(story: Telling) -> Iterator[Element]:
    yield _line(_as_link(story.title, weight="Bolder"), spacing="Medium")
    if story.new:
        yield _line(_bold("Update: "), f"{story.new}.")
    update = [_bold("Update")] if story.update and not story.new else []
    about = [_small(story.about)] if story.about else []
    if update or about:
        yield _line(*_joined([*update, *about], " · "))
    marks = [_run(f"{mark.words}: {mark.theme}") for mark in story.marks]
    if story.more_marks:
        marks.append(_run(story.more_marks))
    if marks:
        yield _line(*_joined(marks, "  ·  "))
    for quote in story.quotes:
        yield _quote(quote)
    if story.response:
        yield _line(_as_link(story.response))
    if story.others:
        yield _line(OTHERS)
        yield from (_line(_small(words)) for words in [story.others.about] if words)
        yield from map(_quote, story.others.quotes)
        yield from (_line(words) for words in [story.others.more] if words)
    coverage = [_as_link(link) for link in story.coverage]
    if story.more_coverage:
        coverage.append(_run(story.more_coverage))
    if coverage:
        yield _line("Also in: ", *_joined(coverage, ", "))


def _quote(quote: Quote) -> Element:
    from_whom = [_small(quote.themes)] if quote.themes else []
    source = [_as_link(quote.link, size="Small")] if quote.link.text else []
    return _line(_run(f"“{quote.text}”", italic=True), " — ", *_joined([*from_whom, *source], "; "))


def _by_headline(message: Outline) -> Iterator[Element]:
    """What is told by headline, or not at all."""
    if message.linked:
        yield _heading(message.linked_heading)
    for group in message.linked:
        yield _line(_bold(group.council))
        yield from (_line("• ", _as_link(link)) for link in group.links)
    counted = [line for line in (*message.more, message.repeated) if line]
    for number, line in enumerate(counted):
        yield _line(line, **({} if number else _APART))
    if message.again:
        yield _line(AGAIN, **_APART)
    yield from (_line("• ", _as_link(link)) for link in message.again)
    yield from [_line(message.more_again)] if message.more_again else []


def _trends(trends: Trends | None) -> Iterator[Element]:
    if trends:
        yield _heading("Themes by council")
        yield _line(_small(trends.caption))
        yield from (_line(f"• {row.line}") for row in trends.rows)
        yield from (_line(_small(note)) for note in trends.notes)


def _expected(message: Outline) -> Iterator[Element]:
    if message.expected:
        yield _heading("What to expect")
        yield _line(_small(EXPECTED))
    yield from (_line(f"• {one.text} ", _as_link(one.source)) for one in message.expected)
    if message.more_expected:
        yield _line(message.more_expected)


def _sources(message: Outline) -> Iterator[Element]:
    if message.sources or message.failing or message.gaps:
        yield _heading("Sources")
    if message.sources:
        yield _line(message.sources)
    for words, lines in (("Failing", message.failing), ("Items may have been missed", message.gaps)):
        if lines:
            yield _line(_bold(words))
            yield from (_line(f"• {line}") for line in lines)
