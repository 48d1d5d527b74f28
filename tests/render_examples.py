"""Digests to be worded in tests: invented councils, invented sentences, fixed instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import (
    AlertReason,
    Change,
    Classification,
    Correction,
    Digest,
    Event,
    Evidence,
    Expectation,
    Grade,
    Inspection,
    InspectionKind,
    InspectionNews,
    Item,
    KnownReport,
    Polarity,
    SourceTrouble,
    Story,
    SubscriptionKind,
    ThemeLabel,
    ToldItem,
    Trend,
    UpdateReason,
    Window,
)

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 18, 6, 30, tzinfo=UTC)
TITLES = {
    "workforce-stability": "Workforce stability",
    "permanence": "Permanence",
    "leadership": "Leadership and oversight",
    "early-help": "Early help",
}
COUNCILS = ("Wexmoor", "Harbury", "Northmere", "Eastvale")


def item(title="Council sets out plan for social work teams", **changes) -> Item:
    values = {
        "key": "https://news.example.org/1",
        "url": "https://news.example.org/1",
        "title": title,
        "first_seen": NOW - timedelta(hours=5),
        "published": NOW - timedelta(hours=6),
        "source": "Wexmoor Echo feed",
        "publisher": "Wexmoor Echo",
        "id": 1,
    }
    return Item(**{**values, **changes})


def told(one: Item, **labels) -> ToldItem:
    return ToldItem(item=one, classification=Classification(relevant=True, relevance=0.9, **labels))


def label(
    theme="workforce-stability",
    polarity=Polarity.CONCERN,
    text="Too many children have had several changes of social worker.",
) -> ThemeLabel:
    evidence = Evidence(text=text, start=0, end=len(text), polarity=polarity, score=0.9)
    return ThemeLabel(theme=theme, polarity=polarity, score=0.9, evidence=(evidence,))


def story(number=1, items=None, judgement=None, **changes) -> Story:
    """A story of `items`, all of an event and, where it is given, all of a new judgement."""
    items = items or (item(),)
    labels = {"event": changes.get("event"), "judgement": judgement, "judgement_is_new": judgement is not None}
    themes = changes.get("themes", ((label(), items[0].url),))
    councils = changes.get("councils", ("Wexmoor",))
    values = {
        "id": number,
        "items": tuple(
            told(one, councils=councils, themes=tuple(found for found, url in themes if url == one.url), **labels)
            for one in items
        ),
        "councils": ("Wexmoor",),
        "event": None,
        "relevance": 0.9,
        "themes": themes,
    }
    return Story(**{**values, **changes})


def inspection(**changes) -> Inspection:
    values = {
        "council": "Wexmoor",
        "kind": InspectionKind.ILACS,
        "inspection_start": date(2026, 3, 9),
        "inspection_end": date(2026, 3, 20),
        "judgements": {
            "overall": Grade.REQUIRES_IMPROVEMENT,
            "impact_of_leaders": Grade.GOOD,
            "help_and_protection": Grade.REQUIRES_IMPROVEMENT,
            "in_care": Grade.REQUIRES_IMPROVEMENT,
            "care_leavers": Grade.INADEQUATE,
        },
    }
    return Inspection(**{**values, **changes})


def news(**changes) -> InspectionNews:
    values = {
        "inspection": inspection(),
        "council": "Wexmoor",
        "url": "https://files.example.org/v1/file/50012345",
        "title": "Children's services inspection: Wexmoor",
        "story": 1,
        "published": date(2026, 6, 17),
        "changes": (
            Change(
                judgement="overall",
                before=Grade.INADEQUATE,
                after=Grade.REQUIRES_IMPROVEMENT,
                since=date(2020, 1, 31),
                stood_since=date(2016, 11, 25),
            ),
            Change(judgement="impact_of_leaders", before=Grade.INADEQUATE, after=Grade.GOOD),
        ),
    }
    return InspectionNews(**{**values, **changes})


def digest(**changes) -> Digest:
    values = {
        "subscription": "weekday-briefing",
        "kind": SubscriptionKind.DIGEST,
        "slot": "2026-06-18T07:30+01:00",
        "window": Window(start=NOW - timedelta(days=1), end=NOW),
        "composed_at": NOW,
        "councils": COUNCILS,
        "sources_checked": 42,
    }
    return Digest(**{**values, **changes})


def trend(theme="workforce-stability", council="Wexmoor", **changes) -> Trend:
    values = {"theme": theme, "council": council, "concern": 3, "progress": 0, "both": 0, "before": (1, 2, 0, 1)}
    return Trend(**{**values, **changes})


def report_story() -> Story:
    report = item(
        "Children's services inspection: Wexmoor",
        key="ofsted:80999/50012345",
        url="https://files.example.org/v1/file/50012345",
        source="Ofsted reports: Wexmoor",
        publisher="",
        published=datetime(2026, 6, 16, 23, 0, tzinfo=UTC),
        published_is_date=True,
        is_report=True,
    )
    echo = item("Wexmoor's services no longer inadequate", url="https://echo.example.org/news/7", id=2)
    radio = item("Inspectors back Wexmoor's progress", url="https://radio.example.org/a", publisher="Moor FM", id=3)
    return story(
        1,
        (report, echo, radio),
        event=Event.FULL_INSPECTION,
        themes=(
            (
                label(
                    "leadership", Polarity.PROGRESS, "Leaders now know their services well and act on what they find."
                ),
                report.url,
            ),
            (label(), report.url),
            (
                label(
                    "permanence",
                    Polarity.BOTH,
                    "Plans for permanence are made sooner, yet some children still wait too long.",
                ),
                echo.url,
            ),
            (label("early-help", Polarity.PROGRESS, "Families get help early."), report.url),
        ),
    )


def known(end=date(2020, 1, 31), **changes) -> KnownReport:
    """The report of an earlier inspection."""
    values = {
        "item_id": 90,
        "key": "ofsted:80999/50000090",
        "council": "Wexmoor",
        "title": "Children's services inspection: Wexmoor",
        "url": "https://files.example.org/v1/file/50000090",
        "inspection": inspection(
            inspection_end=end, judgements={"overall": Grade.INADEQUATE, "in_care": Grade.REQUIRES_IMPROVEMENT}
        ),
    }
    return KnownReport(**{**values, **changes})


def visit(number=None, **changes) -> InspectionNews:
    """A monitoring visit to Harbury, which was judged inadequate."""
    values = {
        "inspection": inspection(
            council="Harbury",
            kind=InspectionKind.MONITORING_VISIT,
            inspection_start=date(2026, 5, 12),
            inspection_end=date(2026, 5, 13),
            judgements={},
            visit_number=number,
        ),
        "council": "Harbury",
        "title": "Monitoring visit to Harbury children's services",
        "url": "https://files.example.org/v1/file/50012346",
        "story": 9,
        "changes": (),
        "follows": known(),
    }
    return news(**{**values, **changes})


def corrected(*corrections, facts=None, **changes) -> InspectionNews:
    """Northmere's full inspection, published anew, with a grade that was wrong in the first file."""
    given = corrections or (Correction(fact="care_leavers", before="good", after="inadequate"),)
    values = {
        "inspection": inspection(
            council="Northmere", inspection_start=date(2026, 3, 2), inspection_end=date(2026, 3, 13), **facts or {}
        ),
        "council": "Northmere",
        "title": "Children's services inspection: Northmere",
        "url": "https://files.example.org/v1/file/50012347",
        "story": 10,
        "replaces": known(date(2026, 3, 13)),
        "corrections": given,
    }
    return news(**{**values, **changes})


def expectation(council="Eastvale", **changes) -> Expectation:
    values = {
        "council": council,
        "event": InspectionKind.ILACS,
        "opens": date(2026, 6, 18),
        "closes": date(2027, 7, 18),
        "what": "full inspection",
        "rule": "Councils that require improvement are inspected again after about three years.",
        "source": "How children's services are inspected",
        "source_url": "https://rules.example.org/framework",
        "follows": "Children's services inspection: Eastvale",
        "follows_url": "https://files.example.org/v1/file/50000017",
        "follows_date": date(2023, 12, 4),
    }
    return Expectation(**{**values, **changes})


def next_visit() -> Expectation:
    return expectation(
        "Harbury",
        event=InspectionKind.MONITORING_VISIT,
        opens=date(2026, 8, 13),
        closes=date(2026, 11, 13),
        what="monitoring visit",
        rule="Councils judged inadequate are visited about every quarter, until they are inspected again.",
    )


def full_digest() -> Digest:
    return digest(
        inspections=(
            news(),
            visit(3, next=next_visit()),
            corrected(
                facts={
                    "differences": ("inspection: 2026-03-16 on Ofsted's page, 2026-03-02 to 2026-03-13 in the report",)
                },
                changes=(
                    Change(
                        judgement="care_leavers",
                        before=Grade.REQUIRES_IMPROVEMENT,
                        after=Grade.INADEQUATE,
                        since=date(2022, 11, 18),
                        stood_since=date(2022, 11, 18),
                    ),
                ),
            ),
        ),
        stories=(
            report_story(),
            story(
                2,
                (item(url="https://echo.example.org/news/9?a=1&b=2"),),
                new=(UpdateReason.RESPONSE,),
                councils=("Wexmoor", "Plymouth", "Torbay"),
                themes=(
                    (
                        label("early-help", Polarity.PROGRESS, "New family hubs open in three towns this autumn."),
                        "https://echo.example.org/news/9?a=1&b=2",
                    ),
                ),
            ),
            story(
                3,
                (
                    item(
                        "Cabinet hears of social worker vacancies",
                        url="https://committee.example.org/doc/4",
                        publisher="",
                        source="Northmere committees",
                        published=None,
                    ),
                ),
                councils=("Northmere",),
                event=Event.COUNCIL_RESPONSE,
            ),
        ),
        more=3,
        expected=(expectation(),),
    )


def quiet_digest() -> Digest:
    return digest()


def failing_digest() -> Digest:
    return digest(
        stories=(story(),),
        failing=(
            SourceTrouble(
                source="Harbury Council news",
                since=NOW - timedelta(days=3),
                reason="the page is a consent form, not a list of news",
            ),
            SourceTrouble(source="Moor FM", since=NOW - timedelta(hours=2), reason="no answer within 30 s"),
        ),
        gaps=(SourceTrouble(source="Eastvale Gazette", since=NOW - timedelta(hours=20)),),
        sources_checked=40,
    )


_AREAS = (
    "How soon children are seen after a worry about them is raised.",
    "The quality of children's plans, and how managers check them.",
    "The number of social workers a child gets to know and loses.",
    "What is done when a child goes missing from care.",
    "The choice of homes near to a child's school and family.",
    "Health assessments for children who come into care.",
    "Advice to young people on where they can live after care.",
    "How the council learns from complaints and audits.",
)


def alert() -> Digest:
    return digest(
        subscription="judgements",
        kind=SubscriptionKind.ALERT,
        slot="ofsted:80999/50012345 judgement-changed report-published",
        reasons=(AlertReason.REPORT_PUBLISHED, AlertReason.JUDGEMENT_CHANGED),
        inspections=(
            news(
                inspection=inspection(
                    priority_action=True,
                    priority_actions=("Urgently strengthen the help for children at risk of exploitation.",),
                    areas_for_improvement=_AREAS,
                )
            ),
        ),
        stories=(report_story(),),
    )
