"""Items about one event → one story: best link only, within a rolling window.

A new item joins the story of the one earlier item it is most like, when it is like enough. Two things make items
alike: their words (wording.py), for syndicated copies and rewrites of one release, and that one is Ofsted's report and
the other speaks of the same inspection, for coverage and the council's response, which share no sentence with it. How
like is enough hangs on how near they are: what two outlets say of one council within a day or two is mostly one event,
a week apart mostly not. But a council has busy days, on which all its news is worded by one template: what stands
beneath the headlines must be alike.

Likenesses are never chained: an item that is only somewhat like others must be like what the story began with, or
one thing would lead to another until everything is one story.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.model import NO_COUNCIL, Event, Story, UpdateReason
from monitor.wording import COMPARED, beneath_headlines, cosine, vector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set
    from datetime import datetime

    from monitor.model import ThemeLabel, ToldItem
    from monitor.wording import Vector

# An event is talked about for about a week; its report is quoted for longer, but then it is no longer that story.
WINDOW = timedelta(days=7)
# Coverage of a report comes within days. What names the inspection later may be what followed from it, which is news
# and not more of the same: it joins by its words or not at all.
_COVERAGE = timedelta(days=3)
# Most of what is said of an event is said on its day, or by those who come to it on the next.
_NEAR = timedelta(hours=36)
# Cosine from which on two texts tell one event, by what else speaks for it. Chosen together on tests/measure/
# stories.jsonl; docs/decisions/0016-stories-measured.md tells what lies on either side of them.
_ALIKE = 0.45  # about one council, within the week
# Beneath the headlines, about one council, within _NEAR: like what the story began with, or what came later in it.
_BENEATH = 0.15
_BENEATH_LATER = 0.22
_COPY = 0.5  # a copy, whatever else it is
_SAME_OUTLET = 0.6  # few tell one event twice, and many make two pages from one template
# What is told no more, because its story was told, must be worded so much like something that was.
_REPEATS = 0.35
_REPEATS_INSPECTION = 0.25  # where both speak of one inspection, of which there is more to say than one thing
# A copy of what came later in a story has something of what the story began with.
_LIKE_THE_FIRST = 0.14
_TIDY_EVERY = timedelta(days=2)
# Bounds on what an item is compared with, for the work on a flood to grow with the flood and not with its square: of
# each story its first items and its latest; of the stories about one council, so many that one source began, the last.
_OPENING, _LATEST = 8, 8
_OF_ONE_SOURCE = 50

_INSPECTIONS = frozenset(
    {Event.FULL_INSPECTION, Event.FOCUSED_VISIT, Event.MONITORING_VISIT, Event.JTAI, Event.AREA_SEND}
)


@dataclass(slots=True)
class Joined:
    """A story that goes on, and those of its items that have just joined it."""

    number: int | None  # the store's; None until it is stored
    first: ToldItem
    words: Vector  # of the first
    last_seen: datetime
    councils: frozenset[str]  # that each of its items names; NO_COUNCIL alone where none names any
    has_report: bool = False
    new: list[ToldItem] = field(default_factory=list)
    opening: list[_Member] = field(default_factory=list)  # its first items; with the latest, those that are compared
    latest: deque[_Member] = field(default_factory=lambda: deque(maxlen=_LATEST))


@dataclass(slots=True)
class _Member:
    """An item in a story, ready to be compared."""

    told: ToldItem
    vector: Vector
    is_anchor: bool  # the story's first item, or one about the same inspection as the first


class Shelf:
    """The stories that go on, for new items to join: batch by batch, the oldest first."""

    def __init__(self) -> None:
        # By council and by the source that began them; each in the order in which they came to the shelf.
        self._stories: dict[str, dict[str, deque[Joined]]] = {}
        self._numbers: set[int] = set()
        self._recalled: set[str] = set()
        self._forgot: datetime | None = None

    def to_recall(self, new: Iterable[ToldItem]) -> Set[str]:
        """The councils whose recent stories are to be recalled before these items join, NO_COUNCIL perhaps."""
        return {name for told in new for name in _councils(told)} - self._recalled

    def recall(self, councils: Set[str], recent: Iterable[tuple[int, ToldItem]]) -> None:
        """Takes in the recent stories about these councils: their items with their numbers, oldest first."""
        stories: dict[int, Joined] = {}
        for number, told in recent:
            if number in self._numbers:
                continue
            words = _vector(told)
            if number in stories:
                _add(told, words, stories[number])
            else:
                stories[number] = self._begun(told, words, number)
        self._numbers |= stories.keys()
        self._recalled |= councils

    def join(self, new: Iterable[ToldItem]) -> list[Joined]:
        """The stories that these items join or begin. Their order makes no difference: reports come first, for their
        coverage to find."""
        grown: dict[int, Joined] = {}
        for told in sorted(new, key=lambda told: (not told.item.is_report, _when(told), told.item.key)):
            words = _vector(told)
            story = self._best_story(told, words)
            if story is None:
                story = self._begun(told, words)
            else:
                _add(told, words, story)
            if id(story) not in grown:
                grown[id(story)] = story
                story.new = []
            story.new.append(told)
        return list(grown.values())

    def number(self, story: Joined, number: int) -> None:
        """A story is known by this number from now on."""
        story.number = number
        self._numbers.add(number)

    def forget(self, before: datetime) -> None:
        """Lets go of stories in which nothing was seen since; once in a while, for it goes through all of them."""
        if self._forgot is None or before - self._forgot >= _TIDY_EVERY:
            kept = {id(story): story for name in self._stories for story in self._about(name)}
            self._stories.clear()
            for story in kept.values():
                if story.last_seen >= before:
                    self._index(story)
            self._forgot = before

    def _begun(self, told: ToldItem, words: Vector, number: int | None = None) -> Joined:
        story = Joined(number, told, words, told.item.first_seen, frozenset(_councils(told)))
        _add(told, words, story)
        self._index(story)
        return story

    def _index(self, story: Joined) -> None:
        for council in _councils(story.first):
            of_source = self._stories.setdefault(council, {})
            of_source.setdefault(story.first.item.source, deque(maxlen=_OF_ONE_SOURCE)).append(story)

    def _best_story(self, told: ToldItem, words: Vector) -> Joined | None:
        """The story of the member that `told` is most like, of several the earliest; None when it is like none."""
        best, most = None, 0.0
        for story in self._candidates(told):
            if told.item.is_report and story.has_report:
                continue  # every report is an event of its own
            for member in (*story.opening, *story.latest):
                if abs(_when(told) - _when(member.told)) <= WINDOW:
                    likeness = _likeness(told, member, words)
                    if likeness > most and (member.is_anchor or cosine(words, story.words) >= _LIKE_THE_FIRST):
                        best, most = story, likeness
        return best

    def _candidates(self, told: ToldItem) -> Iterable[Joined]:
        """What `told` might belong with: the stories of which every item is about one of its councils.

        Two councils' reports of one day are worded alike, and a page that names both, or none, must not join them.
        """
        councils = _councils(told)
        found = {id(story): story for name in councils for story in self._about(name)}
        shared = (story for story in found.values() if not story.councils.isdisjoint(councils))
        return sorted(shared, key=lambda story: _when(story.first))

    def _about(self, council: str) -> Iterator[Joined]:
        for begun in self._stories.get(council, {}).values():
            yield from begun


def _add(told: ToldItem, words: Vector, story: Joined) -> None:
    is_anchor = told is story.first or _is_one_inspection(told, story.first)
    compared = story.opening if len(story.opening) < _OPENING else story.latest
    compared.append(_Member(told=told, vector=words, is_anchor=is_anchor))
    story.councils = story.councils.intersection(_councils(told))
    story.last_seen = max(story.last_seen, told.item.first_seen)
    story.has_report |= told.item.is_report


def _councils(told: ToldItem) -> tuple[str, ...]:
    return told.classification.councils or (NO_COUNCIL,)


def _vector(told: ToldItem) -> Vector:
    return _kept_vector(told.item.title, told.item.full_text[:COMPARED], told.classification.councils)


# An item is asked for news, then for repetitions, beside the same others as the next.
_kept_vector = lru_cache(maxsize=512)(vector)


def _likeness(told: ToldItem, member: _Member, words: Vector) -> float:
    """How surely both tell one event, `told` in these words: 0 when not surely enough, else the stronger the larger."""
    other = member.told
    alike = cosine(words, member.vector)
    if (told.item.is_report or other.item.is_report) and _is_one_inspection(told, other):
        return 1.0 + alike
    if alike >= _bar(told, member):
        return alike
    bar = _BENEATH if member.is_anchor else _BENEATH_LATER
    if alike < bar or not _is_near(told, other):
        return 0.0
    return alike if beneath_headlines(words, member.vector, told.item.title, other.item.title) >= bar else 0.0


def _bar(told: ToldItem, member: _Member) -> float:
    """The cosine from which on both tell one event, whatever their headlines."""
    if _outlet(told) == _outlet(member.told):
        return _SAME_OUTLET
    return _ALIKE if member.is_anchor and _may_be_one_event(told, member.told) else _COPY


def _is_near(told: ToldItem, other: ToldItem) -> bool:
    """Whether two outlets speak of one council at one time, so that less will do."""
    is_other_outlet = _outlet(told) != _outlet(other)
    return is_other_outlet and abs(_when(told) - _when(other)) <= _NEAR and _may_be_one_event(told, other)


def _may_be_one_event(one: ToldItem, other: ToldItem) -> bool:
    return _is_one_council(one, other) and not _are_two_inspections(one, other)


def _outlet(told: ToldItem) -> tuple[str, str]:
    """Who publishes it: of a news search, which names others, one of those; none can pass for another source."""
    return told.item.source, told.item.publisher


def _is_one_council(one: ToldItem, other: ToldItem) -> bool:
    """Whether both are about one and the same council, or both about the same several ones.

    A round-up that names a council among others is not the news from there.
    """
    mine, theirs = set(one.classification.councils), set(other.classification.councils)
    return mine == theirs if len(mine) == 1 or len(theirs) == 1 else len(mine & theirs) > 1


def _are_two_inspections(one: ToldItem, other: ToldItem) -> bool:
    """Whether they speak of inspections of two kinds: a monitoring visit is not the inspection that follows it."""
    mine, theirs = one.classification.event, other.classification.event
    return mine in _INSPECTIONS and theirs in _INSPECTIONS and mine != theirs


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


def news_in(told: ToldItem, before: Sequence[ToldItem]) -> tuple[UpdateReason, ...]:
    """What an item says happened since the items of its story told `before`; () when nothing of that kind did.

    Ofsted's report; another judgement than they gave; an official answer, where the press has not printed it already.
    """
    return tuple(
        reason
        for reason, holds in (
            (UpdateReason.REPORT, told.item.is_report),
            (UpdateReason.JUDGEMENT, _judges_anew(told, before)),
            (UpdateReason.RESPONSE, not told.item.is_report and _answers(told, before)),
        )
        if holds
    )


def _judges_anew(told: ToldItem, before: Sequence[ToldItem]) -> bool:
    """Whether an inspection's judgement is told here that none of them gave.

    What the press makes of a report that was told changes nothing in it, and a grade that is remembered in passing is
    no news.
    """
    labels = told.classification
    if not labels.judgement_is_new or labels.event is not Event.FULL_INSPECTION:
        return False
    if any(one.item.is_report for one in before) and not told.item.is_report:
        return False
    return all(one.classification.judgement != labels.judgement for one in before)


def _answers(told: ToldItem, before: Sequence[ToldItem]) -> bool:
    """Whether a council or another public body speaks here for the first time."""
    body = _public_body(told)
    if body:
        has_spoken = any(_public_body(one) == body for one in before)
    elif told.classification.event is Event.COUNCIL_RESPONSE:
        has_spoken = any(one.classification.event is Event.COUNCIL_RESPONSE or _public_body(one) for one in before)
    else:
        return False
    words = _vector(told)
    return not has_spoken and all(cosine(words, _vector(one)) < _COPY for one in before)


def _public_body(told: ToldItem) -> str:
    """The site of a public body that speaks in an item; "" where none does, or where others only name its page."""
    host = urlsplit(told.item.url).hostname or "" if told.item.is_official else ""
    return ".".join(host.split(".")[-3:])


def repeats(told: ToldItem, before: Sequence[ToldItem]) -> bool:
    """Whether an item surely tells what those of its story told `before`.

    Surer than being put into one story with them: an item folded wrongly is told under a wrong heading, but one taken
    wrongly for a repetition is told by its headline at most. It is its words that say so, and not its headline's alone:
    what else is new about an inspection is not known by its being one. And what was told of other councils told nothing
    of this one.
    """
    return any(
        _is_one_council(told, one)
        and set(told.classification.councils) <= set(one.classification.councils)
        and _is_told_again(told, one)
        for one in before
    )


def _is_told_again(told: ToldItem, one: ToldItem) -> bool:
    words, others = _vector(told), _vector(one)
    alike = cosine(words, others)
    if _outlet(told) == _outlet(one):
        return alike >= _SAME_OUTLET
    if alike >= _COPY:
        return True
    bar = _REPEATS_INSPECTION if _is_one_inspection(told, one) else _REPEATS
    return alike >= bar and beneath_headlines(words, others, told.item.title, one.item.title) >= _BENEATH


def by_turns(items: Iterable[ToldItem]) -> list[ToldItem]:
    """The first item of each source, then the second of each: none pushes the others' out of what is told."""
    counts: Counter[str] = Counter()
    turns: list[tuple[int, ToldItem]] = []
    for told in items:
        turns.append((counts[told.item.source], told))
        counts[told.item.source] += 1
    return [told for _, told in sorted(turns, key=lambda pair: pair[0])]


def tell(number: int, members: Sequence[ToldItem], *, new: Sequence[UpdateReason] = ()) -> Story:
    """The story those items tell: the Ofsted report leads, else the fullest text, else the earliest.

    The council's own response leads only where nobody else tells the event. What follows is one of each source first.
    """
    ordered = by_turns(
        sorted(
            members,
            key=lambda told: (
                not told.item.is_report,
                told.classification.event is Event.COUNCIL_RESPONSE,
                -len(told.item.full_text),
                told.item.first_seen,
            ),
        )
    )
    councils = dict.fromkeys(name for told in ordered for name in told.classification.councils)
    events = [told.classification.event for told in ordered if told.classification.event]
    if not all(told.classification.event is Event.COUNCIL_RESPONSE for told in ordered):
        events = [event for event in events if event is not Event.COUNCIL_RESPONSE]  # an answer to it is not the event
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
