"""Every mistake in monitor.toml, its channels aside, is told once: the key, what was found and what is wanted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Complaints = Callable[..., list[str]]

EMAIL = '[channels.post]\nkind = "email"\nfrom = "m@example.org"\n'
NOTIFY = '[channels.notify]\nkind = "notify"\n'


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
            'councils: found "Southwest", wanted one of the regions East Midlands, East of England, London, '
            "North East, North West, South East, South West, West Midlands, Yorkshire and The Humber "
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


@pytest.mark.parametrize(
    "text",
    [
        '[public]\nurl = "https://name:hunter2@monitor.example.org"',
        EMAIL + 'host = "name:hunter2@smtp.example.org"',
        EMAIL + 'unsubscribe = "http://name:hunter2@example.org"',
        NOTIFY + 'base_url = "https://name:hunter2@example.org"',
    ],
    ids=["public", "mail-server", "unsubscribe", "notify"],
)
def test_a_password_in_an_address_is_never_shown(complaints: Complaints, text: str) -> None:
    told = "\n".join(complaints(monitor=f'councils = ["Devon"]\ncontact = "mailto:you@example.org"\n{text}'))
    assert "an address with a user name or password (not shown)" in told
    assert "hunter2" not in told
