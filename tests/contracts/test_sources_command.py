"""`ofsted-monitor sources`: where each source stands."""

from __future__ import annotations

from datetime import datetime

from commands import command, types

SOURCE = {
    "source": str,
    "url": str,
    "last_success": str,
    "next_check": str,
    "interval": float,
    "failures": int,
    "items": int,
    "last_error": str,
    "note": str,
}


def test_sources_says_where_each_stands(demo: list[object]) -> None:
    ended = command(*demo, "sources", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert {tuple(types(line).items()) for line in ended.lines} == {tuple(SOURCE.items())}
    for line in ended.lines:
        assert datetime.fromisoformat(line["last_success"]) < datetime.fromisoformat(line["next_check"])
    (failing,) = (line for line in ended.lines if line["failures"])
    assert (failing["source"], failing["failures"]) == ("Estuary Lookout", 1)
    assert failing["last_error"] == "a web page titled “Before you continue”, not a feed"
