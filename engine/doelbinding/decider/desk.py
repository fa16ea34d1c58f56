"""Where transfers are asked about: what was answered before is not worked out again."""

from collections.abc import Hashable, Mapping

from doelbinding.decider.cell import Cell, settle
from doelbinding.decider.decide import answer
from doelbinding.decider.index import Demand, Index
from doelbinding.decider.memory import Memory
from doelbinding.model.decision import Decision, Effect
from doelbinding.model.facts import states_of
from doelbinding.model.period import ALWAYS, Span

Parties = tuple[str, str, str, str]
"""Sender, recipient, purpose and subject."""

_MOST_TOLD = 4096
"""So many sets of declared facts are remembered as what they come to."""

_MANY = 64
"""Of no more categories, the names take too little room to be counted."""


class Epoch(Memory[Decision]):
    """A span in which nothing of the policy begins or ends, and the answers given in it.

    `begin` and `end` are seconds since 1970-01-01T00:00Z, as the clock gives them.
    """

    __slots__ = ("_room", "begin", "cells", "end", "span")

    def __init__(self, span: Span, most: int) -> None:
        super().__init__(most)
        self.span = span
        self.begin, self.end = span[0] / 1e6, span[1] / 1e6
        self.cells: dict[Parties, Cell] = {}
        self._room = most

    def add(self, parties: Parties, cell: Cell, size: int) -> None:
        """Remember a cell, if it is not too large; all are forgotten when there is no more room."""
        if size << 4 > self._most:
            return
        self._room -= size
        if self._room < 0:
            self.cells, self._room = {}, self._most - size
        self.cells[parties] = cell


class Desk:
    """An index with the answers it gave: in the present epoch, and in the one asked about last.

    Of transfers with few categories it remembers at most twice `most`, about a kilobyte each;
    of larger ones so many fewer.
    """

    __slots__ = ("_elsewhere", "_has_large_parts", "_most", "_told", "index", "present")

    def __init__(self, index: Index, most: int) -> None:
        self.index = index
        self._most = most
        self._has_large_parts = len(index.categories) > _MANY
        self.present = self._elsewhere = Epoch((ALWAYS, ALWAYS), 0)
        self._told: dict[Hashable, tuple[Demand, tuple[str, ...]]] = {}

    def now(self, at: int) -> Epoch:
        """The epoch of that instant, which is the present."""
        present = self.present
        if not present.span[0] <= at < present.span[1]:
            self.present = present = Epoch(self.index.epoch(at), self._most)
        return present

    def then(self, at: int) -> Epoch:
        """The epoch of an instant that the caller chose."""
        for epoch in (self.present, self._elsewhere):
            if epoch.span[0] <= at < epoch.span[1]:
                return epoch
        self._elsewhere = epoch = Epoch(self.index.epoch(at), self._most // 4)
        return epoch

    def ask(
        self,
        epoch: Epoch,
        told: Hashable,
        circumstances: Hashable,
        key: Hashable,
        parties: Parties,
        data: tuple[str, ...],
        facts: Mapping[str, bool | None] | None,
        has_reference: bool,
    ) -> Decision:
        """The answer to what is not known: it was asked once, or is decided and remembered.

        It is remembered by circumstances and key; `told` stands for the facts. All texts are
        plain ones.
        """
        remembered = epoch.recall_once(circumstances, key)
        if remembered is not None:
            return remembered
        cell = epoch.cells.get(parties) or self._settled(epoch, parties)
        known, unknown = self._told.get(told) or self._tell(told, facts)
        decision = answer(self.index, cell, data, known, has_reference, unknown)
        size = 1 + (len(data) + (len(facts) if facts else 0) >> 3)
        if unknown or decision.effect is Effect.DENY:
            size += self._more(cell, parties, data, unknown)
        epoch.keep(circumstances, key, decision, size)
        return decision

    def _more(
        self, cell: Cell, parties: Parties, data: tuple[str, ...], unknown: tuple[str, ...]
    ) -> int:
        """How much room names that nobody knows take, and the parts in reasons."""
        more = _length(data)
        if unknown or cell.stranger is not None:
            more += _length(unknown) + _length(parties)
        if self._has_large_parts:
            expansions = self.index.expansions
            more += sum([expansions.get(each, 0).bit_count() for each in data]) >> 6
        return more

    def _tell(
        self, key: Hashable, facts: Mapping[str, bool | None] | None
    ) -> tuple[Demand, tuple[str, ...]]:
        """The facts known true and known false, and the names of those not declared, sorted."""
        states = states_of(facts)
        bits = self.index.fact_bits
        known = self.index.known({fact: states[fact] for fact in states if fact in bits})
        told = known, tuple(sorted(states.keys() - bits.keys()))
        if not told[1]:
            if len(self._told) >= _MOST_TOLD:
                self._told = {}
            self._told[key] = told
        return told

    def _settled(self, epoch: Epoch, parties: Parties) -> Cell:
        cell = settle(self.index, *parties, epoch.span)
        epoch.add(parties, cell, 1 + len(cell.candidates) + _length(parties))
        return cell


def _length(names: tuple[str, ...]) -> int:
    """How much room texts take at most, in kilobytes."""
    return len("".join(names)) >> 8
