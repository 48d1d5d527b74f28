"""Whoever carries a message makes it its recipient's own; no channel shows the place where the link to stop went."""

from __future__ import annotations

import json

import pytest
from carriers import carrier
from far_ends import COMPOSED
from golden_examples import EXAMPLES
from notify_service import KEY, TEMPLATE, notify_service
from render_examples import LONDON, TITLES

from monitor.carrying import Outcomes
from monitor.delivery.outbox import deliveries_for
from monitor.model import (
    STOP_FROM,
    STOP_MARK,
    STOP_TO,
    AppriseChannel,
    EmailChannel,
    FolderChannel,
    NotifyChannel,
    Recipient,
    Secret,
    SlackChannel,
    Subscription,
    SubscriptionKind,
    TeamsChannel,
    WebhookChannel,
)
from monitor.render import render
from monitor.suppression.links import StopLinks

OFFICE = "office@example.org"
PAGE = StopLinks(url="https://monitor.example.org", key=bytes(32))


def secret(value):
    return Secret(origin="a test", value=value)


@pytest.fixture
def service():
    with notify_service() as service:
        yield service


@pytest.mark.parametrize("links", [None, PAGE], ids=["no page", "page"])
def test_no_channel_shows_the_place_of_the_link(make_config, store, clock, web, mailbox, service, tmp_path, links):
    to_web = {
        "slack": SlackChannel(name="slack", webhook_url=secret(f"{web.url}/slack")),
        "teams": TeamsChannel(name="teams", url=secret(f"{web.url}/teams")),
        "webhook": WebhookChannel(name="webhook", url=secret(f"{web.url}/webhook")),
        "apprise": AppriseChannel(name="apprise", url=secret(web.url.replace("http://", "json://"))),
    }
    channels = to_web | {
        "mail": EmailChannel(name="mail", host="127.0.0.1", port=mailbox.port, sender="m@example.org", security="none"),
        "notify": NotifyChannel(name="notify", template_id=TEMPLATE, base_url=service.url, api_key=secret(KEY)),
        "folder": FolderChannel(name="folder", path=tmp_path / "outbox"),
    }
    recipients = [Recipient(channel=name, address=OFFICE if name in ("mail", "notify") else "") for name in channels]
    briefing = Subscription(name="weekday-briefing", kind=SubscriptionKind.DIGEST, to=tuple(recipients))
    digest = EXAMPLES["full"]()
    message = render(digest, theme_titles=TITLES, timezone=LONDON, can_stop=True)
    assert all(STOP_MARK in words for words in (message.html, message.text, message.notify))
    owed = deliveries_for(briefing, channels, digest, message)
    store.digests.save(digest, (), message=message, deliveries=owed)
    clock.time = COMPOSED
    config = make_config(channels=channels, subscriptions=(briefing,))
    carrying = carrier(config, store, clock, links=links, sleep=lambda _: None)
    assert carrying.deliver() == Outcomes(sent=len(owed))

    (mail,) = mailbox.mails
    own = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    own += [one["personalisation"]["body"] for one in service.notifications]
    shared = [json.dumps(json.loads(body), ensure_ascii=False) for _, _, body in web.requests]
    shared += [file.read_text(encoding="utf-8") for file in (tmp_path / "outbox").glob("*")]
    assert (len(own), len(shared)) == (3, len(owed) - 3 + 5)  # text, HTML and Notify's; the web's, and five files
    assert not [words for words in (*own, *shared) if {STOP_FROM, STOP_MARK, STOP_TO} & set(words)]
    assert all(("https://monitor.example.org/stop/" in words) == bool(links) for words in own)
    assert not [words for words in shared if "Stop these messages" in words]
