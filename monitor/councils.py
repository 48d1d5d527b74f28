"""The 153 councils with children's services, and the former ones that older reports and stories name."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """An English local authority responsible for children's services, or one that was."""

    name: str  # the short name used everywhere: "Devon"
    official_name: str  # "Devon County Council"; the short name again for a former council
    aliases: tuple[str, ...]
    urn: str  # Ofsted's number of the provider page; "" for a former council
    region: str
    la_type: str
    children_trust: str  # the company that runs its services today, or ""
    former_trust: str
    website: str
    successors: tuple[str, ...] = ()  # for a former council

    @property
    def is_former(self) -> bool:
        return bool(self.successors)


def _rows(name: str) -> Iterable[dict[str, str]]:
    with files("monitor.data").joinpath(name).open("r", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@cache
def councils() -> tuple[Council, ...]:
    """Today's 153 councils, by name. Source: Ofsted's provider register and the ONS code lists."""
    return tuple(
        sorted(
            (
                Council(
                    name=row["name"],
                    official_name=row["official_name"],
                    aliases=_split(row["aliases"]),
                    urn=row["ofsted_urn"],
                    region=row["region"],
                    la_type=row["la_type"],
                    children_trust=row["children_trust"],
                    former_trust=row["former_trust"],
                    website=row["website"],
                )
                for row in _rows("councils.csv")
            ),
            key=lambda council: council.name,
        )
    )


@cache
def former_councils() -> tuple[Council, ...]:
    """Councils abolished since 2019, matched by their own names."""
    return tuple(
        Council(
            name=row["name"],
            official_name=row["name"],
            aliases=_split(row["aliases"]),
            urn="",
            region="",
            la_type="",
            children_trust="",
            former_trust="",
            website="",
            successors=_split(row["successors"]),
        )
        for row in _rows("former_councils.csv")
    )


@cache
def regions() -> tuple[str, ...]:
    """The regions councils lie in, by name."""
    return tuple(sorted({council.region for council in councils()}))


def council_named(name: str) -> Council | None:
    """Today's council of that short name, or None."""
    return next((council for council in councils() if council.name == name), None)


def nearest_names(name: str) -> list[str]:
    """Names of today's councils that a person may have meant by `name`, best first.

    Tried in this order: another name of a council, or of a former one, which stands for its successors; the beginning
    of a name ("Telford"), or of a word in it ("Chelsea"); a name misspelt.
    """
    folded, spellings = name.casefold(), _spellings()
    if folded in spellings:
        return list(spellings[folded])
    close = get_close_matches(folded, spellings, n=5, cutoff=0.75)
    misspelt = [meant for spelling in close for meant in spellings[spelling]]
    return list(dict.fromkeys([*_beginning_with(folded), *misspelt]))[:3]


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """Every way a council, or a former one, is called, without case: the names of today's councils it stands for."""
    every = (*former_councils(), *councils())
    return {
        spelling.casefold(): council.successors or (council.name,)
        for council in every
        for spelling in (*council.aliases, council.official_name, council.name)
    }


def _beginning_with(folded: str) -> list[str]:
    """Names of councils that begin so, then those of which another word does; none for less than three letters."""
    if len(folded) < 3:
        return []
    word = re.compile(rf"\b{re.escape(folded)}")
    found = {council.name: match.start() for council in councils() if (match := word.search(council.name.casefold()))}
    return sorted(found, key=lambda name: found[name] > 0)
