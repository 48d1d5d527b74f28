"""The clock on the wall: jobs for polling, digests and housekeeping, until SIGTERM or SIGINT.

What is due is decided from our own tables, so jobs only look often; one that is late or missed is simply made good by
the next look. Polling has a thread of its own: a slow site keeps no digest waiting.
"""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.config.durations import words
from monitor.errors import MonitorError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from monitor.run import Run

log = structlog.get_logger()

_LOOK_EVERY = timedelta(seconds=15)
# How long a pass may begin new requests: what a slow host keeps waiting is left to the next, for the others' sake.
_PATIENCE = timedelta(minutes=2)
# How long a look may begin new deliveries: what a slow or paced channel keeps waiting is left to the next.
_CARRYING = timedelta(minutes=1)
_NOTICE_STOP = timedelta(seconds=0.2)
_HOUSEKEEPING_EVERY = timedelta(hours=6)
# What the wall clock may move against the one that only counts: more is somebody, or the time server, setting it.
_CLOCK_JUMP = timedelta(minutes=1)
_LONGEST_REST = timedelta(minutes=30)  # of a job that fails, again and again
_INTERRUPTED = 130  # what shells call it: 128 and the number of SIGINT
_KEEP_CHECKS = timedelta(days=30)
_KEEP_TEXTS = timedelta(days=60)  # after an item was last seen
_KEEP_MESSAGES = timedelta(days=90)


class Service:
    """Runs the stages on schedule until it is stopped."""

    def __init__(self, *, look_every: timedelta = _LOOK_EVERY, wall_clock: Callable[[], float] = time.time) -> None:
        # A plain flag: an Event's lock may be held by the very code that a signal's handler interrupts.
        self._is_stopping = False
        self._look_every = look_every
        self._wall_clock = wall_clock  # seconds, as the machine has it

    def is_stopping(self) -> bool:
        return self._is_stopping

    def stop(self) -> None:
        """What is in flight is finished, nothing new is begun."""
        self._is_stopping = True

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        """The first signal stops; who sends a second will not wait, and stopping anywhere is safe."""
        if self._is_stopping:
            os._exit(_INTERRUPTED)
        self.stop()

    def serve(self, run: Run, *, is_state_lost: Callable[[], bool] = lambda: False) -> None:
        """Works until it is stopped; nothing is in flight when it returns.

        Raises StoreError when the state was removed under it: it would go on telling people from a file nobody sees,
        beside the next service.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._signalled)
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1), "poll": ThreadPoolExecutor(1)},
            # Two of a job: one that works, and one that waits for the same thread. Were it left out, a look that is
            # asked for while another works, as when the clock is set, would come an interval late.
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
            timezone="UTC",
        )
        at_once = datetime.now(UTC)
        look_s = self._look_every.total_seconds()
        for work, seconds, executor in (
            (_poll, look_s, "poll"),
            (_tell, look_s, "default"),
            (_publish, look_s, "default"),
            (_keep_house, _HOUSEKEEPING_EVERY.total_seconds(), "default"),
        ):
            job = self._guarded(work, run)
            scheduler.add_job(job, "interval", seconds=seconds, executor=executor, next_run_time=at_once)
        ahead_s = self._wall_clock() - time.monotonic()  # before the first look, which may take its time
        scheduler.start()
        log.info("started", sources=len(run.config.sources))
        try:
            self._watch(scheduler, is_state_lost, ahead_s)
        finally:
            self.stop()
            log.info(
                "stopping",
                waiting_for=f"what is in flight, {words(run.config.fetch.deadline)} a request at most",
                hint="a second signal ends it at once",
            )
            scheduler.shutdown(wait=True)
        log.info("stopped")

    def _watch(self, scheduler: BackgroundScheduler, is_state_lost: Callable[[], bool], ahead_s: float) -> None:
        """Returns after a stop. The scheduler waits by the wall clock: when that is set, every job looks at once.

        `ahead_s`: what the wall clock showed more than the one that only counts, when the scheduler was started.
        """
        while not self._is_stopping:  # a signal that comes just before a wait without end would not end it
            time.sleep(_NOTICE_STOP.total_seconds())
            jumped_s = self._wall_clock() - time.monotonic() - ahead_s
            if abs(jumped_s) > _CLOCK_JUMP.total_seconds():
                ahead_s += jumped_s
                log.warning("clock set", seconds=round(jumped_s))
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
            if is_state_lost():
                raise StoreError("the state directory was removed or replaced while the service ran: start it again")

    def _guarded(self, work: Callable[[Run], None], run: Run) -> Callable[[], None]:
        """The job: what goes wrong in it is logged, and it is tried again after a rest that grows with each failure.

        A night of a full disk must not be a night of asking every council's site four times a minute.
        """
        name = work.__name__.strip("_")
        failures, rests_until = 0, 0.0

        def job() -> None:
            nonlocal failures, rests_until
            if self._is_stopping or time.monotonic() < rests_until:
                return
            try:
                work(run)
            except Exception as error:  # noqa: BLE001 - a bug in one look must not end years of looking
                failures += 1
                rest = min(self._look_every * 2 ** min(failures, 20), _LONGEST_REST)
                rests_until = time.monotonic() + rest.total_seconds()
                # An error of ours says what to do; of a bug the log has the trace.
                say = log.error if isinstance(error, MonitorError) else log.exception
                say(
                    "job failed",
                    job=name,
                    reason=str(error),
                    failures=failures,
                    rest_s=rest.total_seconds(),
                    hint="it is tried again by itself after the rest",
                )
            else:
                if failures:
                    log.info("recovered", job=name, failures=failures)
                failures = 0

        return job


def _poll(run: Run) -> None:
    done = run.whole_pass(run.due_sources(), patience=_PATIENCE)
    if done.alerts:
        run.deliver(patience=_CARRYING)
    if done.checks or done.read or done.understood:
        log.info(
            "pass",
            checked=len(done.checks),
            failed=sum(bool(check.reason) for check in done.checks),
            new=sum(check.new for check in done.checks),
            read=done.read,
            understood=done.understood,
            relevant=done.relevant,
            alerts=done.alerts,
        )


def _tell(run: Run) -> None:
    run.digest()
    run.deliver(patience=_CARRYING)


def _publish(run: Run) -> None:
    run.publish()


def _keep_house(run: Run) -> None:
    now, store = run.clock(), run.store
    log.info(
        "housekeeping",
        checks=store.sources.forget_checks(now - _KEEP_CHECKS),
        texts=store.items.drop_texts(now - _KEEP_TEXTS),
        messages=store.digests.forget_messages(now - _KEEP_MESSAGES),
    )
