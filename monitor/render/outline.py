"""What a digest says, in order, in plain words; HTML, plain text and Slack only lay it out.

Every string here is clean and bounded (see words.py) but not yet escaped: each medium escapes for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from monitor.model import JUDGEMENTS, InspectionKind, Polarity, SubscriptionKind
from monitor.render.subject import subject
from monitor.render.words import (
    EVENTS,
    KINDS,
    POLARITIES,
    SEND_OUTCOMES,
    SIGNS,
    before,
    councils_listed,
    counted,
    days,
    grade,
    grades,
    item_date,
    moment,
    sentence,
    shown,
    source_of,
    unquoted,
    web_link,
    weekday,
)
from monitor.render.words import day as day_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.model import Digest, InspectionNews, Item, SourceTrouble, Story, ThemeLabel

# Full inspections held from this day on get no overall grade. Reports of earlier ones came out for months after it,
# with the grade: so the day of the inspection decides, and that of the report only where it is all we know.
_NO_OVERALL_FROM = date(2026, 4, 1)

_WITHOUT_GRADES = (InspectionKind.FOCUSED_VISIT, InspectionKind.MONITORING_VISIT, InspectionKind.JTAI)

# Bounds that keep a phone's screen readable; what is beyond them is counted, never silently dropped.
_QUOTES, _MARKS, _COVERAGE, _TROUBLES, _COUNCILS, _AREAS = 3, 6, 8, 20, 12, 6
_TITLE, _HEADLINE, _QUOTE, _REASON, _NAME = 200, 90, 320, 200, 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead somewhere; without a `url` they are shown as words alone."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement now, and what it was where it changed."""

    name: str
    now: str
    before: str = ""  # "inadequate (March 2023)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The facts of a report published in the window."""

    heading: str  # "Devon: full inspection"
    link: Link  # to the report, worded "Read the report"
    dates: str
    priority_action: bool
    actions: tuple[str, ...]  # the report's words on priority action
    judged: tuple[Judged, ...]
    notes: tuple[str, ...]
    to_improve: tuple[str, ...]  # the report's words on what needs to improve
    more_to_improve: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A theme and its polarity: "Workforce stability", "▼ concern"."""

    theme: str
    polarity: Polarity
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence that earned one theme or several, or an item's own summary, with where it stands."""

    text: str
    themes: str  # "▼ Assessment, ▲ Early help"; "" for a summary
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One story as it is told."""

    title: Link
    about: str  # "Monitoring visit · Devon Live · 17 June 2026, 08:30"
    update: bool
    marks: tuple[Mark, ...]
    more_marks: str
    quotes: tuple[Quote, ...]
    coverage: tuple[Link, ...]  # the story's other items
    more_coverage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The stories told under one council's name."""

    council: str
    stories: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A whole message; "" and () stand for what is not said."""

    subject: str
    preheader: str  # what a mail client shows after the subject
    kicker: str
    quiet: str  # said instead of news when there is none
    reports: tuple[Report, ...]
    groups: tuple[Group, ...]
    more: tuple[str, ...]
    sources: str
    failing: tuple[str, ...]
    gaps: tuple[str, ...]
    window: str
    why: str
    stop: str


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
    told_reports = tuple(_report(news) for news in digest.inspections[:reports])
    groups = _groups(digest, told_stories, theme_titles, timezone, quotes=quotes)
    is_digest = digest.kind is SubscriptionKind.DIGEST and not digest.is_test
    name = shown(digest.subscription, _NAME)
    councils = councils_listed([shown(council, _NAME) for council in digest.councils], at_most=_COUNCILS)
    quiet = f"Nothing new was found about {councils} in this window." if digest.is_empty else ""
    if digest.is_test:
        quiet = "This is a test that somebody asked for: it shows that messages arrive, and holds no news."
    return Outline(
        subject=subject(digest),
        preheader=shown(_preheader(told_reports, groups) or quiet, 140),
        kicker=f"{name} · {weekday(digest.composed_at.astimezone(timezone))}",
        quiet=quiet,
        reports=told_reports,
        groups=groups,
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


# --- reports -----------------------------------------------------------------------------------------------


def _report(news: InspectionNews) -> Report:
    inspection = news.inspection
    changes = {change.judgement: change for change in news.changes}
    judged = []
    for key, value in grades(inspection):
        change = changes.get(key)
        judged.append(
            Judged(
                name=JUDGEMENTS[key],
                now=grade(value),
                before=before(change) if change else "",
            )
        )
    published = f"published {day_in_words(news.published)}" if news.published else ""
    when = days(inspection.inspection_start, inspection.inspection_end)
    dates = "; ".join(filter(None, (published, f"inspected {when}" if when else "")))
    return Report(
        heading=f"{shown(news.council, _NAME)}: {shown(news.title, _TITLE) if news.unread else KINDS[inspection.kind]}",
        link=Link(text="Read the report", url=web_link(news.url)),
        dates=sentence(dates),
        priority_action=inspection.priority_action,
        actions=tuple(shown(action, _QUOTE) for action in inspection.priority_actions[:_QUOTES]),
        judged=tuple(judged),
        notes=_notes(news),
        to_improve=tuple(shown(area, _QUOTE) for area in inspection.areas_for_improvement[:_AREAS]),
        more_to_improve=_and_more(len(inspection.areas_for_improvement) - _AREAS, "area", "areas"),
    )


def _notes(news: InspectionNews) -> tuple[str, ...]:
    """What a reader could otherwise misread: why grades or changes are missing, and where the report disagrees."""
    inspection = news.inspection
    if news.unread:
        return (f"The report could not be read yet ({shown(news.unread, _REASON)}): open it for its judgements.",)
    notes = [_note_on_grades(news)]
    if inspection.send_outcome:
        notes.append(f"Outcome: {SEND_OUTCOMES[inspection.send_outcome]}.")
    if grades(inspection):
        if news.first_known:
            notes.append("No earlier judgement is known, so nothing here can be called a change.")
        elif not news.changes:
            notes.append("No change from the earlier judgements known.")
    if inspection.conflicts:
        places = "; ".join(shown(conflict, _REASON) for conflict in inspection.conflicts[:_QUOTES])
        notes.append(f"The report disagrees with itself, so please check it: {places}.")
    return tuple(filter(None, notes))


def _note_on_grades(news: InspectionNews) -> str:
    inspection = news.inspection
    kind = KINDS[inspection.kind]
    given = grades(inspection)
    if inspection.kind in _WITHOUT_GRADES and not given:
        return f"A {kind} gives no grades."
    if inspection.kind is InspectionKind.AREA_SEND:
        return "" if inspection.send_outcome or given else "No outcome could be read: see the report itself."
    if inspection.kind is InspectionKind.OTHER or inspection.judgements.get("overall"):
        return ""
    if not given:
        return "No judgements could be read: see the report itself."
    held = inspection.inspection_end or news.published
    if inspection.kind is InspectionKind.ILACS and held and held >= _NO_OVERALL_FROM:
        return "Full inspections give no overall grade since April 2026."
    return "No overall grade could be read: see the report itself."


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
        of_reports.setdefault(news.story, set()).update(news.inspection.areas_for_improvement[:_AREAS])
    by_council: dict[str, list[Telling]] = {}
    for story in stories:
        home = next((c for c in story.councils if c in digest.councils), next(iter(story.councils), ""))
        telling = _telling(
            story,
            home,
            theme_titles,
            timezone,
            told_above=of_reports.get(story.id) if story.lead.item.is_report else None,
            quotes=quotes,
        )
        by_council.setdefault(shown(home, _NAME) or "No one council", []).append(telling)
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
    title = "What the report says" if is_told_above else shown(lead.title, _TITLE) or "Untitled story"
    others = [shown(council, _NAME) for council in story.councils if council != home]
    also = f"also about {councils_listed(others, at_most=5)}" if others else ""
    event = sentence(EVENTS.get(story.event, "")) if story.event else ""
    parts = (also,) if is_told_above else (event, source_of(lead), item_date(lead, timezone), also)
    coverage = [told.item for told in story.items[1:]]
    titled = [(shown(theme_titles.get(label.theme, label.theme), _NAME), label) for label, _ in story.themes]
    return Telling(
        title=Link(text=title, url=web_link(lead.url)),
        about=sentence(" · ".join(filter(None, parts))),
        update=story.is_update,
        marks=tuple(
            Mark(theme=theme, polarity=label.polarity, words=POLARITIES[label.polarity])
            for theme, label in titled[:_MARKS]
        ),
        more_marks=_and_more(len(titled) - _MARKS, "theme", "themes"),
        quotes=_quotes(story, theme_titles, told_above or set()) if quotes else (),
        coverage=tuple(_coverage(item) for item in coverage[:_COVERAGE]),
        more_coverage=_and_more(len(coverage) - _COVERAGE, "item", "items"),
    )


def _quotes(story: Story, theme_titles: Mapping[str, str], told_above: set[str]) -> tuple[Quote, ...]:
    """The best sentence of each theme, at most three; a sentence that earned several themes is quoted once."""
    named: dict[str, list[str]] = {}
    found: dict[str, tuple[ThemeLabel, str]] = {}
    for label, url in story.themes:
        text = next((one.text for one in label.evidence if one.text.strip("• ") not in told_above), "")
        if not text:
            continue  # all that earned this theme was quoted already
        found.setdefault(text, (label, url))
        sign = SIGNS[next(one.polarity for one in label.evidence if one.text == text)]
        named.setdefault(text, []).append(f"{sign} {shown(theme_titles.get(label.theme, label.theme), _NAME)}")
    if not found:
        return _summary(story.lead.item) if not told_above else ()
    sources = {told.item.url: source_of(told.item) for told in story.items}
    return tuple(
        Quote(
            text=shown(unquoted(text), _QUOTE),
            themes=", ".join(named[text][:_QUOTES]),
            link=Link(text=sources.get(url, "source"), url=web_link(url)),
        )
        for text, (_, url) in list(found.items())[:_QUOTES]
    )


def _summary(item: Item) -> tuple[Quote, ...]:
    """What the item itself says first, for a story without a theme: no story is told without its own words."""
    words = shown(item.summary or item.text, _QUOTE)
    link = Link(text=source_of(item), url=web_link(item.url))
    return (Quote(text=unquoted(words), themes="", link=link),) if words else ()


def _coverage(item: Item) -> Link:
    return Link(text=f"{source_of(item)}: {shown(item.title, _HEADLINE)}", url=web_link(item.url))


def _and_more(number: int, one: str, many: str) -> str:
    return f"and {counted(number, f'more {one}', f'more {many}')}" if number > 0 else ""


def _more(stories: int, reports: int, *, quotes_told: bool) -> tuple[str, ...]:
    """What was left out for length."""
    cut = filter(None, (_and_more(reports, "report", "reports"), _and_more(stories, "story", "stories")))
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
        reason = shown(trouble.reason, _REASON)
        when = f"since {moment(trouble.since, timezone)}"
        lines.append(f"{shown(trouble.source, _NAME)}: {when}{f': {reason}' if reason else ''}")
    if more := _and_more(len(troubles) - _TROUBLES, "source", "sources"):
        lines.append(more)
    return tuple(lines)
