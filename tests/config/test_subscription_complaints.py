"""Every mistake in digests.toml is told once, with the digest or alert that it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Complaints = Callable[..., list[str]]

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
            WHEN
            + """to = [
              { channel = "mail", address = "office@example.org" },
              { channel = "mail", address = "Office@Example.org" },
            ]""",
            "to 2: channel: found a recipient named before, wanted each recipient once",
            id="mailbox-twice",
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
