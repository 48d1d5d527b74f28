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


# --- days that cannot be ---


def test_year_printed_too_late_becomes_the_pages() -> None:
    printed = facts(inspection_start=date(2034, 6, 3), inspection_end=date(2034, 6, 14), published=date(2024, 7, 20))
    found = reconciled(printed, council="Devon", published=date(2024, 7, 20), event_date=date(2024, 6, 14))
    assert (found.inspection_start, found.inspection_end) == (date(2024, 6, 3), date(2024, 6, 14))
    assert found.differences == ("inspection: 2024-06-14 on Ofsted's page, 2034-06-03 to 2034-06-14 in the report",)


def test_year_printed_too_early_becomes_the_pages() -> None:
    printed = facts(inspection_start=date(2016, 3, 2), inspection_end=date(2016, 3, 13))
    found = reconciled(printed, **PAGE)
    assert (found.inspection_start, found.inspection_end) == (date(2026, 3, 2), date(2026, 3, 13))
    assert found.differences == ("inspection: 2026-03-13 on Ofsted's page, 2016-03-02 to 2016-03-13 in the report",)


@pytest.mark.parametrize("day", [date(2024, 12, 29), date(2025, 1, 8)])
def test_wrong_year_of_an_inspection_over_new_year_is_mended_at_both_ends(day: date) -> None:
    printed = facts(inspection_start=date(2034, 12, 29), inspection_end=date(2035, 1, 8), published=None)
    found = reconciled(printed, council="Devon", published=date(2025, 2, 20), event_date=day)
    assert (found.inspection_start, found.inspection_end) == (date(2024, 12, 29), date(2025, 1, 8))


def test_29_february_of_a_wrong_year_becomes_the_28th() -> None:
    printed = facts(inspection_start=date(2036, 2, 26), inspection_end=date(2036, 2, 29), published=None)
    found = reconciled(printed, council="Devon", published=date(2026, 4, 2), event_date=date(2026, 2, 26))
    assert (found.inspection_start, found.inspection_end) == (date(2026, 2, 26), date(2026, 2, 28))


def test_days_that_are_wrong_in_any_year_leave_the_pages_alone() -> None:
    printed = facts(inspection_start=date(2034, 9, 3), inspection_end=date(2034, 9, 14))
    found = reconciled(printed, **PAGE)
    assert (found.inspection_start, found.inspection_end) == (None, date(2026, 3, 13))
    assert found.differences == ("inspection: 2026-03-13 on Ofsted's page, 2034-09-03 to 2034-09-14 in the report",)


@pytest.mark.parametrize("day", [date(2025, 11, 3), date(2026, 1, 20), date(2026, 4, 24)])
def test_fieldwork_in_two_spells_months_apart_stays_as_it_is(day: date) -> None:
    split = facts(inspection_start=date(2025, 11, 3), inspection_end=date(2026, 4, 24))
    assert reconciled(split, **PAGE | {"event_date": day}) == split


def test_year_is_mended_by_the_publication_where_the_page_gives_no_day_of_the_inspection() -> None:
    printed = facts(inspection_start=date(2036, 3, 2), inspection_end=date(2036, 3, 13))
    found = reconciled(printed, **PAGE | {"event_date": None})
    assert (found.inspection_start, found.inspection_end) == (date(2026, 3, 2), date(2026, 3, 13))
    assert found.differences == (
        "inspection: before 2026-05-21 on Ofsted's page, 2036-03-02 to 2036-03-13 in the report",
    )


def test_inspection_late_in_the_year_before_its_publication_is_mended_to_that_year() -> None:
    printed = facts(inspection_start=None, inspection_end=date(2026, 12, 4))
    found = reconciled(printed, **PAGE | {"event_date": None})
    assert (found.inspection_start, found.inspection_end) == (None, date(2025, 12, 4))


def test_days_that_fit_no_year_before_the_publication_are_unknown() -> None:
    printed = facts(inspection_start=date(2026, 6, 2), inspection_end=date(2026, 6, 13))
    found = reconciled(printed, **PAGE | {"event_date": None})
    assert (found.inspection_start, found.inspection_end) == (None, None)
    assert len(found.differences) == 1


def test_early_year_without_a_day_on_the_page_is_the_reports_own() -> None:
    printed = facts(inspection_start=date(2016, 3, 2), inspection_end=date(2016, 3, 13))
    assert reconciled(printed, **PAGE | {"event_date": None}) == printed


def test_slip_of_the_page_itself_does_not_move_the_reports_days() -> None:
    found = reconciled(facts(), **PAGE | {"event_date": date(2016, 3, 13)})
    assert (found.inspection_start, found.inspection_end) == (date(2026, 3, 2), date(2026, 3, 13))
    assert found.differences == ("inspection: 2016-03-13 on Ofsted's page, 2026-03-02 to 2026-03-13 in the report",)


def test_days_both_agree_on_stay_though_the_page_says_it_was_published_before() -> None:
    found = reconciled(facts(), **PAGE | {"published": date(2026, 3, 10)})
    assert (found.inspection_start, found.inspection_end) == (date(2026, 3, 2), date(2026, 3, 13))
