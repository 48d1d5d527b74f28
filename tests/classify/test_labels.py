"""What a sentence earns, and what it only seems to: each tempting sentence with a harmless or telling twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from monitor.classify import Classifier

ABOUT = "Ofsted inspectors wrote to Devon County Council about its children's services. "


def themes_of(classifier: Classifier, sentence: str) -> dict[str, str]:
    found = classifier.classify(title="Letter", text=ABOUT + sentence)
    return {label.theme: str(label.polarity) for label in found.themes}


@pytest.mark.parametrize(
    "sentence",
    [
        "The service was found to be good in all areas, up from requires improvement.",
        "No longer inadequate, the department now requires improvement to be good.",
        "After the inspection the authority moved from inadequate to requires improvement.",
        "Previously rated inadequate, the service has been inspected again.",
        "The council was upgraded from inadequate to good after a three-week inspection.",
        "Children's services, judged outstanding in 2021, were inspected in March.",
    ],
)  # fmt: skip
def test_a_grade_alone_labels_no_theme(classifier: Classifier, sentence: str) -> None:
    assert themes_of(classifier, sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "theme", "polarity"),
    [
        ("The council has made progress in its front door since being judged inadequate.", "front-door", "progress"),
        ("Rated good last time, it has let caseloads become too high.", "caseloads-and-demand", "concern"),
        ("Supervision requires improvement.", "management-oversight", "concern"),
        ("Planning for care leavers is inadequate.", "care-leavers", "concern"),
        ("Relationships with foster carers are good.", "children-in-care", "progress"),
        ("Managers do not check the work of their teams well enough.", "management-oversight", "concern"),
        ("Managers check the work of their teams well.", "management-oversight", "progress"),
        ("Social workers at the council change too often.", "workforce-stability", "concern"),
    ],
)  # fmt: skip
def test_a_grade_does_not_drown_what_is_said_of_a_theme(
    classifier: Classifier, sentence: str, theme: str, polarity: str
) -> None:
    assert themes_of(classifier, sentence).get(theme) == polarity


@pytest.mark.parametrize(
    "sentence",
    [
        "The panel considered a report of the director of children's services on the second quarter.",
        "The council has responded to a report to its scrutiny committee on fostering.",
        "A woman who led social care at one council has been appointed director of children's services at another.",
        "The cabinet member received a good summary from the lead member.",
        "The director of children's services said: \"It is a good day for the county.\"",
        "Leaders said they were pleased with the letter.",
        "The chief executive welcomed visitors.",
        "The Corporate Parenting Board met in the committee room, which is well lit.",
        "Councillors reviewed the number of care leavers.",
        "Every child in Devon deserves better, the family support group said.",
    ],
)  # fmt: skip
def test_a_title_or_a_mild_word_labels_no_theme(classifier: Classifier, sentence: str) -> None:
    assert themes_of(classifier, sentence) == {}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Scrutiny committee told that social workers change far too often.",
            {"workforce-stability": "concern"},
        ),
        ("The director of children's services said caseloads were too high.", {"caseloads-and-demand": "concern"}),
        ("Scrutiny has been ineffective.", {"leadership-and-governance": "concern"}),
        ("Leaders have a clear vision.", {"leadership-and-governance": "progress"}),
        ("Corporate parenting is a strength.", {"leadership-and-governance": "progress"}),
        ("Care leavers receive a health passport.", {"care-leavers": "progress"}),
        ("Children deserve better foster homes than the poor ones on offer.", {"children-in-care": "concern"}),
    ],
)  # fmt: skip
def test_what_is_said_of_the_theme_itself_is_told(
    classifier: Classifier, sentence: str, expected: dict[str, str]
) -> None:
    assert themes_of(classifier, sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "theme", "polarity"),
    [
        ("Inspectors saw no evidence of drift and delay in care proceedings.", "court-proceedings", "progress"),
        ("Inspectors saw evidence of drift and delay in care proceedings.", "court-proceedings", "concern"),
        ("There is no clear evidence of supervision.", "management-oversight", "concern"),
        ("Social workers no longer have unmanageable caseloads.", "caseloads-and-demand", "progress"),
        ("Caseloads are no longer manageable.", "caseloads-and-demand", "concern"),
        ("Supervision is no longer regular.", "management-oversight", "concern"),
        ("Few children wait too long for an assessment.", "assessment", "progress"),
        ("A few children wait too long for an assessment.", "assessment", "concern"),
        ("Few assessments are thorough.", "assessment", "concern"),
        ("Care plans rarely drift.", "care-planning", "progress"),
        ("Care plans are rarely specific.", "care-planning", "concern"),
        ("There is little delay in holding strategy meetings.", "front-door", "progress"),
        ("Too few care leavers are well supported.", "care-leavers", "concern"),
        ("No care leavers are in bed and breakfast any more.", "care-leavers", "progress"),
        ("Care leavers are in bed and breakfast again.", "care-leavers", "concern"),
        ("No child is left in an unsuitable foster home.", "children-in-care", "progress"),
        ("No care leavers have an effective pathway plan.", "care-leavers", "concern"),
    ],
)  # fmt: skip
def test_a_denied_concern_is_progress_and_denied_praise_a_concern(
    classifier: Classifier, sentence: str, theme: str, polarity: str
) -> None:
    assert themes_of(classifier, sentence).get(theme) == polarity


@pytest.mark.parametrize(
    "sentence",
    [
        "Agencies missed chances to protect the boy.",
        "There were missed opportunities to safeguard the sisters.",
        "Slow decisions leave children at risk.",
        "The council failed to protect a teenager.",
    ],
)
def test_chances_missed_to_protect_are_a_risk(classifier: Classifier, sentence: str) -> None:
    assert themes_of(classifier, sentence).get("risk-and-neglect") == "concern"
