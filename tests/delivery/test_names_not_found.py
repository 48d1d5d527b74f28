"""A server whose name nobody knows is named as such, in words an operator can act on."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from far_ends import delivery, message
from notify_service import KEY, TEMPLATE

from monitor.delivery import sender_for
from monitor.errors import DeliveryUnavailable
from monitor.model import EmailChannel, NotifyChannel, Recipient, Secret, SlackChannel, TeamsChannel, WebhookChannel

MAIL = EmailChannel(name="team-mail", host="mail.example.org", port=25, sender="monitor@example.org", security="none")
HOOK = Secret(origin="a test", value="https://hooks.example.com/services/x")


@pytest.fixture(autouse=True)
def _no_name_is_known(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        pytest.param(MAIL, "the mail server's name could not be found", id="mail"),
        pytest.param(
            SlackChannel(name="slack", webhook_url=HOOK),
            "Slack cannot be reached: its name could not be found",
            id="Slack",
        ),
        pytest.param(
            TeamsChannel(name="teams", url=HOOK),
            "the Teams workflow cannot be reached: its name could not be found",
            id="Teams",
        ),
        pytest.param(
            WebhookChannel(name="dashboard", url=HOOK),
            "the webhook cannot be reached: its name could not be found",
            id="webhook",
        ),
        pytest.param(
            NotifyChannel(name="notify", api_key=Secret(origin="a test", value=KEY), template_id=TEMPLATE),
            "GOV.UK Notify cannot be reached: its name could not be found",
            id="GOV.UK Notify",
        ),
    ],
)
def test_server_whose_name_is_not_known_is_said_to_be_so(channel, said):
    recipient = Recipient(channel=channel.name, address="office@example.org")
    with closing(sender_for(channel)) as sender, pytest.raises(DeliveryUnavailable) as told:
        sender.send(delivery(), message(), recipient)
    assert told.value.reason == said
