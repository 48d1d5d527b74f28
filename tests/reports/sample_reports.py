"""Small PDFs of our own, and reports in the form of Ofsted's with words of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.reports import inspect_pages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.model import Inspection


def as_pdf(*pages: Iterable[str], encrypted: bool = False) -> bytes:
    """A PDF of text pages, a string a line. Any characters: the font's map tells what each code stands for."""
    texts = [list(page) for page in pages]
    unusual = sorted({character for lines in texts for line in lines for character in line if ord(character) > 126})
    codes = {character: 128 + number for number, character in enumerate(unusual)}
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", _font(), _character_map(codes)]
    kids = []
    for lines in texts:
        shown = b"".join(b"(%s)'\n" % _escaped(line, codes) for line in lines)
        content = b"BT /F 10 Tf 12 TL 40 820 Td\n" + shown + b"ET"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 800 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    lock = b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>" % (b"o" * 32, b"u" * 32)
    trailer = b"<</Size %d/Root 1 0 R%s>>" % (len(objects) + 1, lock if encrypted else b"")
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer%s\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        trailer,
        len(body),
    )


def _font() -> bytes:
    widths = b" ".join([b"500"] * 224)
    return (
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 32/LastChar 255/Widths[%s]/ToUnicode 4 0 R>>" % widths
    )


def _character_map(codes: dict[str, int]) -> bytes:
    entries = [f"<{code:02x}><{ord(character):04x}>" for character, code in codes.items()]
    entries += [f"<{code:02x}><{code:04x}>" for code in range(32, 127)]
    groups = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    mapped = "".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar\n" for group in groups)
    content = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <00><ff> endcodespacerange\n" + mapped + "endcmap end end"
    ).encode()
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _escaped(line: str, codes: dict[str, int]) -> bytes:
    raw = bytes(codes.get(character, ord(character) & 0xFF) for character in line)
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


PROSE = [
    "Workers know the families they visit and write down clearly what they have agreed. Plans",
    "are looked at again when something changes, and most children can say who will come next.",
    "Where a plan is late, the manager sees it on the list and asks for it within the same week.",
]
GRID = [
    "Judgement Grade",
    "The impact of leaders on social work",
    "practice with children and families",
    "Good",
    "The experiences and progress of",
    "children who need help and protection",
    "Requires improvement to be good",
    "The experiences and progress of",
    "children in care",
    "Outstanding",
    "The experiences and progress of care",
    "leavers",
    "Inadequate",
    "Overall effectiveness Requires improvement to be good",
]


def full_inspection(
    *,
    headline: Iterable[str] = ("Inspection of Devon local authority", "children’s services"),
    dates: str = "Inspection dates: 2 to 13 December 2024",
    grid: Iterable[str] = tuple(GRID),
    after: Iterable[str] = (),
) -> list[str]:
    """The first page of a full inspection's report."""
    return [*headline, dates, "Lead inspector: Robin Example, His Majesty’s Inspector", *grid, *PROSE, *after]


def letter(
    *,
    headline: Iterable[str] = ("Focused visit to Devon children’s services",),
    date: str = "14 March 2025",
    opening: Iterable[str] = (
        "This letter summarises the findings of the focused visit to Devon children’s services on",
        "11 and 12 February 2025. His Majesty’s Inspectors for this visit were from the region.",
    ),
    after: Iterable[str] = (),
) -> list[str]:
    """A letter about a visit, of one page."""
    return [
        date,
        "Director of Children’s Services",
        "County Hall",
        "Exampleton",
        "Dear Director",
        *headline,
        *opening,
        *PROSE,
        *after,
        "Yours sincerely",
        "Robin Example",
    ]


def single_inspection(
    *,
    council: str = "Devon County Council",
    title: Iterable[str] = (
        "Inspection of services for children in need of help and",
        "protection, children looked after and care leavers",
    ),
    dates: Iterable[str] = ("Inspection date: 14 January – 5 February 2014", "Report published: 21 March 2014"),
    overall: Iterable[str] = ("Children’s services in Devon are good",),
    rows: Iterable[str] = (
        "1. Children who need help and protection Requires",
        "improvement",
        "2. Children looked after and achieving permanence Good",
        "2.1 Adoption performance Outstanding",
        "2.2 Experiences and progress of care leavers Inadequate",
        "3. Leadership, management and governance Good",
    ),
    after: Iterable[str] = (),
) -> list[str]:
    """The first page of a single inspection's report."""
    return ["1", council, *title, *dates, *overall, *rows, *PROSE, *after]


def facts(*pages: Iterable[str]) -> Inspection:
    """The facts of a document, given as pages of lines."""
    return inspect_pages(["\n".join(page) for page in pages]).inspection


def grades(*pages: Iterable[str]) -> dict[str, str]:
    """The judgements a document gives, those it does not give left out."""
    return {name: grade.value for name, grade in facts(*pages).judgements.items() if grade}


JUDGED = {  # by GRID
    "overall": "requires-improvement",
    "impact_of_leaders": "good",
    "help_and_protection": "requires-improvement",
    "in_care": "outstanding",
    "care_leavers": "inadequate",
}
