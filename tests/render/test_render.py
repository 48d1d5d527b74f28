"""What a reader of a digest or an alert is promised, in every medium."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from media import assert_everywhere, in_each_medium, slack_text, worded
from render_examples import (
    COUNCILS,
    LONDON,
    NOW,
    alert,
    digest,
    failing_digest,
    full_digest,
    inspection,
    item,
    known,
    label,
    news,
    next_visit,
    quiet_digest,
    report_story,
    story,
)

from monitor.model import Grade, InspectionKind, SendOutcome, SourceTrouble
from monitor.render import render


def test_every_medium_says_the_same_facts():
    assert_everywhere(
        worded(full_digest()),
        "Wexmoor: full inspection",
        "Published 17 June 2026; inspected 9 to 20 March 2026",
        "inadequate (January 2020) → requires improvement",
        "inadequate → good",
        "first change since November 2016",
        "A monitoring visit gives no grades.",
        "“Too many children have had several changes of social worker.”",
        "▲ progress",
        "▼ concern",
        "◆ concern and progress: Permanence",
        "Wexmoor Echo feed · 18 June 2026, 01:30 · also about Plymouth and Torbay",
        "Northmere committees · seen 18 June 2026",
        "3 more stories were left out for length",
        "All 42 sources answered when last asked.",
        "Covers what was first seen between 17 June 2026, 07:30 and 18 June 2026, 07:30",
        "You get this because the digest “weekday-briefing” follows Wexmoor, Harbury, Northmere and Eastvale.",
        "ask whoever runs the monitor, and name “weekday-briefing”.",
    )


def test_facts_come_before_stories_and_sources_after():
    for words in in_each_medium(worded(full_digest())).values():
        places = [
            words.index(phrase)
            for phrase in ("Wexmoor: full inspection", "What the report says", "All 42 sources", "You get")
        ]
        assert places == sorted(places)


def test_report_is_not_told_twice_at_length():
    for words in in_each_medium(worded(full_digest())).values():
        assert "Children's services inspection: Wexmoor" not in words
        assert words.count("Published 17 June 2026; inspected 9 to 20 March") == 1
        assert "What the report says" in words


def test_press_story_about_a_told_report_keeps_its_title():
    press = replace(report_story(), items=report_story().items[1:])
    assert_everywhere(
        worded(digest(inspections=(news(),), stories=(press,))), "Wexmoor's services no longer inadequate"
    )


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        pytest.param(
            {"changes": (), "first_known": True},
            "No earlier judgement is known, so nothing here can be called a change.",
            id="first known",
        ),
        pytest.param(
            {"changes": (), "compared": tuple(news().inspection.judgements)},
            "No change from the earlier judgements known.",
            id="no change",
        ),
        pytest.param(
            {
                "inspection": inspection(
                    judgements={"overall": Grade.GOOD, "in_care": Grade.GOOD, "care_leavers": Grade.GOOD}
                ),
                "changes": (),
                "compared": ("overall",),
                "follows": known(),
            },
            "Before, children in care and care leavers had one grade: requires improvement (January 2020).",
            id="a grade that was shared before",
        ),
        pytest.param(
            {"changes": (), "missed": known(inspection=None, title="Children's services inspection")},
            "An earlier report could not be read (Children's services inspection, ",
            id="an earlier report could not be read",
        ),
        pytest.param(
            {
                "inspection": inspection(judgements={"in_care": Grade.GOOD}, inspection_end=date(2026, 4, 24)),
                "changes": (),
            },
            "Since April 2026 full inspections have given no overall grade.",
            id="full inspection from April 2026",
        ),
        pytest.param(
            {"inspection": inspection(judgements={"in_care": Grade.GOOD}), "changes": ()},
            "No overall grade could be read: see the report itself.",
            id="held before April 2026, published after",
        ),
        pytest.param(
            {
                "inspection": inspection(judgements={"in_care": Grade.GOOD}, inspection_end=None),
                "changes": (),
                "published": date(2025, 6, 1),
            },
            "No overall grade could be read: see the report itself.",
            id="an older one of which only the publication is known",
        ),
        pytest.param(
            {"inspection": inspection(judgements={}), "changes": ()},
            "No judgements could be read: see the report itself.",
            id="nothing could be read",
        ),
        pytest.param(
            {"inspection": inspection(kind=InspectionKind.FOCUSED_VISIT, judgements={}), "changes": ()},
            "A focused visit gives no grades.",
            id="focused visit",
        ),
        pytest.param(
            {
                "inspection": inspection(
                    kind=InspectionKind.AREA_SEND, judgements={}, send_outcome=SendOutcome.SYSTEMIC_FAILINGS
                ),
                "changes": (),
            },
            "Outcome: widespread and/or systemic failings",
            id="area SEND",
        ),
        pytest.param(
            {
                "inspection": inspection(
                    kind=InspectionKind.AREA_SEND, judgements={}, send_outcome=SendOutcome.INCONSISTENT
                ),
                "changes": (),
            },
            "This is about the local area partnership: the council and the health service together. "
            "Ofsted and CQC inspect it.",
            id="area SEND: whose it is",
        ),
        pytest.param(
            {"inspection": inspection(kind=InspectionKind.AREA_SEND, judgements={}), "changes": ()},
            "No outcome could be read: see the report itself.",
            id="area SEND without outcome",
        ),
        pytest.param(
            {"inspection": inspection(conflicts=("the summary says good, the text inadequate",))},
            "The report disagrees with itself, so please check it: the summary says good, the text inadequate.",
            id="the report contradicts itself",
        ),
    ],
)
def test_what_could_be_misread_is_explained(changes, note):
    assert_everywhere(worded(digest(inspections=(news(**changes),))), note)


def test_unknown_dates_and_links_leave_no_hole():
    bare = news(
        inspection=inspection(inspection_start=None, inspection_end=None), published=None, url="javascript:alert(1)"
    )
    message = worded(digest(inspections=(bare,)))
    for words in in_each_medium(message).values():
        assert "Wexmoor: full inspection" in words
        assert "Read the report" not in words
        assert "None" not in words


def test_an_alert_tells_what_to_expect_too():
    told = replace(alert().inspections[0], next=next_visit())
    assert_everywhere(worded(replace(alert(), inspections=(told,))), "not announced:")


def test_alert_is_short():
    message = worded(alert())
    assert_everywhere(message, "“Urgently strengthen the help for children at risk", "What the report says")
    for words in in_each_medium(message).values():
        assert "sources" not in words.lower().replace("ofsted reports", "")
        assert "Covers what" not in words


def test_quiet_digest_says_so_and_why_it_can_be_trusted():
    assert_everywhere(
        worded(quiet_digest()),
        "Nothing new was found about Wexmoor, Harbury, Northmere and Eastvale in the time covered.",
        "All 42 sources answered when last asked.",
    )


def test_failing_source_is_named_with_since_and_reason():
    assert_everywhere(
        worded(failing_digest()),
        "40 sources answered when last asked; 2 sources are failing, so news may be missing here.",
        "Harbury Council news: since 15 June 2026, 07:30: the page is a consent form, not a list of news",
        "Eastvale Gazette: since 17 June 2026, 11:30",
    )
    for words in in_each_medium(worded(failing_digest())).values():
        assert "items may have been missed" in words.lower()


@pytest.mark.parametrize(
    ("checked", "words"),
    [
        (0, "No source has been checked yet, so news may be missing here."),
        (1, "The one source answered when last asked."),
    ],
)
def test_silence_is_not_taken_for_no_news(checked, words):
    assert_everywhere(worded(digest(sources_checked=checked)), words)


def test_many_failing_sources_are_counted():
    failing = tuple(SourceTrouble(source=f"Source {n}", since=NOW, reason=f"HTTP {n}") for n in range(25))
    assert_everywhere(worded(digest(failing=failing)), "and 5 more sources")


@pytest.mark.parametrize(("minutes", "since"), [(0, "since"), (40, "the first since")])
def test_sources_that_fail_for_one_reason_share_a_line_that_names_them(minutes, since):
    down, gone = "the host name could not be found", "HTTP 410"
    later = NOW + timedelta(minutes=minutes)
    failing = tuple(SourceTrouble(source=f"Source {n}", since=later if n else NOW, reason=down) for n in range(33))
    three = tuple(SourceTrouble(source=f"Page {n}", since=NOW, reason=gone) for n in range(3))
    message = worded(digest(failing=(*failing, *three), gaps=tuple(replace(one, reason="") for one in failing[:5])))
    names = ", ".join(f"Source {n}" for n in range(12))
    assert_everywhere(
        message,
        f"33 sources, {since} 18 June 2026, 07:30: {down}: {names} and 21 more sources",
        *(f"Page {n}: since 18 June 2026, 07:30: {gone}" for n in range(3)),
        "Source 4: since",  # a gap has a time of its own
    )


def test_where_no_source_answered_it_is_not_said_that_there_was_nothing():
    failing = (SourceTrouble(source="Moor FM", since=NOW, reason="no answer"),)
    message = worded(digest(failing=failing, sources_checked=0))
    assert_everywhere(
        message,
        "No source could be read when last asked, so news about Wexmoor, Harbury, Northmere and Eastvale may be "
        "missing.",
        "1 source is failing.",
    )
    assert "Nothing new was found" not in message.text
    some = worded(digest(stories=(story(),), failing=failing, sources_checked=0))
    assert_everywhere(some, "No source answered when last asked; 1 source is failing, so news may be missing here.")


def test_at_most_three_quotations_of_a_report_and_then_others_each_with_its_source():
    page = BeautifulSoup(worded(full_digest()).html, "lxml")
    quotes = page.select(".story")[0].select("blockquote")
    assert [quote.a["href"] for quote in quotes] == [
        *["https://files.example.org/v1/file/50012345"] * 3,
        "https://echo.example.org/news/7",
    ]


def test_sentence_that_earned_two_themes_is_quoted_once():
    both = ((label(), item().url), (label("permanence"), item().url))
    message = worded(digest(stories=(story(themes=both),)))
    assert_everywhere(message, "▼ Workforce stability, ▼ Permanence")
    assert message.text.count("several changes of social worker") == 1


def test_many_themes_and_much_coverage_are_counted():
    themes = tuple((label(f"theme-{n}", text=f"Sentence {n}."), item().url) for n in range(8))
    items = tuple(item(url=f"https://news.example.org/{n}", id=n) for n in range(12))
    message = worded(digest(stories=(story(items=items, themes=themes),)))
    assert_everywhere(message, "theme-0", "and 6 more themes", "and 3 more items")


def test_story_is_told_under_the_council_the_reader_follows():
    elsewhere = story(councils=("Plymouth", "Harbury"))
    nowhere = story(2, councils=())
    message = worded(digest(stories=(elsewhere, nowhere)))
    headings = [heading.text for heading in BeautifulSoup(message.html, "lxml").select("h2")]
    assert headings == ["Harbury", "No one council", "Sources"]


def test_evidence_from_a_page_outside_the_story_still_leads_there():
    message = worded(digest(stories=(story(themes=((label(), "https://other.example.org/p"),)),)))
    for medium in (message.html, message.text, slack_text(message)):
        assert "https://other.example.org/p" in medium


def test_plain_text_fits_78_columns_but_for_addresses():
    for line in worded(full_digest()).text.splitlines():
        assert len(line) <= 78 or line.strip().startswith("http")


def test_theme_without_a_title_shows_its_id():
    message = render(digest(stories=(story(),)), theme_titles={}, timezone=LONDON)
    assert_everywhere(message, "workforce-stability")


def test_follower_of_all_councils_is_not_given_the_whole_list():
    message = worded(digest(councils=tuple(f"Council {n}" for n in range(153))))
    assert_everywhere(message, "Council 11 and 141 more councils")
    assert COUNCILS[0] not in message.text


def test_what_a_report_says_must_improve_is_quoted_once():
    told = report_story()
    sentence = told.themes[0][0].evidence[0].text
    report = news(story=told.id, inspection=inspection(areas_for_improvement=(sentence,)))
    for medium, words in in_each_medium(worded(digest(stories=(told,), inspections=(report,)))).items():
        assert words.count(sentence) == 1, medium


def test_a_test_message_says_that_it_is_one_and_tells_no_news():
    message = worded(digest(is_test=True, stories=(), inspections=()))
    assert message.subject.startswith("Test: ")
    assert_everywhere(message, "This is a test that somebody asked for")
    assert "Nothing new was found" not in message.text


def test_story_without_a_theme_is_told_in_its_own_words():
    grave = item("Services plunged to inadequate", summary="Inspectors found widespread failures.")
    message = worded(digest(stories=(story(items=(grave,), themes=()),)))
    assert_everywhere(message, "“Inspectors found widespread failures.”")


def test_other_accounts_of_a_story_are_named_by_outlet_and_headline():
    first, second = item("Ofsted report is out"), item("Watchdog has its say", publisher="Moor FM", id=2)
    assert_everywhere(
        worded(digest(stories=(story(items=(first, second)),))),
        "Moor FM (via Wexmoor Echo feed): Watchdog has its say",
    )


def test_a_report_that_could_not_be_read_says_so_and_why():
    unread = news(
        inspection=inspection(kind=InspectionKind.OTHER, judgements={}), unread="HTTP 500", title="Focused visit"
    )
    message = worded(digest(inspections=(unread,), stories=(report_story(),)))
    assert_everywhere(message, "Focused visit", "The report could not be read yet (HTTP 500)")
    assert "What the report says" not in message.text
