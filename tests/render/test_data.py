"""The digest as data, for other programs."""

from __future__ import annotations

import json
from dataclasses import replace

from media import worded
from render_examples import (
    digest,
    full_digest,
    item,
    label,
    story,
)

from monitor.model import Evidence, Polarity


def test_data_keeps_the_contract():
    data = json.loads(json.dumps(worded(full_digest()).data))
    assert {"subscription", "kind", "slot", "window", "subject", "stories", "inspections", "sources", "more"} <= set(
        data
    )
    assert data["window"] == {"from": "2026-06-17T06:30:00Z", "to": "2026-06-18T06:30:00Z"}
    assert data["kind"] == "digest"
    assert data["more"] == 3
    told = data["stories"][0]
    assert {"id", "update", "councils", "event", "relevance", "themes", "items"} <= set(told)
    assert told["others"]["themes"]["permanence"] == {
        "polarity": "both",
        "evidence": [
            {
                "text": "Plans for permanence are made sooner, yet some children still wait too long.",
                "url": "https://echo.example.org/news/7",
                "source": "Wexmoor Echo feed",
            }
        ],
    }
    assert {"key", "url", "title", "source", "published", "first_seen"} <= set(told["items"][0])
    assert told["items"][0]["published"] == "2026-06-16T23:00:00Z"
    assert told["items"][0]["published_on"] == "2026-06-17"  # in London, where that midnight is
    assert data["inspections"][0]["judgements"]["overall"] == "requires-improvement"
    assert data["inspections"][0]["changes"][0] == {
        "judgement": "overall",
        "from": "inadequate",
        "to": "requires-improvement",
        "since": "2020-01-31",
        "stood_since": "2016-11-25",
    }
    assert data["inspections"][1]["judgements"]["overall"] is None
    assert data["inspections"][1]["visit_number"] == 3
    assert data["inspections"][1]["follows"] == {
        "date": "2020-01-31",
        "judgements": {"overall": "inadequate", "in_care": "requires-improvement"},
        "url": "https://files.example.org/v1/file/50000090",
    }
    assert data["inspections"][2]["replaces"] == "https://files.example.org/v1/file/50000090"
    assert data["inspections"][2]["corrections"] == [{"fact": "care_leavers", "from": "good", "to": "inadequate"}]


def test_data_says_what_to_expect_from_when_to_when_and_by_what():
    data = worded(full_digest()).data
    assert data["expected"] == [
        {
            "council": "Eastvale",
            "kind": "ilacs",
            "what": "full inspection",
            "from": "2026-06-18",
            "to": "2027-07-18",
            "rule": "Councils that require improvement are inspected again after about three years.",
            "source": "https://rules.example.org/framework",
            "follows": "https://files.example.org/v1/file/50000017",
        }
    ]
    assert [(one["next"] or {}).get("what") for one in data["inspections"]] == [None, "monitoring visit", None]
    assert set(data["inspections"][1]["next"]) == set(data["expected"][0])


def test_data_holds_every_sentence_not_only_the_best():
    second = Evidence(text="Staff leave.", start=0, end=12, polarity=Polarity.CONCERN, score=0.5)
    two = replace(label(), evidence=(*label().evidence, second))
    data = worded(digest(stories=(story(themes=((two, item().url),)),))).data
    assert [e["text"] for e in data["stories"][0]["themes"]["workforce-stability"]["evidence"]][1] == "Staff leave."
