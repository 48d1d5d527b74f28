"""How well stories are put together, and that nothing is taken wrongly for a repetition. A change that does worse
fails until someone decides.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from story_examples import AT_ONCE, SET, Example, agreement, everything, grouped, relevant

from monitor.model import Event
from monitor.stories import WINDOW, news_in, repeats

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# What must hold whatever is decided, in all and on each part that is of news as it mostly comes.
LEAST_PRECISION, LEAST_RECALL = 0.98, 0.90
ORDINARY = ("development", "read", "held back")
# What was measured, less half a point: in all, and on each part of the set. The busy parts were made to be hard:
# councils on days on which they do much of one kind, told by one template.
PINNED = {
    "all": (0.98, 0.915),
    "ordinary": (0.995, 0.915),
    "development": (0.995, 0.9),
    "read": (0.995, 0.915),
    "held back": (0.995, 0.995),
    "busy": (0.945, 0.925),
    "busy, read": (0.86, 0.885),
    "busy, held back": (0.9, 0.995),
}
# The set these were measured on; another has other figures.
FINGERPRINT = "b1f2ba6443485b79"
# Items of near misses that the classifier takes for irrelevant never come so far.
MOST_IRRELEVANT = 30
NEAR_MISSES = sorted({one.family for one in everything() if one.family and one.part in ORDINARY})
# The next day of one inquest is told in the words of the first: nothing here tells an answer given to the coroner then
# from more of the same. It is named by headline and link.
KNOWN_LOSSES = ["hack-inquest-admission/gazette"]


def part(name: str) -> list[Example]:
    return [one for one in relevant() if name in ("all", one.part) or (name == "ordinary" and one.part in ORDINARY)]


def test_the_set_is_the_one_that_was_measured() -> None:
    assert hashlib.sha256(SET.read_bytes()).hexdigest()[:16] == FINGERPRINT
    assert len(relevant()) >= 550
    assert len({one.event for one in relevant()}) >= 200
    assert len(everything()) - len(relevant()) <= MOST_IRRELEVANT


@pytest.mark.parametrize("every", [HOUR, DAY, AT_ONCE], ids=["every hour", "every day", "after a long stop"])
@pytest.mark.parametrize("name", PINNED)
def test_stories_agree_with_events_however_often_the_service_passes(name: str, every: timedelta) -> None:
    found = agreement(grouped(part(name), every))
    precision, recall = PINNED[name]
    assert found.precision >= precision
    assert found.recall >= recall


def test_what_is_pinned_is_what_must_hold() -> None:
    for name in ("all", "ordinary", *ORDINARY):
        precision, recall = PINNED[name]
        assert precision >= LEAST_PRECISION
        assert recall >= LEAST_RECALL


@pytest.mark.parametrize("family", NEAR_MISSES)
def test_near_misses_stay_apart(family: str) -> None:
    """Of each family (two reports on one day, a visit and the re-inspection, …) no two events make one story."""
    near = [one for one in relevant() if one.family == family]
    assert len({one.event for one in near}) > 1
    events = defaultdict(set)
    for one, story in grouped(near, HOUR):
        events[story].add(one.event)
    assert [sorted(mixed) for mixed in events.values() if len(mixed) > 1] == []


@pytest.mark.parametrize("event", ["cheshire-ri", "telford-out", "lincs-visit", "salford-good"])
def test_coverage_that_came_before_the_report_is_one_story_with_it(event: str) -> None:
    story = {one.name: number for one, number in grouped(relevant(), HOUR)}
    (report,) = (one for one in relevant() if one.event == event and one.told.item.is_report)
    earlier = [
        one
        for one in relevant()
        if one.event == event
        and one.told.item.first_seen < report.told.item.first_seen
        and one.told.classification.event is not Event.COUNCIL_RESPONSE  # an answer to what is not yet there
    ]
    assert {story[one.name] for one in [report, *earlier]} == {story[report.name]}
    assert earlier


# --- what is told no more ------------------------------------------------------------------------------------


def digest_day(one: Example) -> int:
    """The morning digest, at half past seven, that an item is owed to."""
    return int((one.told.item.first_seen - timedelta(hours=7, minutes=30)).timestamp() // DAY.total_seconds())


def told_by_day() -> list[tuple[Example, list[Example]]]:
    """Each item of a story that an earlier morning told, with what was told of it."""
    mornings: dict[int, list[tuple[Example, int]]] = defaultdict(list)
    for one, story in grouped(relevant(), HOUR):
        mornings[digest_day(one)].append((one, story))
    told: dict[int, list[Example]] = defaultdict(list)
    found = []
    for morning in sorted(mornings):
        before = {story: list(held) for story, held in told.items()}
        for one, story in mornings[morning]:
            if story in before:
                found.append((one, before[story]))
            told[story].append(one)
    return found


def fate(one: Example, before: list[Example]) -> str:
    earlier = [other.told for other in before]
    if reasons := news_in(one.told, earlier):
        return " ".join(reasons)
    return "repetition" if repeats(one.told, earlier) else "told once more"


def test_no_item_of_another_event_is_taken_for_a_repetition_but_the_one_that_is_known() -> None:
    wrongly = [
        one.name
        for one, before in told_by_day()
        if fate(one, before) == "repetition" and one.event not in {other.event for other in before}
    ]
    assert wrongly == KNOWN_LOSSES


def test_most_further_coverage_does_not_come_again() -> None:
    fates = Counter(fate(one, before) for one, before in told_by_day())
    assert fates["repetition"] >= 59
    assert fates["told once more"] <= 10


def test_were_grouping_to_fold_any_two_stories_of_a_council_few_items_would_be_lost() -> None:
    """Each item against each other event of its council within the week, as if they had been put into one story."""
    events: dict[str, list[Example]] = defaultdict(list)
    for one in relevant():
        events[one.event].append(one)
    fates: Counter[str] = Counter()
    for one in relevant():
        for event, members in events.items():
            before = [other for other in members if is_near_before(other, one)]
            if event != one.event and before:
                fates[fate(one, before)] += 1
    assert fates.total() >= 540
    assert fates["repetition"] <= 4


def is_near_before(earlier: Example, later: Example) -> bool:
    councils = set(earlier.told.classification.councils) & set(later.told.classification.councils)
    gap = later.told.item.first_seen - earlier.told.item.first_seen
    return bool(councils) and timedelta(0) < gap <= WINDOW
