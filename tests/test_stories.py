"""What tells one event is one story, however many tell it; what tells two events is never folded into one."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest

from monitor.model import Event, ToldItem, UpdateReason
from monitor.stories import group, tell

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

RELEASE = """
Almost four in ten children's social workers in Wexmoor are agency staff, councillors were told on Tuesday.
A report to the scrutiny committee said that some children had met six social workers in two years, and that changes
of social worker were the main reason why decisions about permanent homes came late. Managers now check every child's
plan each week. The cabinet member told the committee that a stable workforce was her first priority, and that forty
newly qualified social workers would join the teams in September.
"""
REWRITE = """
Children in Wexmoor are waiting too long for a permanent home because their social workers keep changing.
Councillors on the scrutiny committee were told on Tuesday that almost four in ten of the county's social workers are
agency staff. Some children met six social workers in two years, the report said. The cabinet member said a stable
workforce was her first priority: forty newly qualified social workers join in September.
"""
COVERAGE = """
Services for children in Wexmoor have been rated inadequate by inspectors. The watchdog said that leaders had been slow
to act and that children were left at risk for too long. The council said it accepted the findings in full.
"""
SECOND_COVERAGE = """
Inspectors have called for urgent change in Wexmoor after finding serious failures in the way the council protects
children. The authority apologised to families and said a recovery board would oversee the work. The inspectors said
leaders did not know what was happening on the front line.
"""
REPORT = """
The experiences and progress of children who need help and protection are inadequate. Thresholds are applied unevenly
and strategy discussions are held too late. Supervision is irregular. Case records lack chronologies.
"""
VISIT = """
Following the monitoring visit to Wexmoor's children's services, inspectors found that the local authority is making
steady progress at the front door. Contacts are screened on the day they arrive. Management oversight is recorded.
"""
PATHS = """
Wexmoor is to mend forty miles of footpaths for children walking to school. The highways team begins at Easter with the
lane beside the mill, where parents have asked for a crossing since the flood.
"""


@pytest.fixture
def told(make_item, make_classification, now):
    """An item about Wexmoor, published when it was first seen."""

    def make(text: str, title: str = "", *, councils=("Wexmoor",), event=Event.OTHER, after=0 * HOUR, **item):
        when = now + after
        made = make_item(title or text.split(".", maxsplit=1)[0], text=text, first_seen=when, published=when, **item)
        return ToldItem(item=made, classification=make_classification(councils=councils, event=event))

    return make


@pytest.fixture
def report(told):
    def make(text: str = REPORT, event=Event.FULL_INSPECTION, **changes):
        return told(text, "Children's services inspection", event=event, is_report=True, **changes)

    return make


def stories(*new, recent=()) -> set[frozenset[str]]:
    """Which items stand together, by key: the new ones and those of the recent stories."""
    members: dict[object, list[str]] = {}
    for number, one in recent:
        members.setdefault(number, []).append(one.item.key)
    for index, (number, joined) in enumerate(group(new, recent)):
        place = ("new", index) if number is None else number
        members.setdefault(place, []).extend(one.item.key for one in joined)
    return {frozenset(keys) for keys in members.values()}


def are_one(*new, recent=()) -> bool:
    return len(stories(*new, recent=recent)) == 1


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


def test_two_papers_accounts_of_one_inspection_are_one_story_though_they_share_no_sentence(told):
    one, other = (told(text, event=Event.FULL_INSPECTION) for text in (COVERAGE, SECOND_COVERAGE))
    assert are_one(one, other)


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
    words = [f"matter{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(400)]
    texts = [" ".join(words[start : start + 40]) for start in range(0, 320, 20)]
    items = [told(text, "Council news", after=hour * HOUR) for hour, text in enumerate(texts)]
    assert are_one(*items[:2])
    assert max(len(members) for members in stories(*items)) <= 3


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


def test_hundreds_of_items_are_grouped_in_moments(told):
    """Bounded far above what it takes, so that only a change of its order of growth fails."""
    dice = random.Random(0)  # noqa: S311 - it guards nothing
    words = [f"word{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in range(3_000)]
    items = [told(" ".join(dice.choices(words, k=250)), f"Matter {number}") for number in range(300)]
    started = time.process_time()
    found = group(items, [])
    assert len(found) == 300
    assert time.process_time() - started < 10


# --- the story they tell -------------------------------------------------------------------------------------


def test_the_report_leads_then_the_fullest_text_then_the_earliest(told, report):
    late, early, full, official = told("Short."), told("Short.", after=-HOUR), told(RELEASE), report()
    story = tell(3, [late, early, full, official])
    assert [one.item.key for one in story.items] == [one.item.key for one in (official, full, early, late)]


def test_a_storys_labels_are_those_of_all_its_items_together(make_item, make_classification):
    one = ToldItem(
        item=make_item(text="x" * 50, url="https://one.example.org/"),
        classification=make_classification("permanence", councils=("Wexmoor",), event=Event.OTHER, relevance=0.6),
    )
    other = ToldItem(
        item=make_item(url="https://other.example.org/"),
        classification=make_classification(
            "permanence", "caseloads", councils=("Averton", "Wexmoor"), event=Event.FOCUSED_VISIT, relevance=0.8
        ),
    )
    story = tell(3, [other, one], new=[UpdateReason.REPORT])
    assert story.councils == ("Wexmoor", "Averton")
    assert (story.event, story.relevance, story.is_update) == (Event.FOCUSED_VISIT, 0.8, True)
    assert [(label.theme, url) for label, url in story.themes] == [
        ("permanence", "https://one.example.org/"),
        ("caseloads", "https://other.example.org/"),
    ]
