"""The measuring set of stories: invented items with the event each tells, and how a run of the service groups them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.classify.batch import Text, classify_texts
from monitor.config import builtin_themes
from monitor.model import NO_COUNCIL, Item, ToldItem
from monitor.stories import WINDOW, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

SET = Path(__file__).with_name("stories.jsonl")
AT_ONCE = timedelta(days=365)  # as after a long stop: all of it in one pass
ITEMS_A_BATCH = 200  # as many as a run takes at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An item of the set, as the classifier understood it, with what only we know of it."""

    name: str
    event: str
    family: str  # events that are near misses of one another
    part: str
    told: ToldItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Pairs of items in one story, against pairs of one event."""

    together: int
    rightly: int
    true: int

    @property
    def precision(self) -> float:
        return self.rightly / self.together

    @property
    def recall(self) -> float:
        return self.rightly / self.true


@cache
def everything() -> tuple[Example, ...]:
    """Every item of the set, in the order of arrival."""
    rows = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: row["first_seen"])
    items = [_item(number, row) for number, row in enumerate(rows, start=1)]
    labels = classify_texts(builtin_themes(), Path("none"), [Text.of(item) for item in items])
    return tuple(
        Example(
            name=row["id"],
            event=row["event"],
            family=row.get("family", ""),
            part=row["part"],
            told=ToldItem(item=item, classification=classification),
        )
        for row, item, classification in zip(rows, items, labels, strict=True)
    )


def relevant() -> list[Example]:
    """Those that are grouped: what the classifier takes for irrelevant never comes so far."""
    return [one for one in everything() if one.told.classification.relevant]


def _item(number: int, row: Mapping[str, Any]) -> Item:
    return Item(
        id=number,
        key=row["id"],
        url=row["url"],
        title=row["title"],
        text=row["text"],
        first_seen=datetime.fromisoformat(row["first_seen"]),
        published=datetime.fromisoformat(row["published"]),
        published_is_date=row["published_is_date"],
        source=row["source"],
        council=row["council"],
        is_report=row["is_report"],
    )


def grouped(examples: Sequence[Example], every: timedelta) -> list[tuple[Example, int]]:
    """Each item with its story's number, as passes `every` so often put them together, the earliest first."""
    by_id = {one.told.item.id: one for one in examples}
    stories: dict[int, list[ToldItem]] = {}
    found: list[tuple[Example, int]] = []
    for arrived in _passes(examples, every):
        shelf = Shelf()
        for start in range(0, len(arrived), ITEMS_A_BATCH):
            batch = arrived[start : start + ITEMS_A_BATCH]
            since = min(one.item.first_seen for one in batch) - WINDOW
            shelf.forget(since)
            if councils := shelf.to_recall(batch):
                shelf.recall(councils, _recent(stories, since, councils))
            for story in shelf.join(batch):
                number = story.number or len(stories) + 1
                shelf.number(story, number)
                stories.setdefault(number, []).extend(story.new)
                found += [(by_id[one.item.id], number) for one in story.new]
    return found


def _recent(
    stories: Mapping[int, Sequence[ToldItem]], since: datetime, councils: Set[str]
) -> list[tuple[int, ToldItem]]:
    """As the store has them: of stories that went on since then with an item about one of these councils."""
    return sorted(
        (
            (number, one)
            for number, held in stories.items()
            if max(one.item.first_seen for one in held) >= since
            and not councils.isdisjoint(name for one in held for name in one.classification.councils or (NO_COUNCIL,))
            for one in held
        ),
        key=lambda pair: pair[1].item.id,
    )


def _passes(examples: Iterable[Example], every: timedelta) -> list[list[ToldItem]]:
    passes: dict[int, list[ToldItem]] = defaultdict(list)
    for one in examples:
        passes[int(one.told.item.first_seen.timestamp() // every.total_seconds())].append(one.told)
    return [passes[number] for number in sorted(passes)]


def agreement(found: Sequence[tuple[Example, int]]) -> Agreement:
    """How the stories agree with the events, pair by pair."""

    def pairs(counts: Mapping[Any, int]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    return Agreement(
        together=pairs(Counter(story for _, story in found)),
        rightly=pairs(Counter((story, one.event) for one, story in found)),
        true=pairs(Counter(one.event for one, _ in found)),
    )
