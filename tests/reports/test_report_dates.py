"""An inspection is told with the days it took place and the day it was published."""

from __future__ import annotations

from datetime import date

import pytest
from sample_reports import PROSE, facts, full_inspection, letter, single_inspection

from monitor.reports.dates import parse_days


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        pytest.param("Inspection dates: 2 to 13 December 2024", (2024, 12, 2), (2024, 12, 13), id="one month"),
        pytest.param("Inspection dates: 4 June to 15 June 2018", (2018, 6, 4), (2018, 6, 15), id="month twice"),
        pytest.param("Inspection date: 14 January – 5 February 2014", (2014, 1, 14), (2014, 2, 5), id="en dash"),
        pytest.param("Inspection date: 4 July 2016—28 July 2016", (2016, 7, 4), (2016, 7, 28), id="em dash"),
        pytest.param("Inspection dates: 24 ‒ 28 June 2013", (2013, 6, 24), (2013, 6, 28), id="figure dash"),
        pytest.param("Inspection dates: 24-28 June 2013", (2013, 6, 24), (2013, 6, 28), id="hyphen"),
        pytest.param(
            "Inspection dates: 24 ± 28 June 2013", (2013, 6, 24), (2013, 6, 28), id="a font's sign for a dash"
        ),
        pytest.param("Inspection dates: 12/09/2016 to 06/10/2016", (2016, 9, 12), (2016, 10, 6), id="numbers"),
        pytest.param("Inspection date: 18 Feb 2014", (2014, 2, 18), (2014, 2, 18), id="one day, short month"),
        pytest.param(
            "Inspection dates: 29 November 2021 to 3rd December 2021", (2021, 11, 29), (2021, 12, 3), id="ordinal"
        ),
        pytest.param(
            "Inspection dates: 29 December to 8 January 2020", (2019, 12, 29), (2020, 1, 8), id="over New Year"
        ),
        pytest.param("Inspection dates: Monday 9 to Friday 20 May 2022", (2022, 5, 9), (2022, 5, 20), id="weekdays"),
        pytest.param("Inspection dates: 2 to13 December2024", (2024, 12, 2), (2024, 12, 13), id="run together"),
        pytest.param("Inspection dates: 4 to 15 Feburary 2019", (2019, 2, 4), (2019, 2, 15), id="misspelt month"),
        pytest.param("Inspection date(s): from 2 to 13 Dec. 2024", (2024, 12, 2), (2024, 12, 13), id="date(s)"),
        pytest.param("Dates of fieldwork: 02.12.24 – 13.12.24", (2024, 12, 2), (2024, 12, 13), id="fieldwork, stops"),
        pytest.param(
            "Inspection dates: 19 November-11 December 2013 and 28 – 30 January 2014",
            (2013, 11, 19),
            (2014, 1, 30),
            id="two spells",
        ),
    ],
)
def test_fieldwork_runs_from_its_first_day_to_its_last(label, start, end):
    found = facts(full_inspection(dates=label))
    assert (found.inspection_start, found.inspection_end) == (date(*start), date(*end))
    assert found.published is None


def test_dates_below_their_label_are_read():
    page = full_inspection(dates="Inspection dates:")
    page.insert(3, "2 to 13 December 2024")
    assert facts(page).inspection_end == date(2024, 12, 13)


def test_the_days_of_the_inspection_before_are_not_this_ones():
    page = full_inspection(dates="Dates of previous inspection: 3 to 7 July 2017")
    page.insert(3, "Inspection dates: 2 to 13 December 2024")
    assert facts(page).inspection_start == date(2024, 12, 2)


def test_dates_that_go_on_in_the_next_line_are_read_to_the_end():
    page = full_inspection(dates="Inspection dates: 8 July 2019 to 12 July 2019 and 7 August 2019 to")
    page.insert(3, "8 August 2019")
    found = facts(page)
    assert (found.inspection_end, found.published) == (date(2019, 8, 8), None)


@pytest.mark.parametrize(
    ("told", "start", "end"),
    [
        pytest.param(
            "on 29 and 30 September, and 1 October 2020. It went well.", (2020, 9, 29), (2020, 10, 1), id="list"
        ),
        pytest.param("on 15, 16 and 21 July 2020. It went well.", (2020, 7, 15), (2020, 7, 21), id="days apart"),
        pytest.param("between 20 and 24 June, when schools were open.", (2020, 6, 20), (2020, 6, 24), id="no year"),
        pytest.param("on 30 June 2020.", (2020, 6, 30), (2020, 6, 30), id="one day"),
    ],
)
def test_a_letter_tells_its_days_in_its_opening(told, start, end):
    opening = ["This letter summarises the findings of a focused visit to Devon children’s services", told]
    found = facts(letter(date="13 November 2020", opening=opening))
    assert (found.inspection_start, found.inspection_end) == (date(*start), date(*end))
    assert found.published == date(2020, 11, 13)


def test_days_without_a_year_after_the_letters_own_day_are_of_the_year_before():
    found = facts(letter(date="13 January 2020", opening=["The visit to Devon took place on 10 and 11 December."]))
    assert found.inspection_start == date(2019, 12, 10)


def test_an_earlier_inspections_days_are_not_this_visits():
    opening = ["Since the last inspection on 3 March 2024 much has changed. We have read the plans.", *PROSE]
    opening += ["This visit to Devon took place on 11 and 12 February 2025."]
    assert facts(letter(opening=opening)).inspection_start == date(2025, 2, 11)


def test_a_letter_that_tells_no_days_has_none():
    found = facts(
        letter(opening=["This visit to Devon was in the spring, or on 40 March 2025.", "Inspectors saw 12 children."])
    )
    assert (found.inspection_start, found.published) == (None, date(2025, 3, 14))


def test_the_day_of_the_judgement_that_went_before_is_not_the_visits():
    opening = ["We tell of the second visit to Devon since the judgement of May 2018, on 6 and 7 June 2019."]
    assert facts(letter(date="1 July 2019", opening=opening)).inspection_start == date(2019, 6, 6)


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_year_that_cannot_be_right_is_told_as_printed_with_the_day_of_the_letter(year):
    found = facts(letter(opening=[f"The visit to Devon took place on 11 and 12 February {year}."]))
    assert (found.inspection_end, found.published) == (date(year, 2, 12), date(2025, 3, 14))
    assert found.conflicts == (f"inspection_end: printed as {year}-02-12, the report as of 2025-03-14",)


def test_a_cover_that_was_published_before_its_inspection_is_told_to_disagree():
    found = facts(single_inspection(dates=["Inspection date: 14 January 2015", "Report published: 21 March 2014"]))
    assert found.conflicts == ("inspection_end: printed as 2015-01-14, the report as of 2014-03-21",)


def test_a_year_that_is_a_slip_is_mended_and_told():
    found = facts(letter(opening=["This visit to Devon took place on 11 February 2024 to 12 February 2025."]))
    assert (found.inspection_start, found.inspection_end) == (date(2025, 2, 11), date(2025, 2, 12))
    assert "2024-02-11" in found.conflicts[0]


def test_a_slip_at_new_year_is_mended_to_the_year_before():
    found = facts(full_inspection(dates="Inspection dates: 29 December 2018 to 8 January 2020"))
    assert found.inspection_start == date(2019, 12, 29)


def test_days_without_a_year_in_a_report_without_a_date_are_unknown():
    assert facts(full_inspection(dates="Inspection dates: 3 to 7 June")).inspection_start is None


def test_days_after_the_letter_was_written_are_not_the_visits():
    opening = ["Inspectors will visit Devon on 3 June 2025.", "The visit took place on 11 February 2025."]
    assert facts(letter(opening=opening)).inspection_start == date(2025, 2, 11)


def test_days_that_no_calendar_has_are_none():
    assert facts(full_inspection(dates="Inspection dates: 31 to 38 June 2024")).inspection_start is None


@pytest.mark.parametrize("label", ["Report published: 21 March 2014", "Published: 21 March 2014"])
def test_publication_is_what_the_label_says(label):
    page = single_inspection(dates=["Inspection date: 14 January 2014", label])
    assert facts(page).published == date(2014, 3, 21)


def test_publication_may_stand_on_the_page_after_the_cover():
    page = single_inspection(dates=["Inspection date: 14 January 2014"])
    assert facts(page, ["Published: 21 March 2014", *PROSE]).published == date(2014, 3, 21)


def test_a_label_without_a_date_is_no_publication():
    assert (
        facts(single_inspection(dates=["Inspection date: 14 January 2014", "Report published: soon"])).published is None
    )


def test_a_letters_date_in_a_box_after_the_text_is_found():
    page = letter()
    assert facts([*page[1:], page[0]]).published == date(2025, 3, 14)


def test_the_words_after_a_date_do_not_belong_to_it():
    assert [(day.day, day.month, day.year) for day in parse_days("5 and 6 May 2020 at 12 homes in June")] == [
        (5, 5, 2020),
        (6, 5, 2020),
    ]
