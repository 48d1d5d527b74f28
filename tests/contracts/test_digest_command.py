"""`ofsted-monitor digest` and `deliver`: a preview changes nothing, and nothing due is no failure."""

from __future__ import annotations

import json
from pathlib import Path

from commands import command, rows


def test_preview_writes_four_files_and_records_nothing(demo: list[object]) -> None:
    state = Path(str(demo[-1]))
    before = rows(state)
    ended = command(*demo, "digest", "--preview", "--since", "2d")
    assert ended.code == 0
    assert rows(state) == before
    written = {file.name: file.read_text(encoding="utf-8") for file in (state / "preview").iterdir()}
    endings = {name.removeprefix("invented-news-demo") for name in written}
    assert endings == {".html", ".txt", ".json", ".slack.json"}
    data = json.loads(written["invented-news-demo.json"])
    assert {"subject", "stories", "window"} <= set(data)
    assert (next(iter(data)), data["message_id"]) == ("message_id", None)  # as a message's, which has one
    assert all("blocks" in payload for payload in json.loads(written["invented-news-demo.slack.json"]))


def test_nothing_due_is_said_and_is_no_failure(on: list[object]) -> None:
    digest = command(*on, "digest")
    assert (digest.code, digest.out, digest.err) == (0, "No digest is due. --since 7d composes one now.\n", "")
    deliver = command(*on, "deliver")
    assert (deliver.code, deliver.out, deliver.err) == (0, "No delivery is due.\n", "")
