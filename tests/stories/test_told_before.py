"""Of a story that was told, what is new comes again, and what surely repeats it does not."""

from __future__ import annotations

import pytest
from story_texts import AWARD, COVERAGE, DAY, PATHS, RELEASE, REWRITE, SECOND_AWARD, SECOND_COVERAGE, are_one, labelled

from monitor.model import Event, Grade, UpdateReason
from monitor.stories import news_in, repeats

COUNCIL_PAGE = "https://news.wexmoor.example.gov.uk/statement"


def test_ofsteds_report_is_news_to_a_story_that_the_press_told(told, report):
    assert news_in(report(), [told(COVERAGE, event=Event.FULL_INSPECTION)]) == (UpdateReason.REPORT,)


@pytest.mark.parametrize(
    ("grade", "labels", "before", "is_news"),
    [
        pytest.param(Grade.GOOD, {}, Grade.INADEQUATE, True, id="another than was told"),
        pytest.param(Grade.INADEQUATE, {}, Grade.INADEQUATE, False, id="the one that was told"),
        pytest.param(Grade.INADEQUATE, {}, None, True, id="the first that is told"),
        pytest.param(Grade.GOOD, {"judgement_is_new": False}, Grade.INADEQUATE, False, id="one that stood before"),
        pytest.param(Grade.GOOD, {"event": Event.OTHER}, None, False, id="one remembered in other news"),
    ],
)
def test_a_judgement_is_news_to_a_story_told_before_when_it_is(told, grade, labels, before, is_news):
    values = {"event": Event.FULL_INSPECTION, "judgement": grade, "judgement_is_new": True} | labels
    one = labelled(told(SECOND_COVERAGE), **values)
    earlier = labelled(told(COVERAGE), event=Event.FULL_INSPECTION, judgement=before, judgement_is_new=True)
    assert (UpdateReason.JUDGEMENT in news_in(one, [earlier])) is is_news


def test_what_the_press_makes_of_a_report_that_was_told_is_no_new_judgement(told, report):
    one = labelled(told(COVERAGE), event=Event.FULL_INSPECTION, judgement=Grade.INADEQUATE, judgement_is_new=True)
    assert news_in(one, [report()]) == ()


def test_a_councils_response_is_news_once(told):
    coverage = told(COVERAGE, event=Event.FULL_INSPECTION)
    response = told("We accept what they found.", event=Event.COUNCIL_RESPONSE)
    assert news_in(response, [coverage]) == (UpdateReason.RESPONSE,)
    assert news_in(told("Leaders say sorry.", event=Event.COUNCIL_RESPONSE), [coverage, response]) == ()


def test_a_public_bodys_own_page_is_news_to_what_the_press_told_and_the_next_bodys_again(told):
    coverage = told(RELEASE)
    council = told("The mayor has asked for a plan by May.", url=COUNCIL_PAGE)
    government = told("An adviser is appointed.", url="https://www.gov.uk/government/publications/direction-wexmoor")
    assert news_in(council, [coverage]) == (UpdateReason.RESPONSE,)
    assert news_in(government, [coverage, council]) == (UpdateReason.RESPONSE,)
    assert news_in(told("A second word.", url=COUNCIL_PAGE + "-2"), [coverage, council]) == ()


@pytest.mark.parametrize("key", [f"told-by:0a1b:{COUNCIL_PAGE}", "long:0a1b"])
def test_a_feed_that_names_a_public_bodys_page_does_not_speak_for_it(told, key):
    pretended = told("The mayor has asked for a plan by May.", url=COUNCIL_PAGE, key=key)
    assert news_in(pretended, [told(RELEASE)]) == ()
    council = told("The mayor has asked for a plan by May.", url=COUNCIL_PAGE)
    assert news_in(council, [told(RELEASE), labelled(pretended, event=Event.COUNCIL_RESPONSE)]) == ()  # the same words
    assert news_in(told("We say sorry.", url=COUNCIL_PAGE), [told(RELEASE), pretended]) == (UpdateReason.RESPONSE,)


def test_a_release_that_the_press_printed_is_no_response(told):
    assert news_in(told(RELEASE, url=COUNCIL_PAGE), [told(RELEASE)]) == ()


def test_more_coverage_repeats_what_was_told_and_a_stray_item_does_not(told, report):
    assert repeats(told(REWRITE), [told(RELEASE)])
    coverage = told(COVERAGE, event=Event.FULL_INSPECTION, source="Wexmoor Echo")
    assert repeats(told(COVERAGE[:200], event=Event.FULL_INSPECTION, source="Wexmoor Radio"), [report(), coverage])
    assert not repeats(told(PATHS), [told(RELEASE)])


def test_what_is_said_of_an_inspection_is_no_repetition_for_being_about_it(told, report):
    """Grouping puts both into one story; the dull one was told, and what comes now must not go with it."""
    dull = told(
        "Parents can fill in a survey before Ofsted's inspection of Wexmoor's children's services.",
        event=Event.FULL_INSPECTION,
        source="Wexmoor Radio",
    )
    grave = told(
        "Social workers in Wexmoor say managers told them to hide cases during the inspection of children's services.",
        event=Event.FULL_INSPECTION,
        after=DAY,
    )
    assert are_one(report(), dull, grave)
    assert not repeats(grave, [dull])


def test_a_headline_made_by_the_template_of_what_was_told_is_no_repetition(told):
    council = told(AWARD, "Wexmoor fostering team wins national award", source="Wexmoor Council")
    paper = told(SECOND_AWARD, "Wexmoor pre-birth team wins national award", source="Wexmoor Echo")
    assert not repeats(paper, [council])
    assert repeats(told(AWARD[:140], "Wexmoor fostering team wins national award", source="Wexmoor Radio"), [council])


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(("Averton",), id="another council alone"),
        pytest.param((), id="no council"),
        pytest.param(("Averton", "Wexmoor"), id="several, this one among them"),
    ],
)
def test_what_was_told_of_others_told_nothing_of_a_council(told, before):
    assert not repeats(told(RELEASE), [told(RELEASE, councils=before, source="Bait")])
    assert repeats(told(RELEASE), [told(RELEASE, source="Bait")])


def test_a_source_that_names_another_as_publisher_is_still_itself(told):
    """Two pages of one outlet need more likeness: a page must not get or lose that by a name it gives itself."""
    page = told(RELEASE, source="Wexmoor Radio")
    assert repeats(told(REWRITE, source="Bait", publisher="Wexmoor Radio"), [page])
