"""A text that is itself a report is understood as what it is, whoever hands it in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from monitor.demo.reports import reports
from monitor.model import Event, Grade
from monitor.reports import read_report

if TYPE_CHECKING:
    from monitor.classify import Classifier
    from monitor.demo.reports import Report

TODAY = date(2026, 11, 2)
COVER = """Wexmoor County Council
Inspection of Wexmoor’s children’s services
Inspection dates: 4 to 15 May 2026
Lead inspector: an inspector of Ofsted’s
Judgement Grade
The impact of leaders on social work practice with children and families {leaders}
The experiences and progress of children who need help and protection Good
The experiences and progress of children in care Good
The experiences and progress of care leavers Good
{overall}
In 2020 the overall effectiveness of children’s services in Devon County Council was judged to be outstanding. A focused
visit in 2022 and two monitoring visits looked at care leavers.
"""


@pytest.mark.parametrize("report", reports(), ids=lambda report: f"{report.kind}-{report.file}")
def test_each_kind_of_report_is_known_by_its_own_text(classifier: Classifier, report: Report) -> None:
    text = read_report(report.pdf(TODAY)).text
    found = classifier.classify(title="", text=text)
    assert (
        found.event
        is {
            "inspection": Event.FULL_INSPECTION,
            "focused-visit": Event.FOCUSED_VISIT,
            "monitoring-visit": Event.MONITORING_VISIT,
            "area-send": Event.AREA_SEND,
            "jtai": Event.JTAI,
        }[report.kind]
    )
    if report.judgements:
        assert found.judgement is report.judgements.get("overall")


def test_the_overall_grade_is_the_reports_own_and_not_one_it_remembers(classifier: Classifier) -> None:
    text = COVER.format(leaders="Inadequate", overall="Overall effectiveness Requires improvement to be good")
    found = classifier.classify(title="", text=text)
    assert (found.judgement, found.judgement_is_new) == (Grade.REQUIRES_IMPROVEMENT, True)


def test_a_report_without_an_overall_grade_gives_none(classifier: Classifier) -> None:
    found = classifier.classify(title="", text=COVER.format(leaders="Good", overall=""))
    assert (found.event, found.judgement, found.judgement_is_new) == (Event.FULL_INSPECTION, None, False)


def test_news_of_an_inspection_is_no_report_however_it_begins(classifier: Classifier) -> None:
    text = """Inspection of Devon’s children’s services: what happened
The report on Devon County Council’s children’s services says that they are inadequate overall. Inspectors of Ofsted
gave good only for the experiences of care leavers."""
    assert classifier.classify(title="Devon’s children’s services inadequate", text=text).judgement is Grade.INADEQUATE
