"""Whatever the outline holds is said in every medium, word for word, and every link leads where it says."""

from __future__ import annotations

import html
import json
import re
from dataclasses import fields, is_dataclass

import pytest
from bs4 import BeautifulSoup
from golden_examples import EXAMPLES, THEME_TITLES
from render_examples import LONDON

from monitor.model import Polarity
from monitor.render import render
from monitor.render.outline import outline
from monitor.render.parts import Link, TrendRow

MEDIA = ("html", "text", "slack", "notify")
# Said by other means, or of use to one medium alone.
NOT_WORDS = {
    "preheader",  # what mail clients show beside the subject
    *("level", "level_before", "polarity"),  # what colour to give
    "caption",  # names a table for those who cannot see that it is one
    "stop_link",  # see test_stop_link.py
    "councils",  # the columns of a table, each of which stands in its cells
}
# Slack has no way to escape its markup: likenesses stand for it.
LIKENESSES = str.maketrans({"∗": "*", "ˍ": "_", "∼": "~", "ˋ": "`", "∣": "|"})


def said(part, name="") -> list[str]:
    """Every string of an outline that a reader is told, in order."""
    if isinstance(part, Polarity) or name in NOT_WORDS:
        return []
    if isinstance(part, str):
        return [part] if part else []
    if isinstance(part, tuple):
        return [words for one in part for words in said(one, name)]
    if isinstance(part, Link):
        return [part.text]
    if isinstance(part, TrendRow):  # what is nowhere told of is left out where there is no table
        return [part.theme, *(one.counts for one in part.cells if not one.is_empty)]
    if is_dataclass(part):
        return [words for field in fields(part) for words in said(getattr(part, field.name), field.name)]
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
