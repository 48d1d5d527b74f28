"""What a digest says, in order, in plain words; HTML, plain text and Slack only lay it out.

Every string here is clean and bounded (see words.py) but not yet escaped: each medium escapes for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model import SubscriptionKind
from monitor.render import facts
from monitor.render.parts import Group, Link, Mark, Outline, Quote, Telling
from monitor.render.subject import subject
from monitor.render.words import (
    EVENTS,
    HEADLINE,
    NAME,
    POLARITIES,
    QUOTE,
    REASON,
    SIGNS,
    TITLE,
    and_more,
    councils_listed,
    counted,
    item_date,
    moment,
    sentence,
    shown,
    source_of,
    unquoted,
    web_link,
    weekday,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.model import Digest, Item, SourceTrouble, Story, ThemeLabel
    from monitor.render.parts import Report

# Bounds that keep a phone's screen readable; what is beyond them is counted, never silently dropped.
_QUOTES, _MARKS, _COVERAGE, _TROUBLES, _COUNCILS = 3, 6, 8, 20, 12


def outline(
    digest: Digest,
    *,
    theme_titles: Mapping[str, str],
    timezone: ZoneInfo,
    quotes: bool = True,
    stories: int | None = None,
    reports: int | None = None,
) -> Outline:
    """The words for `digest`; `quotes`, `stories` and `reports` shorten it, and what is cut is counted."""
    told_stories = digest.stories[:stories]
    told_reports = tuple(facts.report(news) for news in digest.inspections[:reports])
    groups = _groups(digest, told_stories, theme_titles, timezone, quotes=quotes)
    is_digest = digest.kind is SubscriptionKind.DIGEST and not digest.is_test
    name = shown(digest.subscription, NAME)
    councils = councils_listed([shown(council, NAME) for council in digest.councils], at_most=_COUNCILS)
    quiet = f"Nothing new was found about {councils} in this window." if digest.is_quiet else ""
    if digest.is_test:
        quiet = "This is a test that somebody asked for: it shows that messages arrive, and holds no news."
    return Outline(
        subject=subject(digest),
        preheader=shown(_preheader(told_reports, groups) or quiet, 140),
        kicker=f"{name} · {weekday(digest.composed_at.astimezone(timezone))}",
        quiet=quiet,
        reports=told_reports,
        groups=groups,
        expected=facts.expectations(digest.expected),
        more_expected=facts.more_expectations(digest.expected),
        more=_more(
            digest.more + len(digest.stories) - len(told_stories),
            len(digest.inspections) - len(told_reports),
            quotes_told=quotes,
        ),
        sources=_sources(digest) if is_digest else "",
        failing=_troubles(digest.failing, timezone),
        gaps=_troubles(digest.gaps, timezone),
        window=(
            f"Covers what was first seen from {moment(digest.window.start, timezone)} "
            f"to {moment(digest.window.end, timezone)} ({timezone.key} time)."
            if is_digest
            else ""
        ),
        why=f"You get this because the {digest.kind.value} “{name}” follows {councils}.",
        stop=f"To stop or change it, ask whoever runs the monitor, or edit digests.toml: {name}.",
    )


# --- stories -----------------------------------------------------------------------------------------------


def _groups(
    digest: Digest,
    stories: Sequence[Story],
    theme_titles: Mapping[str, str],
    timezone: ZoneInfo,
    *,
    quotes: bool,
) -> tuple[Group, ...]:
    """Stories under the first council the reader follows, in the order in which each council first comes up."""
    of_reports: dict[int, set[str]] = {}  # story → the words of its report that the facts above quote already
    for news in digest.inspections:
        if news.unread:
            continue  # its facts are not told above, so the story keeps its own title
        of_reports.setdefault(news.story, set()).update(news.inspection.areas_for_improvement[: facts.AREAS])
    by_council: dict[str, list[Telling]] = {}
    for story in stories:
        home = next((c for c in story.councils if c in digest.councils), next(iter(story.councils), ""))
        told_above = of_reports.get(story.id) if story.lead.item.is_report else None
        telling = _telling(story, home, theme_titles, timezone, told_above=told_above, quotes=quotes)
        if told_above is not None and not (telling.about or telling.marks or telling.quotes or telling.coverage):
            continue  # the facts above are all there is to tell of it
        by_council.setdefault(shown(home, NAME) or "No one council", []).append(telling)
    return tuple(Group(council=council, stories=tuple(told)) for council, told in by_council.items())


def _telling(
    story: Story,
    home: str,
    theme_titles: Mapping[str, str],
    timezone: ZoneInfo,
    *,
    told_above: set[str] | None,
    quotes: bool,
) -> Telling:
    """The story in words; of a report whose facts stand above, only themes, coverage and what was not quoted there."""
    lead = story.lead.item
    is_told_above = told_above is not None
    title = "What the report says" if is_told_above else shown(lead.title, TITLE) or "Untitled story"
    others = [shown(council, NAME) for council in story.councils if council != home]
    also = f"also about {councils_listed(others, at_most=5)}" if others else ""
    event = sentence(EVENTS.get(story.event, "")) if story.event else ""
    parts = (also,) if is_told_above else (event, source_of(lead), item_date(lead, timezone), also)
    coverage = [told.item for told in story.items[1:]]
    titled = [
        (shown(theme_titles.get(label.theme, label.theme), NAME), label)
        for label, _ in story.themes
        if _first_not_told(label, told_above or set())
    ]
    return Telling(
        title=Link(text=title, url=web_link(lead.url)),
        about=sentence(" · ".join(filter(None, parts))),
        update=story.is_update,
        marks=tuple(
            Mark(theme=theme, polarity=label.polarity, words=POLARITIES[label.polarity])
            for theme, label in titled[:_MARKS]
        ),
        more_marks=and_more(len(titled) - _MARKS, "theme", "themes"),
        quotes=_quotes(story, theme_titles, told_above or set()) if quotes else (),
        coverage=tuple(_coverage(item) for item in coverage[:_COVERAGE]),
        more_coverage=and_more(len(coverage) - _COVERAGE, "item", "items"),
    )


def _quotes(story: Story, theme_titles: Mapping[str, str], told_above: set[str]) -> tuple[Quote, ...]:
    """The best sentence of each theme, at most three; a sentence that earned several themes is quoted once."""
    named: dict[str, list[str]] = {}
    found: dict[str, tuple[ThemeLabel, str]] = {}
    for label, url in story.themes:
        text = _first_not_told(label, told_above)
        if not text:
            continue  # all that earned this theme was quoted already
        found.setdefault(text, (label, url))
        sign = SIGNS[next(one.polarity for one in label.evidence if one.text == text)]
        named.setdefault(text, []).append(f"{sign} {shown(theme_titles.get(label.theme, label.theme), NAME)}")
    if not found:
        return _summary(story.lead.item) if not told_above else ()
    sources = {told.item.url: source_of(told.item) for told in story.items}
    return tuple(
        Quote(
            text=shown(unquoted(text), QUOTE),
            themes=", ".join(named[text][:_QUOTES]),
            link=Link(text=sources.get(url, "source"), url=web_link(url)),
        )
        for text, (_, url) in list(found.items())[:_QUOTES]
    )


def _first_not_told(label: ThemeLabel, told_above: set[str]) -> str:
    """The best sentence of a theme that was not quoted above; "" when all were: then no more is to be said of it."""
    return next((one.text for one in label.evidence if one.text.strip("• ") not in told_above), "")


def _summary(item: Item) -> tuple[Quote, ...]:
    """What the item itself says first, for a story without a theme: no story is told without its own words."""
    words = shown(item.summary or item.text, QUOTE)
    link = Link(text=source_of(item), url=web_link(item.url))
    return (Quote(text=unquoted(words), themes="", link=link),) if words else ()


def _coverage(item: Item) -> Link:
    return Link(text=f"{source_of(item)}: {shown(item.title, HEADLINE)}", url=web_link(item.url))


def _more(stories: int, reports: int, *, quotes_told: bool) -> tuple[str, ...]:
    """What was left out for length."""
    cut = filter(None, (and_more(reports, "report", "reports"), and_more(stories, "story", "stories")))
    lines = [f"{sentence(number)}, left out for length." for number in cut]
    if not quotes_told:
        lines.append("Quotations were left out for length; each title leads to its source.")
    return tuple(lines)


def _preheader(reports: Sequence[Report], groups: Sequence[Group]) -> str:
    """The first thing worth knowing that the subject may not have said."""
    for report in reports:
        if changed := [row for row in report.judged if row.before]:
            return "; ".join(f"{row.name}: {row.before} → {row.now}" for row in changed)
        if report.judged:
            return "; ".join(f"{row.name}: {row.now}" for row in report.judged)
    titles = [story.title.text for group in groups for story in group.stories]
    return "; ".join(titles[1:] or titles)  # the first is in the subject


# --- sources -----------------------------------------------------------------------------------------------


def _sources(digest: Digest) -> str:
    """One sentence on whether the monitor could see, so that silence is never mistaken for no news."""
    answered = counted(digest.sources_checked, "source", "sources")
    if digest.failing:
        failed = counted(len(digest.failing), "source is", "sources are")
        return f"{answered} answered; {failed} failing, so news may be missing here."
    if not digest.sources_checked:
        return "No source was checked in this window, so news may be missing here."
    return "The one source answered." if digest.sources_checked == 1 else f"All {answered} answered."


def _troubles(troubles: Sequence[SourceTrouble], timezone: ZoneInfo) -> tuple[str, ...]:
    lines = []
    for trouble in troubles[:_TROUBLES]:
        reason = shown(trouble.reason, REASON)
        when = f"since {moment(trouble.since, timezone)}"
        lines.append(f"{shown(trouble.source, NAME)}: {when}{f': {reason}' if reason else ''}")
    if more := and_more(len(troubles) - _TROUBLES, "source", "sources"):
        lines.append(more)
    return tuple(lines)
