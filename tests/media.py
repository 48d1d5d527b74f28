"""What a message says in each medium, for tests."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from render_examples import LONDON, TITLES

from monitor.render import render


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
