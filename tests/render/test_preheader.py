"""The line after the subject: it adds what the subject does not say."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from golden_examples import EXAMPLES, THEME_TITLES
from render_examples import LONDON, alert, digest, item, news, story, visit

from monitor.model import UpdateReason
from monitor.render import render


def line(told) -> str:
    page = BeautifulSoup(render(told, theme_titles=THEME_TITLES, timezone=LONDON).html, "lxml")
    return page.select_one(".pre").text


@pytest.mark.parametrize(
    ("told", "start"),
    [
        pytest.param(
            digest(inspections=(news(),)),
            "Overall effectiveness: inadequate (January 2020) → requires improvement; Impact of leaders: inadequate",
            id="a judgement: from what, and what else changed",
        ),
        pytest.param(
            digest(inspections=(visit(3),)),
            "Third monitoring visit since the judgement of inadequate in January 2020",
            id="a visit: its place in the story",
        ),
        pytest.param(
            alert(), "“Urgently strengthen the help for children at risk of exploitation.”", id="what is urgent"
        ),
        pytest.param(
            digest(stories=(story(), story(2, (item("Youth club reopens"),)))),
            "All 42 sources answered when last asked",
            id="no story that the subject names",
        ),
        pytest.param(
            digest(stories=(story(new=(UpdateReason.REPORT,)),)),
            "Ofsted’s report is out",
            id="what is new in an update",
        ),
        pytest.param(
            digest(),
            "Nothing new was found about Wexmoor, Harbury, Northmere and Eastvale in the time covered; All 42",
            id="quiet: about whom, and whether we could see",
        ),
        pytest.param(
            EXAMPLES["undelivered"](),
            "weekly-round-up, recipient 2 (email), composed 16 June 2026, 07:30: the server refuses the recipient",
            id="undelivered: why",
        ),
    ],
)
def test_it_says_next_what_matters_next(told, start):
    assert line(told).startswith(start)


def test_it_is_no_longer_than_clients_show():
    assert len(line(digest(inspections=tuple(news(council=f"Council {n}") for n in range(9))))) <= 140
