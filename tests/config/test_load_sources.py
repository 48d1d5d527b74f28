"""Sources are polled as sources.toml says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.config import Config
from monitor.model import Selectors, Source, SourceKind

Load = Callable[..., Config]

CONTACT = 'contact = "mailto:you@example.org"\n'


def test_ofsted_reports_are_one_source_for_each_council_that_is_followed(load: Load) -> None:
    config = load(sources='[[source]]\nname = "Ofsted reports"\nkind = "ofsted-reports"')
    assert config.sources[0] == Source(
        name="Ofsted reports: Devon",
        kind=SourceKind.OFSTED,
        url="https://reports.ofsted.gov.uk/provider/44/80461",
        council="Devon",
        pause=timedelta(seconds=1),
    )
    assert [source.name for source in config.sources] == ["Ofsted reports: Devon", "Ofsted reports: Kent"]


def test_mirror_of_the_reports_site_is_read_under_its_own_address(load: Load) -> None:
    config = load(
        sources="""
            [[source]]
            name = "Mirror"
            kind = "ofsted-reports"
            base_url = "http://127.0.0.1:8000/"
            pause = "0s"
            """
    )
    assert config.sources[0].url == "http://127.0.0.1:8000/provider/44/80461"
    assert config.sources[0].pause == timedelta(0)


def test_search_is_one_source_for_each_council_with_its_name_quoted(load: Load) -> None:
    config = load(
        monitor='councils = ["Devon", "St Helens", "Bath and North East Somerset"]\n' + CONTACT,
        digests="",
        sources="""
            [[source]]
            name = "Search"
            kind = "feed"
            url = "https://s.example.org/{council}?q={query}&n=9"
            each_council = true
            query = '"{council}" & care'
            """,
    )
    assert [(source.name, source.url, source.council) for source in config.sources[:2]] == [
        ("Search: Devon", "https://s.example.org/Devon?q=%22Devon%22%20%26%20care&n=9", None),
        ("Search: St Helens", "https://s.example.org/St%20Helens?q=%22St%20Helens%22%20%26%20care&n=9", None),
    ]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        pytest.param(
            """
            kind = "feed"
            url = "https://x.example.org/feed"
            council = "Devon"
            full_text = true
            interval = "1h"
            pause = "2s"
            """,
            Source(
                name="A",
                kind=SourceKind.FEED,
                url="https://x.example.org/feed",
                council="Devon",
                full_text=True,
                interval=timedelta(hours=1),
                pause=timedelta(seconds=2),
            ),
            id="feed",
        ),
        pytest.param(
            """
            kind = "page"
            url = "https://x.example.org/news"
            council = "Devon"
            item = "article"
            link = "h2 a"
            date = "time"
            """,
            Source(
                name="A",
                kind=SourceKind.PAGE,
                url="https://x.example.org/news",
                council="Devon",
                pause=timedelta(seconds=1),
                selectors=Selectors(item="article", link="h2 a", date="time"),
            ),
            id="page",
        ),
        pytest.param(
            """
            kind = "page"
            url = "https://x.example.org/news"
            item = "li"
            """,
            Source(
                name="A",
                kind=SourceKind.PAGE,
                url="https://x.example.org/news",
                pause=timedelta(seconds=1),
                selectors=Selectors(item="li"),
            ),
            id="page-with-defaults",
        ),
        pytest.param(
            """
            kind = "moderngov"
            url = "https://x.example.org/Committees"
            council = "Devon"
            """,
            Source(name="A", kind=SourceKind.MODERNGOV, url="https://x.example.org/Committees", council="Devon"),
            id="moderngov",
        ),
    ],
)
def test_source_is_polled_as_the_file_says(load: Load, text: str, source: Source) -> None:
    assert load(sources=f'[[source]]\nname = "A"\n{text}').sources == (source,)


def test_disabled_source_is_known_by_name_and_not_polled(load: Load) -> None:
    config = load(
        sources="""
            [[source]]
            name = "Off"
            kind = "ofsted-reports"
            enabled = false
            """
    )
    assert (config.sources, config.disabled_sources) == ((), ("Off",))
