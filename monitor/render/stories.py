"""Stories in words: each at length under its council, or by headline alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model import Event, UpdateReason
from monitor.render import facts
from monitor.render.parts import Group, Headlines, Link, Mark, Quote, Telling
from monitor.render.words import (
    EVENTS,
    HEADLINE,
    NAME,
    POLARITIES,
    QUOTE,
    SIGNS,
    TITLE,
    and_more,
    councils_listed,
    grade,
    item_date,
    sentence,
    shown,
    source_of,
    unquoted,
    web_link,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.model import Digest, Item, Story, ThemeLabel

# Bounds that keep a phone's screen readable; what is beyond them is counted, never silently dropped.
_QUOTES, _MARKS = 3, 6


def groups(
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
        home = _home(story, digest)
        told_above = of_reports.get(story.id) if story.lead.item.is_report else None
        telling = _telling(story, home, theme_titles, timezone, told_above=told_above, quotes=quotes)
        if told_above is not None and not (telling.about or telling.marks or telling.quotes or telling.coverage):
            continue  # the facts above are all there is to tell of it
        by_council.setdefault(_named(home), []).append(telling)
    return tuple(Group(council=council, stories=tuple(told)) for council, told in by_council.items())


def headlines(digest: Digest, stories: Sequence[Story]) -> tuple[Headlines, ...]:
    """Stories by headline and link alone, ordered like `groups`."""
    by_council: dict[str, list[Link]] = {}
    for story in stories:
        link = headline(story.lead.item, "Update: " if story.is_update else "")
        by_council.setdefault(_named(_home(story, digest)), []).append(link)
    return tuple(Headlines(council=council, links=tuple(links)) for council, links in by_council.items())


def headline(item: Item, before: str = "") -> Link:
    title = shown(item.title, HEADLINE) or "Untitled story"
    return Link(text=f"{before}{title} ({source_of(item)})", url=web_link(item.url))


def _home(story: Story, digest: Digest) -> str:
    """The council a story is told under: the first of its own that the reader follows."""
    return next((c for c in story.councils if c in digest.councils), next(iter(story.councils), ""))


def _named(council: str) -> str:
    return shown(council, NAME) or "No one council"


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
    coverage = [told.item for told in story.told[1:]]
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
        coverage=tuple(_coverage(item) for item in coverage),
        more_coverage=and_more(len(story.items) - len(story.told), "item", "items"),
        new=sentence("; ".join(_new(story))),
    )


def _new(story: Story) -> Iterator[str]:
    """What happened since the story was told."""
    labels = [told.classification for told in story.items]
    for reason in story.new:
        if reason is UpdateReason.REPORT:
            yield "Ofsted’s report is out"
        elif reason is UpdateReason.JUDGEMENT:
            judged = next((one.judgement for one in labels if one.judgement_is_new and one.judgement), None)
            yield f"now judged {grade(judged)}" if judged else "another judgement than was told before"
        elif any(one.event is Event.COUNCIL_RESPONSE for one in labels):
            yield "the council has responded"
        else:
            yield "there is an official response"


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
