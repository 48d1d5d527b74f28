from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import durations


@pytest.mark.parametrize(
    ("text", "length"),
    [
        pytest.param("30s", timedelta(seconds=30), id="seconds"),
        pytest.param("10m", timedelta(minutes=10), id="minutes"),
        pytest.param("12h", timedelta(hours=12), id="hours"),
        pytest.param("7d", timedelta(days=7), id="days"),
        pytest.param("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4), id="all-of-them"),
        pytest.param("0s", timedelta(0), id="none"),
    ],
)
def test_length_of_time_is_read_as_people_write_it(text: str, length: timedelta) -> None:
    assert durations.parse(text) == length


@pytest.mark.parametrize("text", ["", "10", "m", "10 m", "-1m", "1.5h", "10M", "1m1h", "1m1m", "٣m", "1000000d"])
def test_what_is_no_length_of_time_is_answered_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match='"30s", "10m", "12h" or "1d"'):
        durations.parse(text)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        pytest.param(timedelta(minutes=10), "10m", id="one-unit"),
        pytest.param(timedelta(hours=36), "1d12h", id="carried-over"),
        pytest.param(timedelta(seconds=59.9), "59s", id="part-of-a-second-is-left-out"),
        pytest.param(timedelta(milliseconds=5), "0s", id="less-than-a-second"),
    ],
)
def test_length_of_time_is_told_in_the_fewest_units(length: timedelta, text: str) -> None:
    assert durations.words(length) == text


@given(st.integers(0, 99_999 * 86_400).map(lambda seconds: timedelta(seconds=seconds)))
def test_any_length_of_time_is_read_back_as_it_was_told(length: timedelta) -> None:
    assert durations.parse(durations.words(length)) == length
