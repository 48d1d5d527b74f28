"""Which way a grade moved: by sign and word, never by colour alone."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from render_examples import LONDON, digest, inspection, news

from monitor.model import Change, Grade, SendOutcome
from monitor.render import render
from monitor.render.words import direction


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, "▲ better, up one grade"),
        (Grade.INADEQUATE, Grade.OUTSTANDING, "▲ better, up three grades"),
        (Grade.GOOD, Grade.INADEQUATE, "▼ worse, down two grades"),
        (Grade.ADEQUATE, Grade.GOOD, "▲ better, up one grade"),
        (Grade.ADEQUATE, Grade.REQUIRES_IMPROVEMENT, ""),  # one took the other's place
        (Grade.NOT_JUDGED, Grade.GOOD, ""),
        (SendOutcome.TYPICALLY_POSITIVE, SendOutcome.INCONSISTENT, "▼ worse, down one step"),
        (SendOutcome.SYSTEMIC_FAILINGS, SendOutcome.TYPICALLY_POSITIVE, "▲ better, up two steps"),
    ],
)
def test_a_change_says_whether_it_is_for_the_better_and_by_how_much(before, after, words):
    assert direction(Change(judgement="overall", before=before, after=after)) == words


def test_old_and_new_grade_each_have_a_word_and_a_colour_of_their_own():
    message = render(digest(inspections=(news(),)), theme_titles={}, timezone=LONDON)
    row = BeautifulSoup(message.html, "lxml").select_one("table.data tr")
    old, new = row.select(".chip")
    assert (old.text, new.text) == ("inadequate (January 2020)", "requires improvement")
    assert old["style"] != new["style"]
    assert row.select_one(".better").text == "▲ better, up one grade"
    assert "→ requires improvement; ▲ better, up one grade;" in " ".join(message.text.split())


def test_a_grade_that_did_not_change_has_no_direction():
    same = news(inspection=inspection(judgements={"overall": Grade.GOOD}), changes=())
    message = render(digest(inspections=(same,)), theme_titles={}, timezone=LONDON)
    assert "better" not in message.text
    assert not BeautifulSoup(message.html, "lxml").select(".better, .worse")
