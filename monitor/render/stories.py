"""Stories in words: each at length under its council, or by headline alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.councils import council_named
from monitor.model import Event, UpdateReason
from monitor.render import facts
from monitor.render.parts import Group, Headlines, Link, Others, Telling
from monitor.render.quoting import is_left_to_tell, judgement_quoted, own_words, summary, themes_proved
from monitor.render.words import (
    EVENTS,
    HEADLINE,
    NAME,
    POLARITIES,
    TITLE,
    and_more,
    councils_listed,
    counted,
    grade,
    in_brackets,
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

    from monitor.model import Digest, Item, Polarity, Story, ToldItem
    from monitor.render.parts import Quote


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
        telling = _telling(story, digest, theme_titles, timezone, told_above=told_above, quotes=quotes)
        if told_above is not None and not (
            telling.about or telling.more_marks or telling.quotes or _is_covered(telling)
        ):
            continue  # the facts above are all there is to tell of it
        by_council.setdefault(_named(home), []).append(telling)
    return tuple(Group(council=council, stories=tuple(told)) for council, told in by_council.items())


def _is_covered(telling: Telling) -> bool:
    return bool(telling.coverage or telling.response or telling.others)


def headlines(digest: Digest, stories: Sequence[Story]) -> tuple[Headlines, ...]:
    """Stories by headline and link alone, ordered like `groups`."""
    by_council: dict[str, list[Link]] = {}
    for story in stories:
        link = headline(story.lead.item, "Update: " if story.is_update else "")
        by_council.setdefault(_named(_home(story, digest)), []).append(link)
    return tuple(Headlines(council=council, links=tuple(links)) for council, links in by_council.items())


def headline(item: Item, before: str = "") -> Link:
    title = shown(item.title, HEADLINE) or "Untitled story"
    return Link(text=f"{before}{title} {in_brackets(item)}", url=web_link(item.url))


def _home(story: Story, digest: Digest) -> str:
    """The council a story is told under: the first of its own that the reader follows."""
    return next((c for c in story.own_councils if c in digest.councils), next(iter(story.own_councils), ""))


def _named(council: str) -> str:
    return shown(council, NAME) or "No one council"


def _telling(
    story: Story,
    digest: Digest,
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
    also = _also([council for council in story.own_councils if council != _home(story, digest)])
    own = story.lead.classification.event or story.event
    answer = _response(story)
    new = tuple(_new(story, digest, answer))
    event = sentence(EVENTS.get(own, "")) if own else ""
    if own is Event.COUNCIL_RESPONSE:
        is_said = any(one.endswith(_HAS_RESPONDED) for one in new)
        event = "" if is_said else event if lead.is_official else "On a council’s response"
    parts = (also,) if is_told_above else (event, source_of(lead), item_date(lead, timezone), also)
    coverage = [told.item for told in story.told[1:] if told is not answer]
    voices = story.items[:1] if lead.is_report else story.items
    themes = [label for label, _ in story.own_themes if is_left_to_tell(label, told_above or set())]
    said, marks = themes_proved(story.own_themes, voices, theme_titles, told_above or set()) if quotes else ((), {})
    unproved = [label.polarity for label in themes if label.theme not in marks]
    return Telling(
        title=Link(text=title, url=web_link(lead.url)),
        about=sentence(" · ".join(filter(None, parts))),
        update=story.is_update,
        marks=tuple(marks.values()),
        more_marks=_themes(unproved, is_more=bool(marks)),
        quotes=_quotes(story, said, None if lead.is_report else answer, told_above) if quotes else (),
        response=_answered(answer) if answer else None,
        others=_others(story, answer, theme_titles, told_above or set(), quotes=quotes),
        coverage=tuple(_coverage(item) for item in coverage),
        more_coverage=and_more(len(story.items) - len(story.told), "item", "items"),
        new=sentence("; ".join(new)),
    )


def _also(councils: Sequence[str]) -> str:
    return f"also about {councils_listed([shown(one, NAME) for one in councils], at_most=5)}" if councils else ""


def _others(
    story: Story, answer: ToldItem | None, theme_titles: Mapping[str, str], told_above: set[str], *, quotes: bool
) -> Others | None:
    """What is said beside Ofsted's report that leads, under whose words it is: a council's answer, and what the press
    makes of it. None where that is nothing."""
    if not story.others:
        return None
    answered = own_words(answer) if answer and quotes else ()
    said, marks = (
        themes_proved(story.others_themes, story.others, theme_titles, told_above, marked=False) if quotes else ((), {})
    )
    left = (label for label, _ in story.others_themes if is_left_to_tell(label, told_above))
    unproved = [label.polarity for label in left if label.theme not in marks]
    about, more = sentence(_also(story.others_councils)), _themes(unproved, is_more=bool(marks))
    told = {one.text: one for one in reversed((*answered, *said))}
    return Others(about=about, quotes=tuple(reversed(told.values())), more=more) if told or about or more else None


def _themes(polarities: Sequence[Polarity], *, is_more: bool) -> str:
    """As in "and 6 more themes (5 ▲ progress, 1 ▼ concern)": what is not named hides no balance."""
    if not polarities:
        return ""
    number = len(polarities)
    words = and_more(number, "theme", "themes") if is_more else counted(number, "theme", "themes")
    sides = (f"{count:,} {POLARITIES[side]}" for side, count in Counter(polarities).most_common())
    return f"{words} ({', '.join(sides) if number > 1 else POLARITIES[polarities[0]]})"


def _quotes(
    story: Story, of_themes: tuple[Quote, ...], answer: ToldItem | None, told_above: set[str] | None
) -> tuple[Quote, ...]:
    """What proves a judgement that only the press tells; the sentences of themes; what the council itself says."""
    judged = press_judged(story)
    proof: tuple[Quote, ...] = ()
    if judged and judged.classification.judgement:
        proof = judgement_quoted(judged, judged.classification.judgement, is_lead=judged is story.lead)
    found = (*proof, *of_themes)
    if not found and told_above is None:
        found = summary(story.lead.item)
    told = {one.text: one for one in reversed((*found, *(own_words(answer) if answer else ())))}
    return tuple(reversed(told.values()))


def _response(story: Story) -> ToldItem | None:
    """The council's response, else what it says itself of its report, where it is among what others tell: in its own
    words before what others make of it."""
    if _responds(story.lead):
        return None
    answers = min(filter(_responds, story.items[1:]), key=lambda told: not told.item.is_official, default=None)
    return answers or next((told for told in story.others if _is_own(told.item, story.own_councils)), None)


def _responds(told: ToldItem) -> bool:
    return told.classification.event is Event.COUNCIL_RESPONSE


def _is_own(item: Item, councils: Sequence[str]) -> bool:
    """Whether it stands on one of the councils' own sites, and was found there."""
    host = urlsplit(item.url).hostname or ""
    sites = (council.website for council in map(council_named, councils) if council and council.website)
    return item.is_official and any(f".{host}".endswith(f".{site}") for site in sites)


def _answered(told: ToldItem) -> Link:
    """A council's answer: as ours only where it stands on a public body's site and was found there."""
    item = told.item
    title = f"“{shown(unquoted(item.title), HEADLINE) or 'Untitled'}”"
    if not item.is_official:
        return Link(text=f"{_reports(item)} that {_HAS_RESPONDED}: {title}", url=web_link(item.url))
    who = "The council has responded" if _responds(told) else "From the council itself"
    return Link(text=f"{who}: {title} {in_brackets(item)}", url=web_link(item.url))


def _reports(item: Item) -> str:
    """As in "Wexmoor Echo reports"."""
    return f"{source_of(item)} reports"


def press_judged(story: Story) -> ToldItem | None:
    """The item that gives a new judgement, of a story told before, where none of its items is Ofsted's report."""
    if UpdateReason.JUDGEMENT not in story.new or any(told.item.is_report for told in story.items):
        return None
    return next(filter(_judges, story.items), None)


def _judges(told: ToldItem) -> bool:
    return told.classification.judgement_is_new and told.classification.judgement is not None


_HAS_RESPONDED = "the council has responded"


def _new(story: Story, digest: Digest, answer: ToldItem | None) -> Iterator[str]:
    """What happened since the story was told."""
    for reason in story.new:
        if reason is UpdateReason.REPORT:
            yield "Ofsted’s report is out"
        elif reason is UpdateReason.JUDGEMENT:
            yield _new_judgement(story, digest)
        elif answer and _responds(answer):
            continue  # told below, with its link
        else:
            yield _new_response(story)


def _new_response(story: Story) -> str:
    """An answer as news: as ours only where a public body's own site gives it."""
    answers = list(filter(_responds, story.items))
    if any(told.item.is_official for told in answers):
        return _HAS_RESPONDED
    if any(told.item.is_official for told in story.items):
        return "there is an official response"
    if answers:
        return f"{_reports(answers[0].item)} that {_HAS_RESPONDED}"
    return f"{_reports(story.lead.item)} an official response"


def _new_judgement(story: Story, digest: Digest) -> str:
    """A judgement as news: as ours only where Ofsted's report gives it."""
    reports = [told for told in story.items if told.item.is_report]
    judged = next(filter(_judges, reports or story.items), None)
    if judged is None or judged.classification.judgement is None:
        return "another judgement than was told before"
    told = grade(judged.classification.judgement)
    if reports:
        return f"now judged {told}"
    is_told = any(news.council in story.councils for news in digest.inspections)
    unseen = "" if is_told else "; no Ofsted report has been seen with it"
    return f"{_reports(judged.item)} a judgement of {told}{unseen}"


def _coverage(item: Item) -> Link:
    return Link(text=f"{source_of(item)}: {shown(item.title, HEADLINE)}", url=web_link(item.url))
