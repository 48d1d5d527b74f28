"""The stages in their order, over a small site that imitates the real sources: stopped anywhere, nothing is lost."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, event
from structlog.testing import capture_logs

from monitor.classify.batch import Text, classify_texts
from monitor.config import builtin_themes, load_config
from monitor.demo.config import write_config
from monitor.demo.site import DemoSite
from monitor.errors import ParseError
from monitor.run import Run
from monitor.sources.fetch import Fetcher
from monitor.workers import Workers

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
YESTERDAY = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
THIS_MORNING = datetime(2026, 6, 17, 6, 20, tzinfo=UTC)  # ten minutes before the digest
# One report, and the press and the council on it; a newsroom; and much that is about something else.
SOURCES = ("Ofsted reports: Middlesbrough", "BBC: Tees", "Middlesbrough Council news", "BBC: Devon")


@pytest.fixture(scope="module")
def workers():
    with Workers(processes=2, memory_bytes=1_500_000_000, time_limit=timedelta(seconds=20)) as children:
        yield children


@pytest.fixture(scope="module")
def classify(workers):
    none = Path("there/is/no/such/file")
    return lambda items: workers.call(classify_texts, builtin_themes(), none, [Text.of(item) for item in items])


@pytest.fixture
def site():
    with DemoSite(now=THIS_MORNING) as site:
        yield site


@pytest.fixture
def config(tmp_path, site):
    write_config(tmp_path / "config", site.url)
    found = load_config(tmp_path / "config", state=tmp_path / "state", environ={})
    return replace(found, sources=tuple(source for source in found.sources if source.name in SOURCES))


@pytest.fixture
def new_run(config, store, workers, classify, clock):
    """The program as it is started anew, over the same store."""

    def make(*, clock=clock, **changes):
        def fetcher():
            return Fetcher(
                user_agent="test",
                max_bytes=1_000_000,
                deadline=timedelta(seconds=5),
                concurrency=8,
                per_host=4,
                allow_private=config.fetch.allow_private,
            )

        known = {"config": config, "store": store, "workers": workers, "classify": classify}
        return Run(**known | {"new_fetcher": fetcher, "clock": clock} | changes)

    return make


@pytest.fixture
def first_day(new_run, clock):
    """The first poll was made, yesterday, and nobody was told anything."""
    clock.time = YESTERDAY
    run = new_run()
    done = run.whole_pass(run.config.sources)
    assert run.digest() == []
    clock.time = THIS_MORNING
    return done


@pytest.fixture
def morning(first_day, site):
    """The night has passed: a report was published, and the press writes about it."""
    site.advance()


def work(run, clock) -> None:
    """A morning's work of the service: a pass, the digest that falls due, and whatever is to be sent again."""
    clock.time = THIS_MORNING
    run.whole_pass(run.config.sources)
    run.deliver()
    clock.time = THIS_MORNING + 11 * MINUTE
    run.digest()
    run.deliver()
    clock.time += HOUR
    run.deliver()


@pytest.fixture
def outbox(tmp_path):
    """What was sent so far, as data, in the order it was composed."""

    def read() -> list[dict]:
        files = sorted((tmp_path / "state" / "outbox").glob("*.json"))
        return [json.loads(file.read_text()) for file in files if not file.name.endswith("-slack.json")]

    return read


def told(messages) -> dict[str, list[str]]:
    """The addresses of the items each subscription was told, in a settled order, repeats included."""
    found: dict[str, list[str]] = {}
    for message in messages:
        items = [urlsplit(item["url"]).path for story in message["stories"] for item in story["items"]]
        found.setdefault(message["subscription"], []).extend(items)
    return {name: sorted(items) for name, items in found.items()}


# --- what the readers get ------------------------------------------------------------------------------------


def test_nobody_is_told_what_was_already_there_at_the_first_check(first_day, new_run, outbox):
    assert first_day.alerts == 0
    new_run().deliver()
    assert outbox() == []


def test_an_alert_goes_out_within_the_pass_that_found_its_report(morning, new_run, outbox):
    run = new_run()
    done = run.whole_pass(run.config.sources)
    assert done.alerts == 1
    assert run.deliver().sent == 1
    (alert,) = outbox()
    (inspection,) = alert["inspections"]
    assert inspection["council"] == "Middlesbrough"
    changed = {change["judgement"] for change in inspection["changes"]}
    assert changed == {"help_and_protection", "in_care", "care_leavers"}


def test_the_digest_tells_the_report_with_its_coverage_and_none_of_the_rest(morning, new_run, clock, outbox):
    work(new_run(), clock)
    digest = next(message for message in outbox() if message["kind"] == "digest")
    places = [{item["source"] for item in story["items"]} for story in digest["stories"]]
    assert {"Ofsted reports: Middlesbrough", "BBC: Tees", "Middlesbrough Council news"} in places
    assert all("bridge" not in item["title"].lower() for story in digest["stories"] for item in story["items"])


def test_doing_everything_twice_tells_nothing_twice(morning, new_run, clock, outbox):
    work(new_run(), clock)
    sent = outbox()
    clock.time = THIS_MORNING
    again = new_run()
    done = again.whole_pass(again.config.sources)
    assert (sum(check.new for check in done.checks), done.understood, done.grouped, done.alerts) == (0, 0, 0, 0)
    work(again, clock)
    assert outbox() == sent


def test_the_next_days_digest_repeats_nothing(morning, new_run, clock, outbox):
    run = new_run()
    work(run, clock)
    before = told(outbox())
    clock.time = THIS_MORNING + DAY
    run.whole_pass(run.config.sources)
    clock.time += 11 * MINUTE
    run.digest()
    run.deliver()
    assert told(outbox()) == before


# --- what fails ----------------------------------------------------------------------------------------------


def test_a_report_that_cannot_be_fetched_is_told_without_its_facts_and_later_with_them(
    morning, new_run, site, clock, outbox
):
    site.fault("/ofsted/v1/file/59990104", "500")
    run = new_run()
    done = run.whole_pass(run.config.sources)
    assert [reason for _, reason in done.unread] == ["HTTP 500"]
    run.deliver()
    assert [message["inspections"][0]["judgements"]["in_care"] for message in outbox()] == [None]
    site.mend("/ofsted/v1/file/59990104")
    clock.time += 6 * MINUTE
    assert run.whole_pass([]).alerts == 1
    run.deliver()
    assert outbox()[1]["inspections"][0]["judgements"]["in_care"] == "good"


def test_a_pass_without_anything_to_do_asks_nobody(first_day, new_run, site):
    asked = len(site.requests)
    assert new_run().whole_pass([]).understood == 0
    assert len(site.requests) == asked


# --- stopped anywhere ----------------------------------------------------------------------------------------


EXPECTED = {
    "judgements": ["/ofsted/v1/file/59990104"],
    "invented-news-demo": [
        "/bbc/news/articles/c0dem0devn4o",
        "/bbc/news/articles/c0dem0tees5o",
        "/listing/news/ofsted-finds-childrens-services-improved/",
        "/ofsted/v1/file/59990104",
    ],
}


TRANSACTIONS = 20  # more than a morning's work takes


class Killed(BaseException):
    """The process ends here, as by kill -9: nothing catches it."""


@contextmanager
def killed_before_commit(number: int):
    """Within the block, the process ends when it is about to commit its transaction of that number."""
    left = number

    def count(_connection):
        nonlocal left
        left -= 1
        if left <= 0:
            raise Killed

    event.listen(Engine, "commit", count)
    try:
        yield
    except (Killed, BaseExceptionGroup):  # asyncio hands it on in a group
        pass
    finally:
        event.remove(Engine, "commit", count)


@pytest.mark.parametrize("number", range(1, TRANSACTIONS))
def test_killed_at_any_transaction_and_started_again_everything_is_told_and_nothing_twice(
    morning, new_run, clock, outbox, number
):
    with killed_before_commit(number):
        work(new_run(), clock)
    work(new_run(), clock)
    assert told(outbox()) == EXPECTED


def test_a_mornings_work_takes_no_more_transactions_than_are_tried_above(morning, new_run, clock, outbox):
    with killed_before_commit(TRANSACTIONS):
        work(new_run(), clock)
    assert told(outbox()) == EXPECTED


@pytest.mark.parametrize("answers", range(0, 9, 2))
def test_a_pass_stopped_anywhere_is_made_good_by_the_next(morning, new_run, clock, outbox, answers):
    """The stages ask all along the way whether they are to stop."""
    asked = count()
    stopped = new_run(stopping=lambda: next(asked) >= answers)
    stopped.whole_pass(stopped.config.sources)
    stopped.deliver()
    work(new_run(), clock)
    assert told(outbox()) == EXPECTED


def test_what_comes_after_the_clock_was_set_back_reaches_the_next_digest(first_day, new_run, site, clock, outbox):
    run = new_run()
    clock.time = THIS_MORNING + 11 * MINUTE
    assert len(run.digest()) == 1  # it has nothing to tell
    clock.time -= 2 * HOUR
    site.advance()
    run.whole_pass(run.config.sources)
    clock.time += DAY + 2 * HOUR
    run.digest()
    run.deliver()
    assert told(outbox()) == EXPECTED


def test_a_text_that_the_classifier_fails_on_costs_only_itself(morning, new_run, clock, outbox, classify):
    def failing(items):
        if any("no longer inadequate" in item.title for item in items):
            raise ParseError("took longer than 20 s to read")
        return classify(items)

    run = new_run(classify=failing)
    with capture_logs() as logged:
        work(run, clock)
    assert [line["exc_info"] for line in logged if line["event"] == "not understood"] == [True]
    assert "judgements" in told(outbox())
