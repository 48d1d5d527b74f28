"""An alert names each reason that is new to its reader, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from report_examples import GOOD, INADEQUATE, REQUIRES, again
from report_examples import ready as ready_report
from report_examples import report as known

from monitor import alerts, history
from monitor.model import AlertReason, Inspection, InspectionKind, SubscriptionKind


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
        made = alerts.alert(found, asked, news, told={reason.value for reason in told}, now=now)
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
    assert alerts.alert_reasons(history.news(ready_report(before), [earlier])) == (PUBLISHED, CHANGED, PRIORITY)
    assert alerts.alert_reasons(history.news(ready_report(after), [earlier, before])) == reasons


def test_a_report_published_anew_is_alerted_to_in_full_where_its_first_file_could_not_be_read():
    earlier, after = known("2023-05-01", overall=INADEQUATE), known("2026-05-01", overall=GOOD, priority_action=True)
    before = replace(known("2026-05-01"), inspection=None, unread="HTTP 500", title=after.title)
    assert alerts.alert_reasons(history.news(ready_report(after), [earlier, before])) == (PUBLISHED, CHANGED, PRIORITY)
