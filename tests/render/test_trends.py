"""The table of themes by council: small, and no more than the windows before it allow to be said."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from media import assert_everywhere, worded
from render_examples import LONDON, TITLES, digest, story, trend

from monitor.render import render
from monitor.render.trends import trends


def table(*found, **changes):
    return trends(digest(trends=found, **changes), TITLES)


def words(*found):
    return {row.theme: {cell.council: cell.words for cell in row.cells} for row in table(*found).rows}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"concern": 3}, "3 ▼ (last four: 4)"),
        ({"concern": 0, "progress": 1}, "1 ▲ (last four: 4)"),
        ({"concern": 2, "progress": 1, "both": 1}, "2 ▼ 1 ▲ 1 ◆ (last four: 4)"),
        ({"concern": 1, "before": (900, 0, 300, 1)}, "1 ▼ (last four: 1,201)"),
        ({"concern": 1, "before": (0, 0, 0, 0)}, "1 ▼ (last four: 0)"),
        ({"concern": 2, "before": (3, 1, 2)}, "2 ▼"),
        ({"concern": 2, "before": ()}, "2 ▼"),
    ],
)
def test_a_cell_says_how_many_of_which_kind_and_how_many_there_were_before(counts, told):
    assert words(trend(**counts)) == {"Workforce stability": {"Wexmoor": told}}


def test_a_theme_that_has_gone_quiet_about_a_council_is_told_where_it_is_told_of_another():
    told = words(trend(), trend(council="Harbury", concern=0, before=(2, 2, 1, 3)))
    assert told["Workforce stability"]["Harbury"] == "0 (last four: 8)"


def test_with_fewer_than_four_windows_before_it_there_is_no_comparison_and_that_is_said():
    assert table(trend(before=(1, 2, 3))).notes[0] == "No comparison yet: it takes four digests before this one."
    assert table(trend()).notes[0] == "In brackets: how many in the four digests before this one, taken together."
    assert (
        table(trend())
        .notes[1]
        .startswith("Stories given by headline only, and stories you have had before, are counted too.")
    )


@pytest.mark.parametrize(
    "found", [(), (trend(concern=0),), (trend(concern=1, before=(1, 2)), trend("permanence", concern=1, before=()))]
)
def test_where_no_story_bears_a_theme_or_each_but_one_and_nothing_is_to_be_compared_there_is_no_table(found):
    assert table(*found) is None
    message = render(digest(trends=found), theme_titles=TITLES, timezone=LONDON)
    assert "Themes by council" not in message.html
    assert "THEMES BY COUNCIL" not in message.text


def test_the_themes_and_councils_most_is_told_of_stand_in_it_and_the_others_are_counted():
    found = [trend(f"theme-{n}", f"Council {n % 7}", concern=n + 1) for n in range(14)]
    told = table(*found)
    assert [row.theme for row in told.rows] == [f"theme-{n}" for n in range(13, 5, -1)]
    assert set(told.councils) == {f"Council {n}" for n in (3, 4, 5, 6)}
    assert told.notes[-1] == "6 more themes and 3 more councils were left out for length."


def test_councils_stand_in_the_order_of_the_subscription():
    found = [trend(council=council) for council in ("Eastvale", "Wexmoor", "Harbury")]
    assert table(*found).councils == ("Wexmoor", "Harbury", "Eastvale")


def test_plain_text_says_it_line_by_line_and_leaves_out_what_is_not():
    message = render(
        digest(trends=(trend(), trend("permanence", "Harbury", concern=0, both=2))),
        theme_titles=TITLES,
        timezone=LONDON,
    )
    assert (
        "  - Workforce stability: Wexmoor 3 ▼ (last four: 4)\n  - Permanence: Harbury 2 ◆ (last four: 4)\n"
        in message.text
    )


def test_on_a_narrow_screen_each_cell_names_its_council_and_empty_ones_are_gone():
    message = render(digest(trends=(trend(), trend("permanence", "Harbury"))), theme_titles=TITLES, timezone=LONDON)
    page = BeautifulSoup(message.html, "lxml")
    cells = page.select("table.line td")
    assert [cell.select_one(".lab").text for cell in cells] == 2 * ["Wexmoor: ", "Harbury: "]
    assert ["zero" in cell.get("class", []) for cell in cells] == [False, True, True, False]
    narrow = page.style.string.partition("@media (prefers")[0]
    assert "@media (max-width: 600px)" in narrow  # four long names of councils are wider
    assert ".line .head, .line .zero { display: none !important; }" in narrow
    assert ".line .lab { display: inline !important; }" in narrow


def test_where_one_source_told_more_than_counts_every_medium_says_so():
    told = "Of one source, five stories on a theme count for a council at most"
    assert_everywhere(worded(digest(stories=(story(),), trends=(trend(beyond=102), trend("early-help")))), told)
    assert told not in worded(digest(stories=(story(),), trends=(trend(), trend("early-help")))).text
