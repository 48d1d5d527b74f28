"""What tells one event is one story, however many tell it; what tells two events is never folded into one."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import NO_COUNCIL, Event, Grade, ToldItem, UpdateReason
from monitor.stories import Shelf, news_in, repeats, tell

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
RETOLD = """
Two in five of those who look after Wexmoor's most vulnerable children are temps. Scrutiny members learnt that
permanent homes come late for children because social workers leave. Some had met six in two years.
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


def group(new, recent=()) -> list[tuple[int | None, list[ToldItem]]]:
    """Which story each new item belongs to: (a recent story's number, or None for a new one; its new items)."""
    shelf = Shelf()
    shelf.recall(set(), recent)
    return [(story.number, story.new) for story in shelf.join(new)]


def stories(*new, recent=()) -> set[frozenset[str]]:
    """Which items stand together, by key: the new ones and those of the recent stories."""
    members: dict[object, list[str]] = {}
    for number, one in recent:
        members.setdefault(number, []).append(one.item.key)
    for index, (number, joined) in enumerate(group(new, recent)):
        place = ("new", index) if number is None else number
        members.setdefault(place, []).extend(one.item.key for one in joined)
    return {frozenset(keys) for keys in members.values()}


def labelled(one: ToldItem, **labels) -> ToldItem:
    return replace(one, classification=replace(one.classification, **labels))


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


OPENING = """
A hub for Wexmoor's foster carers has opened in the annexe of the old library. There is a play room, a store of prams
and a therapist on Thursdays. Support groups for carers' own sons and daughters begin in June.
"""
SECOND_OPENING = """
Parents in Wexmoor can see midwives, health visitors and family workers under one roof since Monday, when a family hub
opened at the former school in Mill Lane. It cost £310,000, which a government grant has paid.
"""
AWARD = """
Wexmoor's fostering team has won a national award for keeping sisters and brothers in one home. The award was given in
Birmingham to two carers and the young man they brought up. The judges called the team tireless.
"""
SECOND_AWARD = """
A Wexmoor team that works with pregnant women whose elder children were removed has won a national award. Nineteen
mothers took their baby home last year. The award is the first that its five social workers have won.
"""


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


# --- what is new in a story told before ----------------------------------------------------------------------

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


# --- the story they tell -------------------------------------------------------------------------------------


def test_the_report_leads_then_the_fullest_text_then_the_earliest(told, report):
    late, early, full, official = told("Short."), told("Short.", after=-HOUR), told(RELEASE), report()
    story = tell(3, [late, early, full, official])
    assert [one.item.key for one in story.items] == [one.item.key for one in (official, full, early, late)]


def test_copies_of_one_source_do_not_push_others_out_of_what_a_story_tells(told):
    flood = [told(RELEASE * 9, source="Loud", publisher=f"Outlet {n}") for n in range(12)]
    story = tell(3, [*flood, told(RELEASE, source="Wexmoor Echo"), told(REWRITE, source="Wexmoor Radio")])
    assert [one.item.source for one in story.items[:4]] == ["Loud", "Wexmoor Echo", "Wexmoor Radio", "Loud"]


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


def test_a_councils_answer_is_the_event_only_of_a_story_that_is_nothing_else(told):
    press, answer = told(RELEASE, event=Event.OTHER), told("We accept it.", event=Event.COUNCIL_RESPONSE)
    assert tell(3, [press, answer]).event is Event.OTHER
    assert tell(3, [told(RELEASE, event=None), answer]).event is None
    assert tell(3, [answer]).event is Event.COUNCIL_RESPONSE
