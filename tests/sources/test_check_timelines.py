"""A council's page on Ofsted's site loses no report to a short or odd answer, and no history becomes news."""

from __future__ import annotations

from dataclasses import replace

import pytest
from checked import DAY, HOUR, MINUTE, SLIM_PAGE, timeline

from monitor.store import CheckStatus


def test_a_shorter_timeline_is_a_failed_check_that_removes_nothing(ofsteds, shown, check):
    shown(timeline("501", "502", "503"))
    first = check(ofsteds)
    assert len(first.to_read) == 3
    shown(timeline("501", "502"))
    second = check(ofsteds, first.state)
    assert second.status is CheckStatus.FAILED
    assert second.reason.startswith("the timeline shows 2 reports where there were 3")
    assert second.state.marks == first.state.marks


def test_a_new_report_on_a_shorter_timeline_is_told_all_the_same(ofsteds, shown, check):
    shown(timeline("501", "502", "503"))
    first = check(ofsteds)
    shown(timeline("504", "501"))
    (item,) = check(ofsteds, first.state).items
    assert (item.key, item.is_report, item.from_first_check) == ("ofsted:89999/504", True, False)


def test_a_timeline_that_stays_shorter_for_a_week_is_believed(ofsteds, shown, check, now):
    shown(timeline("501", "502", "503"))
    state = check(ofsteds).state
    shown(timeline("501", "502"))
    state = check(ofsteds, state, at=now + DAY).state
    assert check(ofsteds, state, at=now + 7 * DAY).reason
    believed = check(ofsteds, state, at=now + 8 * DAY)
    assert not believed.reason
    assert len(believed.state.marks) == 2


@pytest.mark.parametrize(
    ("first", "gone"), [(("501", "502", "503"), "1 report"), (("501", "502", "503", "504"), "2 reports")]
)
def test_how_many_reports_a_shorter_timeline_lost_is_noted_when_it_is_believed(ofsteds, shown, check, now, first, gone):
    shown(timeline(*first))
    state = check(ofsteds).state
    shown(timeline("501", "502"))
    state = check(ofsteds, state, at=now + DAY).state
    assert state.note == ""
    assert check(ofsteds, state, at=now + 8 * DAY).state.note == f"no longer on Ofsted's page: {gone}"


def test_a_report_under_another_number_stands_for_the_one_that_went(ofsteds, shown, check, now):
    shown(timeline("501", "502", published="05 June 2026"))
    state = check(ofsteds).state
    shown(timeline("503", "501", published="16 June 2026"))
    found = check(ofsteds, state, at=now + DAY)
    assert (found.reason, found.state.note) == ("", "1 report was replaced")
    assert "ofsted:89999/503" in [item.key for item in found.items]


def test_a_report_that_went_while_another_came_is_missed(ofsteds, shown, check, now):
    shown(timeline("501", "502"))
    first = check(ofsteds).state
    shown(timeline("503", "501", title="Focused visit"))
    second = check(ofsteds, first, at=now + DAY)
    assert second.reason == "the timeline lacks 1 report; what it shows was taken, nothing was removed"
    assert second.state.marks == first.marks
    assert "ofsted:89999/503" in [item.key for item in second.items]
    believed = check(ofsteds, second.state, at=now + 8 * DAY)
    assert (believed.reason, believed.state.note) == ("", "no longer on Ofsted's page: 1 report")


def test_a_timeline_cut_short_at_first_is_not_the_first_and_makes_no_news_of_its_other_half(
    ofsteds, shown, check, store, now
):
    whole = timeline("501", "502", "503")
    shown(whole[: whole.index(b"503")])
    (cut,) = store.items.save([check(ofsteds)])
    assert "broke off after 2 entries" in cut.reason
    assert cut.state.is_first_check
    shown(whole)
    store.items.save([check(ofsteds, cut.state, at=now + HOUR)])
    assert {item.key: item.from_first_check for item in store.items.unclassified(10)} == {}
    waiting = [unread.item for unread in store.items.unread(now + HOUR, 10)]
    assert {item.key[-3:]: item.from_first_check for item in waiting} == {"501": True, "502": True, "503": True}


def test_reports_whose_marks_were_made_otherwise_before_an_upgrade_are_the_same_reports(
    ofsteds, shown, check, store, now
):
    shown(timeline("501", "502"))
    (first,) = store.items.save([check(ofsteds)])
    marked_otherwise = replace(first.state, marks=tuple(mark[:16] + "0" * 16 for mark in first.state.marks))
    shown(timeline("501", "502") + b"\n")
    (second,) = store.items.save([check(ofsteds, marked_otherwise, at=now + HOUR)])
    assert (second.status, second.new, second.changed) == (CheckStatus.UNCHANGED, 0, 0)
    assert second.state.marks == first.state.marks


@pytest.mark.parametrize(
    ("published", "is_history"),
    [
        pytest.param("17 May 2026", True, id="more than thirty days before the first check"),
        pytest.param("19 May 2026", False, id="less than thirty days before it"),
        pytest.param("some day", False, id="nobody knows when"),
    ],
)
def test_a_report_is_history_when_it_was_out_long_before_its_page_was_first_checked(
    ofsteds, shown, check, now, published, is_history
):
    shown(timeline("501"))
    first = check(ofsteds)
    shown(timeline("502", "501", published=published))
    found = check(ofsteds, first.state, at=now + DAY)
    assert {item.key: item.from_first_check for item in found.items}["ofsted:89999/502"] is is_history


def test_a_page_with_a_thousand_oddities_is_noted_in_a_line(ofsteds, shown, check):
    oddity = '<li class="timeline__day">' + "an event " * 20 + "</li>"
    shown(timeline("501").replace(b"</ol>", oddity.encode() * 1_000 + b"</ol>"))
    note = check(ofsteds).state.note
    assert note.endswith("; and 995 more")
    assert note.count("an event without a report") == 5
    assert len(note) <= 500


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(SLIM_PAGE, id="an error page with status 200"),
        pytest.param(b"<html><body><h1>Wexmoor Council</h1></body></html>", id="a page without its timeline"),
        pytest.param(timeline("501"), id="a shorter timeline"),
    ],
)
def test_an_odd_page_of_ofsteds_is_asked_for_again_a_minute_later_and_is_well_then(ofsteds, shown, check, now, answer):
    shown(timeline("501", "502"))
    first = check(ofsteds)
    shown(answer)
    odd = check(ofsteds, first.state, at=now + DAY)
    assert odd.status is CheckStatus.FAILED
    assert odd.state.next_at == now + DAY + MINUTE * 1.05  # half of the jitter
    shown(timeline("503", "501", "502"))
    well = check(ofsteds, odd.state, at=now + DAY + 2 * MINUTE)
    assert ([item.key for item in well.items], well.state.failures) == (["ofsted:89999/503"], 0)


def test_a_page_of_ofsteds_that_stays_odd_is_left_alone_as_long_as_any_other(ofsteds, shown, check, now):
    shown(SLIM_PAGE)
    state, waits = None, []
    for hours in range(3):
        state = check(ofsteds, state, at=now + hours * HOUR).state
        waits.append((state.next_at - now - hours * HOUR) / 1.05)
    assert waits == [MINUTE, 20 * MINUTE, 40 * MINUTE]
