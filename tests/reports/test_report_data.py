"""A report as data is what other programs rely on."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from sample_reports import JUDGED, facts, full_inspection

from monitor.errors import ParseError
from monitor.model import Inspection, InspectionKind
from monitor.reports import read_report
from monitor.reports.data import inspection_as_data


def test_a_report_as_data_has_the_keys_others_rely_on():
    data = inspection_as_data(facts(full_inspection()), "x.pdf")
    assert data == {
        "file": "x.pdf",
        "council": "Devon",
        "kind": "ilacs",
        "framework": "ILACS",
        "inspection_start": "2024-12-02",
        "inspection_end": "2024-12-13",
        "published": None,
        "judgements": JUDGED,
        "priority_action": False,
        "priority_actions": [],
        "areas_for_improvement": [],
        "lead_inspector": "Robin Example",
        "send_outcome": None,
    }


def test_the_number_of_a_visit_is_in_the_data_only_when_it_is_known():
    found = Inspection(council=None, kind=InspectionKind.MONITORING_VISIT)
    assert "visit_number" not in inspection_as_data(found, "x.pdf")
    assert inspection_as_data(replace(found, visit_number=3), "x.pdf")["visit_number"] == 3


def test_disagreements_are_in_the_data_only_when_there_are_any():
    found = Inspection(council=None, kind=InspectionKind.OTHER, conflicts=("in_care: …",))
    data = inspection_as_data(found, "x.pdf")
    assert data["conflicts"] == ["in_care: …"]
    assert set(data["judgements"].values()) == {None}


def test_a_report_and_its_failure_can_come_from_a_child_process(make_pdf):
    found = read_report(make_pdf(full_inspection()))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes
    with pytest.raises(ParseError) as failure:
        read_report(b"")
    assert pickle.loads(pickle.dumps(failure.value)).reason == failure.value.reason  # noqa: S301 - our own bytes


def test_a_cover_page_without_words_changes_nothing(make_pdf):
    assert (
        read_report(make_pdf([], full_inspection())).inspection == read_report(make_pdf(full_inspection())).inspection
    )
