"""A redirect is believed when it lasts, and a refused source is asked again when it makes sense."""

from __future__ import annotations

import pytest
from checked import DAY, FEED, HOUR, MINUTE, SLIM_PAGE, rss, titles


def test_a_permanent_redirect_is_followed_for_good_after_it_was_met_three_times(web, feed, check, now):
    web.shows(FEED, status=301, Location="/new")
    web.shows("/new", rss("One"))
    state = None
    for day in range(4):
        state = check(feed, state, at=now + day * DAY).state
    assert web.asked == [FEED, "/new"] * 3 + ["/new"]


def test_a_move_that_is_believed_is_told_to_who_can_edit_the_address(web, feed, check, now):
    web.shows(FEED, status=301, Location="/new")
    web.shows("/new", rss("One"))
    state, notes = None, []
    for day in range(4):
        state = check(feed, state, at=now + day * DAY).state
        notes.append(state.note)
    assert notes == ["", "", *[f"moved to {web.url}/new: edit sources.toml"] * 2]


@pytest.fixture
def moved(web, feed, check, now):
    """The state of a source that has moved, on the Saturday of its first week."""
    web.shows(FEED, status=301, Location="/new")
    web.shows("/new", rss("One"), ETag='"v1"')
    state = None
    for day in range(4):
        state = check(feed, state, at=now + day * DAY).state
    web.requests.clear()
    return state


def test_the_configured_address_of_a_moved_source_is_asked_again_once_a_week(web, feed, check, now, moved):
    for day in range(4, 13):  # Sunday to the Monday after next
        moved = check(feed, moved, at=now + day * DAY).state
    assert web.asked == ["/new", FEED, *["/new"] * 7, FEED, "/new"]


def test_a_source_that_came_back_to_its_address_is_asked_there(web, feed, check, now, moved):
    web.shows(FEED, rss("Two", "One"))
    back = check(feed, moved, at=now + 5 * DAY)
    assert (titles(back), back.state.note) == (["Two"], "")
    check(feed, back.state, at=now + 6 * DAY)
    assert web.asked == [FEED, FEED]


def test_a_redirect_that_is_gone_takes_nothing_with_it(web, feed, check, now, moved):
    del web.answers[FEED]
    later = check(feed, moved, at=now + 5 * DAY)
    assert (later.reason, later.state.note) == ("", moved.note)
    check(feed, later.state, at=now + 6 * DAY)
    assert web.asked == [FEED, "/new", "/new"]


def test_a_temporary_redirect_is_never_believed(web, feed, check, now):
    web.shows(FEED, status=302, Location="/new")
    web.shows("/new", rss("One"))
    state = None
    for day in range(5):
        state = check(feed, state, at=now + day * DAY).state
    assert web.asked == [FEED, "/new"] * 5


def test_redirects_to_ever_new_places_are_never_believed(web, feed, check, now):
    state = None
    for day in range(5):
        web.shows(FEED, status=301, Location=f"/new{day}")
        web.shows(f"/new{day}", rss("One"))
        state = check(feed, state, at=now + day * DAY).state
    assert web.asked.count(FEED) == 5


def test_the_configured_address_is_tried_again_when_the_one_it_moved_to_fails(web, feed, check, now, moved):
    del web.answers["/new"]
    state = check(feed, moved, at=now + 4 * DAY).state
    web.shows(FEED, rss("One"))
    assert not check(feed, state, at=now + 5 * DAY).reason
    assert web.asked[-2:] == ["/new", FEED]


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        pytest.param(410, {}, 7 * DAY, id="410: gone, asked weekly"),
        pytest.param(503, {"Retry_After": "7200"}, 2 * HOUR, id="503 with Retry-After: obeyed"),
        pytest.param(429, {"Retry_After": "5"}, 10 * MINUTE, id="429 with a Retry-After shorter than our own wait"),
        pytest.param(500, {}, 10 * MINUTE, id="500: soon again"),
    ],
)
def test_a_refused_source_is_asked_again_when_it_makes_sense(web, feed, check, now, status, headers, wait):
    web.shows(FEED, status=status, **headers)
    assert check(feed).state.next_at == now + wait * 1.05  # half of the jitter


def test_an_odd_feed_waits_its_ten_minutes(web, feed, check, now):
    web.shows(FEED, SLIM_PAGE)
    assert check(feed).state.next_at == now + 10.5 * MINUTE
