"""A Slack workspace on loopback: its Web API, as far as a token that posts and looks is concerned."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from far_ends import COMPOSED, WebServer, web_server

CHANNEL = "C0123456789"
BOT = {"bot_id": "B0123456789", "user": "U0123456789"}  # what Slack writes on each message of the token's owner


@dataclass
class Workspace:
    """What it holds, and what it is told to do.

    `refuses` holds an error to answer with, by method; `fails` a whole answer. `loses_reply` does what it is asked and
    hangs up; `loses_reply_of` does so for one message, by its number.
    It knows `channels` (id by name) and gives out `page` messages at a time.
    """

    url: str = ""
    messages: list[dict] = field(default_factory=list)
    calls: list[tuple[str, dict]] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=lambda: {"ofsted": CHANNEL})
    kind: str = "public_channel"
    refuses: dict[str, str] = field(default_factory=dict)
    fails: dict[str, tuple | None] = field(default_factory=dict)
    loses_reply: bool = False
    loses_reply_of: int | None = None
    page: int = 100
    whoami: dict = field(
        default_factory=lambda: {"ok": True, "bot_id": BOT["bot_id"], "user_id": BOT["user"], "url": "https://x/"}
    )
    started: float = COMPOSED.timestamp() + 5

    def posts(self):
        return [arguments for method, arguments in self.calls if method == "chat.postMessage"]

    def asked(self, method):
        return [arguments for name, arguments in self.calls if name == method]

    def delete(self, ts):
        self.messages = [one for one in self.messages if one["ts"] != ts]

    def say(self, text, **more):
        """Somebody writes a message; what comes back is its ts."""
        ts = f"{self.started + len(self.messages):.6f}"
        self.messages.append({"type": "message", "channel": CHANNEL, "ts": ts, "text": text, **more})
        return ts

    def answer(self, path, headers, body):
        method = path.removeprefix("/api/")
        if headers["Content-Type"].startswith("application/json"):
            arguments = json.loads(body)
        else:
            arguments = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.calls.append((method, arguments))
        if headers["Authorization"] != "Bearer xoxb-secret":
            return _json({"ok": False, "error": "invalid_auth"})
        if method in self.fails:
            return self.fails[method]
        if method in self.refuses:
            return _json({"ok": False, "error": self.refuses[method]})
        told = {
            "chat.postMessage": self._post,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.conversations": self._conversations,
            "auth.test": lambda _: self.whoami,
        }[method](arguments)
        is_lost = self.loses_reply or len(self.posts()) - 1 == self.loses_reply_of
        return None if is_lost and method == "chat.postMessage" else _json(told)

    def _post(self, asked):
        channel = self.channels.get(asked["channel"].removeprefix("#"), asked["channel"])
        if channel not in self.channels.values():
            return {"ok": False, "error": "channel_not_found"}
        thread = asked.get("thread_ts")
        if thread and not any(one["ts"] == thread for one in self.messages):
            return {"ok": False, "error": "thread_not_found"}
        under = {"thread_ts": thread} if thread else {}
        ts = self.say(asked["text"], metadata=asked.get("metadata"), blocks=asked.get("blocks"), **BOT, **under)
        return {"ok": True, "channel": channel, "ts": ts, "message": self.messages[-1]}

    def _history(self, asked):
        if asked["channel"] not in self.channels.values():
            return {"ok": False, "error": "channel_not_found"}
        return self._paged([one for one in reversed(self.messages) if "thread_ts" not in one], asked)

    def _replies(self, asked):
        first = [one for one in self.messages if one["ts"] == asked["ts"]]
        if not first:
            return {"ok": False, "error": "thread_not_found"}
        return self._paged(first + [one for one in self.messages if one.get("thread_ts") == asked["ts"]], asked)

    def _conversations(self, asked):
        known = self.channels.items() if asked["types"] == self.kind else ()
        return {"ok": True, "channels": [{"id": key, "name": name} for name, key in known], "response_metadata": {}}

    def _paged(self, messages, asked):
        held = [one for one in messages if float(one["ts"]) >= float(asked["oldest"])]
        start, size = int(asked.get("cursor") or 0), min(self.page, int(asked["limit"]))
        if asked.get("include_all_metadata") != "1":
            held = [{name: value for name, value in one.items() if name != "metadata"} for one in held]
        more = start + size < len(held)
        cursor = {"next_cursor": str(start + size) if more else ""}
        return {"ok": True, "messages": held[start : start + size], "has_more": more, "response_metadata": cursor}


def _json(told):
    return 200, json.dumps(told).encode(), {"Content-Type": "application/json"}


@contextmanager
def slack_workspace():
    workspace = Workspace()
    with web_server(WebServer(answer=workspace.answer)) as there:
        workspace.url = there.url
        yield workspace
