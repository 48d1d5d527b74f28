"""The benchmarks run; what they find differs from machine to machine and is no test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import grouping, polling

if TYPE_CHECKING:
    import pytest


def test_polling_benchmark_prints_a_line_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    scenarios = [scenario for scenario in polling.SCENARIOS if scenario.is_first or scenario.has_new]
    polling.main(feeds=5, runs=1, scenarios=scenarios)
    printed = capsys.readouterr().out
    first, new = (line for line in printed.splitlines() for scenario in scenarios if line.startswith(scenario.name))
    assert first.split()[-3] == "150"  # items
    assert new.split()[-3] == "1"


def test_grouping_benchmark_prints_a_line_a_way_and_the_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    grouping.main(items=60, backlog=30)
    lines = capsys.readouterr().out.splitlines()
    assert [line[32:41].strip() for line in lines[1:4]] == ["60", "60", "30"]
    assert lines[4].startswith("ours takes ")
