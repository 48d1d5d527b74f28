"""A check believes what a source shows as far as it deserves, and asks again no more than it must."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.model import SourceKind
from monitor.sources.check import Attempt
from monitor.sources.fetch import Fetcher
from monitor.store import CheckStatus
from monitor.workers import Workers

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = "/feed"
CONSENT_PAGE = b"<html><head><title>Before you continue</title></head><body><p>Cookies?</p></body></html>"


@pytest.fixture(scope="module")
def workers():
    with Workers(processes=1, memory_bytes=1_000_000_000, time_limit=timedelta(seconds=10)) as children:
        yield children


@pytest.fixture
def feed(make_source, web):
    return make_source(url=web.url + FEED)


@pytest.fixture
def check(workers, now):
    """One check of a source, over the real network and the real readers."""

    def make(source, state=None, *, at=now, readers=workers):
        attempt = Attempt.at(source, state, now=at, least=10 * MINUTE, most=12 * HOUR, jitter=0.5)

        async def run():
            async with Fetcher(
                user_agent="test",
                max_bytes=1_000_000,
                deadline=timedelta(seconds=5),
                concurrency=4,
                per_host=2,
                allow_private=[ipaddress.IPv4Network("127.0.0.1/32")],
            ) as fetcher:
                return await attempt.make(fetcher, readers)

        return asyncio.run(run())

    return make


class NoReaders:
    """In place of the child processes, where nothing is to be read."""

    async def run(self, *_):
        raise AssertionError("a document was read")


# --- what it shows -------------------------------------------------------------------------------------------


def rss(*titles: str, place: str = "news") -> bytes:
    """A feed of entries, each under an address made of its title."""
    entries = "".join(
        f"<item><title>{title}</title><link>https://gazette.example.org/{place}/{title.replace(' ', '-')}</link></item>"
        for title in titles
    )
    return f'<rss version="2.0"><channel><title>Gazette</title>{entries}</channel></rss>'.encode()


def headlines(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"Headline {number}" for number in range(first, last + 1))


def timeline(*files: str, title: str = "Monitoring visit", published: str = "16 June 2026") -> bytes:
    """An Ofsted provider page with these report files, all about one day."""
    days = "".join(
        f"""<li class="timeline__day"><div class="event"><p class="timeline__date"><time>20 March 2026</time></p>
        <span class="event__title"><a class="publication-link" href="https://files.example.org/v1/file/{file}">
        {title}<span class="nonvisual">{title}, PDF - {published}</span></a></span></div></li>"""
        for file in files
    )
    page = f'<html><body><h1>Wexmoor Council</h1><ol class="timeline">{days}</ol></body></html>'
    return page.encode()


def conditions(web) -> list[tuple[str | None, str | None]]:
    """If-None-Match and If-Modified-Since of each request."""
    return [(headers.get("If-None-Match"), headers.get("If-Modified-Since")) for _, headers, _ in web.requests]


def titles(check) -> list[str]:
    return [item.title for item in check.items]


def titles_to_read(check) -> list[str]:
    return [item.title for item in check.items if item.key in check.to_read]


# --- nothing new costs nothing -------------------------------------------------------------------------------


def test_the_same_bytes_as_last_time_are_not_read_again(web, feed, check):
    web.shows(FEED, rss("One", "Two"))
    first = check(feed)
    again = check(feed, first.state, readers=NoReaders())
    assert (again.status, again.unchanged, again.items) == (CheckStatus.UNCHANGED, 2, ())


def test_known_entries_in_a_changed_document_are_not_items_again(web, feed, check):
    web.shows(FEED, rss("One", "Two"))
    first = check(feed)
    web.shows(FEED, rss("Three", "One", "Two"))
    second = check(feed, first.state)
    assert (titles(second), second.unchanged) == (["Three"], 2)


def test_what_the_server_gave_to_tell_versions_apart_is_sent_back(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"', Last_Modified="Tue, 16 Jun 2026 09:00:00 GMT")
    first = check(feed)
    web.shows(FEED, status=304)
    second = check(feed, first.state, readers=NoReaders())
    assert second.status is CheckStatus.UNCHANGED
    assert conditions(web) == [(None, None), ('"v1"', "Tue, 16 Jun 2026 09:00:00 GMT")]


def test_a_304_without_an_etag_keeps_the_one_we_have(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, status=304)
    second = check(feed, first.state)
    assert second.state.etag == '"v1"'


def test_a_304_with_another_etag_replaces_ours(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, status=304, ETag='W/"v1"')
    assert check(feed, first.state).state.etag == 'W/"v1"'


def test_a_document_without_an_etag_takes_the_old_one_with_it(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, rss("Two", "One"))
    assert check(feed, first.state).state.etag is None


def test_once_a_day_a_whole_document_is_asked_for(web, feed, check, now):
    whole, not_modified = {"body": rss("One"), "ETag": '"v1"'}, {"status": 304}
    state = None
    for hours, answer in ((0, whole), (23, not_modified), (24, whole), (25, not_modified)):
        web.shows(FEED, **answer)
        state = check(feed, state, at=now + hours * HOUR).state
    assert conditions(web) == [(None, None), ('"v1"', None), (None, None), ('"v1"', None)]


def test_an_edited_address_starts_the_source_afresh(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows("/other", rss("One"))
    second = check(replace(feed, url=web.url + "/other"), first.state)
    assert conditions(web)[-1] == (None, None)
    assert titles(second) == ["One"]
    assert second.items[0].from_first_check


# --- the first check -----------------------------------------------------------------------------------------


def test_what_was_there_at_the_first_check_is_marked(web, feed, check):
    web.shows(FEED, rss("One"))
    first = check(feed)
    web.shows(FEED, rss("Two", "One"))
    second = check(feed, first.state)
    assert [item.from_first_check for item in (*first.items, *second.items)] == [True, False]


def test_a_check_that_failed_was_not_the_first(web, feed, check):
    failed = check(feed)
    assert failed.reason == "HTTP 404"
    web.shows(FEED, rss("One"))
    assert check(feed, failed.state).items[0].from_first_check


def test_pages_of_the_backlog_are_not_fetched_but_those_of_this_week_are(web, feed, check, now):
    dated = b"".join(
        f"<item><title>{title}</title><link>https://gazette.example.org/{title}</link>"
        f"<pubDate>{when:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>".encode()
        for title, when in (("old", now - 30 * DAY), ("recent", now - DAY))
    )
    web.shows(FEED, b"<rss><channel>" + dated + rss("undated").partition(b"</title>")[2])
    found = check(replace(feed, full_text=True))
    assert titles(found) == ["old", "recent", "undated"]
    assert titles_to_read(found) == ["recent"]


def test_the_page_of_every_later_entry_is_fetched_where_the_source_says_so(web, feed, check):
    web.shows(FEED, rss("One"))
    first = check(feed)
    web.shows(FEED, rss("Two", "One"))
    assert titles_to_read(check(feed, first.state)) == []
    assert titles_to_read(check(replace(feed, full_text=True), first.state)) == ["Two"]


@pytest.fixture
def ofsteds(make_source, web):
    """The page of a council on Ofsted's site."""
    return make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")


@pytest.fixture
def shown(web):
    """Lets that page be so from now on."""
    return partial(web.shows, "/provider/44/89999")


# --- a short read is not an empty world ----------------------------------------------------------------------


def test_a_shorter_timeline_is_a_failed_check_that_removes_nothing(make_source, web, check):
    source = make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")
    web.shows("/provider/44/89999", timeline("501", "502", "503"))
    first = check(source)
    assert len(first.to_read) == 3
    web.shows("/provider/44/89999", timeline("501", "502"))
    second = check(source, first.state)
    assert second.status is CheckStatus.FAILED
    assert second.reason.startswith("the timeline shows 2 reports where there were 3")
    assert second.state.marks == first.state.marks


def test_a_new_report_on_a_shorter_timeline_is_told_all_the_same(make_source, web, check):
    source = make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")
    web.shows("/provider/44/89999", timeline("501", "502", "503"))
    first = check(source)
    web.shows("/provider/44/89999", timeline("504", "501"))
    (item,) = check(source, first.state).items
    assert (item.key, item.is_report, item.from_first_check) == ("ofsted:89999/504", True, False)


def test_a_timeline_that_stays_shorter_for_a_week_is_believed(make_source, web, check, now):
    source = make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")
    web.shows("/provider/44/89999", timeline("501", "502", "503"))
    state = check(source).state
    web.shows("/provider/44/89999", timeline("501", "502"))
    state = check(source, state, at=now + DAY).state
    assert check(source, state, at=now + 7 * DAY).reason
    believed = check(source, state, at=now + 8 * DAY)
    assert not believed.reason
    assert len(believed.state.marks) == 2


@pytest.mark.parametrize(
    ("first", "gone"), [(("501", "502", "503"), "1 report"), (("501", "502", "503", "504"), "2 reports")]
)
def test_how_many_reports_a_shorter_timeline_lost_is_noted_when_it_is_believed(ofsteds, shown, check, now, first, gone):
    shown(timeline(*first))
    state = check(ofsteds).state
    shown(timeline("501", "502"))
    state = check(ofsteds, state, at=now + DAY).state
    assert state.note == ""
    assert check(ofsteds, state, at=now + 8 * DAY).state.note == f"no longer on Ofsted's page: {gone}"


def test_a_report_under_another_number_stands_for_the_one_that_went(ofsteds, shown, check, now):
    shown(timeline("501", "502", published="05 June 2026"))
    state = check(ofsteds).state
    shown(timeline("503", "501", published="16 June 2026"))
    found = check(ofsteds, state, at=now + DAY)
    assert (found.reason, found.state.note) == ("", "1 report was replaced")
    assert "ofsted:89999/503" in [item.key for item in found.items]


def test_a_report_that_went_while_another_came_is_missed(ofsteds, shown, check, now):
    shown(timeline("501", "502"))
    first = check(ofsteds).state
    shown(timeline("503", "501", title="Focused visit"))
    second = check(ofsteds, first, at=now + DAY)
    assert second.reason == "the timeline lacks 1 report; what it shows was taken, nothing was removed"
    assert second.state.marks == first.marks
    assert "ofsted:89999/503" in [item.key for item in second.items]
    believed = check(ofsteds, second.state, at=now + 8 * DAY)
    assert (believed.reason, believed.state.note) == ("", "no longer on Ofsted's page: 1 report")


def test_a_timeline_cut_short_at_first_is_not_the_first_and_makes_no_news_of_its_other_half(
    ofsteds, shown, check, store, now
):
    whole = timeline("501", "502", "503")
    shown(whole[: whole.index(b"503")])
    (cut,) = store.items.save([check(ofsteds)])
    assert "broke off after 2 entries" in cut.reason
    assert cut.state.is_first_check
    shown(whole)
    store.items.save([check(ofsteds, cut.state, at=now + HOUR)])
    assert {item.key: item.from_first_check for item in store.items.unclassified(10)} == {}
    waiting = [unread.item for unread in store.items.unread(now + HOUR, 10)]
    assert {item.key[-3:]: item.from_first_check for item in waiting} == {"501": True, "502": True, "503": True}


def test_reports_whose_marks_were_made_otherwise_before_an_upgrade_are_the_same_reports(
    ofsteds, shown, check, store, now
):
    shown(timeline("501", "502"))
    (first,) = store.items.save([check(ofsteds)])
    marked_otherwise = replace(first.state, marks=tuple(mark[:16] + "0" * 16 for mark in first.state.marks))
    shown(timeline("501", "502") + b"\n")
    (second,) = store.items.save([check(ofsteds, marked_otherwise, at=now + HOUR)])
    assert (second.status, second.new, second.changed) == (CheckStatus.UNCHANGED, 0, 0)
    assert second.state.marks == first.state.marks


@pytest.mark.parametrize(
    ("published", "is_history"),
    [
        pytest.param("17 May 2026", True, id="more than thirty days before the first check"),
        pytest.param("19 May 2026", False, id="less than thirty days before it"),
        pytest.param("some day", False, id="nobody knows when"),
    ],
)
def test_a_report_is_history_when_it_was_out_long_before_its_page_was_first_checked(
    ofsteds, shown, check, now, published, is_history
):
    shown(timeline("501"))
    first = check(ofsteds)
    shown(timeline("502", "501", published=published))
    found = check(ofsteds, first.state, at=now + DAY)
    assert {item.key: item.from_first_check for item in found.items}["ofsted:89999/502"] is is_history


def test_an_old_entry_that_comes_late_to_a_feed_is_no_history(web, feed, check):
    old = rss("Old").replace(b"</item>", b"<pubDate>Mon, 06 Apr 2026 09:00:00 GMT</pubDate></item>")
    web.shows(FEED, rss("One"))
    first = check(feed)
    web.shows(FEED, old)
    assert not check(feed, first.state).items[0].from_first_check


def test_a_feed_that_breaks_off_keeps_what_was_read_and_vouches_for_nothing(web, feed, check):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, rss("Three", "Two", "One")[:-60], ETag='"v2"')
    second = check(feed, first.state)
    assert titles(second) == ["Three", "Two"]
    assert second.status is CheckStatus.FAILED
    assert "broke off" in second.reason
    assert (second.state.etag, second.state.marks) == ('"v1"', first.state.marks)
    assert second.state.body_hash == first.state.body_hash  # the same half will be read again, not taken for known


def test_an_empty_feed_forgets_no_entry(web, feed, check):
    web.shows(FEED, rss("One", "Two"))
    first = check(feed)
    web.shows(FEED, rss())
    second = check(feed, first.state)
    assert not second.reason
    web.shows(FEED, rss("Three", "One", "Two"))
    assert titles(check(feed, second.state)) == ["Three"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param({"body": CONSENT_PAGE, "Content_Type": "text/html"}, "Before you continue", id="a consent page"),
        pytest.param({"status": 500}, "HTTP 500", id="an error"),
        pytest.param({"body": b""}, "an empty document", id="nothing at all"),
    ],
)
def test_a_failed_check_keeps_all_that_was_known(web, feed, check, now, answer, reason):
    web.shows(FEED, rss("One"), ETag='"v1"')
    first = check(feed)
    web.shows(FEED, **answer)
    later = now + HOUR
    failed = check(feed, first.state, at=later)
    assert failed.status is CheckStatus.FAILED
    assert reason in failed.reason
    trouble = {
        "failures": 1,
        "failing_since": later,
        "error": failed.reason,
        "last_check_at": later,
        "next_at": later + 10.5 * MINUTE,
    }
    assert failed.state == replace(first.state, **trouble)


def test_trouble_is_counted_from_its_first_day_and_forgotten_when_it_ends(web, feed, check, now):
    state = None
    for hours in range(3):
        state = check(feed, state, at=now + hours * HOUR).state
    assert (state.failures, state.failing_since) == (3, now)
    web.shows(FEED, rss("One"))
    well = check(feed, state, at=now + DAY).state
    assert (well.failures, well.failing_since, well.error) == (0, None, "")


# --- gaps, and entries that only changed their names ---------------------------------------------------------


def test_a_gap_is_noticed_and_the_source_is_polled_as_often_as_it_may(web, feed, check, now):
    web.shows(FEED, rss(*headlines(1, 20)))
    state = replace(check(feed).state, interval_s=HOUR.total_seconds() * 6)
    web.shows(FEED, rss(*headlines(30, 50)))
    found = check(feed, state, at=now + DAY)
    assert found.state.gap_at == now + DAY
    assert found.state.next_at == now + DAY + 10 * MINUTE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(headlines(1, 20), headlines(20, 40), id="one entry in common"),
        pytest.param(headlines(1, 3), headlines(4, 6), id="too few to tell"),
        pytest.param(headlines(1, 30), headlines(31, 40), id="much shorter than it was"),
        pytest.param((), headlines(1, 20), id="it was empty"),
    ],
)
def test_it_is_no_gap_when(web, feed, check, before, after):
    web.shows(FEED, rss(*before))
    first = check(feed)
    web.shows(FEED, rss(*after))
    assert check(feed, first.state).state.gap_at is None


def test_a_document_with_thousands_of_new_entries_is_taken_in_part_and_is_a_gap(web, feed, check, now):
    web.shows(FEED, rss("Headline 0"))
    first = check(feed)
    web.shows(FEED, rss(*headlines(1, 1_200), "Headline 0"))
    found = check(feed, first.state, at=now + DAY)
    assert titles(found) == list(headlines(1, 500))
    assert found.state.note == "showed 1,200 new entries; 500 were taken"
    assert found.state.gap_at == now + DAY
    web.shows(FEED, rss("Headline 1201", *headlines(1, 1_200), "Headline 0"))
    assert titles(check(feed, found.state, at=now + 2 * DAY)) == ["Headline 1201"]


def test_a_page_with_a_thousand_oddities_is_noted_in_a_line(make_source, web, check):
    source = make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")
    oddity = '<li class="timeline__day">' + "an event " * 20 + "</li>"
    web.shows("/provider/44/89999", timeline("501").replace(b"</ol>", oddity.encode() * 1_000 + b"</ol>"))
    note = check(source).state.note
    assert note.endswith("; and 995 more")
    assert note.count("an event without a report") == 5
    assert len(note) <= 500


def test_entries_that_all_change_their_addresses_are_recognised_and_new_to_nobody(web, feed, check, store):
    web.shows(FEED, rss(*headlines(1, 10)))
    first = check(feed)
    store.items.save([first])
    web.shows(FEED, rss("Headline 11", *headlines(1, 10), place="moved"))
    (found,) = store.items.save([check(feed, first.state)])
    assert found.new == 1
    assert "10 entries came under new addresses" in found.state.note
    assert found.state.gap_at is None


def test_a_quiet_source_is_asked_less_and_less(web, feed, check, now):
    web.shows(FEED, rss("One"))
    state, intervals = None, []
    for day in range(3):
        state = check(feed, state, at=now + day * DAY).state
        intervals.append(timedelta(seconds=state.interval_s))
    assert intervals == [10 * MINUTE, 15 * MINUTE, 22.5 * MINUTE]


# --- redirects and refusals ----------------------------------------------------------------------------------


def test_a_permanent_redirect_is_followed_for_good_after_it_was_met_three_times(web, feed, check, now):
    web.shows(FEED, status=301, Location="/new")
    web.shows("/new", rss("One"))
    state = None
    for day in range(4):
        state = check(feed, state, at=now + day * DAY).state
    assert web.asked == [FEED, "/new"] * 3 + ["/new"]


def test_a_move_that_is_believed_is_told_to_who_can_edit_the_address(web, feed, check, now):
    web.shows(FEED, status=301, Location="/new")
    web.shows("/new", rss("One"))
    state, notes = None, []
    for day in range(4):
        state = check(feed, state, at=now + day * DAY).state
        notes.append(state.note)
    assert notes == ["", "", *[f"moved to {web.url}/new: edit sources.toml"] * 2]


@pytest.fixture
def moved(web, feed, check, now):
    """The state of a source that has moved, on the Saturday of its first week."""
    web.shows(FEED, status=301, Location="/new")
    web.shows("/new", rss("One"), ETag='"v1"')
    state = None
    for day in range(4):
        state = check(feed, state, at=now + day * DAY).state
    web.requests.clear()
    return state


def test_the_configured_address_of_a_moved_source_is_asked_again_once_a_week(web, feed, check, now, moved):
    for day in range(4, 13):  # Sunday to the Monday after next
        moved = check(feed, moved, at=now + day * DAY).state
    assert web.asked == ["/new", FEED, *["/new"] * 7, FEED, "/new"]


def test_a_source_that_came_back_to_its_address_is_asked_there(web, feed, check, now, moved):
    web.shows(FEED, rss("Two", "One"))
    back = check(feed, moved, at=now + 5 * DAY)
    assert (titles(back), back.state.note) == (["Two"], "")
    check(feed, back.state, at=now + 6 * DAY)
    assert web.asked == [FEED, FEED]


def test_a_redirect_that_is_gone_takes_nothing_with_it(web, feed, check, now, moved):
    del web.answers[FEED]
    later = check(feed, moved, at=now + 5 * DAY)
    assert (later.reason, later.state.note) == ("", moved.note)
    check(feed, later.state, at=now + 6 * DAY)
    assert web.asked == [FEED, "/new", "/new"]


def test_a_temporary_redirect_is_never_believed(web, feed, check, now):
    web.shows(FEED, status=302, Location="/new")
    web.shows("/new", rss("One"))
    state = None
    for day in range(5):
        state = check(feed, state, at=now + day * DAY).state
    assert web.asked == [FEED, "/new"] * 5


def test_redirects_to_ever_new_places_are_never_believed(web, feed, check, now):
    state = None
    for day in range(5):
        web.shows(FEED, status=301, Location=f"/new{day}")
        web.shows(f"/new{day}", rss("One"))
        state = check(feed, state, at=now + day * DAY).state
    assert web.asked.count(FEED) == 5


def test_the_configured_address_is_tried_again_when_the_one_it_moved_to_fails(web, feed, check, now):
    web.shows(FEED, status=301, Location="/new")
    web.shows("/new", rss("One"))
    state = None
    for day in range(4):
        state = check(feed, state, at=now + day * DAY).state
    del web.answers["/new"]
    state = check(feed, state, at=now + 4 * DAY).state
    web.shows(FEED, rss("One"))
    assert not check(feed, state, at=now + 5 * DAY).reason
    assert web.asked[-2:] == ["/new", FEED]


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        pytest.param(410, {}, 7 * DAY, id="410: gone, asked weekly"),
        pytest.param(503, {"Retry_After": "7200"}, 2 * HOUR, id="503 with Retry-After: obeyed"),
        pytest.param(429, {"Retry_After": "5"}, 10 * MINUTE, id="429 with a Retry-After shorter than our own wait"),
        pytest.param(500, {}, 10 * MINUTE, id="500: soon again"),
    ],
)
def test_a_refused_source_is_asked_again_when_it_makes_sense(web, feed, check, now, status, headers, wait):
    web.shows(FEED, status=status, **headers)
    assert check(feed).state.next_at == now + wait * 1.05  # half of the jitter


SLIM_PAGE = (
    b"<html><head><title>Slim Application Error</title></head><body><h1>Slim Application Error</h1></body></html>"
)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(SLIM_PAGE, id="an error page with status 200"),
        pytest.param(b"<html><body><h1>Wexmoor Council</h1></body></html>", id="a page without its timeline"),
        pytest.param(timeline("501"), id="a shorter timeline"),
    ],
)
def test_an_odd_page_of_ofsteds_is_asked_for_again_a_minute_later_and_is_well_then(
    make_source, web, check, now, answer
):
    source = make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")
    web.shows("/provider/44/89999", timeline("501", "502"))
    first = check(source)
    web.shows("/provider/44/89999", answer)
    odd = check(source, first.state, at=now + DAY)
    assert odd.status is CheckStatus.FAILED
    assert odd.state.next_at == now + DAY + MINUTE * 1.05  # half of the jitter
    web.shows("/provider/44/89999", timeline("503", "501", "502"))
    well = check(source, odd.state, at=now + DAY + 2 * MINUTE)
    assert ([item.key for item in well.items], well.state.failures) == (["ofsted:89999/503"], 0)


def test_a_page_of_ofsteds_that_stays_odd_is_left_alone_as_long_as_any_other(make_source, web, check, now):
    source = make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999", council="Wexmoor")
    web.shows("/provider/44/89999", SLIM_PAGE)
    state, waits = None, []
    for hours in range(3):
        state = check(source, state, at=now + hours * HOUR).state
        waits.append((state.next_at - now - hours * HOUR) / 1.05)
    assert waits == [MINUTE, 20 * MINUTE, 40 * MINUTE]


def test_an_odd_feed_waits_its_ten_minutes(web, feed, check, now):
    web.shows(FEED, SLIM_PAGE)
    assert check(feed).state.next_at == now + 10.5 * MINUTE


# --- each kind of source -------------------------------------------------------------------------------------


def test_a_committee_system_is_asked_for_its_whats_new_feed(make_source, web, check):
    source = make_source(kind=SourceKind.MODERNGOV, url=web.url + "/committees")
    web.shows("/committees/mgRss.aspx?XXR=0", rss("One"))
    assert titles(check(source)) == ["One"]


def test_pages_are_asked_for_only_where_robots_txt_allows_it_and_feeds_always(make_source, web, check):
    web.shows("/robots.txt", b"User-agent: *\nDisallow: /\n")
    web.shows(FEED, rss("One"))
    page = make_source(kind=SourceKind.OFSTED, url=web.url + "/provider/44/89999")
    assert "robots.txt" in check(page).reason
    assert not check(make_source(url=web.url + FEED)).reason
