"""Figures are what they are called: worked by hand on a few answers."""

from __future__ import annotations

import pytest

from monitor.learning.figures import Score, best_threshold, calibration_error, macro_f1, micro, scores, share


def test_precision_recall_and_f1_are_counted_over_labels() -> None:
    found = scores([{"a", "b"}, {"a"}, set()], [{"a"}, {"a", "c"}, {"c"}], ["a", "b", "c"])
    assert found["a"] == Score(right=2)
    assert found["b"] == Score(missed=1)
    assert found["c"] == Score(wrong=2)
    together = micro(found)
    assert (together.precision, together.recall) == (2 / 4, 2 / 3)
    assert together.f1 == pytest.approx(4 / 7)
    assert macro_f1(found) == pytest.approx(1 / 3)


def test_what_was_neither_wanted_nor_found_does_not_raise_the_mean() -> None:
    assert macro_f1({"a": Score(right=1), "b": Score()}) == 1.0
    assert macro_f1({}) == 0.0
    assert Score().f1 == Score().precision == Score().recall == 0.0


def test_a_share_is_of_equal_pairs() -> None:
    assert share([(1, 1), (1, 2)]) == 0.5
    assert share([]) == 0.0


def test_answers_as_sure_as_they_are_right_have_no_calibration_error() -> None:
    sure = [(0.9, True)] * 9 + [(0.9, False)]
    assert calibration_error(sure) == pytest.approx(0.0)
    assert calibration_error([(0.9, False)] * 10) == pytest.approx(0.9)
    assert calibration_error([(1.0, True), (0.0, False)]) == 0.0
    assert calibration_error([]) == 0.0


def test_the_threshold_is_where_f1_is_best_and_of_equals_the_usual_one() -> None:
    answers = [(0.9, True), (0.6, True), (0.35, False), (0.1, False)]
    assert best_threshold(answers, [0.2, 0.4, 0.5, 0.8], prefer=0.42) == 0.4
    assert best_threshold([], [0.2, 0.4, 0.8], prefer=0.42) == 0.4
