"""Items about one event → one story: best link only, within a rolling window.

A new item joins the story of the one earlier item it is most like, when it is like enough. Two things make items
alike: their words (TF-IDF cosine, for syndicated copies and rewrites of one release), and speaking of the same
inspection of the same council (for a report, its coverage and the council's response, which share no sentence).
Likenesses are never chained: an item that is only somewhat like others must be like what the story began with, or
one thing would lead to another until everything is one story.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.model import Event, Story, UpdateReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.model import ThemeLabel, ToldItem

# An event is talked about for about a week; its report is quoted for longer, but then it is no longer that story.
WINDOW = timedelta(days=7)
# Coverage of a report comes within days. What names the inspection later may be what followed from it, which is news
# and not more of the same: it joins by its words or not at all.
_COVERAGE = timedelta(days=3)
# Cosine above which two texts tell the same event. Copies and rewrites lie at .5 to 1, two stories about one
# council's services on different days mostly below .25; one council's name in common moves the bar a little.
_COPY = 0.5
_ALIKE = 0.42
_ALIKE_SAME_COUNCIL = 0.34
# A council's response is worded unlike what it answers: it joins the nearest story of its council by less.
_RESPONSE = 0.2
# A text is compared by its opening: press copies are cut from the end.
_OPENING = 2_000
_TITLE_WEIGHT = 2

_INSPECTIONS = frozenset(
    {Event.FULL_INSPECTION, Event.FOCUSED_VISIT, Event.MONITORING_VISIT, Event.JTAI, Event.AREA_SEND}
)
_WORD = re.compile(r"[a-z][a-z'’]+|\d+")
_COMMON = (
    "a about after again all also an and any are as at be because been before being but by can could did "
    "do does for from had has have he her his how if in into is it its more most no not of on only or "
    "other our out over said says she should so some such than that the their them then there these they "
    "this to under up was we were what when which who will with would you your council councils "
    "children's children services service "
)
_STOP_WORDS = frozenset(_COMMON.split())

Vector = Mapping[str, float]  # words and pairs of words, weighted


@dataclass(slots=True)
class _Member:
    """An item in a story, ready to be compared."""

    told: ToldItem
    story: int  # index into the stories being built
    is_anchor: bool  # the story's first item, or one about the same inspection as the first


class _Shelf:
    """The stories being built, with an index of their items' words."""

    def __init__(self) -> None:
        self.stories: list[tuple[int | None, list[ToldItem]]] = []  # number; new items
        self._members: list[_Member] = []
        self._first: list[ToldItem] = []  # of each story
        self._by_word: dict[str, list[tuple[int, float]]] = defaultdict(list)  # member, weight

    def begin(self, number: int | None, first: ToldItem) -> int:
        """A new story that `first` begins; its index."""
        self.stories.append((number, []))
        self._first.append(first)
        return len(self.stories) - 1

    def add(self, told: ToldItem, vector: Vector, story: int) -> None:
        first = self._first[story]
        member = _Member(told=told, story=story, is_anchor=told is first or _is_one_inspection(told, first))
        for word, weight in vector.items():
            self._by_word[word].append((len(self._members), weight))
        self._members.append(member)

    def best_story(self, told: ToldItem, vector: Vector) -> int | None:
        """The story of the member that `told` is most like; None when it is like none."""
        cosines = [0.0] * len(self._members)
        for word, weight in vector.items():
            for index, other in self._by_word.get(word, ()):
                cosines[index] += weight * other
        likenesses = [_likeness(told, member, cosine) for member, cosine in zip(self._members, cosines, strict=True)]
        best = max(likenesses, default=0.0)
        return self._members[likenesses.index(best)].story if best > 0 else None


def group(
    new: Iterable[ToldItem], recent: Iterable[tuple[int, ToldItem]]
) -> list[tuple[int | None, tuple[ToldItem, ...]]]:
    """Which story each new item belongs to: (a recent story's number, or None for a new one; its new items).

    `recent` are the items of stories that went on within WINDOW, with their story's number, oldest first. The order
    of `new` makes no difference: reports come first, for their coverage to find.
    """
    arrivals = sorted(new, key=lambda told: (not told.item.is_report, _when(told), told.item.key))
    earlier = _within_reach(arrivals, list(recent))
    words = [_words(told) for told in (*(told for _, told in earlier), *arrivals)]
    weights = _weights(words)
    vectors = (_vector(counts, weights) for counts in words)
    shelf = _Shelf()
    by_number: dict[int, int] = {}
    for number, told in earlier:
        if number not in by_number:
            by_number[number] = shelf.begin(number, told)
        shelf.add(told, next(vectors), by_number[number])
    for told in arrivals:
        vector = next(vectors)
        story = shelf.best_story(told, vector)
        if story is None:
            story = shelf.begin(None, told)
        shelf.add(told, vector, story)
        shelf.stories[story][1].append(told)
    return [(number, tuple(members)) for number, members in shelf.stories if members]


def _within_reach(arrivals: Sequence[ToldItem], recent: Sequence[tuple[int, ToldItem]]) -> list[tuple[int, ToldItem]]:
    """The recent stories that one of the arrivals might belong to: of those about a hundred other councils none."""
    numbers = {number for number, told in recent if any(_may_be_one_event(told, one) for one in arrivals)}
    return [(number, told) for number, told in recent if number in numbers]


def _likeness(told: ToldItem, member: _Member, cosine: float) -> float:
    """How surely both tell one event: 0 when not surely enough, else the stronger the larger."""
    other = member.told
    if _is_one_inspection(told, other):
        likeness = 1.0 + cosine
    elif _answers(told, other):
        likeness = cosine if cosine >= _RESPONSE else 0.0
    elif member.is_anchor:
        likeness = cosine if cosine >= (_ALIKE_SAME_COUNCIL if _is_one_council(told, other) else _ALIKE) else 0.0
    else:
        likeness = cosine if cosine >= _COPY else 0.0
    return likeness if likeness and _may_be_one_event(told, other) else 0.0


def _may_be_one_event(one: ToldItem, other: ToldItem) -> bool:
    """False where no likeness of words could make one story of them."""
    if one.item.is_report and other.item.is_report:
        return False  # every report is an event of its own
    mine, theirs = one.classification, other.classification
    if mine.councils and theirs.councils and not set(mine.councils) & set(theirs.councils):
        return False  # two councils' reports of one day are worded alike
    if mine.event in _INSPECTIONS and theirs.event in _INSPECTIONS and mine.event != theirs.event:
        return False  # a monitoring visit is not the inspection that follows it
    return abs(_when(one) - _when(other)) <= WINDOW


def _is_one_council(one: ToldItem, other: ToldItem) -> bool:
    """Whether both are about the same council first of all."""
    mine, theirs = one.classification.councils, other.classification.councils
    return bool(mine and theirs and mine[0] == theirs[0])


def _answers(one: ToldItem, other: ToldItem) -> bool:
    """Whether one of them may be a council's response to the other, of about the same day."""
    responses = Event.COUNCIL_RESPONSE in (one.classification.event, other.classification.event)
    return responses and _is_one_council(one, other) and abs(_when(one) - _when(other)) <= _COVERAGE


def _is_one_inspection(one: ToldItem, other: ToldItem) -> bool:
    """Whether both speak of the same kind of inspection of one council, or one is its response to the other.

    Coverage names the kind of inspection a report is of; a council's response rarely does.
    """
    mine, theirs = one.classification.event, other.classification.event
    if mine == theirs:
        names_one = mine in _INSPECTIONS
    else:
        names_one = Event.COUNCIL_RESPONSE in (mine, theirs) and (mine in _INSPECTIONS or theirs in _INSPECTIONS)
    return names_one and _is_one_council(one, other) and abs(_when(one) - _when(other)) <= _COVERAGE


def _when(told: ToldItem) -> datetime:
    """When the event was told: as published, but never later than we saw it."""
    item = told.item
    return min(item.published, item.first_seen) if item.published else item.first_seen


def _words(told: ToldItem) -> Counter[str]:
    title = _tokens(told.item.title)
    return Counter(_tokens(told.item.full_text[:_OPENING]) + title * _TITLE_WEIGHT)


def _tokens(text: str) -> list[str]:
    words = [word for word in _WORD.findall(text.lower().replace("’", "'")) if word not in _STOP_WORDS]
    return words + [f"{one} {two}" for one, two in pairwise(words)]


def _weights(documents: Sequence[Counter[str]]) -> dict[str, float]:
    """Smoothed inverse document frequency over the window's own items."""
    frequency = Counter(word for words in documents for word in words)
    total = len(documents)
    return {word: math.log((1 + total) / (1 + count)) + 1 for word, count in frequency.items()}


def _vector(words: Counter[str], weights: Mapping[str, float]) -> Vector:
    """Of length 1, so that the product of two is the cosine between them."""
    raw = {word: (1 + math.log(count)) * weights[word] for word, count in words.items()}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {word: value / length for word, value in raw.items()}


def news_in(told: ToldItem, before: Sequence[ToldItem]) -> tuple[UpdateReason, ...]:
    """What an item says happened since the items of its story told `before`; () when it is more of the same.

    Ofsted's report, a judgement that none of them gave, or a council's response where none of them was one.
    """
    labels = told.classification
    judged = {one.classification.judgement for one in before}
    has_answered = any(one.classification.event is Event.COUNCIL_RESPONSE for one in before)
    return tuple(
        reason
        for reason, holds in (
            (UpdateReason.REPORT, told.item.is_report),
            (UpdateReason.JUDGEMENT, labels.judgement_is_new and labels.judgement not in judged),
            (UpdateReason.RESPONSE, labels.event is Event.COUNCIL_RESPONSE and not has_answered),
        )
        if holds
    )


def tell(number: int, members: Sequence[ToldItem], *, new: Sequence[UpdateReason] = ()) -> Story:
    """The story those items tell: the Ofsted report leads, else the fullest text, else the earliest.

    The council's own response leads only where nobody else tells the event.
    """
    ordered = sorted(
        members,
        key=lambda told: (
            not told.item.is_report,
            told.classification.event is Event.COUNCIL_RESPONSE,
            -len(told.item.full_text),
            told.item.first_seen,
        ),
    )
    councils = dict.fromkeys(name for told in ordered for name in told.classification.councils)
    events = [told.classification.event for told in ordered if told.classification.event]
    return Story(
        id=number,
        items=tuple(ordered),
        councils=tuple(councils),
        event=next((event for event in events if event is not Event.OTHER), events[0] if events else None),
        relevance=max(told.classification.relevance for told in ordered),
        themes=_themes(ordered),
        new=tuple(new),
    )


def _themes(members: Sequence[ToldItem]) -> tuple[tuple[ThemeLabel, str], ...]:
    """Each theme once, as the leading item that has it shows it, best first."""
    found: dict[str, tuple[ThemeLabel, str]] = {}
    for told in members:
        for label in told.classification.themes:
            found.setdefault(label.theme, (label, told.item.url))
    return tuple(sorted(found.values(), key=lambda pair: -pair[0].score))
