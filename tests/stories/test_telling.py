"""A story is led by whoever tells most of it, and its labels are those of all its items."""

from __future__ import annotations

from story_texts import HOUR, RELEASE, REWRITE

from monitor.model import Event, ToldItem, UpdateReason
from monitor.stories import tell


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
