"""A council's overall effectiveness as it stands now by the text, and whether the text is what gives it.

A grade's word counts only as a grade: after "rated", in "overall effectiveness", of "children's services". One that is
hoped for, no longer true, or given to one area or to somebody else does not count; one given earlier stands until the
text gives a new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.classify.phrases import data, plain
from monitor.model import Cue, Grade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.classify.sentences import Sentence

READ = 40_000  # characters

_REQUIRES = r"(?:require|requires|requiring|required|needs?|needing)[ -]+(?:of )?improvements?"
# "requires improvement to be good" is one grade: its "good" is not another.
_TO_BE_GOOD = r"(?:[\"' ]+to (?:be|become|get to) (?:(?:rated|judged|graded|considered) )?[\"']*good\b)?"
_GRADE = re.compile(rf"\b(?P<requires>{_REQUIRES}{_TO_BE_GOOD})|\b(?P<word>outstanding|good|inadequate)\b")
_WORDS = {"outstanding": Grade.OUTSTANDING, "good": Grade.GOOD, "inadequate": Grade.INADEQUATE}


def _any(table: str) -> str:
    return "(?:" + "|".join(data("judgement.toml")[table]) + ")"


_OVERALL = re.compile(r"overall effectiveness[\s:\-|.]*(?:(?:is|was|of|as|remains|judged|to be|now)[\s:]+){0,3}[\"']*$")
_RATED = re.compile(rf"\b{_any('rated')}\b")
_SERVICES = re.compile(
    rf"\b{_any('services')}[\"']? (?:is|are|was|were|as|remains?|still|now|becomes?|(?:has|have|had) (?:been|become))"
    r" (?:now |still |currently )?[\"']*$"
)
_FOLLOWED = re.compile(rf"[\"']*(?: |-)?(?:(?:ofsted|overall) )?{_any('followed')}")
_HOPED = re.compile(rf"\b{_any('hoped')}\b")
_DENIED = re.compile(rf"\b{_any('denied')}\b[^,;]{{0,22}}$")
_EARLIER = re.compile(rf"\b{_any('earlier')}\b")
_NOW = re.compile(rf"\b{_any('now')}\b")
_AREA = re.compile(rf"\b{_any('area')}\b")
_ELSEWHERE = re.compile(rf"\b{_any('elsewhere')}\b")
_CLAUSE = re.compile(r";|, (?:with|and|but|while|although)|\b(?:but|while|although|with)\b")
# "from inadequate to good": what stands before the first grade, and between the two.
_FROM = re.compile(r"\b(?:from|was|were|previously|being)\s+(?:being )?(?:rated |judged |graded )?(?:an? )?[\"']*$")
_TO = re.compile(r"^[\"']*(?: \w+){0,2} to (?:an? )?[\"']*$")
_GOES_TO = re.compile(r"[\"']*(?: \w+){0,4} to ")
_DATED = re.compile(r"[\"']*(?: \w+){0,2} in (?:\w+ )?(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a council stands by a text: the grade, whether this text gives it, and the words that say so."""

    grade: Grade | None = None
    is_new: bool = False
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    grade: Grade
    weight: float
    earlier: bool
    year: int
    cue: Cue


def standing(title: str, text: str, spans: Sequence[Sentence]) -> Standing:
    """The overall grade by `title` and `text`, whose sentences are `spans`."""
    said = _said(plain(title), title, 0, in_title=True)
    lowered = plain(text[:READ])
    for span in spans:
        if span.start >= READ:
            break
        said += _said(lowered[span.start : span.end], text[span.start : span.end], span.start, in_title=False)
    if not said:
        return Standing()
    cues = tuple(one.cue for one in said)
    now = [one for one in said if not one.earlier]
    if now:
        # The plainest words win; of equals the first, because the news comes before the history.
        return Standing(max(now, key=lambda one: one.weight).grade, True, cues)
    return Standing(max(said, key=lambda one: (one.year, one.weight)).grade, False, cues)


def _said(sentence: str, original: str, offset: int, *, in_title: bool) -> list[_Said]:
    """The overall grades one sentence (plain) gives."""
    found = []
    matches = list(_GRADE.finditer(sentence))
    for number, match in enumerate(matches):
        begin = matches[number - 1].end() if number else 0
        before, after = sentence[begin : match.start()][-160:], sentence[match.end() : match.end() + 60]
        grade = _WORDS[match["word"]] if match["word"] else Grade.REQUIRES_IMPROVEMENT
        weight, earlier = _weigh(before, after, sentence[: match.start()][-160:], in_title=in_title)
        if number and _TO.match(before) and _FROM.search(sentence[: matches[number - 1].start()]):
            weight, earlier = 3.0, False  # "from inadequate to good": the move itself is the news
        if not weight:
            continue
        dated = _DATED.match(after)
        years = _YEAR.findall(dated.group() if dated else before)
        found.append(
            _Said(
                grade=grade,
                weight=weight,
                earlier=earlier,
                year=int(years[-1]) if years else 0,
                cue=Cue(
                    question="judgement",
                    text=original[match.start() : match.end()],
                    start=offset + match.start(),
                    end=offset + match.end(),
                    weight=weight if not earlier else weight / 2,
                    in_title=in_title,
                ),
            )
        )
    return found


def _weigh(before: str, after: str, whole: str, *, in_title: bool) -> tuple[float, bool]:
    """How plainly a grade's word, between `before` and `after`, is the overall one, and whether an earlier one."""
    if _OVERALL.search(before):
        return 4.0, bool(_EARLIER.search(whole[-70:])) and not _NOW.search(whole[-70:])
    if _ELSEWHERE.search(before) or _ELSEWHERE.search(after[:30]) or _DENIED.search(before) or _HOPED.search(before):
        return 0.0, False
    clause = _CLAUSE.split(before)[-1]
    if _AREA.search(clause) or (_AREA.search(after[:45]) and " for " in after[:12]):
        return 0.0, False
    rated = _RATED.search(before[-90:])
    named = _SERVICES.search(before)
    followed = _FOLLOWED.match(after)
    # A headline gives a grade as a quotation: "Council's children's services 'inadequate', Ofsted says".
    quoted = before.endswith(("'", '"')) and after.startswith(("'", '"')) and "ofsted" in before + after
    if not (rated or named or followed or quoted):
        return 0.0, False
    earlier = bool(_EARLIER.search(whole) or _DATED.match(after)) and not _NOW.search(clause)
    if _FROM.search(before) and _GOES_TO.match(after):
        return 0.5, True
    weight = 1.0 + (0.5 if rated and named else 0.0) + (1.5 if in_title else 0.0)
    return weight + (0.5 if "overall" in before or "overall" in after[:20] else 0.0), earlier
