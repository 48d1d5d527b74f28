"""What stands on an article's page and is not the article; and lines that grade an area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.classify.areas import graded_areas
from monitor.classify.links import without_links
from monitor.model import Polarity

if TYPE_CHECKING:
    from monitor.classify import Classifier

STORY = "A bakery in Truro has made a pasty of record size.\n"


@pytest.mark.parametrize(
    "links",
    [
        "Most read\nOfsted: council's children's services inadequate\nBins row",
        "More on this story: Social workers walk out",
        "You may also like | Foster carers leave",
        "READ MORE: Ofsted publishes letter",
        "Related internet links\nOfsted",
        "> Read next: Care leavers in hotels",
        "Follow us: Ofsted news across Derby, Leicester and Nottingham",
    ],
)
def test_links_to_other_stories_are_blanked_and_nothing_moves(links: str) -> None:
    left = without_links(STORY + links)
    assert len(left) == len(STORY + links)
    assert left.startswith(STORY)
    assert left.removeprefix(STORY).strip() == ""


@pytest.mark.parametrize(
    "prose",
    [
        "Most read books in the library were about the sea.",
        "Watch out for ice, the council says.",
        "Trending upwards, the number of referrals worries members.",
        "The report can be read more quickly than the last.",
        "Recommended 10 actions, all of which members agreed.",
        "Related pages say more about the visit.",
        f"Follow us: {'inspectors found that caseloads are too high and ' * 5}that is all.",
    ],
)
def test_prose_that_begins_so_stays(prose: str) -> None:
    assert without_links(STORY + prose) == STORY + prose


def test_an_article_that_goes_on_below_a_list_of_links_is_read() -> None:
    story = (
        "Ofsted has rated Kent County Council's children's services inadequate and says that caseloads are too high."
    )
    text = f"{STORY}Top stories\nBins row\n{story}\n"
    assert story in without_links(text)
    assert "Bins" not in without_links(text)


def test_no_evidence_runs_across_a_link(classifier: Classifier) -> None:
    text = (
        "Ofsted says of Kent County Council's children's services that caseloads are too high and that the. "
        "READ MORE: something\nmanagers have no oversight of practice."
    )
    found = classifier.classify(title="Ofsted on Kent", text=text)
    assert found.themes
    for label in found.themes:
        for piece in label.evidence:
            assert text[piece.start : piece.end] == piece.text
            assert "READ MORE" not in piece.text
    assert any("taken for links to other stories" in note for note in found.notes)


def test_a_report_is_read_whole(classifier: Classifier) -> None:
    found = classifier.classify(
        title="Visit", text="Related content\nCaseloads are too high.", council="Kent", is_report=True
    )
    assert [label.theme for label in found.themes] == ["caseloads-and-demand"]


def test_a_link_between_paragraphs_goes_and_the_story_goes_on() -> None:
    text = "Caseloads are high.\nREAD MORE: Bins row\nStaff are leaving.\n"
    assert without_links(text) == f"Caseloads are high.\n\n\n{' ' * 17}\nStaff are leaving.\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("the experiences and progress of care leavers: good", [("care-leavers", Polarity.PROGRESS)]),
        (
            "the experiences and progress of children in care and care leavers: requires improvement to be good",
            [("care-leavers", Polarity.CONCERN), ("children-in-care", Polarity.CONCERN)],
        ),
        ("the impact of leaders on social work is outstanding", [("leadership-and-governance", Polarity.PROGRESS)]),
        ("the experiences and progress of children who need help and protection: inadequate", []),
        ("the experiences and progress of care leavers", []),
        ("the experiences and progress of care  leavers: good", [("care-leavers", Polarity.PROGRESS)]),
        ("the experiences and progress of care leavers have improved since the last visit.", None),
        ("care leavers are good at this.", None),
    ],
)  # fmt: skip
def test_a_line_that_grades_an_area_is_a_label_of_it(line: str, expected: list[tuple[str, Polarity]] | None) -> None:
    assert graded_areas(line) == expected
