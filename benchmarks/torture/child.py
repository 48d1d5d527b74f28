"""The command `run`, in processes that take no time to start: forked from one that has loaded everything.

Run as a module it is that one. For each line on stdin, a life, it forks a service whose credentials name that life,
tells its process number on stdout, waits for its end, and tells how it ended.
"""

from __future__ import annotations

import os
import random
import select
import sys
import threading
import time
import traceback
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.torture.clock import SharedClock
from monitor import adapters
from monitor.classify.batch import classify_texts
from monitor.cli import app, working
from monitor.config import load_config
from monitor.reports import read_report
from monitor.run import Pass
from monitor.service import Service
from monitor.sources import article, feed, ofsted
from monitor.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from monitor.run import Run


# What the service imports when it is first needed.
_LOADED = (classify_texts, read_report, article, feed, ofsted)
_LOOK_EVERY = timedelta(milliseconds=5)  # time leaps between two looks, so that they need not wait for it
_REST_S = 0.002
_PUBLISHED = 0.05  # of the looks
# Two threads that never rest and let go of the interpreter at each query would wait for it longer than they work.
_SWITCH_EVERY_S = 0.0002


class InProcess(Workers):
    """Reads documents here: children would take longer to start than most lives last."""

    def _submit(
        self, function: Callable[..., Any], args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as a child would hand it over
            done.set_exception(error)
        return done


class Leaping:
    """A run under a clock that leaps ahead whenever both of the service's threads have looked and found nothing."""

    def __init__(self, run: Run, clock: SharedClock) -> None:
        self._run = run
        self._clock = clock
        self._dice = random.Random()  # noqa: S311 - it moves looks away from whole minutes
        self._teller = 0
        self._is_polling = False
        self._has_polled = False
        self._is_quiet = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._run, name)

    def whole_pass(self, *args: Any, **kwargs: Any) -> Pass:
        if self._has_polled:  # nothing can have fallen due since
            time.sleep(_REST_S)
            return Pass()
        self._is_polling = True
        done = Pass()
        try:
            done = self._run.whole_pass(*args, **kwargs)
        finally:
            self._is_polling, self._has_polled = bool(done.alerts), True  # it goes on to deliver them
        return done

    def digest(self) -> Any:
        self._teller = threading.get_ident()
        composed = self._run.digest()
        self._is_quiet = not composed
        return composed

    def publish(self) -> int:
        """Now and then only: with time that leaps the feeds have news at every look, and writing them is most of it."""
        return self._run.publish() if self._dice.random() < _PUBLISHED else 0

    def deliver(self, **kwargs: Any) -> Any:
        if threading.get_ident() != self._teller:
            try:
                return self._run.deliver(**kwargs)
            finally:
                self._is_polling = False
        done = self._run.deliver(**kwargs)
        is_quiet = self._is_quiet and not any((done.sent, done.later, done.refused, done.unknown))
        if is_quiet and self._has_polled and not self._is_polling:
            self._has_polled = False
            self._clock.leap(self._clock.step * self._dice.uniform(0.2, 1.8))
        return done


def live(config: Path, state: Path, clock: SharedClock) -> None:
    """The command `run`, under that clock."""

    @contextmanager
    def opened(*args: Any, **kwargs: Any) -> Iterator[Leaping]:
        with adapters.opened(*args, **kwargs) as run:
            yield Leaping(run, clock)

    sys.setswitchinterval(_SWITCH_EVERY_S)
    adapters.new_workers = lambda: InProcess(processes=1, memory_bytes=0, time_limit=timedelta(0))
    working.opened = opened
    working.Service = partial(Service, look_every=_LOOK_EVERY)
    words = ["--config", str(config), "--state", str(state), "--log-format", "json", "run"]
    app(words, obj=clock, standalone_mode=False)


def _forked(life: str, config: Path, state: Path, clock: SharedClock) -> int:
    """The number of a process that lives that life; in that process it never returns."""
    if number := os.fork():
        return number
    threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
    try:
        os.environ |= {name: value.replace("LIFE", life) for name, value in os.environ.items() if "MONITOR" in name}
        live(config, state, clock)
    except BaseException:  # noqa: BLE001 - whatever it was, the log has it, and this process must end here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _end_with_whoever_asked() -> None:
    """No service outlives the run it was born for, however that ends: its end closes our stdin."""
    asking = select.poll()
    asking.register(sys.stdin, 0)  # it is told of the closing, whatever is asked for
    asking.poll()
    os._exit(1)


def main(config: Path, state: Path, clock: Path) -> None:
    shared = SharedClock(clock)
    loaded = load_config(config, state=state, environ=os.environ)
    classify_texts(loaded.themes, loaded.trained_themes, [])  # the model, read once for all lives
    os.dup2(os.open(state / "log.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    for line in sys.stdin:
        number = _forked(line.strip(), config, state, shared)
        print(number, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
