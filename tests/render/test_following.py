"""What a report follows, and what follows it, as a reader is told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from media import assert_everywhere, in_each_medium, slack_text, worded
from render_examples import (
    corrected,
    digest,
    expectation,
    full_digest,
    inspection,
    known,
    news,
    next_visit,
    story,
    visit,
)

from monitor.model import Change, Correction, Grade, InspectionKind, SendOutcome
from monitor.render.html import MAX_BYTES

NO_OVERALL = known(inspection=inspection(judgements={"in_care": Grade.GOOD}))


@pytest.mark.parametrize(
    ("told", "note"),
    [
        pytest.param(
            visit(3),
            "Third monitoring visit since the judgement of inadequate in January 2020.",
            id="by the number its letter gives",
        ),
        pytest.param(
            visit(3, letters=2),
            "Third monitoring visit since the judgement of inadequate in January 2020.",
            id="the letter's own number counts: the first may not be published",
        ),
        pytest.param(
            visit(letters=2),
            "Second letter of a monitoring visit known since the judgement of inadequate in January 2020.",
            id="no number: by the letters known, and that they are only those",
        ),
        pytest.param(visit(2, follows=None), "Second monitoring visit.", id="no judgement is known"),
        pytest.param(
            visit(letters=1, follows=None), "First letter of a monitoring visit known.", id="nothing else is known"
        ),
        pytest.param(
            visit(1, follows=NO_OVERALL),
            "First monitoring visit since the inspection in March 2026.",
            id="after an inspection without an overall grade",
        ),
    ],
)
def test_a_monitoring_visit_is_told_with_its_place_in_the_story(told, note):
    assert_everywhere(worded(digest(inspections=(told,))), note)


@pytest.mark.parametrize("kind", [InspectionKind.FOCUSED_VISIT, InspectionKind.MONITORING_VISIT, InspectionKind.JTAI])
def test_after_a_visit_the_grades_that_stand_are_told(kind):
    told = visit(inspection=inspection(kind=kind, judgements={}))
    assert_everywhere(
        worded(digest(inspections=(told,))),
        "The grades of January 2020 stand: overall effectiveness: inadequate; "
        "children in care and care leavers: requires improvement.",
    )


def test_no_grades_are_said_to_stand_where_none_are_known():
    assert " stand" not in worded(digest(inspections=(visit(2, follows=None),))).text


def test_grades_of_before_are_not_said_to_stand_after_a_full_inspection():
    assert " stand" not in worded(digest(inspections=(news(follows=known()),))).text


def test_the_month_of_a_grade_that_one_report_alone_gave_is_said_once():
    once = replace(news().changes[0], stood_since=news().changes[0].since)
    message = worded(digest(inspections=(news(changes=(once,)),)))
    assert_everywhere(message, "inadequate → requires improvement", "first change since January 2020")
    assert message.text.count("January 2020") == 1


def test_how_long_a_grade_had_stood_is_not_said_where_it_is_not_known():
    unknown = Change(judgement="overall", before=Grade.INADEQUATE, after=Grade.GOOD)
    assert "first change" not in worded(digest(inspections=(news(changes=(unknown,)),))).text


@pytest.mark.parametrize(
    ("told", "note"),
    [
        pytest.param(
            corrected(),
            "It replaces an earlier file of the same report. Different in it: care leavers: good → inadequate.",
            id="a grade",
        ),
        pytest.param(
            corrected(
                Correction(fact="inspection_end", before="2026-03-20", after="2026-03-21"),
                Correction(fact="priority_action", before="no", after="yes"),
                Correction(fact="send_outcome", before="", after="systemic-failings"),
            ),
            "Different in it: last day of the inspection: 20 March 2026 → 21 March 2026; priority action: no → yes; "
            "outcome: not told → systemic failings.",
            id="other facts, in words",
        ),
        pytest.param(
            corrected(corrections=()),
            "It replaces an earlier file of the same report; no fact read from it is different.",
            id="none that was read",
        ),
        pytest.param(
            corrected(corrections=(), replaces=known(inspection=None, unread="HTTP 500")),
            "It replaces an earlier file of the same report, which could not be read.",
            id="the first file could not be read",
        ),
    ],
)
def test_a_report_published_anew_says_what_is_different_in_it(told, note):
    assert_everywhere(worded(digest(inspections=(told,))), note)


DIFFERENCE = "inspection: 2026-03-23 on Ofsted's page, 2026-03-09 to 2026-03-20 in the report"
DAYS = "published: 2026-06-17 on Ofsted's page, 2026-06-16 in the report"


def test_where_ofsteds_page_says_otherwise_than_the_report_both_are_told():
    told = news(inspection=inspection(differences=(DAYS, DIFFERENCE)))
    message = worded(digest(inspections=(told,)))
    assert_everywhere(
        message,
        "page and the report differ in inspection: 23 March 2026 on Ofsted's page, 9 March 2026 to 20 March 2026 in",
    )
    assert "16 June 2026" not in message.text
    assert message.data["inspections"][0]["differences"] == [DAYS, DIFFERENCE]


def test_a_report_that_bears_a_date_a_day_before_its_publication_is_nothing_to_remark_on():
    told = news(inspection=inspection(differences=(DAYS,)))
    assert "differ" not in worded(digest(inspections=(told,))).text


def test_what_a_report_leads_one_to_expect_is_said_to_be_an_expectation_with_its_source():
    message = worded(digest(inspections=(visit(next=next_visit()),)))
    assert_everywhere(
        message,
        "Likely next, not announced: monitoring visit between August 2026 and November 2026. "
        "Councils judged inadequate are visited about every quarter, until they are inspected again. "
        "How children's services are inspected",
    )
    for medium in (message.html, message.text, slack_text(message)):
        assert "https://rules.example.org/framework" in medium


def test_a_window_that_opens_is_told_as_an_expectation_with_its_rule_and_source():
    message = worded(digest(expected=(expectation(),)))
    assert_everywhere(
        message,
        "Likely in the months shown, going by Ofsted’s frameworks and recent intervals.",
        "Nothing has been announced.",
        "Eastvale: full inspection between June 2026 and July 2027. Councils that require improvement are inspected "
        "again after about three years. How children's services are inspected",
    )
    assert "Nothing new was found" not in message.text
    for medium in (message.html, message.text, slack_text(message)):
        assert "https://rules.example.org/framework" in medium


def test_news_come_before_what_is_only_expected():
    for words in in_each_medium(worded(full_digest())).values():
        places = [
            words.lower().index(phrase) for phrase in ("3 more stories", "likely in the months", "all 42 sources")
        ]
        assert places == sorted(places)


def test_where_nothing_is_expected_nothing_is_said_of_it():
    for words in in_each_medium(worded(digest(inspections=(news(),), stories=(story(),)))).values():
        assert "expect" not in words.lower()
        assert "announced" not in words


def test_windows_of_every_council_at_once_fit_all_media_and_are_counted():
    """As on the first day of a year in which all were inspected alike."""
    everyone = tuple(expectation(f"Council {n}", rule="A long rule about when they come. " * 20) for n in range(153))
    message = worded(digest(expected=everyone))
    assert_everywhere(message, "Council 0: full inspection", "and 133 more expectations")
    assert len(message.html.encode()) < MAX_BYTES
    assert all(len(payload["blocks"]) <= 50 and len(json.dumps(payload)) < 13_000 for payload in message.slack)
    assert len(message.data["expected"]) == 153


def test_no_row_of_a_report_leaves_open_how_it_stands_to_what_was_before():
    earlier = known(inspection=inspection(judgements={"help_and_protection": Grade.GOOD, "in_care": Grade.GOOD}))
    given = {
        "impact_of_leaders": Grade.GOOD,
        "help_and_protection": Grade.GOOD,
        "in_care": Grade.GOOD,
        "care_leavers": Grade.GOOD,
    }
    told = news(inspection=inspection(judgements=given), changes=(), compared=("help_and_protection",), follows=earlier)
    words = " ".join(worded(digest(inspections=(told,))).text.split())
    assert "Impact of leaders: good; no earlier grade known" in words
    assert "Help and protection: good; unchanged since March 2026" in words
    assert "Children in care: good; not compared: before, one grade with care leavers" in words
    assert "Care leavers: good; not compared: before, one grade with children in care" in words


def test_an_areas_first_outcome_is_told_as_that_whatever_is_known_of_the_council():
    area = inspection(kind=InspectionKind.AREA_SEND, judgements={}, send_outcome=SendOutcome.INCONSISTENT)
    message = worded(digest(inspections=(news(inspection=area, changes=(), first_known=True),)))
    words = " ".join(message.text.split())
    assert "Outcome: inconsistent experiences and outcomes; no earlier outcome known" in words
    assert BeautifulSoup(message.html, "lxml").select_one("table.data caption").text == "Outcome"


def test_how_long_grades_had_stood_is_said_once_where_all_had_stood_as_long():
    overall = news().changes[0]
    changes = (overall, replace(news().changes[1], stood_since=overall.stood_since))
    message = worded(digest(inspections=(news(changes=changes),)))
    assert_everywhere(message, "The grades before these changes had stood since November 2016.")
    assert message.text.count("November 2016") == 1


def test_a_finding_of_inadequate_that_did_not_change_is_shown_beside_the_subject():
    page = BeautifulSoup(worded(digest(inspections=(news(),))).html, "lxml")
    assert "Care leavers: inadequate" in page.select_one(".pre").text
