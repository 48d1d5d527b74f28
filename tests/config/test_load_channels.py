"""Channels are built as monitor.toml says; a secret that is absent or wrong is told without being shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Config, secret_problems
from monitor.model import (
    AppriseChannel,
    EmailChannel,
    FolderChannel,
    NotifyChannel,
    Secret,
    SlackChannel,
    TeamsChannel,
    WebhookChannel,
    WhenUnknown,
)

Load = Callable[..., Config]

SOUND = 'councils = ["Devon"]\ncontact = "mailto:you@example.org"\n'
CHANNELS = f"""
    {SOUND}
    [channels.mail]
    kind = "email"
    host = "smtp.example.org"
    security = "tls"
    username = {{ env = "USER" }}
    password = {{ env = "PASSWORD" }}
    from = "Monitor <monitor@example.org>"
    unsubscribe = "mailto:stop@example.org"
    [channels.hook]
    kind = "slack"
    webhook_url = {{ env = "HOOK" }}
    [channels.bot]
    kind = "slack"
    token = {{ env = "TOKEN" }}
    channel = "#ofsted"
    api_url = "http://127.0.0.1:9/api"
    [channels.here]
    kind = "folder"
    path = "elsewhere/outbox"
    """
TO_ALL = """
    [[digest]]
    name = "daily"
    schedule = "30 7 * * *"
    to = [ { channel = "mail", address = "a@example.org" }, { channel = "bot" }, { channel = "here" } ]
    """


def alert_to(recipient: str) -> str:
    """One alert, to this recipient alone."""
    return f'[[alert]]\nname = "a"\non = ["report-published"]\nto = [ {{ {recipient} }} ]'


DASHBOARD = f"""
    {SOUND}
    [channels.dashboard]
    kind = "webhook"
    url = {{ env = "HOOK" }}
    secret = {{ env = "SECRET" }}
    """
TO_DASHBOARD = alert_to('channel = "dashboard"')
SECRETS = {"HOOK": "https://hooks.example.org/x", "SECRET": "a sentence that both sides know"}


def test_channels_are_built_with_their_secrets(load: Load) -> None:
    environ = {"USER": "u", "PASSWORD": "p", "HOOK": "h", "TOKEN": "t"}

    def secret(name: str) -> Secret:
        return Secret(origin=f"environment variable {name}", value=environ[name])

    assert load(environ, monitor=CHANNELS, digests=TO_ALL).channels == {
        "mail": EmailChannel(
            name="mail",
            host="smtp.example.org",
            port=465,
            sender="Monitor <monitor@example.org>",
            security="tls",
            username=secret("USER"),
            password=secret("PASSWORD"),
            unsubscribe="mailto:stop@example.org",
        ),
        "hook": SlackChannel(name="hook", webhook_url=secret("HOOK")),
        "bot": SlackChannel(
            name="bot", token=secret("TOKEN"), conversation="#ofsted", api_url="http://127.0.0.1:9/api/"
        ),
        "here": FolderChannel(name="here", path=Path("elsewhere/outbox")),
    }


def test_channels_are_told_how_fast_to_go_and_what_to_do_when_a_reply_is_lost(load: Load) -> None:
    monitor = CHANNELS.replace('kind = "email"', 'kind = "email"\n    pause = "2s"\n    when_unknown = "leave"')
    monitor = monitor.replace('kind = "folder"', 'kind = "folder"\n    when_unknown = "send-again"')
    channels = load(monitor=monitor, digests=TO_ALL).channels
    assert [(name, one.pause, one.when_unknown) for name, one in channels.items()] == [
        ("mail", timedelta(seconds=2), WhenUnknown.LEAVE),
        ("hook", timedelta(seconds=1), WhenUnknown.SEND_AGAIN),
        ("bot", timedelta(seconds=1), WhenUnknown.SEND_AGAIN),
        ("here", timedelta(0), WhenUnknown.SEND_AGAIN),
    ]


def test_webhook_has_an_address_and_perhaps_a_secret(load: Load) -> None:
    (there,) = load(SECRETS, monitor=DASHBOARD, digests=TO_DASHBOARD).channels.values()
    assert there == WebhookChannel(
        name="dashboard",
        url=Secret(origin="environment variable HOOK", value=SECRETS["HOOK"]),
        secret=Secret(origin="environment variable SECRET", value=SECRETS["SECRET"]),
    )


@pytest.mark.parametrize("secret", ["whsec_" + "a2V5IG9mIDI0IGJ5dGVzIGF0IGxlYXN0", "no shorter than 24 bytes"])
def test_secrets_that_can_be_right_are_taken(load: Load, secret: str) -> None:
    config = load({**SECRETS, "SECRET": secret}, monitor=DASHBOARD, digests=TO_DASHBOARD)
    assert secret_problems(config) == ()


@pytest.mark.parametrize("secret", ["hidden", "whsec_hidden!", "whsec_aGlkZGVu"])
def test_signing_secret_that_can_be_guessed_or_read_by_nobody_is_told(load: Load, secret: str) -> None:
    (problem,) = secret_problems(load({**SECRETS, "SECRET": secret}, monitor=DASHBOARD, digests=TO_DASHBOARD))
    assert str(problem) == (
        "monitor.toml: channels.dashboard: secret: found something else in environment variable SECRET (not shown), "
        'wanted "whsec_" and at least 24 bytes in base64, or text of at least 24 characters'
    )


def test_teams_has_the_address_of_a_workflow_and_time_between_its_cards(load: Load) -> None:
    monitor = SOUND + '[channels.teams]\nkind = "teams"\nurl = { env = "HOOK" }\n'
    digests = alert_to('channel = "teams"')
    config = load(SECRETS, monitor=monitor, digests=digests)
    (there,) = config.channels.values()
    assert there == TeamsChannel(
        name="teams",
        url=Secret(origin="environment variable HOOK", value=SECRETS["HOOK"]),
        pause=timedelta(seconds=5),
    )
    assert secret_problems(config) == ()
    (problem,) = secret_problems(load({"HOOK": "hidden"}, monitor=monitor, digests=digests))
    assert str(problem).endswith("environment variable HOOK (not shown), wanted an https:// address")


NOTIFY = f"""
    {SOUND}
    [channels.notify]
    kind = "notify"
    api_key = {{ env = "KEY" }}
    template_id = "f33517ff-2a88-4f6e-b855-c550268ce08a"
    """
TO_OFFICE = alert_to('channel = "notify", address = "office@example.org"')
KEY = "monitor-7d4b2cf1-6a4e-4b52-9a0c-5f30a1e8b0d1-5ec7e75e-c7e7-45ec-b5ec-7e75ec7e75ec"


def test_notify_writes_to_addresses_by_a_template(load: Load) -> None:
    monitor = NOTIFY + 'reply_to_id = "0d7a9a7c-9c6f-4f0d-8a7e-3f1f5b5a2c11"'
    config = load({"KEY": KEY}, monitor=monitor, digests=TO_OFFICE)
    assert secret_problems(config) == ()
    assert config.channels["notify"] == NotifyChannel(
        name="notify",
        api_key=Secret(origin="environment variable KEY", value=KEY),
        template_id="f33517ff-2a88-4f6e-b855-c550268ce08a",
        reply_to_id="0d7a9a7c-9c6f-4f0d-8a7e-3f1f5b5a2c11",
    )


def test_key_that_is_none_of_notifys_is_told_without_being_shown(load: Load) -> None:
    (problem,) = secret_problems(load({"KEY": KEY[:-1]}, monitor=NOTIFY, digests=TO_OFFICE))
    assert str(problem) == (
        "monitor.toml: channels.notify: api_key: found something else in environment variable KEY (not shown), "
        "wanted an API key as GOV.UK Notify shows it once: its name and two ids, hyphens between them"
    )


@pytest.mark.parametrize(("url", "is_right"), [("ntfy://topic", True), ("hidden", False), ("a://b c://d", False)])
def test_apprise_is_told_one_address(load: Load, url: str, is_right: bool) -> None:
    monitor = SOUND + '[channels.elsewhere]\nkind = "apprise"\nurl = { env = "URL" }'
    digests = alert_to('channel = "elsewhere"')
    config = load({"URL": url}, monitor=monitor, digests=digests)
    assert config.channels["elsewhere"] == AppriseChannel(
        name="elsewhere", url=Secret(origin="environment variable URL", value=url)
    )
    told = [problem.found for problem in secret_problems(config)]
    assert told == ([] if is_right else ["something else in environment variable URL (not shown)"])


def test_user_name_may_stand_in_the_file(load: Load) -> None:
    monitor = CHANNELS.replace('username = { env = "USER" }', 'username = "team"')
    mail = load({"PASSWORD": "p"}, monitor=monitor, digests=TO_ALL).channels["mail"]
    assert isinstance(mail, EmailChannel)
    assert mail.username == Secret(origin="username of the channel mail", value="team")


def test_absent_secrets_of_channels_in_use_are_named(load: Load) -> None:
    config = load({"USER": "u"}, monitor=CHANNELS, digests=TO_ALL)
    assert [str(problem) for problem in secret_problems(config)] == [
        "monitor.toml: channels.mail: password: found nothing in environment variable PASSWORD, wanted the secret",
        "monitor.toml: channels.bot: token: found nothing in environment variable TOKEN, wanted the secret",
    ]


def test_nothing_is_missing_once_the_secrets_are_there(load: Load) -> None:
    environ = {"USER": "u", "PASSWORD": "p", "TOKEN": "t"}
    assert secret_problems(load(environ, monitor=CHANNELS, digests=TO_ALL)) == ()


def test_webhook_that_is_no_address_is_told_without_being_shown(load: Load) -> None:
    slack = '\n[channels.slack]\nkind = "slack"\nwebhook_url = { env = "HOOK" }\n'
    digests = alert_to('channel = "slack"')
    monitor = SOUND + slack
    (problem,) = secret_problems(load({"HOOK": "foo"}, monitor=monitor, digests=digests))
    assert str(problem) == (
        "monitor.toml: channels.slack: webhook_url: found something else in environment variable HOOK (not shown), "
        "wanted an https:// address"
    )
    sound = {"HOOK": "https://hooks.example.com/services/x"}
    assert secret_problems(load(sound, monitor=monitor, digests=digests)) == ()


def test_configuration_never_prints_a_secret(load: Load) -> None:
    environ = {"PASSWORD": "hidden1", "TOKEN": "hidden2", "DB": "postgresql://u:hidden3@h/m"}
    config = load(environ, monitor='database = { env = "DB" }\n' + CHANNELS, digests=TO_ALL)
    assert config.database == environ["DB"]
    assert "hidden" not in repr(config)
