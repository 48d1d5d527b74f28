"""Every mistake in config/*.toml is told once, with file, table, key, what was found and what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from monitor.config import load_config
from monitor.config.channels_toml import KINDS
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

Complaints = Callable[..., list[str]]

# --- monitor.toml ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            'timezone = "Europe/Londn"',
            'timezone: found "Europe/Londn", wanted a time zone like "Europe/London" (did you mean "Europe/London"?)',
            id="time-zone-misspelt",
        ),
        pytest.param(
            'timezone = "London"',
            'timezone: found "London", wanted a time zone like "Europe/London" (did you mean "Europe/London"?)',
            id="time-zone-shortened",
        ),
        pytest.param(
            "timezone = 1", 'timezone: found 1, wanted a time zone like "Europe/London"', id="time-zone-a-number"
        ),
        pytest.param(
            'timezone = ["Europe/London"]',
            'timezone: found a list, wanted a time zone like "Europe/London"',
            id="time-zone-in-brackets",
        ),
        pytest.param(
            'database = "postgresql://user:hidden@db.example.org/m"',
            "database: found a password in clear (not shown), wanted an address without a password "
            '(put the whole address into the environment and write { env = "NAME" })',
            id="database-with-password",
        ),
        pytest.param(
            'database = { env = "DATABASE" }',
            'database: found nothing in environment variable DATABASE, wanted "sqlite:///state/monitor.db" or '
            'an address like "postgresql+psycopg://user@host/monitor"',
            id="database-absent-from-the-environment",
        ),
        pytest.param(
            "timezon = 1",
            "timezon: found an unknown key, wanted a key: channels, contact, councils, database, fetch, poll, "
            'public, timezone (did you mean "timezone"?)',
            id="unknown-key",
        ),
        pytest.param(
            '"\\u001b[2J" = 1',
            '"\\u001b[2J": found an unknown key, wanted a key: channels, contact, councils, database, fetch, poll, '
            "public, timezone",
            id="unknown-key-that-would-clear-the-screen",
        ),
        pytest.param("poll = 3", "poll: found 3, wanted a table that begins with [poll]", id="poll-no-table"),
        pytest.param(
            'poll.min_interval = "10 minutes"',
            'poll: min_interval: found "10 minutes", wanted a length of time like "30s", "10m", "12h" or "1d"',
            id="duration-in-words",
        ),
        pytest.param(
            "poll.min_interval = 600",
            'poll: min_interval: found 600, wanted a length of time like "30s", "10m", "12h" or "1d"',
            id="duration-a-number",
        ),
        pytest.param(
            'poll.max_interval = "0s"',
            'poll: max_interval: found "0s", wanted a length of time of at least one second',
            id="duration-none",
        ),
        pytest.param(
            'poll.min_interval = "1d"',
            "poll: min_interval: found 1d, wanted no more than max_interval, 12h",
            id="intervals-crossed",
        ),
        pytest.param(
            "poll.concurrency = 0",
            "poll: concurrency: found 0, wanted a whole number from 1 to 1000",
            id="number-too-small",
        ),
        pytest.param(
            "poll.per_host = true",
            "poll: per_host: found true, wanted a whole number from 1 to 100",
            id="truth-for-a-number",
        ),
        pytest.param(
            "poll.intervall = 1",
            "poll: intervall: found an unknown key, wanted a key: concurrency, max_interval, min_interval, per_host "
            '(did you mean "min_interval"?)',
            id="unknown-key-in-a-table",
        ),
        pytest.param(
            'fetch.max_bytes = "10 megabytes"',
            'fetch: max_bytes: found "10 megabytes", wanted a size like "500kB" or "10MB"',
            id="size-in-words",
        ),
        pytest.param(
            'fetch.allow_private = ["127.0.0.1/8"]',
            'fetch: allow_private: found "127.0.0.1/8", wanted a network like "127.0.0.1/32" or "fd00::/8" '
            '(did you mean "127.0.0.0/8"?)',
            id="network-with-host-bits",
        ),
        pytest.param(
            'fetch.allow_private = ["localhost", 5]',
            'fetch: allow_private: found "localhost", wanted a network like "127.0.0.1/32" or "fd00::/8"\n'
            'fetch: allow_private: found 5, wanted a network like "127.0.0.1/32" or "fd00::/8"',
            id="networks-of-other-kinds",
        ),
        pytest.param(
            'fetch.allow_private = "127.0.0.1/32"',
            'fetch: allow_private: found "127.0.0.1/32", wanted a list: [ … ]',
            id="text-for-a-list",
        ),
        pytest.param(
            "channels = 3", "channels: found 3, wanted tables that begin with [channels.NAME]", id="no-tables"
        ),
    ],
)
def test_mistake_in_monitor_toml(complaints: Complaints, text: str, complaint: str) -> None:
    sound = 'councils = ["Devon"]\ncontact = "https://example.org"\n'
    told = complaints(monitor=sound + text, digests="")
    assert told == [f"monitor.toml: {one}" for one in complaint.split("\n")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            'councils = ["Leicestershir"]',
            'councils: found "Leicestershir", wanted the short name of a council, like "Devon" '
            '(did you mean "Leicestershire", "Leicester", "Gloucestershire"?)',
            id="name-misspelt",
        ),
        pytest.param(
            'councils = ["Devon", "Devon"]', 'councils: found "Devon" twice, wanted each value once', id="name-twice"
        ),
        pytest.param(
            "councils = []",
            'councils: found an empty list, wanted a list of councils like ["Devon"], "all", or '
            '{ region = "South West" }',
            id="nobody",
        ),
        pytest.param(
            'councils = "Devon"',
            'councils: found "Devon", wanted a list of councils like ["Devon"], "all", or { region = "South West" } '
            '(did you mean ["Devon"]?)',
            id="name-without-brackets",
        ),
        pytest.param(
            'councils = "everyone"',
            'councils: found "everyone", wanted a list of councils like ["Devon"], "all", or { region = "South West" }',
            id="another-word-for-all",
        ),
        pytest.param(
            'councils = { region = "Southwest" }',
            "councils: found a table, wanted one of the regions East Midlands, East of England, London, North East, "
            "North West, South East, South West, West Midlands, Yorkshire and The Humber "
            '(did you mean "South West"?)',
            id="region-misspelt",
        ),
        pytest.param(
            "",
            'councils: found nothing, wanted a list of councils like ["Devon"], "all", or { region = "South West" }',
            id="key-left-out",
        ),
    ],
)
def test_mistake_about_whom_to_follow(complaints: Complaints, text: str, complaint: str) -> None:
    assert complaints(monitor=f'{text}\ncontact = "https://example.org"', digests="") == [f"monitor.toml: {complaint}"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            'contact = "you@example.org"',
            'contact: found "you@example.org", wanted an address like "mailto:you@example.org" or '
            '"https://www.example.org/about" (did you mean "mailto:you@example.org"?)',
            id="mailto-forgotten",
        ),
        pytest.param(
            "",
            'contact: found nothing, wanted an address like "mailto:you@example.org" or '
            '"https://www.example.org/about"',
            id="left-out",
        ),
    ],
)
def test_mistake_about_the_contact(complaints: Complaints, text: str, complaint: str) -> None:
    assert complaints(monitor=f'councils = "all"\n{text}', digests="") == [f"monitor.toml: {complaint}"]


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


# --- sources.toml ------------------------------------------------------------------------------------------

FEED = 'kind = "feed"\nurl = "https://x.example.org/feed"\n'
EACH = 'kind = "feed"\neach_council = true\n'
DURATION = 'a length of time like "30s", "10m", "12h" or "1d"'
URL = 'a web address like "https://www.example.org/news"'
FEED_KEYS = "council, each_council, enabled, full_text, interval, kind, name, pause, query, url"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            'kind = "rss"\nurl = 5',
            'kind: found "rss", wanted "feed" or "page" or "ofsted-reports" or "ofsted-search" or "moderngov"',
            id="kind-unknown",
        ),
        pytest.param('kind = "feed"', f"url: found nothing, wanted {URL}", id="url-left-out"),
        pytest.param(
            'kind = "feed"\nurl = "www.example.org/feed"',
            f'url: found "www.example.org/feed", wanted {URL} (did you mean "https://www.example.org/feed"?)',
            id="url-without-scheme",
        ),
        pytest.param(
            'kind = "feed"\nurl = "https://me:hidden@example.org/feed"',
            f"url: found an address with a user name or password (not shown), wanted {URL}",
            id="url-with-password",
        ),
        pytest.param(FEED + 'interval = "soon"', f'interval: found "soon", wanted {DURATION}', id="interval-in-words"),
        pytest.param(FEED + 'pause = "-1s"', f'pause: found "-1s", wanted {DURATION}', id="pause-negative"),
        pytest.param(
            FEED + 'enabled = "no"', 'enabled: found "no", wanted true or false, without quotes', id="truth-quoted"
        ),
        pytest.param(
            FEED + 'council = "Devn"',
            'council: found "Devn", wanted the short name of a council, like "Devon" (did you mean "Devon"?)',
            id="council-misspelt",
        ),
        pytest.param(
            FEED + 'item = "article"',
            f'item: found an unknown key, wanted a key of kind feed: {FEED_KEYS} (only for kind = "page")',
            id="key-of-another-kind",
        ),
        pytest.param(
            FEED + 'interva = "1h"',
            f'interva: found an unknown key, wanted a key of kind feed: {FEED_KEYS} (did you mean "interval"?)',
            id="key-misspelt",
        ),
        pytest.param(
            FEED + 'query = "x"',
            "query: found it without each_council, wanted each_council = true beside it",
            id="query-for-nobody",
        ),
        pytest.param(
            'kind = "feed"\nurl = "https://x.example.org/{council}"',
            'url: found "https://x.example.org/{council}", wanted an address without {…}, or each_council = true',
            id="place-for-nobody",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/feed"',
            'url: found "https://x.example.org/feed", wanted an address with {query} or {council} in it',
            id="each-council-without-a-place",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{council}/{town}"',
            'url: found "https://x.example.org/{council}/{town}", wanted no other places to fill than {query} and '
            "{council}",
            id="place-unknown",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{query}"',
            "query: found nothing, wanted a query, for url has {query}",
            id="query-left-out",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{council}"\nquery = "x"',
            "query: found it without {query} in url, wanted {query} in url",
            id="query-without-a-place",
        ),
        pytest.param(
            EACH + 'url = "https://x.example.org/{council}"\ncouncil = "Devon"',
            "council: found it beside each_council, wanted one of the two",
            id="one-council-and-each",
        ),
        pytest.param(
            'kind = "page"\nurl = "https://x.example.org/news"',
            'item: found nothing, wanted a CSS selector like "article h2 a"',
            id="page-without-item",
        ),
        pytest.param(
            'kind = "page"\nurl = "https://x.example.org/news"\nitem = "li["\nlink = 1',
            'item: found "li[", wanted a CSS selector like "article h2 a"\n'
            'link: found 1, wanted a CSS selector like "article h2 a"',
            id="selector-unreadable",
        ),
        pytest.param(
            'kind = "ofsted-reports"\nurl = "https://reports.ofsted.gov.uk"',
            "url: found an unknown key, wanted a key of kind ofsted-reports: base_url, enabled, interval, kind, "
            'name, pause (for kind = "ofsted-reports" and "ofsted-search" it is base_url)',
            id="url-for-ofsted",
        ),
        pytest.param(
            'kind = "moderngov"\nurl = "https://x.example.org/mgRss.aspx?XXR=0"',
            'url: found "https://x.example.org/mgRss.aspx?XXR=0", wanted the address of the committee site itself, '
            'without a page (did you mean "https://x.example.org"?)',
            id="page-of-a-committee-site",
        ),
    ],
)
def test_mistake_in_a_source(complaints: Complaints, text: str, complaint: str) -> None:
    told = complaints(sources=f'[[source]]\nname = "Town"\n{text}')
    assert told == [f'sources.toml: source 1 ("Town"): {one}' for one in complaint.split("\n")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            f'[[source]]\nname = "A"\n{FEED}[[source]]\nname = "A"\n{FEED}',
            'source 2 ("A"): name: found "A", wanted a name no other source has (so has sources.toml: source 1 ("A"))',
            id="two-of-a-name",
        ),
        pytest.param(
            f'[[source]]\nname = "R: Kent"\n{FEED}[[source]]\nname = "R"\nkind = "ofsted-reports"',
            'source 2 ("R"): name: found "R: Kent", wanted a name no other source has '
            '(so has sources.toml: source 1 ("R: Kent"))',
            id="name-of-one-council's-part",
        ),
        pytest.param(
            f"[[source]]\n{FEED}",
            'source 1: name: found nothing, wanted text on one line, in quotes: "…"',
            id="no-name",
        ),
        pytest.param(
            f'[[source]]\nname = "a\\u0007b"\n{FEED}',
            'source 1 ("a\\u0007b"): name: found "a\\u0007b", wanted text on one line, in quotes: "…"',
            id="bell-in-a-name",
        ),
        pytest.param(
            '[source]\nname = "A"',
            "source: found a table, wanted tables that begin with [[source]]",
            id="single-brackets",
        ),
        pytest.param(
            'source = ["A"]', 'source 1: found "A", wanted tables that begin with [[source]]', id="no-tables-at-all"
        ),
        pytest.param(
            "[[sources]]",
            'sources: found an unknown key, wanted a key: source (did you mean "source"?)',
            id="table-misspelt",
        ),
    ],
)
def test_mistake_in_sources_toml(complaints: Complaints, text: str, complaint: str) -> None:
    assert complaints(sources=text) == [f"sources.toml: {complaint}"]


# --- themes.toml -------------------------------------------------------------------------------------------

THEME = '[[theme]]\nid = "a"\ntitle = "A"\ncovers = "x"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            '[[theme]]\nid = "Work Force"\ntitle = "A"\ncovers = "x"\nconcern = ["y"]',
            'theme 1 ("Work Force"): id: found "Work Force", wanted an id in small letters, digits and hyphens, like '
            '"workforce-stability"',
            id="id-with-capitals",
        ),
        pytest.param(
            2 * (THEME + 'concern = ["y"]\n'),
            'theme 2 ("a"): id: found "a", wanted an id no other theme has',
            id="two-of-an-id",
        ),
        pytest.param(
            THEME,
            'theme 1 ("a"): concern: found nothing, wanted example sentences, here or under progress',
            id="no-examples",
        ),
        pytest.param(
            THEME + "concern = [3]",
            'theme 1 ("a"): concern: found 3, wanted text, in quotes: "…"',
            id="example-a-number",
        ),
        pytest.param(
            '[[theme]]\nid = "a"\ntitle = "A"\nconcern = ["y"]',
            'theme 1 ("a"): covers: found nothing, wanted text, in quotes: "…"',
            id="covers-left-out",
        ),
        pytest.param(
            THEME + 'concerns = ["y"]\nprogress = ["z"]',
            'theme 1 ("a"): concerns: found an unknown key, wanted a key: concern, covers, excludes, id, neutral, '
            "progress, title "
            '(did you mean "concern"?)',
            id="key-misspelt",
        ),
    ],
)
def test_mistake_in_themes_toml(complaints: Complaints, text: str, complaint: str) -> None:
    assert complaints(themes=text) == [f"themes.toml: {complaint}"]


# --- digests.toml ------------------------------------------------------------------------------------------

TO = 'to = [ { channel = "folder" } ]\n'
REASONS = "report-published, judgement-changed, priority-action, delivery-given-up"
ON = 'on = ["report-published"]\n'
WHEN = 'schedule = "30 7 * * mon-fri"\n'
CRON = 'a cron schedule of five fields like "30 7 * * mon-fri"'
DIGEST_KEYS = (
    "councils, events, include, kinds, min_relevance, most_stories, name, polarity, regions, schedule, themes, to, "
    "when_empty"
)
ALERT_KEYS = "councils, events, name, on, quiet_hours, quiet_weekends, regions, to"
REGIONS = (
    "East Midlands, East of England, London, North East, North West, South East, South West, West Midlands, "
    "Yorkshire and The Humber"
)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(TO, f"schedule: found nothing, wanted {CRON}", id="schedule-left-out"),
        pytest.param(
            TO + 'schedule = "daily"',
            f'schedule: found "daily", wanted {CRON} (minute, hour, day of month, month, day of week)',
            id="schedule-in-words",
        ),
        pytest.param(
            TO + 'schedule = "0 30 7 * * *"',
            f'schedule: found "0 30 7 * * *", wanted {CRON} (minute, hour, day of month, month, day of week)',
            id="schedule-with-seconds",
        ),
        pytest.param(
            TO + 'schedule = "30 25 * * *"',
            f'schedule: found "30 25 * * *", wanted {CRON} (its hour cannot be met)',
            id="hour-25",
        ),
        pytest.param(
            TO + 'schedule = "0 7 31 2 *"',
            f'schedule: found "0 7 31 2 *", wanted {CRON} (its day-of-month cannot be met)',
            id="31-february",
        ),
        pytest.param(
            TO + f'schedule = "{"1" * 5000} 7 * * *"',
            f'schedule: found "{"1" * 79}…", wanted {CRON} (its number cannot be met)',
            id="number-without-end",
        ),
        pytest.param(
            TO + WHEN + "min_relevance = 50",
            "min_relevance: found 50, wanted a number from 0 to 1",
            id="relevance-in-percent",
        ),
        pytest.param(
            TO + WHEN + "min_relevance = nan",
            "min_relevance: found nan, wanted a number from 0 to 1",
            id="relevance-nan",
        ),
        pytest.param(
            TO + WHEN + 'include = ["new"]',
            'include: found "new", wanted "inspections" or "news" (did you mean "news"?)',
            id="include-misspelt",
        ),
        pytest.param(
            TO + WHEN + "include = []",
            "include: found an empty list, wanted at least one value, or no such key",
            id="include-nothing",
        ),
        pytest.param(
            TO + WHEN + 'when_empty = "sent"',
            'when_empty: found "sent", wanted "skip" or "send" (did you mean "send"?)',
            id="when-empty-misspelt",
        ),
        pytest.param(
            TO + WHEN + 'themes = ["permanance"]',
            'themes: found "permanance", wanted the id of a theme in themes.toml (did you mean "permanence"?)',
            id="theme-misspelt",
        ),
        pytest.param(
            TO + WHEN + 'councils = ["Essex"]',
            'councils: found "Essex", wanted a council you follow (add "Essex" to councils in monitor.toml)',
            id="council-not-followed",
        ),
        pytest.param(
            TO + WHEN + 'regions = ["South Wset"]',
            f'regions: found "South Wset", wanted one of the regions {REGIONS} (did you mean "South West"?)',
            id="region-misspelt",
        ),
        pytest.param(
            TO + WHEN + 'regions = ["London"]',
            'regions: found "London", wanted a region of a council you follow '
            "(add its councils to councils in monitor.toml)",
            id="region-not-followed",
        ),
        pytest.param(
            TO + WHEN + 'regions = "South West"',
            'regions: found "South West", wanted a list: [ … ]',
            id="region-without-brackets",
        ),
        pytest.param(
            TO + WHEN + 'polarity = ["concerns"]',
            'polarity: found "concerns", wanted "concern" or "progress" (did you mean "concern"?)',
            id="polarity-misspelt",
        ),
        pytest.param(
            TO + WHEN + 'events = ["full-inspections"]',
            'events: found "full-inspections", wanted "full-inspection" or "focused-visit" or "monitoring-visit" or '
            '"jtai" or "area-send" or "council-response" or "other" (did you mean "full-inspection"?)',
            id="event-misspelt",
        ),
        pytest.param(
            TO + WHEN + 'kinds = ["ofsted-search"]',
            'kinds: found "ofsted-search", wanted "feed" or "page" or "ofsted-reports" or "moderngov"',
            id="kind-that-brings-no-items",
        ),
        pytest.param(
            TO + WHEN + 'kinds = ["feed"]\ninclude = ["inspections"]',
            'kinds: found no kind that brings reports, wanted "ofsted-reports", for include names no news',
            id="reports-from-feeds",
        ),
        pytest.param(
            TO + WHEN + 'kinds = ["ofsted-reports"]\ninclude = ["news"]',
            "kinds: found no kind that brings news, wanted another kind too, for include names no inspections",
            id="news-from-ofsted",
        ),
        pytest.param(
            TO + WHEN + "most_stories = 41",
            "most_stories: found 41, wanted a whole number from 1 to 40",
            id="too-many-stories",
        ),
        pytest.param(
            TO + WHEN + 'quiet_hours = "22:00-07:00"',
            f"quiet_hours: found an unknown key, wanted a key of a digest: {DIGEST_KEYS} (only for an alert)",
            id="quiet-hours-for-a-digest",
        ),
        pytest.param(
            TO + WHEN + 'on = ["report-published"]',
            f"on: found an unknown key, wanted a key of a digest: {DIGEST_KEYS} (only for an alert)",
            id="reasons-for-a-digest",
        ),
        pytest.param(WHEN, 'to: found nobody, wanted a list like [ { channel = "folder" } ]', id="to-left-out"),
        pytest.param(
            WHEN + "to = []", 'to: found nobody, wanted a list like [ { channel = "folder" } ]', id="to-nobody"
        ),
        pytest.param(
            WHEN + 'to = "folder"',
            'to: found "folder", wanted a list like [ { channel = "folder" } ]',
            id="to-without-brackets",
        ),
        pytest.param(
            WHEN + 'to = ["folder"]',
            'to 1: found "folder", wanted a list like [ { channel = "folder" } ]',
            id="to-without-braces",
        ),
        pytest.param(
            TO + WHEN + 'councils = "Devon"',
            'councils: found "Devon", wanted a list: [ … ]',
            id="council-without-brackets",
        ),
        pytest.param(
            WHEN + 'to = [ { channel = "foldr" } ]',
            'to 1: channel: found "foldr", wanted the name of a channel in monitor.toml: '
            '"folder" or "mail" (did you mean "folder"?)',
            id="channel-misspelt",
        ),
        pytest.param(
            WHEN + 'to = [ { channel = "slack" } ]',
            'to 1: channel: found "slack", wanted the name of a channel in monitor.toml: "folder" or "mail" '
            '(a channel with a "#" before its lines is switched off there)',
            id="channel-switched-off",
        ),
        pytest.param(
            WHEN + 'to = [ { channel = "mail" } ]',
            'to 1: address: found nothing, wanted an e-mail address, for "mail" sends e-mail',
            id="address-left-out",
        ),
        pytest.param(
            WHEN + 'to = [ { channel = "folder", address = "dcs@example.org" } ]',
            'to 1: address: found an address, wanted none, for "folder" is not e-mail',
            id="address-for-a-folder",
        ),
        pytest.param(
            WHEN + 'to = [ { channel = "mail", address = "hidden example.org" } ]',
            'to 1: address: found something else (not shown), wanted an e-mail address like "office@example.org"',
            id="address-misspelt",
        ),
        pytest.param(
            WHEN + 'to = [ { channel = "folder" }, { channel = "folder" } ]',
            "to 2: channel: found a recipient named before, wanted each recipient once",
            id="recipient-twice",
        ),
        pytest.param(
            WHEN + 'to = [ { channel = "folder", adress = 1 } ]',
            "to 1: adress: found an unknown key, wanted a key of a recipient: address, channel "
            '(did you mean "address"?)',
            id="recipient's-key-misspelt",
        ),
    ],
)
def test_mistake_in_a_digest(complaints: Complaints, text: str, complaint: str) -> None:
    told = complaints(digests=f'[[digest]]\nname = "daily"\n{text}')
    assert told == [f'digests.toml: digest 1 ("daily"): {complaint}']


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            TO,
            f"on: found nothing, wanted a list of {REASONS}",
            id="reasons-left-out",
        ),
        pytest.param(
            TO + "on = []",
            f"on: found nothing, wanted a list of {REASONS}",
            id="no-reasons",
        ),
        pytest.param(
            TO + 'on = ["judgment-changed"]',
            'on: found "judgment-changed", wanted "report-published" or "judgement-changed" or "priority-action" '
            'or "delivery-given-up" (did you mean "judgement-changed"?)',
            id="reason-misspelt",
        ),
        pytest.param(
            TO + 'on = ["report-published"]\n' + WHEN,
            f"schedule: found an unknown key, wanted a key of an alert: {ALERT_KEYS} (only for a digest)",
            id="schedule-for-an-alert",
        ),
        pytest.param(
            TO + ON + 'quiet_hours = "22-7"',
            'quiet_hours: found "22-7", wanted two different times of day like "22:00-07:00" '
            '(did you mean "22:00-07:00"?)',
            id="quiet-hours-in-short",
        ),
        pytest.param(
            TO + ON + 'quiet_hours = "25:00-07:00"',
            'quiet_hours: found "25:00-07:00", wanted two different times of day like "22:00-07:00"',
            id="quiet-hours-that-no-clock-shows",
        ),
        pytest.param(
            TO + ON + 'quiet_hours = "07:00-07:00"',
            'quiet_hours: found "07:00-07:00", wanted two different times of day like "22:00-07:00"',
            id="quiet-all-day",
        ),
        pytest.param(
            TO + ON + 'quiet_weekends = "yes"',
            'quiet_weekends: found "yes", wanted true or false, without quotes',
            id="quiet-weekends-in-words",
        ),
        pytest.param(
            TO + ON + 'events = ["council-response"]',
            'events: found "council-response", wanted "full-inspection" or "focused-visit" or "monitoring-visit" or '
            '"jtai" or "area-send" or "other"',
            id="event-of-which-there-are-no-reports",
        ),
        pytest.param(
            TO + ON + 'polarity = ["concern"]',
            f"polarity: found an unknown key, wanted a key of an alert: {ALERT_KEYS} (only for a digest)",
            id="polarity-for-an-alert",
        ),
    ],
)
def test_mistake_in_an_alert(complaints: Complaints, text: str, complaint: str) -> None:
    told = complaints(digests=f'[[alert]]\nname = "now"\n{text}')
    assert told == [f'digests.toml: alert 1 ("now"): {complaint}']


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            f'[[digest]]\nname = "now"\n{TO}{WHEN}[[alert]]\nname = "Now"\n{TO}on = ["report-published"]',
            'alert 1 ("Now"): name: found "Now", wanted a name no other digest or alert has '
            '(so has digests.toml: digest 1 ("now"))',
            id="two-of-a-name",
        ),
        pytest.param(
            f'[[digest]]\nname = "../now"\n{TO}{WHEN}',
            'digest 1 ("../now"): name: found "../now", wanted a name of up to 60 letters, digits, hyphens and '
            'spaces, like "weekday-briefing"',
            id="name-that-leaves-the-folder",
        ),
    ],
)
def test_mistake_in_the_name_of_a_subscription(complaints: Complaints, text: str, complaint: str) -> None:
    assert complaints(digests=text) == [f"digests.toml: {complaint}"]


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(
            b'[[source]]\nname = "A\n',
            "sources.toml: line 2, column 10: found text that is not TOML, wanted TOML",
            id="quote-left-open",
        ),
        pytest.param(
            b"[[source]]\nname = ",
            "sources.toml: line 2, column 8: found text that is not TOML, wanted TOML",
            id="cut-off",
        ),
        pytest.param(
            b'[[source]]\nname = "Caf\xe9"\n',
            "sources.toml: line 2: found text in another encoding, wanted UTF-8",
            id="saved-as-windows-1252",
        ),
    ],
)
def test_file_that_cannot_be_read_is_named_with_the_line(
    complaints: Complaints, content: bytes, complaint: str
) -> None:
    told = complaints(sources=content)
    assert [one.partition(" (")[0] for one in told] == [complaint]  # the reason is the parser's, and changes


def test_file_that_is_missing_is_named_with_its_place(complaints: Complaints, tmp_path: Path) -> None:
    path = tmp_path / "config" / "themes.toml"
    hint = "copy it from the config directory that comes with the monitor, or name another with --config"
    assert complaints(themes=None) == [f"themes.toml: found no such file, wanted {path} ({hint})"]


def test_file_that_is_a_directory_is_told(complaints: Complaints, tmp_path: Path) -> None:
    (tmp_path / "config" / "themes.toml").mkdir(parents=True)
    told = complaints(themes=None)
    assert told == [
        "themes.toml: found a file that cannot be read: Is a directory, wanted a file this account may read"
    ]


def test_directory_that_is_missing_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        load_config(tmp_path / "none", state=tmp_path, environ={})
    hint = "name the directory that holds monitor.toml with --config"
    assert str(told.value) == f"{tmp_path / 'none'}: found no such directory, wanted one ({hint})"


def test_file_in_place_of_the_directory_is_told_with_the_directory(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text("")
    with pytest.raises(ConfigError) as told:
        load_config(file, state=tmp_path, environ={})
    assert str(told.value) == f"{file}: found a file, wanted the directory it lies in (--config {tmp_path})"


def test_mistakes_in_all_four_files_are_told_at_once(complaints: Complaints) -> None:
    told = complaints(
        monitor='councils = ["Devon"]\ncontact = ""',
        sources='[[source]]\nname = "A"\nkind = "feed"\nurl = "nowhere"\ninterval = "often"',
        themes='[[theme]]\nid = "a"\ntitle = "A"\ncovers = "x"',
        digests='[[digest]]\nname = "daily"\nto = [ { channel = "folder" } ]',
    )
    places = [line.partition(": found ")[0] for line in told]
    assert places == [
        "monitor.toml: contact",
        'sources.toml: source 1 ("A"): interval',
        'sources.toml: source 1 ("A"): url',
        'themes.toml: theme 1 ("a"): concern',
        'digests.toml: digest 1 ("daily"): to 1: channel',
        'digests.toml: digest 1 ("daily"): schedule',
    ]


@pytest.mark.parametrize("content", [None, "councils = ["], ids=["missing", "unreadable"])
@pytest.mark.parametrize("file", ["monitor", "themes"])
def test_names_are_not_held_against_a_file_that_could_not_be_read(
    complaints: Complaints, file: str, content: str | None
) -> None:
    digests = """
        [[digest]]
        name = "daily"
        schedule = "0 7 * * *"
        councils = ["Devon"]
        themes = ["permanence"]
        to = [ { channel = "folder" } ]
        """
    told = complaints(**{file: content, "digests": digests})
    assert [line.partition(".toml")[0] for line in told] == [file]


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


def test_two_addresses_that_cannot_be_read_are_not_called_the_same(complaints: Complaints) -> None:
    told = complaints(
        digests="""
        [[digest]]
        name = "daily"
        schedule = "0 7 * * *"
        to = [ { channel = "mail", address = "a" }, { channel = "mail", address = "b" } ]
        """
    )
    places = [line.partition(": found")[0] for line in told]
    assert places == [f'digests.toml: digest 1 ("daily"): to {number}: address' for number in (1, 2)]
