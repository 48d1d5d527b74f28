"""A backfill: which pages hold the history of councils, and what reading it came to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.model import SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from monitor.councils import Council
    from monitor.model import Check, Item, KnownReport, Source

    # What watches some work: given how many things there are to do and what it is, a block in which it is called for
    # each thing done.
    Watch = Callable[[int, str], AbstractContextManager[Callable[[], None]]]

ASKING, READING = "asking Ofsted's pages", "reading reports"  # the two things a backfill does, for who watches


@dataclass(slots=True)
class Backfill:
    """What one backfill did."""

    checks: list[Check] = field(default_factory=list)  # of the councils' pages
    readings: list[tuple[Item, str]] = field(default_factory=list)  # each report with why it was not read, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilBackfill:
    """What a backfill came to for one council."""

    council: str
    reports: int  # known of it, read or not
    read: int  # now
    failures: tuple[tuple[str, str], ...] = ()  # address of a report, why it could not be read
    error: str = ""  # why the council's page could not be checked


def pages(sources: Iterable[Source], councils: Iterable[Council]) -> list[Source]:
    """The pages of these councils on Ofsted's site; none where no enabled source is one.

    That of a council nobody follows is made like those of the others, in each place they are polled at.
    """
    ofsted = [source for source in sources if source.kind is SourceKind.OFSTED]
    models = [source for source in ofsted if source.council == ofsted[0].council]
    return [_page(council, model) for council in councils for model in models]


def _page(council: Council, model: Source) -> Source:
    """The page of a council where another's, `model`, stands: a change of name and number."""
    name = model.name.removesuffix(f": {model.council}")
    return replace(
        model,
        name=f"{name}: {council.name}",
        url=f"{model.url.rpartition('/')[0]}/{council.urn}",
        council=council.name,
    )


def by_council(done: Backfill, pages: Sequence[Source], known: Iterable[KnownReport]) -> list[CouncilBackfill]:
    """What a backfill of these pages came to, a council after the other in their order."""
    of_page = {page.name: page.council for page in pages}
    reports = [report.council for report in known]
    return [
        CouncilBackfill(
            council=council,
            reports=reports.count(council),
            read=sum(item.council == council and not reason for item, reason in done.readings),
            failures=tuple((item.url, reason) for item, reason in done.readings if reason and item.council == council),
            error="; ".join(check.reason for check in done.checks if check.reason and of_page[check.source] == council),
        )
        for council in dict.fromkeys(page.council for page in pages if page.council)
    ]
