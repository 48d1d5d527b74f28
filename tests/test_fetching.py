"""A slow host, a broken page or a bug met in one document costs itself, and nothing else has to wait for it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from readers import InThisProcess
from sqlalchemy import text

from monitor.config import PollSettings
from monitor.demo.reports import reports
from monitor.errors import FetchError, StoreError
from monitor.fetching import Fetching
from monitor.model import Document, SourceKind
from monitor.store import CheckStatus

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = b"<rss><channel><item><title>News</title><link>%b/news</link></item></channel></rss>"
PAGE = b"<html><body><article><h1>News</h1>" + b"<p>The committee met and heard the report in full.</p>" * 20


class FarEnd:
    """In place of the network: each address is answered by `answer`, which may wait, raise, or return bytes."""

    def __init__(self, answer):
        self._answer = answer
        self.asked = []

    @asynccontextmanager
    async def fetch(self, url, **_):
        self.asked.append(url)
        found = await self._answer(url)
        yield Document(url=url, body=found, content_type="text/html" if found is PAGE else "text/xml")


@pytest.fixture
def fetching(make_config, store, clock):
    def make(*sources, stopping=lambda: False, **poll):
        return Fetching(
            config=make_config(sources=sources, poll=PollSettings(**poll)),
            store=store,
            workers=InThisProcess(),
            clock=clock,
            dice=random.Random(0),  # noqa: S311 - it guards nothing
            stopping=stopping,
        )

    return make


@pytest.fixture
def sources_at(make_source):
    """Feeds at one host."""

    def make(host: str, number: int, **changes):
        return [make_source(f"{host} {n}", url=f"https://{host}.example.org/{n}", **changes) for n in range(number)]

    return make


def poll(fetching, sources, far_end, *, patience=None):
    async def run():
        async with asyncio.timeout(10):
            return await fetching.poll(sources, far_end, on_check=lambda _: None, patience=patience)

    return asyncio.run(run())


async def a_feed(url: str) -> bytes:
    return FEED % url.encode()


# --- polling -------------------------------------------------------------------------------------------------


def test_a_slow_host_with_hundreds_of_sources_keeps_no_other_waiting(fetching, sources_at):
    slow, quick = sources_at("slow", 300), sources_at("quick", 30)
    quick_are_done = asyncio.Event()
    answered = Counter()

    async def answer(url):
        host = url.split("/")[2].split(".")[0]
        if host == "slow":
            await quick_are_done.wait()
        answered[host] += 1
        if answered["quick"] == len(quick):
            quick_are_done.set()
        return await a_feed(url)

    checks = poll(fetching(concurrency=4), [*slow, *quick], FarEnd(answer))
    assert {check.source for check in checks[:30]} == {source.name for source in quick}
    assert len(checks) == 330


def test_one_host_is_never_asked_for_more_at_once_than_it_may(fetching, sources_at):
    at_once, most = Counter(), Counter()

    async def answer(url):
        host = url.split("/")[2]
        at_once[host] += 1
        most[host] = max(most[host], at_once[host])
        await asyncio.sleep(0)
        at_once[host] -= 1
        return await a_feed(url)

    poll(fetching(per_host=3), [*sources_at("one", 20), *sources_at("other", 20)], FarEnd(answer))
    assert most == {"one.example.org": 3, "other.example.org": 3}


def test_sources_of_one_host_are_asked_in_their_order(fetching, sources_at):
    sources = sources_at("one", 10)
    far_end = FarEnd(a_feed)
    poll(fetching(per_host=1), sources, far_end)
    assert far_end.asked == [source.url for source in sources]


def test_what_is_not_begun_in_time_is_left_to_the_next_pass(fetching, sources_at, clock):
    async def answer(url):
        clock.time += MINUTE
        return await a_feed(url)

    sources = sources_at("one", 10)
    checks = poll(fetching(per_host=1), sources, FarEnd(answer), patience=3 * MINUTE)
    assert [check.source for check in checks] == [source.name for source in sources[:3]]


def test_a_stop_lets_what_was_begun_end_and_begins_nothing_more(fetching, sources_at, store):
    far_end = FarEnd(a_feed)
    sources = sources_at("one", 10)
    checks = poll(fetching(per_host=1, stopping=lambda: len(far_end.asked) >= 4), sources, far_end)
    assert len(checks) == 4
    assert set(store.sources.states()) == {source.name for source in sources[:4]}


@pytest.mark.parametrize("failure", [FetchError("HTTP 500"), ZeroDivisionError("of ours")], ids=["an error", "a bug"])
def test_what_goes_wrong_with_one_source_is_its_own_failure(fetching, sources_at, failure):
    async def answer(url):
        if url.endswith("/1"):
            raise failure
        return await a_feed(url)

    checks = {check.source: check for check in poll(fetching(), sources_at("one", 3), FarEnd(answer))}
    assert [checks[f"one {n}"].status for n in range(3)] == [CheckStatus.NEW, CheckStatus.FAILED, CheckStatus.NEW]
    wanted = "HTTP 500" if isinstance(failure, FetchError) else "a bug of the monitor (ZeroDivisionError)"
    assert checks["one 1"].reason.startswith(wanted)


def test_a_source_that_met_a_bug_is_not_asked_again_at_once(fetching, sources_at, store, now):
    async def answer(_):
        raise ZeroDivisionError

    poll(fetching(), sources_at("one", 1), FarEnd(answer))
    assert store.sources.states()["one 0"].next_at >= now + 10 * MINUTE


def test_the_page_of_a_council_nobody_follows_stays_as_if_it_had_not_been_checked(fetching, sources_at, store, clock):
    (page,) = sources_at("one", 1)
    work = fetching()

    async def answer(_):
        return FEED % f"https://one.example.org/{clock.time:%H%M}".encode()

    async def check(**how):
        return await work.poll([page], FarEnd(answer), on_check=lambda _: None, patience=None, **how)

    for is_followed in (False, False, True, True, False):  # somebody follows it for a while
        asyncio.run(check() if is_followed else check(unfollowed={page.name}))
        assert store.sources.states()[page.name].is_first_check is not is_followed
        clock.time += HOUR
    shown = [store.items.find(f"https://one.example.org/{hour:02}30/news") for hour in range(6, 11)]
    assert [item.from_first_check for item in shown] == [True, True, True, False, True]


def test_a_store_that_fails_stops_the_poll_with_its_own_words(fetching, sources_at, store):
    with store.database.writing() as connection:
        connection.execute(text("DROP TABLE poll_check"))
    with pytest.raises(StoreError, match="no such table: poll_check"):
        poll(fetching(), sources_at("one", 3), FarEnd(a_feed))


# --- reading -------------------------------------------------------------------------------------------------


@pytest.fixture
def unread(stored, make_item):
    """An item whose page is still to be fetched."""

    def make(**changes):
        item = make_item(summary="What the feed says.", **changes)
        return stored(item, to_read=frozenset([item.key]))[0]

    return make


def read(fetching, far_end, *, patience=None):
    async def run():
        async with asyncio.timeout(10):
            return await fetching.read(far_end, patience=patience)

    return asyncio.run(run())


def test_the_page_an_item_points_to_becomes_its_text(fetching, unread, store):
    item = unread()

    async def answer(_):
        return PAGE

    assert read(fetching(), FarEnd(answer)) == (1, [])
    assert store.items.find(item.key).full_text.startswith("The committee met and heard the report in full.")
    assert store.items.unread(item.first_seen + DAY, 10) == []


def test_a_page_that_fails_is_tried_again_later_and_the_item_is_told_without_meanwhile(fetching, unread, store, clock):
    item = unread()

    async def answer(_):
        raise FetchError("HTTP 503")

    assert store.items.unclassified(10) == []  # its page may come any moment
    assert read(fetching(), FarEnd(answer)) == (0, [(item.url, "HTTP 503")])
    assert [waiting.full_text for waiting in store.items.unclassified(10)] == ["What the feed says."]
    tries = []
    for _ in range(60):
        clock.time += 10 * MINUTE
        if read(fetching(), FarEnd(answer))[1]:
            tries.append(clock.time - item.first_seen)
    assert tries == [10 * MINUTE, 30 * MINUTE, 110 * MINUTE, 430 * MINUTE]  # then it is given up


@pytest.mark.parametrize(
    ("failure", "tries_again_after"),
    [
        pytest.param(FetchError("HTTP 500"), 5 * MINUTE, id="an error"),
        pytest.param(FetchError("HTTP 503", retry_after=2 * HOUR), 2 * HOUR, id="the server says when"),
        pytest.param(FetchError("HTTP 503", retry_after=30 * DAY), DAY, id="a day is the most it is left"),
        pytest.param(FetchError("HTTP 410", gone=True), None, id="gone for good"),
        pytest.param(ZeroDivisionError("of ours"), 5 * MINUTE, id="a bug"),
    ],
)
def test_a_page_is_tried_again_when_it_makes_sense(fetching, unread, store, now, failure, tries_again_after):
    unread()

    async def answer(_):
        raise failure

    read(fetching(), FarEnd(answer))
    if tries_again_after is None:
        assert store.items.unread(now + 365 * DAY, 10) == []
    else:
        assert store.items.unread(now + tries_again_after - timedelta(seconds=1), 10) == []
        assert len(store.items.unread(now + tries_again_after, 10)) == 1


def test_a_page_without_an_article_is_one_failed_reading(fetching, unread):
    item = unread()

    async def answer(_):
        return b"<html><head><title>Before you continue</title></head><body></body></html>"

    ((url, reason),) = read(fetching(), FarEnd(answer))[1]
    assert url == item.url
    assert "Before you continue" in reason


def test_pages_are_asked_for_with_their_sources_pause_and_only_where_robots_txt_allows_it(
    fetching, make_source, unread
):
    page, file = unread(), unread(is_report=True)
    asked = {}

    class Polite(FarEnd):
        def fetch(self, url, *, source, max_bytes, pause, robots):
            asked[url] = (source, max_bytes, pause, robots)
            raise FetchError("not today")

    source = make_source(kind=SourceKind.PAGE, pause=MINUTE)
    read(fetching(source), Polite(a_feed))
    assert asked == {
        page.url: (source.url, 3_000_000, MINUTE, True),
        file.url: (source.url, None, MINUTE, False),  # the file is there for everybody to fetch
    }


def test_reading_keeps_nobody_waiting_either(fetching, unread, clock):
    for _ in range(5):
        unread()

    async def answer(_):
        clock.time += MINUTE
        return PAGE

    assert read(fetching(per_host=1), FarEnd(answer), patience=2 * MINUTE) == (2, [])


def test_a_report_is_tried_every_day_until_it_can_be_read(fetching, unread, store, clock):
    report = unread(is_report=True)

    async def answer(_):
        raise FetchError("HTTP 503")

    tries = []
    for _ in range(10 * 24):
        if read(fetching(), FarEnd(answer))[1]:
            tries.append(clock.time - report.first_seen)
        clock.time += HOUR
    assert tries[-4:] == [tries[-5] + days * DAY for days in (1, 2, 3, 4)]
    assert store.items.unread_reports() == [(report, "HTTP 503")]


def test_a_report_that_is_gone_for_good_is_not_asked_for_again_and_stays_named(fetching, unread, store, now):
    report = unread(is_report=True)

    async def answer(_):
        raise FetchError("HTTP 410", gone=True)

    read(fetching(), FarEnd(answer))
    assert store.items.unread(now + 365 * DAY, 10) == []
    assert store.items.unread_reports() == [(report, "HTTP 410")]


@pytest.fixture
def far_end_of_reports(demo_report):
    """The same report at every address."""

    async def answer(_):
        return demo_report

    return FarEnd(answer)


@pytest.fixture(scope="module")
def demo_report():
    """A letter of the demonstration's as Ofsted would have published it on 17 June 2026; it was invented."""
    return next(one for one in reports() if one.file == "59990402").pdf(date(2026, 6, 17))


def test_a_report_is_read_with_what_its_page_says_and_differences_are_kept(fetching, unread, store, far_end_of_reports):
    alike = unread(is_report=True, council="Leicestershire", published=datetime(2025, 5, 22, 23, 0, tzinfo=UTC))
    other = unread(is_report=True, council="Leicester", event_date=date(2025, 6, 30))
    assert read(fetching(), far_end_of_reports) == (2, [])
    facts = {one.item_id: one.inspection for one in store.classifications.reports()}
    assert (facts[alike.id].published, facts[alike.id].differences) == (date(2025, 5, 23), ())
    assert [line.partition(":")[0] for line in facts[other.id].differences] == ["council", "inspection"]


def test_reports_of_a_council_nobody_follows_are_asked_for_as_politely_as_others(fetching, make_source, unread):
    report, page = unread(is_report=True, source="Ofsted reports: Eastmere"), unread(source="taken out")
    asked = {}

    class Polite(FarEnd):
        def fetch(self, url, *, source, pause, **_):
            asked[url] = (source, pause)
            raise FetchError("not today")

    source = make_source("Ofsted reports: Wexmoor", kind=SourceKind.OFSTED, pause=MINUTE)
    read(fetching(source), Polite(a_feed))
    assert asked == {report.url: (source.url, MINUTE), page.url: (None, 0 * MINUTE)}


def test_history_is_read_one_report_after_the_other(fetching, unread, store):
    for year in (2026, 2016, 2020):
        unread(is_report=True, council="Wexmoor", title=str(year), event_date=date(year, 3, 20))
    running, asked = 0, []

    async def answer(url):
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0)
        running -= 1
        asked.append(store.items.find(url).title)
        raise FetchError("not today")

    waiting = store.items.unread_history(["Wexmoor"])
    done = asyncio.run(fetching(per_host=3).read_these(waiting, FarEnd(answer), at_once=1))
    assert asked == ["2016", "2020", "2026"]
    assert [(item.title, reason) for item, reason in done] == [(year, "not today") for year in asked]
