"""Whatever the outline holds is said in every medium, word for word, and every link leads where it says."""

from __future__ import annotations

import html
import json
import re
from dataclasses import fields, is_dataclass, replace

import pytest
from bs4 import BeautifulSoup
from golden_examples import EXAMPLES as GOLDEN
from golden_examples import THEME_TITLES
from render_examples import LONDON, alert, digest, expectation, item, label, report_story, told

from monitor.model import Event, Polarity
from monitor.render import render
from monitor.render.html import fragment
from monitor.render.outline import outline
from monitor.render.parts import Link, TrendRow

MEDIA = ("html", "text", "slack", "teams", "notify")


def much():
    """More than is told one by one, wherever something is counted."""
    expected = tuple(expectation(f"Northmarsh {number}") for number in range(22))
    return digest(inspections=alert().inspections, stories=(much_said(),), expected=expected)


def much_said():
    """A report with more themes than are named, answered by the council, and told by many who say more."""
    report, *others = report_story().items
    own, others_own = (
        tuple(label(f"{of}-{n}", text=f"Leaders of team {n} told {of} what they lack.") for n in range(6))
        for of in ("inspectors", "papers")
    )
    labels = replace(report.classification, themes=(*report.classification.themes, *own))
    papers = [item("The same again", url=f"https://paper{n}.example.org/", id=10 + n) for n in range(12)]
    answer = item("Our answer", url="https://news.wexmoor.example.gov.uk/1", id=30)
    items = (
        replace(report, classification=labels),
        told(answer, councils=("Wexmoor",), event=Event.COUNCIL_RESPONSE),
        *others,
        *(told(paper, councils=("Wexmoor", "Harbury"), themes=others_own) for paper in papers),
    )
    return replace(report_story(), items=items)


EXAMPLES = {**GOLDEN, "much": much}
# Said by other means, or of use to one medium alone.
NOT_WORDS = {
    "preheader",  # what mail clients show beside the subject
    *("level", "level_before", "polarity"),  # what colour to give
    "caption",  # names a table for those who cannot see that it is one
    "stop_link",  # see test_stop_link.py
    "councils",  # the columns of a table, each of which stands in its cells
}
NOT_IN_ENTRY = {"title", "council", "update"}  # of a feed: its own title says them
# Slack and Teams have no way to escape their markup: likenesses stand for it.
LIKENESSES = str.maketrans(
    {"∗": "*", "ˍ": "_", "∼": "~", "ˋ": "`", "∣": "|", "［": "[", "］": "]", "∖": "\\", "＆": "&", "‹": "<", "›": ">"}
)


def said(part, name="", *, without=frozenset()) -> list[str]:
    """Every string of an outline that a reader is told, in order, but for what stands in fields that go `without`."""
    if isinstance(part, Polarity) or name in NOT_WORDS | without:
        return []
    if isinstance(part, str):
        return [part] if part else []
    if isinstance(part, tuple):
        return [words for one in part for words in said(one, name, without=without)]
    if isinstance(part, Link):
        return [part.text]
    if isinstance(part, TrendRow):  # what is nowhere told of is left out where there is no table
        return [part.theme, *(one.counts for one in part.cells if not one.is_empty)]
    if is_dataclass(part):
        parts = [(getattr(part, field.name), field.name) for field in fields(part)]
        return [words for one, name in parts for words in said(one, name, without=without)]
    return []


def links(part) -> set[str]:
    if isinstance(part, Link):
        return {part.url} - {""}
    if isinstance(part, tuple):
        return set().union(*map(links, part))
    if is_dataclass(part):
        return set().union(*(links(getattr(part, field.name)) for field in fields(part) if field.name != "stop_link"))
    return set()


def seen(message, medium: str) -> str:
    """The words of a medium as a reader sees them, on one line, and without upper case, in which plain text sets what
    HTML sets bold."""
    if medium == "html":
        page = BeautifulSoup(message.html, "lxml").body
        page.select_one(".pre").decompose()
        # What stands in another element is not another word: "(usual 1)".
        words = page.get_text("")
    elif medium == "slack":
        texts = [
            part["text"]
            for payload in message.slack
            for block in payload["blocks"]
            for part in (block.get("elements") or [block.get("text", {"text": ""})])
        ]
        words = html.unescape(re.sub(r"<[^|>]*\|([^>]*)>", r"\1", "\n".join(texts))).replace("*", "")
        words = words.replace("\n>", "\n").translate(LIKENESSES)
    elif medium == "teams":
        elements = [element for card in message.teams for element in card["body"]]
        lines = ["".join(run["text"] for run in element.get("inlines", ())) for element in elements]
        facts = [f"{fact['title']}\n{fact['value']}" for element in elements for fact in element.get("facts", ())]
        words = "\n".join(lines + facts).translate(LIKENESSES)
    elif medium == "notify":
        words = re.sub(r"\\(.)", r"\1", html.unescape(message.notify)).replace("\n^ ", "\n")
    else:
        words = message.text
    return " ".join(words.split()).casefold()


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_word_of_the_outline_is_said(name, medium):
    digest = EXAMPLES[name]()
    told = outline(digest, theme_titles=THEME_TITLES, timezone=LONDON)
    words = seen(render(digest, theme_titles=THEME_TITLES, timezone=LONDON), medium)
    if medium == "notify":
        words = f"{words} {told.subject.casefold()}"  # which the template takes apart from the body
    missing = [one for one in said(told) if " ".join(one.split()).casefold() not in words]
    assert not missing


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_word_about_reports_and_stories_is_said_in_the_entry_of_a_feed(name):
    told = outline(EXAMPLES[name](), theme_titles=THEME_TITLES, timezone=LONDON)
    words = " ".join(BeautifulSoup(fragment(told), "lxml").get_text("").split()).casefold()
    wanted = said((told.reports, told.groups), without=NOT_IN_ENTRY)
    assert [one for one in wanted if " ".join(one.split()).casefold() not in words] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_link_of_the_outline_is_there(name):
    digest = EXAMPLES[name]()
    urls = links(outline(digest, theme_titles=THEME_TITLES, timezone=LONDON))
    message = render(digest, theme_titles=THEME_TITLES, timezone=LONDON)
    assert {link["href"] for link in BeautifulSoup(message.html, "lxml").select("a")} == urls
    assert {line.strip() for line in message.text.split("\n") if line.strip().startswith("http")} == urls
    slack = html.unescape(json.dumps(message.slack, ensure_ascii=False))
    assert all(url in slack for url in urls)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_data_holds_every_story_and_report_of_the_message(name):
    digest = EXAMPLES[name]()
    data = render(digest, theme_titles=THEME_TITLES, timezone=LONDON).data
    for key in ("stories", "inspections", "linked", "trends", "undelivered", "expected"):
        assert len(data[key]) == len(getattr(digest, key))
    assert (data["more"], data["repeated"]) == (digest.more, len(digest.repeated))
    told = {reason.value for story in digest.stories for reason in story.new}
    assert {reason for story in data["stories"] for reason in story["new"]} == told
