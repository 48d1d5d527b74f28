"""Factories that take only what a test is about, and a fresh store. Everything in them is invented."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from monitor.config import Config, FetchSettings, PollSettings
from monitor.model import Classification, Entry, Evidence, Item, Polarity, Source, SourceKind, ThemeLabel
from monitor.store import Check, CheckStatus, SourceState, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# No test is timed: others share the machine.
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


@pytest.fixture
def now() -> datetime:
    """A Wednesday in summer: 7:30 in London."""
    return datetime(2026, 6, 17, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once by the migrations, which take a while; each test works on a copy."""
    path = tmp_path_factory.mktemp("store") / "monitor.db"
    with Store(f"sqlite:///{path}"):
        return path


@pytest.fixture
def store(empty_database: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on a database of its own, with nothing in it."""
    copyfile(empty_database, tmp_path / "monitor.db")
    with Store(f"sqlite:///{tmp_path}/monitor.db") as fresh:
        yield fresh


@pytest.fixture
def make_source() -> Callable[..., Source]:
    def make(name: str = "Wexmoor Gazette", **changes: object) -> Source:
        values = {"name": name, "kind": SourceKind.FEED, "url": "https://gazette.example.org/rss"}
        return Source(**values | changes)

    return make


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    """Entries are all different unless told otherwise."""
    numbers = count(1)

    def make(title: str = "", **changes: object) -> Entry:
        number = next(numbers)
        values = {"url": f"https://gazette.example.org/news/{number}", "title": title or f"Headline {number}"}
        return Entry(**values | changes)

    return make


@pytest.fixture
def make_item(now: datetime) -> Callable[..., Item]:
    """Items not yet stored, all different unless told otherwise."""
    numbers = count(1)

    def make(title: str = "", **changes: object) -> Item:
        url = f"https://gazette.example.org/news/{next(numbers)}"
        values = {
            "key": changes.get("url", url),
            "url": url,
            "title": title or f"Headline of {url}",
            "first_seen": now,
            "source": "Wexmoor Gazette",
        }
        return Item(**values | changes)

    return make


@pytest.fixture
def make_classification() -> Callable[..., Classification]:
    """Of a relevant item about Wexmoor; each of `themes` is labelled a concern, with one sentence."""

    def make(*themes: str, **changes: object) -> Classification:
        sentence = Evidence(
            text="Staff are leaving for other councils.", start=0, end=37, polarity=Polarity.CONCERN, score=0.9
        )
        values = {
            "relevant": True,
            "relevance": 0.9,
            "councils": ("Wexmoor",),
            "themes": tuple(
                ThemeLabel(theme=theme, polarity=Polarity.CONCERN, score=0.9, evidence=(sentence,)) for theme in themes
            ),
        }
        return Classification(**values | changes)

    return make


@pytest.fixture
def make_check(now: datetime) -> Callable[..., Check]:
    """A check that brought these items; `state` changes what is known of its source afterwards."""

    def make(
        *items: Item,
        source: str = "Wexmoor Gazette",
        at: datetime = now,
        state: dict[str, object] | None = None,
        **changes: object,
    ) -> Check:
        known = {
            "name": source,
            "url": "https://gazette.example.org/rss",
            "first_checked_at": at,
            "last_check_at": at,
            "last_success_at": at,
        }
        values = {
            "source": source,
            "at": at,
            "seconds": 0.1,
            "state": SourceState(**known | (state or {})),
            "status": CheckStatus.UNCHANGED,
            "items": items,
        }
        return Check(**values | changes)

    return make


@pytest.fixture
def stored(store: Store, make_check: Callable[..., Check]) -> Callable[..., list[Item]]:
    """Stores these items as one check of the Wexmoor Gazette, first seen when they say; they come back numbered."""

    def keep(*items: Item, **check: object) -> list[Item]:
        store.items.save([make_check(*items, **check)])
        return [store.items.find(item.key) for item in items]

    return keep


@pytest.fixture
def ready(
    store: Store, stored: Callable[..., list[Item]], make_classification: Callable[..., Classification], now: datetime
) -> Callable[..., list[Item]]:
    """Items stored, understood as relevant, and each in a story of its own: ready to be told since `ready_at`."""

    def make(
        *items: Item, labels: Classification | None = None, ready_at: datetime = now, **check: object
    ) -> list[Item]:
        found = stored(*items, **check)
        store.classifications.save([(item, labels or make_classification()) for item in found])
        store.stories.save([(None, [item]) for item in found], ready_at)
        return found

    return make


@pytest.fixture
def make_config() -> Callable[..., Config]:
    """A configuration without sources, channels and subscriptions, unless it is given some."""

    def make(**changes: object) -> Config:
        values = {
            "timezone": ZoneInfo("Europe/London"),
            "database": "sqlite://",
            "councils": ("Wexmoor",),
            "contact": "mailto:operator@example.org",
            "poll": PollSettings(),
            "fetch": FetchSettings(),
            "channels": {},
            "sources": (),
            "disabled_sources": (),
            "themes": (),
            "feeds": Path("/dev/null/feeds"),  # where nothing can be written
            "trained_themes": Path("there/is/no/such/file"),
            "subscriptions": (),
        }
        return Config(**values | changes)

    return make


@dataclass
class Clock:
    """Shows the time it is set to."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the machine that runs the tests has no business between us and loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@dataclass
class Web:
    """A web server on loopback that answers each path as it was told to, and writes down what it was asked."""

    url: str = ""
    answers: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)  # path, headers, body
    was_asked: threading.Event = field(default_factory=threading.Event)

    def shows(self, path: str, body: bytes = b"", *, status: int = 200, **headers: str) -> None:
        self.answers[path] = (status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    @property
    def asked(self) -> list[str]:
        return [path for path, _, _ in self.requests]


@pytest.fixture
def web() -> Iterator[Web]:
    far_end = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            far_end.requests.append((self.path, dict(self.headers), body))
            status, body, headers = far_end.answers.get(self.path, (404, b"", {}))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            far_end.was_asked.set()

        do_POST = do_GET  # noqa: N815 - the name is http.server's

        def log_message(self, *arguments: object) -> None:
            """Nothing: what was asked stands in `requests`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    far_end.url = f"http://127.0.0.1:{server.server_port}"
    yield far_end
    server.shutdown()
    thread.join()
    server.server_close()
