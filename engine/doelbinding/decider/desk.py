"""Where transfers are asked about: what was answered before is not worked out again."""

from collections.abc import Hashable, Mapping

from doelbinding.decider.cell import Cell, settle
from doelbinding.decider.decide import answer
from doelbinding.decider.index import Demand, Index
from doelbinding.decider.memory import Memory
from doelbinding.model.decision import Decision, Effect
from doelbinding.model.facts import states_of
from doelbinding.model.period import ALWAYS, Span
from doelbinding.model.transfer import names_of, text_of

Asked = tuple[str, str, str, str, tuple[str, ...], bool]
"""Sender, recipient, purpose, subject, categories, and whether there is a reference."""

_FIELDS = ("sender", "recipient", "purpose", "subject")

_MOST_TOLD = 4096
"""So many sets of declared facts are remembered as what they come to."""

_CHARACTERS = 8
"""A unit of room, about a kilobyte, holds two to the power of this."""


class Epoch(Memory[Decision]):
    """A span in which nothing of the policy begins or ends, and the answers given in it.

    `begin` and `end` are seconds since 1970-01-01T00:00Z, as the clock gives them.
    """

    __slots__ = ("begin", "cells", "end", "span")

    def __init__(self, span: Span, most: int) -> None:
        super().__init__(most)
        self.span = span
        self.begin, self.end = span[0] / 1e6, span[1] / 1e6
        self.cells: Memory[Cell] = Memory(most // 4)


class Desk:
    """An index with the answers it gave: in the present epoch, and in the one asked about last.

    Of transfers with few categories and facts it remembers at most twice `most`, about a
    kilobyte each; of larger ones so many fewer.
    """

    __slots__ = ("_elsewhere", "_most", "_told", "index", "present")

    def __init__(self, index: Index, most: int) -> None:
        self.index = index
        self._most = most
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
        circumstances: Hashable,
        key: Hashable,
        question: Asked,
        facts: Mapping[str, bool | None] | None,
    ) -> Decision:
        """The answer, which is remembered by circumstances and key. Raises `TypeError`."""
        known = epoch.recall(circumstances, key)
        if known is not None:
            return known
        data, has_reference = question[4:]
        for name in data:
            if type(name) is not str:
                data = names_of(data)
        parties = question[:4]
        cell = epoch.cells.recall(None, parties) or self._settled(epoch, parties)
        demand, unknown = self._told.get(circumstances) or self._tell(circumstances, facts)
        decision = answer(self.index, cell, data, demand, has_reference, unknown)
        room = 1 + (len(data) >> 2)
        if decision.effect is Effect.DENY:
            room += _room_of((*parties, *data, *unknown))
        epoch.keep(circumstances, key, decision, room)
        return decision

    def _tell(
        self, circumstances: Hashable, facts: Mapping[str, bool | None] | None
    ) -> tuple[Demand, tuple[str, ...]]:
        """The facts known true and known false, and the names of those not declared, sorted."""
        true = false = 0
        unknown: list[str] = []
        for fact, state in states_of(facts).items():
            bit = self.index.fact_bits.get(fact)
            if bit is None:
                unknown.append(fact)
            elif state:
                true |= bit
            elif state is not None:
                false |= bit
        told = (true, false), tuple(sorted(unknown))
        if not unknown:
            if len(self._told) == _MOST_TOLD:
                self._told = {}
            self._told[circumstances] = told
        return told

    def _settled(self, epoch: Epoch, parties: tuple[str, str, str, str]) -> Cell:
        sender, recipient, purpose, subject = map(text_of, _FIELDS, parties)
        cell = settle(self.index, sender, recipient, purpose, subject, epoch.span)
        epoch.cells.keep(None, parties, cell, 1 + len(cell.candidates))
        return cell


def _room_of(names: tuple[str, ...]) -> int:
    return len("".join(names)) >> _CHARACTERS
