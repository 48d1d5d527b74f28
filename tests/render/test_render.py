"""What a reader of a digest or an alert is promised, in every medium."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from render_examples import (
    COUNCILS,
    LONDON,
    NOW,
    TITLES,
    alert,
    corrected,
    digest,
    expectation,
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
    visit,
)

from monitor.model import Change, Correction, Evidence, Grade, InspectionKind, Polarity, SendOutcome, SourceTrouble
from monitor.render import render
from monitor.render.html import MAX_BYTES


def worded(one):
    return render(one, theme_titles=TITLES, timezone=LONDON)


def slack_text(message) -> str:
    found = []
    for payload in message.slack:
        for block in payload["blocks"]:
            found += [part["text"] for part in block.get("elements", []) or [block.get("text", {"text": ""})]]
    return "\n".join(found)


def in_each_medium(message) -> dict[str, str]:
    """The words of each medium on one line, without markup."""
    page = BeautifulSoup(message.html, "lxml").get_text(" ")
    chat = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", slack_text(message)).replace("*", "").replace("\n>", "\n")
    chat = chat.replace("&amp;", "&")
    return {name: " ".join(words.split()) for name, words in (("html", page), ("text", message.text), ("slack", chat))}


def assert_everywhere(message, *phrases):
    for medium, words in in_each_medium(message).items():
        for phrase in phrases:
            assert phrase in words, f"{medium}: {phrase}"


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
        "◆ concern and progress",
        "Wexmoor Echo feed · 18 June 2026, 01:30 · also about Plymouth and Torbay",
        "Northmere committees · seen 18 June 2026",
        "And 3 more stories",
        "All 42 sources answered.",
        "Covers what was first seen from 17 June 2026, 07:30 to 18 June 2026, 07:30",
        "You get this because the digest “weekday-briefing” follows Wexmoor, Harbury, Northmere and Eastvale.",
        "edit digests.toml: weekday-briefing.",
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
            "Full inspections give no overall grade since April 2026.",
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
    assert_everywhere(worded(replace(alert(), inspections=(told,))), "though nobody has announced it")


def test_alert_is_short():
    message = worded(alert())
    assert_everywhere(message, "“Urgently strengthen the help for children at risk", "What the report says")
    for words in in_each_medium(message).values():
        assert "sources" not in words.lower().replace("ofsted reports", "")
        assert "Covers what" not in words


def test_quiet_digest_says_so_and_why_it_can_be_trusted():
    assert_everywhere(
        worded(quiet_digest()),
        "Nothing new was found about Wexmoor, Harbury, Northmere and Eastvale in this window.",
        "All 42 sources answered.",
    )


def test_failing_source_is_named_with_since_and_reason():
    assert_everywhere(
        worded(failing_digest()),
        "40 sources answered; 2 sources are failing, so news may be missing here.",
        "Harbury Council news: since 15 June 2026, 07:30: the page is a consent form, not a list of news",
        "Eastvale Gazette: since 17 June 2026, 11:30",
    )
    for words in in_each_medium(worded(failing_digest())).values():
        assert "items may have been missed" in words.lower()


@pytest.mark.parametrize(
    ("checked", "words"),
    [(0, "No source was checked in this window, so news may be missing here."), (1, "The one source answered.")],
)
def test_silence_is_not_taken_for_no_news(checked, words):
    assert_everywhere(worded(digest(sources_checked=checked)), words)


def test_many_failing_sources_are_counted():
    failing = tuple(SourceTrouble(source=f"Source {n}", since=NOW, reason="x") for n in range(25))
    assert_everywhere(worded(digest(failing=failing)), "and 5 more sources")


def test_at_most_three_quotations_each_with_its_source():
    page = BeautifulSoup(worded(full_digest()).html, "lxml")
    quotes = page.select(".story")[0].select("blockquote")
    assert len(quotes) == 3
    assert [quote.a["href"] for quote in quotes] == [
        "https://files.example.org/v1/file/50012345",
        "https://files.example.org/v1/file/50012345",
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
    assert_everywhere(message, "theme-0", "and 2 more themes", "and 3 more items")


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


# --- what a report follows, and what follows it ---------------------------------------------------------------


NO_OVERALL = known(inspection=inspection(judgements={"in_care": Grade.GOOD}))


@pytest.mark.parametrize(
    ("told", "note"),
    [
        pytest.param(
            visit(3),
            "Third monitoring visit since the judgement of inadequate in January 2020.",
            id="by the number its letter gives",
        ),
        pytest.param(
            visit(3, letters=2),
            "Third monitoring visit since the judgement of inadequate in January 2020.",
            id="the letter's own number counts: the first may not be published",
        ),
        pytest.param(
            visit(letters=2),
            "Second letter of a monitoring visit known since the judgement of inadequate in January 2020.",
            id="no number: by the letters known, and that they are only those",
        ),
        pytest.param(visit(2, follows=None), "Second monitoring visit.", id="no judgement is known"),
        pytest.param(
            visit(letters=1, follows=None), "First letter of a monitoring visit known.", id="nothing else is known"
        ),
        pytest.param(
            visit(1, follows=NO_OVERALL),
            "First monitoring visit since the inspection in March 2026.",
            id="after an inspection without an overall grade",
        ),
    ],
)
def test_a_monitoring_visit_is_told_with_its_place_in_the_story(told, note):
    assert_everywhere(worded(digest(inspections=(told,))), note)


@pytest.mark.parametrize("kind", [InspectionKind.FOCUSED_VISIT, InspectionKind.MONITORING_VISIT, InspectionKind.JTAI])
def test_after_a_visit_the_grades_that_stand_are_told(kind):
    told = visit(inspection=inspection(kind=kind, judgements={}))
    assert_everywhere(
        worded(digest(inspections=(told,))),
        "The grades of January 2020 stand: overall effectiveness: inadequate; "
        "children in care and care leavers: requires improvement.",
    )


def test_no_grades_are_said_to_stand_where_none_are_known():
    assert " stand" not in worded(digest(inspections=(visit(2, follows=None),))).text


def test_grades_of_before_are_not_said_to_stand_after_a_full_inspection():
    assert " stand" not in worded(digest(inspections=(news(follows=known()),))).text


def test_the_month_of_a_grade_that_one_report_alone_gave_is_said_once():
    once = replace(news().changes[0], stood_since=news().changes[0].since)
    message = worded(digest(inspections=(news(changes=(once,)),)))
    assert_everywhere(message, "inadequate → requires improvement", "first change since January 2020")
    assert message.text.count("January 2020") == 1


def test_how_long_a_grade_had_stood_is_not_said_where_it_is_not_known():
    unknown = Change(judgement="overall", before=Grade.INADEQUATE, after=Grade.GOOD)
    assert "first change" not in worded(digest(inspections=(news(changes=(unknown,)),))).text


@pytest.mark.parametrize(
    ("told", "note"),
    [
        pytest.param(
            corrected(),
            "It replaces an earlier file of the same report. Different in it: care leavers: good → inadequate.",
            id="a grade",
        ),
        pytest.param(
            corrected(
                Correction(fact="inspection_end", before="2026-03-20", after="2026-03-21"),
                Correction(fact="priority_action", before="no", after="yes"),
                Correction(fact="send_outcome", before="", after="systemic-failings"),
            ),
            "Different in it: last day of the inspection: 20 March 2026 → 21 March 2026; priority action: no → yes; "
            "outcome: not told → systemic failings.",
            id="other facts, in words",
        ),
        pytest.param(
            corrected(corrections=()),
            "It replaces an earlier file of the same report; no fact read from it is different.",
            id="none that was read",
        ),
        pytest.param(
            corrected(corrections=(), replaces=known(inspection=None, unread="HTTP 500")),
            "It replaces an earlier file of the same report, which could not be read.",
            id="the first file could not be read",
        ),
    ],
)
def test_a_report_published_anew_says_what_is_different_in_it(told, note):
    assert_everywhere(worded(digest(inspections=(told,))), note)


DIFFERENCE = "inspection: 2026-03-23 on Ofsted's page, 2026-03-09 to 2026-03-20 in the report"
DAYS = "published: 2026-06-17 on Ofsted's page, 2026-06-16 in the report"


def test_where_ofsteds_page_says_otherwise_than_the_report_both_are_told():
    told = news(inspection=inspection(differences=(DAYS, DIFFERENCE)))
    message = worded(digest(inspections=(told,)))
    assert_everywhere(
        message,
        "page and the report differ in inspection: 23 March 2026 on Ofsted's page, 9 March 2026 to 20 March 2026 in",
    )
    assert "16 June 2026" not in message.text
    assert message.data["inspections"][0]["differences"] == [DAYS, DIFFERENCE]


def test_a_report_that_bears_a_date_a_day_before_its_publication_is_nothing_to_remark_on():
    told = news(inspection=inspection(differences=(DAYS,)))
    assert "differ" not in worded(digest(inspections=(told,))).text


def test_what_a_report_leads_one_to_expect_is_said_to_be_an_expectation_with_its_source():
    message = worded(digest(inspections=(visit(next=next_visit()),)))
    assert_everywhere(
        message,
        "What to expect next, though nobody has announced it: monitoring visit from August 2026 to November 2026. "
        "Councils judged inadequate are visited about every quarter, until they are inspected again. "
        "How children's services are inspected",
    )
    for medium in (message.html, message.text, slack_text(message)):
        assert "https://rules.example.org/framework" in medium


def test_a_window_that_opens_is_told_as_an_expectation_with_its_rule_and_source():
    message = worded(digest(expected=(expectation(),)))
    assert_everywhere(
        message,
        "From now on these may come, going by Ofsted’s frameworks and by how long it took lately.",
        "Nobody has announced them.",
        "Eastvale: full inspection from June 2026 to July 2027. Councils that require improvement are inspected again "
        "after about three years. How children's services are inspected",
    )
    assert "Nothing new was found" not in message.text
    for medium in (message.html, message.text, slack_text(message)):
        assert "https://rules.example.org/framework" in medium


def test_news_come_before_what_is_only_expected():
    for words in in_each_medium(worded(full_digest())).values():
        places = [words.lower().index(phrase) for phrase in ("and 3 more stories", "from now on", "all 42 sources")]
        assert places == sorted(places)


def test_where_nothing_is_expected_nothing_is_said_of_it():
    for words in in_each_medium(worded(digest(inspections=(news(),), stories=(story(),)))).values():
        assert "expect" not in words.lower()
        assert "announced" not in words


def test_windows_of_every_council_at_once_fit_all_media_and_are_counted():
    """As on the first day of a year in which all were inspected alike."""
    everyone = tuple(expectation(f"Council {n}", rule="A long rule about when they come. " * 20) for n in range(153))
    message = worded(digest(expected=everyone))
    assert_everywhere(message, "Council 0: full inspection", "and 133 more expectations")
    assert len(message.html.encode()) < MAX_BYTES
    assert all(len(payload["blocks"]) <= 50 and len(json.dumps(payload)) < 13_000 for payload in message.slack)
    assert len(message.data["expected"]) == 153


# --- size ----------------------------------------------------------------------------------------------------


def big_digest(stories: int, reports: int = 0):
    sentence = "A long sentence about how children wait for help and how the council answers. " * 4

    def themes(n):
        return tuple(
            (label(f"theme-{k}", text=f"{n} {k} {sentence}"), f"https://news.example.org/{n}") for k in range(3)
        )

    return digest(
        inspections=tuple(news(council=f"Council {n}", story=10_000 + n) for n in range(reports)),
        stories=tuple(
            story(n, (item(f"Story {n}: {sentence}", url=f"https://news.example.org/{n}"),), themes=themes(n))
            for n in range(stories)
        ),
        more=2,
    )


@pytest.mark.parametrize(
    ("stories", "reports", "told"),
    [
        pytest.param(50, 0, "Quotations were left out for length", id="quotations go first"),
        pytest.param(300, 1, "more stories, left out for length", id="then the last stories"),
        pytest.param(5, 150, "more reports, left out for length", id="then the last reports"),
    ],
)
def test_long_digest_is_shortened_with_a_count_before_gmail_cuts_it(stories, reports, told):
    message = worded(big_digest(stories, reports))
    assert len(message.html.encode()) < MAX_BYTES
    assert_everywhere(message, told)
    if "quotations" in told.lower():
        assert_everywhere(message, "And 2 more stories", f"Story {stories - 1}")
    counted = sum(int(n) for n in re.findall(r"And (\d+) more (?:stories|reports)", message.text))
    shown = message.html.count('class="story"') + message.html.count('class="report"')
    assert counted + shown == stories + reports + 2
    assert len(message.data["stories"]) == stories


def test_data_keeps_the_contract():
    data = json.loads(json.dumps(worded(full_digest()).data))
    assert {"subscription", "kind", "slot", "window", "subject", "stories", "inspections", "sources", "more"} <= set(
        data
    )
    assert data["window"] == {"from": "2026-06-17T06:30:00Z", "to": "2026-06-18T06:30:00Z"}
    assert data["kind"] == "digest"
    assert data["more"] == 3
    told = data["stories"][0]
    assert {"id", "update", "councils", "event", "relevance", "themes", "items"} <= set(told)
    assert told["themes"]["permanence"] == {
        "polarity": "both",
        "evidence": [
            {
                "text": "Plans for permanence are made sooner, yet some children still wait too long.",
                "url": "https://echo.example.org/news/7",
            }
        ],
    }
    assert {"key", "url", "title", "source", "published", "first_seen"} <= set(told["items"][0])
    assert told["items"][0]["published"] == "2026-06-16T23:00:00Z"
    assert data["inspections"][0]["judgements"]["overall"] == "requires-improvement"
    assert data["inspections"][0]["changes"][0] == {
        "judgement": "overall",
        "from": "inadequate",
        "to": "requires-improvement",
        "since": "2020-01-31",
        "stood_since": "2016-11-25",
    }
    assert data["inspections"][1]["judgements"]["overall"] is None
    assert data["inspections"][1]["visit_number"] == 3
    assert data["inspections"][1]["follows"] == {
        "date": "2020-01-31",
        "judgements": {"overall": "inadequate", "in_care": "requires-improvement"},
        "url": "https://files.example.org/v1/file/50000090",
    }
    assert data["inspections"][2]["replaces"] == "https://files.example.org/v1/file/50000090"
    assert data["inspections"][2]["corrections"] == [{"fact": "care_leavers", "from": "good", "to": "inadequate"}]


def test_data_says_what_to_expect_from_when_to_when_and_by_what():
    data = worded(full_digest()).data
    assert data["expected"] == [
        {
            "council": "Eastvale",
            "kind": "ilacs",
            "what": "full inspection",
            "from": "2026-06-18",
            "to": "2027-07-18",
            "rule": "Councils that require improvement are inspected again after about three years.",
            "source": "https://rules.example.org/framework",
            "follows": "https://files.example.org/v1/file/50000017",
        }
    ]
    assert [(one["next"] or {}).get("what") for one in data["inspections"]] == [None, "monitoring visit", None]
    assert set(data["inspections"][1]["next"]) == set(data["expected"][0])


def test_data_holds_every_sentence_not_only_the_best():
    second = Evidence(text="Staff leave.", start=0, end=12, polarity=Polarity.CONCERN, score=0.5)
    two = replace(label(), evidence=(*label().evidence, second))
    data = worded(digest(stories=(story(themes=((two, item().url),)),))).data
    assert [e["text"] for e in data["stories"][0]["themes"]["workforce-stability"]["evidence"]][1] == "Staff leave."


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
        "Moor FM, as Wexmoor Echo feed has it: Watchdog has its say",
    )


def test_a_report_that_could_not_be_read_says_so_and_why():
    unread = news(
        inspection=inspection(kind=InspectionKind.OTHER, judgements={}), unread="HTTP 500", title="Focused visit"
    )
    message = worded(digest(inspections=(unread,), stories=(report_story(),)))
    assert_everywhere(message, "Focused visit", "The report could not be read yet (HTTP 500)")
    assert "What the report says" not in message.text
