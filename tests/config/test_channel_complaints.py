"""Every mistake in a channel is told once, and no secret with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.config.channels_toml import KINDS

Complaints = Callable[..., list[str]]

EMAIL = 'kind = "email"\nhost = "smtp.example.org"\nfrom = "m@example.org"\n'
SLACK = 'kind = "slack"\n'
A_KIND = " or ".join(f'"{kind}"' for kind in KINDS)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            'kind = "e-mail"',
            f'kind: found "e-mail", wanted {A_KIND} (did you mean "email"?)',
            id="kind-misspelt",
        ),
        pytest.param("", f"kind: found nothing, wanted {A_KIND}", id="kind-left-out"),
        pytest.param(
            'kind = "folder"\nhost = "smtp.example.org"',
            "host: found an unknown key, wanted a key of kind folder: kind, path, pause, when_unknown",
            id="key-of-another-kind",
        ),
        pytest.param(
            'kind = "folder"\npath = ""', 'path: found "", wanted a path like "state/outbox"', id="path-empty"
        ),
        pytest.param(
            'kind = "email"\nhost = "https://smtp.example.org"\nfrom = "m@example.org"',
            'host: found "https://smtp.example.org", wanted the name of a server, like "smtp.example.org"',
            id="host-with-scheme",
        ),
        pytest.param(
            EMAIL + 'security = "startls"',
            'security: found "startls", wanted "starttls" or "tls" or "none" (did you mean "starttls"?)',
            id="security-misspelt",
        ),
        pytest.param(
            EMAIL + 'port = "587"', 'port: found "587", wanted a whole number from 1 to 65535', id="port-quoted"
        ),
        pytest.param(
            'kind = "email"\nhost = "smtp.example.org"\nfrom = "Bcc\\r\\nBcc: a@example.org"',
            'from: found "Bcc\\r\\nBcc: a@example.org", wanted a sender like "Ofsted monitor <monitor@example.org>"',
            id="sender-with-another-header",
        ),
        pytest.param(
            EMAIL + 'username = "me"\npassword = "hidden"',
            'password: found text in clear (not shown), wanted { env = "NAME" } or { file = "path" }',
            id="password-in-clear",
        ),
        pytest.param(
            EMAIL + 'username = "me"\npassword = { env = "hidden!" }',
            'password: found something else (not shown), wanted { env = "NAME" } or { file = "path" }',
            id="password-where-the-name-belongs",
        ),
        pytest.param(
            EMAIL + 'username = "me"',
            "password: found nothing, wanted a password, for there is a username",
            id="username-alone",
        ),
        pytest.param(
            EMAIL + 'password = { env = "P" }',
            "username: found nothing, wanted a username, for there is a password",
            id="password-alone",
        ),
        pytest.param(
            EMAIL + 'unsubscribe = "stop"',
            'unsubscribe: found "stop", wanted an address like "mailto:you@example.org" or '
            '"https://www.example.org/about"',
            id="unsubscribe-nowhere",
        ),
        pytest.param(
            SLACK,
            "webhook_url: found nothing, wanted either webhook_url, or token and channel",
            id="slack-without-a-way-in",
        ),
        pytest.param(
            SLACK + 'webhook_url = { env = "A" }\ntoken = { env = "B" }',
            "webhook_url: found it beside token, wanted either webhook_url, or token and channel",
            id="slack-with-two-ways-in",
        ),
        pytest.param(
            SLACK + 'webhook_url = "https://hooks.slack.com/hidden"',
            'webhook_url: found text in clear (not shown), wanted { env = "NAME" } or { file = "path" }',
            id="webhook-in-clear",
        ),
        pytest.param(
            SLACK + 'token = { env = "T" }',
            "channel: found nothing, wanted a channel to post to (a token posts to a channel; a webhook knows its own)",
            id="token-without-channel",
        ),
        pytest.param(
            SLACK + 'webhook_url = { env = "W" }\nchannel = "#ofsted"',
            "channel: found it, wanted no such key (a token posts to a channel; a webhook knows its own)",
            id="webhook-with-channel",
        ),
        pytest.param(
            SLACK + 'token = { env = "T" }\nchannel = "the team"',
            'channel: found "the team", wanted a Slack channel like "#ofsted"',
            id="channel-of-two-words",
        ),
        pytest.param(
            'kind = "webhook"',
            'url: found nothing, wanted { env = "NAME" } or { file = "path" }',
            id="webhook-to-nowhere",
        ),
        pytest.param(
            'kind = "notify"\napi_key = { env = "K" }\ntemplate_id = "my template"',
            'template_id: found "my template", wanted an id like "f33517ff-2a88-4f6e-b855-c550268ce08a"',
            id="template-by-its-name",
        ),
        pytest.param(
            'kind = "notify"\napi_key = { env = "K" }\ntemplate_id = "f33517ff-2a88-4f6e-b855-c550268ce08a"\n'
            'base_url = "http://api.example.org"',
            'base_url: found "http://api.example.org", wanted an https:// address',
            id="notify-in-clear",
        ),
        pytest.param(
            'kind = "slack"\ntoken = { env = "T" }\nchannel = "#ofsted"\napi_url = "http://slack.example.org/api"',
            'api_url: found "http://slack.example.org/api", wanted an https:// address',
            id="slack-token-in-clear",
        ),
        pytest.param(
            'kind = "folder"\npause = 1',
            'pause: found 1, wanted a length of time like "30s", "10m", "12h" or "1d"',
            id="pause-that-is-a-number",
        ),
        pytest.param(
            'kind = "folder"\npause = "2h"',
            'pause: found "2h", wanted a pause between two messages of at most "1h"',
            id="pause-that-never-ends",
        ),
        pytest.param(
            'kind = "folder"\nwhen_unknown = "again"',
            'when_unknown: found "again", wanted "send-again" or "leave" (did you mean "send-again"?)',
            id="when-unknown-misspelt",
        ),
    ],
)
def test_mistake_in_a_channel(complaints: Complaints, text: str, complaint: str) -> None:
    sound = 'councils = "all"\ncontact = "https://example.org"\n[channels.team]\n'
    told = complaints(monitor=sound + text, digests="")
    assert told == [f"monitor.toml: channels.team: {complaint}"]
    assert "hidden" not in told[0]


def test_channel_without_a_table_is_told(complaints: Complaints) -> None:
    told = complaints(monitor='councils = "all"\ncontact = "https://example.org"\nchannels.team = "folder"', digests="")
    assert told == ['monitor.toml: channels.team: found "folder", wanted a table that begins with [channels.team]']


def test_channel_of_an_unknown_kind_is_told_once(complaints: Complaints) -> None:
    told = complaints(
        monitor="""
        councils = "all"
        contact = "https://example.org"
        [channels.folder]
        kind = "foldr"
        """
    )
    assert [line.partition(": found")[0] for line in told] == ["monitor.toml: channels.folder: kind"]
