"""Which entries of two aligned indexes differ, and so which routes can be answered otherwise."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from doelbinding.analysis.routes import Route, Routes, behind
from doelbinding.decider.index import (
    Concern,
    Demands,
    FlowEntry,
    Index,
    PartyEntry,
    RoleEntry,
    bits,
)

Signature = Hashable
"""What an entry comes to: equal for two that decide alike."""

_ALL = -1
"""All categories."""


@dataclass(frozen=True)
class Pair:
    """The old index and the new one, aligned.

    An entry that differs only because a category came or went below one that it names has not
    changed itself: `common` are the categories that both declare.
    """

    old: Index
    new: Index

    @property
    def both(self) -> tuple[Index, Index]:
        """The old one, then the new one."""
        return self.old, self.new

    @cached_property
    def common(self) -> int:
        """The categories that both declare, as a set."""
        shared = self.old.expansions.keys() & self.new.expansions.keys()
        return sum(1 << place for place, each in enumerate(self.new.categories) if each in shared)

    @cached_property
    def categories(self) -> int:
        """The categories that came or went, as a set."""
        return ((1 << len(self.new.categories)) - 1) & ~self.common

    @cached_property
    def flows(self) -> frozenset[str]:
        """The flows that changed themselves, came, or went."""
        return self._changed(_flows, self.common)

    @cached_property
    def prohibitions(self) -> frozenset[str]:
        """The prohibitions that changed themselves, came, or went."""
        return self._changed(partial(_prohibitions, named=self._names), self.common)

    @cached_property
    def purposes(self) -> frozenset[str]:
        """The purposes that changed themselves, came, or went."""
        return self._changed(_purposes, self.common)

    @cached_property
    def senders(self) -> frozenset[str]:
        """The parties that, as senders, changed, came, or went."""
        return self._changed(_senders)

    @cached_property
    def recipients(self) -> frozenset[str]:
        """The parties that, as recipients, changed, came, or went, or work for one that did."""
        return self._changed(_recipients)

    @cached_property
    def recipients_themselves(self) -> frozenset[str]:
        """The parties that, as recipients, changed themselves, came, or went."""
        return self._changed(_recipients_themselves)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The data subjects that came or went."""
        return frozenset(self.old.subjects.keys() ^ self.new.subjects.keys())

    @cached_property
    def _names(self) -> frozenset[str]:
        """The parties, purposes and subjects that both declare."""
        old, new = (
            index.parties.keys() | index.purposes.keys() | index.subjects.keys()
            for index in self.both
        )
        return frozenset(old & new)

    def touched_routes(self) -> Callable[[Route], bool]:
        """Whether a route may be answered otherwise than before; if not, it surely is not."""
        flows = self._touched(_flows, self.flows)
        purposes = self._touched(_purposes, self.purposes)
        by_flow = {route for index in self.both for route in _routes(index, flows)}
        prohibitions = self._touched(_prohibitions, self.prohibitions)
        bans = [_concerned(index, prohibitions) for index in self.both]

        def is_touched(route: Route) -> bool:
            sender, recipient, purpose = route
            return (
                route in by_flow
                or sender in self.senders
                or recipient in self.recipients
                or purpose in purposes
                or any(concerned(route) for concerned in bans)
            )

        return is_touched

    def _changed(
        self, signatures: Callable[[Index, int], Mapping[str, Signature]], among: int = _ALL
    ) -> frozenset[str]:
        old, new = signatures(self.old, among), signatures(self.new, among)
        return frozenset(each for each in old.keys() | new.keys() if old.get(each) != new.get(each))

    def _touched(
        self,
        signatures: Callable[[Index, int], Mapping[str, Signature]],
        changed: frozenset[str],
    ) -> frozenset[str]:
        """Those that changed, with those that cover other categories than before."""
        return self._changed(signatures) if self.categories else changed


def _flows(index: Index, among: int) -> dict[str, Signature]:
    targets: dict[str, list[tuple[str, str]]] = {}
    entries: dict[str, FlowEntry] = {}
    for target, flows in index.flows.items():
        for flow in flows:
            targets.setdefault(flow.id, []).append(target)
            entries[flow.id] = flow
    return {each: (frozenset(targets[each]), _flow(entries[each], among)) for each in entries}


def _flow(flow: FlowEntry, among: int) -> Signature:
    return (
        flow.senders,
        flow.subjects,
        None if flow.data is None else flow.data & among,
        flow.excluded & among,
        frozenset(flow.demands),
        flow.logs,
        flow.needs_reference,
        flow.duties,
        flow.span,
    )


def _prohibitions(
    index: Index, among: int, named: frozenset[str] | None = None
) -> dict[str, Signature]:
    """The prohibitions as they concern the named ids (None: all)."""
    bans = index.prohibitions
    kinds = (bans.senders, bans.recipients, bans.purposes, bans.subjects)
    concern = [_by_prohibition(each, len(bans.entries), named) for each in kinds]
    return {
        entry.id: (
            entry.data & among,
            _terms(entry.unless),
            entry.span,
            tuple(each[place] for each in concern),
        )
        for place, entry in enumerate(bans.entries)
    }


def _by_prohibition(
    concern: Concern, count: int, named: frozenset[str] | None
) -> list[frozenset[str] | None]:
    """Which of the named ids each prohibition concerns, of one kind; None: any."""
    found: list[set[str]] = [set() for _ in range(count)]
    for identifier, members in concern.named.items():
        if named is None or identifier in named:
            for place in bits(members & ~concern.any):
                found[place].add(identifier)
    return [None if concern.any >> place & 1 else frozenset(ids) for place, ids in enumerate(found)]


def _purposes(index: Index, among: int) -> dict[str, Signature]:
    return {
        each: (
            entry.ceiling & among,
            entry.subjects,
            frozenset(entry.spans),
            entry.refusable_until,
            entry.demand,
        )
        for each, entry in index.purposes.items()
    }


def _senders(index: Index, _among: int) -> dict[str, Signature]:
    return {
        each: (entry.roles is None, frozenset(entry.spans)) for each, entry in index.parties.items()
    }


def _recipients(index: Index, _among: int) -> dict[str, Signature]:
    return {
        each: (
            entry.roles is None,
            frozenset(entry.spans),
            entry.duties,
            frozenset(map(_roles, behind(index, entry))),
        )
        for each, entry in index.parties.items()
    }


def _recipients_themselves(index: Index, _among: int) -> dict[str, Signature]:
    return {
        each: (entry.roles is None, frozenset(entry.spans), entry.duties, _roles(entry))
        for each, entry in index.parties.items()
    }


def _roles(party: PartyEntry) -> Signature:
    return party.chain[0], frozenset(map(_role, party.roles or ()))


def _role(role: RoleEntry) -> Signature:
    return (
        role.purposes,
        frozenset(role.spans),
        role.works_for,
        role.is_processor,
        role.is_sub_processor,
    )


def _terms(unless: Demands | None) -> Signature:
    return None if unless is None else frozenset(unless)


def _routes(index: Index, flows: frozenset[str]) -> Iterator[Route]:
    """The routes of those flows."""
    routes = Routes(index)
    for (recipient, purpose), entries in index.flows.items():
        senders = {each for flow in entries if flow.id in flows for each in flow.senders}
        if senders:
            yield from routes.between(senders, (recipient,), (purpose,))


def _concerned(index: Index, prohibitions: frozenset[str]) -> Callable[[Route], int]:
    """Which of these prohibitions concern a route, as a set."""
    bans = index.prohibitions
    wanted = sum(1 << place for place, entry in enumerate(bans.entries) if entry.id in prohibitions)
    return lambda route: wanted & bans.concerning(*route)
