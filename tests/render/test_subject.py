from __future__ import annotations

from dataclasses import replace

import pytest
from golden_week import again
from render_examples import (
    NOW,
    alert,
    corrected,
    digest,
    expectation,
    full_digest,
    inspection,
    item,
    known,
    news,
    story,
    visit,
)

from monitor.model import Change, Grade, InspectionKind, SendOutcome, SourceTrouble, SubscriptionKind, UpdateReason
from monitor.render.subject import LIMIT, subject

VISIT = inspection(kind=InspectionKind.MONITORING_VISIT, judgements={})
NO_OVERALL = inspection(judgements={"impact_of_leaders": Grade.GOOD})
OVERALL = Change(judgement="overall", before=Grade.INADEQUATE, after=Grade.REQUIRES_IMPROVEMENT)
IN_CARE = Change(judgement="in_care", before=Grade.GOOD, after=Grade.REQUIRES_IMPROVEMENT)
LEAVERS = Change(judgement="care_leavers", before=Grade.GOOD, after=Grade.INADEQUATE)
LEADERS = Change(judgement="impact_of_leaders", before=Grade.INADEQUATE, after=Grade.GOOD)
TROUBLE = SourceTrouble(source="Moor FM", since=NOW, reason="no answer")


def an_alert(**changes):
    return digest(kind=SubscriptionKind.ALERT, inspections=(news(**changes),), stories=(story(),))


def urgent(one):
    return replace(one, priority_action=True)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        pytest.param(
            digest(inspections=(news(),), stories=(story(1), story(2)), more=3),
            "Wexmoor judged requires improvement; 4 more stories",
            id="the judgement, and how much else",
        ),
        pytest.param(
            digest(inspections=(news(inspection=VISIT, changes=()),)),
            "Wexmoor: monitoring visit report published",
            id="a visit without grades",
        ),
        pytest.param(
            digest(inspections=(news(inspection=replace(VISIT, kind=InspectionKind.OTHER), changes=()),)),
            "Wexmoor: report published",
            id="a report of no known kind",
        ),
        pytest.param(
            an_alert(
                inspection=inspection(judgements={"impact_of_leaders": Grade.GOOD, "care_leavers": Grade.INADEQUATE}),
                changes=(),
            ),
            "Report published: Wexmoor, full inspection, care leavers inadequate",
            id="an inadequate area where there is no overall grade",
        ),
        pytest.param(
            digest(
                inspections=(
                    news(
                        inspection=inspection(
                            kind=InspectionKind.AREA_SEND, judgements={}, send_outcome=SendOutcome.SYSTEMIC_FAILINGS
                        ),
                        changes=(),
                    ),
                )
            ),
            "Wexmoor: area SEND inspection report published, widespread and/or systemic failings",
            id="the outcome of an area SEND inspection",
        ),
        pytest.param(
            an_alert(inspection=inspection(judgements={"overall": Grade.NOT_JUDGED}), changes=()),
            "Report published: Wexmoor, full inspection",
            id="what was not judged is no judgement",
        ),
        pytest.param(
            an_alert(
                unread="HTTP 404",
                title="Children's services inspection: Wexmoor Council",
                inspection=inspection(kind=InspectionKind.OTHER, judgements={}),
                changes=(),
            ),
            "Report published: Wexmoor, Children's services inspection",
            id="unread: as the page calls it",
        ),
        pytest.param(
            digest(inspections=(visit(3),)), "Harbury: third monitoring visit report published", id="a numbered visit"
        ),
        pytest.param(
            digest(inspections=(corrected(),)),
            "Northmere: full inspection report published anew, care leavers: good → inadequate",
            id="published anew: not the old news, but what is different in it",
        ),
        pytest.param(
            digest(inspections=(corrected(inspection=urgent(inspection()), corrections=()),)),
            "Northmere: full inspection report published anew; priority action",
            id="published anew, with priority action",
        ),
        pytest.param(
            digest(inspections=(corrected(corrections=(), replaces=known(inspection=None)),)),
            "Northmere judged requires improvement",
            id="published anew after a file that could not be read",
        ),
        pytest.param(
            digest(expected=(expectation(), expectation("Wexmoor", what="re-inspection"))),
            "Expected: Eastvale, full inspection between June 2026 and July 2027; "
            "Wexmoor, re-inspection between June 2026 and July 2027",
            id="nothing but expectations",
        ),
        pytest.param(
            digest(stories=(story(),), expected=(expectation(),)),
            "Wexmoor: Council sets out plan for social work teams",
            id="news come before what is only expected",
        ),
        pytest.param(
            digest(inspections=(news(inspection=NO_OVERALL, changes=(LEADERS,)),)),
            "Wexmoor: impact of leaders inadequate → good",
            id="no overall grade: what changed",
        ),
        pytest.param(
            digest(inspections=(news(inspection=urgent(VISIT), changes=()),)),
            "Wexmoor: priority action, monitoring visit",
            id="priority action",
        ),
        pytest.param(
            digest(stories=(story(), story(2))),
            "; ".join(2 * ["Wexmoor: Council sets out plan for social work teams"]),
            id="no report: the stories that fit",
        ),
        pytest.param(
            digest(stories=(story(items=(item("Wexmoor hires 20"),)),)),
            "Wexmoor hires 20",
            id="the council is not said twice",
        ),
        pytest.param(
            digest(stories=(story(councils=(), items=(item(""),)),)), "untitled story", id="no title, no council"
        ),
        pytest.param(
            digest(
                inspections=(
                    news(
                        inspection=inspection(
                            kind=InspectionKind.AREA_SEND, judgements={}, send_outcome=SendOutcome.INCONSISTENT
                        ),
                        changes=(
                            Change(
                                judgement="send_outcome",
                                before=SendOutcome.TYPICALLY_POSITIVE,
                                after=SendOutcome.INCONSISTENT,
                            ),
                        ),
                    ),
                )
            ),
            "Wexmoor area: SEND outcome typically positive → inconsistent",
            id="another outcome of an area SEND inspection, short",
        ),
        pytest.param(
            digest(stories=(story(new=(UpdateReason.RESPONSE,)), story(2)), more=3),
            "Update: Wexmoor: Council sets out plan for social work teams; "
            "Wexmoor: Council sets out plan for social work teams; 3 more stories",
            id="an update",
        ),
        pytest.param(
            digest(repeated=again(5)),
            "No news for Wexmoor and 3 more councils; 5 items on stories you know",
            id="only repeats",
        ),
        pytest.param(
            digest(sources_checked=0),
            "Nothing has been looked at yet for Wexmoor and 3 more councils",
            id="quiet, because nobody has looked",
        ),
        pytest.param(digest(), "No news for Wexmoor and 3 more councils", id="quiet"),
        pytest.param(
            digest(failing=(TROUBLE,)),
            "No news for Wexmoor and 3 more councils; 1 source failing",
            id="quiet, but not for sure",
        ),
        pytest.param(
            digest(failing=(TROUBLE,) * 33, sources_checked=0),
            "Nothing could be looked at for Wexmoor and 3 more councils: no source answered, 33 are failing",
            id="quiet, because no source answered",
        ),
        pytest.param(
            alert(),
            "Wexmoor: priority action; overall effectiveness inadequate → requires improvement and 1 more change",
            id="alert: changes and priority action",
        ),
        pytest.param(
            an_alert(changes=(LEADERS,)), "Wexmoor: impact of leaders inadequate → good", id="alert: one change"
        ),
        pytest.param(
            an_alert(inspection=NO_OVERALL, changes=(LEADERS, LEAVERS)),
            "Wexmoor: care leavers good → inadequate, but 1 change for the better",
            id="alert: the fall before what is better",
        ),
        pytest.param(
            digest(inspections=(news(inspection=NO_OVERALL, changes=(LEADERS, IN_CARE, LEAVERS)),)),
            "Wexmoor: care leavers good → inadequate and 1 more change, but 1 change for the better",
            id="the fall to the lowest grade before another, and what is better",
        ),
        pytest.param(
            an_alert(changes=(OVERALL, LEADERS, LEAVERS)),
            "Wexmoor: overall effectiveness inadequate → requires improvement and 1 more change, "
            "but 1 change for the worse",
            id="alert: what is worse is not hidden by the overall grade",
        ),
        pytest.param(
            an_alert(inspection=urgent(VISIT), changes=()),
            "Priority action: Wexmoor, monitoring visit",
            id="alert: priority action",
        ),
        pytest.param(
            an_alert(inspection=VISIT, changes=()), "Report published: Wexmoor, monitoring visit", id="alert: a visit"
        ),
        pytest.param(
            digest(kind=SubscriptionKind.ALERT, inspections=(corrected(),)),
            "Report published anew: Northmere, full inspection, care leavers: good → inadequate",
            id="alert: published anew",
        ),
        pytest.param(
            an_alert(changes=()),
            "Report published: Wexmoor, full inspection, judged requires improvement",
            id="alert: a first judgement",
        ),
        pytest.param(
            digest(kind=SubscriptionKind.ALERT, stories=(story(),)),
            "Wexmoor: Council sets out plan for social work teams",
            id="alert: no report",
        ),
        pytest.param(
            digest(kind=SubscriptionKind.ALERT, inspections=(news(), visit(3))),
            "Wexmoor judged requires improvement; Harbury: third monitoring visit report published",
            id="alert: reports of two councils, each named",
        ),
        pytest.param(
            digest(kind=SubscriptionKind.ALERT, inspections=(news(), news(), news())),
            "Wexmoor: 3 reports published",
            id="alert: many of one council",
        ),
        pytest.param(digest(kind=SubscriptionKind.ALERT), "Alert: weekday-briefing", id="alert: nothing at all"),
    ],
)
def test_subject_tells_the_news_itself(told, line):
    assert subject(told) == line


def test_reports_that_do_not_fit_are_counted():
    councils = [f"Council of a long name {number}" for number in range(9)]
    line = subject(digest(inspections=tuple(news(council=council) for council in councils), more=2))
    assert len(line) <= LIMIT
    assert line.startswith("Council of a long name 0 judged requires improvement; ")
    assert line.endswith("7 more reports; 2 more stories")


def test_endless_title_leaves_room_for_the_count():
    told = digest(stories=(story(items=(item("word " * 2000),), councils=("C" * 300,)), story(2)))
    assert len(subject(told)) <= LIMIT
    assert subject(told).endswith("; 1 more story")


def test_a_told_report_is_not_counted_as_a_further_story():
    assert "5 more stories" in subject(full_digest())  # two stories beside the report, three left out


def test_a_digest_of_many_expectations_counts_those_it_cannot_name():
    line = subject(digest(expected=tuple(expectation(f"Council {n}") for n in range(153))))
    assert len(line) <= LIMIT
    assert line.startswith("Expected: Council 0, full inspection between June 2026 and July 2027; ")
    assert line.endswith("; 152 more expectations")
