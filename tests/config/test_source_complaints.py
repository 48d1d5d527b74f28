"""Every mistake in sources.toml is told once, with the source that it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Complaints = Callable[..., list[str]]

FEED = 'kind = "feed"\nurl = "https://x.example.org/feed"\n'
EACH = 'kind = "feed"\neach_council = true\n'
DURATION = 'a length of time like "30s", "10m", "12h" or "1d"'
URL = 'a web address like "https://www.example.org/news"'
FEED_KEYS = "council, each_council, enabled, full_text, interval, kind, name, pause, query, url"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            'kind = "rss"\nurl = 5',
            'kind: found "rss", wanted "feed" or "page" or "ofsted-reports" or "ofsted-search" or "moderngov"',
            id="kind-unknown",
        ),
        pytest.param('kind = "feed"', f"url: found nothing, wanted {URL}", id="url-left-out"),
        pytest.param(
            'kind = "feed"\nurl = "www.example.org/feed"',
            f'url: found "www.example.org/feed", wanted {URL} (did you mean "https://www.example.org/feed"?)',
            id="url-without-scheme",
        ),
        pytest.param(
            'kind = "feed"\nurl = "https://me:hidden@example.org/feed"',
            f"url: found an address with a user name or password (not shown), wanted {URL}",
            id="url-with-password",
        ),
        pytest.param(FEED + 'interval = "soon"', f'interval: found "soon", wanted {DURATION}', id="interval-in-words"),
        pytest.param(FEED + 'pause = "-1s"', f'pause: found "-1s", wanted {DURATION}', id="pause-negative"),
        pytest.param(
            FEED + 'enabled = "no"', 'enabled: found "no", wanted true or false, without quotes', id="truth-quoted"
        ),
        pytest.param(
            FEED + 'council = "Devn"',
            'council: found "Devn", wanted the short name of a council, like "Devon" (did you mean "Devon"?)',
            id="council-misspelt",
        ),
        pytest.param(
            FEED + 'item = "article"',
            f'item: found an unknown key, wanted a key of kind feed: {FEED_KEYS} (only for kind = "page")',
            id="key-of-another-kind",
        ),
        pytest.param(
            FEED + 'interva = "1h"',
            f'interva: found an unknown key, wanted a key of kind feed: {FEED_KEYS} (did you mean "interval"?)',
            id="key-misspelt",
        ),
        pytest.param(
            FEED + 'query = "x"',
            "query: found it without each_council, wanted each_council = true beside it",
            id="query-for-nobody",
        ),
        pytest.param(
            'kind = "feed"\nurl = "https://x.example.org/{council}"',
            'url: found "https://x.example.org/{council}", wanted an address without {…}, or each_council = true',
            id="place-for-nobody",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/feed"',
            'url: found "https://x.example.org/feed", wanted an address with {query} or {council} in it',
            id="each-council-without-a-place",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{council}/{town}"',
            'url: found "https://x.example.org/{council}/{town}", wanted no other places to fill than {query} and '
            "{council}",
            id="place-unknown",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{query}"',
            "query: found nothing, wanted a query, for url has {query}",
            id="query-left-out",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{council}"\nquery = "x"',
            "query: found it without {query} in url, wanted {query} in url",
            id="query-without-a-place",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{council}"\ncouncil = "Devon"',
            "council: found it beside each_council, wanted one of the two",
            id="one-council-and-each",
        ),
        pytest.param(
            'kind = "page"\nurl = "https://x.example.org/news"',
            'item: found nothing, wanted a CSS selector like "article h2 a"',
            id="page-without-item",
        ),
        pytest.param(
            'kind = "page"\nurl = "https://x.example.org/news"\nitem = "li["\nlink = 1',
            'item: found "li[", wanted a CSS selector like "article h2 a"\n'
            'link: found 1, wanted a CSS selector like "article h2 a"',
            id="selector-unreadable",
        ),
        pytest.param(
            'kind = "ofsted-reports"\nurl = "https://reports.ofsted.gov.uk"',
            "url: found an unknown key, wanted a key of kind ofsted-reports: base_url, enabled, interval, kind, "
            'name, pause (for kind = "ofsted-reports" and "ofsted-search" it is base_url)',
            id="url-for-ofsted",
        ),
        pytest.param(
            'kind = "moderngov"\nurl = "https://x.example.org/mgRss.aspx?XXR=0"',
            'url: found "https://x.example.org/mgRss.aspx?XXR=0", wanted the address of the committee site itself, '
            'without a page (did you mean "https://x.example.org"?)',
            id="page-of-a-committee-site",
        ),
    ],
)
def test_mistake_in_a_source(complaints: Complaints, text: str, complaint: str) -> None:
    told = complaints(sources=f'[[source]]\nname = "Town"\n{text}')
    assert told == [f'sources.toml: source 1 ("Town"): {one}' for one in complaint.split("\n")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            f'[[source]]\nname = "A"\n{FEED}[[source]]\nname = "A"\n{FEED}',
            'source 2 ("A"): name: found "A", wanted a name no other source has (so has sources.toml: source 1 ("A"))',
            id="two-of-a-name",
        ),
        pytest.param(
            f'[[source]]\nname = "R: Kent"\n{FEED}[[source]]\nname = "R"\nkind = "ofsted-reports"',
            'source 2 ("R"): name: found "R: Kent", wanted a name no other source has '
            '(so has sources.toml: source 1 ("R: Kent"))',
            id="name-of-one-council's-part",
        ),
        pytest.param(
            f"[[source]]\n{FEED}",
            'source 1: name: found nothing, wanted text on one line, in quotes: "…"',
            id="no-name",
        ),
        pytest.param(
            f'[[source]]\nname = "a\\u0007b"\n{FEED}',
            'source 1 ("a\\u0007b"): name: found "a\\u0007b", wanted text on one line, in quotes: "…"',
            id="bell-in-a-name",
        ),
        pytest.param(
            '[source]\nname = "A"',
            "source: found a table, wanted tables that begin with [[source]]",
            id="single-brackets",
        ),
        pytest.param(
            'source = ["A"]', 'source 1: found "A", wanted tables that begin with [[source]]', id="no-tables-at-all"
        ),
        pytest.param(
            "[[sources]]",
            'sources: found an unknown key, wanted a key: source (did you mean "source"?)',
            id="table-misspelt",
        ),
    ],
)
def test_mistake_in_sources_toml(complaints: Complaints, text: str, complaint: str) -> None:
    assert complaints(sources=text) == [f"sources.toml: {complaint}"]
