"""What a digest says, in order, in plain words; every medium only lays it out.

Every string here is clean and bounded (see words.py) but not yet escaped: each medium escapes for itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.model import STOP_MARK, SubscriptionKind
from monitor.render import facts
from monitor.render.parts import Link, Outline
from monitor.render.preheader import news_of, preheader, titles_of
from monitor.render.stories import groups, headline, headlines
from monitor.render.subject import subject
from monitor.render.trends import trends
from monitor.render.words import (
    NAME,
    REASON,
    and_more,
    councils_listed,
    counted,
    listed,
    moment,
    shown,
    weekday,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.model import Digest, SourceTrouble, Undelivered

# Bounds that keep a phone's screen readable; what is beyond them is counted, never silently dropped.
_TROUBLES, _COUNCILS, _AGAIN, _AGAIN_IN_SHORT = 20, 12, 20, 5
_ALIKE, _NAMES = 4, 12  # sources that fail for one reason and share a line, and those it names

# Where a reader finds what no message has room for.
_WHERE = "the digest as data (JSON, by webhook or in a folder) holds all"

_ADVICE = (
    "Run “ofsted-monitor check”: it says what is wrong with a channel, and with --send-test it sends a test message.",
    "Put the address right in digests.toml, or the channel in monitor.toml.",
    "“ofsted-monitor deliver --again” then sends what was given up in the last seven days.",
    "Other recipients and later messages were not held up.",
)


def outline(
    digest: Digest,
    *,
    theme_titles: Mapping[str, str],
    timezone: ZoneInfo,
    can_stop: bool = False,
    contact: str = "",
    quotes: bool = True,
    linked: int | None = None,
    stories: int | None = None,
    reports: int | None = None,
) -> Outline:
    """The words for `digest`. So many `stories` are told at length, the others by headline, and of these so many, the
    `linked`; `quotes` and `reports` shorten it too. What is cut is counted."""
    told_stories = digest.stories[:stories]
    told_linked = (*digest.stories[len(told_stories) :], *digest.linked)[:linked]
    digest_told = replace(digest, inspections=digest.inspections[:reports])
    told_reports = tuple(facts.report(news) for news in digest_told.inspections)
    told_groups = groups(digest_told, told_stories, theme_titles, timezone, quotes=quotes)
    is_digest = digest.kind is SubscriptionKind.DIGEST and not digest.is_test
    name = shown(digest.subscription, NAME)
    councils = councils_listed([shown(council, NAME) for council in digest.councils], at_most=_COUNCILS)
    quiet = _quiet(digest, councils)
    headlined = headlines(digest, told_linked)
    told_again = digest.repeated[: _AGAIN if quotes else _AGAIN_IN_SHORT]
    failed = _undelivered(digest.undelivered, timezone)
    sources = _sources(digest) if is_digest else ""
    line = subject(digest)
    return Outline(
        subject=line,
        preheader=preheader(
            line, (*failed, *news_of(told_reports), *titles_of(told_groups, headlined), quiet, sources)
        ),
        kicker=f"{name} · {weekday(digest.composed_at.astimezone(timezone))}",
        quiet=quiet,
        reports=told_reports,
        groups=told_groups,
        trends=trends(digest, theme_titles),
        expected=facts.expectations(digest.expected),
        more_expected=facts.more_expectations(digest.expected),
        more=_more(
            digest,
            reports=len(digest.inspections) - len(told_reports),
            stories=len(digest.stories) - len(told_stories) + len(digest.linked) - len(told_linked),
            quotes_told=quotes,
        ),
        linked_heading=f"{counted(len(told_linked), 'more story', 'more stories')}, by headline" if told_linked else "",
        linked=headlined,
        repeated="" if digest.is_quiet else _repeated(len(digest.repeated), "more "),
        again=tuple(headline(told.item) for told in told_again),
        more_again=and_more(len(digest.repeated) - len(told_again), "item", "items"),
        undelivered=failed,
        advice=_ADVICE if digest.undelivered else (),
        sources=sources,
        failing=_troubles(digest.failing, timezone),
        gaps=_troubles(digest.gaps, timezone),
        window=(
            f"Covers what was first seen between {moment(digest.window.start, timezone)} "
            f"and {moment(digest.window.end, timezone)} ({timezone.key} time)."
            if is_digest
            else ""
        ),
        why=_why(digest, name, councils),
        stop=_stop(digest, name, contact),
        stop_link=Link(text="Stop these messages", url=STOP_MARK) if can_stop else None,
    )


def _stop(digest: Digest, name: str, contact: str) -> str:
    """Whom a reader asks, who has no file to edit; the operator has."""
    if digest.undelivered:
        return f"To stop or change it, edit digests.toml: {name}."
    scheme, _, address = contact.partition("?")[0].partition(":")
    whom = f"write to {shown(address, NAME)}" if scheme == "mailto" and address else "ask whoever runs the monitor"
    return f"To stop or change it, {whom}, and name “{name}”."


def _quiet(digest: Digest, councils: str) -> str:
    """What is said instead of news; "" where there is some."""
    if digest.is_test:
        return "This is a test that somebody asked for: it shows that messages arrive, and holds no news."
    if not digest.is_quiet:
        return ""
    if not digest.sources_checked and not digest.failing:
        return f"No source has been checked yet, so nothing can be said about {councils}."
    repeated = _repeated(len(digest.repeated))
    if not digest.sources_checked:
        missing = f"so news about {councils} may be missing"
        return f"No source could be read when last asked, {missing}. {repeated}".rstrip()
    return f"Nothing new was found about {councils} in the time covered. {repeated}".rstrip()


def _why(digest: Digest, name: str, councils: str) -> str:
    if digest.undelivered:
        return f"You get this because “{name}” is told when a message does not arrive."
    return f"You get this because the {digest.kind.value} “{name}” follows {councils}."


def _more(digest: Digest, *, reports: int, stories: int, quotes_told: bool) -> tuple[str, ...]:
    """What is not told here, counted: what was cut for length, and what the next digest is owed."""
    waiting = digest.more - len(digest.linked)
    if not digest.left_out:
        stories, waiting = stories + waiting, 0
    cut = ((reports, "more report was", "more reports were"), (stories, "more story was", "more stories were"))
    lines = [f"{counted(number, one, many)} left out for length; {_WHERE}." for number, one, many in cut if number > 0]
    if waiting > 0:
        lines.append(f"{counted(waiting, 'more story', 'more stories')} did not fit and will be in the next digest.")
    if not quotes_told:
        lines.append("Quotations were left out for length; each title leads to its source.")
    return tuple(lines)


def _repeated(items: int, more: str = "") -> str:
    """That stories told before were told again by others, and that nothing is missed by not reading them."""
    if not items:
        return ""
    repeat = "item repeats a story" if items == 1 else "items repeat stories"
    return f"{items:,} {more}{repeat} you have already had."


def _undelivered(messages: Sequence[Undelivered], timezone: ZoneInfo) -> tuple[str, ...]:
    """What did not arrive. Recipients are named by their place: addresses are secrets."""
    lines = [
        f"{shown(one.subscription, NAME)}, recipient {one.position + 1} ({shown(one.channel, NAME)}), "
        f"composed {moment(one.composed_at, timezone)}: {shown(one.reason, REASON) or 'no reason is known'}"
        for one in messages[:_TROUBLES]
    ]
    return tuple(filter(None, (*lines, and_more(len(messages) - _TROUBLES, "message", "messages"))))


# --- sources -----------------------------------------------------------------------------------------------


def _sources(digest: Digest) -> str:
    """One sentence on whether the monitor could see, so that silence is never mistaken for no news."""
    answered = counted(digest.sources_checked, "source", "sources")
    if digest.failing and not digest.sources_checked:
        failed = counted(len(digest.failing), "source is", "sources are")
        return (
            f"{failed} failing."
            if digest.is_quiet
            else f"No source answered when last asked; {failed} failing, so news may be missing here."
        )
    if digest.failing:
        failed = counted(len(digest.failing), "source is", "sources are")
        return f"{answered} answered when last asked; {failed} failing, so news may be missing here."
    if not digest.sources_checked:
        return "No source has been checked yet, so news may be missing here."
    asked = "The one source" if digest.sources_checked == 1 else f"All {answered}"
    return f"{asked} answered when last asked."


def _troubles(troubles: Sequence[SourceTrouble], timezone: ZoneInfo) -> tuple[str, ...]:
    """A line a source; one for all that fail for one reason, where they are many."""
    by_reason: dict[tuple[str, str], list[SourceTrouble]] = {}
    for trouble in troubles:
        by_reason.setdefault((trouble.reason, "" if trouble.reason else trouble.source), []).append(trouble)
    lines: list[tuple[int, str]] = []  # with how many sources each tells of
    for alike in by_reason.values():
        if len(alike) >= _ALIKE:
            lines.append((len(alike), _in_one_line(alike, timezone)))
        else:
            lines += [(1, _trouble(one, timezone)) for one in alike]
    told = lines[:_TROUBLES]
    more = and_more(sum(number for number, _ in lines[_TROUBLES:]), "source", "sources")
    return tuple(filter(None, (*(line for _, line in told), more)))


def _trouble(one: SourceTrouble, timezone: ZoneInfo) -> str:
    reason = shown(one.reason, REASON)
    return f"{shown(one.source, NAME)}: since {moment(one.since, timezone)}{f': {reason}' if reason else ''}"


def _in_one_line(alike: Sequence[SourceTrouble], timezone: ZoneInfo) -> str:
    """As in "33 sources, since 15 June 2026, 07:30: the host name could not be found: Moor FM, …"."""
    moments = [moment(one.since, timezone) for one in sorted(alike, key=lambda one: one.since)]
    since = f"since {moments[0]}" if len(set(moments)) == 1 else f"the first since {moments[0]}"
    names = [shown(one.source, NAME) for one in alike[:_NAMES]]
    if len(alike) > _NAMES:
        names.append(counted(len(alike) - _NAMES, "more source", "more sources"))
    return f"{len(alike):,} sources, {since}: {shown(alike[0].reason, REASON)}: {listed(names)}"
