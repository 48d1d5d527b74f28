"""The subject line: it tells the news itself, not that there is some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.model import JUDGEMENTS, SubscriptionKind
from monitor.render.words import (
    KINDS,
    bounded,
    change_in_words,
    councils_listed,
    counted,
    grade,
    shown,
)

if TYPE_CHECKING:
    from monitor.model import Digest, InspectionNews, Story

# Mail clients show 40 to 80 characters; beyond 150 nobody reads, and a Slack header takes no more.
LIMIT = 150


def subject(digest: Digest) -> str:
    """One clean line of at most `LIMIT` characters."""
    if digest.is_test:
        return bounded(f"Test: messages of “{shown(digest.subscription, 80)}” reach you", LIMIT)
    line = _of_alert(digest) if digest.kind is SubscriptionKind.ALERT else _of_digest(digest)
    return bounded(line, LIMIT)


def _of_alert(digest: Digest) -> str:
    if not digest.inspections:
        return _headline(digest.stories[0]) if digest.stories else f"Alert: {shown(digest.subscription, 80)}"
    news = digest.inspections[0]
    council, kind = shown(news.council, 60), KINDS[news.inspection.kind]
    if news.changes:
        line = f"{council}: {_changes(news)}"
        return f"{line}; priority action" if news.inspection.priority_action else line
    if news.inspection.priority_action:
        return f"Priority action: {council}, {kind}"
    overall = news.inspection.judgements.get("overall")
    judged = f", judged {grade(overall)}" if overall else ""
    return f"Report published: {council}, {kind}{judged}"


def _of_digest(digest: Digest) -> str:
    if digest.is_empty:
        failing = counted(len(digest.failing), "source failing", "sources failing")
        trouble = f"; {failing}" if digest.failing else ""
        return f"No news for {councils_listed([shown(c, 60) for c in digest.councils], at_most=1)}{trouble}"
    told = [_report(news) for news in digest.inspections]
    of_reports = {news.story for news in digest.inspections}
    others = [story for story in digest.stories if story.id not in of_reports]
    if not told:
        told.append(_headline(others[0]))
        others = others[1:]
    return _with_count(told, len(others) + digest.more)


def _with_count(told: list[str], more_stories: int) -> str:
    """As many of `told` as fit with the counts of what is not named; the first always is, shortened if need be."""
    for named in range(len(told), 1, -1):
        line = "; ".join((*told[:named], *_counts(len(told) - named, more_stories)))
        if len(line) <= LIMIT:
            return line
    counts = _counts(len(told) - 1, more_stories)
    room = LIMIT - sum(len(count) + 2 for count in counts)
    return "; ".join((bounded(told[0], room), *counts))


def _counts(reports: int, stories: int) -> list[str]:
    named = ((reports, "more report", "more reports"), (stories, "more story", "more stories"))
    return [counted(number, one, many) for number, one, many in named if number]


def _report(news: InspectionNews) -> str:
    council = shown(news.council, 60)
    action = "; priority action" if news.inspection.priority_action else ""
    if overall := news.inspection.judgements.get("overall"):
        return f"{council} judged {grade(overall)}{action}"
    if news.changes:
        return f"{council}: {_changes(news)}{action}"
    kind = KINDS[news.inspection.kind]
    return f"{council}: {kind if kind.endswith('report') else f'{kind} report'} published{action}"


def _changes(news: InspectionNews) -> str:
    order = list(JUDGEMENTS)
    first, *rest = sorted(news.changes, key=lambda change: order.index(change.judgement))
    more = f" and {counted(len(rest), 'more change', 'more changes')}" if rest else ""
    return f"{change_in_words(first)}{more}"


def _headline(story: Story) -> str:
    """The story's title, after its council unless the title names it."""
    title = shown(story.lead.item.title, 110) or "untitled story"
    council = shown(story.councils[0], 60) if story.councils else ""
    return title if council.casefold() in title.casefold() else f"{council}: {title}"
