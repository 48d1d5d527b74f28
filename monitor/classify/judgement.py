"""A council's overall effectiveness as it stands now by the text, and whether the text is what gives it.

A grade's word counts only as a grade: after "rated", in "overall effectiveness", of "children's services" where
inspectors speak. One that is hoped for, no longer true, given to one area or to somebody else, or an opponent's word,
does not count; one given earlier stands until the text gives a new one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.classify.phrases import data, plain
from monitor.model import Cue, Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.classify.sentences import Sentence

READ = 40_000  # characters
_HEAD = 300  # characters of the text that may name the inspectors for the title

_REQUIRES = r"(?:require|requires|requiring|required|needs?|needing)[ -]+(?:of )?improvements?"
# "requires improvement to be good" is one grade: its "good" is not another.
_TO_BE_GOOD = r"(?:[\"' ]+to (?:be|become|get to) (?:(?:rated|judged|graded|considered) )?[\"']*good\b)?"
_GRADE = re.compile(rf"\b(?P<requires>{_REQUIRES}{_TO_BE_GOOD})|\b(?P<word>outstanding|good|inadequate)\b")
_WORDS = {"outstanding": Grade.OUTSTANDING, "good": Grade.GOOD, "inadequate": Grade.INADEQUATE}


def _any(table: str) -> str:
    return "(?:" + "|".join(data("judgement.toml")[table]) + ")"


_OVERALL = re.compile(r"overall effectiveness[\s:\-|.]*(?:(?:is|was|of|as|remains|judged|to be|now)[\s:]+){0,3}[\"']*$")
_RATED = re.compile(rf"\b{_any('rated')}\b")
_CALLED = re.compile(rf"\b{_any('called')}\b")
_HAVING = re.compile(r"\b(?:have|has|had|that)\b")  # "judged to have good oversight" is no grade
_INSPECTORS = re.compile(rf"\b{_any('inspectors')}\b")
_GIVERS = re.compile(r"\b(?:ofsted|watchdog)\b")
_OPINION = re.compile(rf"\b{_any('opponents')}\b")
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
# "Rated inadequate by Ofsted, the council spent more": how it stands, which the text does not bring as news.
_STANDS = re.compile(r"(?:^|[,(-] ?|\b(?:is|are) (?:currently |already )?)rated (?:as )?(?:an? )?[\"']*$")
_LATER_THAN_ANY_YEAR = 9999
# Right before a word that is a grade of the service, as it was or has become, whatever else the sentence is about.
_MOVED = re.compile(
    r"\b(?:no longer|previously|formerly"
    r"|(?:up|down) to"
    r"|(?:up|down|out|moved?|moves|moving|rises?|rose|risen|improved?|upgraded|downgraded|lifted|went|gone) (?:from|of)"
    r"|(?:since|when|after|before|until) (?:[\w']+ ){0,4}(?:rated|judged|graded))"
    r" (?:being )?(?:(?:rated|judged|graded) )?(?:as )?(?:an? )?[\"']*$"
)
# After a grade that stands by itself, and is not said of the noun that follows: "judged good by", not "good oversight".
_BY_ITSELF = re.compile(
    r"[\"')]*(?:$|[.,;:!?(-]| (?:across|after|again|and|as|at|but|by|children's|following|for|from|grade|in"
    r"|judge?ments?|last|on|or|overall|ratings?|since|this|to|when|while|with)\b)"
)
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
    lowered = plain(text[:READ])
    headline = plain(title)
    reach = headline if _OPINION.search(headline) else f"{headline}\n{lowered[:_HEAD]}"
    said = _said(headline, title, 0, reach=reach, in_title=True)
    before = ""
    for span in spans:
        if span.start >= READ:
            break
        sentence = lowered[span.start : span.end]
        # A sentence that does not name inspectors may still tell what they found; an opponent's does not.
        reach = sentence if _OPINION.search(sentence) else f"{headline}\n{before}\n{sentence}"
        said += _said(sentence, text[span.start : span.end], span.start, reach=reach, in_title=False)
        before = sentence
    if not said:
        return Standing()
    cues = tuple(one.cue for one in said)
    now = [one for one in said if not one.earlier]
    if now:
        # The plainest words win; of equals the first, because the news comes before the history.
        return Standing(max(now, key=lambda one: one.weight).grade, True, cues)
    return Standing(max(said, key=lambda one: (one.year, one.weight)).grade, False, cues)


def grades(sentence: str) -> Iterator[tuple[int, int]]:
    """Where `sentence` (plain) has a grade of the whole service, given now or earlier: it says nothing of a theme."""
    taken = False
    end = 0
    for match in _GRADE.finditer(sentence):
        before, after = sentence[end : match.start()][-160:], sentence[match.end() : match.end() + 60]
        taken = (
            bool(match["requires"] and match.group().endswith("good"))
            or bool(_MOVED.search(before))
            or (taken and bool(_TO.match(before)))
            or (_rates_whole(before, after) and bool(match["requires"] or _BY_ITSELF.match(after)))
        )
        end = match.end()
        if taken:
            yield match.span()


def _rates_whole(before: str, after: str) -> bool:
    if _OVERALL.search(before) or _FOLLOWED.match(after) or _is_quoted(before, after):
        return True
    return bool(_RATED.search(before[-90:])) and not _AREA.search(_CLAUSE.split(before)[-1])


def _is_quoted(before: str, after: str, *, inspectors: bool = False) -> bool:
    """A headline gives a grade as a quotation: "Council's children's services 'inadequate', Ofsted says"."""
    quoted = before.endswith(("'", '"')) and after.startswith(("'", '"'))
    return quoted and (inspectors or bool(_GIVERS.search(before + after)))


def _said(sentence: str, original: str, offset: int, *, reach: str, in_title: bool) -> list[_Said]:
    """The overall grades one sentence (plain) gives; `reach` is where the inspectors who give it may be named."""
    found = []
    matches = list(_GRADE.finditer(sentence))
    inspectors = bool(matches and _INSPECTORS.search(reach))
    for number, match in enumerate(matches):
        begin = matches[number - 1].end() if number else 0
        before, after = sentence[begin : match.start()][-160:], sentence[match.end() : match.end() + 60]
        grade = _WORDS[match["word"]] if match["word"] else Grade.REQUIRES_IMPROVEMENT
        whole = sentence[: match.start()][-160:]
        in_full = inspectors and match.group().endswith("good") and match["requires"] is not None
        weight, earlier = _weigh(before, after, whole, inspectors=inspectors, in_full=in_full, in_title=in_title)
        if number and _TO.match(before) and _FROM.search(sentence[: matches[number - 1].start()]):
            weight, earlier = 3.0, False  # "from inadequate to good": the move itself is the news
        if not weight:
            continue
        dated = _DATED.match(after)
        stands = not (dated or earlier or in_title) and bool(_STANDS.search(whole))
        years = _YEAR.findall(dated.group() if dated else before)
        found.append(
            _Said(
                grade=grade,
                weight=weight,
                earlier=earlier or stands,
                year=_LATER_THAN_ANY_YEAR if stands else int(years[-1]) if years else 0,
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


def _weigh(
    before: str, after: str, whole: str, *, inspectors: bool, in_full: bool, in_title: bool
) -> tuple[float, bool]:
    """How plainly a grade's word, between `before` and `after`, is the overall one, and whether an earlier one.

    Without `inspectors` in reach only a rating's own words make it a grade: anybody may call a service inadequate.
    `in_full` says that it stands as inspectors write it: "requires improvement to be good".
    """
    if _OVERALL.search(before):
        return 4.0, bool(_EARLIER.search(whole[-70:])) and not _NOW.search(whole[-70:])
    if _ELSEWHERE.search(before) or _ELSEWHERE.search(after[:30]) or _DENIED.search(before) or _HOPED.search(before):
        return 0.0, False
    clause = _CLAUSE.split(before)[-1]
    if _AREA.search(clause) or (_AREA.search(after[:45]) and " for " in after[:12]):
        return 0.0, False
    by_itself = bool(_BY_ITSELF.match(after))
    rated = in_full or (_RATED.search(before[-90:]) and (by_itself or not _HAVING.search(before[-90:])))
    called = inspectors and by_itself and _CALLED.search(before[-90:])
    named = inspectors and by_itself and _SERVICES.search(before)
    followed = _FOLLOWED.match(after)
    quoted = _is_quoted(before, after, inspectors=inspectors and in_title)
    if not (rated or called or named or followed or quoted):
        return 0.0, False
    earlier = bool(_EARLIER.search(whole) or _DATED.match(after)) and not _NOW.search(clause)
    if _FROM.search(before) and _GOES_TO.match(after):
        return 0.5, True
    weight = 1.0 + (0.5 if (rated or called) and named else 0.0) + (1.5 if in_title else 0.0)
    return weight + (0.5 if "overall" in before or "overall" in after[:20] else 0.0), earlier
