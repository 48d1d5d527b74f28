"""Instants are aware, and the same when they come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from monitor.store.schema import Instant

LONDON = ZoneInfo("Europe/London")
DIALECTS = pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])

INSTANTS = {
    "UTC": datetime(2026, 6, 17, 6, 30, tzinfo=UTC),
    "a microsecond": datetime(2026, 6, 17, 6, 30, 0, 1, tzinfo=UTC),
    "summer in London": datetime(2026, 6, 17, 7, 30, tzinfo=LONDON),
    "the hour that comes twice, first": datetime(2026, 10, 25, 1, 30, tzinfo=LONDON),
    "the hour that comes twice, second": datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON),
    "far east": datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=14))),
    "long ago": datetime(1, 1, 2, tzinfo=UTC),
}


@pytest.mark.parametrize("instant", INSTANTS.values(), ids=INSTANTS.keys())
def test_instant_comes_back_the_same_and_aware(store, stored, make_item, instant):
    [item] = stored(make_item(published=instant))
    assert item.published == instant.astimezone(UTC)
    assert item.published.tzinfo is UTC


def test_instants_are_ordered_in_the_database_as_in_time(store, ready, make_item, now):
    moment = timedelta(microseconds=1)
    moments = {"just before": now - moment, "then": now, "just after": now + moment}
    ready(*(make_item(key=key, first_seen=at) for key, at in moments.items()))
    assert [one.item.key for one in store.stories.relevant_since(now)] == ["then", "just after"]


def test_naive_instant_is_a_bug_not_a_failure_of_the_database(store, stored, make_item):
    with pytest.raises(StatementError, match="naive datetime"):
        stored(make_item(published=datetime(2026, 6, 17, 7, 30)))  # noqa: DTZ001 - that is the point
    assert store.sources.states() == {}


@DIALECTS
def test_no_instant_is_none(dialect):
    assert Instant().bind_processor(dialect)(None) is None
    assert Instant().result_processor(dialect, None)(None) is None


@DIALECTS
def test_naive_instant_is_refused_by_every_database(dialect):
    with pytest.raises(ValueError, match="naive datetime"):
        Instant().bind_processor(dialect)(datetime(2026, 6, 17))  # noqa: DTZ001 - that is the point


@DIALECTS
@given(
    st.datetimes(
        datetime(1, 1, 3),  # noqa: DTZ001 - Hypothesis adds the zone
        datetime(9999, 12, 29),  # noqa: DTZ001
        timezones=st.timezones(),
    )
)
def test_every_instant_survives_every_database(dialect, instant):
    bound = Instant().bind_processor(dialect)(instant)
    assert Instant().result_processor(dialect, None)(bound) == instant.astimezone(UTC)
