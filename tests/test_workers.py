"""A document that hangs, eats memory or crashes its reader costs itself and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from lxml import etree
from structlog.testing import capture_logs

from monitor import workers as workers_module
from monitor.errors import FetchError, ParseError
from monitor.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMORY_BYTES = 256 * 2**20
LIMIT = timedelta(seconds=0.5)


# What the children run: by name, so these stand at the top of the module.


def length(body: bytes, *, times: int = 1) -> int:
    return len(body) * times


def child_id() -> int:
    return os.getpid()


def hang() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")  # inside a C library: no Python code, no handler runs


def eat() -> int:
    return len(bytearray(2 * MEMORY_BYTES))


def recurse() -> None:
    recurse()


def crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def not_a_feed() -> None:
    raise ParseError("no feed in it")


def gone() -> None:
    raise FetchError("HTTP 410", retry_after=timedelta(minutes=1), gone=True)


def bug() -> None:
    raise KeyError("missing")


def broken_xml() -> None:
    etree.fromstring("<a>")


@pytest.fixture(scope="module")
def shared_workers() -> Iterator[Workers]:
    with Workers(processes=1, memory_bytes=MEMORY_BYTES, time_limit=LIMIT) as workers:
        yield workers


def test_what_the_function_returns_comes_back(shared_workers: Workers) -> None:
    assert shared_workers.call(length, b"abc", times=2) == 6
    assert asyncio.run(shared_workers.run(length, b"abc")) == 3


def test_children_are_kept_between_calls(shared_workers: Workers) -> None:
    assert shared_workers.call(child_id) == shared_workers.call(child_id) != os.getpid()


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param(hang, "took longer than 0.5 s to read", id="hangs"),
        pytest.param(eat, "needs more memory to read than it may have", id="eats memory"),
        pytest.param(recurse, "nested too deeply to read", id="nests without end"),
        pytest.param(crash, "the program reading it crashed", id="crashes"),
        pytest.param(not_a_feed, "no feed in it", id="is not what it says"),
    ],
)
def test_document_that_cannot_be_read_is_named_and_the_next_one_is_read(
    shared_workers: Workers, function: Callable[[], None], reason: str
) -> None:
    with pytest.raises(ParseError) as caught:
        shared_workers.call(function)
    assert caught.value.reason == reason
    assert shared_workers.call(length, b"next") == 4


def test_error_keeps_what_it_knows_on_the_way_back(shared_workers: Workers) -> None:
    with pytest.raises(FetchError) as caught:
        shared_workers.call(gone)
    assert (caught.value.reason, caught.value.retry_after, caught.value.gone) == (
        "HTTP 410",
        timedelta(minutes=1),
        True,
    )


def test_child_hands_on_results_and_errors_alike() -> None:
    """The child's part, run here: a child is killed in the end and cannot show what it ran."""
    assert workers_module._call(60, length, (b"abc",), {"times": 2}) == 6
    with pytest.raises(ParseError, match="no feed in it"):
        workers_module._call(60, not_a_feed, (), {})
    with pytest.raises(RuntimeError, match="XMLSyntaxError"):
        workers_module._call(60, broken_xml, (), {})
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0), "no alarm is left behind"


def test_workers_that_were_never_needed_are_closed() -> None:
    with Workers(processes=1, memory_bytes=MEMORY_BYTES, time_limit=LIMIT):
        pass


def test_bug_in_a_reader_costs_the_document_that_found_it_and_is_logged(shared_workers: Workers) -> None:
    with capture_logs() as logged, pytest.raises(ParseError, match=r"has a bug \(KeyError\)"):
        shared_workers.call(bug)
    assert [line["event"] for line in logged] == ["bug in a reader"]


def test_error_that_cannot_travel_is_told_in_words_and_breaks_nothing(shared_workers: Workers) -> None:
    with capture_logs() as logged, pytest.raises(ParseError, match="has a bug"):
        shared_workers.call(broken_xml)
    assert [line["event"] for line in logged] == ["bug in a reader"]
    assert shared_workers.call(length, b"next") == 4


def test_hanging_document_neither_delays_nor_loses_the_others() -> None:
    async def read_all() -> tuple[list[object], float]:
        with Workers(processes=2, memory_bytes=MEMORY_BYTES, time_limit=timedelta(seconds=3)) as workers:
            await asyncio.gather(workers.run(length, b""), workers.run(length, b""))  # both are up
            hanging = asyncio.create_task(workers.run(hang))
            others = [workers.run(length, bytes(n)) for n in range(50)]
            began = time.monotonic()
            results = await asyncio.gather(*others)
            took = time.monotonic() - began
            return [*results, *await asyncio.gather(hanging, return_exceptions=True)], took

    results, took = asyncio.run(read_all())
    assert results[:50] == list(range(50))
    assert isinstance(results[50], ParseError)
    assert took < 2


def test_cancelled_call_stops_its_child_and_the_next_one_is_read() -> None:
    async def give_up() -> int:
        with Workers(processes=1, memory_bytes=MEMORY_BYTES, time_limit=timedelta(seconds=60)) as workers:
            await workers.run(length, b"")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await workers.run(hang)
            return await workers.run(length, b"next")

    assert asyncio.run(give_up()) == 4


def test_calls_in_flight_outlive_an_idle_child_that_is_killed() -> None:
    with Workers(processes=1, memory_bytes=MEMORY_BYTES, time_limit=timedelta(seconds=60)) as workers:
        for call in (workers.call, lambda function: asyncio.run(workers.run(function))):
            child = psutil.Process(workers.call(child_id))
            child.suspend()  # so that it cannot take the next call up
            kill = f"import os; os.kill({child.pid}, {signal.SIGKILL:d})"
            with subprocess.Popen([sys.executable, "-c", kill]):
                assert call(child_id) != child.pid


def test_children_that_cannot_start_are_told_and_not_tried_for_ever() -> None:
    with (
        Workers(processes=1, memory_bytes=0, time_limit=LIMIT) as workers,
        pytest.raises(ParseError, match="crashed"),
    ):
        workers.call(length, b"abc")


def test_nothing_is_started_before_the_first_call_and_nothing_left_after_the_end() -> None:
    before = psutil.Process().children()
    with Workers(processes=1, memory_bytes=MEMORY_BYTES, time_limit=LIMIT) as workers:
        assert psutil.Process().children() == before
        child = workers.call(child_id)
    assert not psutil.pid_exists(child)


def test_children_end_with_a_parent_that_was_killed() -> None:
    program = (
        "import os, signal\n"
        "from datetime import timedelta\n"
        "from monitor.workers import Workers\n"
        f"workers = Workers(processes=2, memory_bytes={MEMORY_BYTES}, time_limit=timedelta(seconds=9))\n"
        "workers.call(len, b'abc')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[1]
    # Children inherit stdout: it ends when the last of them has.
    parent = subprocess.run([sys.executable, "-c", program], check=False, cwd=root, capture_output=True, timeout=8)
    assert parent.returncode == -signal.SIGKILL
