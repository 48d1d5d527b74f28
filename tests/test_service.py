"""The service works by the clock until it is told to stop; what goes wrong in one look is made good by the next."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor import service as service_module
from monitor.errors import FetchError, StoreError
from monitor.model import Recipient, Secret, SlackChannel, Subscription, SubscriptionKind
from monitor.run import Pass, Run
from monitor.service import Service

# A service of which one look never ends, and the others have nothing to do.
HANGING = """
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from monitor.service import Service

def look(sources, patience):
    print("looking", flush=True)
    time.sleep(3600)

def nothing(*_, **__):
    pass

rows = SimpleNamespace(forget_checks=nothing, drop_texts=nothing, forget_messages=nothing)
store = SimpleNamespace(sources=rows, items=rows, digests=rows)
config = SimpleNamespace(sources=(), fetch=SimpleNamespace(deadline=timedelta(seconds=30)))
run = SimpleNamespace(config=config, store=store, clock=lambda: datetime.now(UTC), digest=nothing, deliver=nothing)
run.publish = nothing
run.due_sources, run.whole_pass = tuple, look
Service().serve(run)
"""

DAY = timedelta(days=1)
HOOK = "/hook"
ROOT = Path(__file__).parents[1]
AT_MOST_S = 20  # far more than any of these takes


@pytest.fixture(autouse=True)
def _signals_as_they_were():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def config(make_config, make_source, web, tmp_path):
    """A digest every minute, told to Slack."""
    web.shows(HOOK, b"ok")
    slack = SlackChannel(name="slack", webhook_url=Secret(origin="a test", value=web.url + HOOK))
    briefing = Subscription(
        name="briefing",
        kind=SubscriptionKind.DIGEST,
        to=(Recipient(channel="slack"),),
        schedule="* * * * *",
        councils=("Wexmoor",),
    )
    return make_config(
        channels={"slack": slack}, subscriptions=(briefing,), sources=(make_source(),), feeds=tmp_path / "feeds"
    )


@pytest.fixture
def news(store, ready, make_item):
    """An item the digest that is due now has to tell, of a source that is not due."""
    now = datetime.now(UTC)
    store.digests.met(["briefing"], now - DAY)
    item = make_item("News", first_seen=now - timedelta(seconds=70))
    ready(item, ready_at=now, state={"next_at": now + DAY})


@pytest.fixture
def new_run(config, store):
    def make(**changes):
        known = {
            "config": config,
            "store": store,
            "workers": None,  # there is nothing to read
            "new_fetcher": None,
            "classify": None,
            "clock": lambda: datetime.now(UTC),
        }
        return Run(**known | changes)

    return make


@contextmanager
def stopped_when(happened: threading.Event, stop):
    """Calls `stop` from another thread when that has happened."""

    def wait():
        happened.wait(AT_MOST_S)
        stop()

    thread = threading.Thread(target=wait)
    thread.start()
    yield
    thread.join()


def told(web) -> list[str]:
    return [json.loads(body)["text"] for _, _, body in web.requests]


def test_it_looks_at_once_does_all_that_is_due_and_stops_when_asked(new_run, news, web, config):
    service = Service()
    was_all, awaited = threading.Event(), {"delivered", "published", "housekeeping"}

    def hear(_logger, _name, entry):
        awaited.discard(entry["event"])
        if not awaited:
            was_all.set()
        return entry

    with stopped_when(was_all, service.stop), capture_logs(processors=[hear]) as logs:
        service.serve(new_run(stopping=service.is_stopping))
    assert not awaited
    (text,) = told(web)
    assert "Wexmoor" in text
    assert list(config.feeds.glob("council-*.atom"))
    assert [entry["event"] for entry in logs if entry["event"] in ("started", "stopping", "stopped")] == [
        "started",
        "stopping",
        "stopped",
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it(new_run, news, web, number):
    service = Service()
    with stopped_when(web.was_asked, lambda: os.kill(os.getpid(), number)):
        service.serve(new_run(stopping=service.is_stopping))
    assert service.is_stopping()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_will_not_wait_is_told_for_what_and_ends_it_with_a_second_signal(number):
    with subprocess.Popen(
        [sys.executable, "-c", HANGING], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        told = iter(process.stdout.readline, "")
        try:
            assert any("looking" in line for line in told)
            process.send_signal(number)
            assert "what is in flight, 30s a request at most" in next(line for line in told if "stopping" in line)
            process.send_signal(number)
            assert process.wait(AT_MOST_S) == 130
        finally:
            process.kill()


def test_no_thread_is_left_when_it_has_stopped(new_run, news, web):
    before = set(threading.enumerate())
    service = Service()
    with stopped_when(web.was_asked, service.stop):
        service.serve(new_run(stopping=service.is_stopping))
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    # The library that looks names up has one for the whole process, from the first request on.
    assert [name for name in left if "_run_safe_shutdown_loop" not in name] == []


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        pytest.param(StoreError("the disk is full"), "the disk is full", id="something an operator can mend"),
        pytest.param(ZeroDivisionError("of ours"), "of ours", id="a bug"),
    ],
)
def test_a_failing_job_is_logged_and_the_next_look_goes_on(new_run, news, web, failure, said):
    looks = iter([failure] * 4)  # the first looks of both threads

    def clock():
        if trouble := next(looks, None):
            raise trouble
        return datetime.now(UTC)

    service = Service(look_every=timedelta(milliseconds=50))
    with stopped_when(web.was_asked, service.stop), capture_logs() as logs:
        service.serve(new_run(clock=clock, stopping=service.is_stopping))
    assert len(told(web)) == 1
    failures = [entry for entry in logs if entry["event"] == "job failed"]
    assert len(failures) == 4
    assert {entry.get("reason") for entry in failures} == {said}
    assert all("tried again by itself" in entry["hint"] for entry in failures)
    assert [entry["rest_s"] for entry in failures if entry["job"] == "tell"] == sorted(
        {entry["rest_s"] for entry in failures if entry["job"] == "tell"}
    ), "each rest is longer than the one before"
    assert [entry["event"] for entry in logs if entry["event"] == "recovered"]


def test_a_job_that_fails_rests_for_longer_each_time(new_run):
    looked, was_often = [], threading.Event()

    def due_sources():
        looked.append(time.monotonic())
        if len(looked) == 4:
            was_often.set()
        raise StoreError("the disk is full")

    run = new_run()
    run.due_sources = due_sources
    service = Service(look_every=timedelta(milliseconds=20))
    with stopped_when(was_often, service.stop), capture_logs() as logs:
        service.serve(run)
    rests = [entry["rest_s"] for entry in logs if entry["event"] == "job failed" and entry["job"] == "poll"]
    assert rests[:3] == [0.04, 0.08, 0.16]
    assert all(after - before >= rest for before, after, rest in zip(looked, looked[1:], rests, strict=False))


def test_it_looks_at_once_when_the_clock_is_set(new_run):
    """The scheduler waits by the wall clock: put back an hour, the next look would come an hour late."""
    looked, looked_again = threading.Event(), threading.Event()

    def due_sources():
        (looked_again if looked.is_set() else looked).set()
        return []

    run = new_run()
    run.due_sources = due_sources

    def wall_clock():
        return time.monotonic() - (3600 if looked.is_set() else 0)

    service = Service(look_every=timedelta(hours=1), wall_clock=wall_clock)
    with stopped_when(looked_again, service.stop), capture_logs() as logs:
        service.serve(run)
    assert looked_again.is_set()
    assert [entry["seconds"] for entry in logs if entry["event"] == "clock set"] == [-3600]


def test_it_ends_when_its_state_was_removed(new_run):
    service = Service()
    with pytest.raises(StoreError, match="removed or replaced"):
        service.serve(new_run(stopping=service.is_stopping), is_state_lost=lambda: True)


def test_an_alert_goes_out_in_the_pass_that_found_its_report(new_run):
    class Found:
        """In place of a run whose pass found a report; what digests and retries do is another job's business."""

        def __init__(self):
            self.delivered = 0

        def due_sources(self):
            return []

        def whole_pass(self, _sources, **_):
            return Pass(alerts=1)

        def deliver(self, **_):
            self.delivered += 1

    run = Found()
    service_module._poll(run)
    assert run.delivered == 1


def test_a_site_that_hangs_keeps_no_digest_waiting(new_run, config, make_source, news, web, store):
    class Hanging:
        """In place of the network: an answer comes when the digest has been told."""

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            pass

        @asynccontextmanager
        async def fetch(self, *_, **__):
            await asyncio.to_thread(web.was_asked.wait, AT_MOST_S)
            raise FetchError("at last")
            yield

    service = Service()
    sources = (*config.sources, make_source("Slow", url="https://slow.example.org/rss"))
    run = new_run(config=replace(config, sources=sources), new_fetcher=Hanging, stopping=service.is_stopping)
    with stopped_when(web.was_asked, service.stop):
        service.serve(run)
    assert len(told(web)) == 1
    assert store.sources.states()["Slow"].error == "at last"  # what was begun was ended
