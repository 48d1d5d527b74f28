from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from render_examples import LONDON, item

from monitor.render.words import (
    bounded,
    councils_listed,
    counted,
    days,
    days_in_words,
    item_date,
    listed,
    ordinal,
    plain,
    source_of,
    unquoted,
    web_link,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("two\r\n lines\tand  more", "two lines and more", id="line breaks and tabs become a space"),
        pytest.param("a\x00b\x1b[31mc\x7f", "ab[31mc", id="control characters go"),
        pytest.param("safe\u202egnp.exe\u2066\u200f", "safegnp.exe", id="bidi overrides go"),
        pytest.param("a\ud800b", "ab", id="a lone surrogate goes"),
        pytest.param("zero\u200bwidth\ufeff\u00ad", "zerowidth", id="invisible characters go"),
        pytest.param(
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
            id="an emoji family stays whole",
        ),
        pytest.param("Ynys Môn – “naïve”", "Ynys Môn – “naïve”", id="accents, dashes and quotes stay"),
        pytest.param("\U0001f3f4\U000e0067\U000e0062", "\U0001f3f4", id="tag characters, which can hide text, go"),
        pytest.param("", "", id="nothing stays nothing"),
    ],
)
def test_text_from_outside_is_one_clean_line(text, shown):
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        pytest.param("short", 5, "short", id="what fits is not touched"),
        pytest.param("one two three", 12, "one two…", id="cut after a word"),
        pytest.param("a" * 20, 10, "a" * 9 + "…", id="a word without end is cut anyway"),
        pytest.param("one two, three", 10, "one two…", id="no comma before the ellipsis"),
    ],
)
def test_long_text_ends_with_an_ellipsis(text, limit, shown):
    assert bounded(text, limit) == shown


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example.org/x?y=1&z=2#f", "https://a.example.org/x?y=1&z=2#f"),
        ("HTTP://a.example.org:8080/", "http://a.example.org:8080/"),
        (" https://a.example.org/ ", "https://a.example.org/"),
        ("https://a.example.org/ä b|c>\"'", "https://a.example.org/%C3%A4%20b%7Cc%3E%22'"),
        ("https://a.example.org/100%25", "https://a.example.org/100%25"),
        ("ht\ntps://a.example.org/", "https://a.example.org/"),
        ("javascript:alert(1)", ""),
        ("java\tscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@example.org", ""),
        ("//a.example.org/x", ""),
        ("https://", ""),
        ("https://good.example.org@bad.example.com/", ""),
        ("https://exаmple.org/", ""),  # a Cyrillic а
        ("https://[::1/", ""),
        ("https://.example.org/", ""),
        ("https://a.example.org/" + "x" * 2000, ""),
        ("", ""),
    ],
)
def test_only_plain_web_addresses_become_links(url, link):
    assert web_link(url) == link


@pytest.mark.parametrize(
    ("names", "at_most", "words"),
    [
        ((), 1, "no council"),
        (("Devon",), 1, "Devon"),
        (("Devon", "Kent"), 1, "Devon and Kent"),
        (("Devon", "Kent", "Surrey", "Hull"), 1, "Devon and 3 more councils"),
        (("Devon", "Kent", "Surrey", "Hull"), 2, "Devon, Kent and 2 more councils"),
    ],
)
def test_long_lists_of_councils_are_counted(names, at_most, words):
    assert councils_listed(names, at_most=at_most) == words


def test_counts_and_lists_read_as_english():
    assert counted(1, "story", "stories") == "1 story"
    assert counted(1200, "story", "stories") == "1,200 stories"
    assert listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, None, ""),
        (date(2026, 5, 11), None, "11 May 2026"),
        (None, date(2026, 5, 22), "22 May 2026"),
        (date(2026, 5, 11), date(2026, 5, 11), "11 May 2026"),
        (date(2026, 5, 11), date(2026, 5, 22), "11 to 22 May 2026"),
        (date(2026, 4, 28), date(2026, 5, 9), "28 April to 9 May 2026"),
        (date(2025, 12, 15), date(2026, 1, 9), "15 December 2025 to 9 January 2026"),
    ],
)
def test_inspection_dates_are_said_once(start, end, words):
    assert days(start, end) == words


@pytest.mark.parametrize(
    ("number", "word"), [(1, "first"), (3, "third"), (10, "tenth"), (11, "number 11"), (0, "number 0")]
)
def test_visits_are_numbered_in_words_as_far_as_people_do(number, word):
    assert ordinal(number) == word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "inspection: 2026-05-01, not 2025-12-31", "inspection: 1 May 2026, not 31 December 2025", id="days"
        ),
        pytest.param("2026-13-01 and 12026-01-01", "2026-13-01 and 12026-01-01", id="what is no day stays"),
    ],
)
def test_days_within_a_text_are_written_as_people_write_them(text, words):
    assert days_in_words(text) == words


SUMMER_EVENING = datetime(2026, 6, 17, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "timezone", "words"),
    [
        pytest.param({"published": SUMMER_EVENING}, LONDON, "18 June 2026, 00:30", id="London summer time"),
        pytest.param(
            {"published": None, "first_seen": SUMMER_EVENING}, LONDON, "seen 18 June 2026", id="no date: when seen"
        ),
        pytest.param(
            {"published": datetime(2026, 6, 16, 23, 0, tzinfo=UTC), "published_is_date": True},
            LONDON,
            "17 June 2026",
            id="only a day is known: no made-up hour",
        ),
        pytest.param(
            {"published": datetime(2026, 6, 16, 23, 0, tzinfo=UTC), "published_is_date": True},
            ZoneInfo("America/New_York"),
            "17 June 2026",
            id="a day is London's day on any clock",
        ),
    ],
)
def test_item_is_dated_as_its_publisher_dated_it(changes, timezone, words):
    assert item_date(item(**changes), timezone) == words


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Wexmoor Echo feed"),
        ({"publisher": ""}, "Wexmoor Echo feed"),
        ({"publisher": "Moor FM"}, "Moor FM (via Wexmoor Echo feed)"),
        ({"publisher": "Moor FM", "source": ""}, "Moor FM"),
        ({"publisher": "", "source": ""}, "news.example.org"),
        ({"publisher": "", "source": "", "url": ""}, "unnamed source"),
    ],
)
def test_every_item_names_who_says_so(changes, name):
    assert source_of(item(**changes)) == name


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        pytest.param("“We rely on agency staff.”", "We rely on agency staff.", id="a whole quotation"),
        pytest.param("“We rely on agency staff.", "We rely on agency staff.", id="one that goes on"),
        pytest.param("Leaders “know their service” well.", "Leaders ‘know their service’ well.", id="one inside"),
        pytest.param("“Good” is not “excellent”", "‘Good’ is not ‘excellent’", id="two of them"),
        pytest.param("Plans are clear.", "Plans are clear.", id="none"),
    ],
)
def test_sentence_set_as_a_quotation_has_no_marks_of_its_own_around_it(text, inner):
    assert unquoted(text) == inner
