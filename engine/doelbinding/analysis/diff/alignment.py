"""Two indexes of which the same bit means the same category, and the same fact."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from doelbinding.decider.index import (
    Demand,
    FlowEntry,
    Index,
    ProhibitionEntry,
    Prohibitions,
    PurposeEntry,
    bits,
)


def aligned(old: Index, new: Index) -> tuple[Index, Index]:
    """Both, numbered by all categories and facts that either declares."""
    categories = tuple(sorted({*old.categories, *new.categories}))
    facts = tuple(sorted({*old.facts, *new.facts}))
    return _renumbered(old, categories, facts), _renumbered(new, categories, facts)


def _renumbered(index: Index, categories: tuple[str, ...], facts: tuple[str, ...]) -> Index:
    if index.categories == categories and index.facts == facts:
        return index
    return _Renumbering(index, categories, facts).index()


class _Numbers:
    """Sets by the old numbers to sets by the new ones."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        places = {each: place for place, each in enumerate(new)}
        self._bits = [1 << places[each] for each in old]
        self._known: dict[int, int] = {}

    def __call__(self, members: int) -> int:
        known = self._known.get(members)
        if known is None:
            known = self._known[members] = sum(self._bits[place] for place in bits(members))
        return known


class _Renumbering:
    def __init__(self, index: Index, categories: tuple[str, ...], facts: tuple[str, ...]) -> None:
        self._index = index
        self._categories, self._facts = categories, facts
        self._data = _Numbers(index.categories, categories)
        self._known = _Numbers(index.facts, facts)
        self._flows: dict[str, FlowEntry] = {}

    def index(self) -> Index:
        """The index by the new numbers."""
        index = self._index
        return replace(
            index,
            categories=self._categories,
            expansions={each: self._data(mask) for each, mask in index.expansions.items()},
            purposes={each: self._purpose(entry) for each, entry in index.purposes.items()},
            flows=self._all_flows(index.flows),
            prohibitions=self._prohibitions(index.prohibitions),
            facts=self._facts,
            fact_bits={each: 1 << place for place, each in enumerate(self._facts)},
        )

    def _demand(self, demand: Demand) -> Demand:
        return self._known(demand[0]), self._known(demand[1])

    def _purpose(self, entry: PurposeEntry) -> PurposeEntry:
        return replace(entry, ceiling=self._data(entry.ceiling), demand=self._demand(entry.demand))

    def _all_flows(
        self, flows: Mapping[tuple[str, str], tuple[FlowEntry, ...]]
    ) -> dict[tuple[str, str], tuple[FlowEntry, ...]]:
        return {key: tuple(map(self._flow, entries)) for key, entries in flows.items()}

    def _flow(self, entry: FlowEntry) -> FlowEntry:
        known = self._flows.get(entry.id)
        if known is None:
            known = self._flows[entry.id] = replace(
                entry,
                data=None if entry.data is None else self._data(entry.data),
                excluded=self._data(entry.excluded),
                demands=tuple(map(self._demand, entry.demands)),
            )
        return known

    def _prohibitions(self, prohibitions: Prohibitions) -> Prohibitions:
        return replace(prohibitions, entries=tuple(map(self._prohibition, prohibitions.entries)))

    def _prohibition(self, entry: ProhibitionEntry) -> ProhibitionEntry:
        unless = entry.unless
        return replace(
            entry,
            data=self._data(entry.data),
            unless=None if unless is None else tuple(map(self._demand, unless)),
        )
