"""Whole messages as people get them, kept beside the tests to be read with one's own eyes.

After a change of wording: `MONITOR_GOLDEN=write python -m pytest tests/render/test_golden.py`, read the diff.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from golden_examples import EXAMPLES, THEME_TITLES
from render_examples import LONDON

from monitor.render import render

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", EXAMPLES)
def test_message_reads_as_last_agreed(name):
    message = render(EXAMPLES[name](), theme_titles=THEME_TITLES, timezone=LONDON, can_stop=True)
    message = message.with_stop_link("https://monitor.example.org/stop/x1")
    data = {"data": message.data, "slack": list(message.slack)}
    files = {
        f"{name}.html": message.html,
        f"{name}.txt": message.text,
        f"{name}-notify.md": message.notify,
        f"{name}.json": as_json(data),
        f"{name}-slack-thread.json": as_json(message.slack_thread),
        f"{name}-teams.json": as_json(message.teams),
    }
    for file, content in files.items():
        if os.environ.get("MONITOR_GOLDEN") == "write":
            (GOLDEN / file).write_text(content, encoding="utf-8")
        assert content == (GOLDEN / file).read_text(encoding="utf-8")


def as_json(value) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
