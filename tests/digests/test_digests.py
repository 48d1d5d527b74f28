"""A digest is as long as its readers asked for, loses nothing to that, and tells nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from report_examples import expectation

from monitor import digests
from monitor.model import (
    Event,
    Grade,
    SourceKind,
    Telling,
    UpdateReason,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(digest) -> list[str]:
    return [story.lead.item.title for story in digest.stories]


def linked(digest) -> list[str]:
    return [story.lead.item.title for story in digest.linked]


# --- how much ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stories", "told", "linked", "left_out"),
    [
        pytest.param(3, 3, 0, 0, id="room for all"),
        pytest.param(5, 3, 2, 0, id="the rest is told by headline and link"),
        pytest.param(3 + digests.MOST_LINKED + 4, 3, digests.MOST_LINKED, 4, id="up to a bound"),
    ],
)
def test_a_digest_tells_as_many_stories_as_were_asked_for(compose, one, stories, told, linked, left_out):
    found = [one() for _ in range(stories)]
    digest = compose(*found, most_stories=3)
    assert (len(digest.stories), len(digest.linked), len(digest.left_out)) == (told, linked, left_out)
    assert digest.more == linked + left_out
    how = [by.how for by in digests.telling(found, digest)]
    assert [how.count(one) for one in (Telling.TOLD, Telling.LINKED, Telling.COUNTED)] == [told, linked, left_out]


def test_a_report_is_never_cut_for_length_and_takes_the_room_of_news(compose, one, report):
    reports = [report(title=f"report {number}") for number in range(3)]
    digest = compose(one(title="news"), *reports, most_stories=2)
    assert told(digest) == ["report 0", "report 1", "report 2"]
    assert linked(digest) == ["news"]
    assert len(digest.inspections) == 3


def test_the_rest_is_in_the_order_of_the_whole(compose, one):
    news = [one(title=f"{n}", labels={"relevance": 0.9 - n / 100}) for n in range(6)]
    digest = compose(*reversed(news), most_stories=2)
    assert [*told(digest), *linked(digest)] == ["0", "1", "2", "3", "4", "5"]


def test_items_of_one_story_are_told_together(compose, one):
    digest = compose(one(story=7, title="one"), one(title="another"), one(story=7, title="the same"))
    assert sorted(len(story.items) for story in digest.stories) == [1, 2]


def test_a_digest_without_stories_reports_and_expectations_is_empty(compose, one):
    assert compose().is_empty
    assert not compose(one()).is_empty
    assert not compose(expected=[expectation()]).is_empty


def test_who_asked_for_news_alone_is_not_told_what_inspections_to_expect(compose):
    assert compose(expected=[expectation()]).expected == (expectation(),)
    assert compose(expected=[expectation()], inspections=False).is_empty


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        pytest.param({"events": (Event.MONITORING_VISIT,)}, True, id="its event"),
        pytest.param({"events": (Event.JTAI,)}, False, id="another event"),
        pytest.param({"source_kinds": (SourceKind.OFSTED,)}, True, id="Ofsted's pages"),
        pytest.param({"source_kinds": (SourceKind.FEED,)}, False, id="another kind of source"),
    ],
)
def test_an_inspection_to_expect_is_told_to_whom_its_report_would_be(compose, asked, is_told):
    assert compose(expected=[expectation()], **asked).is_empty is not is_told


def test_one_source_cannot_push_out_what_the_others_tell(compose, one):
    flood = [one(title=f"flood {n}", source="Loud") for n in range(20)]
    digest = compose(*flood, one(title="quiet", source="Quiet", labels={"relevance": 0.6}), most_stories=12)
    assert told(digest)[-1] == "quiet"
    assert digest.more == 9


def test_where_there_is_room_for_all_no_source_has_too_much(compose, one):
    loud = [one(title=f"loud {n}", source="Loud", labels={"relevance": 0.9 - n / 100}) for n in range(11)]
    digest = compose(one(title="quiet", source="Quiet", labels={"relevance": 0.6}), *loud, most_stories=12)
    assert told(digest) == [*(f"loud {n}" for n in range(11)), "quiet"]


# --- never twice ---------------------------------------------------------------------------------------------


TOLD = {"title": "Council judged inadequate by Ofsted", "text": "Inspectors judged the services to be inadequate."}


def test_more_coverage_of_a_story_already_told_is_not_told_again(compose, one):
    before = one(story=7, **TOLD)
    copy = one(story=7, **TOLD | {"title": "Ofsted judged council inadequate"})
    digest = compose(copy, one(title="fresh"), told_before={7: [before.told]})
    assert told(digest) == ["fresh"]
    assert digest.repeated == (copy.told,)
    assert [by.how for by in digests.telling([copy], digest)] == [Telling.SAME_STORY]


def test_what_no_link_leads_to_is_owed_to_the_next_digest(compose, one):
    """Eight longer copies must not have an item taken for told that nobody saw."""
    copies = [one(story=7, source=f"Loud {n}", **TOLD | {"text": TOLD["text"] * 9}) for n in range(9)]
    quiet = one(story=7, source="Quiet", title="Inspectors name what went wrong", text="They hid it for a year.")
    digest = compose(*copies, quiet)
    assert {by.how for by in digests.telling(copies, digest)} == {Telling.TOLD}
    assert [by.how for by in digests.telling([quiet], digest)] == [Telling.COUNTED]
    following = compose(quiet, told_before={7: [copy.told for copy in copies]})
    assert told(following) == ["Inspectors name what went wrong"]


def test_of_a_story_told_by_headline_alone_the_others_are_owed_to_the_next_digest(compose, one):
    first = one(title="first", labels={"relevance": 0.9})
    both = [one(story=70, text=text, labels={"relevance": 0.6}) for text in ("the longer", "short")]
    digest = compose(first, *both, most_stories=1)
    assert [by.how for by in digests.telling(both, digest)] == [Telling.LINKED, Telling.COUNTED]


@pytest.mark.parametrize("news", ["the report", "the council's own response", "another judgement"])
def test_a_told_story_comes_again_as_an_update_with(compose, one, report, news):
    found = {
        "the report": report(story=7),
        "the council's own response": one(
            story=7,
            title="We accept the findings in full",
            text="Every recommendation will be acted upon.",
            labels={"event": Event.COUNCIL_RESPONSE},
        ),
        "another judgement": one(
            story=7,
            title="Services lifted out of special measures",
            text="They are now judged to require improvement.",
            labels={
                "event": Event.FULL_INSPECTION,
                "judgement": Grade.REQUIRES_IMPROVEMENT,
                "judgement_is_new": True,
            },
        ),
    }[news]
    (story,) = compose(found, told_before={7: [one(story=7, **TOLD).told]}).stories
    assert (
        story.new
        == {
            "the report": (UpdateReason.REPORT,),
            "the council's own response": (UpdateReason.RESPONSE,),
            "another judgement": (UpdateReason.JUDGEMENT,),
        }[news]
    )
    assert [told.item for told in story.items] == [found.item]


def test_what_may_be_another_event_is_told_as_news_though_it_was_put_into_a_story_told_before(compose, one):
    """Grouping errs at times; an item that is not surely a repetition must not be lost to its errors."""
    doubtful = one(story=7, title="Two houses bought for children in care", text="Six will live there from spring.")
    digest = compose(doubtful, told_before={7: [one(story=7, **TOLD).told]})
    assert told(digest) == ["Two houses bought for children in care"]
    assert not digest.stories[0].is_update
    assert digest.repeated == ()
