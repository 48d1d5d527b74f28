"""A week in which much happened in four invented councils."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from render_examples import (
    NOW,
    digest,
    expectation,
    inspection,
    item,
    known,
    label,
    news,
    next_visit,
    report_story,
    story,
    trend,
    visit,
)

from monitor.model import (
    Change,
    Digest,
    Event,
    Grade,
    InspectionKind,
    Polarity,
    SendOutcome,
    SourceTrouble,
    Story,
    ToldItem,
    UpdateReason,
    Window,
)

CONCERN, PROGRESS, BOTH = Polarity.CONCERN, Polarity.PROGRESS, Polarity.BOTH
WEEK = Window(start=NOW - timedelta(days=7), end=NOW)


def told_by(
    number, council, title, *, source, day, url="", themes=(), event=None, new=(), items=(), **changes
) -> Story:
    """A story of one item, published on this day of June 2026, or of more."""
    url = url or f"https://{source.lower().replace(' ', '-').replace(':', '')}.example.org/news/{number}"
    first = item(
        title,
        url=url,
        source=source,
        publisher="",
        published=datetime(2026, 6, day, 9, tzinfo=UTC),
        id=number,
        **changes,
    )
    labels = tuple((label(theme, polarity, text), url) for theme, polarity, text in themes)
    return story(number, (first, *items), councils=(council,), event=event, themes=labels, new=new)


def stories() -> tuple[Story, ...]:
    return (
        report_story(),
        told_by(
            2,
            "Wexmoor",
            "Wexmoor council “will not let up” after Ofsted report",
            source="Wexmoor Council news",
            url="https://news.wexmoor.example.gov.uk/news/2",
            day=17,
            event=Event.COUNCIL_RESPONSE,
            new=(UpdateReason.RESPONSE,),
            themes=[("finance", CONCERN, "The plan will need £4.2 million that the budget does not yet hold.")],
        ),
        told_by(
            3,
            "Wexmoor",
            "One in four social work posts filled by agency staff, figures show",
            source="Wexmoor Echo",
            day=15,
            themes=[
                ("workforce-stability", CONCERN, "One in four posts is filled by agency staff, up from one in six."),
                ("early-help", PROGRESS, "Two of the five family hubs now have a full team."),
            ],
            items=[
                item(
                    "Agency social workers cost council £9 million",
                    url="https://moor-fm.example.org/a/12",
                    source="Moor FM",
                    publisher="",
                    id=31,
                )
            ],
        ),
        told_by(
            12,
            "Northmere",
            "Area SEND inspection of Northmere Local Area Partnership",
            source="Ofsted reports: Northmere",
            url="https://files.example.org/v1/file/50012348",
            day=17,
            event=Event.AREA_SEND,
            is_report=True,
            themes=[("leadership", CONCERN, "Partners do not share what they know about families who wait.")],
            items=[
                item(
                    "Families waited a year for plans, inspectors find",
                    url="https://northmere-post.example.org/news/5",
                    source="Northmere Post",
                    publisher="",
                    id=51,
                )
            ],
        ),
        told_by(
            6,
            "Northmere",
            "Cabinet hears of social worker vacancies",
            source="Northmere committees",
            day=12,
            themes=[("workforce-stability", CONCERN, "The vacancy rate stood at 18 per cent at the end of May.")],
        ),
        told_by(
            7,
            "Northmere",
            "More foster carers join than leave for the first time in five years",
            source="Northmere Post",
            day=13,
            themes=[("fostering", PROGRESS, "Thirty-one households were approved and twenty-two left.")],
        ),
        told_by(
            9,
            "Harbury",
            "Monitoring visit to Harbury children's services",
            source="Ofsted reports: Harbury",
            url="https://files.example.org/v1/file/50012346",
            day=16,
            event=Event.MONITORING_VISIT,
            is_report=True,
            themes=[
                ("exploitation", CONCERN, "When children go missing, too few are offered a conversation on return."),
                ("leadership", PROGRESS, "Senior leaders have made steady progress from a low base."),
            ],
        ),
        told_by(
            4,
            "Harbury",
            "Commissioner to stay in Harbury until the spring",
            source="Harbury Mercury",
            day=14,
            themes=[("leadership", BOTH, "The commissioner praised the new team but said the pace must quicken.")],
        ),
        told_by(
            8,
            "Eastvale",
            "Two children's homes to open in Eastvale",
            source="Eastvale Gazette",
            day=16,
            themes=[
                ("sufficiency", PROGRESS, "The homes will bring nine children back to within 20 miles of home."),
                ("finance", PROGRESS, "The council expects to save £1.1 million a year on placements."),
            ],
        ),
        told_by(
            11,
            "Eastvale",
            "Care leavers' council tax bills to be paid until they are 25",
            source="Eastvale Council news",
            day=11,
            themes=[("care-leavers", PROGRESS, "Care leavers will pay no council tax until their 25th birthday.")],
        ),
    )


def _linked() -> tuple[Story, ...]:
    titles = {
        "Wexmoor": (
            "Youth club reopens after two years",
            "Scrutiny committee dates for the autumn",
            "Head of adoption service to retire",
        ),
        "Harbury": ("Harbury joins regional fostering hub", "Charity warns of cuts to advocacy"),
        "Northmere": (
            "School nurses: council and health board at odds",
            "Kinship carers' allowance goes up",
            "Parents' forum elects a chair",
        ),
        "Eastvale": (
            "Eastvale consults on short breaks",
            "New court building for family cases",
            "Foster carers' summer fair",
            "Budget outturn: children's services overspent by £3 million",
        ),
    }
    return tuple(
        told_by(100 + 10 * place + n, council, title, source=f"{council} Observer", day=12 + n)
        for place, (council, told) in enumerate(titles.items())
        for n, title in enumerate(told)
    )


def _trends():
    counts = [
        ("workforce-stability", "Wexmoor", 2, 0, 0, (1, 0, 1, 0)),
        ("workforce-stability", "Northmere", 1, 0, 0, (1, 1, 2, 0)),
        ("leadership", "Wexmoor", 0, 1, 0, (0, 0, 0, 0)),
        ("leadership", "Harbury", 0, 1, 1, (1, 0, 0, 0)),
        ("leadership", "Northmere", 1, 0, 0, (0, 0, 1, 0)),
        ("permanence", "Wexmoor", 0, 0, 1, (0, 0, 0, 0)),
        ("early-help", "Wexmoor", 0, 2, 0, (1, 1, 1, 1)),
        ("finance", "Wexmoor", 1, 0, 0, (2, 1, 2, 2)),
        ("finance", "Eastvale", 0, 1, 0, (0, 1, 0, 0)),
        ("fostering", "Northmere", 0, 1, 0, (0, 0, 0, 1)),
        ("sufficiency", "Eastvale", 0, 1, 0, (1, 0, 0, 0)),
        ("care-leavers", "Eastvale", 0, 1, 0, (0, 0, 0, 0)),
        ("exploitation", "Harbury", 1, 0, 0, (0, 1, 0, 0)),
        ("exploitation", "Eastvale", 0, 0, 0, (1, 0, 0, 1)),
    ]
    return tuple(
        trend(theme, council, concern=concern, progress=progress, both=both, before=before)
        for theme, council, concern, progress, both, before in counts
    )


def full_inspection():
    """Wexmoor's, after one of 2020 that judged children in care and care leavers together."""
    before = {
        "overall": Grade.INADEQUATE,
        "impact_of_leaders": Grade.INADEQUATE,
        "help_and_protection": Grade.REQUIRES_IMPROVEMENT,
        "in_care": Grade.REQUIRES_IMPROVEMENT,
    }
    return news(
        compared=("overall", "impact_of_leaders", "help_and_protection"),
        follows=known(inspection=inspection(inspection_end=date(2020, 1, 31), judgements=before)),
    )


def _area_send():
    return news(
        inspection=inspection(
            council="Northmere",
            kind=InspectionKind.AREA_SEND,
            inspection_start=date(2026, 4, 20),
            inspection_end=date(2026, 5, 1),
            judgements={},
            send_outcome=SendOutcome.INCONSISTENT,
            areas_for_improvement=(
                "Leaders should make sure that education, health and care plans are written in time.",
                "Partners should agree who speaks for a child who moves between services.",
            ),
        ),
        council="Northmere",
        title="Area SEND inspection of Northmere Local Area Partnership",
        url="https://files.example.org/v1/file/50012348",
        story=12,
        compared=("send_outcome",),
        changes=(
            Change(
                judgement="send_outcome",
                before=SendOutcome.TYPICALLY_POSITIVE,
                after=SendOutcome.INCONSISTENT,
                since=date(2023, 3, 3),
                stood_since=date(2023, 3, 3),
            ),
        ),
    )


_AGAIN = (
    "Wexmoor council backs its plan for social work teams",
    "What inspectors said about Wexmoor, and what comes next",
    "Councillors welcome new plan for social workers",
    "Plan to keep social workers goes to cabinet",
    "Wexmoor: union responds to plan for social work teams",
)


def again(number: int) -> tuple[ToldItem, ...]:
    """So many items that only repeat what was told."""
    items = [item(_AGAIN[n % len(_AGAIN)], url=f"https://again.example.org/{n}") for n in range(number)]
    return story(99, tuple(items)).items if items else ()


def full_week() -> Digest:
    reinspection = expectation(
        "Harbury",
        opens=date(2026, 6, 15),
        what="re-inspection",
        closes=date(2026, 12, 15),
        rule="Councils judged inadequate are inspected again after monitoring visits.",
    )
    return digest(
        subscription="weekly-round-up",
        window=WEEK,
        inspections=(full_inspection(), _area_send(), visit(3, next=next_visit())),
        stories=stories(),
        more=15,
        linked=_linked(),
        left_out=frozenset((201, 202, 203)),
        repeated=again(5),
        trends=_trends(),
        expected=(expectation(), reinspection),
        gaps=(SourceTrouble(source="Eastvale Gazette", since=NOW - timedelta(days=2)),),
    )
