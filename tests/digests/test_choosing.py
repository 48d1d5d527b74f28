"""A digest takes what its readers asked for, and says why it does not take the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import digests
from monitor.model import AlertReason, Event, Polarity, SourceKind, SourceState, SubscriptionKind
from monitor.origins import Origins, kinds_of, origins

HERE = Origins(kinds={"Wexmoor Gazette": SourceKind.FEED})
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "labels", "why_not"),
    [
        pytest.param({}, {}, "", id="about a council of the reader's"),
        pytest.param({}, {"councils": ("Sedgeholm", "Averton")}, "", id="about two, one of them the reader's"),
        pytest.param({}, {"councils": ("Sedgeholm",)}, "it is about Sedgeholm", id="about another council"),
        pytest.param({}, {"councils": ()}, "it is about no council", id="about no council"),
        pytest.param({}, {"relevance": 0.49}, "its relevance 0.49 is below 0.5", id="hardly relevant"),
        pytest.param({"min_relevance": 0.9}, {"relevance": 0.9}, "", id="just as relevant as asked for"),
        pytest.param({"news": False}, {}, "it is news, and only inspections are included", id="only inspections"),
        pytest.param({"inspections": False}, {}, "", id="only news"),
        pytest.param({"events": (Event.OTHER,)}, {"event": Event.OTHER}, "", id="of an event asked for"),
        pytest.param({"events": (Event.JTAI,)}, {"event": Event.OTHER}, "its event is other", id="of another event"),
        pytest.param({"events": (Event.JTAI,)}, {"event": None}, "its event is none", id="of no event"),
    ],
)
def test_news_is_taken_or_refused_with_the_reason(subscription, one, asked, labels, why_not):
    found = one(labels=labels)
    assert digests.refusal(found.item, found.classification, subscription(**asked), HERE) == why_not


@pytest.mark.parametrize(
    ("item", "why_not"),
    [
        pytest.param({"is_report": True}, "", id="a report"),
        pytest.param({}, "an alert tells of Ofsted's reports, and this is none", id="news"),
        pytest.param(
            {"is_report": True, "from_first_check": True},
            "it was there already when its source was first checked",
            id="a report of the past",
        ),
    ],
)
def test_an_alert_takes_new_reports_and_nothing_else(subscription, one, item, why_not):
    found = one(**item)
    asked = subscription(kind=SubscriptionKind.ALERT, on=(AlertReason.REPORT_PUBLISHED,))
    assert digests.refusal(found.item, found.classification, asked, HERE) == why_not


@pytest.mark.parametrize(
    ("wanted", "themes", "why_not"),
    [
        pytest.param(("permanence",), ("permanence", "caseloads"), "", id="one of its themes is asked for"),
        pytest.param(
            ("permanence",), ("caseloads", "assessment"), "its themes are assessment, caseloads", id="none is"
        ),
        pytest.param(("permanence",), (), "its themes are none", id="it has none"),
        pytest.param((), (), "", id="none in particular are asked for"),
    ],
)
def test_news_is_chosen_by_theme(subscription, one, wanted, themes, why_not):
    found = one(*themes)
    assert digests.refusal(found.item, found.classification, subscription(themes=wanted), HERE) == why_not


@pytest.mark.parametrize(
    ("wanted", "themes", "told", "why_not"),
    [
        pytest.param("concern", (), {"permanence": "concern"}, "", id="a theme is told as it"),
        pytest.param("progress", (), {"permanence": "both"}, "", id="a theme is told as both"),
        pytest.param(
            "progress",
            (),
            {"permanence": "concern"},
            "it tells permanence as concern, and only progress is asked for",
            id="none is",
        ),
        pytest.param("concern", (), {}, "it tells no theme, and only concern is asked for", id="it has no theme"),
        pytest.param(
            "concern",
            ("caseloads",),
            {"caseloads": "progress", "permanence": "concern"},
            "it tells caseloads as progress, and only concern is asked for",
            id="only one not asked for is",
        ),
    ],
)
def test_news_is_chosen_by_how_it_tells_its_themes(
    subscription, one, make_classification, wanted, themes, told, why_not
):
    labels = tuple(replace(label, polarity=Polarity(told[label.theme])) for label in make_classification(*told).themes)
    found = one(labels={"themes": labels})
    asked = subscription(themes=themes, polarities=(Polarity(wanted),))
    assert digests.refusal(found.item, found.classification, asked, HERE) == why_not


@pytest.mark.parametrize(
    ("wanted", "item", "why_not"),
    [
        pytest.param("feed", {}, "", id="the kind its source is of"),
        pytest.param("moderngov", {}, "it comes from a source of kind feed", id="another kind"),
        pytest.param("ofsted-reports", {"is_report": True, "source": "Gone"}, "", id="Ofsted's pages"),
        pytest.param("feed", {"is_report": True}, "it comes from a source of kind ofsted-reports", id="other pages"),
    ],
)
def test_an_item_is_chosen_by_the_kind_of_its_source(subscription, one, make_source, wanted, item, why_not):
    found = one(**item)
    here = Origins(kinds=kinds_of([make_source()], {}))
    asked = subscription(source_kinds=(SourceKind(wanted),))
    assert digests.refusal(found.item, found.classification, asked, here) == why_not


GONE = "its source, Evil Echo, is not in sources.toml any more"


@pytest.mark.parametrize(
    ("there", "item", "why_not"),
    [
        pytest.param({}, {"source": "Evil Echo"}, GONE, id="news of one that was taken out"),
        pytest.param({"shown": "Gazette"}, {"source": "Evil Echo"}, "", id="news that another shows too"),
        pytest.param({"shown": "Evil Post"}, {"source": "Evil Echo"}, GONE, id="that another shows which went too"),
        pytest.param({"url": "https://gazette.example.org/rss"}, {"source": "Evil Echo"}, "", id="of a renamed one"),
        pytest.param({"url": "https://evil.example.org/rss"}, {"source": "Evil Echo"}, GONE, id="of another address"),
        pytest.param({}, {"source": "Evil Echo", "is_report": True}, "", id="an Ofsted report, whoever looked"),
        pytest.param({}, {"source": ""}, "", id="what came from a file"),
    ],
)
def test_news_of_a_source_that_was_taken_out_is_told_no_more_and_of_one_that_was_renamed_is(
    subscription, one, window, make_source, there, item, why_not
):
    found = one(**item)
    states = {"Evil Echo": SourceState(name="Evil Echo", url=there.get("url", ""))}

    def shown_by(items, names):
        return {number: there["shown"] for number in items if there.get("shown") in names}

    here = origins([found], kinds_of([make_source(name="Gazette")], states), shown_by)
    assert digests.refusal(found.item, found.classification, subscription(), here) == why_not
    assert digests.choose([found], subscription(), window, here) == ([] if why_not else [found])
    assert digests.dropped([found], subscription(), window, here) == ([found.item] if why_not else [])


def test_what_no_digest_would_take_anyway_is_not_said_to_be_lost_with_its_source(subscription, one, window):
    elsewhere = one(source="Evil Echo", labels={"councils": ("Sedgeholm",)})
    old = one(source="Evil Echo", from_first_check=True, published=datetime(2019, 1, 1, tzinfo=UTC))
    assert digests.dropped([elsewhere, old], subscription(), window, HERE) == []


@pytest.mark.parametrize(
    ("asked", "why_not"),
    [
        pytest.param({"themes": ("permanence",), "min_relevance": 1.0, "news": False}, "", id="whatever its themes"),
        pytest.param({"polarities": (Polarity.PROGRESS,)}, "", id="whatever they are told as"),
        pytest.param({"events": (Event.JTAI,)}, "its event is full-inspection", id="unless of another event"),
        pytest.param(
            {"inspections": False}, "it is an Ofsted report, and only news are included", id="unless not asked for"
        ),
    ],
)
def test_a_report_on_a_readers_council_is_always_taken(subscription, report, asked, why_not):
    found = report()
    assert digests.refusal(found.item, found.classification, subscription(**asked), HERE) == why_not


@pytest.mark.parametrize(
    ("published", "is_date", "is_told"),
    [
        pytest.param("2026-06-16T06:30", False, True, id="at the window's first moment"),
        pytest.param("2026-06-16T06:29", False, False, id="before the window"),
        pytest.param("2026-06-17T06:30", False, False, id="after its end"),
        pytest.param(None, False, False, id="nobody knows when"),
        pytest.param("2026-06-15T23:00", True, True, id="on the day the window began, no time given"),
        pytest.param("2026-06-14T23:00", True, False, id="the day before"),
    ],
)
def test_of_what_a_new_source_already_showed_only_what_was_published_within_the_window_is_told(
    subscription, one, window, published, is_date, is_told
):
    when = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    found = one(from_first_check=True, published=when, published_is_date=is_date)
    assert digests.choose([found], subscription(), window, HERE) == ([found] if is_told else [])


@pytest.mark.parametrize(("age", "is_told"), [(20 * HOUR, True), (30 * HOUR, False)], ids=["that day", "before it"])
def test_what_a_new_source_showed_just_before_the_slot_is_measured_by_when_it_came(
    subscription, one, window, age, is_told
):
    """It was not ready for the digest it came too late for, and was not published within the window of the next."""
    arrived = window.start - timedelta(minutes=1)
    found = one(from_first_check=True, first_seen=arrived, published=arrived - age)
    assert digests.choose([found], subscription(), window, HERE) == ([found] if is_told else [])


def test_what_comes_later_is_told_whatever_date_it_shows(subscription, one, window):
    found = one(published=datetime(2019, 1, 1, tzinfo=UTC))
    assert digests.choose([found], subscription(), window, HERE) == [found]
