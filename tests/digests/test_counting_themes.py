"""How often a theme comes up is counted by story, and set beside the windows before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import trends
from monitor.model import Polarity, Window

DAY = timedelta(days=1)
CONCERN, PROGRESS, BOTH = Polarity.CONCERN, Polarity.PROGRESS, Polarity.BOTH


@pytest.fixture
def telling(one, make_classification):
    """An item of a story that tells a theme so."""

    def make(theme, polarity=CONCERN, **changes):
        (label,) = make_classification(theme).themes
        labels = {"themes": (replace(label, polarity=polarity),)} | changes.pop("labels", {})
        return one(labels=labels, **changes)

    return make


def counted(now, *before, councils=("Wexmoor", "Averton"), themes=()):
    return {
        (one.theme, one.council): (one.concern, one.progress, one.both, one.before)
        for one in trends.trends(now, before, councils=councils, themes=themes)
    }


def test_stories_are_counted_by_how_they_tell_a_theme(telling):
    now = [telling("permanence", polarity) for polarity in (CONCERN, CONCERN, PROGRESS, BOTH)]
    assert counted(now) == {("permanence", "Wexmoor"): (2, 1, 1, ())}


@pytest.mark.parametrize(
    ("polarities", "counts"),
    [
        pytest.param((CONCERN, CONCERN), (1, 0, 0), id="alike"),
        pytest.param((CONCERN, PROGRESS), (0, 0, 1), id="one as concern, one as progress"),
        pytest.param((PROGRESS, BOTH), (0, 0, 1), id="one as both"),
    ],
)
def test_a_story_counts_once_as_what_its_items_make_of_the_theme_together(telling, polarities, counts):
    now = [telling("permanence", polarity, story=7) for polarity in polarities]
    assert counted(now) == {("permanence", "Wexmoor"): (*counts, ())}


def test_a_story_about_two_councils_counts_for_each_that_is_the_readers(telling):
    now = [telling("permanence", labels={"councils": ("Wexmoor", "Averton", "Sedgeholm")})]
    assert counted(now) == {("permanence", name): (1, 0, 0, ()) for name in ("Wexmoor", "Averton")}


def test_only_themes_that_were_asked_for_are_counted(telling):
    now = [telling("permanence"), telling("caseloads")]
    assert list(counted(now, themes=("caseloads",))) == [("caseloads", "Wexmoor")]


def test_what_came_up_only_before_is_told_with_nothing_now(telling):
    before = [telling("permanence"), telling("permanence", story=9), telling("permanence", story=9)], []
    assert counted([telling("caseloads")], *before) == {
        ("caseloads", "Wexmoor"): (1, 0, 0, (0, 0)),
        ("permanence", "Wexmoor"): (0, 0, 0, (2, 0)),
    }


@pytest.mark.parametrize(
    ("text", "is_counted"),
    [
        pytest.param("School place planning.", False, id="a heading"),
        pytest.param("Children in care and care leavers in Wexmoor", False, id="a long heading"),
        pytest.param("“Caseloads have been too high for years.”", True, id="a sentence"),
    ],
)
def test_a_label_that_rests_on_no_sentence_is_not_counted(telling, make_classification, text, is_counted):
    (label,) = make_classification("permanence").themes
    found = (replace(label, evidence=(replace(label.evidence[0], text=text),)),)
    assert bool(counted([telling("permanence", labels={"themes": found})])) is is_counted


def test_nothing_is_counted_where_nothing_bears_a_theme(one):
    assert counted([one()], [one()]) == {}


def test_of_very_many_those_with_most_stories_are_told(telling):
    now = [telling(f"theme-{number:03}") for number in range(300)]
    found = trends.trends([*now, telling("theme-299")], [], councils=("Wexmoor",), themes=())
    assert len(found) == 200
    assert found[0].theme == "theme-299"


@pytest.mark.parametrize(
    ("ends", "lengths", "taken"),
    [
        pytest.param((0, 1, 2, 3, 4, 5), (1,) * 6, [0, 1, 2, 3], id="four that follow one another"),
        pytest.param((0, 3), (3, 1), [0, 3], id="of any length"),
        pytest.param((0, 1, 2, 3), (3, 1, 1, 1), [0, 3], id="one asked for by hand that reaches over others"),
        pytest.param((-1, 0, 1), (1, 1, 1), [0, 1], id="one that ends within the digest's own"),
    ],
)
def test_windows_before_do_not_reach_over_one_another(now, ends, lengths, taken):
    earlier = [
        Window(start=now - (end + length) * DAY, end=now - end * DAY) for end, length in zip(ends, lengths, strict=True)
    ]
    found = trends.windows_before(Window(start=now, end=now + DAY), earlier)
    assert [(now - window.end) / DAY for window in found] == taken


# --- over the digests of a subscription ----------------------------------------------------------------------


@pytest.fixture
def arrive(ready, make_item, make_classification):
    """What brings so many items on a theme at a moment."""

    def make(number, theme="permanence", **changes):
        def bring(moment):
            for _ in range(number):
                item = {key: value(moment) if callable(value) else value for key, value in changes.items()}
                made = make_item(first_seen=moment, **item)
                ready(made, labels=make_classification(theme), ready_at=moment)

        return bring

    return make


def test_a_digest_sets_its_window_beside_the_four_before_it(mornings, arrive):
    digests = mornings([arrive(number) for number in (5, 1, 0, 2, 3, 1)])
    assert [[(one.stories, one.before) for one in digest.trends] for digest in digests] == [
        [(5, ())],
        [(1, (5,))],
        [(0, (1, 5))],
        [(2, (0, 1, 5))],
        [(3, (2, 0, 1, 5))],
        [(1, (3, 2, 0, 1))],
    ]


def test_what_was_there_at_a_sources_first_check_does_not_count_as_news_of_its_day(mornings, arrive):
    old = arrive(9, from_first_check=True, published=lambda moment: moment - 30 * DAY)
    digests = mornings([old, arrive(1)])
    assert [[(one.stories, one.before) for one in digest.trends] for digest in digests] == [[], [(1, (0,))]]


def test_what_a_subscription_does_not_take_does_not_count(mornings, arrive):
    digests = mornings([arrive(2), arrive(1, "caseloads")], themes=("caseloads",))
    assert [[(one.theme, one.before) for one in digest.trends] for digest in digests] == [[], [("caseloads", (0,))]]


def test_trends_are_part_of_the_digest_as_data(mornings, arrive, store):
    mornings([arrive(1), arrive(2)])
    assert store.digests.message(2).data["trends"] == [
        {"theme": "permanence", "council": "Wexmoor", "concern": 2, "progress": 0, "both": 0}
        | {"beyond": 0, "before": [1]}
    ]


def test_one_source_that_repeats_itself_makes_no_trend_and_takes_nobodys_place(telling):
    flood = [telling("permanence", source="Evil Echo") for _ in range(107)]
    papers = [telling("permanence", source=f"Paper {n % 2}") for n in range(4)]
    reports = [telling("permanence", source="Ofsted reports: Wexmoor", is_report=True) for _ in range(7)]
    (found,) = trends.trends([*flood, *papers, *reports], [flood, papers], councils=("Wexmoor",), themes=())
    assert (found.stories, found.beyond, found.before) == (5 + 4 + 7, 102, (5, 4))


def test_a_story_that_several_tell_counts_for_the_one_that_told_least(telling):
    flood = [telling("permanence", source="Evil Echo", story=n) for n in range(1, 8)]
    other = telling("permanence", source="Paper", story=7)
    (found,) = trends.trends([*flood, other], [], councils=("Wexmoor",), themes=())
    assert (found.stories, found.beyond) == (6, 1)
