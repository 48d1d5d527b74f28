"""Who lives in a feed reader is told the same, by files that any reader takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from outside import Night, Program

    from monitor.demo.site import DemoSite


def entries(state: Path, name: str) -> list[dict[str, Any]]:
    """The entries of a feed, which says the same as Atom and as JSON."""
    data = json.loads((state / "feeds" / f"{name}.json").read_text(encoding="utf-8"))["items"]
    parsed = feedparser.parse((state / "feeds" / f"{name}.atom").read_bytes())
    assert not parsed.bozo
    assert [entry.id for entry in parsed.entries] == [one["id"] for one in data]
    return data


@pytest.mark.parametrize("name", ["digest-briefing", "alert-judgements", "council-middlesbrough"])
def test_the_changed_judgement_is_told_in_every_feed_it_belongs_to(night: Night, name: str) -> None:
    (report,) = [one for one in entries(night.program.state, name) if "Middlesbrough: care leavers" in one["title"]]
    assert "good → requires improvement" in report["title"]
    assert "inadequate → <strong>requires improvement</strong>" in report["content_html"]
    assert "/v1/file/" in report["url"]


def test_the_story_of_three_outlets_is_one_entry_that_names_them(night: Night) -> None:
    told = [one for one in entries(night.program.state, "digest-briefing") if "agency staff" in one["title"]]
    assert len(told) == 1
    assert "Westerly Herald" in told[0]["content_html"]


def test_each_council_has_its_own_and_no_other(night: Night) -> None:
    for council in ("devon", "leicestershire", "middlesbrough", "north-east-lincolnshire"):
        found = entries(night.program.state, f"council-{council}")
        assert found
        name = council.replace("-", " ").title()
        assert all(name in one["_ofsted_monitor"]["councils"] for one in found)


def test_at_the_first_check_subscriptions_feeds_are_empty_and_a_reports_id_survives_a_lost_state(
    program: Program, site: DemoSite
) -> None:
    program.polled()
    assert entries(program.state, "digest-briefing") == []
    assert entries(program.state, "alert-judgements") == []
    site.advance()
    program.polled()
    before = report_in(program)
    for file in program.state.glob("monitor.db*"):
        file.unlink()
    program.polled()
    assert report_in(program)["id"] == before["id"]


def report_in(program: Program) -> dict[str, Any]:
    (report,) = [one for one in entries(program.state, "council-leicestershire") if "focused visit" in one["title"]]
    return report
