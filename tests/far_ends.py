# ruff: noqa: ARG002, N802 -- aiosmtpd names the handlers and their arguments
"""Real servers on loopback that answer as a test tells them to: for mail, for the web, and as Slack."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, StreamRequestHandler, TCPServer
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from monitor.model import Delivery, DeliveryState, Message

if TYPE_CHECKING:
    from collections.abc import Callable

COMPOSED = datetime(2026, 6, 18, 6, 30, tzinfo=UTC)


def message(**changes) -> Message:
    values = {
        "subject": "Wexmoor judged requires improvement; 4 more stories",
        "html": "<p>inadequate → requires improvement</p>",
        "text": "inadequate → requires improvement\n",
        "slack": ({"text": "part one", "blocks": []}, {"text": "part two", "blocks": []}),
        "teams": ({"type": "AdaptiveCard", "body": []},),
        "data": {"subscription": "weekday-briefing", "more": 0},
        "notify": "# Reports published\n\n* Overall effectiveness: inadequate → requires improvement\n",
    }
    return Message(**{**values, **changes})


def delivery(**changes) -> Delivery:
    values = {
        "id": 1,
        "digest_id": 1,
        "subscription": "weekday-briefing",
        "position": 0,
        "channel": "far-end",
        "recipient_mark": "0" * 16,
        "part": 0,
        "message_id": "<0f1e2d@example.org>",
        "composed_at": COMPOSED,
        "state": DeliveryState.SENDING,
    }
    return Delivery(**{**values, **changes})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@dataclass
class MailServer:
    """`replies` holds what is answered to a command instead of yes; `loses_reply` hangs up when it has the mail."""

    port: int
    replies: dict[str, str] = field(default_factory=dict)
    loses_reply: bool = False
    unknown: str = ""  # an address that has no mailbox
    connections: int = 0
    raw: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)  # of the envelopes
    recipients: list[list[str]] = field(default_factory=list)

    @property
    def mails(self):
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.replies.get("RCPT") == "hang up":
            server.transport.abort()
            return "250 OK"
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        if address == self.unknown:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.raw.append(envelope.content)
        self.senders.append(envelope.mail_from)
        self.recipients.append(envelope.rcpt_tos)
        if self.loses_reply:
            server.transport.abort()
        return "250 OK"


class _Listening(Controller):
    """Tries itself when it has started, without TLS: with its own certificate it would have to trust itself."""

    def _trigger_server(self):
        context, self.ssl_context = self.ssl_context, None
        if context:
            with suppress(OSError), socket.create_connection((self.hostname, self.port), 1.0) as tried:
                tried.sendall(b"no TLS")
                tried.recv(1)
        else:
            super()._trigger_server()
        self.ssl_context = context


@contextmanager
def mail_server(far_end=None, *, controller=_Listening, **options):
    far_end = far_end or MailServer(port=free_port())
    controller = controller(far_end, hostname="127.0.0.1", port=far_end.port, **options)
    controller.start()
    try:
        yield far_end
    finally:
        controller.stop()


@contextmanager
def _served(handler: type[BaseRequestHandler]):
    """This handler answers whoever calls. Yields its port."""
    with TCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def parting_mail_server(words: bytes):
    """Says these words to whoever calls, and hangs up. Yields its port."""

    class Handler(BaseRequestHandler):
        def handle(self):
            self.request.recv(0)
            self.request.sendall(words)

    with _served(Handler) as port:
        yield port


@contextmanager
def flooding_mail_server(after: bytes, *, most: int):
    """Says yes until a line begins with `after`, or only greets; then line upon line, `most` bytes or until nobody
    listens. Yields its port, and a list of which the sum is how many bytes it has said so."""
    said: list[int] = []
    lines = b"250-and more\r\n" * 1_000

    class Handler(StreamRequestHandler):
        def handle(self):
            with suppress(OSError):
                if after:
                    self.wfile.write(b"220 here\r\n")
                    _say_yes_until(after, self.request, self.rfile)
                while sum(said) < most:
                    self.wfile.write(lines)
                    said.append(len(lines))

    with TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1], said
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def refusing_mail_server(no: bytes):
    """Offers two ways to log in, answers either with `no`, and hangs up. Yields its port."""

    class Handler(StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 mx.example.org\r\n")
            for line in self.rfile:
                if line.upper().startswith(b"AUTH"):
                    self.wfile.write(no)
                    return
                self.wfile.write(b"250-mx.example.org\r\n250 AUTH PLAIN LOGIN\r\n")

    with _served(Handler) as port:
        yield port


@contextmanager
def dripping_mail_server(after: bytes):
    """Says yes until a line begins with `after`; then a line every 20 ms, for a few seconds, and never the last one.

    Yields its port.
    """
    stopped = threading.Event()

    def talk(connection):
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            if after:
                connection.sendall(b"220 here\r\n")
                _say_yes_until(after, connection, lines)
            for _ in range(250):
                if stopped.wait(0.02):
                    return
                connection.sendall(b"250-wait\r\n")

    def accept():
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopped.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def dripping_web_server():
    """Says 200 to whatever it is sent, and a byte of an answer every 20 ms, for a few seconds. Yields its address."""
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            with suppress(OSError):
                for _ in range(250):
                    if stopped.wait(0.02):
                        return
                    self.wfile.write(b"o")

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            stopped.set()
            server.shutdown()
            thread.join()


def _say_yes_until(after, connection, lines):
    in_mail = False
    for line in lines:
        if line.startswith(after):
            return
        in_mail = in_mail and line != b".\r\n"
        if line.startswith(b"data"):
            in_mail = True
            connection.sendall(b"354 go on\r\n")
        elif not in_mail:
            connection.sendall(b"250 OK\r\n")


@dataclass
class WebServer:
    """`answer` is (status, body, headers); None: the request is read and the connection closed without a word;
    "silence": it is read, and nothing follows until the test has ended. Or a function that answers each request."""

    url: str = ""
    answer: tuple[int, bytes, dict[str, str]] | str | Callable | None = (200, b"ok", {})
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


class SlackServer(WebServer):
    """Its requests hold JSON."""


@contextmanager
def web_server(far_end=None, *, tls=None):
    far_end = far_end or WebServer()
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.do_POST()

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            content = json.loads(body) if isinstance(far_end, SlackServer) else body
            far_end.requests.append((self.path, dict(self.headers), content))
            answer = far_end.answer(self.path, self.headers, body) if callable(far_end.answer) else far_end.answer
            if answer == "silence":
                stopped.wait(10)
            if answer is None or answer == "silence":
                return
            status, body, headers = answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # who asked may have heard enough
                self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # a client that does not trust it is no error of the test's
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    far_end.url = f"http{'s' if tls else ''}://{'localhost' if tls else '127.0.0.1'}:{server.server_port}"
    try:
        yield far_end
    finally:
        stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


def slack_server():
    return web_server(SlackServer())
