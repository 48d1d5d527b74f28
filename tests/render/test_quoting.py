"""What is said of a story stands beside the sentence that proves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from media import assert_everywhere, in_each_medium, worded
from render_examples import digest, item, label, news, report_story, story, told

from monitor.model import (
    TOLD_BY,
    Classification,
    Cue,
    Event,
    Evidence,
    Grade,
    Polarity,
    ThemeLabel,
    ToldItem,
    UpdateReason,
)

CONCERN, PROGRESS, BOTH = Polarity.CONCERN, Polarity.PROGRESS, Polarity.BOTH
SENTENCE = "Ofsted has rated Harbury's children's services good, the mayor said."
TEXT = f"It was a long wait. {SENTENCE} More will follow."


def judged(grade=Grade.GOOD, **changes) -> ToldItem:
    """A press item that was read to give a grade, with the words that did."""
    start = TEXT.index("good")
    cue = Cue(question="judgement", text="good", start=start, end=start + 4, weight=2.0)
    one = item("Good news for Harbury", text=TEXT, source="Harbury Mercury", publisher="", id=55, **changes)
    labels = {"event": Event.FULL_INSPECTION, "judgement": grade, "judgement_is_new": True, "cues": (cue,)}
    return told(one, **labels)


def updated(*items, new=(UpdateReason.JUDGEMENT,), **changes):
    return replace(story(8, councils=("Harbury",), themes=(), new=new), items=items, **changes)


def evidence(text, polarity=CONCERN, score=0.9) -> Evidence:
    return Evidence(text=text, start=0, end=len(text), polarity=polarity, score=score)


def themed(*found: ThemeLabel, **changes):
    one = item("A headline", **changes)
    return digest(stories=(story(items=(one,), themes=tuple((label, one.url) for label in found)),))


def marks_and_quotes(message) -> tuple[list[str], list[str]]:
    lines = [line.strip() for line in message.text.splitlines()]
    marks = [line for line in lines if line.startswith(("▼", "▲", "◆"))]
    return marks, [line.strip("> “”") for line in lines if line.startswith("> ")]


# --- a judgement --------------------------------------------------------------------------------------------------


def test_a_judgement_that_only_the_press_tells_is_the_presss_and_quoted():
    message = worded(digest(stories=(updated(judged()),)))
    assert_everywhere(
        message,
        "Harbury Mercury reports a judgement of good; no Ofsted report has been seen with it",
        f"“{SENTENCE}”",
    )
    assert "ow judged" not in message.text
    assert message.subject == "Update: Good news for Harbury (Harbury Mercury)"


def test_where_a_report_on_the_council_is_told_it_is_not_said_that_none_was_seen():
    found = digest(stories=(updated(judged()),), inspections=(news(council="Harbury"),))
    message = worded(found)
    assert_everywhere(message, "Harbury Mercury reports a judgement of good")
    assert "no Ofsted report" not in message.text


def test_a_judgement_is_told_as_such_where_ofsteds_report_gives_it_whatever_the_press_makes_of_it():
    report = told(
        replace(report_story().lead.item, title="Inspection of Harbury"),
        event=Event.FULL_INSPECTION,
        judgement=Grade.INADEQUATE,
        judgement_is_new=True,
    )
    message = worded(digest(stories=(updated(report, judged()),)))
    assert_everywhere(message, "ow judged inadequate")
    assert "judgement of good" not in message.text


def test_a_judgement_read_from_the_title_that_is_told_anyway_is_not_quoted_again():
    one = judged()
    cue = replace(one.classification.cues[0], in_title=True, start=0, end=4)
    one = replace(one, classification=replace(one.classification, cues=(cue,)))
    assert worded(digest(stories=(updated(one),))).text.count("Good news for Harbury") == 2  # in subject and story


# --- themes -------------------------------------------------------------------------------------------------------


def test_a_theme_is_named_only_with_its_sentence_and_the_others_are_counted():
    found = [label(f"theme-{n}", text=f"This is what sentence number {n} says.") for n in range(16)]
    marks, quotes = marks_and_quotes(worded(themed(*found)))
    assert marks == ["▼ concern: theme-0", "▼ concern: theme-1"]
    assert quotes == [f"This is what sentence number {n} says." for n in (0, 1)]
    assert_everywhere(worded(themed(*found)), "and 14 more themes (14 ▼ concern)")


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ((CONCERN, PROGRESS, PROGRESS), "and 3 more themes (2 ▲ progress, 1 ▼ concern)"),
        ((CONCERN, CONCERN), "and 2 more themes (2 ▼ concern)"),
        ((BOTH,), "and 1 more theme (◆ concern and progress)"),
    ],
)
def test_themes_that_are_only_counted_hide_no_balance(sides, words):
    """In words beside the signs, so that it is heard as well."""
    found = [label(f"theme-{n}", text=f"This is what sentence number {n} says.") for n in range(2)]
    found += [label(f"other-{n}", side, f"Another sentence is number {n}.") for n, side in enumerate(sides)]
    assert_everywhere(worded(themed(*found)), words)


def test_a_report_has_room_for_one_sentence_more_than_coverage():
    found = [label(f"theme-{n}", text=f"This is what sentence number {n} says.") for n in range(5)]
    marks, quotes = marks_and_quotes(worded(themed(*found, is_report=True)))
    assert (len(marks), len(quotes)) == (3, 3)


def test_a_sentence_that_earned_several_themes_proves_each():
    text = "Staff leave because their caseloads are high."
    marks, quotes = marks_and_quotes(worded(themed(*(label(f"theme-{n}", text=text) for n in range(3)))))
    assert (len(marks), len(quotes)) == (3, 1)


def test_a_theme_told_as_both_is_proved_by_a_sentence_of_each_side():
    found = ThemeLabel(
        theme="permanence",
        polarity=BOTH,
        score=0.9,
        evidence=(
            evidence("Children wait too long for permanence.", CONCERN, 0.95),
            evidence("Children still wait far too long.", CONCERN, 0.9),
            evidence("Plans for permanence are made sooner now.", PROGRESS, 0.5),
        ),
    )
    marks, quotes = marks_and_quotes(worded(themed(found)))
    assert marks == ["◆ concern and progress: Permanence"]
    assert quotes == ["Children wait too long for permanence.", "Plans for permanence are made sooner now."]


def test_a_theme_of_which_one_side_alone_can_be_shown_is_told_as_that_side():
    found = ThemeLabel(theme="permanence", polarity=BOTH, score=0.9, evidence=(evidence("They all wait too long."),))
    assert marks_and_quotes(worded(themed(found)))[0] == ["▼ concern: Permanence"]


@pytest.mark.parametrize(
    ("first", "score", "taken"),
    [
        pytest.param("They have not been told what will happen.", 0.85, True, id="bare they"),
        pytest.param("This is a concern for all who work there.", 0.85, True, id="bare this"),
        pytest.param("Senior leaders have long been aware of this.", 0.85, True, id="this at its end"),
        pytest.param("This plan is a concern for all who work there.", 0.85, False, id="this plan, with its noun"),
        pytest.param("Items for the meeting were late for many months.", 0.85, False, id="a word that begins like it"),
        pytest.param("Not all disabled children benefit from this.", 0.3, True, id="though the other is much weaker"),
        pytest.param("School place planning.", 0.2, True, id="a heading says nothing"),
    ],
)
def test_a_sentence_that_can_be_understood_alone_is_preferred(first, score, taken):
    clear = "Managers do not check what social workers write."
    found = ThemeLabel(
        theme="permanence", polarity=CONCERN, score=0.9, evidence=(evidence(first), evidence(clear, score=score))
    )
    assert marks_and_quotes(worded(themed(found)))[1] == [clear if taken else first]


def test_a_side_that_no_sentence_shows_by_itself_is_shown_by_one_that_says_both_else_only_named():
    hangs = evidence("Not all disabled children benefit from this.", CONCERN)
    clear = evidence("Short breaks have doubled since last year.", PROGRESS)
    says_both = evidence("Short breaks have doubled, yet some families still wait.", BOTH, 0.5)
    other = evidence("They are now seen every week.", PROGRESS)
    for found, quoted in (
        ((hangs, clear, says_both), [says_both]),
        ((hangs, clear), [clear]),
        ((hangs, other), [hangs, other]),
    ):
        theme = ThemeLabel(theme="permanence", polarity=BOTH, score=0.9, evidence=found)
        marks, quotes = marks_and_quotes(worded(themed(theme)))
        assert marks == ["◆ concern and progress: Permanence"]
        assert quotes == [one.text for one in quoted]


# --- the council's answer -----------------------------------------------------------------------------------------


def test_a_councils_response_among_the_coverage_is_named_first_with_its_own_words():
    press = told(item("Families waited a year", source="Northmere Post", publisher="", text="Families waited."))
    answer = ToldItem(
        item=item(
            "Our response to the inspectors",
            url="https://council.example.org/answer",
            source="Northmere Council news",
            publisher="",
            text="The report came out on Monday. “We are sorry for the long waits,” the cabinet member said.",
            id=2,
        ),
        classification=Classification(relevant=True, relevance=0.9, event=Event.COUNCIL_RESPONSE),
    )
    other = told(item("Waits for plans", url="https://fm.example.org/1", source="Moor FM", publisher="", id=3))
    one = replace(story(themes=(), event=Event.OTHER), items=(press, other, answer))
    message = worded(digest(stories=(one,)))
    for words in in_each_medium(message).values():
        told_first = words.index(
            "Northmere Council news reports that the council has responded: “Our response to the inspectors”"
        )
        assert told_first < words.index("Also in:")
        assert words.count("Our response to the inspectors") == 1
        assert "‘We are sorry for the long waits,’ the cabinet member said." in words
        assert "Council response ·" not in words


@pytest.mark.parametrize(
    ("changes", "is_own"),
    [
        pytest.param({"url": "https://news.devon.gov.uk/inspection"}, True, id="found on its own site"),
        pytest.param(
            {"url": "https://news.devon.gov.uk/inspection", "key": f"{TOLD_BY}search\nhttps://news.devon.gov.uk"},
            False,
            id="found elsewhere",
        ),
        pytest.param({"url": "https://news.kent.gov.uk/inspection"}, False, id="another council's site"),
        pytest.param({"url": "https://notdevon.gov.uk/7"}, False, id="a site of a like name"),
        pytest.param({"url": "https://devon.gov.uk.example.org/7"}, False, id="no public body's site"),
    ],
)
def test_what_the_council_itself_says_of_its_report_stands_apart_from_the_coverage(changes, is_own):
    labels = {"event": Event.FULL_INSPECTION, "councils": ("Devon",)}
    report = told(replace(report_story().lead.item, title="Inspection of Devon"), **labels)
    words = "Ofsted’s inspectors were with us in May. “We will act,” the cabinet member said."
    values = {"text": words, "source": "News of Devon", "publisher": "", "id": 2, **changes}
    page = told(item("Inspectors’ findings", **values))
    message = worded(digest(stories=(replace(story(councils=("Devon",), themes=()), items=(report, page)),)))
    line = "From the council itself: “Inspectors’ findings” (News of Devon)"
    assert (line in " ".join(message.text.split())) is is_own
    assert ("‘We will act,’" in message.text) is is_own
    assert ("Also in:" in message.text) is not is_own
