"""What becomes of damaged reports: the reader is given thousands of them, and the outcomes are counted.

A file that was damaged on its way should be an error. Where the damage touches nothing that is read, the facts are
those of the whole file; a fact may be lost, the words of a list may run together, and no fact may be invented: a
check that told more would refuse sound files too. Run by `make fuzz`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from monitor.adapters import new_workers
from monitor.errors import ParseError
from monitor.reports import read_report
from monitor.reports.data import inspection_as_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from monitor.workers import Workers

REPORTS = Path(__file__).parents[1].parent / "shared" / "data" / "reports-dev"
OUTCOMES = ("error", "same", "lost", "list", "invented", "died")
LISTS = {"priority_actions", "areas_for_improvement", "conflicts"}  # whole sentences of the report

Facts = dict[str, object]
_NUMBER = re.compile(r"\d+")
_DIGITS = re.compile(rb"\d+")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A file that something happened to; `number` and the seed of the run make it again."""

    number: int
    mutation: str
    name: str  # of the whole file
    other: str  # of the file that bytes may have come from
    body: bytes


@dataclass(slots=True, kw_only=True)
class Tally:
    """Outcomes by mutation, the reasons of the errors, and what is to be looked at."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    def __getitem__(self, outcome: str) -> int:
        return sum(count for (_, found), count in self.outcomes.items() if found == outcome)

    def __str__(self) -> str:
        mutations = dict.fromkeys(mutation for mutation, _ in self.outcomes)
        rows = [("", *OUTCOMES)]
        rows += [(name, *(str(self.outcomes[name, outcome]) for outcome in OUTCOMES)) for name in sorted(mutations)]
        rows.append(("all", *(str(self[outcome]) for outcome in OUTCOMES)))
        return "\n".join(f"{name:<28}" + "".join(f"{cell:>10}" for cell in cells) for name, *cells in rows)


# --- what happens to files ---------------------------------------------------------------------------------


def _place(random: Random, body: bytes) -> int:
    return random.randrange(len(body))


def _run(random: Random, body: bytes) -> tuple[int, int]:
    """A stretch of the file, as often short as long, up to a quarter of it."""
    length = min(int(2 ** random.uniform(0, 20)), len(body) // 4)
    start = random.randrange(len(body) - length)
    return start, start + length


def _outside_streams(random: Random, body: bytes) -> int:
    """A place in what is not a stream's data: objects, their dictionaries, the cross-reference table."""
    streams = [match.span(1) for match in _STREAM.finditer(body)]
    starts = [0, *(end for _, end in streams)]
    ends = [*(start for start, _ in streams), len(body)]
    place = random.randrange(sum(end - start for start, end in zip(starts, ends, strict=True)))
    for start, end in zip(starts, ends, strict=True):
        if place < end - start:
            return start + place
        place -= end - start
    raise AssertionError("the place is within the gaps")


def _flipped(random: Random, body: bytes, count: int, place: Callable[[Random, bytes], int]) -> bytes:
    changed = bytearray(body)
    for _ in range(count):
        changed[place(random, body)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(random: Random, body: bytes, _: bytes) -> bytes:
    return body[: _place(random, body)]


def _cut_and_ended(random: Random, body: bytes, _: bytes) -> bytes:
    return body[: _place(random, body)] + b"\n%%EOF\n"


def _middle_missing(random: Random, body: bytes, _: bytes) -> bytes:
    """Cut anywhere, the trailer put back."""
    return body[: _place(random, body)] + body[body.rfind(b"startxref") :]


def _bits_flipped(random: Random, body: bytes, _: bytes) -> bytes:
    return _flipped(random, body, random.randint(1, 64), _place)


def _bits_flipped_outside_streams(random: Random, body: bytes, _: bytes) -> bytes:
    return _flipped(random, body, random.randint(1, 4), _outside_streams)


def _run_of_zeros(random: Random, body: bytes, _: bytes) -> bytes:
    start, end = _run(random, body)
    return body[:start] + bytes(end - start) + body[end:]


def _run_of_noise(random: Random, body: bytes, _: bytes) -> bytes:
    start, end = _run(random, body)
    return body[:start] + random.randbytes(end - start) + body[end:]


def _run_deleted(random: Random, body: bytes, _: bytes) -> bytes:
    start, end = _run(random, body)
    return body[:start] + body[end:]


def _run_twice(random: Random, body: bytes, _: bytes) -> bytes:
    start, end = _run(random, body)
    return body[:end] + body[start:]


def _run_of_another_file(random: Random, body: bytes, other: bytes) -> bytes:
    start, end = _run(random, body)
    source = random.randrange(max(1, len(other) - (end - start)))
    return body[:start] + other[source : source + end - start] + body[end:]


def _spliced(random: Random, body: bytes, other: bytes) -> bytes:
    return body[: _place(random, body)] + other[_place(random, other) :]


def _spliced_at_one_place(random: Random, body: bytes, other: bytes) -> bytes:
    """The head of one file and the tail of another, as a broken resumed download leaves them."""
    place = random.randrange(min(len(body), len(other)))
    return body[:place] + other[place:]


def _streams_swapped(random: Random, body: bytes, other: bytes) -> bytes:
    """A stream's data in the place of another's; the lengths and offsets are those of before.

    One of the same length would make a whole file, of which nobody can tell that it is not the one that was written.
    """
    here = random.choice(list(_STREAM.finditer(body)))
    source = random.choice((body, other))
    there = [found for found in _STREAM.finditer(source) if len(found[1]) != len(here[1])]
    return body[: here.start(1)] + random.choice(there)[1] + body[here.end(1) :]


def _numbers_changed(random: Random, body: bytes, _: bytes) -> bytes:
    """Digits changed outside streams: lengths, offsets, widths, the numbers of objects."""
    changed = bytearray(body)
    for _ in range(random.randint(1, 4)):
        place = _outside_streams(random, body)
        digits = _DIGITS.search(body, place)
        if digits:
            changed[random.randrange(*digits.span())] = random.choice(b"0123456789")
    return bytes(changed)


def _bytes_changed_outside_streams(random: Random, body: bytes, _: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(random.randint(1, 8)):
        changed[_outside_streams(random, body)] = random.randrange(32, 127)
    return bytes(changed)


MUTATIONS: Mapping[str, Callable[[Random, bytes, bytes], bytes]] = {
    "cut short": _cut,
    "cut short, end put back": _cut_and_ended,
    "cut short, trailer put back": _middle_missing,
    "bits flipped": _bits_flipped,
    "bits flipped in objects": _bits_flipped_outside_streams,
    "characters in objects": _bytes_changed_outside_streams,
    "digits in objects": _numbers_changed,
    "zeros": _run_of_zeros,
    "noise": _run_of_noise,
    "bytes of another file": _run_of_another_file,
    "run deleted": _run_deleted,
    "run twice": _run_twice,
    "spliced": _spliced,
    "spliced at one place": _spliced_at_one_place,
    "streams swapped": _streams_swapped,
}


def damaged(bodies: Mapping[str, bytes], *, count: int, seed: int) -> Iterator[Damaged]:
    """`count` damaged files made of `bodies`, every mutation in its turn; the same ones for the same seed.

    A few less where a mutation happens to change nothing.
    """
    names = sorted(bodies)
    for number in range(count):
        random = Random(f"{seed} {number}")  # noqa: S311 - damage, not secrets
        mutation = list(MUTATIONS)[number % len(MUTATIONS)]
        name, other = random.choice(names), random.choice(names)
        body = MUTATIONS[mutation](random, bodies[name], bodies[other])
        if body != bodies[name]:
            yield Damaged(number=number, mutation=mutation, name=name, other=other, body=body)


# --- what the reader makes of them -------------------------------------------------------------------------


def facts(body: bytes) -> Facts:
    """A report's facts by name, judgements each by its own. Raises ParseError."""
    data = inspection_as_data(read_report(body).inspection, "")
    judgements = data.pop("judgements")
    assert isinstance(judgements, dict)
    return data | judgements


def compared(whole: Facts, found: Facts) -> tuple[list[str], list[str]]:
    """The names of the facts that are lost, and of those that the whole file does not state."""
    lost, invented = [], []
    for name in whole.keys() | found.keys():
        before, now = whole.get(name), found.get(name)
        if before == now:
            continue
        if isinstance(now, list):
            assert isinstance(before, list | None)
            (invented if any(entry not in (before or ()) for entry in now) else lost).append(name)
        else:
            (lost if now in {None, False, "other"} else invented).append(name)
    return sorted(lost), sorted(invented)


def outcome(whole: Facts, found: Facts) -> tuple[str, list[str]]:
    """ "same", "lost", "list" (only lists have other words) or "invented", and the facts that are."""
    lost, invented = compared(whole, found)
    if invented:
        return ("list" if LISTS.issuperset(invented) else "invented"), invented
    return ("lost", lost) if lost else ("same", [])


async def examine(bodies: Mapping[str, bytes], cases: Iterator[Damaged], *, seconds: float, workers: Workers) -> Tally:
    """The tally of `cases`, read in children with limits; after `seconds` no further one is begun."""
    tally = Tally()
    whole = {name: await workers.run(facts, body) for name, body in bodies.items()}
    ends_at = time.monotonic() + seconds

    async def work() -> None:
        for case in cases:
            if time.monotonic() > ends_at:
                return
            started = time.monotonic()
            try:
                found = await workers.run(facts, case.body)
                # Of a splice that left but a header of the one file, the other is read, whole and right.
                result, names = ("same", []) if found == whole[case.other] else outcome(whole[case.name], found)
                detail = ", ".join(names)
            except ParseError as error:
                failed = "took longer", "needs more", "the program reading it", "nested too deeply"
                result, detail = "died" if error.reason.startswith(failed) else "error", error.reason
                tally.reasons[_NUMBER.sub("…", detail)] += 1
            tally.slowest_s = max(tally.slowest_s, time.monotonic() - started)
            tally.outcomes[case.mutation, result] += 1
            if result not in {"error", "same"}:
                tally.findings.append(f"{result}: {case.number} {case.mutation}: {case.name}: {detail}")

    await asyncio.gather(*(work() for _ in range(os.cpu_count() or 1)))
    return tally


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the outcomes of damaged reports by what happened to them; ends with 1 where a fact was invented."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="damaged files (10000)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--minutes", type=float, default=30, help="no further file after these (30)")
    options = parser.parse_args(arguments)
    bodies = {path.name: path.read_bytes() for path in sorted(REPORTS.glob("*.pdf"))}
    bodies = {name: body for name, body in bodies.items() if body.startswith(b"%PDF-")}
    if not bodies:
        print("no report files on this machine")
        return
    cases = damaged(bodies, count=options.count, seed=options.seed)
    with new_workers() as workers:
        tally = asyncio.run(examine(bodies, cases, seconds=options.minutes * 60, workers=workers))
    print(*sorted(tally.findings), sep="\n")
    print(*(f"{count:6} × {reason}" for reason, count in tally.reasons.most_common()), sep="\n")
    print(f"\n{tally}\n\nslowest {tally.slowest_s:.1f} s, {sum(tally.outcomes.values())} files")
    sys.exit(1 if tally["invented"] or tally["died"] else 0)


if __name__ == "__main__":
    main()
