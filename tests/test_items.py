"""One thing, whatever number of addresses: what is stripped from a URL, and by what an entry is known again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.items import canonical_url, clean_url, content_hash, item_from_entry, key_for
from monitor.model import Entry, Source, SourceKind

MORNING = datetime(2026, 6, 17, 7, tzinfo=UTC)
GAZETTE = Source(name="Wexmoor Gazette", kind=SourceKind.FEED, url="https://gazette.example.org/rss")
SEARCH = replace(GAZETTE, name="News search: Wexmoor")


def key(url: str = "", source: Source | None = None, **changes: object) -> str:
    """The key of an entry of a source on the site of its address, or of `source`."""
    source = source or (replace(GAZETTE, url=url) if url else GAZETTE)
    return key_for(Entry(**{"url": url, "title": "Children's services rated"} | changes), source)


# --- the address that is shown and fetched ------------------------------------------------------------------

SHOWN = {
    "as served": ("http://www.Example.org/A/B?x=1", "http://www.Example.org/A/B?x=1"),
    "space around it": (" https://example.org/a \n", "https://example.org/a"),
    "scheme in capitals": ("HTTPS://example.org/a", "https://example.org/a"),
    "fragment": ("https://example.org/a#comments", "https://example.org/a"),
    "utm parameters": ("https://example.org/a?utm_source=rss&utm_medium=feed", "https://example.org/a"),
    "BBC's at parameters": ("https://example.org/a?at_medium=RSS&at_campaign=rss", "https://example.org/a"),
    "Newsquest's ref=rss": ("https://example.org/a/?ref=rss", "https://example.org/a/"),
    "Google's oc": ("https://example.org/a?oc=5", "https://example.org/a"),
    "fbclid": ("https://example.org/a?fbclid=x", "https://example.org/a"),
    "gclid": ("https://example.org/a?gclid=x", "https://example.org/a"),
    "cmpid": ("https://example.org/a?cmpid=x", "https://example.org/a"),
    "ito": ("https://example.org/a?ito=1490", "https://example.org/a"),
    "tracking in capitals": ("https://example.org/a?UTM_Source=rss&CMPID=x", "https://example.org/a"),
    "tracking with its name encoded": ("https://example.org/a?utm%5Fsource=rss", "https://example.org/a"),
    "WordPress's ?p= is identity": ("https://example.org/?p=200001", "https://example.org/?p=200001"),
    "?id= is identity": ("https://example.org/a?id=7", "https://example.org/a?id=7"),
    "MId= is identity": (
        "http://example.org/ieListDocuments.aspx?CId=140&MId=5501&Ver=4",
        "http://example.org/ieListDocuments.aspx?CId=140&MId=5501&Ver=4",
    ),
    "another ref is identity": ("https://example.org/a?ref=home", "https://example.org/a?ref=home"),
    "what is kept is kept as served": (
        "https://example.org/a?q=a%20b,c&utm_source=rss&flag",
        "https://example.org/a?q=a%20b,c&flag",
    ),
    "port": ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
    "another host before an @": ("https://www.gov.uk@example.org/a", "https://example.org/a"),
    "mail address": ("mailto:news@example.org", ""),
    "script": ("javascript:alert(1)", ""),
    "file": ("file:///etc/passwd", ""),
    "relative": ("/news/1", ""),
    "no host": ("https:///news/1", ""),
    "port that is no number": ("https://example.org:x/", ""),
    "port too large": ("https://example.org:99999/", ""),
    "bracket left open": ("http://[::1/", ""),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("served", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_address_shown_is_the_one_served_without_tracking(served: str, shown: str) -> None:
    assert clean_url(served) == shown


# --- spellings of one address -------------------------------------------------------------------------------

ONE = "https://example.org/news/1"
SPELLINGS = {
    "http": ("http://example.org/news/1", ONE),
    "www": ("https://www.example.org/news/1", ONE),
    "capitals in the host": ("https://WWW.Example.ORG/news/1", ONE),
    "dot after the host": ("https://example.org./news/1", ONE),
    "trailing slash": ("https://example.org/news/1/", ONE),
    "fragment": ("https://example.org/news/1#1", ONE),
    "tracking": ("https://example.org/news/1?utm_source=rss", ONE),
    "port of http": ("http://example.org:80/news/1", ONE),
    "port of https": ("https://example.org:443/news/1", ONE),
    "name and password": ("https://user:pass@example.org/news/1", ONE),
    "front page": ("http://www.example.org", "https://example.org/"),
    "order of parameters": ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    "spelling of a space": ("https://example.org/a?q=x%20y", "https://example.org/a?q=x+y"),
    "IDN": ("https://www.bücher.example/a", "https://xn--bcher-kva.example/a"),
    "IDN in its other spelling": ("https://xn--bcher-kva.example/a", "https://xn--bcher-kva.example/a"),
    "IPv6": ("http://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
}


@pytest.mark.parametrize(("spelling", "canonical"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_spellings_of_one_address_are_one(spelling: str, canonical: str) -> None:
    assert canonical_url(spelling) == canonical


DIFFERENT = {
    "another path": "https://example.org/news/2",
    "capitals in the path": "https://example.org/News/1",
    "a parameter": "https://example.org/news/1?page=2",
    "another port": "https://example.org:8443/news/1",
    "a subdomain": "https://news.example.org/news/1",
}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_different_addresses_stay_different(other: str) -> None:
    assert canonical_url(other) != ONE


# --- identity -----------------------------------------------------------------------------------------------

BBC, ECHO, LIVE = (
    "https://www.bbc.co.uk/news",
    "https://www.wexmoorecho.example/news",
    "https://www.wexmoorlive.example",
)
KEYS = {
    "GOV.UK: the path": (
        "https://www.gov.uk/government/news/wexmoor-sample-notice",
        "https://gov.uk/government/news/wexmoor-sample-notice",
    ),
    "BBC: the article's id": (f"{BBC}/articles/c0examp1e0o?at_medium=RSS&at_campaign=rss", "bbc:c0examp1e0o"),
    "BBC: on its other domain": ("https://www.bbc.com/news/articles/c0examp1e0o", "bbc:c0examp1e0o"),
    "BBC: before 2024": (f"{BBC}/uk-england-devon-12345678", "bbc:12345678"),
    "BBC: a page that is no article": (f"{BBC}/topics/c0examp1e0o", "https://bbc.co.uk/news/topics/c0examp1e0o"),
    "not the BBC": (
        "https://notbbc.com/news/articles/c0examp1e0o",
        "https://notbbc.com/news/articles/c0examp1e0o",
    ),
    "Reach: the trailing number, on its host": (
        f"{LIVE}/news/wexmoor-news/wexmoor-councils-childrens-services-30000001?service=rss",
        "wexmoorlive.example:30000001",
    ),
    "Newsquest: the number before the dot": (
        f"{ECHO}/26000001.wexmoor-council-rated/?ref=rss",
        "wexmoorecho.example:26000001",
    ),
    "Newsquest: underscores": (f"{ECHO}/26000001.Wexmoor_council_rated/", "wexmoorecho.example:26000001"),
    "Newsquest: in a section": (f"{ECHO}/local/26000001.wexmoor/", "wexmoorecho.example:26000001"),
    "a numbered page is no Newsquest article": (
        "https://www.wexmoor.example/news/1234567.html",
        "https://wexmoor.example/news/1234567.html",
    ),
    "a day at the end is no Reach number": (
        "https://www.wexmoor.example/news/statement-20260617",
        "https://wexmoor.example/news/statement-20260617",
    ),
    "a day the English way is no Reach number": (
        "https://www.wexmoor.example/news/statement-17062026",
        "https://wexmoor.example/news/statement-17062026",
    ),
    "other: the canonical address": (
        "http://www.wexmoor.example/news/plan/?utm_source=x&b=2&a=1#top",
        "https://wexmoor.example/news/plan?a=1&b=2",
    ),
}


@pytest.mark.parametrize(("url", "expected"), KEYS.values(), ids=KEYS.keys())
def test_key_is_the_publishers_own_identity(url: str, expected: str) -> None:
    assert key(url) == expected


def test_publishers_key_known_to_the_reader_goes_before_the_address() -> None:
    assert key("https://files.ofsted.gov.uk/v1/file/50012345", key="ofsted:80461/50012345") == "ofsted:80461/50012345"


@pytest.mark.parametrize(
    ("polled", "shown"),
    [
        pytest.param("https://www.devon.gov.uk/feed", "https://news.devon.gov.uk/a", id="another name of one owner"),
        pytest.param("https://feeds.bbci.co.uk/rss", "https://www.bbc.co.uk/news/articles/c0examp1e0o", id="the BBC"),
        pytest.param("http://127.0.0.1:8000/feed", "http://127.0.0.1:8000/a", id="a site on this machine"),
    ],
)
def test_a_publishers_page_in_its_own_feed_is_known_by_its_address(polled: str, shown: str) -> None:
    assert key(shown, replace(GAZETTE, url=polled)) == key(shown)


def test_nobody_can_put_words_to_anothers_address() -> None:
    """A feed that lists another site's page makes an item of its own, and hides none."""
    page = "https://www.wexmoorecho.example/news/26000001.rated/"
    assert key(page, GAZETTE) != key(page)
    assert key(page, GAZETTE) != key(page, SEARCH)


SAME = {
    "the headline in a Reach address changed": (
        f"{LIVE}/news/wexmoor-news/council-rated-30000001",
        f"{LIVE}/news/wexmoor-news/council-told-to-improve-30000001",
    ),
    "the headline in a Newsquest address changed": (
        f"{ECHO}/26000001.wexmoor-council-rated/",
        f"{ECHO}/26000001.council-told-to-improve/",
    ),
    "a GOV.UK page in both its feeds": (
        "https://www.gov.uk/government/news/notice#2026-06-17T08:30:00Z",
        "https://www.gov.uk/government/news/notice",
    ),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_same_thing_in_two_sources_has_one_key(one: str, other: str) -> None:
    assert key(one) == key(other, replace(SEARCH, url=other))


def test_wordpress_post_is_known_by_its_number_when_its_address_changes() -> None:
    post = {"id": "https://www.trade.example/?p=200001"}
    before, after = "https://www.trade.example/2026/06/17/first-words/", "https://www.trade.example/2026/06/17/other/"
    assert key(before, **post) == key(after, **post) == "https://trade.example/?p=200001"


def test_wordpress_number_of_another_host_names_nothing() -> None:
    """Sites written on a developer's machine say "localhost" for good: number 5 of one is not number 5 of another."""
    post = {"id": "http://localhost/?p=5"}
    assert key("https://wexmoor.example/news/a", **post) != key("https://northmarsh.example/news/b", **post)


def test_two_releases_of_one_day_are_two() -> None:
    assert key("https://wexmoor.example/statement-20260617") != key("https://wexmoor.example/minutes-20260617")


NEWS_SEARCH = "https://news.google.com/rss/articles/CBMiEXAMPLE"
FROM_ECHO = {"title": "Council told to improve", "publisher": "Wexmoor Echo", "published": MORNING}


class TestNewsSearch:
    def test_opaque_ids_of_one_story_have_one_key(self) -> None:
        one = key(f"{NEWS_SEARCH}1?oc=5", **FROM_ECHO)
        search = replace(SEARCH, url=NEWS_SEARCH)
        assert key(f"{NEWS_SEARCH}2?oc=5", search, **FROM_ECHO | {"title": "Council told to improve!"}) == one

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"publisher": "Northmarsh Mail"}, id="another publisher"),
            pytest.param({"title": "Council praised"}, id="another headline"),
            pytest.param({"published": datetime(2026, 6, 18, 7, tzinfo=UTC)}, id="another day"),
        ],
    )
    def test_different_stories_have_different_keys(self, changes: dict[str, object]) -> None:
        assert key(f"{NEWS_SEARCH}1", **FROM_ECHO) != key(f"{NEWS_SEARCH}2", **FROM_ECHO | changes)


class TestEntryWithoutALink:
    def test_is_known_by_its_own_id(self) -> None:
        assert key(id="urn:1") == key(id="urn:1", title="Corrected headline") != key(id="urn:2")

    def test_and_without_an_id_by_title_and_date(self) -> None:
        assert key(published=MORNING) == key(published=MORNING) != key(published=MORNING, title="Another")
        assert key(published=MORNING) != key()

    def test_titles_of_nothing_but_signs_are_told_apart(self) -> None:
        assert key(title="★★★") != key(title="!!!")

    def test_is_another_in_another_source(self) -> None:
        assert key(id="urn:1") != key(id="urn:1", source=SEARCH)


# --- strangers' addresses -----------------------------------------------------------------------------------

HOSTILE = {
    "half a surrogate": "https://example.org/a?q=\ud800",
    "half a surrogate in the host": "https://exam\udfffple.org/",
    "null": "https://example.org/\x00",
    "host of dots": "https://.../",
    "nothing but www": "https://www./a",
    "label too long for IDNA": f"https://{'ü' * 300}.example/",
    "bytes that are no UTF-8": "https://example.org/a?q=%ff%fe",
    "space before what is stripped": "https://example.org/a ?utm_source=x",
    "parameters without names": "https://example.org/?&",
    "www twice": "https://www.www.example.org/",
}
urls = st.one_of(
    st.text(),
    st.sampled_from(list(HOSTILE.values())),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTPS", "ftp"]),
        st.text("abcABCwü.-:@[]0189%\u3002", max_size=20),
        st.text(" /abC.%-_#\t\u00a0é0189", max_size=20).map("/{}".format),
        st.text("?&=;+%utm_source at_ref rss 25Fxé#", max_size=30).map("?{}".format),
    ),
)
entries = st.builds(Entry, url=urls, title=st.text(), id=st.one_of(st.text(), urls), publisher=st.text())


@given(urls)
def test_no_address_is_too_strange_and_cleaning_twice_changes_nothing(url: str) -> None:
    for clean in (clean_url, canonical_url):
        assert clean(clean(url)) == clean(url)
    assert canonical_url(clean_url(url)) == canonical_url(url)


@given(entries)
def test_every_entry_has_a_key_and_its_clean_address_has_the_same(entry: Entry) -> None:
    found = key_for(entry, GAZETTE)
    assert found
    if clean := clean_url(entry.url):
        assert key_for(replace(entry, url=clean), GAZETTE) == found


@pytest.mark.parametrize("url", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_address_costs_only_itself(url: str) -> None:
    assert key(url)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.org/" + "a" * 100_000, id="path"),
        pytest.param("https://example.org/" + "/" * 100_000 + "x", id="slashes"),
        pytest.param("https://example.org/?" + "a=1&" * 50_000, id="parameters"),
        pytest.param("https://example.org" + "/news/" * 20_000, id="sections"),
        pytest.param("https://example.org/" + "-1" * 50_000, id="numbers"),
        pytest.param("https://" + "a." * 50_000 + "org/", id="host"),
        pytest.param("https://" + "ü." * 5_000 + "org/", id="IDN host"),
    ],
)
def test_very_long_address_makes_no_long_key(url: str) -> None:
    assert len(key(url)) <= 500
    assert key(url) != key(url + "x")


# --- entry → item, and whether its page has changed -------------------------------------------------------------


def test_item_keeps_what_its_entry_and_source_say() -> None:
    source = replace(GAZETTE, council="Devon", kind=SourceKind.OFSTED)
    entry = Entry(url="https://example.org/a?utm_source=x#b", title="Visit", summary="Short", text="Long")
    item = item_from_entry(entry, source, now=MORNING, from_first_check=True)
    assert (item.url, item.title, item.summary, item.text) == ("https://example.org/a", "Visit", "Short", "Long")
    assert (item.source, item.council, item.is_report) == (source.name, "Devon", True)
    assert (item.first_seen, item.from_first_check, item.version) == (MORNING, True, 1)


def test_date_in_the_future_is_kept_as_stated() -> None:
    meeting = datetime(2026, 9, 1, tzinfo=UTC)
    entry = Entry(url="https://example.org/a", title="Agenda", published=meeting, published_is_date=True)
    item = item_from_entry(entry, GAZETTE, now=MORNING, from_first_check=False)
    assert (item.published, item.published_is_date) == (meeting, True)


def test_entry_without_a_title_is_called_so() -> None:
    item = item_from_entry(Entry(url="https://example.org/a", title=""), GAZETTE, now=MORNING, from_first_check=False)
    assert item.title == "(untitled)"


@pytest.mark.parametrize("field", ["title", "summary", "text"])
def test_item_whose_words_change_has_changed(field: str) -> None:
    entry = Entry(url="https://example.org/a", title="One", summary="Two", text="Three")
    before = item_from_entry(entry, GAZETTE, now=MORNING, from_first_check=False)
    assert content_hash(replace(before, **{field: "Other"})) != content_hash(before)


def test_item_whose_dates_change_has_not() -> None:
    entry = Entry(url="https://example.org/a", title="One", published=MORNING)
    before = item_from_entry(entry, GAZETTE, now=MORNING, from_first_check=False)
    later = replace(before, published=datetime(2026, 6, 18, tzinfo=UTC), url="https://example.org/b")
    assert content_hash(later) == content_hash(before)


@pytest.mark.parametrize(
    ("polled", "address", "is_official"),
    [
        ("https://news.wexmoor.example.gov.uk/rss", "https://www.wexmoor.example.gov.uk/statement", True),
        ("https://echo.example.org/rss", "https://www.wexmoor.example.gov.uk/statement", False),
        ("https://echo.example.org/rss", f"https://www.wexmoor.example.gov.uk/statement?{'x' * 600}", False),
        ("https://www.gov.uk/rss", "https://www.wexmoor.example.gov.uk/statement", False),
        ("https://echo.example.org/rss", "https://echo.example.org/?www.wexmoor.example.gov.uk", False),
        ("https://news.wexmoor.example.gov.uk/rss", "", False),
    ],
    ids=["its own", "another's", "another's and too long for a key", "the government's", "in a query", "none"],
)
def test_an_item_is_a_public_bodys_only_where_that_bodys_site_is_polled(polled, address, is_official):
    source = replace(GAZETTE, url=polled)
    entry = Entry(url=address, title="We accept what they found", id="1")
    item = item_from_entry(entry, source, now=MORNING, from_first_check=False)
    assert item.is_official is is_official
