"""Who a text is about: council names where they stand, what each counts for, and which councils that makes.

Names, official names, aliases, short forms and children's trusts are held in a trie that is compiled to one pattern:
a plain alternation of 1,600 names takes a hundred times as long. The longest name wins, so "North East Lincolnshire"
is never "Lincolnshire". What stands beside a name decides what it counts: "Kent County Council" much, "in Kent"
little, "Kent Police" nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from monitor.classify.phrases import data, plain, plain_case
from monitor.councils import councils, former_councils
from monitor.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Mentions read in one text: more is a list of names or hostile, and says nothing new.
MAX_MENTIONS = 400
# Mentions kept to explain a decision.
MAX_EXPLAINED = 60

# What a mention counts for, by what stands beside it. They were set together on invented twins (tests/classify).
_NAMED = 1.0  # an official name, or a council's word right beside the name
_BESIDE = 0.5  # a council's or children's services' word in the same stretch
_BARE = 0.25
_ORDINARY = 0.05  # an ordinary word or shared name, bare
_PASSING = 0.1  # the factor of a name in passing
_EXAMPLE = 0.03  # of one that only stands in a list of examples
_ALONE = 0.06  # what the only name of a text must count for, to be what the text is about
# Where it stands: the title, and the head of the text, speak of the subject.
_TITLE = 3.0
_HEAD = 1.5
_HEAD_LENGTH = 600
# A council is what the text is about with at least this much, and this share of the foremost one's.
_ENOUGH = 0.5
_SHARE = 0.35
_SHARE_BESIDE_TITLE = 1.0
_SHARE_OF_BARE = 0.6

# Names that only these part are a list, and a list of so many councils, or of some "and 40 others", is one of examples.
_LISTED = re.compile(
    r"(?:'s)?(?: (?:city|county|borough|metropolitan|council|councils|children's services))*"
    r"(?:[,;] ?(?:and |or )?| and | or | & )(?:the )?"
)
_OTHERS = re.compile(
    r"(?:'s)?(?: (?:city|county|borough|metropolitan|council|councils|children's services))*"
    r",? and (?:\d+|dozens of|scores of|many|several|some|[a-z]+) (?:others?|more)\b"
)
_LIST = 3
_FORMERLY = re.compile(r"\bex-$|\bformer $")  # right before the name of whom somebody worked for

_AROUND = 110  # characters to either side that count as the same stretch
_SERVICE_WORDS = re.compile(
    r"children's (?:social|serv|home|dep|dir)|childrens serv|children services|social (?:care|work|serv)|\bofsted\b"
    r"|\bcouncil(?!lor)|children in care|looked[ -]after|care leavers?|local authorit|\bauthority\b|safeguarding"
    r"|child protection|corporate parent|foster|inspect|local area partnership"
)
# The text speaks of one council without naming it.
_UNNAMED = re.compile(
    r"\b(?:the|our|this) (?:\w+ )?(?:council|authority|local authority|city|borough|county|service|services|board"
    r"|panel|committee|department|directorate|cabinet|executive|trust|partnership)\b"
    r"|\b(?:scrutiny|executive|cabinet|corporate parenting|minutes)\b"
    r"|\bour (?:\w+ ){0,2}(?:child|social|work|staff|foster)"
    r"|\b(?:county|town|city|civic) hall\b|\b(?:city|county|borough) council\b|\bofsted\b|\bchildren's services\b"
)


class CouncilFinder:
    """Names compiled once; see `mentions` and `about`."""

    def __init__(self) -> None:
        self._names = dict(_names())
        self._pattern = re.compile(rf"(?<![\w&])(?:{_as_pattern(_trie(self._names))})(?![\w&]|-[a-z])")
        words = data("names.toml")["words"]
        self._ordinary = frozenset(words["ordinary"])
        self._council_after = _beside(words["council_after"], after=True)
        self._council_before = _beside(words["council_before"], after=False)
        self._elsewhere_after = _beside(words["elsewhere_after"], after=True)
        self._elsewhere_before = _beside(words["elsewhere_before"], after=False)
        self._passing = re.compile(
            r"\b(?:" + "|".join(map(re.escape, sorted(words["passing_before"]))) + r")\b[^.;:!?]{0,40}$"
        )

    def mentions(self, title: str, text: str, hint: str | None) -> list[Mention]:
        """Every council's name in `title` and `text`, with what it counts for; `hint` is the source's council."""
        return [*self._mentions(title, hint, in_title=True), *self._mentions(text, hint, in_title=False)]

    def about(self, mentions: Iterable[Mention], title: str, text: str, hint: str | None) -> tuple[str, ...]:
        """The councils the text is about, most prominent first.

        The hint answers when the text names no other council and speaks of "the council" or its services. A name that
        stands alone is a council's where no other is one's: what a text about children's services calls "Wirral" is.
        """
        totals: dict[str, float] = {}
        own = list(_own(mentions))
        in_title = {mention.council for mention in own if mention.in_title and mention.weight >= _BARE}
        first: dict[str, tuple[bool, int]] = {}
        for mention in own:
            first.setdefault(mention.council, (not mention.in_title, mention.start))
            head = _TITLE if mention.in_title else _HEAD if mention.start < _HEAD_LENGTH else 1.0
            # What is said again adds less and less, or one long list would outweigh the headline.
            total = totals.get(mention.council, 0.0)
            totals[mention.council] = total + mention.weight * head / (1.0 + total / 3.0)
        for former in former_councils():
            if former.name in totals and not totals.keys().isdisjoint(former.successors):
                del totals[former.name]  # where a successor is named too, the old name is a place
        top = max(totals.values(), default=0.0)
        if hint is not None and totals.get(hint, 0.0) < _ENOUGH and top < 2 * _NAMED and _speaks_unnamed(title, text):
            return (hint,)
        # Of two that are spoken of alike, the one that is named first.
        ranked = sorted(totals, key=lambda name: (-round(totals[name], 1), first[name]))
        if top < _ENOUGH:
            if len(ranked) == 1 and top >= _ALONE:
                return (ranked[0],)
            return tuple(name for name in ranked if totals[name] >= max(_BARE, top * _SHARE_OF_BARE))
        # The headline says who it is about: another council is, if it is spoken of as much.
        share = _SHARE_BESIDE_TITLE if len(in_title) == 1 else _SHARE
        return tuple(name for name in ranked if name in in_title or totals[name] >= max(_ENOUGH, top * share))

    def _mentions(self, text: str, hint: str | None, *, in_title: bool) -> Iterator[Mention]:
        cased, lowered = plain_case(text), plain(text)
        matches = list(islice(self._pattern.finditer(cased), MAX_MENTIONS))
        examples = _examples(matches, lowered)
        for match in matches:
            name = self._names[match.group()]
            weight = self._weight(name, match, lowered, hint)
            if weight and _is_heading(text, match.start(), match.end()):
                weight = _NAMED
            if match.start() in examples and hint not in name.councils:
                weight *= _EXAMPLE
            for council in name.councils:
                yield Mention(
                    council=council,
                    text=text[match.start() : match.end()],
                    start=match.start(),
                    end=match.end(),
                    in_title=in_title,
                    weight=round(weight, 3),
                )

    def _weight(self, name: _Name, match: re.Match[str], text: str, hint: str | None) -> float:
        before = text[max(0, match.start() - _AROUND) : match.start()]
        after = text[match.end() : match.end() + _AROUND]
        if not name.official and (self._elsewhere_after.match(after) or self._elsewhere_before.search(before)):
            return 0.0
        if name.official or self._council_after.match(after) or self._council_before.search(before):
            weight = _NAMED
        else:
            near = _SERVICE_WORDS.search(before) or _SERVICE_WORDS.search(after)
            weight = _BESIDE if near else _BARE
            if match.group().title() in self._ordinary:
                weight = _BARE if near else _ORDINARY
        if hint in name.councils:
            weight = max(weight, _BESIDE)
        elif self._passing.search(before[-70:]) or _FORMERLY.search(before):
            weight *= _PASSING
        return weight


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether the name has a line to itself, or begins it before a colon: a round-up's heading."""
    if end - start == len(text.strip()) or (start and text[start - 1] != "\n"):
        return False
    return end == len(text) or text[end] in "\n:"


def _examples(matches: Sequence[re.Match[str]], text: str) -> set[int]:
    """Where the names start that are only listed as examples."""
    found: set[int] = set()
    listed: list[re.Match[str]] = []
    for match in matches:
        if listed and not _LISTED.fullmatch(text, listed[-1].end(), match.start()):
            listed = []
        listed.append(match)
        if len({name.group() for name in listed}) >= _LIST or _OTHERS.match(text, match.end()):
            found.update(name.start() for name in listed)
    return found


def _own(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions, without councils that only share a trust's name with one that is named by its own."""
    at: dict[tuple[bool, int], list[Mention]] = {}
    for mention in mentions:
        at.setdefault((mention.in_title, mention.start), []).append(mention)
    named = {own[0].council for own in at.values() if len(own) == 1 and own[0].weight >= _BESIDE}
    for sharers in at.values():
        outright = [mention for mention in sharers if mention.council in named]
        yield from outright or sharers


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name stands for; `official` when it can mean nothing but the council."""

    councils: tuple[str, ...]
    official: bool


def _names() -> Iterator[tuple[str, _Name]]:
    """Every spelling of every name; a later one overrides an earlier: trusts, then short forms, then the names."""
    shared: dict[str, list[str]] = {}
    for council in councils():
        for trust in (council.children_trust, re.sub(r" \(.*", "", council.former_trust)):
            if trust:
                shared.setdefault(trust, []).append(council.name)
    # A county's trust that outlived the county serves its successors.
    for trust, names in shared.items():
        served = [successor for former in former_councils() if former.name in trust for successor in former.successors]
        yield from _spelt(trust, _Name(tuple(served or names), official=True))
    for short, name in data("names.toml")["short_forms"].items():
        yield from _spelt(short, _Name((name,), official=_is_official(short)))
    for council in (*former_councils(), *councils()):
        for name in (*council.aliases, council.official_name, council.name):
            yield from _spelt(name, _Name((council.name,), official=_is_official(name)))


def _is_official(name: str) -> bool:
    return bool(re.search(r"(?i)council|borough of|corporation|\bLB[A-Z]+|RB[A-Z]+|BANES|B&NES", name))


def _spelt(name: str, value: _Name) -> Iterator[tuple[str, _Name]]:
    name = plain_case(name)
    spellings = {name, name.replace(" & ", " and "), name.replace(" and ", " & ")}
    spellings |= {spelling.replace("-", " ") for spelling in spellings}
    spellings |= {spelling.replace(" upon ", "-upon-") for spelling in spellings}
    spellings |= {spelling.replace(" Council", " council") for spelling in spellings}
    for spelling in sorted(spellings):
        yield spelling, value
        yield spelling.upper(), value


_Trie = dict[str, "_Trie"]


def _trie(names: Iterable[str]) -> _Trie:
    root: _Trie = {}
    for name in names:
        node = root
        for letter in name:
            node = node.setdefault(letter, {})
        node[""] = {}
    return root


def _as_pattern(node: Mapping[str, _Trie]) -> str:
    """The trie as a pattern that tries longer names first."""
    branches = [re.escape(letter) + _as_pattern(child) for letter, child in sorted(node.items()) if letter]
    if not branches:
        return ""
    inner = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{inner}?" if "" in node else inner


def _beside(words: Iterable[str], *, after: bool) -> re.Pattern[str]:
    options = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"[ -]*(?:{options})\b" if after else rf"\b(?:{options})[ ]+(?:the )?$")


def _speaks_unnamed(title: str, text: str) -> bool:
    return bool(_UNNAMED.search(plain(title)) or _UNNAMED.search(plain(text[:20_000])))
