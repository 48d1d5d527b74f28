"""The digest as data, for other programs: what docs/webhook.md lists, without `message_id`. Keys are only added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.dates import london_day
from monitor.model import JUDGEMENTS
from monitor.render.words import encodable, plain, web_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from monitor.model import (
        Digest,
        Expectation,
        InspectionNews,
        Item,
        KnownReport,
        SourceTrouble,
        Story,
        ThemeLabel,
        ToldItem,
    )

_MOST_ITEMS = 50  # of one story, or of what only repeats: a flood of copies must not make a message that nobody takes


def data(digest: Digest, subject: str) -> dict[str, object]:
    """Everything the digest holds; of many items in one place so many, and their number. Ready for JSON in UTF-8."""
    return {
        "subscription": plain(digest.subscription),
        "kind": digest.kind.value,
        "slot": encodable(digest.slot),
        "composed_at": _instant(digest.composed_at),
        "window": {"from": _instant(digest.window.start), "to": _instant(digest.window.end)},
        "subject": subject,
        "reasons": [reason.value for reason in digest.reasons],
        "stories": [_story(story) for story in digest.stories],
        "inspections": [_inspection(news) for news in digest.inspections],
        "sources": {
            "checked": digest.sources_checked,
            "failing": _troubles(digest.failing),
            "gaps": _troubles(digest.gaps),
        },
        "more": digest.more,
        "linked": [_story(story) for story in digest.linked],
        "repeated": len(digest.repeated),
        "repeated_items": [
            {"title": plain(told.item.title), "url": web_link(told.item.url)} for told in digest.repeated[:_MOST_ITEMS]
        ],
        "trends": [
            {
                "theme": plain(one.theme),
                "council": plain(one.council),
                "concern": one.concern,
                "progress": one.progress,
                "both": one.both,
                "beyond": one.beyond,
                "before": list(one.before),
            }
            for one in digest.trends
        ],
        "undelivered": [
            {
                "subscription": plain(one.subscription),
                "recipient": one.position + 1,
                "channel": plain(one.channel),
                "composed_at": _instant(one.composed_at),
                "reason": plain(one.reason),
            }
            for one in digest.undelivered
        ],
        "expected": [_expected(one) for one in digest.expected],
    }


def _instant(instant: datetime) -> str:
    """RFC 3339 in UTC, to the second: "2026-06-18T06:30:00Z"."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _story(story: Story) -> dict[str, object]:
    return {
        "id": str(story.id),
        "update": story.is_update,
        "new": [reason.value for reason in story.new],
        "councils": [plain(council) for council in story.own_councils],
        "event": story.event.value if story.event else None,
        "relevance": story.relevance,
        "themes": _themes(story.own_themes, story.items[:1] if story.others else story.items),
        "others": {
            "councils": [plain(council) for council in story.others_councils],
            "themes": _themes(story.others_themes, story.others),
        },
        "items": [_item(told.item) for told in story.items[:_MOST_ITEMS]],
        "item_count": len(story.items),
    }


def _themes(themes: Sequence[tuple[ThemeLabel, str]], items: Sequence[ToldItem]) -> dict[str, object]:
    """Themes by id, each with its sentences and the sources, of the `items`, that say them."""
    sources = {told.item.url: plain(told.item.source) for told in items}
    return {
        plain(label.theme): {
            "polarity": label.polarity.value,
            "evidence": [
                {"text": plain(found.text), "url": web_link(url), "source": sources.get(url, "")}
                for found in label.evidence
            ],
        }
        for label, url in themes
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "key": encodable(item.key),
        "url": web_link(item.url),
        "title": plain(item.title),
        "source": plain(item.source),
        "publisher": plain(item.publisher),
        "official": item.is_official,
        "published": _instant(item.published) if item.published else None,
        "published_is_date": item.published_is_date,
        "published_on": _day(london_day(item.published) if item.published else None),
        "first_seen": _instant(item.first_seen),
    }


def _inspection(news: InspectionNews) -> dict[str, object]:
    judgements = {key: news.inspection.judgements.get(key) for key in JUDGEMENTS}
    return {
        "council": plain(news.council),
        "kind": news.inspection.kind.value,
        "title": plain(news.title),
        "story": str(news.story),
        "published": _day(news.published),
        "inspection_start": _day(news.inspection.inspection_start),
        "inspection_end": _day(news.inspection.inspection_end),
        "judgements": {key: value.value if value else None for key, value in judgements.items()},
        "changes": [
            {
                "judgement": change.judgement,
                "from": change.before.value,
                "to": change.after.value,
                "since": _day(change.since),
                "stood_since": _day(change.stood_since),
            }
            for change in news.changes
        ],
        "first_known": news.first_known,
        "unread": plain(news.unread),
        "priority_action": news.inspection.priority_action,
        "areas_for_improvement": [plain(area) for area in news.inspection.areas_for_improvement],
        "send_outcome": news.inspection.send_outcome.value if news.inspection.send_outcome else None,
        "visit_number": news.inspection.visit_number,
        "follows": _followed(news.follows) if news.follows else None,
        "missed": web_link(news.missed.url) if news.missed else None,
        "replaces": web_link(news.replaces.url) if news.replaces else None,
        "corrections": [
            {"fact": one.fact, "from": one.before or None, "to": one.after or None} for one in news.corrections
        ],
        "conflicts": [plain(one) for one in news.inspection.conflicts],
        "differences": [plain(one) for one in news.inspection.differences],
        "next": _expected(news.next) if news.next else None,
        "url": web_link(news.url),
    }


def _followed(report: KnownReport) -> dict[str, object]:
    """The last earlier report that graded anything."""
    return {
        "date": _day(report.dated),
        "judgements": {name: grade.value for name, grade in report.judgements.items()},
        "url": web_link(report.url),
    }


def _expected(one: Expectation) -> dict[str, object]:
    """An inspection that is only expected; nobody has announced it."""
    return {
        "council": plain(one.council),
        "kind": one.event.value,
        "what": plain(one.what),
        "from": _day(one.opens),
        "to": _day(one.closes),
        "rule": plain(one.rule),
        "source": web_link(one.source_url),
        "follows": web_link(one.follows_url),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _troubles(troubles: Sequence[SourceTrouble]) -> list[dict[str, str]]:
    return [
        {
            "source": plain(trouble.source),
            "since": _instant(trouble.since),
            "reason": plain(trouble.reason),
        }
        for trouble in troubles
    ]
