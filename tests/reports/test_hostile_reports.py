"""A report made to be slow is read like any other, or refused: no digest waits for it.

The limit is far above what these take: only work that grows with the square of the text, or worse, comes near it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sample_pdfs import FIRST_PAGE, classic, packed, report, written
from sample_reports import PROSE, full_inspection

from monitor.errors import ParseError
from monitor.reports import inspect_pages, read_report
from monitor.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator

CHARACTERS = 500_000
OPENING = "\n".join(full_inspection())
SEND = "Area SEND inspection of Devon Local Area Partnership\nInspection dates: 1 to 5 May 2025\nAreas for improvement"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(processes=1, memory_bytes=500_000_000, time_limit=timedelta(seconds=60)) as children:
        yield children


@pytest.mark.parametrize(
    ("opening", "line"),
    [
        pytest.param(OPENING, "ab\x02cd abcd " * 50, id="words divided at the end of a line"),
        pytest.param(OPENING, "Judgement grade", id="headings of a table"),
        pytest.param(OPENING, "the impact of leaders good", id="rows of a table"),
        pytest.param(OPENING, "Aaa Bbb", id="names"),
        pytest.param(f"{OPENING}\nWhat needs to improve", "a.", id="paragraphs of a letter"),
        pytest.param(f"{OPENING}\nWhat needs to improve\n1. The following:", "• bb", id="points of one item"),
        pytest.param(OPENING, "What needs to improve", id="headings of a list"),
        pytest.param(f"{SEND}\nResponsible bodies", "Devon Council", id="bodies"),
        pytest.param(f"{SEND}\nLeaders should", "do more", id="a sentence without end"),
    ],
)
def test_a_text_of_one_line_again_and_again_is_read(workers: Workers, opening: str, line: str) -> None:
    pages = [opening, f"{line}\n" * (CHARACTERS // len(line))]
    assert workers.call(inspect_pages, pages).inspection.council == "Devon"


@pytest.mark.parametrize("filling", ["1 jan 2020 ", "ab\x02cd abcd ", "a", " "])
def test_a_line_far_longer_than_a_page_is_wide_is_no_reports(workers: Workers, filling: str) -> None:
    with pytest.raises(ParseError, match="far longer than a page is wide"):
        workers.call(inspect_pages, [f"{OPENING}\nInspection dates: {filling * 10_000}"])


def drawings(*, times: int, depth: int) -> bytes:
    """A report that uses a drawing that uses another so many times, and so on."""
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</D %d 0 R>>>>"
    more = [packed(b"/D Do " * times, entries % (FIRST_PAGE + 3 + level)) for level in range(depth)]
    more.append(packed(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"))
    objects = report(packed(b"/D Do " + written([*full_inspection(), *PROSE])), more=more)
    objects[FIRST_PAGE - 1] = objects[FIRST_PAGE - 1].replace(b"/Font", b"/XObject<</D 6 0 R>>/Font")
    return classic(objects)


def test_drawings_in_drawings_are_read(workers: Workers) -> None:
    assert workers.call(read_report, drawings(times=2, depth=10)).inspection.council == "Devon"


@pytest.mark.parametrize(("times", "depth"), [(8, 12), (2, 25), (20_000, 1)])
def test_drawings_that_would_be_drawn_without_end_are_not(workers: Workers, times: int, depth: int) -> None:
    with pytest.raises(ParseError, match="draws far more than a report has"):
        workers.call(read_report, drawings(times=times, depth=depth))


def test_drawings_that_all_draw_each_other_are_not_followed_through_every_order(workers: Workers) -> None:
    names = range(6, 26)
    known = b"/Resources<</XObject<<%s>>>>" % b"".join(b"/D%d %d 0 R" % (name, name) for name in names)
    drawn = b"".join(b"/D%d Do " % name for name in names)
    more = [packed(drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + known) for _ in names]
    objects = report(packed(drawn + written(full_inspection())), more=more)
    objects[FIRST_PAGE - 1] = objects[FIRST_PAGE - 1].replace(b"/Resources<<", known.removesuffix(b">>"))
    with pytest.raises(ParseError, match="draws far more than a report has"):
        workers.call(read_report, classic(objects))


def test_a_page_of_the_same_contents_again_and_again_is_not_read(workers: Workers) -> None:
    objects = report(packed(written(full_inspection()) + b" " * 1_000_000))
    objects[FIRST_PAGE - 1] = objects[FIRST_PAGE - 1].replace(b"/Contents 5 0 R", b"/Contents[%s]" % (b"5 0 R " * 1000))
    with pytest.raises(ParseError, match="draws far more than a report has"):
        workers.call(read_report, classic(objects))


def test_a_table_of_far_too_many_runs_is_not_read(workers: Workers) -> None:
    body = classic(report()).replace(b"xref\n0 ", b"xref\n" + b"0 0\n" * 1_000_000 + b"0 ", 1)
    with pytest.raises(ParseError, match="tables of objects are far too long"):
        workers.call(read_report, body)
