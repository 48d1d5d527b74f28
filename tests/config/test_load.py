"""What the files mean once they are sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.config import Config, FetchSettings, PollSettings, secret_problems
from monitor.councils import council_named, councils
from monitor.model import (
    AlertReason,
    AppriseChannel,
    EmailChannel,
    Event,
    FolderChannel,
    NotifyChannel,
    Polarity,
    QuietHours,
    Recipient,
    Secret,
    Selectors,
    SlackChannel,
    Source,
    SourceKind,
    Subscription,
    SubscriptionKind,
    TeamsChannel,
    Theme,
    WebhookChannel,
    WhenUnknown,
)

Load = Callable[..., Config]

CONTACT = 'contact = "mailto:you@example.org"\n'


def test_what_is_left_out_has_the_documented_default(load: Load, tmp_path: Path) -> None:
    config = load()
    assert config.timezone.key == "Europe/London"
    assert config.database == f"sqlite:///{tmp_path / 'state' / 'monitor.db'}"
    assert config.poll == PollSettings(
        min_interval=timedelta(minutes=10), max_interval=timedelta(hours=12), concurrency=64, per_host=2
    )
    assert config.fetch == FetchSettings(max_bytes=10_000_000, deadline=timedelta(seconds=30), allow_private=())
    assert config.channels == {
        "folder": FolderChannel(name="folder", path=tmp_path / "state" / "outbox"),
        "mail": EmailChannel(
            name="mail",
            host="smtp.example.org",
            port=587,
            sender="monitor@example.org",
            unsubscribe="mailto:you@example.org?subject=unsubscribe",
        ),
    }
    assert config.sources == (Source(name="Town news", kind=SourceKind.FEED, url="https://news.example.org/feed"),)
    assert config.subscriptions == (
        Subscription(
            name="daily",
            kind=SubscriptionKind.DIGEST,
            to=(Recipient(channel="folder"),),
            schedule="30 7 * * *",
            councils=("Devon", "Kent"),
            min_relevance=0.5,
        ),
    )
    assert config.themes == (
        Theme(
            id="permanence",
            title="Permanence",
            covers="long-term homes",
            concern=("Children wait too long for a permanent home.",),
        ),
    )


def test_every_setting_of_monitor_toml_is_taken(load: Load) -> None:
    config = load(
        digests="",
        monitor="""
            timezone = "Europe/Dublin"
            database = "sqlite:////srv/monitor.db"
            councils = ["Kent"]
            contact = "https://example.org/monitor"
            [poll]
            min_interval = "5m"
            max_interval = "1d"
            concurrency = 8
            per_host = 1
            [fetch]
            max_bytes = "500kB"
            deadline = "1m30s"
            allow_private = ["127.0.0.1/32", "fd00::/8"]
            """,
    )
    assert (config.timezone.key, config.database) == ("Europe/Dublin", "sqlite:////srv/monitor.db")
    assert (config.councils, config.contact) == (("Kent",), "https://example.org/monitor")
    assert config.poll == PollSettings(
        min_interval=timedelta(minutes=5), max_interval=timedelta(days=1), concurrency=8, per_host=1
    )
    assert config.fetch == FetchSettings(
        max_bytes=500_000,
        deadline=timedelta(seconds=90),
        allow_private=(ip_network("127.0.0.1/32"), ip_network("fd00::/8")),
    )


def test_byte_order_mark_that_an_editor_left_does_no_harm(load: Load) -> None:
    text = 'councils = ["Kent"]\n' + CONTACT
    assert load(monitor=b"\xef\xbb\xbf" + text.encode(), digests="").councils == ("Kent",)


def test_all_councils_can_be_followed(load: Load) -> None:
    config = load(monitor='councils = "all"\n' + CONTACT, digests="")
    assert config.councils == tuple(council.name for council in councils())


def test_councils_of_a_region_can_be_followed(load: Load) -> None:
    config = load(monitor='councils = { region = "South West" }\n' + CONTACT, digests="")
    assert "Devon" in config.councils
    assert {council.region for name in config.councils if (council := council_named(name))} == {"South West"}


# --- channels ----------------------------------------------------------------------------------------------

CHANNELS = f"""
    councils = ["Devon"]
    {CONTACT}
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

DASHBOARD = """
    [channels.dashboard]
    kind = "webhook"
    url = { env = "HOOK" }
    secret = { env = "SECRET" }
    """
TO_DASHBOARD = """
    [[alert]]
    name = "a"
    on = ["report-published"]
    to = [ { channel = "dashboard" } ]
    """
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
    secret = SECRETS["SECRET"]
    monitor = 'councils = ["Devon"]\n' + CONTACT + DASHBOARD
    (there,) = load(SECRETS, monitor=monitor, digests=TO_DASHBOARD).channels.values()
    assert there == WebhookChannel(
        name="dashboard",
        url=Secret(origin="environment variable HOOK", value=SECRETS["HOOK"]),
        secret=Secret(origin="environment variable SECRET", value=secret),
    )


@pytest.mark.parametrize("secret", ["whsec_" + "a2V5IG9mIDI0IGJ5dGVzIGF0IGxlYXN0", "no shorter than 24 bytes"])
def test_secrets_that_can_be_right_are_taken(load: Load, secret: str) -> None:
    monitor = 'councils = ["Devon"]\n' + CONTACT + DASHBOARD
    config = load({**SECRETS, "SECRET": secret}, monitor=monitor, digests=TO_DASHBOARD)
    assert secret_problems(config) == ()


@pytest.mark.parametrize("secret", ["hidden", "whsec_hidden!", "whsec_aGlkZGVu"])
def test_signing_secret_that_can_be_guessed_or_read_by_nobody_is_told(load: Load, secret: str) -> None:
    monitor = 'councils = ["Devon"]\n' + CONTACT + DASHBOARD
    (problem,) = secret_problems(load({**SECRETS, "SECRET": secret}, monitor=monitor, digests=TO_DASHBOARD))
    assert str(problem) == (
        "monitor.toml: channels.dashboard: secret: found something else in environment variable SECRET (not shown), "
        'wanted "whsec_" and at least 24 bytes in base64, or text of at least 24 characters'
    )


def test_teams_has_the_address_of_a_workflow_and_time_between_its_cards(load: Load) -> None:
    monitor = 'councils = ["Devon"]\n' + CONTACT + '[channels.teams]\nkind = "teams"\nurl = { env = "HOOK" }\n'
    digests = '[[alert]]\nname = "a"\non = ["report-published"]\nto = [ { channel = "teams" } ]'
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


NOTIFY = """
    [channels.notify]
    kind = "notify"
    api_key = { env = "KEY" }
    template_id = "f33517ff-2a88-4f6e-b855-c550268ce08a"
    """
TO_OFFICE = """
    [[alert]]
    name = "a"
    on = ["report-published"]
    to = [ { channel = "notify", address = "office@example.org" } ]
    """
KEY = "monitor-7d4b2cf1-6a4e-4b52-9a0c-5f30a1e8b0d1-5ec7e75e-c7e7-45ec-b5ec-7e75ec7e75ec"


def test_notify_writes_to_addresses_by_a_template(load: Load) -> None:
    monitor = 'councils = ["Devon"]\n' + CONTACT + NOTIFY + 'reply_to_id = "0d7a9a7c-9c6f-4f0d-8a7e-3f1f5b5a2c11"'
    config = load({"KEY": KEY}, monitor=monitor, digests=TO_OFFICE)
    assert secret_problems(config) == ()
    assert config.channels["notify"] == NotifyChannel(
        name="notify",
        api_key=Secret(origin="environment variable KEY", value=KEY),
        template_id="f33517ff-2a88-4f6e-b855-c550268ce08a",
        reply_to_id="0d7a9a7c-9c6f-4f0d-8a7e-3f1f5b5a2c11",
    )


def test_key_that_is_none_of_notifys_is_told_without_being_shown(load: Load) -> None:
    monitor = 'councils = ["Devon"]\n' + CONTACT + NOTIFY
    (problem,) = secret_problems(load({"KEY": KEY[:-1]}, monitor=monitor, digests=TO_OFFICE))
    assert str(problem) == (
        "monitor.toml: channels.notify: api_key: found something else in environment variable KEY (not shown), "
        "wanted an API key as GOV.UK Notify shows it once: its name and two ids, hyphens between them"
    )


@pytest.mark.parametrize(("url", "is_right"), [("ntfy://topic", True), ("hidden", False), ("a://b c://d", False)])
def test_apprise_is_told_one_address(load: Load, url: str, is_right: bool) -> None:
    monitor = 'councils = ["Devon"]\n' + CONTACT + '[channels.elsewhere]\nkind = "apprise"\nurl = { env = "URL" }'
    digests = '[[alert]]\nname = "a"\non = ["report-published"]\nto = [ { channel = "elsewhere" } ]'
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
    digests = '[[alert]]\nname = "a"\non = ["report-published"]\nto = [ { channel = "slack" } ]'
    monitor = 'councils = ["Devon"]\n' + CONTACT + slack
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


# --- sources -----------------------------------------------------------------------------------------------


def test_ofsted_reports_are_one_source_for_each_council_that_is_followed(load: Load) -> None:
    config = load(sources='[[source]]\nname = "Ofsted reports"\nkind = "ofsted-reports"')
    assert config.sources[0] == Source(
        name="Ofsted reports: Devon",
        kind=SourceKind.OFSTED,
        url="https://reports.ofsted.gov.uk/provider/44/80461",
        council="Devon",
        pause=timedelta(seconds=1),
    )
    assert [source.name for source in config.sources] == ["Ofsted reports: Devon", "Ofsted reports: Kent"]


def test_mirror_of_the_reports_site_is_read_under_its_own_address(load: Load) -> None:
    config = load(
        sources="""
            [[source]]
            name = "Mirror"
            kind = "ofsted-reports"
            base_url = "http://127.0.0.1:8000/"
            pause = "0s"
            """
    )
    assert config.sources[0].url == "http://127.0.0.1:8000/provider/44/80461"
    assert config.sources[0].pause == timedelta(0)


def test_search_is_one_source_for_each_council_with_its_name_quoted(load: Load) -> None:
    config = load(
        monitor='councils = ["Devon", "St Helens", "Bath and North East Somerset"]\n' + CONTACT,
        digests="",
        sources="""
            [[source]]
            name = "Search"
            kind = "feed"
            url = "https://s.example.org/{council}?q={query}&n=9"
            each_council = true
            query = '"{council}" & care'
            """,
    )
    assert [(source.name, source.url, source.council) for source in config.sources[:2]] == [
        ("Search: Devon", "https://s.example.org/Devon?q=%22Devon%22%20%26%20care&n=9", None),
        ("Search: St Helens", "https://s.example.org/St%20Helens?q=%22St%20Helens%22%20%26%20care&n=9", None),
    ]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        pytest.param(
            """
            kind = "feed"
            url = "https://x.example.org/feed"
            council = "Devon"
            full_text = true
            interval = "1h"
            pause = "2s"
            """,
            Source(
                name="A",
                kind=SourceKind.FEED,
                url="https://x.example.org/feed",
                council="Devon",
                full_text=True,
                interval=timedelta(hours=1),
                pause=timedelta(seconds=2),
            ),
            id="feed",
        ),
        pytest.param(
            """
            kind = "page"
            url = "https://x.example.org/news"
            council = "Devon"
            item = "article"
            link = "h2 a"
            date = "time"
            """,
            Source(
                name="A",
                kind=SourceKind.PAGE,
                url="https://x.example.org/news",
                council="Devon",
                pause=timedelta(seconds=1),
                selectors=Selectors(item="article", link="h2 a", date="time"),
            ),
            id="page",
        ),
        pytest.param(
            """
            kind = "page"
            url = "https://x.example.org/news"
            item = "li"
            """,
            Source(
                name="A",
                kind=SourceKind.PAGE,
                url="https://x.example.org/news",
                pause=timedelta(seconds=1),
                selectors=Selectors(item="li"),
            ),
            id="page-with-defaults",
        ),
        pytest.param(
            """
            kind = "moderngov"
            url = "https://x.example.org/Committees"
            council = "Devon"
            """,
            Source(name="A", kind=SourceKind.MODERNGOV, url="https://x.example.org/Committees", council="Devon"),
            id="moderngov",
        ),
    ],
)
def test_source_is_polled_as_the_file_says(load: Load, text: str, source: Source) -> None:
    assert load(sources=f'[[source]]\nname = "A"\n{text}').sources == (source,)


def test_disabled_source_is_known_by_name_and_not_polled(load: Load) -> None:
    config = load(
        sources="""
            [[source]]
            name = "Off"
            kind = "ofsted-reports"
            enabled = false
            """
    )
    assert (config.sources, config.disabled_sources) == ((), ("Off",))


# --- subscriptions -----------------------------------------------------------------------------------------


def test_digest_is_composed_as_the_file_says(load: Load) -> None:
    config = load(
        digests="""
            [[digest]]
            name = "weekly"
            schedule = "0  8 * * MON"
            councils = ["Kent"]
            themes = ["permanence"]
            min_relevance = 1
            polarity = ["concern"]
            events = ["monitoring-visit", "other"]
            kinds = ["feed", "moderngov"]
            most_stories = 12
            include = ["news"]
            when_empty = "send"
            to = [ { channel = "mail", address = "a@example.org" }, { channel = "folder" } ]
            """
    )
    assert config.subscriptions == (
        Subscription(
            name="weekly",
            kind=SubscriptionKind.DIGEST,
            to=(Recipient(channel="mail", address="a@example.org"), Recipient(channel="folder")),
            schedule="0 8 * * MON",
            councils=("Kent",),
            themes=("permanence",),
            polarities=(Polarity.CONCERN,),
            events=(Event.MONITORING_VISIT, Event.OTHER),
            source_kinds=(SourceKind.FEED, SourceKind.MODERNGOV),
            min_relevance=1.0,
            most_stories=12,
            inspections=False,
            news=True,
            send_when_empty=True,
        ),
    )


def test_alert_is_sent_for_the_reasons_in_the_file(load: Load) -> None:
    config = load(
        digests="""
            [[alert]]
            name = "now"
            on = ["judgement-changed"]
            to = [ { channel = "folder" } ]
            """
    )
    assert config.subscriptions == (
        Subscription(
            name="now",
            kind=SubscriptionKind.ALERT,
            to=(Recipient(channel="folder"),),
            on=(AlertReason.JUDGEMENT_CHANGED,),
            councils=("Devon", "Kent"),
        ),
    )


@pytest.mark.parametrize(
    ("asked", "councils"),
    [
        pytest.param("", ("Kent", "Devon", "Cornwall"), id="all that are followed"),
        pytest.param('regions = ["South West"]', ("Devon", "Cornwall"), id="those of a region"),
        pytest.param('regions = ["South West"]\ncouncils = ["Kent"]', ("Kent", "Devon", "Cornwall"), id="and another"),
        pytest.param('regions = ["South West"]\ncouncils = ["Cornwall"]', ("Cornwall", "Devon"), id="each once"),
    ],
)
def test_a_region_stands_for_its_councils_that_are_followed(load: Load, asked: str, councils: tuple[str, ...]) -> None:
    to = 'to = [ { channel = "folder" } ]'
    config = load(
        monitor='councils = ["Kent", "Devon", "Cornwall"]\n' + CONTACT + '\n[channels.folder]\nkind = "folder"',
        digests=f'[[digest]]\nname = "a"\nschedule = "0 7 * * *"\n{to}\n{asked}\n'
        f'[[alert]]\nname = "b"\non = ["report-published"]\n{to}\n{asked}',
    )
    assert [one.councils for one in config.subscriptions] == [councils, councils]


@pytest.mark.parametrize(
    ("asked", "quiet"),
    [
        pytest.param('quiet_hours = "22:00-07:30"', QuietHours(start=time(22), end=time(7, 30)), id="at night"),
        pytest.param("quiet_weekends = true", QuietHours(weekends=True), id="at weekends"),
        pytest.param("quiet_weekends = false", None, id="never"),
    ],
)
def test_alert_is_quiet_when_the_file_says(load: Load, asked: str, quiet: QuietHours | None) -> None:
    on = 'on = ["report-published"]\nevents = ["full-inspection"]'
    config = load(digests=f'[[alert]]\nname = "now"\n{on}\nto = [ {{ channel = "folder" }} ]\n{asked}')
    (alert,) = config.subscriptions
    assert (alert.quiet, alert.events) == (quiet, (Event.FULL_INSPECTION,))


def test_long_example_may_be_broken_over_lines(load: Load) -> None:
    config = load(
        themes='''
            [[theme]]
            id = "a"
            title = "A"
            covers = "x"
            progress = ["""Visits
              are timely."""]
            '''
    )
    assert config.themes[0].progress == ("Visits are timely.",)
