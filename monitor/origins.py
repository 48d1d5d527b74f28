"""Which configured source an item comes from: the one that showed it first, by its name or by its address, or another
that showed it too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.model import SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from monitor.model import Item, ReadyItem, Source, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Of what kind the sources are that items come from."""

    kinds: Mapping[str, SourceKind]  # by name
    elsewhere: Mapping[int, SourceKind] = field(default_factory=dict)  # of items whose own source has gone, by number

    def kind(self, item: Item) -> SourceKind | None:
        """The kind of the source that an item comes from; None where none that showed it is configured."""
        if item.is_report:
            return SourceKind.OFSTED
        return self.kinds.get(item.source) or self.elsewhere.get(item.id)

    def has_gone(self, item: Item) -> bool:
        """Whether no source that showed a piece of news is configured any more. A report is Ofsted's, whoever looked;
        what never came from a source, but from a file, has none to lose."""
        return bool(item.source) and self.kind(item) is None


def kinds_of(sources: Iterable[Source], states: Mapping[str, SourceState]) -> dict[str, SourceKind]:
    """What kind each configured source is, by its name and by any other it had at the same address: one that was only
    renamed is still there."""
    at = {source.url: source.kind for source in sources}
    renamed = {name: at[state.url] for name, state in states.items() if state.url in at}
    return renamed | {source.name: source.kind for source in sources}


def origins(
    ready: Sequence[ReadyItem],
    kinds: Mapping[str, SourceKind],
    shown_by: Callable[[Collection[int], Collection[str]], Mapping[int, str]],
) -> Origins:
    """Where these items come from. `shown_by` tells, of items by number, which of the named sources showed them too."""
    strange = [one.item.id for one in ready if not one.item.is_report and one.item.source not in kinds]
    shown = shown_by(strange, kinds) if strange else {}
    return Origins(kinds=kinds, elsewhere={number: kinds[name] for number, name in shown.items()})
