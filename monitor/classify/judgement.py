"""A council's overall effectiveness as it stands now by the text, and whether the text is what gives it.

A grade's word counts only as a grade: after "rated", in "overall effectiveness", of "children's services" where
inspectors speak. One that is hoped for, no longer true, given to one area or to somebody else, or an opponent's word,
does not count; one given earlier stands until the text gives a new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from monitor.classify.grading import DATED, FROM, GRADE, INSPECTORS, OPINION, TO, any_of, grade_of, weigh
from monitor.classify.phrases import plain
from monitor.model import Cue, Grade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.classify.sentences import Sentence
    from monitor.model import Mention

READ = 40_000  # characters
_READ_FAILED = 3_000  # that a service failed, a text without a grade says early
_HEAD = 300  # characters of the text that may name the inspectors for the title

# "Rated inadequate by Ofsted, the council spent more": how it stands, which the text does not bring as news.
_STANDS = re.compile(r"(?:^|[,(-] ?|\b(?:is|are) (?:currently |already )?)rated (?:as )?(?:an? )?[\"']*$")
_LATER_THAN_ANY_YEAR = 9999
# What a sentence only says that somebody says.
_UNTRUE = re.compile(
    r"\b(?:den(?:y|ies|ied)|untrue|hoax|fake|satire|rumours?|claims? that ofsted|not true"
    r"|(?:falsely|wrongly) (?:claim|say|said|report)\w*|false (?:claim|report|rumour)\w*)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LAST_INSPECTION = re.compile(r"\b(?:last|latest|most recent) (?:full )?(?:inspection|report|visit)")
_FAILED = re.compile(rf"\b{any_of('failed')}\b")


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


def standing(
    title: str,
    text: str,
    spans: Sequence[Sentence],
    *,
    others: Sequence[int] = (),
    ours: Sequence[int] = (),
    is_roundup: bool = False,
) -> Standing:
    """The overall grade by `title` and `text`, whose sentences are `spans`.

    `others` are where councils are named in `text` that it is not about, `ours` where those are that it is about: a
    grade in a sentence that names only others is theirs. `is_roundup` says that it is about several councils.
    """
    lowered = plain(text[:READ])
    headline = plain(title)
    reach = headline if OPINION.search(headline) else f"{headline}\n{lowered[:_HEAD]}"
    said = _said(headline, title, 0, reach=reach, in_title=True)
    before = ""
    for span in spans:
        if span.start >= READ:
            break
        sentence = lowered[span.start : span.end]
        if _is_of_others(span, others, ours):
            before = sentence
            continue
        # A sentence that does not name inspectors may still tell what they found; an opponent's does not.
        reach = sentence if OPINION.search(sentence) else f"{headline}\n{before}\n{sentence}"
        said += [
            one
            for one in _said(sentence, text[span.start : span.end], span.start, reach=reach, in_title=False)
            if not _follows_other(span, one.cue.start, others, ours)
        ]
        before = sentence
    if not said:
        return _failed(f"{headline}\n{lowered[:_READ_FAILED]}")
    cues = tuple(one.cue for one in said)
    if is_roundup and len({one.grade for one in said}) > 1:
        return Standing(cues=cues)  # each council's own, and none of them the text's
    now = [one for one in said if not one.earlier]
    if now:
        # The plainest words win; of equals the first, because the news comes before the history.
        return Standing(max(now, key=lambda one: one.weight).grade, True, cues)
    return Standing(max(said, key=lambda one: (one.year, one.weight)).grade, False, cues)


class Named(TypedDict):
    """Where a text names councils, as `standing` wants it."""

    others: list[int]
    ours: list[int]
    is_roundup: bool


def named(mentions: Sequence[Mention], about: Sequence[str]) -> Named:
    """Where `mentions` name councils that the text is about, and others."""
    return Named(
        others=[one.start for one in mentions if not one.in_title and one.weight and one.council not in about],
        ours=[one.start for one in mentions if not one.in_title and one.council in about],
        is_roundup=len(about) > 1,
    )


def _failed(text: str) -> Standing:
    """What a text that names no grade says all the same: its council's service failed."""
    return Standing(Grade.INADEQUATE, False) if _FAILED.search(text) else Standing()


def _follows_other(span: Sentence, place: int, others: Sequence[int], ours: Sequence[int]) -> bool:
    """Whether the council named last before `place` in its sentence is another."""
    before = [start for start in others if span.start <= start < place]
    return bool(before) and max(before) > max((start for start in ours if span.start <= start < place), default=-1)


def _is_of_others(span: Sentence, others: Sequence[int], ours: Sequence[int]) -> bool:
    return any(span.start <= start < span.end for start in others) and not any(
        span.start <= start < span.end for start in ours
    )


def _said(sentence: str, original: str, offset: int, *, reach: str, in_title: bool) -> list[_Said]:
    """The overall grades one sentence (plain) gives; `reach` is where the inspectors who give it may be named."""
    found: list[_Said] = []
    if _UNTRUE.search(sentence):
        return found
    matches = list(GRADE.finditer(sentence))
    inspectors = bool(matches and INSPECTORS.search(reach))
    for number, match in enumerate(matches):
        begin = matches[number - 1].end() if number else 0
        before, after = sentence[begin : match.start()][-160:], sentence[match.end() : match.end() + 60]
        grade = grade_of(match)
        whole = sentence[: match.start()][-160:]
        in_full = inspectors and match.group().endswith("good") and match["requires"] is not None
        weight, earlier = weigh(
            before,
            after,
            whole,
            inspectors=inspectors,
            in_full=in_full,
            in_title=in_title,
            is_verb=match.group().startswith(("require ", "requires ")),
        )
        if 0 < weight - (1.0 if in_title else 0.0) < 1.0 and OPINION.search(sentence):
            continue  # told in words that anybody might use, and somebody else may be speaking
        if number and TO.match(before) and FROM.search(sentence[: matches[number - 1].start()]):
            weight, earlier = 3.0, False  # "from inadequate to good": the move itself is the news
        if not weight:
            continue
        dated = DATED.match(after)
        stands = not (dated or earlier or in_title) and bool(_STANDS.search(whole))
        is_last = bool(_LAST_INSPECTION.search(after[:40]))
        years = _YEAR.findall(dated.group() if dated else before)
        found.append(
            _Said(
                grade=grade,
                weight=weight,
                earlier=earlier or stands,
                year=_LATER_THAN_ANY_YEAR if stands or is_last else int(years[-1]) if years else 0,
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
