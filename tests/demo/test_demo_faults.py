"""A fault laid on a path goes wrong as the real thing does, until it is mended."""

from __future__ import annotations

import http.client
import threading
import zlib
from urllib.parse import urlsplit

import pytest
from demo_client import NOW, Get, ask

from monitor.demo.site import DemoSite

FEED = "/newsroom/feed/"


@pytest.mark.parametrize(
    ("kind", "status", "header"),
    [
        ("500", 500, ("Retry-After", None)),
        ("410", 410, ("Retry-After", None)),
        ("429", 429, ("Retry-After", "120")),
        ("503", 503, ("Retry-After", "120")),
        ("redirect-loop", 302, ("Location", FEED)),
        ("to:http://10.0.0.1/", 302, ("Location", "http://10.0.0.1/")),
        ("html", 200, ("Content-Type", "text/html; charset=utf-8")),
        ("consent", 200, ("Content-Type", "text/html; charset=utf-8")),
        ("slim", 200, ("Content-Type", "text/html; charset=utf-8")),
        ("no-results", 200, ("Content-Type", "text/html; charset=utf-8")),
    ],
)
def test_fault_answers_in_its_kind_until_mended(
    site: DemoSite, get: Get, kind: str, status: int, header: tuple[str, str | None]
) -> None:
    site.fault(FEED, kind)
    reply = get(FEED)
    assert (reply.status, reply.headers[header[0]]) == (status, header[1])
    assert get(FEED, method="HEAD").status == status
    site.mend(FEED)
    assert get(FEED).status == 200


def test_fault_laid_for_once_is_over_after_one_request(site: DemoSite, get: Get) -> None:
    site.fault("/ofsted/provider/44/80461", "slim", times=1)
    first, second = (get("/ofsted/provider/44/80461") for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    assert b"<h1>Slim Application Error</h1>" in first.body
    assert b'<ol class="timeline">' in second.body


def test_fault_on_a_path_holds_for_every_query_and_on_a_target_for_that_one(site: DemoSite, get: Get) -> None:
    site.fault("/reach/news/", "500")
    assert get("/reach/news/?service=rss").status == 500
    site.mend("/reach/news/")
    site.fault("/reach/news/?service=rss", "404")
    assert get("/reach/news/?service=rss").status == 404
    assert get("/reach/news/").status == 200


def test_truncated_document_looks_complete_to_its_carrier(site: DemoSite, get: Get) -> None:
    whole = get(FEED).body
    site.fault(FEED, "truncated")
    assert get(FEED).body == whole[: len(whole) // 2]


def test_cut_connection_breaks_the_promise_of_its_length(site: DemoSite, get: Get) -> None:
    site.fault(FEED, "cut")
    with pytest.raises(http.client.IncompleteRead):
        get(FEED)


def test_gzip_bomb_unpacks_to_300_megabytes(site: DemoSite, get: Get) -> None:
    site.fault(FEED, "gzip-bomb")
    reply = get(FEED)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert len(reply.body) < 1_000_000
    unpacker, size, packed = zlib.decompressobj(wbits=31), 0, reply.body
    while packed:
        size += len(unpacker.decompress(packed, 10_000_000))
        packed = unpacker.unconsumed_tail
    assert size == 300_000_000


def test_client_that_leaves_a_bomb_does_no_harm(site: DemoSite, get: Get) -> None:
    site.fault(FEED, "gzip-bomb")
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=5)
    connection.request("GET", FEED)
    response = connection.getresponse()
    response.read(10)
    response.close()
    connection.close()
    assert get("/robots.txt").status == 200


def test_hanging_page_is_silent_while_others_answer(site: DemoSite, get: Get) -> None:
    site.fault(FEED, "hang")
    with pytest.raises(TimeoutError):
        get(FEED, timeout=0.1)
    assert get("/robots.txt").status == 200
    assert ("GET", FEED, 0) in site.requests


def test_unknown_fault_is_refused(site: DemoSite) -> None:
    with pytest.raises(ValueError, match="no such kind of fault: flood"):
        site.fault(FEED, "flood")


def test_closed_site_leaves_no_thread_behind() -> None:
    before = threading.enumerate()
    with DemoSite(now=NOW) as site:
        site.fault(FEED, "hang")
        with pytest.raises(TimeoutError):
            ask(site.url, FEED, timeout=0.1)
    assert [thread for thread in threading.enumerate() if thread not in before] == []
