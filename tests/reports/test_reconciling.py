"""Ofsted's page and the report behind it fill in for each other, and where they differ a person can see it."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.model import Inspection, InspectionKind
from monitor.reports.reconciling import reconciled

PAGE = {"council": "Devon", "published": date(2026, 5, 21), "event_date": date(2026, 3, 13)}


def facts(**changes: object) -> Inspection:
    known = {
        "council": "Devon",
        "kind": InspectionKind.ILACS,
        "inspection_start": date(2026, 3, 2),
        "inspection_end": date(2026, 3, 13),
        "published": date(2026, 5, 21),
    }
    return Inspection(**known | changes)


def test_where_both_agree_the_facts_stay_as_they_are() -> None:
    assert reconciled(facts(), **PAGE) == facts()


def test_page_says_whose_report_it_is_and_when_it_was_published_where_the_report_does_not() -> None:
    assert reconciled(facts(council=None, published=None), **PAGE) == facts()


def test_days_of_an_inspection_are_the_reports_alone() -> None:
    silent = facts(inspection_start=None, inspection_end=None)
    assert reconciled(silent, **PAGE) == silent


def test_page_that_says_nothing_changes_nothing() -> None:
    assert reconciled(facts(), council=None, published=None, event_date=None) == facts()


@pytest.mark.parametrize(
    ("in_report", "on_page", "line"),
    [
        pytest.param(
            {}, {"council": "Torbay"}, "council: Torbay on Ofsted's page, Devon in the report", id="another council's"
        ),
        pytest.param(
            {},
            {"published": date(2026, 5, 20)},
            "published: 2026-05-20 on Ofsted's page, 2026-05-21 in the report",
            id="another day of publication",
        ),
        pytest.param(
            {},
            {"event_date": date(2026, 3, 1)},
            "inspection: 2026-03-01 on Ofsted's page, 2026-03-02 to 2026-03-13 in the report",
            id="before the first day",
        ),
        pytest.param(
            {},
            {"event_date": date(2026, 3, 14)},
            "inspection: 2026-03-14 on Ofsted's page, 2026-03-02 to 2026-03-13 in the report",
            id="after the last day",
        ),
        pytest.param(
            {"inspection_start": None},
            {"event_date": date(2026, 3, 20)},
            "inspection: 2026-03-20 on Ofsted's page, 2026-03-13 in the report",
            id="only its last day is known",
        ),
        pytest.param(
            {"inspection_start": date(2026, 3, 13)},
            {"event_date": date(2026, 3, 20)},
            "inspection: 2026-03-20 on Ofsted's page, 2026-03-13 in the report",
            id="one day",
        ),
    ],
)
def test_difference_is_told_and_the_report_keeps_its_own_word(
    in_report: dict[str, object], on_page: dict[str, object], line: str
) -> None:
    found = reconciled(facts(**in_report), **PAGE | on_page)
    assert found == facts(**in_report, differences=(line,))


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 13)])
def test_page_may_date_an_inspection_by_any_of_its_days(day: date) -> None:
    assert reconciled(facts(), **PAGE | {"event_date": day}).differences == ()


def test_every_difference_has_a_line_of_its_own() -> None:
    page = {"council": "Torbay", "published": date(2026, 5, 20), "event_date": date(2026, 4, 1)}
    assert [line.partition(":")[0] for line in reconciled(facts(), **page).differences] == [
        "council",
        "published",
        "inspection",
    ]


def test_report_read_again_tells_its_differences_once() -> None:
    page = PAGE | {"council": "Torbay"}
    once = reconciled(facts(), **page)
    assert reconciled(once, **page) == once
