"""A digest tells what its readers asked for, the most consequential first, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from report_examples import GOOD, INADEQUATE, REQUIRES, again, expectation
from report_examples import ready as ready_report
from report_examples import report as known

from monitor import digests, history
from monitor.model import (
    AlertReason,
    Event,
    Grade,
    Inspection,
    InspectionKind,
    ReadyItem,
    Recipient,
    SourceState,
    Subscription,
    SubscriptionKind,
    Telling,
    UpdateReason,
    Window,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def window(now):
    """The day up to now."""
    return Window(start=now - DAY, end=now)


@pytest.fixture
def subscription():
    def make(**changes):
        known = {
            "name": "briefing",
            "kind": SubscriptionKind.DIGEST,
            "to": (Recipient(channel="folder"),),
            "councils": ("Wexmoor", "Averton"),
        }
        return Subscription(**known | changes)

    return make


@pytest.fixture
def one(make_item, make_classification, now):
    """An item ready to be told; of a story of its own unless told otherwise."""
    numbers = iter(range(1, 1_000))

    def make(*themes, story=None, labels=None, inspection=None, **item):
        number = next(numbers)
        made = make_item(id=number, **{"first_seen": now - HOUR, "council": "Wexmoor"} | item)
        return ReadyItem(
            item=made,
            classification=make_classification(*themes, **labels or {}),
            story=story or number,
            ready_at=now - HOUR,
            inspection=inspection,
        )

    return make


@pytest.fixture
def report(one):
    """A report, with the facts read from it."""

    def make(inspection=None, council="Wexmoor", **changes):
        labels = {"councils": (council,), "event": Event.FULL_INSPECTION}
        return one(is_report=True, council=council, labels=labels, inspection=inspection, **changes)

    return make


@pytest.fixture
def compose(subscription, window, now):
    def make(*chosen, told_before=None, reports=(), expected=(), **asked):
        return digests.compose(
            chosen,
            subscription(**asked),
            window,
            slot="2026-06-17T07:30+01:00",
            now=now,
            told_before=told_before or {},
            reports=reports,
            expected=expected,
        )

    return make


def inspected(end: str, council: str = "Wexmoor", **judgements) -> Inspection:
    held = date.fromisoformat(end)
    return Inspection(council=council, kind=InspectionKind.ILACS, inspection_end=held, judgements=judgements)


def told(digest) -> list[str]:
    return [story.lead.item.title for story in digest.stories]


# --- who is told what ----------------------------------------------------------------------------------------


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
    ],
)
def test_news_is_taken_or_refused_with_the_reason(subscription, one, asked, labels, why_not):
    found = one(labels=labels)
    assert digests.refusal(found.item, found.classification, subscription(**asked)) == why_not


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
    assert digests.refusal(found.item, found.classification, asked) == why_not


def test_the_gravest_report_comes_first(compose, report):
    earlier = known("2023-03-01", overall=GOOD), known("2023-03-01", council="Averton", overall=REQUIRES)
    better = report(inspected("2026-05-01", "Averton", overall=GOOD), council="Averton", title="better")
    worse = report(inspected("2026-05-01", overall=INADEQUATE), title="worse")
    urgent = Inspection(council="Wexmoor", kind=InspectionKind.FOCUSED_VISIT, priority_action=True)
    found = compose(better, worse, report(urgent, title="urgent"), reports=earlier)
    assert told(found) == ["urgent", "worse", "better"]
    assert [news.title for news in found.inspections] == ["urgent", "worse", "better"]


def test_among_the_press_a_judgement_comes_first_and_the_worst_of_them(compose, one):
    judged = {"event": Event.FULL_INSPECTION}
    found = compose(
        one(title="a visit", labels={"event": Event.MONITORING_VISIT}),
        one(title="good", labels=judged | {"judgement": GOOD}),
        one(title="inadequate", labels=judged | {"judgement": INADEQUATE}),
    )
    assert told(found) == ["inadequate", "good", "a visit"]


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
    assert digests.refusal(found.item, found.classification, subscription(themes=wanted)) == why_not


@pytest.mark.parametrize(
    ("asked", "why_not"),
    [
        pytest.param({"themes": ("permanence",), "min_relevance": 1.0, "news": False}, "", id="whatever its themes"),
        pytest.param(
            {"inspections": False}, "it is an Ofsted report, and only news are included", id="unless not asked for"
        ),
    ],
)
def test_a_report_on_a_readers_council_is_always_taken(subscription, report, asked, why_not):
    found = report()
    assert digests.refusal(found.item, found.classification, subscription(**asked)) == why_not


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
    assert digests.choose([found], subscription(), window) == ([found] if is_told else [])


@pytest.mark.parametrize(("age", "is_told"), [(20 * HOUR, True), (30 * HOUR, False)], ids=["that day", "before it"])
def test_what_a_new_source_showed_just_before_the_slot_is_measured_by_when_it_came(
    subscription, one, window, age, is_told
):
    """It was not ready for the digest it came too late for, and was not published within the window of the next."""
    arrived = window.start - timedelta(minutes=1)
    found = one(from_first_check=True, first_seen=arrived, published=arrived - age)
    assert digests.choose([found], subscription(), window) == ([found] if is_told else [])


def test_what_comes_later_is_told_whatever_date_it_shows(subscription, one, window):
    found = one(published=datetime(2019, 1, 1, tzinfo=UTC))
    assert digests.choose([found], subscription(), window) == [found]


# --- in what order -------------------------------------------------------------------------------------------


def test_stories_come_by_consequence_then_council_then_relevance(compose, one, report):
    def news(title, council="Wexmoor", event=Event.OTHER, relevance=0.9):
        return one(title=title, labels={"councils": (council,), "event": event, "relevance": relevance})

    digest = compose(
        news("news of Wexmoor"),
        news("better news of Wexmoor", relevance=0.95),
        news("news of Averton", "Averton"),
        news("a visit in the news", event=Event.MONITORING_VISIT),
        report(inspected("2026-05-01", overall=GOOD), title="a report without change"),
        report(inspected("2026-05-01", "Averton", overall=GOOD), "Averton", title="a report that changes a grade"),
        reports=[known("2023-05-01", council="Averton", overall=INADEQUATE)],
    )
    assert told(digest) == [
        "a report that changes a grade",
        "a report without change",
        "a visit in the news",
        "news of Averton",
        "better news of Wexmoor",
        "news of Wexmoor",
    ]
    assert [news.council for news in digest.inspections] == ["Averton", "Wexmoor"]


def test_what_is_left_out_for_length_is_counted(compose, one):
    digest = compose(*(one() for _ in range(digests.MOST_STORIES + 3)))
    assert (len(digest.stories), digest.more) == (digests.MOST_STORIES, 3)


def test_items_of_one_story_are_told_together(compose, one):
    digest = compose(one(story=7, title="one"), one(title="another"), one(story=7, title="the same"))
    assert sorted(len(story.items) for story in digest.stories) == [1, 2]


def test_a_digest_without_stories_reports_and_expectations_is_empty(compose, one):
    assert compose().is_empty
    assert not compose(one()).is_empty
    assert not compose(expected=[expectation()]).is_empty


def test_who_asked_for_news_alone_is_not_told_what_inspections_to_expect(compose):
    assert compose(expected=[expectation()]).expected == (expectation(),)
    assert compose(expected=[expectation()], inspections=False).is_empty


def test_one_source_cannot_push_out_what_the_others_tell(compose, one):
    flood = [one(title=f"flood {n}", source="Loud") for n in range(digests.MOST_STORIES + 10)]
    digest = compose(*flood, one(title="quiet", source="Quiet", labels={"relevance": 0.6}))
    assert "quiet" in told(digest)
    assert digest.more == 11


def test_what_is_left_out_for_length_is_recorded_as_such(compose, one):
    found = [one() for _ in range(digests.MOST_STORIES + 1)]
    digest = compose(*found)
    how = [by.how for by in digests.telling(found, digest)]
    assert how.count(Telling.COUNTED) == digest.more == 1


# --- never twice ---------------------------------------------------------------------------------------------


TOLD = {"title": "Council judged inadequate by Ofsted", "text": "Inspectors judged the services to be inadequate."}


def test_more_coverage_of_a_story_already_told_is_not_told_again(compose, one):
    before = one(story=7, **TOLD)
    copy = one(story=7, **TOLD | {"title": "Ofsted judged council inadequate"})
    digest = compose(copy, one(title="fresh"), told_before={7: [before.told]})
    assert told(digest) == ["fresh"]
    assert digest.repeated == 1
    assert [by.how for by in digests.telling([copy], digest)] == [Telling.SAME_STORY]


@pytest.mark.parametrize("news", ["the report", "the council's own response", "another judgement"])
def test_a_told_story_comes_again_as_an_update_with(compose, one, report, news):
    found = {
        "the report": report(story=7),
        "the council's own response": one(
            story=7,
            title="We accept the findings in full",
            text="Every recommendation will be acted upon.",
            labels={"event": Event.COUNCIL_RESPONSE},
        ),
        "another judgement": one(
            story=7,
            title="Services lifted out of special measures",
            text="They are now judged to require improvement.",
            labels={
                "event": Event.FULL_INSPECTION,
                "judgement": Grade.REQUIRES_IMPROVEMENT,
                "judgement_is_new": True,
            },
        ),
    }[news]
    (story,) = compose(found, told_before={7: [one(story=7, **TOLD).told]}).stories
    assert (
        story.new
        == {
            "the report": (UpdateReason.REPORT,),
            "the council's own response": (UpdateReason.RESPONSE,),
            "another judgement": (UpdateReason.JUDGEMENT,),
        }[news]
    )
    assert [told.item for told in story.items] == [found.item]


def test_what_may_be_another_event_is_told_as_news_though_it_was_put_into_a_story_told_before(compose, one):
    """Grouping errs at times; an item that is not surely a repetition must not be lost to its errors."""
    doubtful = one(story=7, title="Two houses bought for children in care", text="Six will live there from spring.")
    digest = compose(doubtful, told_before={7: [one(story=7, **TOLD).told]})
    assert told(digest) == ["Two houses bought for children in care"]
    assert not digest.stories[0].is_update
    assert digest.repeated == 0


# --- alerts --------------------------------------------------------------------------------------------------


@pytest.fixture
def alert(subscription, report, now):
    """The alert for a report whose overall grade rose from inadequate; its reasons."""

    def make(*told, on=tuple(AlertReason), priority_action=False, **changes):
        facts = Inspection(
            council="Wexmoor",
            kind=InspectionKind.ILACS,
            inspection_end=date(2026, 5, 1),
            judgements={"overall": REQUIRES},
            priority_action=priority_action,
        )
        found = report(facts, **changes)
        news = history.news(found, [known("2023-05-01", overall=INADEQUATE)])
        asked = subscription(kind=SubscriptionKind.ALERT, on=on)
        made = digests.alert(found, asked, news, told={reason.value for reason in told}, now=now)
        return made and made.reasons

    return make


PUBLISHED, CHANGED, PRIORITY = (
    AlertReason.REPORT_PUBLISHED,
    AlertReason.JUDGEMENT_CHANGED,
    AlertReason.PRIORITY_ACTION,
)


def test_an_alert_names_every_reason_that_holds_and_was_asked_for(alert):
    assert alert() == (PUBLISHED, CHANGED)
    assert alert(priority_action=True) == (PUBLISHED, CHANGED, PRIORITY)
    assert alert(on=(CHANGED,)) == (CHANGED,)
    assert alert(on=(PRIORITY,)) is None


def test_a_reason_already_told_is_not_told_again(alert):
    assert alert(PUBLISHED) == (CHANGED,)
    assert alert(PUBLISHED, CHANGED) is None


def test_nobody_is_alerted_about_another_council(alert):
    assert alert(council="Sedgeholm") is None


@pytest.mark.parametrize(
    ("corrected", "reasons"),
    [
        pytest.param({"inspection_start": date(2026, 4, 20)}, (PUBLISHED,), id="a date"),
        pytest.param({"judgements": {"overall": GOOD}}, (PUBLISHED, CHANGED), id="a grade"),
        pytest.param({"judgements": {"overall": INADEQUATE}}, (PUBLISHED, CHANGED), id="a grade, as it was before"),
        pytest.param({"priority_action": False}, (PUBLISHED,), id="there is none to act on after all"),
    ],
)
def test_a_report_published_anew_is_alerted_to_for_what_is_different_in_it(corrected, reasons):
    """What stands in both files was told when the first one came."""
    earlier, before = (
        known("2023-05-01", overall=INADEQUATE),
        known("2026-05-01", overall=REQUIRES, priority_action=True),
    )
    after = again(before, **corrected)
    assert digests.alert_reasons(history.news(ready_report(before), [earlier])) == (PUBLISHED, CHANGED, PRIORITY)
    assert digests.alert_reasons(history.news(ready_report(after), [earlier, before])) == reasons


def test_a_report_published_anew_is_alerted_to_in_full_where_its_first_file_could_not_be_read():
    earlier, after = known("2023-05-01", overall=INADEQUATE), known("2026-05-01", overall=GOOD, priority_action=True)
    before = replace(known("2026-05-01"), inspection=None, unread="HTTP 500", title=after.title)
    assert digests.alert_reasons(history.news(ready_report(after), [earlier, before])) == (PUBLISHED, CHANGED, PRIORITY)


# --- the state of sources ------------------------------------------------------------------------------------


@pytest.fixture
def with_sources(compose, make_source, now):
    """A digest of Wexmoor and Averton with one source, of which this is known."""

    def make(council=None, **state):
        source = make_source(council=council)
        known = {"name": source.name, "url": source.url, "last_check_at": now - HOUR, "interval_s": 3600.0}
        states = {source.name: SourceState(**known | state)}
        return digests.with_sources(compose(), [source], states)

    return make


def test_a_source_that_answers_is_counted_and_not_named(with_sources):
    digest = with_sources()
    assert (digest.sources_checked, digest.failing, digest.gaps) == (1, (), ())


def test_a_failing_source_is_named_with_its_reason_and_since_when(with_sources, now):
    digest = with_sources(failures=3, failing_since=now - 3 * DAY, error="HTTP 500")
    (trouble,) = digest.failing
    assert (trouble.source, trouble.since, trouble.reason) == ("Wexmoor Gazette", now - 3 * DAY, "HTTP 500")
    assert digest.sources_checked == 0


@pytest.mark.parametrize(
    ("interval", "days", "is_trouble"),
    [
        pytest.param(HOUR, 3, True, id="an hourly source, not asked for three days"),
        pytest.param(HOUR, 1, False, id="nor for one: the machine was off overnight"),
        pytest.param(7 * DAY, 10, False, id="a weekly source, not asked for ten days"),
        pytest.param(7 * DAY, 15, True, id="nor for fifteen"),
    ],
)
def test_a_source_that_is_no_longer_asked_is_named_too(with_sources, now, interval, days, is_trouble):
    digest = with_sources(last_check_at=now - days * DAY, interval_s=interval.total_seconds())
    assert [trouble.since for trouble in digest.failing] == [now - days * DAY] * is_trouble


@pytest.mark.parametrize(
    ("at", "is_told"),
    [
        pytest.param("2026-06-16T06:30", True, id="at the window's first moment"),
        pytest.param("2026-06-17T06:29", True, id="at its last"),
        pytest.param("2026-06-16T06:29", False, id="before: the last digest told it"),
        pytest.param("2026-06-17T06:30", False, id="after: the next digest tells it"),
    ],
)
def test_a_gap_is_told_once(with_sources, at, is_told):
    gap = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert [trouble.since for trouble in with_sources(gap_at=gap).gaps] == [gap] * is_told


@pytest.mark.parametrize(
    ("council", "is_told"), [("Averton", True), (None, True), ("Sedgeholm", False)], ids=["its own", "any", "another's"]
)
def test_only_sources_that_can_bring_something_for_the_readers_councils_are_told_of(
    with_sources, now, council, is_told
):
    digest = with_sources(council, failures=1, failing_since=now, error="HTTP 500", gap_at=now - HOUR)
    assert (len(digest.failing), len(digest.gaps)) == (is_told, is_told)


@pytest.mark.parametrize(
    "state",
    [{"last_check_at": None}, {"url": "https://old.example.org/rss", "failures": 9, "error": "HTTP 404"}],
    ids=["added", "edited"],
)
def test_a_source_added_or_edited_a_moment_ago_is_in_no_trouble(with_sources, now, state):
    digest = with_sources(**state, failing_since=now)
    assert (digest.failing, digest.sources_checked) == ((), 0)
