"""What a reader in Slack is promised: everything, within Slack's limits, and with a token the detail in a thread."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from golden_examples import EXAMPLES, THEME_TITLES
from golden_week import again
from hostile import hostile_digests
from hypothesis import HealthCheck, given, settings
from render_examples import (
    LONDON,
    NOW,
    TITLES,
    alert,
    digest,
    full_digest,
    item,
    label,
    news,
    quiet_digest,
    story,
    trend,
)
from test_hostile_text import check_slack

from monitor.model import Polarity, Undelivered
from monitor.render import render
from monitor.render.mrkdwn import escaped


def worded(one):
    return render(one, theme_titles=THEME_TITLES | TITLES, timezone=LONDON)


def lines_of(payload) -> list[str]:
    """What a reader sees of one message, line by line, without markup."""
    found = []
    for block in payload["blocks"]:
        found += [part["text"] for part in block.get("elements", []) or [block.get("text", {"text": ""})]]
    chat = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", "\n".join(found)).replace("*", "").replace("\n>", "\n")
    return chat.replace("&amp;", "&").split("\n")


def words_of(payload) -> str:
    return " ".join(" ".join(lines_of(payload)).split())


def many(count, **changes):
    return tuple(
        story(
            n,
            (item(f"Story number {n} of many about one council", url=f"https://a.example.org/{n}/{'x' * 100}"),),
            themes=((label(text="A sentence with <marks> & more. " * 8), item().url),),
            **changes,
        )
        for n in range(count)
    )


# --- the thread --------------------------------------------------------------------------------------------


def test_headline_says_what_was_judged_and_a_line_a_story_with_its_link():
    headline, *_ = worded(full_digest()).slack_thread
    told = words_of(headline)
    for phrase in (
        "Wexmoor judged requires improvement",
        "Overall effectiveness: inadequate (January 2020) → requires improvement (▲ better, up one grade",
        "The grades of January 2020 stand",
        "• Council sets out plan for social work teams · Update: Wexmoor Echo feed reports an official response",
        "• Cabinet hears of social worker vacancies · ▼ Workforce stability",
        "All 42 sources answered when last asked.",
        "In the thread: what the reports say, the stories in quotations, what to expect, why you get this",
    ):
        assert phrase in told
    assert "<https://committee.example.org/doc/4|Cabinet hears of social worker vacancies>" in json.dumps(headline)


def test_headline_has_no_detail_and_the_thread_all_of_it():
    headline, *detail = worded(full_digest()).slack_thread
    told, below = words_of(headline), " ".join(map(words_of, detail))
    for phrase in (
        "“Too many children have had several changes of social worker.”",
        "Different in it: care leavers: good → inadequate.",
        "Eastvale: full inspection between June 2026 and July 2027.",
        "Covers what was first seen between",
        "You get this because",
        "ask whoever runs the monitor, and name “weekday-briefing”.",
    ):
        assert phrase not in told
        assert phrase in below


@pytest.mark.parametrize("name", EXAMPLES)
def test_thread_and_parts_say_the_same(name):
    message = worded(EXAMPLES[name]())
    whole = [line for payload in message.slack for line in lines_of(payload)]
    thread = "\n".join(line for payload in message.slack_thread for line in lines_of(payload))
    assert not [line for line in whole if line not in thread and not line.startswith("Part ")]
    links = re.compile(r"<(https?://[^|]+)\|")
    assert set(links.findall(json.dumps(message.slack))) == set(links.findall(json.dumps(message.slack_thread)))


@pytest.mark.parametrize("one", [quiet_digest(), alert()], ids=["quiet", "alert"])
def test_what_is_read_at_a_glance_needs_no_thread(one):
    message = worded(one)
    assert message.slack_thread == message.slack


def test_operator_is_told_in_the_open_what_did_not_arrive():
    failed = Undelivered(
        subscription="briefing", position=0, channel="mail", composed_at=NOW - timedelta(days=1), reason="no such user"
    )
    message = worded(digest(undelivered=(failed,) * 20))
    assert message.slack_thread == message.slack
    told = " ".join(map(words_of, message.slack))
    assert "no such user" in told
    assert "What to do" in told


def test_headline_that_would_be_too_long_counts_what_only_the_thread_tells():
    headline, *detail = worded(digest(stories=many(120))).slack_thread
    check_slack(headline)
    told = words_of(headline)
    lines = re.findall(r"• Story number (\d+) of many", told)
    assert [int(number) for number in lines] == list(range(len(lines)))
    assert 20 < len(lines) < 120
    assert f"And {120 - len(lines)} more stories, in the thread." in told
    below = " ".join(map(words_of, detail))
    assert all(f"Story number {n} of many" in below for n in range(120))


def test_headline_that_holds_some_reports_leaves_the_facts_of_the_others_to_the_thread():
    reports = tuple(
        news(council=f"Council number {n}", url=f"https://files.example.org/{n}/{'x' * 400}", story=n)
        for n in range(16)
    )
    headline, *detail = worded(digest(inspections=reports)).slack_thread
    told, below = words_of(headline), " ".join(map(words_of, detail))
    count = len(re.findall(r"Council number \d+: full inspection", told))
    assert 0 < count < 16
    assert f"And {16 - count} more reports, in the thread." in told
    for n in range(16):
        facts = f"Council number {n}: full inspection"
        assert facts in (told if n < count else below)
    assert below.count("Care leavers: inadequate") == 16 - count


# --- the whole ---------------------------------------------------------------------------------------------


def test_headlines_trends_and_what_is_new_are_told_in_slack_too():
    linked = many(2, councils=("Harbury",))
    told = words_of(
        worded(
            digest(
                stories=(story(7),),
                linked=linked,
                more=2,
                repeated=again(5),
                trends=(trend(), trend("early-help", "Harbury", concern=0, progress=1)),
            )
        ).slack[0]
    )
    assert "2 more stories, by headline: Harbury • Story number 0 of many" in told
    assert "5 more items" in told
    assert "Themes by council" in told
    assert "• Early help: Harbury 1 ▲" in told


def test_notification_and_screen_reader_hear_the_subject_and_what_matters_next():
    message = worded(full_digest())
    for payload in (message.slack[0], message.slack_thread[0]):
        assert payload["text"].startswith("Wexmoor judged requires improvement; Harbury")
        assert "Overall effectiveness: inadequate (January 2020) → requires improvement" in payload["text"]
    assert message.slack_thread[1]["text"].startswith("Detail, 1 of 1: Wexmoor judged")


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_unfurls_and_every_limit_holds(name):
    message = worded(EXAMPLES[name]())
    for payload in (*message.slack, *message.slack_thread):
        check_slack(payload)


def test_no_part_ends_with_a_heading_or_begins_with_a_line():
    councils = tuple(f"Council number {n}" for n in range(60))
    stories = tuple(
        story(n, (item(f"Story number {n} {'x' * (n + 1)}"),), councils=(council,))
        for n, council in enumerate(councils)
    )
    message = worded(digest(stories=stories, councils=councils))
    for payload in (*message.slack, *message.slack_thread):
        check_slack(payload)
        assert payload["blocks"][-1]["type"] not in ("header", "divider")
    for payload in message.slack[1:]:
        assert payload["blocks"][1]["type"] in ("header", "section", "context")
    told = [line for payload in message.slack for line in lines_of(payload)]
    for n, council in enumerate(councils):
        assert told[told.index(council) + 1].startswith(f"Story number {n} ")


def test_limits_hold_beside_the_longest_fallback():
    titles = ("&" * 200, *("Story <number> " * 10 + str(n) for n in range(90)))
    stories = tuple(story(n, (item(title, url=f"https://a.example.org/{n}"),)) for n, title in enumerate(titles))
    message = worded(digest(stories=stories))
    assert len(json.dumps(message.slack[0]["text"])) > 1_000
    for payload in (*message.slack, *message.slack_thread):
        check_slack(payload)


@given(hostile_digests())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_limits_hold_whatever_stands_in_a_digest(told):
    many_of_it = replace(
        told,
        stories=told.stories * 9,
        inspections=told.inspections * 6,
        expected=told.expected * 6,
        linked=told.linked * 6,
    )
    for one in (told, many_of_it):
        message = render(one, theme_titles={}, timezone=LONDON)
        for payload in (*message.slack, *message.slack_thread):
            check_slack(payload)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<!channel> & *b* _i_ ~s~ `c`", "&lt;!channel&gt; &amp; ∗b∗ ˍiˍ ∼s∼ ˋcˋ"),
        ("at 10:30:45, see: this", "at 10:30:45, see: this"),
        (":tada: and :+1:", "꞉tada: and :+1:"),
        ("> no quotation, 2 > 1", "› no quotation, 2 &gt; 1"),
        ("&" * 10_000, "&amp;" * 540 + "…"),
    ],
)
def test_slack_shows_outside_markup_as_it_stands(words, shown):
    assert escaped(words) == shown


def test_many_themes_of_a_story_stay_legible():
    labels = tuple((label(f"theme-{n}", Polarity.CONCERN, "One sentence."), item().url) for n in range(6))
    headline, *_ = worded(digest(stories=(*many(20), story(99, themes=labels)))).slack_thread
    assert "▼ theme-0 · ▼ theme-1 · ▼ theme-2" in words_of(headline)
    assert "theme-3" not in words_of(headline)
