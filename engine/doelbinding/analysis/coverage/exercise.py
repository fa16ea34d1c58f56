"""What a transfer that a test asks about exercises in a policy."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from doelbinding.analysis.coverage.items import Days, Item, ItemKind, literals, periods
from doelbinding.decider import decide
from doelbinding.decider.cell import Cell, settle
from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Demands, Index
from doelbinding.model.decision import Decision
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import chain
from doelbinding.model.period import moment
from doelbinding.model.transfer import Transfer


def exercised(
    declared: Declarations, index: Index, transfers: Iterable[Transfer]
) -> frozenset[Item]:
    """All that the transfers exercise."""
    exercise = _Exercise(declared, index)
    return frozenset(item for transfer in transfers for item in exercise.of(transfer))


class _Exercise:
    def __init__(self, declared: Declarations, index: Index) -> None:
        self._declared, self._index = declared, index
        self._by_day: dict[date, list[tuple[Days, Item]]] = {}
        for days in periods(declared):
            for item in days.items():
                if item.day is not None:
                    self._by_day.setdefault(item.day, []).append((days, item))

    def of(self, transfer: Transfer) -> Iterator[Item]:
        """What one transfer exercises."""
        index = self._index
        parties = transfer.sender, transfer.recipient, transfer.purpose, transfer.subject
        cell = settle(index, *parties, index.epoch(transfer.at))
        if cell.stranger is None:
            decision = decide(index, transfer)
            for flow in decision.rules:
                yield Item("flows", flow, ItemKind.GRANTS)
            yield from self._of_prohibitions(transfer, cell, decision)
            yield from self._of_conditions(transfer, cell, decision)
            yield from self._of_days(transfer, cell)

    def _expansion(self, categories: Iterable[str]) -> int:
        expanded = 0
        for each in categories:
            expanded |= self._index.expansions.get(each, 0)
        return expanded

    def _of_prohibitions(
        self, transfer: Transfer, cell: Cell, decision: Decision
    ) -> Iterator[Item]:
        known = self._index.known(transfer.facts)
        asked, permitted = map(self._expansion, (transfer.data, decision.permitted))
        for entry in cell.prohibitions:
            if entry.unless is None or not hold(entry.unless, known):
                if entry.data & asked:
                    yield Item("prohibitions", entry.id, ItemKind.BITES)
            elif entry.data & permitted:
                yield Item("prohibitions", entry.id, ItemKind.LIFTS)

    def _of_conditions(self, transfer: Transfer, cell: Cell, decision: Decision) -> Iterator[Item]:
        """The literals on which the answer turns, of what bears on something asked."""
        asked = self._expansion(transfer.data)
        for candidate in cell.sound:
            if not candidate.grants & asked:
                continue
            flow = candidate.flow
            yield from self._turning(transfer, decision, flow.demands, ("flows", flow.id, "when"))
        for entry in cell.conditional:
            if not entry.data & asked:
                continue
            yield from self._turning(
                transfer, decision, entry.unless or (), ("prohibitions", entry.id, "unless")
            )

    def _turning(
        self,
        transfer: Transfer,
        decision: Decision,
        demands: Demands,
        where: tuple[str, str, str],
    ) -> Iterator[Item]:
        index = self._index
        held = hold(demands, index.known(transfer.facts))
        for item in literals(*where, index, demands):
            facts = _turned(transfer.facts, item.fact, item.state is True)
            if hold(demands, index.known(facts)) is not held:
                other = decide(index, replace(transfer, facts=facts))
                if _outcome(other) != _outcome(decision):
                    yield item

    def _of_days(self, transfer: Transfer, cell: Cell) -> Iterator[Item]:
        """The first and last days on which something happens."""
        today = moment(transfer.at, self._declared.manifest.zone).date()
        for days, item in self._by_day.get(today, ()):
            if self._concerns(days, transfer, cell):
                yield item

    def _concerns(self, days: Days, transfer: Transfer, cell: Cell) -> bool:
        """Whether the period bears on the transfer."""
        if days.section == "flows":
            return any(each.flow.id == days.id for each in cell.candidates)
        if days.section == "prohibitions":
            return self._is_banned_by(days.id, transfer)
        if days.section == "purposes":
            return self._purpose_states(days, transfer.purpose)
        if days.key == "valid":
            parties = (transfer.sender, transfer.recipient)
            return any(days.id in self._index.parties[each].chain for each in parties)
        return self._role_states(days, transfer)

    def _is_banned_by(self, identifier: str, transfer: Transfer) -> bool:
        bans, parties = self._index.prohibitions, (transfer.sender, transfer.recipient)
        concerned = bans.concerning(*parties, transfer.purpose)
        concerned &= bans.subjects.of(transfer.subject)
        return any(
            entry.id == identifier
            and concerned >> place & 1
            and entry.data & self._expansion(transfer.data)
            for place, entry in enumerate(bans.entries)
        )

    def _purpose_states(self, days: Days, purpose: str) -> bool:
        if days.key == "valid":
            return days.id in self._index.purposes[purpose].chain
        purposes = self._declared.purposes
        stating = (each for each in chain(purpose) if purposes[each].announcement is not None)
        return next(stating, None) == days.id

    def _role_states(self, days: Days, transfer: Transfer) -> bool:
        """Whether the recipient acts in the role to which the paper belongs."""
        recipients = self._declared.recipients
        lines = chain(transfer.recipient) if transfer.recipient in recipients else ()
        if next((each for each in lines if recipients[each].roles), None) != days.id:
            return False
        place = int(days.key.partition("[")[2].partition("]")[0])
        return (recipients[days.id].roles or ())[place].covers(transfer.purpose)


def _turned(facts: Mapping[str, bool], fact: str, state: bool) -> dict[str, bool]:
    """The facts with that one unknown if it is known so, else known so."""
    if facts.get(fact) is state:
        return {each: known for each, known in facts.items() if each != fact}
    return {**facts, fact: state}


def _outcome(decision: Decision) -> tuple[object, ...]:
    return decision.effect, decision.permitted, decision.duties
