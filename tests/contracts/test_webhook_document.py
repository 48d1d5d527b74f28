"""What a receiver of webhooks is told to expect is what it gets."""

from __future__ import annotations

import json
import re
from pathlib import Path

from documented import keys, keys_listed
from media import worded
from render_examples import full_digest

TESTS = Path(__file__).parents[1]

# These are told in one place of the document: the same shape stands in several places of a digest.
SAME = (
    (re.compile(r"^linked\[\]\."), "stories[]."),
    (re.compile(r"^stories\[\]\.others\.themes\."), "stories[].themes."),
    (re.compile(r"^inspections\[\]\.next\."), "expected[]."),
    (re.compile(r"^sources\.gaps\[\]\."), "sources.failing[]."),
    (re.compile(r"\b(themes|judgements)\.[^.]+"), r"\1.*"),  # their keys are names of themes and of judgements
)


def told_once(path: str) -> str:
    for shape, told in SAME:
        path = shape.sub(told, path)
    return path


def test_receivers_are_told_every_key_of_a_digest_and_no_other() -> None:
    golden = [
        json.loads(path.read_text(encoding="utf-8"))["data"]
        for path in sorted((TESTS / "render" / "golden").glob("*.json"))
        if not path.stem.endswith(("-teams", "-slack-thread"))
    ]
    assert len(golden) > 4
    sent = {told_once(path) for digest in (*golden, worded(full_digest()).data) for path in keys(digest)}
    assert sent | {"message_id"} == keys_listed("webhook.md", "What the body holds")
