"""A grade's word where it stands: whether it is the overall one, how plainly, and whether an earlier one.

"Rated" before it, "overall effectiveness", "children's services are": its surroundings decide. What they are made of
is data (judgement.toml); each table of it is an alternative of one pattern here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.classify.phrases import data
from monitor.model import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator

_REQUIRES = r"(?:require|requires|requiring|required|needs?|needing)[ -]+(?:of )?improvements?"
# "requires improvement to be good" is one grade: its "good" is not another.
_TO_BE_GOOD = r"(?:[\"' ]+to (?:be|become|get to) (?:(?:rated|judged|graded|considered) )?[\"']*good\b)?"
# Other words for a grade, which are never anything else where a council is inspected.
_OF_ALL = r"(?: possible)? (?:ofsted )?(?:grade|rating|marks?|verdict|category|rung)(?: there is)?"
_TOP = rf"(?:highest|top|best){_OF_ALL}"
_BOTTOM = rf"(?:lowest|bottom|worst){_OF_ALL}"
GRADE = re.compile(
    rf"\b(?P<requires>{_REQUIRES}{_TO_BE_GOOD})|\b(?P<word>outstanding|good|inadequate)\b"
    rf"|\b(?P<top>{_TOP})\b|\b(?P<bottom>{_BOTTOM})\b"
)
_WORDS = {"outstanding": Grade.OUTSTANDING, "good": Grade.GOOD, "inadequate": Grade.INADEQUATE}


def grade_of(match: re.Match[str]) -> Grade:
    if match["word"]:
        return _WORDS[match["word"]]
    if match["requires"]:
        return Grade.REQUIRES_IMPROVEMENT
    return Grade.OUTSTANDING if match["top"] else Grade.INADEQUATE


def any_of(table: str) -> str:
    return "(?:" + "|".join(data("judgement.toml")[table]) + ")"


_OVERALL = re.compile(r"overall effectiveness[\s:\-|.]*(?:(?:is|was|of|as|remains|judged|to be|now)[\s:]+){0,3}[\"']*$")
_RATED = re.compile(rf"\b{any_of('rated')}\b")
_CALLED = re.compile(rf"\b{any_of('called')}\b")
_HAVING = re.compile(r"\b(?:have|has|had|that)\b")  # "judged to have good oversight" is no grade
INSPECTORS = re.compile(rf"\b{any_of('inspectors')}\b")
_GIVERS = re.compile(r"\b(?:ofsted|watchdog)\b")
OPINION = re.compile(rf"\b{any_of('opponents')}\b")
_SERVICES = re.compile(
    rf"\b{any_of('services')}[\"']? (?:is|are|was|were|as|remains?|still|now|becomes?|(?:has|have|had) (?:been|become))"
    r" (?:now |still |currently )?[\"']*$"
)
_FOLLOWED = re.compile(rf"[\"']*(?: |-)?(?:(?:ofsted|overall) )?{any_of('followed')}")
_HOPED = re.compile(rf"\b{any_of('hoped')}\b")
_DENIED = re.compile(rf"\b{any_of('denied')}\b[^,;]{{0,22}}$")
_EARLIER = re.compile(rf"\b{any_of('earlier')}\b")
_NOW = re.compile(rf"\b{any_of('now')}\b")
_AREA = re.compile(rf"\b{any_of('area')}\b")
_ELSEWHERE = re.compile(rf"\b{any_of('elsewhere')}\b")
_CLAUSE = re.compile(r";|, (?:with|and|but|while|although)|\b(?:but|while|although|with)\b")
# "from inadequate to good": what stands before the first grade, and between the two.
FROM = re.compile(r"\b(?:from|was|were|previously|being)\s+(?:being )?(?:rated |judged |graded )?(?:an? )?[\"']*$")
TO = re.compile(r"^[\"']*(?: \w+){0,2} to (?:an? )?[\"']*$")
_GOES_TO = re.compile(r"[\"']*(?: \w+){0,4} to ")
# A grade that is told without a rating's own words, and what follows one that stands by itself.
_SURELY_TOLD = re.compile(rf"\b{any_of('surely_told')}[\"' ]*$")
_TOLD = re.compile(rf"(?:\b{any_of('told')}|[:,(-]|'s) ?[\"']?$")
_RATING_AFTER = re.compile(rf"[\"')]*(?:$|[.,;:!?)]| ?-| {any_of('rating_after')}\b)")
_OF_SOMETHING = re.compile(rf" (?:\w+ )?{any_of('of_something')}\b")
# "Services require improvement": a verb, with the service for its subject.
_SUBJECT = re.compile(
    r"(?:\b(?:services?|council|authority|department|trust|borough|city|county|town|it|they|us|areas?)|[\w']+ council)"
    r"(?: (?:in|at|of|for|run by|the|\w+)){0,6} $"
)
# A grade that is being left is the grade for now: "while it climbs out of inadequate", "until it sheds its …".
_LEAVING = re.compile(
    r"\b(?:while|as|until|before|till)\b[^.]{0,60}\b(?:climb|shed|escape|lift|get|emerge|work)\w*\b[^.]{0,25}$"
)
_LOOSE = 0.4  # weight, of a grade told in such words: any plainer one wins
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
DATED = re.compile(r"[\"']*(?: \w+){0,2} in (?:\w+ )?(?:19|20)\d\d\b")


def grades(sentence: str) -> Iterator[tuple[int, int]]:
    """Where `sentence` (plain) has a grade of the whole service, given now or earlier: it says nothing of a theme."""
    taken = False
    end = 0
    for match in GRADE.finditer(sentence):
        before, after = sentence[end : match.start()][-160:], sentence[match.end() : match.end() + 60]
        taken = (
            bool(match["requires"] and match.group().endswith("good"))
            or bool(_MOVED.search(before))
            or (taken and bool(TO.match(before)))
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


def weigh(
    before: str, after: str, whole: str, *, inspectors: bool, in_full: bool, in_title: bool, is_verb: bool
) -> tuple[float, bool]:
    """How plainly a grade's word, between `before` and `after`, is the overall one, and whether an earlier one.

    Without `inspectors` in reach only a rating's own words make it a grade: anybody may call a service inadequate.
    `in_full` says that it stands as inspectors write it: "requires improvement to be good".
    """
    if _OVERALL.search(before):
        return 4.0, bool(_EARLIER.search(whole[-70:])) and not _NOW.search(whole[-70:])
    if _LEAVING.search(before):
        return _LOOSE, True
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
    earlier = bool(_EARLIER.search(whole) or DATED.match(after)) and not _NOW.search(clause)
    if not (rated or called or named or followed or quoted):
        told = bool(_SURELY_TOLD.search(before[-90:])) and not _OF_SOMETHING.match(after)
        told = told or (is_verb and inspectors and bool(_SUBJECT.search(before)))
        if told or (_TOLD.search(before[-90:]) and _RATING_AFTER.match(after)):
            return _LOOSE + (0.3 if told else 0.0) + (1.0 if in_title else 0.0), earlier
        return 0.0, False
    if FROM.search(before) and _GOES_TO.match(after):
        return 0.5, True
    weight = 1.0 + (0.5 if (rated or called) and named else 0.0) + (1.5 if in_title else 0.0)
    return weight + (0.5 if "overall" in before or "overall" in after[:20] else 0.0), earlier
