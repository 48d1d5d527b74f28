"""A digest says which of its sources fail, and which may have lost something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor import digests
from monitor.model import SourceState

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def with_sources(compose, make_source, now):
    """A digest of Wexmoor and Averton with one source, of which this is known."""

    def make(council=None, **state):
        source = make_source(council=council)
        known = {"name": source.name, "url": source.url, "last_check_at": now - HOUR, "interval_s": 3600.0}
        states = {source.name: SourceState(**known | state)}
        return digests.with_sources(compose(), [source], states)

    return make


def test_a_source_that_answers_is_counted_and_not_named(with_sources):
    digest = with_sources()
    assert (digest.sources_checked, digest.failing, digest.gaps) == (1, (), ())


def test_a_failing_source_is_named_with_its_reason_and_since_when(with_sources, now):
    digest = with_sources(failures=3, failing_since=now - 3 * DAY, error="HTTP 500")
    (trouble,) = digest.failing
    assert (trouble.source, trouble.since, trouble.reason) == ("Wexmoor Gazette", now - 3 * DAY, "HTTP 500")
    assert digest.sources_checked == 0


@pytest.mark.parametrize(
    ("days", "found", "is_trouble"),
    [
        pytest.param(2, 20, False, id="over a weekend"),
        pytest.param(3, 20, True, id="for longer"),
        pytest.param(30, 2, False, id="and found little before: that grew too old for it"),
    ],
)
def test_a_search_is_named_that_finds_nothing_any_more(with_sources, now, days, found, is_trouble):
    marks = tuple(f"{number:032x}" for number in range(found))
    digest = with_sources(failing_since=now - days * DAY, marks=marks)
    reason = f"it answers, and finds nothing, where it found {found} before"
    assert [(one.since, one.reason) for one in digest.failing] == [(now - days * DAY, reason)] * is_trouble


@pytest.mark.parametrize(
    ("interval", "days", "is_trouble"),
    [
        pytest.param(HOUR, 3, True, id="an hourly source, not asked for three days"),
        pytest.param(HOUR, 1, False, id="nor for one: the machine was off overnight"),
        pytest.param(7 * DAY, 10, False, id="a weekly source, not asked for ten days"),
        pytest.param(7 * DAY, 15, True, id="nor for fifteen"),
    ],
)
def test_a_source_that_is_no_longer_asked_is_named_too(with_sources, now, interval, days, is_trouble):
    digest = with_sources(last_check_at=now - days * DAY, interval_s=interval.total_seconds())
    assert [trouble.since for trouble in digest.failing] == [now - days * DAY] * is_trouble


@pytest.mark.parametrize(
    ("at", "is_told"),
    [
        pytest.param("2026-06-16T06:30", True, id="at the window's first moment"),
        pytest.param("2026-06-17T06:29", True, id="at its last"),
        pytest.param("2026-06-16T06:29", False, id="before: the last digest told it"),
        pytest.param("2026-06-17T06:30", False, id="after: the next digest tells it"),
    ],
)
def test_a_gap_is_told_once(with_sources, at, is_told):
    gap = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert [trouble.since for trouble in with_sources(gap_at=gap).gaps] == [gap] * is_told


@pytest.mark.parametrize(
    ("council", "is_told"), [("Averton", True), (None, True), ("Sedgeholm", False)], ids=["its own", "any", "another's"]
)
def test_only_sources_that_can_bring_something_for_the_readers_councils_are_told_of(
    with_sources, now, council, is_told
):
    digest = with_sources(council, failures=1, failing_since=now, error="HTTP 500", gap_at=now - HOUR)
    assert (len(digest.failing), len(digest.gaps)) == (is_told, is_told)


@pytest.mark.parametrize(
    "state",
    [{"last_check_at": None}, {"url": "https://old.example.org/rss", "failures": 9, "error": "HTTP 404"}],
    ids=["added", "edited"],
)
def test_a_source_added_or_edited_a_moment_ago_is_in_no_trouble(with_sources, now, state):
    digest = with_sources(**state, failing_since=now)
    assert (digest.failing, digest.sources_checked) == ((), 0)


def test_a_source_that_answered_before_the_window_and_is_not_due_yet_counts_as_one_that_answers(compose, with_sources):
    assert with_sources(last_check_at=compose().window.start - HOUR).sources_checked == 1
