"""What matters most comes first."""

from __future__ import annotations

import pytest
from report_examples import GOOD, INADEQUATE, REQUIRES
from report_examples import report as known

from monitor import stories
from monitor.consequence import Consequence, consequence
from monitor.model import Event, Inspection, InspectionKind


def told(digest) -> list[str]:
    return [story.lead.item.title for story in digest.stories]


def test_the_gravest_report_comes_first(compose, report, inspected):
    earlier = known("2023-03-01", overall=GOOD), known("2023-03-01", council="Averton", overall=REQUIRES)
    better = report(inspected("2026-05-01", "Averton", overall=GOOD), council="Averton", title="better")
    worse = report(inspected("2026-05-01", overall=INADEQUATE), title="worse")
    urgent = Inspection(council="Wexmoor", kind=InspectionKind.FOCUSED_VISIT, priority_action=True)
    found = compose(better, worse, report(urgent, title="urgent"), reports=earlier)
    assert told(found) == ["urgent", "worse", "better"]
    assert [news.title for news in found.inspections] == ["urgent", "worse", "better"]


def test_a_fall_comes_first_where_no_judgement_is_the_overall_one(compose, report, inspected):
    councils = "Averton", "Brackmoor", "Colway", "Wexmoor"
    earlier = [
        known("2023-03-01", council=council, impact_of_leaders=REQUIRES, care_leavers=GOOD) for council in councils
    ]
    found = compose(
        report(inspected("2026-05-01", "Averton", impact_of_leaders=GOOD, care_leavers=GOOD), "Averton", title="up"),
        report(inspected("2026-05-01", "Brackmoor", impact_of_leaders=REQUIRES), "Brackmoor", title="as before"),
        report(inspected("2026-05-01", "Colway", care_leavers=REQUIRES), "Colway", title="down"),
        report(inspected("2026-05-01", impact_of_leaders=GOOD, care_leavers=INADEQUATE), title="down to the lowest"),
        reports=earlier,
    )
    assert [news.title for news in found.inspections] == ["down to the lowest", "down", "up", "as before"]
    assert told(found) == ["down to the lowest", "down", "up", "as before"]


def test_among_the_press_a_judgement_comes_first_and_the_worst_of_them(compose, one):
    judged = {"event": Event.FULL_INSPECTION}
    found = compose(
        one(title="a visit", labels={"event": Event.MONITORING_VISIT}),
        one(title="good", labels=judged | {"judgement": GOOD}),
        one(title="inadequate", labels=judged | {"judgement": INADEQUATE}),
    )
    assert told(found) == ["inadequate", "good", "a visit"]


def test_stories_come_by_consequence_then_council_then_relevance(compose, one, report, inspected):
    def news(title, council="Wexmoor", event=Event.OTHER, relevance=0.9):
        return one(title=title, labels={"councils": (council,), "event": event, "relevance": relevance})

    digest = compose(
        news("news of Wexmoor"),
        news("better news of Wexmoor", relevance=0.95),
        news("news of Averton", "Averton"),
        news("a visit in the news", event=Event.MONITORING_VISIT),
        report(inspected("2026-05-01", overall=GOOD), title="a report without change"),
        report(inspected("2026-05-01", "Averton", overall=GOOD), "Averton", title="a report that changes a grade"),
        reports=[known("2023-05-01", council="Averton", overall=INADEQUATE)],
    )
    assert told(digest) == [
        "a report that changes a grade",
        "a report without change",
        "a visit in the news",
        "news of Averton",
        "better news of Wexmoor",
        "news of Wexmoor",
    ]
    assert [news.council for news in digest.inspections] == ["Averton", "Wexmoor"]


# --- of what consequence a story is --------------------------------------------------------------------------

BOARD = "Children's Improvement Board: notes and actions"


@pytest.mark.parametrize(
    ("title", "event", "found"),
    [
        pytest.param("Improvement notice issued to Wexmoor Council", "other", "INTERVENTION", id="a notice"),
        pytest.param("Improvement notice revoked: Wexmoor", "other", "INTERVENTION", id="a notice ends"),
        pytest.param("Children's services commissioner appointed in Wexmoor", "other", "INTERVENTION", id="appointed"),
        pytest.param("Ministers send adviser into Wexmoor", "other", "INTERVENTION", id="an adviser is sent"),
        pytest.param("Trust to hand control of services back to Wexmoor", "other", "INTERVENTION", id="a trust"),
        pytest.param("Powers over children's services to return to Wexmoor", "other", "INTERVENTION", id="powers"),
        pytest.param("Wexmoor's services lifted out of special measures", None, "INTERVENTION", id="special measures"),
        pytest.param("Judicial review of Wexmoor's care cuts goes ahead", "other", "INTERVENTION", id="a court"),
        pytest.param("Government intervenes in Wexmoor", "full-inspection", "INTERVENTION", id="after an inspection"),
        pytest.param("Wexmoor judged inadequate", "full-inspection", "COVERAGE", id="coverage of a judgement"),
        pytest.param("Inspectors return to Wexmoor", "monitoring-visit", "COVERAGE", id="coverage of a visit"),
        pytest.param("Wexmoor accepts the findings", "council-response", "COVERAGE", id="the council's response"),
        pytest.param("Social workers vote to strike in Wexmoor", "other", "COVERAGE", id="a strike"),
        pytest.param("Judge lambasts Wexmoor over baby's case", "other", "COVERAGE", id="a court's words"),
        pytest.param("Director of children's services quits", "other", "COVERAGE", id="a director goes"),
        pytest.param("A year since the improvement notice", "other", "ROUTINE", id="a notice of the past"),
        pytest.param(
            "Joint commissioning of short breaks", "other", "ROUTINE", id="who commissions is no commissioner"
        ),
        pytest.param("Corporate Parenting Board, minutes", "other", "ROUTINE", id="minutes"),
        pytest.param("Scrutiny Committee: item 5", "other", "ROUTINE", id="a committee's paper"),
        pytest.param("Wexmoor appoints new director of children's services", "other", "ROUTINE", id="an appointment"),
        pytest.param("Council team wins national award for care leavers", "other", "ROUTINE", id="an award"),
        pytest.param("Could you foster?", "other", "ROUTINE", id="a call for foster carers"),
        pytest.param("Wexmoor opens three family hubs", None, "ROUTINE", id="good news of no event"),
    ],
)
def test_a_storys_consequence_is_known_by_its_event_and_its_headline(one, title, event, found):
    story = stories.tell(1, [one(title=title, labels={"event": Event(event) if event else None}).told])
    assert consequence(story, []) is Consequence[found]


@pytest.mark.parametrize(
    ("title", "themes", "text", "found"),
    [
        pytest.param("A hard year", ("caseloads",), "", "COVERAGE", id="what is told as a concern"),
        pytest.param(BOARD, ("caseloads",), "", "ROUTINE", id="minutes that name a concern"),
        pytest.param("A hard year", (), "Ministers issued an improvement notice.", "INTERVENTION", id="its opening"),
        pytest.param("A year on", (), "The council is under an improvement notice.", "ROUTINE", id="what still stands"),
        pytest.param(BOARD, (), "It was told of the statutory direction.", "ROUTINE", id="minutes that name a notice"),
        pytest.param("A year", (), "-" * 700 + " A statutory direction.", "ROUTINE", id="what stands further down"),
    ],
)
def test_where_the_headline_does_not_tell_themes_and_the_opening_do(one, title, themes, text, found):
    story = stories.tell(1, [one(*themes, title=title, text=text, labels={"event": Event.OTHER}).told])
    assert consequence(story, []) is Consequence[found]


def test_the_order_is_that_of_consequence(compose, one, report, inspected):
    earlier = known("2023-05-01", council="Averton", overall=GOOD), known("2023-05-01", overall=GOOD)
    other = {"event": Event.OTHER}
    digest = compose(
        one(title="Could you foster?", labels=other),
        one("caseloads", title="Caseloads rise", labels=other),
        one(title="Improvement notice issued", labels=other),
        report(inspected("2026-05-01", overall=GOOD), title="as before"),
        report(inspected("2026-05-01", "Averton", overall=REQUIRES), "Averton", title="worse than before"),
        reports=earlier,
    )
    assert told(digest) == [
        "worse than before",
        "as before",
        "Improvement notice issued",
        "Caseloads rise",
        "Could you foster?",
    ]


def test_news_that_the_council_answered_is_ranked_as_news_and_not_as_the_answer(compose, one):
    other, answer = {"event": Event.OTHER}, {"event": Event.COUNCIL_RESPONSE}
    digest = compose(
        one(title="We accept the findings", labels=answer, story=1),
        one(title="A hard year", text="x" * 99, labels=other, story=2),
        one(title="Our answer to a hard year", labels=answer, story=2),
    )
    assert told(digest) == ["A hard year", "We accept the findings"]
