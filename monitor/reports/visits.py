"""Which monitoring visit since the judgement it follows a letter is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.reports.kind import Headline
    from monitor.reports.text import Layout

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NTH = rf"(?P<nth>{'|'.join(_ORDINALS)}|(?:10|[1-9])(?:st|nd|rd|th))"
_BETWEEN = r"(?: (?:and|final|last|published|formal|quarterly|Ofsted|ILACS|such)| of (?:[\w-]+ ){0,4}?(?=monitoring))*"
# "… was the third monitoring visit since …", "… the findings of the third monitoring visit to …": this letter's own.
_OWN = re.compile(
    rf"\b(?:was|is|were|being|findings (?:of|from)|undertook|carried out|conducted|completed|made)"
    rf" (?:the|your|our|its|a|(?:\w+[\s-]){{0,4}}\w+[’']s?) {_NTH}{_BETWEEN} ?"
    rf"(?:monitoring visits?|monitoring inspections?|visit since)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:previous|last|earlier)\b[^.]*$", re.IGNORECASE)
_NUMBERED = re.compile(rf"(?:\w+(?:[’']s)? )?{_NTH}{_BETWEEN} monitoring (?:visit|inspection)\b", re.IGNORECASE)
# The opening: what comes before the findings, and no more than this many characters.
_FINDINGS = re.compile(r"^(?:(?:main |headline |key )?findings|areas covered by the visit|overview)", re.IGNORECASE)
_OPENING = 3000


def visit_number(layout: Layout, headline: Headline) -> int | None:
    """The number of the visit, 1 to 10, by its letter's headline, else by its opening; None where neither says it.

    A number that belongs to an earlier visit ("Since the second monitoring visit, …") is not this one's.
    """
    if told := _NUMBERED.match(headline.text):
        return _number(told["nth"])
    opening = _opening(layout)
    for told in _OWN.finditer(opening):
        if not _EARLIER.search(opening[: told.start()]):
            return _number(told["nth"])
    return None


def _opening(layout: Layout) -> str:
    texts: list[str] = []
    for block in layout.blocks:
        if texts and _FINDINGS.match(block.text):
            break
        texts.append(block.text)
    opening = " ".join(texts)
    return opening[max(opening.find("Dear "), 0) :][:_OPENING]


def _number(nth: str) -> int:
    return _ORDINALS.index(nth.casefold()) + 1 if nth[0].isalpha() else int(nth[:-2])
