"""The message as plain text: the same words as the HTML, wrapped for a terminal or an old mail program."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from monitor.model import STOP_FROM, STOP_TO
from monitor.render.parts import AGAIN, EXPECTED, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.render.parts import Link, Outline, Quote, Report, Telling, Trends

WIDTH = 78  # RFC 5322, 2.1.1; only an address may be longer, since a broken one leads nowhere

_SIGN = re.compile("([▲▼◆→]) ")  # what it stands before stays on its line


def text(message: Outline) -> str:
    """The whole message, lines ending in "\\n"."""
    return "\n".join(_lines(message)) + "\n"


def _lines(message: Outline) -> Iterator[str]:
    yield from _wrapped(message.subject)
    yield "=" * min(len(message.subject), WIDTH)
    yield from _wrapped(message.kicker)
    if message.quiet:
        yield from ("", *_wrapped(message.quiet))
    yield from _undelivered(message)
    if message.reports:
        yield from ("", "REPORTS PUBLISHED")
    for report in message.reports:
        yield ""
        yield from _report(report)
    if message.groups:
        yield from ("", "STORIES")
    for group in message.groups:
        yield from ("", group.council, "-" * len(group.council))
        for number, story in enumerate(group.stories):
            yield from [""] if number else []
            yield from _story(story)
    yield from _by_headline(message)
    if message.trends:
        yield from _trends(message.trends)
    if message.expected:
        yield from ("", "WHAT TO EXPECT", "", *_wrapped(EXPECTED))
    for expectation in message.expected:
        yield from _wrapped(expectation.text, first="  - ", indent="    ")
        yield from _link(expectation.source, indent="    ")
    yield from _wrapped(message.more_expected, indent="  ")
    yield from _sources(message)
    yield from ("", "-" * 40)
    for line in filter(None, (message.window, message.why, message.stop)):
        yield from _wrapped(line)
    if message.stop_link:
        yield f"{STOP_FROM}{message.stop_link.text}: {message.stop_link.url}{STOP_TO}"


def _undelivered(message: Outline) -> Iterator[str]:
    if message.undelivered:
        yield ""
    for line in message.undelivered:
        yield from _wrapped(line, first="  - ", indent="    ")
    if message.advice:
        yield from ("", "WHAT TO DO", "")
    for line in message.advice:
        yield from _wrapped(line, first="  - ", indent="    ")


def _by_headline(message: Outline) -> Iterator[str]:
    """What is told by headline, or not at all."""
    if message.linked:
        yield from ("", message.linked_heading.upper())
    for group in message.linked:
        yield from ("", group.council)
        for link in group.links:
            yield from _wrapped(link.text, first="  - ", indent="    ")
            yield from [f"    {link.url}"] if link.url else []
    if message.more or message.repeated:
        yield ""
    for line in filter(None, (*message.more, message.repeated)):
        yield from _wrapped(line)
    if message.again:
        yield from ("", AGAIN)
    for link in message.again:
        yield from _wrapped(link.text, first="  - ", indent="    ")
        yield from [f"    {link.url}"] if link.url else []
    yield from _wrapped(message.more_again, indent="  ")


def _trends(trends: Trends) -> Iterator[str]:
    yield from ("", "THEMES BY COUNCIL", "", *_wrapped(trends.caption))
    for row in trends.rows:
        yield from _wrapped(row.line, first="  - ", indent="    ")
    for note in trends.notes:
        yield from _wrapped(note)


def _report(report: Report) -> Iterator[str]:
    yield from _wrapped(report.heading)
    if report.dates:
        yield from _wrapped(f"{report.dates}.")
    if report.priority_action:
        yield from _wrapped("! PRIORITY ACTION", indent="  ")
    for action in report.actions:
        yield from _wrapped(f"“{action}”", indent="    ")
    for row in report.judged:
        yield from _wrapped(f"{row.name}: {row.line}", first="  ", indent="    ")
    for note in report.notes:
        yield from _wrapped(note, indent="  ")
    if report.to_improve:
        yield from _wrapped("What needs to improve, in the report’s words:", indent="  ")
        for area in (*report.to_improve, *filter(None, [report.more_to_improve])):
            yield from _wrapped(area, first="  - ", indent="    ")
    if report.link.url:
        yield from _link(report.link, indent="  ")
    if report.next:
        yield from _wrapped(report.next.text, indent="  ")
        yield from _link(report.next.source, indent="  ")


def _story(story: Telling) -> Iterator[str]:
    yield from _wrapped(story.title.text, first="* ", indent="  ")
    if story.update:
        yield from _wrapped(f"UPDATE: {story.new}." if story.new else "UPDATE", indent="  ")
    yield from _wrapped(story.about, indent="  ")
    if story.title.url:
        yield f"  {story.title.url}"
    for mark in story.marks:
        yield from _wrapped(f"{mark.words}: {mark.theme}", indent="  ")
    if story.more_marks:
        yield from _wrapped(story.more_marks, indent="  ")
    for quote in story.quotes:
        yield from _quote(quote, story.title.url)
    if story.response:
        yield from _link(story.response, indent="  ")
    if story.others:
        yield f"  {OTHERS}"
        yield from _wrapped(story.others.about, indent="  ")
        for quote in story.others.quotes:
            yield from _quote(quote, story.title.url)
        yield from _wrapped(story.others.more, indent="  ")
    if story.coverage:
        yield "  Also in:"
    for link in story.coverage:
        yield from _link(link, indent="    ")
    if story.more_coverage:
        yield from _wrapped(story.more_coverage, indent="    ")


def _quote(quote: Quote, told: str) -> Iterator[str]:
    """A sentence and whose it is; where it stands, unless that was `told`."""
    yield from _wrapped(f"“{quote.text}”", first="  > ", indent="    ")
    yield from _wrapped("; ".join(filter(None, (quote.themes, quote.link.text))), first="    — ", indent="      ")
    if quote.link.url and quote.link.url != told:
        yield f"      {quote.link.url}"


def _sources(message: Outline) -> Iterator[str]:
    if message.sources or message.failing or message.gaps:
        yield from ("", "SOURCES", "")
    yield from _wrapped(message.sources)
    yield from _list("Failing:", message.failing)
    yield from _list("Items may have been missed:", message.gaps)


def _list(heading: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield heading
        yield from _wrapped(line, first="  - ", indent="    ")


def _link(link: Link, *, indent: str) -> Iterator[str]:
    yield from _wrapped(link.text, indent=indent)
    if link.url:
        yield f"{indent}{link.url}"


def _wrapped(words: str, *, first: str | None = None, indent: str = "") -> list[str]:
    lines = textwrap.wrap(
        _SIGN.sub("\\1\u00a0", words),
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return [line.replace("\u00a0", " ") for line in lines]
