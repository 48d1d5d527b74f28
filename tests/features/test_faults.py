"""The service killed again and again, between far ends that misbehave: whoever is owed something gets it.

`make torture` is the same for a month, with 500 kills.
"""

from __future__ import annotations

import os
from datetime import timedelta
from shutil import which
from typing import TYPE_CHECKING

import pytest

from benchmarks.torture import account, month

if TYPE_CHECKING:
    from pathlib import Path

# What is published and what goes wrong follow from it; the instants of the kills are the machine's.
SEED = int(os.environ.get("MONITOR_TORTURE_SEED", "1"))


@pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed: the mail server needs a certificate")
def test_week_of_kills_and_faults_loses_nothing_and_every_repeat_has_its_cause(tmp_path: Path) -> None:
    plan = month.Plan(
        seed=SEED,
        days=7,
        items=150,
        reports=4,
        kills=40,
        step=timedelta(hours=1),
        longest=timedelta(minutes=8),
    )
    outcome = month.ran(plan, tmp_path)
    found = account.drawn_up(outcome)
    assert found.balances, account.printed(outcome, found)
    assert len(outcome.killed) == plan.kills
    assert found.received == found.owed > 100
    assert sum(outcome.weather.struck.values()) > 50
