# ruff: noqa: ARG002, N802 -- aiosmtpd names the handlers and their arguments
"""The far ends at their worst: a mail server and a Slack that fail as a seed says, and account for what they took.

A message's fate does not depend on who is asked first: it follows from the seed, the message, and how often it came.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, syntax
from far_ends import MailServer
from slack_workspace import CHANNEL, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# At each point of a conversation, what may go wrong and how often. They are far more often wrong than real ones.
CHANCES = {
    "STARTTLS": {"handshake cut": 0.04},
    "MAIL": {"421 and closed": 0.03, "session cut": 0.02},
    "RCPT": {"451": 0.05},
    "DATA": {"451 for the mail": 0.03, "cut before it was taken": 0.03, "reply lost": 0.12, "delay": 0.2},
    "DATA, hard to please": {"554 for good": 0.10},
    "post": {
        "429": 0.05,
        "500": 0.05,
        "cut before it was taken": 0.03,
        "reply lost": 0.08,
        "reply cut in half": 0.04,
        "delay": 0.2,
    },
    "post, hard to please": {"invalid_payload for good": 0.10},
    "ask": {"429": 0.05, "500": 0.03, "reply lost": 0.03},
}
# Which addresses and paths have troubles of their own: what they begin with.
GONE, GREYLISTED, FULL, HARD_TO_PLEASE = "gone-", "grey-", "full-", "picky-"
_GREY_FOR, _GREY_AGAIN_AFTER = timedelta(minutes=5), timedelta(hours=30)
LONGEST_DELAY_S = 0.3


class Storm(NamedTuple):
    """A time in which something always fails: "login" (the password is not taken), "quota" (the disk is full)."""

    kind: str
    begins: datetime
    ends: datetime


class Weather:
    """What goes wrong. While it is calm, nothing does but what is for good."""

    def __init__(self, seed: int, *, clock: Callable[[], datetime], storms: Sequence[Storm] = ()) -> None:
        self._seed = seed
        self._clock = clock
        self._storms = storms
        self._times: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self.is_calm = False
        self.struck: Counter[str] = Counter()

    def strikes(self, point: str, key: str) -> str:
        """What goes wrong at this point for the message or connection `key`, this time; "" for nothing."""
        with self._lock:
            self._times[point, key] += 1
            time_of_it = self._times[point, key]
        if self.is_calm and "hard to please" not in point:
            return ""
        roll = random.Random(f"{self._seed} {point} {key} {time_of_it}").random()  # noqa: S311 - it guards nothing
        for fault, chance in CHANCES[point].items():
            if roll < chance:
                self.count(fault)
                return fault
            roll -= chance
        return ""

    def rages(self, kind: str) -> bool:
        now = self._clock()
        if self.is_calm or not any(one.kind == kind and one.begins <= now < one.ends for one in self._storms):
            return False
        self.count(f"{kind} refused for a while")
        return True

    def count(self, fault: str) -> None:
        with self._lock:
            self.struck[fault] += 1

    def delay_s(self, key: str) -> float:
        return random.Random(f"{self._seed} {key}").uniform(0.02, LONGEST_DELAY_S)  # noqa: S311 - it guards nothing


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A message that a far end has whole."""

    order: int  # when its sending began, among everything that began anywhere
    life: str  # the process that sent it, by its credentials
    channel: str
    to: str
    id: str  # the same for a repeat, and for nothing else
    content: bytes
    is_reply_lost: bool


@dataclass(kw_only=True)
class Ledger:
    """What the far ends took, and what they will never take."""

    arrivals: list[Arrival] = field(default_factory=list)
    refused: list[Arrival] = field(default_factory=list)  # for good, with what was in them where they got that far
    last_begun: dict[tuple[str, str], int] = field(default_factory=dict)  # by life and channel
    _begun: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begins(self, life: str, channel: str) -> int:
        """Somebody begins to send something; its place in the order."""
        with self._lock:
            self._begun += 1
            self.last_begun[life, channel] = self._begun
            return self._begun

    def takes(self, arrival: Arrival) -> None:
        with self._lock:
            self.arrivals.append(arrival)

    def refuses(self, arrival: Arrival) -> None:
        with self._lock:
            self.refused.append(arrival)


# --- mail ----------------------------------------------------------------------------------------------------------


class _Session(SMTP):
    """May drop a connection in the middle of the handshake."""

    @syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:
        if self.event_handler.cuts_handshake():
            await self.push("220 Ready to start TLS")
            self.transport.abort()
            return
        await super().smtp_STARTTLS(arg)


class UnreliableController(Controller):
    def factory(self) -> SMTP:
        return _Session(self.handler, **self.SMTP_kwargs)


@dataclass
class UnreliableMail(MailServer):
    """Wants a login whose name is the process's."""

    weather: Weather = field(kw_only=True)
    ledger: Ledger = field(kw_only=True)
    clock: Callable[[], datetime] = field(kw_only=True)
    _grey: dict[str, datetime] = field(default_factory=dict)
    _sessions: int = 0

    def cuts_handshake(self) -> bool:
        self._sessions += 1
        return bool(self.weather.strikes("STARTTLS", str(self._sessions)))

    def authenticate(self, server, session, envelope, mechanism, given) -> AuthResult:
        if self.weather.rages("login"):
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=given.login.decode())

    async def handle_MAIL(self, server, session, envelope, address, options):
        if not session.authenticated:
            return "530 5.7.0 log in first"
        envelope.order = self.ledger.begins(session.auth_data, "mail")
        match self.weather.strikes("MAIL", str(envelope.order)):
            case "421 and closed":
                await server.push("421 4.3.2 closing")
                server.transport.close()
            case "session cut":
                server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith(GONE):
            self.weather.count("550 for good")
            self.ledger.refuses(self._arrival(session, envelope, address, "", b""))
            return "550 5.1.1 no such user"
        if address.startswith(GREYLISTED) and self._is_grey(address):
            self.weather.count("greylisted")
            return "451 4.7.1 greylisted, come again"
        if address.startswith(FULL) and self.weather.rages("quota"):
            return "552 5.2.2 mailbox full"
        if self.weather.strikes("RCPT", str(envelope.order)):
            return "451 4.3.0 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def _is_grey(self, address: str) -> bool:
        """Whether the address was not written to lately, or only just now for the first time."""
        now = self.clock()
        first = self._grey.get(address)
        if first is None or now - first > _GREY_AGAIN_AFTER:
            self._grey[address] = first = now
        return now - first < _GREY_FOR

    async def handle_DATA(self, server, session, envelope):
        name = message_from_bytes(envelope.content, policy=policy.default)["Message-ID"]
        (to,) = envelope.rcpt_tos
        if self.weather.rages("quota"):
            return "452 4.3.1 insufficient storage"
        arrival = self._arrival(session, envelope, to, name, envelope.content)
        if to.startswith(HARD_TO_PLEASE) and self.weather.strikes("DATA, hard to please", name):
            self.ledger.refuses(arrival)
            return "554 5.6.0 we do not like it"
        fault = self.weather.strikes("DATA", name)
        if fault == "451 for the mail":
            return "451 4.3.0 later"
        if fault == "cut before it was taken":
            server.transport.abort()
            return "250 OK"
        if fault == "delay":
            await asyncio.sleep(self.weather.delay_s(name) / 2)
        is_lost = fault == "reply lost"
        self.ledger.takes(self._arrival(session, envelope, to, name, envelope.content, is_lost=is_lost))
        if fault == "delay":
            await asyncio.sleep(self.weather.delay_s(name))
        if is_lost:
            server.transport.abort()
        return "250 OK"

    def _arrival(self, session, envelope, to, name, content, *, is_lost=False) -> Arrival:
        return Arrival(
            order=envelope.order,
            life=session.auth_data,
            channel="mail",
            to=to,
            id=name,
            content=content,
            is_reply_lost=is_lost,
        )


# --- Slack ---------------------------------------------------------------------------------------------------------

_CUT = None  # the answer that is none


class UnreliableSlack:
    """Incoming webhooks, /services/NAME/LIFE, and workspaces, /NAME/api/METHOD, for the token xoxb-LIFE.

    For a server of far_ends, as the function that answers.
    """

    def __init__(self, *, weather: Weather, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._weather = weather
        self._ledger = ledger
        self._clock = clock
        self._workspaces: dict[str, Workspace] = {}
        self._lock = threading.Lock()
        self.asked: Counter[str] = Counter()  # methods of the Web API

    def answer(self, path, headers, body):
        if path.startswith("/services/"):
            _, _, name, life = path.split("/")
            ok = (200, b"ok", {})
            no = (400, b"invalid_payload", {})
            return self._post(json.loads(body), life=life, to=f"hook {name}", yes=lambda: ok, no=no)
        _, name, _, method = path.split("/")
        with self._lock:
            self.asked[method] += 1
            time_of_it = self.asked[method]
        if method == "chat.postMessage":
            life = headers["Authorization"].removeprefix("Bearer xoxb-")
            no = (200, b'{"ok": false, "error": "invalid_blocks"}', {})
            yes = partial(self._asked_of, name, method, headers, body)
            return self._post(json.loads(body), life=life, to=f"bot {name}", yes=yes, no=no)
        match self._weather.strikes("ask", f"{method} {time_of_it}"):
            case "429":
                return _busy(self._weather, f"{method} {time_of_it}")
            case "500":
                return 500, b"oops", {}
            case "reply lost":
                return _CUT
        return self._asked_of(name, method, headers, body)

    def _asked_of(self, name, method, headers, body):
        """What the workspace says, which stamps messages with the simulated time."""
        with self._lock:
            workspace = self._workspaces.setdefault(name, Workspace(channels={name: CHANNEL}))
            workspace.started = self._clock().timestamp() - len(workspace.messages)
            known = {"Content-Type": headers["Content-Type"], "Authorization": "Bearer xoxb-secret"}
            return workspace.answer(f"/api/{method}", known, body)

    def _post(self, payload, *, life, to, yes, no):
        name = _identity(payload)
        arrival = Arrival(
            order=self._ledger.begins(life, to),
            life=life,
            channel=to,
            to=to,
            id=name,
            content=json.dumps(payload, sort_keys=True).encode(),
            is_reply_lost=False,
        )
        if to.partition(" ")[2].startswith(HARD_TO_PLEASE) and self._weather.strikes("post, hard to please", name):
            self._ledger.refuses(arrival)
            return no
        fault = self._weather.strikes("post", name)
        if fault == "429":
            return _busy(self._weather, name)
        if fault == "500":
            return 500, b"oops", {}
        if fault == "cut before it was taken":
            return _CUT
        if fault == "delay":
            time.sleep(self._weather.delay_s(name) / 2)
        is_lost = fault.startswith("reply")
        status, body, more = yes()
        self._ledger.takes(replace(arrival, is_reply_lost=is_lost))
        if fault == "delay":
            time.sleep(self._weather.delay_s(name))
        if fault == "reply lost":
            return _CUT
        if is_lost:
            return status, body[: len(body) // 2], {**more, "Content-Length": str(len(body))}
        return status, body, more


def _identity(payload) -> str:
    """What is the same for a repeat: its mark where it has one, else its words and blocks."""
    said = payload.get("metadata") or [payload.get("text"), payload.get("blocks")]
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=12).hexdigest()


def _busy(weather, key):
    return 429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": str(1 + int(300 * weather.delay_s(key)))}
