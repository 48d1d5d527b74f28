"""What people see in the terminal of where councils stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from report_examples import FOCUSED, GOOD, INADEQUATE, REQUIRES, SEND, VISIT, expectation, report, unread

from monitor import console
from monitor.model import SendOutcome
from monitor.standing import council_standings


@pytest.fixture
def told(capsys):
    """The lines that tell where Wexmoor stands by these reports."""

    def show(*reports, expected=()):
        [standing] = council_standings(["Wexmoor"], reports, rules=(), today=date(2026, 6, 17))
        console.show_councils([replace(standing, expected=tuple(expected))])
        return capsys.readouterr().out.splitlines()

    return show


JUDGED = report("2020-01-31", overall=INADEQUATE, in_care=REQUIRES)


def test_a_council_is_told_with_its_judgements_their_month_and_what_came_since(told):
    visits = report("2023-05-10", FOCUSED), report("2024-02-06", VISIT)
    assert told(JUDGED, *visits) == [
        "Wexmoor",
        "  overall effectiveness: inadequate; children in care: requires improvement (January 2020)",
        "  since then: focused visit, 10 May 2023; monitoring visit, 6 February 2024",
        "  last inspection: monitoring visit, 6 February 2024; 0 items in 30 days",
    ]


def test_a_council_nobody_inspected_is_told_as_such(told):
    assert told() == ["Wexmoor", "  no judgements known", "  no inspection known; 0 items in 30 days"]


@pytest.mark.parametrize(
    ("end", "why"),
    [
        pytest.param("2026-04-24", "full inspections give none since April 2026", id="none is given"),
        pytest.param("2026-03-27", "none could be read", id="the last of those that gave one"),
    ],
)
def test_why_there_is_no_overall_grade_is_said(told, end, why):
    assert f"  no overall grade: {why}" in told(JUDGED, report(end, in_care=GOOD))


def test_an_overall_grade_that_is_there_needs_no_word(told):
    assert not [line for line in told(JUDGED) if "no overall" in line]


def test_priority_action_is_told_with_its_words_and_that_only_reports_say_it_is_open(told):
    asked = report("2023-05-10", FOCUSED, priority_action=True, priority_actions=("Keep children safe.",))
    lines = told(JUDGED, asked, report("2023-06-10", FOCUSED, priority_action=True))
    start = lines.index("  priority action, open as far as Ofsted's reports say")
    assert lines[start + 1 : start + 3] == ["  – Keep children safe.", "  – see the report"]


def test_the_area_send_outcome_is_told_with_its_month(told):
    send = report("2024-03-08", SEND, send_outcome=SendOutcome.SYSTEMIC_FAILINGS)
    assert "  area SEND: widespread and/or systemic failings (March 2024)" in told(send)


def test_what_is_expected_is_told_with_its_rule_and_that_nobody_has_announced_it(told):
    assert told(JUDGED, expected=[expectation()])[-1] == (
        "  expected, though nobody has announced it: monitoring visit from June 2026 to September 2026. "
        "A council judged inadequate is visited every few months."
    )


def test_a_newer_report_that_could_not_be_read_casts_doubt_on_what_stands(told):
    assert "  a newer report could not be read" in told(JUDGED, unread("2026-05-20"))


def test_text_from_outside_is_shown_and_not_obeyed(told):
    urgent = report("2023-05-10", FOCUSED, priority_action=True, priority_actions=("[red]\x1b[2J[/]",))
    hostile = expectation(rule="[bold]\x1b]0;title\x07[/nonsense]")
    lines = told(urgent, expected=[hostile])
    assert "\x1b" not in "".join(lines)
    assert any("[red]" in line for line in lines)
    assert "[bold]" in lines[-1]
