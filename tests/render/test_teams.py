"""What a reader in Teams is promised: everything, in cards that Teams takes, with nothing from outside obeyed."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from golden_examples import EXAMPLES, THEME_TITLES
from golden_week import again
from hostile import ATTACKS, LINKS, assert_clean, hostile_digests
from hypothesis import HealthCheck, given, settings
from render_examples import (
    LONDON,
    TITLES,
    digest,
    expectation,
    full_digest,
    inspection,
    item,
    label,
    news,
    story,
    trend,
)

from monitor.render import render
from monitor.render.teams import size

# What a card's elements may be, and what each may hold (Adaptive Cards 1.4, as far as it is used).
MAY_HOLD = {
    "AdaptiveCard": {"$schema", "type", "version", "lang", "fallbackText", "msteams", "body"},
    "RichTextBlock": {"type", "inlines", "spacing", "separator"},
    "TextRun": {"type", "text", "weight", "size", "italic", "isSubtle", "color", "selectAction"},
    "Action.OpenUrl": {"type", "url"},
    "FactSet": {"type", "facts", "spacing"},
}
VALUES = {
    "weight": {"Bolder"},
    "size": {"Small", "Medium", "Large"},
    "color": {"Accent", "Attention"},
    "spacing": {"Small", "Medium", "Large"},
    "italic": {True},
    "isSubtle": {True},
    "separator": {True},
}


def worded(one):
    return render(one, theme_titles=THEME_TITLES | TITLES, timezone=LONDON)


def elements(value):
    """Every object with a type, at any depth."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner)


def lines_of(card) -> list[str]:
    """What a reader sees of a card, line by line."""
    found = []
    for element in card["body"]:
        if element["type"] == "FactSet":
            found += [f"{fact['title']}: {fact['value']}" for fact in element["facts"]]
        else:
            found.append("".join(run["text"] for run in element["inlines"]))
    return found


def words_of(cards) -> str:
    return " ".join(" ".join(line for card in cards for line in lines_of(card)).split())


def links_of(cards) -> set[str]:
    return {one["url"] for card in cards for one in elements(card) if one["type"] == "Action.OpenUrl"}


def check_card(card):
    payload = {"type": "message", "attachments": [{"contentType": "x" * 50, "contentUrl": None, "content": card}]}
    json.dumps(payload, ensure_ascii=False).encode()
    assert len(json.dumps(json.dumps(payload))) <= 28 * 1024
    assert card["version"] == "1.4"
    assert card["msteams"] == {"width": "Full"}
    assert card["fallbackText"]
    assert card["body"]
    for element in elements(card):
        assert set(element) <= MAY_HOLD[element["type"]]
        assert all(element[name] in allowed for name, allowed in VALUES.items() if name in element)
        if element["type"] == "Action.OpenUrl":
            assert re.fullmatch(r"https?://[!-~]+", element["url"])
        if element["type"] == "TextRun":
            assert_clean(element["text"])
            assert not re.search("[<>]|{{", element["text"])
        if element["type"] == "RichTextBlock":
            assert element["inlines"]
        for fact in element.get("facts", ()):
            assert not re.search(r"[<>*_~`\[\]\\&]", fact["title"] + fact["value"])


def test_card_says_all_that_the_mail_says():
    one = replace(
        full_digest(),
        linked=(story(20, (item("A headline of the rest", url="https://a.example.org/rest"),)),),
        repeated=again(4),
        trends=(trend(), trend("early-help", "Harbury", concern=0, progress=1)),
    )
    message = worded(one)
    told = words_of(message.teams)
    for phrase in (
        "Wexmoor judged requires improvement; Harbury",
        "weekday-briefing · Thursday 18 June 2026",
        "Overall effectiveness: inadequate (January 2020) → requires improvement; ▲ better, up one grade; first change",
        "The grades of January 2020 stand",
        "Different in it: care leavers: good → inadequate.",
        "Likely next, not announced: monitoring visit between August 2026",
        "▲ progress: Leadership and oversight · ▼ concern: Workforce stability · ▲ progress: Early help",
        "What others say: “Plans for permanence are made sooner, yet some children still wait too long.”",
        "still wait too long.” — ◆ concern and progress: Permanence; Wexmoor Echo",
        "Also in: Wexmoor Echo feed: Wexmoor's services no longer inadequate, Moor FM",
        "Update: Wexmoor Echo feed reports an official response. Wexmoor Echo feed · 18 June 2026, 01:30 · also about",
        "A headline of the rest",
        "• Early help: Harbury 1 ▲",
        "Eastvale: full inspection between June 2026 and July 2027.",
        "All 42 sources answered when last asked.",
        "Covers what was first seen between 17 June 2026, 07:30",
        "You get this because the digest “weekday-briefing” follows",
        "ask whoever runs the monitor, and name “weekday-briefing”.",
    ):
        assert phrase in told
    page = BeautifulSoup(message.html, "lxml")
    assert links_of(message.teams) == {link["href"] for link in page.select("a[href^=http]")}


def test_sources_in_trouble_are_named():
    told = words_of(worded(EXAMPLES["failing"]()).teams)
    assert "40 sources answered when last asked; 2 sources are failing, so news may be missing here." in told
    assert "Failing • Harbury Council news: since 15 June 2026, 07:30: the page is a consent form" in told
    assert "Items may have been missed • Eastvale Gazette" in told


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_card_is_one_that_teams_takes(name):
    for card in worded(EXAMPLES[name]()).teams:
        check_card(card)


def test_long_digest_is_split_over_cards_without_losing_a_story():
    quotes = ((label(text="A sentence that goes on. " * 10), item().url),)
    stories = tuple(story(n, (item(f"Story number {n} of many"),), themes=quotes) for n in range(120))
    cards = worded(digest(stories=stories)).teams
    assert len(cards) > 2
    for number, card in enumerate(cards, start=1):
        check_card(card)
        assert card["fallbackText"].endswith(f"({number} of {len(cards)})")
    assert [lines_of(card)[0] for card in cards[1:]] == [f"Part {n} of {len(cards)}" for n in range(2, len(cards) + 1)]
    told = words_of(cards)
    assert all(f"Story number {n} of many" in told for n in range(120))


def test_no_card_ends_with_a_heading():
    councils = tuple(f"Council number {n}" for n in range(60))
    stories = tuple(
        story(n, (item(f"Story number {n} {'x' * (n + 1)}"),), councils=(council,))
        for n, council in enumerate(councils)
    )
    cards = worded(digest(stories=stories, councils=councils)).teams
    assert len(cards) > 1
    for card in cards:
        check_card(card)
        assert card["body"][-1]["inlines"][0].get("weight") != "Bolder"
    lines = [line for card in cards for line in lines_of(card)]
    for council in councils:
        assert lines[lines.index(council) + 1].startswith(f"Story number {council.split()[-1]} ")


def test_card_is_counted_as_teams_counts_it():
    """A request of 24,453 bytes was refused as 28,897: the card counts as text within JSON."""
    assert size({"text": "a"}) == len('"{\\"text\\": \\"a\\"}"')
    assert size({"text": "→"}) >= len('"{\\"text\\": \\"→\\"}"'.encode())


@pytest.mark.parametrize("attack", [*ATTACKS, "{{DATE(2017-02-14T06:08:39Z, SHORT)}} {{{TIME(2017-02-14T06:08:39Z)}}}"])
def test_known_attack_is_shown_and_not_obeyed(attack):
    one = story(items=(item(attack, publisher=attack),) * 2, themes=((label(attack, text=attack), item().url),))
    told = expectation(attack, what=attack, rule=attack, source=attack)
    report = news(council=attack, inspection=inspection(priority_actions=(attack,)), next=told)
    for card in worded(digest(subscription=attack, stories=(one,), inspections=(report,), expected=(told,))).teams:
        check_card(card)


@pytest.mark.parametrize("link", LINKS, ids=range(len(LINKS)))
def test_unsafe_link_is_shown_without_a_link(link):
    one = story(items=(item(url=link), item(url=link)), themes=((label(), link),))
    for card in worded(digest(stories=(one,), inspections=(news(url=link),))).teams:
        check_card(card)


@given(hostile_digests())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_card_is_one_that_teams_takes_whatever_stands_in_a_digest(told):
    much_of_it = replace(told, stories=told.stories * 9, inspections=told.inspections * 6, linked=told.linked * 6)
    for one in (told, much_of_it):
        for card in render(one, theme_titles={}, timezone=LONDON).teams:
            check_card(card)
