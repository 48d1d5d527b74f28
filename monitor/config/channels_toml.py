"""The channels of monitor.toml: one reader a kind, and what each of their secrets must look like."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.config import values
from monitor.config.tables import Table, Unfit
from monitor.model import (
    AppriseChannel,
    Channel,
    EmailChannel,
    FolderChannel,
    NotifyChannel,
    Secret,
    SlackChannel,
    TeamsChannel,
    WebhookChannel,
    WhenUnknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    SecretReader = Callable[[object], Secret]

KINDS = ("email", "slack", "folder", "webhook", "teams", "notify", "apprise")

# The longest pause between two messages. With more, a list of a dozen recipients would not be told within a day.
_LONGEST_PAUSE = timedelta(hours=1)


def read_channel(name: str, table: Table, *, state: Path, environ: Mapping[str, str]) -> Channel | None:
    """The channel that a table [channels.NAME] describes; None where its kind is not known."""
    kind = table.need("kind", values.one_of(KINDS), "")
    secret = values.secret(environ)
    channel: Channel
    match kind:
        case "email":
            channel = _email(name, table, secret)
        case "slack":
            channel = _slack(name, table, secret)
        case "folder":
            channel = FolderChannel(name=name, path=table.take("path", values.path_in(state), state / "outbox"))
        case "webhook":
            channel = _webhook(name, table, secret)
        case "teams":
            channel = TeamsChannel(name=name, url=table.need("url", secret, Secret(origin="")))
        case "notify":
            channel = _notify(name, table, secret)
        case "apprise":
            channel = AppriseChannel(name=name, url=table.need("url", secret, Secret(origin="")))
        case _:
            return None  # without its kind, none of its other keys can be judged
    channel = replace(
        channel,
        pause=table.take("pause", _pause, channel.pause),
        when_unknown=WhenUnknown(table.take("when_unknown", values.one_of(tuple(WhenUnknown)), channel.when_unknown)),
    )
    table.finish(what=f"kind {kind}")
    return channel


def _pause(value: object) -> timedelta:
    pause = values.pause(value)
    if pause > _LONGEST_PAUSE:
        raise Unfit('a pause between two messages of at most "1h"')
    return pause


# --- secrets -----------------------------------------------------------------------------------------------


def secrets(channel: Channel) -> Mapping[str, Secret]:
    """A channel's secrets by their keys, in the order of its fields."""
    found = {one.name: getattr(channel, one.name) for one in fields(channel)}
    return {key: secret for key, secret in found.items() if isinstance(secret, Secret)}


def secret_troubles(channel: Channel) -> Iterator[tuple[str, str, str]]:
    """The key, what was found and what is wanted, of each secret that is absent or cannot be right.

    A secret's value is never shown.
    """
    for key, secret in secrets(channel).items():
        if secret.value is None:
            yield key, f"nothing in {secret.origin}", "the secret"
        elif fit := _FORMS.get((type(channel), key)):
            try:
                fit(secret.value)
            except Unfit as unfit:
                yield key, f"something else in {secret.origin} (not shown)", unfit.wanted


_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _uuid(value: object) -> str:
    """An id as GOV.UK Notify shows them."""
    if isinstance(value, str) and re.fullmatch(_UUID, value):
        return value
    raise Unfit('an id like "f33517ff-2a88-4f6e-b855-c550268ce08a"')


def _notify_key(value: object) -> str:
    """An API key of GOV.UK Notify: its name, the id of the service, and the secret."""
    if isinstance(value, str) and re.fullmatch(rf".*-{_UUID}-{_UUID}", value):
        return value
    raise Unfit("an API key as GOV.UK Notify shows it once: its name and two ids, hyphens between them")


def _apprise_url(value: object) -> str:
    """One address as Apprise writes them; whether it knows the service shows when it sends."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9]+://\S+", value):
        return value
    raise Unfit('one address as Apprise writes them, like "ntfy://topic"')


# What can be said of a secret before it is used.
_FORMS: Mapping[tuple[type[Channel], str], Callable[[object], object]] = {
    (SlackChannel, "webhook_url"): values.webhook,
    (TeamsChannel, "url"): values.webhook,
    (WebhookChannel, "url"): values.webhook,
    (WebhookChannel, "secret"): values.signing_secret,
    (NotifyChannel, "api_key"): _notify_key,
    (AppriseChannel, "url"): _apprise_url,
}

# --- e-mail ------------------------------------------------------------------------------------------------

# The port a mail server listens on for each kind of security: RFC 6409, RFC 8314, RFC 5321.
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _email(name: str, table: Table, secret: SecretReader) -> EmailChannel:
    def plain_or_secret(value: object) -> Secret:
        if isinstance(value, str):
            return Secret(origin=f"username of the channel {name}", value=values.line(value))
        return secret(value)

    security = table.take("security", values.one_of(tuple(_PORTS)), "starttls")
    username = table.take("username", plain_or_secret, None)
    password = table.take("password", secret, None)
    if ("username" in table) != ("password" in table):
        given, absent = ("username", "password") if "username" in table else ("password", "username")
        table.complain(absent, "nothing", f"a {absent}, for there is a {given}")
    return EmailChannel(
        name=name,
        host=table.need("host", values.host, ""),
        port=table.take("port", values.whole(1, 65535), _PORTS[security]),
        sender=table.need("from", values.sender, ""),
        security=security,
        username=username,
        password=password,
        tls_ca=table.take("tls_ca", values.certificates, None),
        unsubscribe=table.take("unsubscribe", values.contact, ""),
    )


# --- Slack -------------------------------------------------------------------------------------------------


def _slack(name: str, table: Table, secret: SecretReader) -> SlackChannel:
    channel = SlackChannel(
        name=name,
        webhook_url=table.take("webhook_url", secret, None),
        token=table.take("token", secret, None),
        conversation=table.take("channel", _conversation, ""),
        api_url=table.take("api_url", values.webhook, "https://slack.com/api").removesuffix("/") + "/",
    )
    ways = [way for way in ("webhook_url", "token") if way in table]
    if len(ways) != 1:
        found = "it beside token" if ways else "nothing"
        table.complain("webhook_url", found, "either webhook_url, or token and channel")
    elif ("token" in table) != ("channel" in table):
        found, wanted = ("nothing", "a channel to post to") if "token" in table else ("it", "no such key")
        table.complain("channel", found, wanted, "a token posts to a channel; a webhook knows its own")
    return channel


def _conversation(value: object) -> str:
    """The name of a Slack channel, or its id."""
    name = values.line(value)
    if " " in name or name == "#":
        raise Unfit('a Slack channel like "#ofsted"')
    return name


# --- webhook -----------------------------------------------------------------------------------------------


def _webhook(name: str, table: Table, secret: SecretReader) -> WebhookChannel:
    return WebhookChannel(
        name=name,
        url=table.need("url", secret, Secret(origin="")),
        secret=table.take("secret", secret, None),
    )


# --- GOV.UK Notify -----------------------------------------------------------------------------------------


def _notify(name: str, table: Table, secret: SecretReader) -> NotifyChannel:
    return NotifyChannel(
        name=name,
        api_key=table.need("api_key", secret, Secret(origin="")),
        template_id=table.need("template_id", _uuid, ""),
        reply_to_id=table.take("reply_to_id", _uuid, ""),
        base_url=table.take("base_url", values.webhook, "https://api.notifications.service.gov.uk"),
    )
