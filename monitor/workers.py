"""Child processes that read documents, each under a time limit and a memory limit.

A parser can hang, eat the memory or crash on a document made for it. In a child that costs the one
document: the child is stopped and replaced, and everything else goes on. Children are kept between calls,
so a call costs about a tenth of a millisecond and not the start of a Python.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import resource
import signal
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from monitor.errors import MonitorError, ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from datetime import timedelta

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

_ALARM_MARGIN_S = 5.0  # the parent stops a late child; only one whose parent is gone lives to its alarm


class Workers:
    """Runs module-level functions in up to `processes` children; arguments and results are pickled.

    `memory_bytes` bounds what a child may allocate, its interpreter included; `time_limit` bounds one call,
    from when a child takes it up. The children start with the first call and end with `close`, or with
    the parent, however that ends. A context manager; to be used from one thread.
    """

    def __init__(self, *, processes: int, memory_bytes: int, time_limit: timedelta) -> None:
        self._processes = processes
        self._memory_bytes = memory_bytes
        self._time_limit_s = time_limit.total_seconds()
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` returns, computed in a child; a cancelled call stops its child.

        Raises ParseError where the call takes too long, needs too much, breaks the child or raises anything: whoever
        wrote the document may have found a bug in a parser, and must not stop the reading of the others by it.
        """
        with self._told():
            try:
                return await asyncio.wrap_future(self._submit(function, args, kwargs))
            except BrokenProcessPool:
                return await asyncio.wrap_future(self._submit(function, args, kwargs))

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, for callers without an event loop."""
        with self._told():
            try:
                return self._submit(function, args, kwargs).result()
            except BrokenProcessPool:
                return self._submit(function, args, kwargs).result()

    def close(self) -> None:
        """No child is left, nor what they were at; the next call starts new ones."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble types most of itself
            self._pool.join()
            self._pool = None

    def _submit(self, function: Callable[..., T], args: tuple[object, ...], kwargs: Mapping[str, object]) -> Future[T]:
        """The call's future, in a new pool where the last one broke.

        pebble gives a pool up, with every call in it, when a child dies that is not known to be at work: one
        that is idle, or dies in the instant of taking up a document. The others did nothing wrong, so
        callers submit once more.
        """
        if self._pool is not None and not self._pool.active:
            self.close()
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._processes,
                context=multiprocessing.get_context("spawn"),  # a fork would copy threads' locks, and memory
                initializer=_limit,
                initargs=(self._memory_bytes,),
            )
        alarm_s = self._time_limit_s + _ALARM_MARGIN_S
        future: Future[T] = self._pool.schedule(
            _call, args=(alarm_s, function, args, kwargs), timeout=self._time_limit_s
        )
        return future

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What a document did to its child, as a ParseError."""
        try:
            yield
        except MonitorError:
            raise
        except TimeoutError as error:
            raise ParseError(f"took longer than {self._time_limit_s:g} s to read") from error
        except MemoryError as error:
            raise ParseError("needs more memory to read than it may have") from error
        except RecursionError as error:
            raise ParseError("nested too deeply to read") from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ParseError("the program reading it crashed") from error
        except Exception as error:
            log.exception("bug in a reader")
            raise ParseError(f"the program reading it has a bug ({type(error).__name__})") from error


def _limit(memory_bytes: int) -> None:  # pragma: no cover - a child is killed, and never hands in its coverage
    """In a new child: bounds are set, and signals mean what they mean to a program without a handler."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then stops us
    # pebble's handler is Python and never runs while a C library hangs; three seconds pass, in which no
    # other child gets a document, until it tries SIGKILL.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # DATA and not AS: what is allocated, without the libraries that are only mapped.
    for limit, value in ((resource.RLIMIT_DATA, memory_bytes), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound))


def _call(alarm_s: float, function: Callable[..., T], args: tuple[object, ...], kwargs: Mapping[str, object]) -> T:
    """In a child: what `function` returns, or its exception in a form the parent can read."""
    signal.setitimer(signal.ITIMER_REAL, alarm_s)
    try:
        return function(*args, **kwargs)
    except Exception as error:
        # One that cannot be built again from its `args`, as lxml's, would break the pool in the parent.
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        except Exception:  # noqa: BLE001 - a class's __reduce__ and __init__ may raise anything
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
