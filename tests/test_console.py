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
    visits = report("2023-05-10", FOCUSED), report("2024-02-06", VISIT, visit_number=3)
    assert told(JUDGED, *visits) == [
        "Wexmoor",
        (
            "  overall effectiveness: inadequate; children in care and care leavers: requires improvement "
            f"(inspected January 2020) {JUDGED.url}"
        ),
        "  since then:",
        f"  – focused visit, 10 May 2023 {visits[0].url}",
        f"  – third monitoring visit, 6 February 2024 {visits[1].url}",
        "  last report: third monitoring visit, 6 February 2024; 0 items in 30 days",
    ]


def test_judgements_are_told_with_when_it_was_inspected_and_when_that_was_published(told):
    judged = report("2024-03-29", in_care=GOOD, care_leavers=REQUIRES)
    [line] = [line for line in told(replace(judged, published=date(2024, 5, 14))) if "children in care" in line]
    assert line == (
        "  children in care: good; care leavers: requires improvement "
        f"(inspected March 2024, published 14 May 2024) {judged.url}"
    )


def test_a_council_of_which_no_report_is_known_is_told_with_the_command_that_reads_them(told):
    assert told() == [
        "Wexmoor",
        "  no judgements known",
        "  no report known: `ofsted-monitor backfill Wexmoor` reads them; 0 items in 30 days",
    ]


def test_visits_to_a_council_whose_judgements_are_not_known_are_not_said_to_have_come_since_then(told):
    lines = told(report("2023-05-10", FOCUSED))
    assert "  visits known:" in lines
    assert "  since then:" not in lines


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


def test_priority_action_is_told_with_its_words_and_the_report_that_asked_for_it(told):
    asked = report("2023-05-10", FOCUSED, priority_action=True, priority_actions=("Keep children safe.",))
    nameless = report("2023-06-10", FOCUSED, priority_action=True)
    lines = told(JUDGED, asked, nameless)
    start = lines.index("  priority action, asked for in or since the last full inspection, as far as known:")
    assert lines[start + 1 : start + 3] == [
        f"  – Keep children safe. (focused visit, May 2023) {asked.url}",
        f"  – see the report (focused visit, June 2023) {nameless.url}",
    ]


def test_the_area_send_outcome_is_told_with_its_month(told):
    send = report("2024-03-08", SEND, send_outcome=SendOutcome.SYSTEMIC_FAILINGS)
    assert f"  area SEND: widespread and/or systemic failings (inspected March 2024) {send.url}" in told(send)


def test_what_is_expected_is_told_with_its_rule_and_that_nobody_has_announced_it(told):
    assert told(JUDGED, expected=[expectation()])[-1] == (
        "  likely next, not announced: monitoring visit between June 2026 and September 2026. "
        "A council judged inadequate is visited every few months."
    )


def test_a_newer_report_that_could_not_be_read_casts_doubt_on_what_stands(told):
    letter = replace(unread("2026-05-20", title="Letter"), unread="needs a password")
    assert f"  a newer report could not be read: Letter (needs a password) {letter.url}" in told(JUDGED, letter)


def test_link_that_leads_nowhere_is_left_out(told):
    visit = replace(report("2023-05-10", FOCUSED), url="javascript:alert(1)")
    assert "  – focused visit, 10 May 2023" in told(JUDGED, visit)


@pytest.mark.parametrize(
    ("reports", "why"),
    [
        pytest.param([], "no report on Wexmoor is known (`ofsted-monitor backfill Wexmoor` reads them)", id="none"),
        pytest.param([unread("2026-05-20")], "a newer report on Wexmoor could not be read", id="not read"),
        pytest.param([report("2026-05-20", FOCUSED)], "no known report leads to anything", id="only a visit"),
    ],
)
def test_that_nothing_is_expected_is_said_in_one_line_with_the_reason(capsys, reports, why):
    console.nothing_expected(council_standings(["Wexmoor"], reports, rules=(), today=date(2026, 6, 17)))
    assert capsys.readouterr().err == f"nothing is expected: {why}\n"


def test_text_from_outside_is_shown_and_not_obeyed(told):
    urgent = report("2023-05-10", FOCUSED, priority_action=True, priority_actions=("[red]\x1b[2J[/]",))
    hostile = expectation(rule="[bold]\x1b]0;title\x07[/nonsense]")
    lines = told(urgent, expected=[hostile])
    assert "\x1b" not in "".join(lines)
    assert any("[red]" in line for line in lines)
    assert "[bold]" in lines[-1]
