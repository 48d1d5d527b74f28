"""Stories told again, told by headline, or merely repeated; and messages that did not arrive."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from golden_examples import undelivered
from golden_week import again, full_week
from media import in_each_medium
from render_examples import LONDON, digest, item, story

from monitor.model import Event, Grade, UpdateReason
from monitor.render import render
from monitor.render.html import MAX_BYTES

OFFICIAL = "https://news.wexmoor.example.gov.uk/statement"


def worded(one):
    return render(one, theme_titles={}, timezone=LONDON)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"new": (UpdateReason.REPORT,)}, "UPDATE: Ofsted’s report is out."),
        (
            {"new": (UpdateReason.JUDGEMENT,), "judgement": Grade.GOOD},
            "UPDATE: Wexmoor Echo feed reports a judgement of good; no Ofsted report has been seen with it.",
        ),
        ({"new": (UpdateReason.JUDGEMENT,)}, "UPDATE: Another judgement than was told before."),
        (
            {"new": (UpdateReason.RESPONSE,), "event": Event.COUNCIL_RESPONSE, "items": (item(url=OFFICIAL),)},
            "UPDATE: The council has responded.",
        ),
        (
            {"new": (UpdateReason.RESPONSE,), "items": (item(url=OFFICIAL),)},
            "UPDATE: There is an official response.",
        ),
        (
            {"new": (UpdateReason.RESPONSE,), "event": Event.COUNCIL_RESPONSE},
            "UPDATE: Wexmoor Echo feed reports that the council has responded.",
        ),
        ({"new": (UpdateReason.RESPONSE,)}, "UPDATE: Wexmoor Echo feed reports an official response."),
        (
            {
                "new": (UpdateReason.REPORT, UpdateReason.JUDGEMENT),
                "judgement": Grade.REQUIRES_IMPROVEMENT,
                "items": (item(is_report=True),),
            },
            "UPDATE: Ofsted’s report is out; now judged requires improvement.",
        ),
    ],
)
def test_an_update_says_what_is_new(changes, told):
    message = worded(digest(stories=(story(**changes),)))
    assert told in " ".join(message.text.split())
    page = BeautifulSoup(message.html, "lxml")
    assert page.select_one(".update").parent.text == told.replace("UPDATE: ", "Update ")
    assert message.subject.startswith("Update: Wexmoor: Council sets out plan")


def test_that_the_council_has_responded_is_said_once():
    one = story(new=(UpdateReason.RESPONSE,), event=Event.COUNCIL_RESPONSE)
    for medium, words in in_each_medium(worded(digest(stories=(one,)))).items():
        beside_the_subject = medium == "html"  # as mail clients show it
        assert words.count("that the council has responded") == 1 + beside_the_subject
        assert "council’s response" not in words
    assert "On a council’s response · " in worded(digest(stories=(replace(one, new=()),))).text


def test_a_story_never_told_is_no_update():
    message = worded(digest(stories=(story(),)))
    assert "update" not in (message.subject + message.text).lower()


def test_what_has_no_room_is_linked_by_headline_and_what_waits_is_counted():
    message = worded(full_week())
    page = BeautifulSoup(message.html, "lxml")
    heading = next(one for one in page.select("h2") if one.text == "12 more stories, by headline")
    links = [one for one in heading.find_parent("td").select("li a") if "again.example.org" not in one["href"]]
    assert len(links) == 12
    assert links[0].text == "Youth club reopens after two years (Wexmoor Observer)"
    assert "3 more stories did not fit and will be in the next digest." in message.text
    assert message.subject.endswith("; 22 more stories")


def test_headlines_go_before_stories_do_where_the_mail_would_be_cut():
    many = tuple(story(100 + n, (item(f"Headline {n}", url=f"https://a.example.org/{n}"),)) for n in range(900))
    week = full_week()
    message = worded(replace(week, linked=many, more=len(many) + 3))
    assert len(message.html.encode()) < MAX_BYTES
    assert message.html.count('class="story"') == len(week.stories)
    told = message.html.count(">Headline ")
    assert 100 < told < 900
    assert f"{told} more stories, by headline" in message.html
    assert f"{900 - told} more stories were left out for length; the digest as data" in " ".join(message.text.split())


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1 more item repeats a story you have already had."),
        (5, "5 more items repeat stories you have already had."),
    ],
)
def test_what_merely_repeats_is_counted(number, words):
    message = worded(digest(stories=(story(),), repeated=again(number)))
    assert words in message.text
    assert words in message.html


@pytest.mark.parametrize("stories", [(), (story(),)], ids=["in a digest of nothing else", "beside news"])
def test_what_merely_repeats_is_named_with_its_link_in_every_medium(stories):
    message = worded(digest(stories=stories, repeated=again(23)))
    for told in (message.html, message.text, message.notify, json.dumps(message.slack), json.dumps(message.teams)):
        assert "Already told; also in:" in told
        assert all(f"https://again.example.org/{n}" in told for n in range(20))
        assert "https://again.example.org/20" not in told
        assert "and 3 more items" in told
    assert message.data["repeated"] == 23
    title = again(23)[22].item.title
    assert message.data["repeated_items"][22] == {"title": title, "url": "https://again.example.org/22"}


def test_a_flood_of_copies_makes_no_endless_data_and_says_how_many_there_are():
    flood = tuple(item(f"Copy {n}", url=f"https://a.example.org/{n}") for n in range(5_000))
    message = worded(digest(stories=(story(7, flood),), repeated=again(5_000)))
    (told,) = message.data["stories"]
    assert (len(told["items"]), told["item_count"]) == (50, 5_000)
    assert (len(message.data["repeated_items"]), message.data["repeated"]) == (50, 5_000)
    assert len(json.dumps(message.data)) < 60_000


def test_a_digest_of_repeats_alone_says_that_there_is_nothing_new():
    message = worded(digest(repeated=again(2)))
    assert message.subject == "No news for Wexmoor and 3 more councils; 2 items on stories you know"
    words = " ".join(message.text.split())
    assert "in the time covered. 2 items repeat stories you have already had." in words


def test_what_did_not_arrive_is_named_by_place_with_the_reason_and_what_to_do():
    message = worded(undelivered())
    assert message.subject == "A message of “weekly-round-up” did not arrive (recipient 2, email)"
    words = " ".join(message.text.split())
    assert "weekly-round-up, recipient 2 (email), composed 16 June 2026, 07:30: the server refuses" in words
    assert "ofsted-monitor check" in words
    assert "Nothing new was found" not in words
    assert "@" not in json.dumps([message.subject, message.text, dict(message.data)])


def test_many_that_did_not_arrive_are_counted_in_the_subject():
    (one,) = undelivered().undelivered
    failed = (one, replace(one, position=3), replace(one, subscription="judgements"))
    message = worded(replace(undelivered(), undelivered=failed))
    assert message.subject == "3 messages did not arrive: “weekly-round-up” and “judgements”"
