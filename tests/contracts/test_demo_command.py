"""`ofsted-monitor demo`: it ends with what to look at."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from commands import Ended, command


def test_demo_ends_with_what_to_open_and_what_to_ask(demonstrated: tuple[Path, Ended]) -> None:
    _, ended = demonstrated
    page, links, *questions = ended.out.splitlines()[-6:]
    (file,) = re.findall(r"\S+\.html", page)
    assert "invented-news-demo" in Path(file).read_text(encoding="utf-8")
    assert "`demo --serve` keeps one up" in links
    for question, answer in zip(
        questions, ("invented-news-demo: yes", "Middlesbrough", "BEGIN:VEVENT", "Middlesbrough"), strict=True
    ):
        asked = command(*shlex.split(question)[question.split().index("--config") :])
        assert (asked.code, asked.err) == (0, "")
        assert answer in asked.out
