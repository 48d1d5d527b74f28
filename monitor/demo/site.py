"""The demonstration's site: a web server on loopback that answers as the real sources do, well or badly."""

from __future__ import annotations

import gzip
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from threading import Event, Thread
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlsplit

from monitor.councils import councils
from monitor.dates import LONDON
from monitor.demo import feeds, markup
from monitor.demo.content import items
from monitor.demo.reports import council_of, reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from socket import socket

    from monitor.demo.content import DemoItem
    from monitor.demo.reports import Report

_HTML = "text/html; charset=utf-8"
_RSS = "application/rss+xml; charset=utf-8"
_ATOM = "application/atom+xml; charset=utf-8"
_BOMB_BYTES = 300_000_000  # unpacked; about 300 kB on the wire


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """A feed of the site: whose items it shows, and who words it."""

    place: str  # the name in the items' `shown_in`
    write: Callable[[Sequence[DemoItem], str, datetime, int], bytes]
    content_type: str = _RSS
    has_validators: bool = True  # no ETag for one that is different at every request


_FEEDS = {
    "/govuk/government/organisations/ofsted.atom": _Feed(
        place="ofsted", write=feeds.govuk_organisation, content_type=_ATOM
    ),
    "/govuk/search/all.atom": _Feed(place="search", write=feeds.govuk_finder, content_type=_ATOM),
    "/newsroom/feed/": _Feed(place="newsroom", write=feeds.newsroom),
    "/bbc/news/england/tees/rss.xml": _Feed(place="bbc-tees", write=feeds.bbc, has_validators=False),
    "/bbc/news/england/devon/rss.xml": _Feed(place="bbc-devon", write=feeds.bbc, has_validators=False),
    "/reach/news/": _Feed(place="reach", write=feeds.reach, content_type="text/xml"),
    "/newsquest/news/rss/": _Feed(place="newsquest", write=feeds.newsquest, content_type="text/xml"),
    "/lookout/feed/": _Feed(place="lookout", write=feeds.lookout),
    "/trade/feed/": _Feed(place="trade", write=feeds.trade, has_validators=False),
    "/moderngov/mgRss.aspx": _Feed(place="committees", write=feeds.committees, content_type="text/xml; charset=utf-8"),
}
_LISTING = "/listing/news"
_PROVIDER = "/ofsted/provider/44/"
_SEARCH = "/ofsted/search"
_ROWS = 100  # what Ofsted's search shows on a page, however many are asked for
_COUNCILS = {"level_1_types": ["3"], "level_2_types[]": ["12"]}  # what a search for councils' services asks for
_FILES = ("/ofsted/v1/file/", "/ofsted-files/v1/file/")  # the real files stand on two hosts
_FAILS_AFTER_ADVANCE = "/lookout/feed/"  # a consent page with status 200: a source has begun to fail

_FAULT_PAGES = {
    "html": markup.MAINTENANCE_PAGE,
    "consent": markup.CONSENT_PAGE,
    "slim": markup.SLIM_PAGE,
    "no-results": markup.search((), date.min, total=0, next_page=""),
}
_FAULT_KINDS = re.compile(
    rf"[45]\d\d | hang | to:.+ | redirect-loop | {'|'.join(_FAULT_PAGES)} | truncated | cut | gzip-bomb", re.VERBOSE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    body: bytes
    content_type: str = _HTML
    status: int = HTTPStatus.OK
    modified: datetime | None = None  # None: sent without validators


_NOT_FOUND = _Answer(body=markup.NOT_FOUND_PAGE.encode(), status=HTTPStatus.NOT_FOUND)


class DemoSite:
    """A site on 127.0.0.1 that shows yesterday's state, and after `advance` this morning's.

        with DemoSite(now=datetime.now(UTC)) as site:
            …  # poll f"{site.url}/bbc/news/england/tees/rss.xml"
            site.advance()
            …  # poll again

    Every date it shows is counted back from `now`, which must be aware. Port 0 takes any free port; OSError when
    the port is taken. `requests` has a (method, target, status) for each request answered, in order, with status
    0 for one that hangs.
    """

    def __init__(self, *, now: datetime, port: int = 0) -> None:
        self._now = now
        self._advanced = False
        self._published: list[Report] = []  # besides the demonstration's own, the last one first
        self._withdrawn: set[str] = set()  # files
        self._forms: dict[str, markup.Form] = {}  # by council
        self._disallowed = ["/admin"]
        self._faults: dict[str, Iterator[str]] = {}  # the kind, once for each request that is to go wrong
        self.requests: list[tuple[str, str, int]] = []
        self.closing = Event()
        self._server = _Server(("127.0.0.1", port), partial(_Handler, self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The site's address, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def advance(self) -> None:
        """Let the night pass: from now on the site shows this morning's state."""
        self._advanced = True

    def publish(self, *reports: Report) -> None:
        """Let Ofsted show these reports too, above those of the same day; the last one on top."""
        self._published[:0] = reversed(reports)

    def withdraw(self, file: str) -> None:
        """Let the report with that file id be gone, from its council's page and from the files."""
        self._withdrawn.add(file)

    def replace(self, file: str, report: Report) -> None:
        """Let `report` stand in place of the one with that file id, as when Ofsted corrects one."""
        self.withdraw(file)
        self.publish(report)

    def write_page(self, council: str, form: markup.Form) -> None:
        """Let the page of the council of that short name be written so from now on."""
        self._forms[council] = form

    def disallow(self, path: str) -> None:
        """Let robots.txt keep programs away from `path` and what begins like it."""
        self._disallowed.append(path)

    def fault(self, path: str, kind: str, *, times: int | None = None) -> None:
        """Let every request for `path`, with or without a query, go wrong: so many times, or until `mend`.

        Kinds: a status such as "500" (429 and 503 ask to wait two minutes); "hang", no answer until the site
        closes; "to:URL", a redirect; "redirect-loop"; "html", "consent", "slim" (Ofsted's error page) and
        "no-results" (a search that finds nothing), a web page with status 200; "truncated", half the document and
        no sign of it; "cut", half the document and a dropped connection; "gzip-bomb", 300 MB of zeros in 300 kB.
        ValueError for any other.
        """
        if not _FAULT_KINDS.fullmatch(kind):
            raise ValueError(f"no such kind of fault: {kind}")
        self._faults[path] = repeat(kind) if times is None else repeat(kind, times)

    def mend(self, path: str) -> None:
        """Let `path` be answered as it should be."""
        self._faults.pop(path, None)

    def fault_on(self, target: str) -> str | None:
        """The kind of fault laid on a request's target, or None; it counts as one of its times."""
        for place in (target, urlsplit(target).path):
            if place in self._faults and (kind := next(self._faults[place], None)):
                return kind
        return None

    def answer(self, target: str) -> _Answer:
        """What the site shows at a request's target when nothing is wrong."""
        path = urlsplit(target).path
        if self._advanced and path == _FAILS_AFTER_ADVANCE:
            return _Answer(body=markup.CONSENT_PAGE.encode())
        shown = items(self._now, advanced=self._advanced)
        if feed := _FEEDS.get(path):
            return self._feed(feed, shown)
        if path == _LISTING:
            listed = [item for item in shown if "listing" in item.shown_in]
            return _page(markup.listing(listed), modified=listed[0].updated)
        if path.startswith("/ofsted"):
            return self._ofsted(target)
        if path == "/robots.txt":
            return self._robots()
        if path == "/":
            providers = dict.fromkeys(f"{_PROVIDER}{council_of(report).urn}" for report in reports())
            return _page(markup.index((*_FEEDS, _LISTING, *providers)), modified=self._now)
        # A committee system's page is told by its query; a newspaper's query is only tracking.
        item = next((item for item in shown if item.path in (target, path)), None)
        return _page(markup.article(item, self.url), modified=item.updated) if item else _NOT_FOUND

    def _ofsted(self, target: str) -> _Answer:
        path, query = urlsplit(target).path, urlsplit(target).query
        if path.startswith(_PROVIDER):
            return self._provider(path.removeprefix(_PROVIDER))
        if path.startswith(_FILES):
            return self._file(path.rpartition("/")[2])
        if path == _SEARCH:
            return self._search(query)
        return self._robots() if path == "/ofsted/robots.txt" else _NOT_FOUND

    def _robots(self) -> _Answer:
        return _Answer(body=markup.robots(self._disallowed).encode(), content_type="text/plain; charset=utf-8")

    def _feed(self, feed: _Feed, shown: Sequence[DemoItem]) -> _Answer:
        mine = [item for item in shown if feed.place in item.shown_in]
        return _Answer(
            body=feed.write(mine, self.url, self._now, len(self.requests)),
            content_type=feed.content_type,
            modified=mine[0].updated if feed.has_validators else None,
        )

    def _provider(self, urn: str) -> _Answer:
        council = next((council for council in councils() if council.urn == urn), None)
        if council is None:
            return _NOT_FOUND
        mine = [report for report in self._shown_reports() if report.council == council.name]
        form = self._forms.get(council.name, markup.Form())
        page = markup.provider(council, mine, self._today, self.url, form)
        return _page(page, modified=_midnight(mine[0].published(self._today)) if mine else self._now)

    def _search(self, query: str) -> _Answer:
        """Every council by name, a hundred on a page; nothing where something else is looked for."""
        wanted = parse_qs(query)
        if not _COUNCILS.items() <= wanted.items():
            return _Answer(body=_FAULT_PAGES["no-results"].encode())
        shown, found = self._shown_reports(), councils()
        start, rows = (int(wanted.get(name, ["0"])[0]) for name in ("start", "rows"))
        end = start + min(rows, _ROWS)
        onwards = re.sub(r"\bstart=\d+", f"start={end}", f"{_SEARCH}?{query}") if end < len(found) else ""
        results = [(council, [each for each in shown if each.council == council.name]) for council in found[start:end]]
        return _Answer(body=markup.search(results, self._today, total=len(found), next_page=onwards).encode())

    def _file(self, file: str) -> _Answer:
        for report in self._shown_reports():
            if report.file == file:
                return _Answer(
                    body=report.pdf(self._today),
                    content_type="application/pdf",
                    modified=_midnight(report.published(self._today)),
                )
        return _NOT_FOUND

    def _shown_reports(self) -> list[Report]:
        """The newest first."""
        every = [*self._published, *(each for each in reports() if self._advanced or not each.since_advance)]
        shown = [report for report in every if report.file not in self._withdrawn]
        return sorted(
            shown, key=lambda report: (report.published(self._today), -report.published_days_ago), reverse=True
        )

    @property
    def _today(self) -> date:
        return self._now.astimezone(LONDON).date()


def _page(text: str, *, modified: datetime) -> _Answer:
    return _Answer(body=text.encode(), modified=modified)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


class _Server(ThreadingHTTPServer):
    # Closing waits for the requests in hand, so that no thread outlives the site.
    daemon_threads = False


class _Handler(BaseHTTPRequestHandler):
    """Answers one request and closes the connection."""

    protocol_version = "HTTP/1.1"
    server_version = "demo"
    sys_version = ""
    timeout = 5  # seconds for a client to send its request or take its answer

    def __init__(self, site: DemoSite, request: socket, client_address: tuple[str, int], server: _Server) -> None:
        self._site = site
        super().__init__(request, client_address, server)

    def handle(self) -> None:
        # A client that hangs up, or takes too long, is its own business.
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_GET(self) -> None:
        if kind := self._site.fault_on(self.path):
            self._go_wrong(kind)
        else:
            self._answer(self._site.answer(self.path))

    do_HEAD = do_GET  # noqa: N815 (the name is http.server's)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is http.server's)
        """Nothing: what was asked stands in `requests`."""

    def _answer(self, answer: _Answer) -> None:
        headers = {"Content-Type": answer.content_type}
        if answer.modified is not None:
            headers["ETag"] = f'"{sha256(answer.body).hexdigest()[:16]}"'
            headers["Last-Modified"] = format_datetime(answer.modified.astimezone(UTC), usegmt=True)
            if self._is_known(headers["ETag"], answer.modified):
                self._send(HTTPStatus.NOT_MODIFIED, headers)
                return
        body = answer.body
        if "gzip" in self.headers.get("Accept-Encoding", "") and answer.content_type != "application/pdf":
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
            headers["Vary"] = "Accept-Encoding"
        self._send(answer.status, headers, body)

    def _is_known(self, etag: str, modified: datetime) -> bool:
        """Whether the client has this already; an ETag outweighs a date (RFC 9110, 13.1.3)."""
        if wanted := self.headers.get("If-None-Match"):
            return etag in (tag.strip().removeprefix("W/") for tag in wanted.split(","))
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return modified.replace(microsecond=0) <= since

    def _send(self, status: int, headers: dict[str, str], body: bytes = b"", *, length: int = -1) -> None:
        """One whole answer; `length` is what the header promises where that is not the truth."""
        self._head(status, headers | {"Content-Length": str(len(body) if length < 0 else length)})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        # Written down before the client can know of the answer, so that a test never reads too early.
        self._site.requests.append((self.command, self.path, int(status)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _go_wrong(self, kind: str) -> None:
        html = {"Content-Type": _HTML}
        if kind.isdecimal():
            wait = {"Retry-After": "120"} if kind in ("429", "503") else {}
            self._send(int(kind), html | wait, f"<h1>{kind}</h1>\n".encode())
        elif kind in _FAULT_PAGES:
            self._send(HTTPStatus.OK, html, _FAULT_PAGES[kind].encode())
        elif kind == "redirect-loop" or kind.startswith("to:"):
            target = self.path if kind == "redirect-loop" else kind.removeprefix("to:")
            self._send(HTTPStatus.FOUND, {"Location": target})
        elif kind in ("truncated", "cut"):
            whole = self._site.answer(self.path)
            half = whole.body[: len(whole.body) // 2]
            promised = len(half if kind == "truncated" else whole.body)
            self._send(whole.status, {"Content-Type": whole.content_type}, half, length=promised)
        elif kind == "gzip-bomb":
            self._head(HTTPStatus.OK, {"Content-Type": _RSS, "Content-Encoding": "gzip"})
            for chunk in _bomb():
                self.wfile.write(chunk)
        else:  # hang
            self._site.requests.append((self.command, self.path, 0))
            self._site.closing.wait()
            self.close_connection = True


def _bomb() -> Iterator[bytes]:
    """300 MB of zeros as gzip, a piece at a time."""
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1_000_000)
    for _ in range(_BOMB_BYTES // len(zeros)):
        yield packer.compress(zeros)
    yield packer.flush()
