"""The message as Slack payloads (Block Kit), each within Slack's limits.

Source of the limits: Slack's Block Kit reference (50 blocks a message), and its advice to keep a message's whole text
within about 13,000 characters.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING

from monitor.render.mrkdwn import Block, as_link, context, escaped, header, listed, packed, quoted, sections
from monitor.render.parts import AGAIN, EXPECTED, OTHERS
from monitor.render.words import and_more, counted, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.render.parts import Group, Judged, Outline, Quote, Report, Telling, Trends

Payload = dict[str, object]

_BLOCKS = 49  # one is left for "Part 2 of 3"
_MESSAGE = 13_000  # characters of JSON, which is more than its text
_MANY = 999  # parts; their numbers take no more room than this
# What is no longer than this is read at a glance: nobody should have to open a thread for it.
_GLANCE = 4_000
_MARKS = 3  # themes told of a story in the one line it has in a headline


def slack(message: Outline) -> tuple[Payload, ...]:
    """One payload for each Slack message the digest needs, in the order they are to be sent."""
    parts = _parts(list(_blocks(message)), _room(message))
    return tuple(
        _payload(
            _fallback(message, number, len(parts)), blocks if number == 1 else [_part(number, len(parts)), *blocks]
        )
        for number, blocks in enumerate(parts, start=1)
    )


def slack_thread(message: Outline) -> tuple[Payload, ...]:
    """The same for where replies go into a thread: what matters, in one message; then the detail, by council.

    What is read at a glance, and what an operator is told, stays in the open.
    """
    whole = slack(message)
    if message.undelivered or (len(whole) == 1 and _length(whole[0]["blocks"]) <= _GLANCE):
        return whole
    room = _room(message)
    told = len(message.reports) + len(_stories(message))
    # The most that fits, given that nothing larger than one that does not fit does.
    told = bisect_left(range(1, told + 1), True, key=lambda number: not _fits(_headline(message, number), room))
    detail = _parts(list(_detail(message, reports_told=min(told, len(message.reports)))), room)
    return (
        _payload(_fallback(message, 1, 1), _headline(message, told)),
        *(
            _payload(_fallback_of_detail(message, number, len(detail)), blocks)
            for number, blocks in enumerate(detail, start=1)
        ),
    )


# --- payloads ------------------------------------------------------------------------------------------------


def _payload(text: str, blocks: list[Block]) -> Payload:
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _fallback(message: Outline, number: int, parts: int) -> str:
    """What a notification shows and a screen reader reads: the subject, and the next thing worth knowing."""
    words = [escaped(message.subject)]
    if number == 1 and message.preheader and message.preheader != message.subject:
        words.append(escaped(message.preheader))
    return " — ".join(words) + (f" ({number} of {parts})" if parts > 1 else "")


def _fallback_of_detail(message: Outline, number: int, parts: int) -> str:
    return f"Detail, {number} of {parts}: {escaped(message.subject)}"


def _part(number: int, parts: int) -> Block:
    return context(f"Part {number} of {parts}")


def _length(json_of: object) -> int:
    return len(json.dumps(json_of, ensure_ascii=False))


def _room(message: Outline) -> int:
    """Characters of JSON that are left for the blocks beside the longest fallback and "Part 2 of 3"."""
    fallback = max(_fallback(message, 1, _MANY), _fallback_of_detail(message, _MANY, _MANY), key=_length)
    return _MESSAGE - _length(_payload(fallback, [_part(_MANY, _MANY)]))


def _fits(blocks: Sequence[Block], room: int) -> bool:
    return len(blocks) <= _BLOCKS and _length(blocks) <= room


def _parts(blocks: Sequence[Block], room: int) -> list[list[Block]]:
    parts: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        length = _length(block) + 2
        if len(parts[-1]) == _BLOCKS or (parts[-1] and size + length > room):
            parts.append(_headings_at_end(parts[-1]))
            size = sum(_length(one) + 2 for one in parts[-1])
        if block == _DIVIDER and not parts[-1]:
            continue  # nothing to divide
        parts[-1].append(block)
        size += length
    return parts


def _headings_at_end(blocks: list[Block]) -> list[Block]:
    """The headings that a part ends with, taken out of it: they belong to what comes next."""
    start = len(blocks)
    while start > 1 and blocks[start - 1]["type"] in ("header", "divider"):
        start -= 1
    taken = blocks[start:]
    del blocks[start:]
    return [block for block in taken if block != _DIVIDER]


_DIVIDER: Block = {"type": "divider"}


# --- the whole -----------------------------------------------------------------------------------------------


def _blocks(message: Outline) -> Iterator[Block]:
    yield from _top(message)
    for report in message.reports:
        yield from sections(_report(report))
    yield from _groups(message.groups)
    yield from _below(message)


def _top(message: Outline) -> Iterator[Block]:
    yield header(message.subject)
    yield context(escaped(message.kicker))
    if message.quiet:
        yield from sections([escaped(message.quiet)])
    if message.undelivered:
        yield from sections(listed(escaped(line)) for line in message.undelivered)
    if message.advice:
        yield from sections(["*What to do*", *(listed(escaped(line)) for line in message.advice)])


def _groups(groups: Sequence[Group]) -> Iterator[Block]:
    for group in groups:
        yield _DIVIDER
        yield header(group.council)
        for story in group.stories:
            yield from sections(_story(story))


def _below(message: Outline) -> Iterator[Block]:
    """What comes after the stories, each behind a line."""
    for lines in (_by_headline(message), _trends(message.trends), _expected(message), _sources(message)):
        if told := list(lines):
            yield _DIVIDER
            yield from sections(told)
    lines = (escaped(line) for line in (message.window, message.why, message.stop) if line)
    yield context(*packed(lines, "\n"))


# --- a thread ------------------------------------------------------------------------------------------------


def _headline(message: Outline, told: int) -> list[Block]:
    """What matters: of reports and then stories, as many as `told`; the others are counted."""
    stories = _stories(message)
    reports = message.reports[:told]
    stories_told = stories[: max(0, told - len(message.reports))]
    blocks = list(_top(message))
    for report in reports:
        blocks += sections(_facts(report))
    council = ""
    lines = []
    for name, story in stories_told:
        if name != council:
            lines.append(f"*{escaped(name)}*")
            council = name
        lines += packed(_story_in_a_line(story), " · ")
    blocks += sections(lines)
    left = (
        and_more(len(message.reports) - len(reports), "report", "reports"),
        and_more(len(stories) - len(stories_told), "story", "stories"),
    )
    below = [escaped(sentence(line)) + ", in the thread." for line in left if line]
    below += [escaped(message.sources)] if message.sources else []
    if message.gaps:
        below.append(f"Items of {counted(len(message.gaps), 'source', 'sources')} may have been missed.")
    blocks += sections(below)
    blocks.append(context(f"In the thread: {', '.join(_held_in_thread(message))}."))
    return blocks


def _held_in_thread(message: Outline) -> Iterator[str]:
    linked_only = sum(len(group.links) for group in message.linked)
    told = {
        "what the reports say": message.reports,
        "the stories in quotations": message.groups,
        counted(linked_only, "more story by headline", "more stories by headline"): linked_only,
        "themes by council": message.trends,
        "what to expect": message.expected,
        "the sources in trouble": message.failing or message.gaps,
        "why you get this, and how to stop it": True,
    }
    yield from (words for words, is_there in told.items() if is_there)


def _stories(message: Outline) -> list[tuple[str, Telling]]:
    """Council and story, but for what only says more of a report."""
    reports = {report.link.url for report in message.reports if report.link.url}
    return [
        (group.council, story) for group in message.groups for story in group.stories if story.title.url not in reports
    ]


def _story_in_a_line(story: Telling) -> Iterator[str]:
    yield listed(as_link(story.title))
    if story.update:
        yield f"*Update:* {escaped(story.new)}" if story.new else "*Update*"
    yield from (f"{mark.words.partition(' ')[0]} {escaped(mark.theme)}" for mark in story.marks[:_MARKS])


def _detail(message: Outline, *, reports_told: int) -> Iterator[Block]:
    for number, report in enumerate(message.reports):
        yield from sections(_report(report, told=number < reports_told))
    yield from _groups(message.groups)
    yield from _below(message)


# --- its parts in lines --------------------------------------------------------------------------------------


def _facts(report: Report) -> Iterator[str]:
    """The report in the lines that matter."""
    yield f"*{escaped(report.heading)}*"
    if report.priority_action:
        yield "*Priority action*"
    yield from map(_judged, report.judged)
    if not report.judged:
        yield from map(escaped, report.notes)
    link = as_link(report.link) if report.link.url else ""
    yield from packed(filter(None, (f"{escaped(report.dates)}." if report.dates else "", link)), " ")


def _report(report: Report, *, told: bool = False) -> Iterator[str]:
    """The whole report; where its facts are told already, what is left to say."""
    notes = report.notes if report.judged or not told else ()
    if told and not (report.actions or notes or report.to_improve or report.next):
        return
    yield f"*{escaped(report.heading)}*"
    if report.dates and not told:
        yield f"{escaped(report.dates)}."
    if report.priority_action:
        yield "*Priority action*"
    yield from (quoted(f"“{escaped(action)}”") for action in report.actions)
    if not told:
        yield from map(_judged, report.judged)
    yield from map(escaped, notes)
    if report.to_improve:
        yield "What needs to improve, in the report’s words:"
        yield from (quoted(listed(escaped(area))) for area in report.to_improve)
        if report.more_to_improve:
            yield quoted(escaped(report.more_to_improve))
    if report.link.url:
        yield as_link(report.link)
    if report.next:
        yield from packed((escaped(report.next.text), as_link(report.next.source)), " ")


def _judged(row: Judged) -> str:
    before = f"{escaped(row.before)} → " if row.before else ""
    told = "; ".join(escaped(words) for words in (row.direction, row.stood) if words)
    return listed(f"{escaped(row.name)}: {before}*{escaped(row.now)}*{f' ({told})' if told else ''}")


def _story(story: Telling) -> Iterator[str]:
    yield f"*{as_link(story.title)}*"
    if story.new:
        yield f"*Update:* {escaped(story.new)}."
    update = "*Update*" if story.update and not story.new else ""
    yield from packed(filter(None, (update, escaped(story.about))), " · ")
    marks = [f"{mark.words}: {escaped(mark.theme)}" for mark in story.marks]
    yield from packed(filter(None, (*marks, story.more_marks)), "  ·  ")
    for quote in story.quotes:
        yield from _quote(quote)
    if story.response:
        yield as_link(story.response)
    if story.others:
        yield OTHERS
        yield from (escaped(words) for words in [story.others.about] if words)
        for quote in story.others.quotes:
            yield from _quote(quote)
        yield from (escaped(words) for words in [story.others.more] if words)
    if story.coverage:
        yield "Also in:"
    yield from packed(filter(None, (*map(as_link, story.coverage), story.more_coverage)), ", ")


def _quote(quote: Quote) -> Iterator[str]:
    yield quoted(f"“{escaped(quote.text)}”")
    # A line of its own for each where they are too long to share one.
    told = filter(None, (escaped(quote.themes), as_link(quote.link)))
    yield from (quoted(f"— {words}") for words in packed(told, "; "))


def _by_headline(message: Outline) -> Iterator[str]:
    """What is told by headline, or not at all."""
    if message.linked:
        yield f"*{escaped(message.linked_heading)}:*"
    for group in message.linked:
        yield f"*{escaped(group.council)}*"
        yield from (listed(as_link(link)) for link in group.links)
    yield from (escaped(line) for line in (*message.more, message.repeated) if line)
    if message.again:
        yield AGAIN
    yield from (listed(as_link(link)) for link in message.again)
    yield from [message.more_again] if message.more_again else []


def _trends(trends: Trends | None) -> Iterator[str]:
    if trends:
        yield "*Themes by council*"
        yield escaped(trends.caption)
        yield from (listed(escaped(row.line)) for row in trends.rows)
        yield from (escaped(note) for note in trends.notes)


def _expected(message: Outline) -> Iterator[str]:
    if message.expected:
        yield "*What to expect*"
        yield escaped(EXPECTED)
    for one in message.expected:
        yield from packed((listed(escaped(one.text)), as_link(one.source)), " ")
    if message.more_expected:
        yield escaped(message.more_expected)


def _sources(message: Outline) -> Iterator[str]:
    if message.sources:
        yield escaped(message.sources)
    if message.failing:
        yield "*Failing*"
        yield from (listed(escaped(line)) for line in message.failing)
    if message.gaps:
        yield "*Items may have been missed*"
        yield from (listed(escaped(line)) for line in message.gaps)
