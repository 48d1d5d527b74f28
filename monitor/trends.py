"""How often themes came up about a subscription's councils: in a digest's window, and in those before it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from monitor.model import Polarity, Trend

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from monitor.model import ReadyItem, Window

WINDOWS = 4  # before the digest's own
_MOST = 200  # pairs of theme and council, those with most stories: ten councils with twenty themes


def windows_before(window: Window, earlier: Iterable[Window]) -> list[Window]:
    """The last four of `earlier` (newest first) that end before `window` begins and before one another: a digest asked
    for by hand may reach over others, and nothing is to be counted twice."""
    found: list[Window] = []
    start = window.start
    for one in earlier:
        if one.end <= start and len(found) < WINDOWS:
            found.append(one)
            start = one.start
    return found


def trends(
    now: Iterable[ReadyItem],
    before: Sequence[Iterable[ReadyItem]],
    *,
    councils: Collection[str],
    themes: Collection[str],
) -> tuple[Trend, ...]:
    """A trend for each theme and council of which any story tells, those with most stories now first.

    `now` are the items of the digest's window, `before` those of each window before it, newest first: what the
    subscription takes. `themes` are those it asked for; all, where there are none. A story counts once in a window, as
    what all its items there make of the theme; a label that rests on no sentence does not count. Nor does what one
    source told beyond `MOST_OF_ONE` stories, unless it is Ofsted's report: that is said as `beyond`.
    """
    told, beyond = _stories(now, councils, themes)
    earlier = [_stories(items, councils, themes)[0] for items in before]
    pairs = dict.fromkeys(pair for one in (told, *earlier) for pair in one)
    found = [_trend(pair, told, earlier, beyond[pair]) for pair in pairs]
    found.sort(key=lambda one: (-one.stories, -sum(one.before), one.theme, one.council))
    return tuple(found[:_MOST])


# Of one source's stories on a theme and a council: whoever repeats a sentence makes no trend of it.
MOST_OF_ONE = 5

_Pair = tuple[str, str]  # theme, council


def _stories(
    items: Iterable[ReadyItem], councils: Collection[str], themes: Collection[str]
) -> tuple[Mapping[_Pair, Counter[Polarity]], Counter[_Pair]]:
    """How many stories tell of each theme about each council, by polarity; and how many more one source told."""
    said: dict[tuple[_Pair, int], set[Polarity]] = defaultdict(set)
    who: dict[tuple[_Pair, int], dict[str, None]] = defaultdict(dict)  # "" for Ofsted, whose reports all count
    for one in items:
        for council in one.classification.councils:
            for label in one.classification.themes:
                # A heading names a theme and says nothing of it.
                if not any(found.is_sentence for found in label.evidence):
                    continue
                if council in councils and (not themes or label.theme in themes):
                    said[(label.theme, council), one.story].add(label.polarity)
                    who[(label.theme, council), one.story]["" if one.item.is_report else one.item.source] = None
    counts: dict[_Pair, Counter[Polarity]] = defaultdict(Counter)
    used: Counter[tuple[_Pair, str]] = Counter()
    beyond: Counter[_Pair] = Counter()
    for (pair, story), polarities in said.items():
        # One that several sources tell is put down to the one of them that has told least.
        source = min((bool(name), used[pair, name], name) for name in who[pair, story])[2]
        used[pair, source] += 1
        if source and used[pair, source] > MOST_OF_ONE:
            beyond[pair] += 1
            continue
        counts[pair][polarities.pop() if len(polarities) == 1 else Polarity.BOTH] += 1
    return counts, beyond


def _trend(
    pair: _Pair,
    told: Mapping[_Pair, Counter[Polarity]],
    earlier: Sequence[Mapping[_Pair, Counter[Polarity]]],
    beyond: int,
) -> Trend:
    theme, council = pair
    counts = told.get(pair, Counter())
    return Trend(
        theme=theme,
        council=council,
        concern=counts[Polarity.CONCERN],
        progress=counts[Polarity.PROGRESS],
        both=counts[Polarity.BOTH],
        beyond=beyond,
        before=tuple(one[pair].total() if pair in one else 0 for one in earlier),
    )
