"""What every channel promises, whichever it is: the same outcomes, told in the same errors, and no secret in them."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from far_ends import delivery, free_port, mail_server, message, slack_server, web_server
from notify_service import KEY, KEY_SECRET, SERVICE, TEMPLATE, no, notify_service
from slack_workspace import slack_workspace

from monitor.delivery import sender_for
from monitor.errors import DeliveryRefused, DeliveryUnavailable, DeliveryUnknown
from monitor.model import (
    AppriseChannel,
    EmailChannel,
    FolderChannel,
    NotifyChannel,
    Recipient,
    Secret,
    SlackChannel,
    TeamsChannel,
    WebhookChannel,
)

pytestmark = pytest.mark.usefixtures("no_proxy")
RECIPIENT = Recipient(channel="far-end", address="dcs-office@example.org")
SECRETS = ("dcs-office", "xoxb-secret", "hook-secret", "127.0.0.1", "example.org", KEY_SECRET, SERVICE)


class Mail:
    """A mail server, and what it takes to make it say each thing."""

    @contextmanager
    def open(self, _):
        with mail_server() as self.server:
            self.channel = EmailChannel(
                name="far-end",
                host="127.0.0.1",
                port=self.server.port,
                sender="Ofsted monitor <monitor@example.org>",
                security="none",
            )
            yield self.channel

    def where_nobody_listens(self):
        return replace(self.channel, port=free_port())

    def refuses(self):
        self.server.replies["RCPT"] = "550 5.1.1 <dcs-office@example.org> unknown"

    def is_busy(self):
        self.server.replies["RCPT"] = "451 4.3.0 later, dcs-office@example.org"

    def loses_the_reply(self):
        self.server.loses_reply = True

    def recovers(self):
        self.server.replies.clear()
        self.server.loses_reply = False

    def received(self):
        return [mail["Message-ID"] for mail in self.server.mails]


class Webhook:
    """Slack behind an incoming webhook."""

    YES, NO, BUSY = (200, b"ok", {}), (400, b"invalid_payload", {}), (503, b"down", {})

    @contextmanager
    def open(self, _):
        with slack_server() as self.server:
            self.server.answer = self.YES
            yield self.channel(self.server.url)

    def where_nobody_listens(self):
        return self.channel(f"http://127.0.0.1:{free_port()}")

    def channel(self, url):
        return SlackChannel(name="far-end", webhook_url=Secret(origin="HOOK", value=f"{url}/hook-secret"))

    def refuses(self):
        self.server.answer = self.NO

    def is_busy(self):
        self.server.answer = self.BUSY

    def loses_the_reply(self):
        self.server.answer = None

    def recovers(self):
        self.server.answer = self.YES

    def received(self):
        return [payload["text"] for _, _, payload in self.server.requests]


class Token:
    """Slack's Web API, in which a message can be looked for."""

    @contextmanager
    def open(self, _):
        with slack_workspace() as self.workspace:
            yield self.channel(self.workspace.url)

    def where_nobody_listens(self):
        return self.channel(f"http://127.0.0.1:{free_port()}")

    def channel(self, url):
        token = Secret(origin="TOKEN", value="xoxb-secret")
        return SlackChannel(name="far-end", token=token, conversation="#ofsted", api_url=f"{url}/api/")

    def refuses(self):
        self.workspace.refuses["chat.postMessage"] = "invalid_blocks"

    def is_busy(self):
        self.workspace.fails["chat.postMessage"] = (503, b'{"ok": false, "error": "service_unavailable"}', {})

    def loses_the_reply(self):
        self.workspace.loses_reply = True

    def recovers(self):
        self.workspace.refuses.clear()
        self.workspace.fails.clear()
        self.workspace.loses_reply = False

    def received(self):
        return [one["text"] for one in self.workspace.messages]


class Signed(Webhook):
    """A program of the reader's own."""

    NO = (422, b"what is this?", {})

    @contextmanager
    def open(self, _):
        with web_server() as self.server:
            yield self.channel(self.server.url)

    def channel(self, url):
        secret = Secret(origin="SECRET", value="whsec_aG9vay1zZWNyZXQtaG9vay1zZWNyZXQ=")
        return WebhookChannel(name="far-end", url=Secret(origin="HOOK", value=f"{url}/hook-secret"), secret=secret)

    def received(self):
        return [headers["webhook-id"] for _, headers, _ in self.server.requests]


class Teams(Signed):
    """A workflow of Microsoft Teams."""

    NO = (400, b'{"error": {"code": "TriggerInputSchemaMismatch"}}', {})
    YES = (202, b"", {})

    def channel(self, url):
        return TeamsChannel(name="far-end", url=Secret(origin="HOOK", value=f"{url}/hook-secret?sig=hook-secret"))

    def received(self):
        return [body for _, _, body in self.server.requests]


class Notify:
    """GOV.UK Notify."""

    @contextmanager
    def open(self, _):
        with notify_service() as self.service:
            yield self.channel(self.service.url)

    def where_nobody_listens(self):
        return self.channel(f"http://127.0.0.1:{free_port()}")

    def channel(self, url):
        return NotifyChannel(
            name="far-end", api_key=Secret(origin="KEY", value=KEY), template_id=TEMPLATE, base_url=url
        )

    def refuses(self):
        self.service.fails = no(400, "ValidationError", "email_address dcs-office@example.org is not valid")

    def is_busy(self):
        self.service.fails = no(500, "Exception", "Internal server error")

    def loses_the_reply(self):
        self.service.loses_reply = True

    def recovers(self):
        self.service.fails = None
        self.service.loses_reply = False

    def received(self):
        return [one["reference"] for one in self.service.notifications]


class ByApprise(Signed):
    """A service that Apprise knows; it says of no message why it did not arrive."""

    def channel(self, url):
        return AppriseChannel(
            name="far-end", url=Secret(origin="URL", value=f"{url.replace('http://', 'json://')}/hook-secret")
        )

    def received(self):
        return [body for _, _, body in self.server.requests]


class Folder:
    """A folder; it neither refuses a message nor loses a reply."""

    @contextmanager
    def open(self, folder):
        self.folder = folder / "outbox"
        yield FolderChannel(name="far-end", path=self.folder)

    def is_busy(self):
        self.folder.write_text("a file stands where the folder should be")

    def recovers(self):
        self.folder.unlink()

    def received(self):
        return [file.name for file in self.folder.glob("*.eml")]


REMOTE = [Mail, Webhook, Token, Signed, Teams, Notify, ByApprise]
CHANNELS = [*REMOTE, Folder]
TELLING = [one for one in REMOTE if one is not ByApprise]  # those that say why a message did not arrive
LOOKING = [Token, Notify]  # those where a sender can look whether a message is there


@pytest.fixture
def far_end(request, tmp_path):
    far_end = request.param()
    with far_end.open(tmp_path) as channel, closing(sender_for(channel)) as sender:
        yield far_end, lambda **changes: sender.send(delivery(**changes), message(), RECIPIENT)


def refused_with(error, send):
    with pytest.raises(error) as caught:
        send()
    assert type(caught.value) is error
    assert caught.value.reason
    assert not [secret for secret in SECRETS if secret in caught.value.reason]
    return caught.value


@pytest.mark.parametrize("far_end", CHANNELS, indirect=True)
def test_sent_means_the_far_end_has_it(far_end):
    there, send = far_end
    send()
    assert len(there.received()) == 1


@pytest.mark.parametrize("far_end", CHANNELS, indirect=True)
def test_sent_again_it_is_the_same_message(far_end):
    there, send = far_end
    send()
    send()
    assert len(set(there.received())) == 1


@pytest.mark.parametrize("far_end", TELLING, indirect=True)
def test_refused_is_told_apart_from_later(far_end):
    there, send = far_end
    there.refuses()
    refused_with(DeliveryRefused, send)


@pytest.mark.parametrize("far_end", CHANNELS, indirect=True)
def test_later_works_later_with_the_same_sender(far_end):
    there, send = far_end
    there.is_busy()
    assert not refused_with(DeliveryUnavailable, send).channel_down
    there.recovers()
    send()
    assert there.received()


@pytest.mark.parametrize("far_end", REMOTE, indirect=True)
def test_far_end_that_cannot_be_reached_is_the_channels_trouble_and_not_the_messages(far_end):
    there, _ = far_end
    with closing(sender_for(there.where_nobody_listens())) as sender:
        error = refused_with(DeliveryUnavailable, lambda: sender.send(delivery(), message(), RECIPIENT))
    assert error.channel_down


@pytest.mark.parametrize("far_end", TELLING, indirect=True)
def test_lost_reply_is_unknown_and_the_sender_still_works(far_end):
    there, send = far_end
    there.loses_the_reply()
    refused_with(DeliveryUnknown, send)
    there.recovers()
    send()
    assert len(there.received()) == 2


@pytest.mark.parametrize("far_end", LOOKING, indirect=True)
def test_message_in_doubt_that_the_far_end_has_is_not_sent_again(far_end):
    there, send = far_end
    there.loses_the_reply()
    refused_with(DeliveryUnknown, send)
    there.recovers()
    assert send(in_doubt=True)
    assert len(there.received()) == 1


@pytest.mark.parametrize("far_end", CHANNELS, indirect=True)
def test_message_in_doubt_that_the_far_end_has_not_is_sent(far_end):
    there, send = far_end
    send(in_doubt=True)
    assert len(there.received()) == 1
