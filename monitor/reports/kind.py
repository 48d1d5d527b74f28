"""What sort of report a document is, by its headline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.model import InspectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.reports.text import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The headline of a report, with what it says about its kind."""

    kind: InspectionKind
    framework: str | None
    text: str
    above: str = ""  # the line before it, where older reports name the council
    line: int = 0  # where it stands among the lines of the first two pages


# Straight or curly; some printers' fonts give a 9, an accent or nothing where the page shows one.
_APOSTROPHE = "[’'‘ʼ´` 9]?"
_SERVICES = r"children’?s? (?:(?:social care )?services|trust|first)"
# In this order, the first that begins a line (joined with the lines that follow it) decides. Apostrophes may be
# straight or curly.
_HEADLINES: tuple[tuple[re.Pattern[str], InspectionKind, str | None], ...] = tuple(
    (re.compile(pattern.replace("’", _APOSTROPHE), re.IGNORECASE), kind, framework)
    for pattern, kind, framework in (
        (
            r"joint targeted area inspection|joint inspection of .*multi-agency|JTAI (?:of|in)\b",
            InspectionKind.JTAI,
            "JTAI",
        ),
        (
            r"area (?:SEND|special educational needs.{0,40}?) (?:\w+ )?(?:re)?inspection (?:of|in|report)\b",
            InspectionKind.AREA_SEND,
            "Area-SEND-2023",
        ),
        (
            r"joint (?:local )?area (?:SEND|special educational needs).{0,40}?\b(?:(?:re)?inspection|(?:re)?visit)",
            InspectionKind.AREA_SEND,
            "Area-SEND-2016",
        ),
        (
            r"(?:(?:ofsted|ILACS)(?:’s)? )?(?:\w+ )?(?:quarterly )?monitoring visit(?:\s?[:–—-]| (?:to|of|in|at)\b)",
            InspectionKind.MONITORING_VISIT,
            None,
        ),
        (
            r"(?:(?:ofsted|ILACS) )?(?:focused (?:assurance )?|assurance )visit(?:\s?[:–—-]| (?:to|of|in|at)\b)",
            InspectionKind.FOCUSED_VISIT,
            "ILACS",
        ),
        (
            r"re-?inspection of (?:the )?services for children in need",
            InspectionKind.SINGLE_REINSPECTION,
            "SIF",
        ),
        (r"inspection of (?:the )?services for children in need", InspectionKind.SINGLE_INSPECTION, "SIF"),
        (
            r"inspection of (?:services for )?looked[- ]after children(?:’s)?(?: services|:)",
            InspectionKind.LOOKED_AFTER_2013,
            "LAC-2013",
        ),
        (
            r"review of the effectiveness of the local safeguarding children board",
            InspectionKind.OTHER,
            "SIF-LSCB",
        ),
        (
            r"inspection of (?:local authority )?arrangements for the protection of children",
            InspectionKind.OTHER,
            None,
        ),
        (
            rf"(?:\w+ )?inspection of (?!safeguarding)(?:[^:]{{0,90}} )?{_SERVICES}",
            InspectionKind.ILACS,
            "ILACS",
        ),
    )
)
# What ends a headline: the label, greeting or sentence after it.
_AFTER_HEADLINE = re.compile(
    r"\b(?:inspection dates?\b|report published|published:|lead inspector|reporting inspector|judgement\b|this letter"
    r"|her majesty|his majesty|following|thank you|this (?:inspection|visit|report))",
    re.IGNORECASE,
)


def headline(layout: Layout) -> Headline | None:
    """The headline on the first two pages, or None. Where a letter greets someone, it comes after the greeting."""
    lines = [line for page in layout.pages[:2] for line in page][:120]
    greeting = next((index for index, line in enumerate(lines) if line.startswith("Dear ")), None)
    if greeting is None:
        return _first(lines, 0, 40)
    return _first(lines, greeting + 1, greeting + 12) or _first(lines, 0, greeting) or _in_opening(lines, greeting + 1)


def is_monitoring(headline: Headline) -> bool:
    """Whether it is about the progress since an inspection: a monitoring visit, an area SEND monitoring inspection."""
    area_send = headline.framework == "Area-SEND-2023"
    return headline.kind is InspectionKind.MONITORING_VISIT or (area_send and "monitoring" in headline.text.casefold())


def _first(lines: Sequence[str], start: int, end: int) -> Headline | None:
    for index in range(start, min(end, len(lines))):
        text = " ".join(lines[index : index + 4])
        for pattern, kind, framework in (
            () if lines[index][0].islower() else _HEADLINES
        ):  # a small letter: a sentence goes on
            if pattern.match(text):
                stop = _AFTER_HEADLINE.search(text)
                before = lines[index - 1] if index > start else ""
                told = text[: stop.start()] if stop else text
                return Headline(kind=kind, framework=framework, text=told, above=before, line=index)
    return None


def _in_opening(lines: Sequence[str], start: int) -> Headline | None:
    """What a letter without a headline calls itself: "… summarises the findings of the monitoring visit to …"."""
    opening = " ".join(lines[start : start + 12])
    if found := re.search(r"\bfindings of (?:the|a|our|this) (?:recent )?", opening):
        rest = opening[found.end() :]
        for pattern, kind, framework in _HEADLINES:
            if pattern.match(rest):
                return Headline(kind=kind, framework=framework, text=rest.split(". ")[0], line=start)
    return None


_OFSTED = re.compile(r"\bofsted\b|\bH(?:er|is) Majesty[’']s (?:Chief )?Inspector", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\bchildren[’']s (?:social care|services)\b|\blooked[- ]after children\b|\bchild protection\b"
    r"|\bsafeguarding children\b|\bchildren in (?:care|need)\b|\bspecial educational needs\b",
    re.IGNORECASE,
)


def is_about_childrens_services(text: str) -> bool:
    """Whether an unfamiliar document is Ofsted's and about a council's services for children.

    It has a letterhead or greets somebody: what others write of an inspection (committee papers, plans, articles) does
    neither.
    """
    is_ours = bears_letterhead(text) or _GREETING.search(text[:_OPENING])
    return bool(is_ours and _OFSTED.search(text) and _SUBJECT.search(text))


_GREETING = re.compile(r"^Dear ", re.MULTILINE)


# Labels of a report's first page, or how a letter tells what it is.
_LETTERHEAD = re.compile(
    r"\b(?:inspection dates?|dates? of (?:inspection|visit)|lead inspector|reporting inspector|report published):"
    r"|\bthis letter (?:to all the service leaders [^.]{0,40})?(?:summarises|provides|outlines|sets out)\b",
    re.IGNORECASE,
)
_OPENING = 6_000  # characters: the first page, and a table of contents after it


def bears_letterhead(text: str) -> bool:
    """Whether a document opens as Ofsted's reports and letters do, and not as what others write of them."""
    return bool(_LETTERHEAD.search(" ".join(text[:_OPENING].split())))
