"""The subject line: it tells the news itself, not that there is some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model import JUDGEMENTS, Grade, SendOutcome, SubscriptionKind
from monitor.render.words import (
    bounded,
    change_in_words,
    correction_in_words,
    councils_listed,
    counted,
    expectation_in_words,
    grade,
    in_brackets,
    judgement_name,
    kind_of,
    listed,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.model import Change, Digest, Expectation, InspectionNews, Story

# Mail clients show 40 to 80 characters; beyond 150 nobody reads, and a Slack header takes no more.
LIMIT = 150


def subject(digest: Digest) -> str:
    """One clean line of at most `LIMIT` characters."""
    if digest.is_test:
        return bounded(f"Test: messages of “{shown(digest.subscription, 80)}” reach you", LIMIT)
    if digest.undelivered:
        return bounded(_of_undelivered(digest), LIMIT)
    line = _of_alert(digest) if digest.kind is SubscriptionKind.ALERT else _of_digest(digest)
    return bounded(line, LIMIT)


def _of_alert(digest: Digest) -> str:
    if not digest.inspections:
        return _headline(digest.stories[0]) if digest.stories else f"Alert: {shown(digest.subscription, 80)}"
    news = digest.inspections[0]
    council, kind = shown(news.council, 60), kind_of(news)
    if len({one.council for one in digest.inspections}) > 1:
        return _naming([_report(one) for one in digest.inspections], lambda unnamed: _counts(unnamed, 0))
    if len(digest.inspections) > 1:
        return f"{council}: {counted(len(digest.inspections), 'report', 'reports')} published"
    if news.is_told_before:
        return f"Report published anew: {council}, {kind}{_corrected(news)}"
    if news.changes:
        urgent = "priority action; " if news.inspection.priority_action else ""
        return f"{_whose(news)}: {urgent}{_changes(news)}"
    if news.inspection.priority_action:
        return f"Priority action: {council}, {kind}"
    return f"Report published: {council}, {_kind_or_title(news)}{_judged(news)}"


def _of_digest(digest: Digest) -> str:
    if digest.is_quiet:
        failing = counted(len(digest.failing), "source failing", "sources failing")
        trouble = f"; {failing}" if digest.failing else ""
        known = f"; {counted(len(digest.repeated), 'item', 'items')} on stories you know" if digest.repeated else ""
        councils = councils_listed([shown(c, 60) for c in digest.councils], at_most=1)
        if not digest.sources_checked and not digest.failing:
            return f"Nothing has been looked at yet for {councils}{known}"
        if not digest.sources_checked:
            failing = f"{len(digest.failing):,} {'is' if len(digest.failing) == 1 else 'are'} failing"
            return f"Nothing could be looked at for {councils}: no source answered, {failing}{known}"
        return f"No news for {councils}{known}{trouble}"
    reports = [_report(news) for news in digest.inspections]
    of_reports = {news.story for news in digest.inspections}
    headlines = [_headline(story) for story in digest.stories if story.id not in of_reports]
    if not reports and not headlines:
        first, *rest = (_expected(one) for one in digest.expected)
        return _naming([f"Expected: {first}", *rest], _expectations)
    if reports:
        return _naming(reports, lambda unnamed: _counts(unnamed, len(headlines) + digest.more))
    return _naming(headlines, lambda unnamed: _counts(0, unnamed + digest.more))


def _of_undelivered(digest: Digest) -> str:
    """What did not arrive; recipients by their place and channel, never by address."""
    first = digest.undelivered[0]
    if len(digest.undelivered) > 1:
        names = dict.fromkeys(shown(one.subscription, 60) for one in digest.undelivered)
        return f"{len(digest.undelivered):,} messages did not arrive: {listed([f'“{name}”' for name in names])}"
    place = f"recipient {first.position + 1}, {shown(first.channel, 40)}"
    return f"A message of “{shown(first.subscription, 60)}” did not arrive ({place})"


def _naming(news: list[str], counts: Callable[[int], list[str]]) -> str:
    """As much of the news as fits, and what is not named counted; the first always is, shortened if need be."""
    for named in range(len(news), 0, -1):
        line = "; ".join((*news[:named], *counts(len(news) - named)))
        if len(line) <= LIMIT:
            return line
    rest = counts(len(news) - 1)
    return "; ".join((bounded(news[0], LIMIT - sum(len(count) + 2 for count in rest)), *rest))


def _counts(reports: int, stories: int) -> list[str]:
    named = ((reports, "more report", "more reports"), (stories, "more story", "more stories"))
    return [counted(number, one, many) for number, one, many in named if number]


def _expectations(unnamed: int) -> list[str]:
    return [counted(unnamed, "more expectation", "more expectations")] if unnamed else []


def _report(news: InspectionNews) -> str:
    council = shown(news.council, 60)
    kind = kind_of(news)
    overall = _overall(news)
    published = f"{council}: {kind if kind.endswith('report') else f'{kind} report'} published"
    if news.is_told_before:
        return f"{published} anew{_corrected(news)}"
    if news.inspection.priority_action:
        return f"{council}: priority action, {f'judged {grade(overall)}' if overall else kind}"
    if overall:
        return f"{council} judged {grade(overall)}"
    if news.unread:
        return f"{council}: {_kind_or_title(news)} published"
    return f"{_whose(news)}: {_changes(news)}" if news.changes else f"{published}{_judged(news)}"


def _whose(news: InspectionNews) -> str:
    """The council; of an area SEND outcome the area, which is the health service's as well."""
    council = shown(news.council, 60)
    return f"{council} area" if any(change.judgement == "send_outcome" for change in news.changes) else council


def _overall(news: InspectionNews) -> Grade | None:
    overall = news.inspection.judgements.get("overall")
    return None if overall is Grade.NOT_JUDGED else overall


def _kind_or_title(news: InspectionNews) -> str:
    """What it is; of one that could not be read, what Ofsted's page calls it."""
    return shown(news.title.partition(":")[0], 60) if news.unread else kind_of(news)


def _judged(news: InspectionNews) -> str:
    """As in ", judged good"; where there is no overall grade, what is inadequate; an area's outcome."""
    given = news.inspection.judgements
    if overall := _overall(news):
        return f", judged {grade(overall)}"
    if outcome := news.inspection.send_outcome:
        return f", {grade(outcome)}"
    worst = [judgement_name(name, given).lower() for name, value in given.items() if value is Grade.INADEQUATE]
    return f", {listed(worst)} inadequate" if worst else ""


def _corrected(news: InspectionNews) -> str:
    """The grades in which a report differs from the one it replaces, and what is urgent in it."""
    grades = "".join(f", {correction_in_words(one)}" for one in news.corrections if one.fact in JUDGEMENTS)
    return f"{grades}; priority action" if news.inspection.priority_action else grades


def _expected(one: Expectation) -> str:
    return f"{shown(one.council, 60)}, {expectation_in_words(one)}"


def _changes(news: InspectionNews) -> str:
    """The overall one, else the gravest, and how many more there are: what is better hides nothing that is worse."""
    order = [*JUDGEMENTS, "send_outcome"]
    first, *rest = sorted(
        news.changes,
        key=lambda one: (
            one.judgement != "overall",
            not one.is_fall_to_lowest,
            one.steps >= 0,
            order.index(one.judgement),
        ),
    )
    line = _change(first, news)
    worse = sum(one.steps < 0 for one in rest)
    if first.steps < 0:
        same, others, way = worse, len(rest) - worse, "for the better"
    else:
        same, others, way = len(rest) - worse, worse, "for the worse"
    if same:
        line += f" and {counted(same, 'more change', 'more changes')}"
    if others:
        line += f", but {counted(others, 'change', 'changes')} {way}"
    return line


# An outcome's whole words are longer than a subject: these begin each.
_OUTCOMES = {
    SendOutcome.TYPICALLY_POSITIVE: "typically positive",
    SendOutcome.INCONSISTENT: "inconsistent",
    SendOutcome.SYSTEMIC_FAILINGS: "systemic failings",
}


def _change(change: Change, news: InspectionNews) -> str:
    if isinstance(change.before, SendOutcome) and isinstance(change.after, SendOutcome):
        return f"SEND outcome {_OUTCOMES[change.before]} → {_OUTCOMES[change.after]}"
    return change_in_words(change, news.inspection.judgements)


def _headline(story: Story) -> str:
    """The story's title, after its council unless the title names it; that it is an update, where it is one."""
    title = shown(story.lead.item.title, 110) or "untitled story"
    council = shown(story.councils[0], 60) if story.councils else ""
    line = title if council.casefold() in title.casefold() else f"{council}: {title}"
    if any(told.classification.judgement_is_new for told in story.items) and not story.lead.item.is_report:
        line = f"{line} {in_brackets(story.lead.item)}"  # a judgement that only the press tells is the press's
    return f"Update: {line}" if story.is_update else line
