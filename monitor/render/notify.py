"""The message in GOV.UK Notify's markup, to be put in where a template of the service says ((body)).

Notify reads headings (# and ##), bullets (*), inset text (^), a rule (---) and bare web addresses, and makes of them
the HTML and the plain text of its mail. It reads them in what is put into a template as well, so that each piece of
text from outside is escaped: it may bring a web address, which is shown as it is, and nothing else.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from monitor.model import STOP_FROM, STOP_TO
from monitor.render.parts import AGAIN, EXPECTED, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.render.parts import Link, Outline, Quote, Report, Telling


# Gmail cuts a mail at 102 kB, and the page that Notify puts around the body takes up to 8 of them.
MAX_BYTES = 93_500

# What Notify's renderer (its markdown.py) writes around a block, by how it begins, around each bullet, at the end of a
# line and around an address; in bytes, rounded up.
_AROUND = {"# ": 140, "##": 140, "* ": 215, "^ ": 235}
_AROUND_PARAGRAPH, _AROUND_BULLET, _LINE_END, _AROUND_ADDRESS = 95, 115, 8, 70


def fits_mail(markup: str) -> bool:
    """Whether the HTML that Notify makes of `markup` is surely small enough that no mail program cuts it."""
    return sum(map(_bytes, markup.split("\n\n"))) < MAX_BYTES


def _bytes(block: str) -> int:
    """How many bytes of HTML Notify makes of a block, at most."""
    around = _AROUND.get(block[:2], _AROUND_PARAGRAPH) + _LINE_END * block.count("\n")
    bullets = _AROUND_BULLET * len(re.findall(r"^\* ", block, re.MULTILINE))
    addresses = sum(len(escape(one)) + _AROUND_ADDRESS for one in re.findall(r"https?://\S+", block))
    return len(escape(block).encode()) + around + bullets + addresses


def notify(message: Outline) -> str:
    """The whole message, its blocks parted by empty lines."""
    return "\n\n".join(_blocks(message)) + "\n"


def _blocks(message: Outline) -> Iterator[str]:
    yield line(message.kicker)
    yield from _paragraphs([message.quiet])
    yield from _list("", message.undelivered)
    yield from _list("# What to do", message.advice)
    if message.reports:
        yield "# Reports published"
    for report in message.reports:
        yield from _report(report)
    for group in message.groups:
        yield _heading(f"# Stories: {inline(group.council)}")
        for story in group.stories:
            yield from _story(story)
    yield from _by_headline(message)
    if message.trends:
        yield from ("# Themes by council", line(message.trends.caption))
        yield from _list("", [row.line for row in message.trends.rows])
        yield from _paragraphs(message.trends.notes)
    if message.expected:
        yield from ("# What to expect", line(EXPECTED))
        yield _bullets(_lines(line(one.text), _link(one.source)) for one in message.expected)
    yield from _paragraphs([message.more_expected])
    yield from _sources(message)
    yield "---"
    yield from _paragraphs([message.window, message.why, message.stop])
    if message.stop_link:
        yield f"{STOP_FROM}{message.stop_link.text}: {message.stop_link.url}{STOP_TO}"


def _by_headline(message: Outline) -> Iterator[str]:
    """What is told by headline, or not at all."""
    if message.linked:
        yield f"# {message.linked_heading}"
    for group in message.linked:
        yield _heading(f"## {inline(group.council)}")
        yield _bullets(map(_link, group.links))
    yield from _paragraphs([*message.more, message.repeated])
    if message.again:
        yield AGAIN
        yield _bullets([*map(_link, message.again), *filter(None, [message.more_again])])


def _report(report: Report) -> Iterator[str]:
    yield _heading(f"## {inline(report.heading)}")
    if report.dates:
        yield line(f"{report.dates}.")
    if report.priority_action:
        yield "PRIORITY ACTION"
    yield from (_inset(f"“{inline(action)}”") for action in report.actions)
    if report.judged:
        yield _bullets(line(f"{row.name}: {row.line}") for row in report.judged)
    yield from _paragraphs(report.notes)
    if report.to_improve:
        yield "What needs to improve, in the report’s words:"
        yield _bullets(map(line, filter(None, (*report.to_improve, report.more_to_improve))))
    if report.link.url:
        yield _link(report.link)
    if report.next:
        yield _lines(line(report.next.text), _link(report.next.source))


def _story(story: Telling) -> Iterator[str]:
    yield _heading(f"## {inline(story.title.text)}")
    new = line(f"UPDATE: {story.new}." if story.new else "UPDATE") if story.update else ""
    if opening := _lines(new, line(story.about), address(story.title.url)):
        yield opening
    marks = [line(f"{mark.words}: {mark.theme}") for mark in story.marks]
    if more := line(story.more_marks):
        marks.append(more)
    if marks:
        yield _bullets(marks)
    for quote in story.quotes:
        yield _quote(quote, story.title.url)
    if story.response:
        yield _link(story.response)
    if story.others:
        yield _lines(OTHERS, line(story.others.about))
        for quote in story.others.quotes:
            yield _quote(quote, story.title.url)
        yield from _paragraphs([story.others.more])
    if story.coverage:
        yield "Also in:"
        coverage = [_link(link) for link in story.coverage]
        if more := line(story.more_coverage):
            coverage.append(more)
        yield _bullets(coverage)


def _quote(quote: Quote, told: str) -> str:
    """A sentence and whose it is; where it stands, unless that was `told`."""
    source = inline("; ".join(filter(None, (quote.themes, quote.link.text))))
    url = address(quote.link.url) if quote.link.url != told else ""
    return _inset(_lines(f"“{inline(quote.text)}”", source and f"— {source}", url))


def _sources(message: Outline) -> Iterator[str]:
    if message.sources or message.failing or message.gaps:
        yield "# Sources"
    yield from _paragraphs([message.sources])
    yield from _list("Failing:", message.failing)
    yield from _list("Items may have been missed:", message.gaps)


# --- blocks ------------------------------------------------------------------------------------------------


def _heading(text: str) -> str:
    """A number sign at its end would be left out, escaped or not, were it the last character."""
    return f"{text}\N{NO-BREAK SPACE}" if text.endswith("#") else text


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    return (line(text) for text in texts if text)


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"* {item}" for item in items)


def _list(heading: str, texts: Iterable[str]) -> Iterator[str]:
    if items := [line(text) for text in texts]:
        yield from filter(None, (heading, _bullets(items)))


def _inset(text: str) -> str:
    return "\n".join(f"^ {one}" for one in text.split("\n"))


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _link(link: Link) -> str:
    """Its words, and the address on a line of its own: Notify links bare addresses alone."""
    return _lines(line(link.text), address(link.url))


# --- text from outside -------------------------------------------------------------------------------------

# What Notify takes for the beginning of a block, at the beginning of a line.
_BLOCK = re.compile(
    r"(?P<escapable>[-*+_~`|])"  # bullets, rules, fences, tables
    r"|(?P<other>[\^•=])"  # an inset, a bullet, the line under a heading: a backslash does not help against these
    r"|(?P<number>\d+)\."
)


def inline(text: str) -> str:
    """Text that stands after something of ours on its line: no link, no image, no heading's end, no placeholder.

    A backslash takes its meaning from what follows it; Notify does not show it.
    """
    return re.sub(r"(?<=\()\(", r"\\(", re.sub(r"[\\\[\]#]", r"\\\g<0>", text))


def line(text: str) -> str:
    """Text that begins a line, a bullet's or a paragraph's: neither does it begin a block."""
    escaped = inline(text)
    match _BLOCK.match(escaped):
        case None:
            return escaped
        case found if found["number"]:
            return f"{found['number']}\\{escaped[found.end('number') :]}"
        case found:
            # A no-break space is no space to Notify's grammar, and looks like one.
            return ("\\" if found["escapable"] else "\N{NO-BREAK SPACE}") + escaped


def address(url: str) -> str:
    """A bare address, all of which Notify links: it would leave out some last characters, and what follows a quote."""
    return re.sub(r"[\"'()<>\[\]\\]|[.,:]$", lambda found: f"%{ord(found[0]):02X}", url)
