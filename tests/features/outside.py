# ruff: noqa: ARG002, N802 -- aiosmtpd and http.server name the handlers and their arguments
"""What stands around the monitor in these tests: real servers on loopback, and the real program as a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

import monitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from email.message import EmailMessage

    from monitor.demo.site import DemoSite

T = TypeVar("T")

_PATIENCE_S = 30.0  # for what takes a second on an idle machine


class Arrivals(Generic[T]):
    """A list that other threads add to and a test can wait for."""

    def __init__(self) -> None:
        self._all: list[T] = []
        self._changed = threading.Condition()

    def add(self, one: T) -> None:
        with self._changed:
            self._all.append(one)
            self._changed.notify_all()

    def __iter__(self) -> Iterator[T]:
        with self._changed:
            return iter(self._all[:])

    def __len__(self) -> int:
        return len(self._all)

    def wait(
        self, wanted: Callable[[T], bool] = lambda _: True, *, count: int = 1, at_most_s: float = _PATIENCE_S
    ) -> T:
        """The `count`-th of those wanted, as soon as it is there."""

        def found() -> list[T]:
            return [one for one in self._all if wanted(one)]

        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= count, at_most_s):
                raise AssertionError(f"{len(found())} of {count} came in {at_most_s} s; what came: {self._all!r:.2000}")
            return found()[count - 1]


# --- a mail server -------------------------------------------------------------------------------------------------

LOGIN = ("monitor", "mail-secret")


class Mailbox:
    """A mail server that wants a login. While it `stalls`, it takes a whole mail and then does not say so."""

    def __init__(self) -> None:
        self.mails: Arrivals[EmailMessage] = Arrivals()
        self.stalls = False
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if not session.authenticated:
            return "530 5.7.0 log in first"
        self.mails.add(message_from_bytes(envelope.content, policy=policy.default))
        if self.stalls:
            await asyncio.Event().wait()  # until the other side hangs up
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login.decode(), given.password.decode()) == LOGIN)


@contextmanager
def mailbox_open() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        authenticator=mailbox.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def text_of(mail: EmailMessage) -> str:
    """The plain wording, its lines joined: where they break is the renderer's affair."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


# --- Slack, and publishers -----------------------------------------------------------------------------------------


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler], host: str = "127.0.0.1") -> Iterator[str]:
    server = _QuietServer((host, 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Slack:
    """Answers as `answer` says: (status, body, headers), or None for a connection closed without a word."""

    url: str = ""
    answer: tuple[int, bytes, dict[str, str]] | None = (200, b"ok", {})
    payloads: Arrivals[dict[str, Any]] = field(default_factory=Arrivals)


@contextmanager
def slack_open() -> Iterator[Slack]:
    slack = Slack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            slack.payloads.add(json.loads(body))
            if slack.answer is None:
                return
            status, reply, headers = slack.answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(reply)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *arguments: object) -> None:
            pass

    with _served(Handler) as url:
        slack.url = url
        yield slack


@dataclass
class Publisher:
    """Serves what a test put at a path; /endless/ redirects to a new address at each request."""

    url: str = ""
    shown: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    hangs: set[str] = field(default_factory=set)  # paths that are not answered
    requests: Arrivals[str] = field(default_factory=Arrivals)
    closing: threading.Event = field(default_factory=threading.Event)

    def shows(self, path: str, body: str | bytes, content_type: str = "application/rss+xml; charset=utf-8") -> None:
        self.shown[path] = (content_type, body.encode() if isinstance(body, str) else body)


@contextmanager
def publisher_open(host: str = "127.0.0.1") -> Iterator[Publisher]:
    publisher = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.requests.add(self.path)
            if self.path in publisher.hangs:
                publisher.closing.wait()
                return
            if self.path.startswith("/endless/"):
                self.send_response(302)
                self.send_header("Location", f"/endless/{len(publisher.requests)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content_type, body = publisher.shown.get(self.path, ("text/html", b""))
            self.send_response(200 if self.path in publisher.shown else 404)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with _served(Handler, host) as url:
        publisher.url = url
        yield publisher
        publisher.closing.set()


def feed(*entries: str) -> str:
    """A news feed of these <item> elements."""
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{''.join(entries)}</channel></rss>"


def entry(number: int, title: str = "", text: str = "", *, address: str = "") -> str:
    """One entry of a feed, published an hour ago; relevant unless its title or text says otherwise."""
    address = f"https://news.example.org/{address or number}"
    return (
        f"<item><title>{title or f'Devon social workers: inspection report {number}'}</title>"
        f"<link>{address}</link><guid>{address}</guid><pubDate>{_AN_HOUR_AGO}</pubDate>"
        f"<description>{text or RELEVANT}</description></item>"
    )


_AN_HOUR_AGO = format_datetime(datetime.now(UTC) - timedelta(hours=1))
RELEVANT = (
    "Ofsted inspectors say that Devon County Council’s children’s services are losing social workers, and that "
    "children in care wait too long for a permanent home."
)


def source(name: str, url: str) -> str:
    """A feed for sources.toml."""
    return f'[[source]]\nname = "{name}"\nkind = "feed"\nurl = "{url}"\ninterval = "1s"\n'


# --- the program ---------------------------------------------------------------------------------------------------


def environ(**secrets: str) -> dict[str, str]:
    """Ours, with these; no proxy has any business on loopback, and the package is found from any directory."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | secrets | {"PYTHONPATH": str(Path(monitor.__file__).parents[1])}


class Running:
    """The program while it runs; its log is JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.log: Arrivals[dict[str, Any]] = Arrivals()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.add(json.loads(line) if line.startswith("{") else {"event": "", "said": line.rstrip()})

    def has_logged(self, event: str, **waiting: Any) -> dict[str, Any]:
        """The log's line of this event, as soon as it is there."""
        return self.log.wait(lambda line: line["event"] == event, **waiting)

    def kill(self) -> None:
        """It ends where it stands, and its child processes with it."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.stop(signal.SIGKILL)
        _, left = psutil.wait_procs(children, timeout=_PATIENCE_S)
        assert not left

    def stop(self, number: int = signal.SIGTERM, *, at_most_s: float = _PATIENCE_S) -> int:
        """Its exit code after this signal."""
        self.process.send_signal(number)
        return self.ended(at_most_s=at_most_s)

    def ended(self, *, at_most_s: float = _PATIENCE_S) -> int:
        code = self.process.wait(at_most_s)
        self._reader.join(at_most_s)
        return code

    def most_memory(self) -> int:
        """Bytes of the whole process tree at its fullest, watched until it ends; a shared page counts once."""
        tree, most = psutil.Process(self.process.pid), 0
        while True:
            most = max(most, _memory(tree))
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
                return most


def _memory(tree: psutil.Process) -> int:
    total = 0
    try:
        for process in (tree, *tree.children(recursive=True)):
            total += process.memory_full_info().pss
    except psutil.Error:  # one of them has just ended
        pass
    return total


@dataclass
class Program:
    """`python -m monitor` with a configuration, a state and an environment of its own."""

    config: Path
    state: Path
    environ: Mapping[str, str]

    def configure(self, **files: str) -> None:
        """Writes `sources` into sources.toml, and so on."""
        for name, text in files.items():
            (self.config / f"{name}.toml").write_text(text, encoding="utf-8")

    def __call__(
        self, *words: str, given: str = "", at_most_s: float = 60, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._words(words),
            input=given,
            capture_output=True,
            text=True,
            timeout=at_most_s,
            env=self.environ,
            check=False,
            **options,
        )

    @contextmanager
    def running(self, *words: str) -> Iterator[Running]:
        """The program in the background; killed at the end of the block if it still runs."""
        process = subprocess.Popen(
            self._words(("--log-format", "json", *words)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ,
        )
        running = Running(process)
        try:
            yield running
        finally:
            if process.poll() is None:
                process.kill()
            running.ended()
            assert process.stderr is not None
            process.stderr.close()

    def _words(self, words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "monitor", "--config", str(self.config), "--state", str(self.state), *words]

    def polled(self, *words: str, **options: Any) -> dict[str, dict[str, Any]]:
        """What each source's line of `poll --all --json` says, by source."""
        done = self("poll", "--all", "--json", *words, **options)
        assert done.returncode in (0, 1), done.stderr
        return {line["source"]: line for line in map(json.loads, done.stdout.splitlines())}

    def later(self) -> None:
        """Time passes: whatever waited for its next attempt is due. No test waits for it by the clock."""
        with closing(sqlite3.connect(self.state / "monitor.db", isolation_level=None)) as database:
            database.execute("UPDATE delivery SET next_at = composed_at WHERE next_at IS NOT NULL")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The program, following the imitated sources, with a digest and an alert that go out by mail and Slack.

    Every source is due again a second after it answered.
    """

    program: Program
    site: DemoSite  # shows yesterday until it is advanced
    mailbox: Mailbox
    slack: Slack


@dataclass(frozen=True, kw_only=True)
class Night(Surroundings):
    """A night has passed, and what it brought has been told, by alerts and a digest."""

    told_at_first_check: int  # mails and Slack messages
