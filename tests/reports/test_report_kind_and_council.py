"""Each report is told under its own kind and council."""

from __future__ import annotations

import pytest
from sample_reports import PROSE, facts, full_inspection, letter, single_inspection

from monitor.errors import ParseError
from monitor.model import InspectionKind
from monitor.reports.council import councils_named


@pytest.mark.parametrize(
    ("page", "kind", "framework"),
    [
        pytest.param(full_inspection(), "ilacs", "ILACS", id="full inspection"),
        pytest.param(
            full_inspection(headline=["Devon County Council", "Inspection of children's social care services"]),
            "ilacs",
            "ILACS",
            id="council above the headline, straight apostrophe",
        ),
        pytest.param(letter(), "focused-visit", "ILACS", id="focused visit"),
        pytest.param(
            letter(headline=["Monitoring visit to Devon children’s services"]),
            "monitoring-visit",
            None,
            id="monitoring",
        ),
        pytest.param(
            letter(headline=["Joint targeted area inspection of the multi-agency response to", "neglect in Devon"]),
            "jtai",
            "JTAI",
            id="jtai",
        ),
        pytest.param(
            ["Area SEND inspection of Devon Local Area", "Partnership", *PROSE],
            "area-send",
            "Area-SEND-2023",
            id="send",
        ),
        pytest.param(
            letter(headline=["Joint area SEND inspection in Devon"]), "area-send", "Area-SEND-2016", id="older send"
        ),
        pytest.param(
            letter(headline=["Joint area SEND revisit in Devon"]), "area-send", "Area-SEND-2016", id="send, again"
        ),
        pytest.param(
            ["Area SEND monitoring inspection of Devon", "Local Area Partnership", *PROSE],
            "area-send",
            "Area-SEND-2023",
            id="send monitoring",
        ),
        *(
            pytest.param(letter(headline=[headline]), kind, framework, id=headline)
            for headline, kind, framework in (
                ("Third monitoring visit of Devon County Council children’s services", "monitoring-visit", None),
                ("Ofsted monitoring visit: Devon children’s services", "monitoring-visit", None),
                ("ILACS focused assurance visit to Devon children’s services", "focused-visit", "ILACS"),
                ("Assurance visit to Devon children’s services", "focused-visit", "ILACS"),
                ("Joint targeted area inspection (JTAI) of Devon", "jtai", "JTAI"),
                ("JTAI of services for children in Devon", "jtai", "JTAI"),
            )
        ),
        pytest.param(
            full_inspection(headline=["Short inspection of Devon local authority children’s", "services"]),
            "ilacs",
            "ILACS",
            id="short inspection",
        ),
        pytest.param(
            full_inspection(headline=["Inspection of Devon Children’s Trust"]), "ilacs", "ILACS", id="children’s trust"
        ),
        pytest.param(
            [
                "Inspection of local authority",
                "arrangements for the protection of",
                "children",
                "Devon County Council",
                "Ofsted looks at children’s services",
                *PROSE,
            ],
            "other",
            None,
            id="child protection, 2012",
        ),
        pytest.param(single_inspection(), "single-inspection", "SIF", id="single"),
        pytest.param(
            single_inspection(title=["Re-inspection of services for children in need of help and", "protection"]),
            "single-reinspection",
            "SIF",
            id="single again",
        ),
        pytest.param(
            ["Inspection of looked after children", "services", "Devon County Council", *PROSE],
            "looked-after-children-2013",
            "LAC-2013",
            id="2013",
        ),
        pytest.param(
            [
                "Devon Safeguarding Children Board",
                "Review of the effectiveness of the Local Safeguarding Children",
                "Board",
            ],
            "other",
            "SIF-LSCB",
            id="board only",
        ),
    ],
)
def test_a_report_is_known_by_its_headline(page, kind, framework):
    found = facts(page)
    assert (found.kind, found.framework, found.council) == (kind, framework, "Devon")


@pytest.mark.parametrize(
    ("called", "kind"),
    [("monitoring visit to", "monitoring-visit"), ("focused visit to", "focused-visit")],
)
def test_a_letter_without_a_headline_is_known_by_what_it_calls_itself(called, kind):
    page = letter(headline=[], opening=[f"This letter tells the findings of the {called} Devon on 3 March 2025."])
    assert (facts(page).kind, facts(page).council) == (kind, "Devon")


def test_a_letter_that_calls_itself_nothing_known_is_of_no_known_kind():
    opening = ["Ofsted tells the findings of the conversation about child protection in Devon."]
    assert facts(letter(headline=[], opening=opening)).kind is InspectionKind.OTHER


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [
                "Devon County Council: Children’s Scrutiny Committee, 14 June 2024",
                "Response to Ofsted’s inspection of children’s services",
            ],
            id="a committee paper",
        ),
        pytest.param(
            ["Kent County Council: our plan after Ofsted", "Children’s services must improve how long plans take."],
            id="an action plan",
        ),
        pytest.param(
            ["Devon children’s services inadequate", "Ofsted’s inspectors said so on 12 March 2024."], id="an article"
        ),
        pytest.param(["How Ofsted inspects children’s services", "Guidance for inspectors."], id="guidance"),
    ],
)
def test_what_others_write_of_an_inspection_is_no_report(lines):
    with pytest.raises(ParseError, match="no report: nothing in it says"):
        facts([*lines, *PROSE])


def test_a_line_that_goes_on_with_a_sentence_is_no_headline():
    opening = ["Ofsted came to Devon on 3 March 2025 in line with the", "inspection of children’s services framework."]
    assert facts(letter(headline=["Our conversation"], opening=opening)).kind is InspectionKind.OTHER


def test_a_sentence_about_an_earlier_visit_is_no_headline():
    page = letter(after=["Focused visit to somewhere else came before this."])
    assert facts(page).kind is InspectionKind.FOCUSED_VISIT


@pytest.mark.parametrize(
    ("headline", "council"),
    [
        pytest.param(["Inspection of St. Helens local authority", "children’s services"], "St Helens", id="full stop"),
        pytest.param(
            ["Inspection of North East Lincolnshire local", "authority children’s services"],
            "North East Lincolnshire",
            id="longest name",
        ),
        pytest.param(
            ["Inspection of Bournemouth,", "Christchurch and Poole local authority", "children’s services"],
            "Bournemouth, Christchurch and Poole",
            id="broken name",
        ),
        pytest.param(
            ["Inspection of Leicestershire local authority", "children’s services"], "Leicestershire", id="not its city"
        ),
        pytest.param(
            ["St. Helens Council", "Inspection of children’s social care services"], "St Helens", id="name above"
        ),
        pytest.param(
            ["Stockton-On-Tees Borough Council", "Inspection of children’s social care services"],
            "Stockton-on-Tees",
            id="capitals",
        ),
        pytest.param(
            ["Inspection of Brighton & Hove local authority", "children’s services"],
            "Brighton and Hove",
            id="ampersand",
        ),
        pytest.param(
            ["Kingston upon Hull", "Inspection of children’s social care services"], "Hull", id="official name"
        ),
        pytest.param(
            ["Inspection of Northamptonshire local authority", "children’s services"],
            "Northamptonshire",
            id="former council",
        ),
    ],
)
def test_the_council_is_the_one_the_headline_names(headline, council):
    assert (
        facts(full_inspection(headline=headline, after=["Children placed in Kent and in Essex were visited."])).council
        == council
    )


def test_a_headline_without_the_council_leaves_it_to_the_lines_above_it():
    page = letter(headline=["Focused visit to children’s services"], opening=["This visit took place on 4 March 2025."])
    page[1:1] = ["Leicestershire County Council"]
    assert facts(page, ["Kent was mentioned.", *PROSE]).council == "Leicestershire"


def test_a_headline_without_the_council_leaves_it_to_the_running_header():
    header = "Inspection of Devon local authority children’s services"
    page = full_inspection(headline=["Inspection of local authority children’s services"])
    pages = [[header, *PROSE, f"A page that tells of {place}."] for place in ("Kent", "Essex", "Kent")]
    assert facts(page, *pages).council == "Devon"


def test_without_headline_or_header_the_council_is_the_one_named_most():
    page = letter(
        headline=["Our conversation"],
        opening=["Ofsted met leaders of child protection in Devon and Kent.", "Devon agreed."],
    )
    assert facts(page).council == "Devon"


def test_a_report_that_names_no_council_names_none():
    page = letter(headline=["Our conversation"], opening=["Ofsted met those who lead child protection there."])
    assert facts(page).council is None


def test_a_council_is_found_over_a_line_break_and_with_any_dash():
    assert councils_named("of Stoke–on–\nTrent and of Hammersmith &\nFulham") == [
        "Stoke-on-Trent",
        "Hammersmith and Fulham",
    ]
