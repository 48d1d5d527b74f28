"""What tells one event is one story, however many tell it; what tells two events is never folded into one."""

from __future__ import annotations

import random
import time

import pytest
from story_texts import (
    COVERAGE,
    DAY,
    HOUR,
    OPENING,
    PATHS,
    RELEASE,
    RETOLD,
    REWRITE,
    SECOND_COVERAGE,
    SECOND_OPENING,
    VISIT,
    are_one,
    group,
    stories,
)

from monitor.model import NO_COUNCIL, Event
from monitor.stories import Shelf

# --- what folds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(RELEASE, RELEASE, id="a copy"),
        pytest.param(RELEASE, RELEASE[:330], id="a copy that was cut"),
        pytest.param(RELEASE, REWRITE, id="a rewrite"),
    ],
)
def test_a_release_and_what_papers_make_of_it_are_one_story(told, one, other):
    assert are_one(told(one, "Council relies on agency staff"), told(other, "Homes delayed", after=5 * HOUR))


def test_the_coverage_of_a_report_joins_it_whichever_comes_first(told, report):
    coverage = told(COVERAGE, event=Event.FULL_INSPECTION, after=2 * HOUR)
    assert are_one(report(), coverage)
    assert are_one(coverage, recent=[(7, report())])
    assert are_one(report(after=6 * HOUR), recent=[(7, coverage)])


def test_two_papers_accounts_of_one_inspection_are_one_story_beside_its_report_though_they_share_no_sentence(
    told, report
):
    """Without it nothing says that either is about the inspection, and not about what it only remembers."""
    one, other = (told(text, event=Event.FULL_INSPECTION) for text in (COVERAGE, SECOND_COVERAGE))
    assert are_one(report(), one, other)
    assert not are_one(one, other)


def test_the_councils_response_joins_the_report_it_answers(told, report):
    response = told("We accept what the inspectors found.", event=Event.COUNCIL_RESPONSE, after=DAY)
    assert are_one(response, recent=[(7, report())])


def test_a_story_goes_on_under_its_number(told):
    ((number, members),) = group([told(REWRITE, after=DAY)], [(41, told(RELEASE))])
    assert number == 41
    assert [one.item.text for one in members] == [REWRITE]


def test_news_of_no_council_in_particular_folds_by_its_words(told):
    assert are_one(told(RELEASE, councils=()), told(RELEASE, councils=(), after=HOUR))


# --- what does not -------------------------------------------------------------------------------------------


def test_two_things_about_one_council_are_two_stories(told):
    assert not are_one(told(RELEASE), told(PATHS))


def test_two_councils_reports_of_one_day_are_two_stories_though_worded_alike(told, report):
    assert not are_one(report(), report(councils=("Averton",)))
    assert not are_one(told(COVERAGE), told(COVERAGE.replace("Wexmoor", "Averton"), councils=("Averton",)))


def test_two_reports_of_one_council_are_two_stories(report):
    assert not are_one(report(), report())


def test_a_monitoring_visit_and_the_re_inspection_of_the_same_council_are_two_stories(told, report):
    visit, inspection = report(VISIT, Event.MONITORING_VISIT), report(after=DAY)
    about_visit, about_inspection = (
        told(COVERAGE, event=Event.MONITORING_VISIT),
        told(COVERAGE, event=Event.FULL_INSPECTION, after=DAY),
    )
    assert stories(about_visit, about_inspection, visit, inspection) == {
        frozenset([visit.item.key, about_visit.item.key]),
        frozenset([inspection.item.key, about_inspection.item.key]),
    }


def test_what_follows_from_an_inspection_days_later_is_a_story_of_its_own(told, report):
    resignation = told(
        "The director is to leave in spring, after eight years.", event=Event.FULL_INSPECTION, after=5 * DAY
    )
    assert not are_one(resignation, recent=[(7, report())])


@pytest.mark.parametrize(("days", "folds"), [(6, True), (8, False)], ids=["within a week", "after more than a week"])
def test_the_same_words_a_week_later_are_another_event(told, days, folds):
    assert are_one(told(RELEASE, after=days * DAY), recent=[(7, told(RELEASE))]) is folds


def test_likenesses_are_not_chained(told):
    """Each text shares half of its words with the next and none with those beyond: one event does not become all."""
    words = [f"{chr(97 + i // 26)}{chr(97 + i % 26)}matter" for i in range(400)]
    texts = [" ".join(words[start : start + 40]) for start in range(0, 320, 20)]
    items = [told(text, "Council news", after=hour * HOUR, source=f"Paper {hour}") for hour, text in enumerate(texts)]
    assert are_one(*items[:2])
    assert max(len(members) for members in stories(*items)) <= 3


def test_two_things_that_are_headlined_by_one_template_are_two_stories(told):
    one = told(OPENING, "Wexmoor opens new hub for foster carers", source="Wexmoor Council")
    other = told(SECOND_OPENING, "New family hub opens in Wexmoor", source="Wexmoor Echo", after=HOUR)
    rewrite = told(OPENING[60:], "Carers get a place of their own", source="Wexmoor Echo", after=2 * HOUR)
    assert stories(one, other, rewrite) == {frozenset([one.item.key, rewrite.item.key]), frozenset([other.item.key])}


def test_what_a_paper_prints_below_all_its_news_of_a_council_makes_no_story_of_it(told):
    news = [
        "The director of children's services is to step down in July, six years after she came, her office said.",
        "A motion that the lead member should resign has been lost by 31 votes to 22, after two hours of shouting.",
        "Seven in ten would go elsewhere if they could, a union that asked 148 of its members about their desks found.",
    ]
    items = [
        told(f"{one} {'It went on. ' * 12}{COVERAGE}", one[:40], event=Event.FULL_INSPECTION, source=one[:20])
        for one in news
    ]
    assert len(stories(*items)) == 3


COMPLAINTS = """
The board is asked to note the report on complaints about children's social care. 201 were received and 31% upheld.
Communication was the commonest cause. The ombudsman investigated five.
"""


def test_two_pages_that_one_committee_makes_by_one_template_are_two_stories(told):
    one = """
    The board is asked to note the report of the reviewing officers for children's social care. 861 children were in
    care and 94% of reviews were in time. Drift was the commonest concern. The service raised 173 concerns.
    """
    pages = [told(one, source="Wexmoor committees"), told(COMPLAINTS, source="Wexmoor committees")]
    assert not are_one(*pages)
    assert are_one(pages[0], told(one, source="Wexmoor committees", after=DAY))


def test_a_round_up_that_names_a_council_among_others_is_not_the_news_from_there(told):
    one = told(COVERAGE, event=Event.FULL_INSPECTION)
    both = told(SECOND_COVERAGE, councils=("Wexmoor", "Averton"), event=Event.FULL_INSPECTION, source="Sector Weekly")
    assert not are_one(one, both)


@pytest.mark.parametrize("bait", [(), ("Wexmoor", "Averton")], ids=["no council", "both councils"])
def test_a_page_that_names_no_council_or_both_does_not_make_one_story_of_two_councils_news(told, bait):
    first = told(COVERAGE, councils=bait, source="Bait")
    mine = told(COVERAGE, source="Wexmoor Echo", after=HOUR)
    theirs = told(COVERAGE.replace("Wexmoor", "Averton"), councils=("Averton",), source="Averton Echo", after=2 * HOUR)
    for found in (stories(first, mine, theirs), stories(mine, theirs, recent=[(7, first)])):
        assert not any({mine.item.key, theirs.item.key} <= keys for keys in found)
    assert not any({mine.item.key, theirs.item.key} <= keys for keys in stories(theirs, recent=[(7, first), (7, mine)]))


def test_the_same_tale_in_other_words_is_one_story_on_the_next_day_and_another_after_half_a_week(told):
    first = told(RELEASE, source="Wexmoor Council")
    for after, folds in ((DAY, True), (4 * DAY, False)):
        rewrite = told(RETOLD, "Homes come late for children", source="Wexmoor Radio", after=after)
        assert are_one(rewrite, recent=[(7, first)]) is folds


def test_a_report_joins_no_story_that_has_another(told, report):
    first, coverage = report(event=Event.FOCUSED_VISIT), told(COVERAGE, event=Event.FOCUSED_VISIT, after=HOUR)
    second = report(event=Event.FOCUSED_VISIT, after=DAY)
    assert not are_one(second, recent=[(7, first), (7, coverage)])


# --- batches -------------------------------------------------------------------------------------------------


def test_batches_into_one_shelf_make_the_same_stories_as_all_at_once(told, report):
    items = [
        told(RELEASE, source="Wexmoor Council"),
        told(COVERAGE, event=Event.FULL_INSPECTION, after=2 * HOUR),
        report(after=6 * HOUR),
        told(REWRITE, source="Wexmoor Radio", after=8 * HOUR),
        told(SECOND_COVERAGE, event=Event.FULL_INSPECTION, after=9 * HOUR),
    ]
    shelf, found = Shelf(), {}
    for number, one in enumerate(items, start=1):
        (story,) = shelf.join([one])
        if story.number is None:
            shelf.number(story, number)
        assert story.new == [one]
        found.setdefault(story.number, set()).add(one.item.key)
    assert {frozenset(keys) for keys in found.values()} == stories(*items)


def test_a_shelf_asks_once_for_what_a_council_has_and_takes_no_story_twice(told):
    shelf, both = Shelf(), told(RELEASE, councils=("Wexmoor", "Averton"))
    assert shelf.to_recall([told(RELEASE), told(RELEASE, councils=())]) == {"Wexmoor", NO_COUNCIL}
    shelf.recall({"Wexmoor", NO_COUNCIL}, [(7, both)])
    assert shelf.to_recall([told(RELEASE)]) == set()
    assert shelf.to_recall([told(RELEASE, councils=("Averton",))]) == {"Averton"}
    shelf.recall({"Averton"}, [(7, both)])
    (story,) = shelf.join([told(RELEASE, councils=("Wexmoor", "Averton"), after=HOUR)])
    assert story.number == 7


def test_a_shelf_lets_go_of_what_went_quiet(told, now):
    shelf = Shelf()
    shelf.recall({"Wexmoor"}, [(7, told(RELEASE)), (8, told(PATHS, after=3 * DAY))])
    shelf.forget(now + DAY)
    assert [story.number for story in shelf.join([told(RELEASE), told(PATHS)])] == [None, 8]


# --- order and size ------------------------------------------------------------------------------------------


def test_the_order_in_which_the_items_of_a_pass_are_given_makes_no_difference(told, report):
    items = [
        told(RELEASE),
        told(REWRITE, after=HOUR),
        told(PATHS, after=2 * HOUR),
        told(COVERAGE, event=Event.FULL_INSPECTION, after=3 * HOUR),
        told(SECOND_COVERAGE, event=Event.FULL_INSPECTION, after=3 * HOUR),
        report(after=4 * HOUR),
        told("We accept what the inspectors found.", event=Event.COUNCIL_RESPONSE, after=5 * HOUR),
    ]
    expected = stories(*items)
    assert len(expected) == 3
    for seed in range(20):
        shuffled = random.Random(seed).sample(items, len(items))  # noqa: S311 - it guards nothing
        assert stories(*shuffled) == expected


NONSENSE = [f"{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}word" for i in range(3_000)]


def nonsense(seed: int) -> str:
    return " ".join(random.Random(seed).choices(NONSENSE, k=250))  # noqa: S311 - it guards nothing


@pytest.mark.parametrize(
    ("number", "source", "is_alike", "fewest"),
    [
        # By chance, some have a dozen rare words in common.
        pytest.param(300, "Paper {}", False, 290, id="of many papers"),
        pytest.param(1_200, "Paper", False, 1_000, id="a flood from one source"),
        pytest.param(1_200, "Paper {}", True, 1, id="a flood of copies"),
    ],
)
def test_a_thousand_items_about_one_council_are_grouped_in_moments(told, number, source, is_alike, fewest):
    """Bounded far above what it takes, so that only a change of its order of growth fails."""
    items = [
        told(
            nonsense(0 if is_alike else one),
            f"Matter {one}",
            after=one % 100 * HOUR,
            source=source.format(one),
        )
        for one in range(number)
    ]
    started = time.process_time()
    assert len(group(items)) >= fewest
    assert time.process_time() - started < 15


def test_a_flood_from_one_source_keeps_no_copy_from_anothers_story(told):
    flood = [told(nonsense(one), f"Matter {one}", after=HOUR, source="Loud") for one in range(60)]
    first, copy = told(RELEASE, source="Wexmoor Echo"), told(RELEASE, "Homes delayed", source="Radio", after=5 * HOUR)
    assert frozenset({first.item.key, copy.item.key}) in stories(first, *flood, copy)
