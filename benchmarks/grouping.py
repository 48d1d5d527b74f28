"""What putting items into stories costs: 100,000 items over a year as passes bring them, beside scikit-learn's cosines;
and a backlog of 3,000 at once through the store.

The items are invented: each event is a draw of words that follow Zipf's law, and what its outlets say of it keeps half
of them. Each way runs in a process of its own.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import accumulate, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, Any

from benchmarks.cost import peak_mb
from benchmarks.poll_once import bare_config, bare_fetcher
from monitor import stories
from monitor.adapters import new_workers
from monitor.councils import councils
from monitor.model import Check, CheckStatus, Classification, Event, Item, SourceState, ToldItem
from monitor.run import Run
from monitor.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).parents[1]
ITEMS, BACKLOG = 100_000, 3_000
_YEAR = timedelta(days=365)
_PASS = timedelta(hours=1)
_START = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = 20_000
_WORDS_A_TEXT = 150
_ITEMS_AN_EVENT = 3
_FLAT = 500  # ranks; empty words, which open the list of a language, are not compared
_KEPT = 0.5  # share of an event's words that an outlet keeps
_TALKED_ABOUT = timedelta(days=2)
_SKLEARN_BAR = 0.3


def main(items: int = ITEMS, backlog: int = BACKLOG) -> None:
    """Prints CPU seconds, items a second and memory, way by way."""
    print(f"{'grouping':<32} {'items':>8} {'CPU s':>8} {'items/s':>9} {'peak MB':>8} {'stories':>8}")
    found = {way: _in_child(way, backlog if way == "store" else items) for way in WAYS}
    for way, one in found.items():
        rate = one["items"] / one["cpu_s"]
        print(
            f"{WAYS[way][0]:<32} {one['items']:>8,} {one['cpu_s']:>8.1f} {rate:>9,.0f} {one['peak_mb']:>8.0f}"
            f" {one['stories']:>8,}"
        )
    ratio = found["ours"]["cpu_s"] / found["scikit-learn"]["cpu_s"]
    print(f"ours takes {ratio:.2f} of scikit-learn's time, which only finds each item's nearest of the week before")


def told_items(number: int, over: timedelta = _YEAR) -> list[ToldItem]:
    """So many items, by arrival: events of one council each, told by three outlets within two days."""
    dice = random.Random(0)  # noqa: S311 - it guards nothing
    names = [one.name for one in councils()]
    words = [f"{_letters(rank)}ing" for rank in range(_WORDS)]
    weights = list(accumulate(1 / (rank + _FLAT) for rank in range(_WORDS)))
    items = []
    for event in range(-(-number // _ITEMS_AN_EVENT)):
        began = _START + over * dice.random()
        council = (dice.choice(names),)
        text = dice.choices(words, cum_weights=weights, k=_WORDS_A_TEXT)
        for outlet in range(min(_ITEMS_AN_EVENT, number - len(items))):
            others = dice.choices(words, cum_weights=weights, k=_WORDS_A_TEXT)
            said = [word if dice.random() < _KEPT else other for word, other in zip(text, others, strict=True)]
            at = began + _TALKED_ABOUT * dice.random() ** 3
            items.append(_told(f"{event}-{outlet}", council, " ".join(said), at))
    return sorted(items, key=lambda told: told.item.first_seen)


def _told(key: str, council: tuple[str, ...], text: str, at: datetime) -> ToldItem:
    item = Item(
        key=f"https://example.org/{key}",
        url=f"https://example.org/{key}",
        title=" ".join(text.split()[:8]),
        text=text,
        first_seen=at,
        published=at,
        source=f"Paper {key.rpartition('-')[2]}",
    )
    return ToldItem(
        item=item, classification=Classification(relevant=True, relevance=0.9, councils=council, event=Event.OTHER)
    )


def _letters(number: int) -> str:
    """Five letters that no other number has."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(5))


def _in_child(way: str, items: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.grouping", way, str(items)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT, text=True).stdout)


def measure(way: str, number: int) -> dict[str, Any]:
    """What one way costs this process; making and storing the items is not counted."""
    cpu_s, begun = WAYS[way][1](number)
    return {"items": number, "cpu_s": cpu_s, "peak_mb": peak_mb(), "stories": begun}


def _ours(number: int) -> tuple[float, int]:
    """One shelf for the year, as of a service that never rests."""
    items = told_items(number)
    before = process_time()
    shelf, begun = stories.Shelf(), 0
    for batch in _passes(items):
        shelf.forget(batch[0].item.first_seen - stories.WINDOW)
        for story in shelf.join(batch):
            if story.number is None:
                begun += 1
                shelf.number(story, begun)
    return process_time() - before, begun


def _passes(items: Sequence[ToldItem]) -> Iterator[list[ToldItem]]:
    for _, batch in groupby(items, lambda told: (told.item.first_seen - _START) // _PASS):
        yield list(batch)


def _scikit_learn(number: int) -> tuple[float, int]:
    """TF-IDF fitted once; week by week the cosines of all pairs with the week before, and each one's nearest."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - only this way needs it

    items = told_items(number)
    before = process_time()
    vectors = TfidfVectorizer(sublinear_tf=True).fit_transform(one.item.text for one in items)
    weeks = [list(week) for _, week in groupby(range(len(items)), lambda at: _week(items[at]))]
    begun = 0
    for earlier, week in zip([[], *weeks], weeks, strict=False):
        first = (earlier or week)[0]
        cosines = vectors[week[0] : week[-1] + 1] @ vectors[first : week[-1] + 1].T
        for row, at in enumerate(week):
            line = cosines[row].toarray()[0]
            begun += not (at > first and line[: at - first].max() >= _SKLEARN_BAR)
    return process_time() - before, begun


def _week(told: ToldItem) -> int:
    return (told.item.first_seen - _START) // stories.WINDOW


def _store(number: int) -> tuple[float, int]:
    """What arrived at once, as after a first poll or a long stop: a run's grouping with its store, batch by batch."""
    items = told_items(number, timedelta(days=5))
    last = items[-1].item.first_seen
    with TemporaryDirectory() as folder:
        config = bare_config(Path(folder), [])
        with Store(config.database) as store, new_workers() as workers:
            store.items.save([_check([one.item for one in items], last)])
            labels = {one.item.key: one.classification for one in items}
            stored = store.items.unclassified(number)
            store.classifications.save([(item, labels[item.key]) for item in stored])
            run = Run(
                config=config,
                store=store,
                workers=workers,
                new_fetcher=lambda: bare_fetcher(config),
                classify=lambda _: [],
                clock=lambda: last,
            )
            before = process_time()
            assert run.group() == number
            return process_time() - before, len({one.story for one in store.stories.relevant_since(_START)})


def _check(items: Sequence[Item], at: datetime) -> Check:
    return Check(
        source="Paper 0",
        at=at,
        seconds=0.1,
        state=SourceState(name="Paper 0", url="https://example.org/feed", first_checked_at=at, last_check_at=at),
        status=CheckStatus.NEW,
        items=tuple(items),
    )


WAYS: dict[str, tuple[str, Callable[[int], tuple[float, int]]]] = {
    "ours": ("ours, a pass an hour for a year", _ours),
    "scikit-learn": ("scikit-learn, cosines alone", _scikit_learn),
    "store": ("backlog at once, with its store", _store),
}

if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
