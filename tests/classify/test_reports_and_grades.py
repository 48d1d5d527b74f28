"""What Ofsted's page calls a report decides its event; grades are known by other words, and nobody else's count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.classify.event import event_of_report
from monitor.model import Event, Grade

if TYPE_CHECKING:
    from monitor.classify import Classifier

ABOUT = "Ofsted inspectors wrote about Wexmoor's neighbour, Devon County Council, and its children's services. "


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Children's services monitoring visit: Devon County Council", Event.MONITORING_VISIT),
        ("Children's services focused visit: Devon County Council", Event.FOCUSED_VISIT),
        ("Children's services inspection: Devon County Council", Event.FULL_INSPECTION),
        ("Joint area child protection inspection: Devon", Event.JTAI),
        ("Area SEND full inspection: Devon", Event.AREA_SEND),
        ("Letter to the director", None),
    ],
)
def test_a_report_is_the_event_its_page_calls_it(title: str, expected: Event | None) -> None:
    assert event_of_report(title) is expected


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("The service has been given the lowest rating.", Grade.INADEQUATE),
        ("Devon keeps the highest grade there is.", Grade.OUTSTANDING),
        ("The service stays inadequate.", Grade.INADEQUATE),
        ("Inspectors have come back every few months while it climbs out of 'inadequate'.", Grade.INADEQUATE),
        ("It was the third visit to the failing service.", Grade.INADEQUATE),
        ("The report says that children's services in the county require improvement.", Grade.REQUIRES_IMPROVEMENT),
        ("Somerset Council's children's services were rated outstanding.", None),
        ("The safeguarding children board was judged to be good.", None),
        ("The adoption service was rated outstanding.", None),
        ("It hopes to be rated good next time.", None),
        ("The council denied that Ofsted had rated its children's services inadequate.", None),
        ("A fake letter says that they were rated inadequate by Ofsted.", None),
    ],
)
def test_a_grade_is_known_by_its_words_and_only_the_councils_own_counts(
    classifier: Classifier, sentence: str, grade: Grade | None
) -> None:
    assert classifier.classify(title="Devon's children's services", text=ABOUT + sentence).judgement == grade


def test_a_round_up_has_no_judgement_where_the_councils_differ(classifier: Classifier) -> None:
    text = "Ofsted has judged Kent County Council's children's services good. Devon County Council's are inadequate."
    found = classifier.classify(title="Two reports on children's services", text=text)
    assert found.councils == ("Kent", "Devon")
    assert found.judgement is None


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("Social worker vacancies halve in Devon.", "progress"),
        ("Social worker vacancies have doubled in Devon.", "concern"),
        ("Staff turnover fell to its lowest level.", "progress"),
        ("Staff turnover rose again.", "concern"),
        ("The number of social workers quitting has doubled.", "concern"),
    ],
)
def test_which_way_a_number_went_says_whether_it_is_good(classifier: Classifier, sentence: str, polarity: str) -> None:
    found = classifier.classify(title="Devon's children's services", text=ABOUT + sentence)
    assert {label.theme: str(label.polarity) for label in found.themes}.get("workforce-stability") == polarity
