"""Channels as an operator meets them: what `check` says, and a test message that arrives."""

from __future__ import annotations

import json
import sys

import pytest
from commands import command
from far_ends import web_server
from notify_service import KEY, SERVICE, TEMPLATE, notify_service

FILES = {
    "monitor": 'councils = ["Devon"]\ncontact = "mailto:you@example.org"\n',
    "sources": '[[source]]\nname = "News"\nkind = "feed"\nurl = "https://news.example.org/feed"\ncouncil = "Devon"\n',
    "themes": '[[theme]]\nid = "permanence"\ntitle = "Permanence"\ncovers = "homes"\nconcern = ["Too long."]\n',
    "digests": '[[alert]]\nname = "judgements"\non = ["report-published"]\n',
}


@pytest.fixture
def on(tmp_path, monkeypatch, no_proxy):
    """The options for a configuration with one channel, of which `to` is told."""

    def on(channel, to='{ channel = "far-end" }', **environ):
        directory = tmp_path / "config"
        directory.mkdir()
        more = {"monitor": f"[channels.far-end]\n{channel}\n", "digests": f"to = [ {to} ]\n"}
        for name, text in FILES.items():
            (directory / f"{name}.toml").write_text(text + more.get(name, ""))
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return ["--config", directory, "--state", tmp_path / "state"]

    return on


def test_test_message_arrives_by_webhook(on):
    with web_server() as web:
        options = on('kind = "webhook"\nurl = { env = "HOOK" }', HOOK=web.url)
        ended = command(*options, "check", "--send-test", "judgements")
    assert (ended.code, "test to recipient 1 (far-end): accepted" in ended.out) == (0, True)
    ((_, headers, body),) = web.requests
    told = json.loads(body)
    assert told["message_id"].strip("<>").startswith(headers["webhook-id"] + "@")
    assert told["subscription"] == "judgements"


def test_test_message_arrives_by_notify(on):
    with notify_service() as service:
        channel = (
            f'kind = "notify"\napi_key = {{ env = "KEY" }}\ntemplate_id = "{TEMPLATE}"\nbase_url = "{service.url}"'
        )
        options = on(channel, '{ channel = "far-end", address = "office@example.org" }', KEY=KEY)
        ended = command(*options, "check", "--send-test", "judgements")
    assert (ended.code, "test to recipient 1 (far-end): accepted" in ended.out) == (0, True)
    (taken,) = service.notifications
    assert taken["email_address"] == "office@example.org"
    assert "This is a test that somebody asked for" in taken["personalisation"]["body"]


def test_test_message_arrives_by_apprise(on):
    with web_server() as web:
        options = on('kind = "apprise"\nurl = { env = "URL" }', URL=web.url.replace("http://", "json://"))
        ended = command(*options, "check", "--send-test", "judgements")
    assert (ended.code, "test to recipient 1 (far-end): accepted" in ended.out) == (0, True)
    ((_, _, body),) = web.requests
    assert "This is a test that somebody asked for" in json.loads(body)["message"]


def test_test_that_a_far_end_does_not_take_is_told_without_its_secrets(on):
    with notify_service() as service:
        service.team = ("head@example.org",)
        channel = (
            f'kind = "notify"\napi_key = {{ env = "KEY" }}\ntemplate_id = "{TEMPLATE}"\nbase_url = "{service.url}"'
        )
        options = on(channel, '{ channel = "far-end", address = "office@example.org" }', KEY=KEY)
        ended = command(*options, "check", "--send-test", "judgements")
    assert ended.code == 1
    assert "the API key is for the service's team" in " ".join(ended.out.split())
    assert SERVICE not in ended.out + ended.err
    assert "office@example.org" not in ended.out + ended.err


def test_check_says_what_must_be_installed_for_a_channel_in_use(on, monkeypatch):
    options = on('kind = "apprise"\nurl = { env = "URL" }', URL="ntfy://topic")
    assert "not installed" not in command(*options, "check").out
    monkeypatch.setitem(sys.modules, "apprise", None)  # as where it is not installed
    ended = command(*options, "check")
    assert ended.code == 1
    assert "far-end: Apprise is not installed: make apprise" in " ".join(ended.out.split())
