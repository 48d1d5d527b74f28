"""What polling 1,000 feeds costs, storing included, beside what only fetching them costs with bare aiohttp.

Both in the same run against the same farm (`farm.py`), each in a process of its own (`poll_once.py`,
`fetch_once.py`): the ratio between them says more than either, since machines differ. Of several runs the one that
took least CPU is shown: whatever else a machine does can only add to it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.cost import Cost
from benchmarks.farm import ENTRIES, ROOT, Farm

if TYPE_CHECKING:
    from collections.abc import Sequence

FEEDS = 1_000
RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What stands before a poll: by default feeds that were polled once, have nothing new, and say so."""

    name: str
    is_first: bool = False  # nothing was polled before
    conditional: bool = True  # False: the same document again in place of a 304
    has_new: bool = False  # one new entry in each tenth feed
    delay_s: float = 0.0  # until each answer
    hosts: int | None = None  # that the feeds are on; None: each on its own


SCENARIOS = (
    Scenario(name="first poll", is_first=True),
    Scenario(name="nothing new, 304"),
    Scenario(name="nothing new, 200 and the same bytes", conditional=False),
    Scenario(name="one new entry in 10% of feeds", has_new=True),
    Scenario(name="304 after 300 ms, on 200 hosts", delay_s=0.3, hosts=200),
)


def main(*, feeds: int = FEEDS, runs: int = RUNS, scenarios: Sequence[Scenario] = SCENARIOS) -> None:
    """Prints a line a scenario, and what the figures leave out."""
    print(f"polling {feeds:,} feeds of {ENTRIES} entries, storing included; best of {runs}; bare: aiohttp alone")
    print(_row("", "wall s", "bare", "CPU s", "bare", "ratio", "new", "peak MB", "tree MB"))
    classified = ""
    with Farm(feeds=feeds) as farm, TemporaryDirectory() as temporary:
        for scenario in scenarios:
            ours, bare = _least_costs(scenario, farm, Path(temporary), runs)
            print(_line(scenario, ours, bare), flush=True)
            if ours.classify_s:
                classified = f"classifying those {ours.new:,} new items: {ours.classify_s:.2f} s CPU\n"
    print(
        f"{classified}not counted: {ours.start_s:.2f} s CPU to start the children that read, once in a service's life\n"
        "peak: the main process's resident memory; tree: with its children, after the poll, shared pages once"
    )


def _line(scenario: Scenario, ours: Cost, bare: Cost) -> str:
    return _row(
        scenario.name,
        f"{ours.wall_s:.2f}",
        f"{bare.wall_s:.2f}",
        f"{ours.cpu_s:.2f}",
        f"{bare.cpu_s:.2f}",
        f"{ours.cpu_s / bare.cpu_s:.1f}",
        f"{ours.new:,}",
        f"{ours.peak_mb:.0f}",
        f"{ours.tree_mb:.0f}",
    )


def _row(name: str, *figures: str) -> str:
    return f"{name:<36}" + "".join(f"{figure:>8}" for figure in figures)


def _least_costs(scenario: Scenario, farm: Farm, temporary: Path, runs: int) -> tuple[Cost, Cost]:
    """What the monitor's poll and the bare one took, each at its least."""
    addresses = farm.addresses[: scenario.hosts]
    urls = [f"{addresses[feed % len(addresses)]}/feed/{feed}" for feed in range(len(farm.addresses))]
    folder = temporary / f"{len(addresses)} hosts"
    if not (scenario.is_first or folder.exists()):
        _costs(urls, folder)
    costs = []
    for _ in range(runs):
        if scenario.is_first:
            rmtree(folder, ignore_errors=True)
        expected = len(urls) * ENTRIES if scenario.is_first else farm.add_entries() if scenario.has_new else 0
        farm.answer(conditional=scenario.conditional, delay_s=scenario.delay_s)
        ours, bare = _costs(urls, folder, classify=scenario.has_new)
        farm.answer()
        assert ours.new == expected, f"{ours.new} new items where there were {expected}"
        costs.append((ours, bare))
    every_ours, every_bare = zip(*costs, strict=True)
    least = attrgetter("cpu_s")
    return min(every_ours, key=least), min(every_bare, key=least)


def _costs(urls: Sequence[str], folder: Path, *, classify: bool = False) -> tuple[Cost, Cost]:
    folder.mkdir(exist_ok=True)
    asked = json.dumps({"folder": str(folder), "urls": urls, "classify": classify})
    return _cost("poll_once", asked), _cost("fetch_once", asked)


def _cost(module: str, asked: str) -> Cost:
    done = subprocess.run(
        # Not with -m: the children that read would load that module again, and with it the whole of the monitor.
        [sys.executable, "-c", f"from benchmarks.{module} import main; main()"],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return Cost(**json.loads(done.stdout))
