"""What a decision needs to know of a policy, laid out for look-up; the compiler fills it.

Sets of categories, of facts and of prohibitions are integers: a bit for each, in the order of
`Index.categories`, `Index.facts` and `Prohibitions.entries`.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from doelbinding.model.condition import Term
from doelbinding.model.decision import PolicyIdentity
from doelbinding.model.enforcement import Enforcement
from doelbinding.model.period import ALWAYS, NEVER, Span
from doelbinding.source import Place

Demand = tuple[int, int]
"""Facts that must be known true, and facts that must be known false."""

Demands = tuple[Demand, ...]
"""The minimal terms of a condition: it holds when one of them does."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PurposeEntry:
    """A purpose with what it inherits.

    `chain` is the purpose and each above it, and `spans` are their periods; `subjects` are named
    ones (None: any); `refusable_until` is the instant before which the time for refusal runs, or
    None; `demand` is what it asks of the person: a consent, no objection.
    """

    chain: tuple[str, ...]
    ceiling: int
    subjects: frozenset[str] | None
    spans: tuple[Span, ...]
    refusable_until: int | None
    demand: Demand


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RoleEntry:
    """A role: the purposes named (None: all), the periods of its papers, whom it works for."""

    purposes: frozenset[str] | None
    spans: tuple[Span, ...]
    works_for: str | None
    is_processor: bool
    is_sub_processor: bool

    def covers(self, purpose: PurposeEntry) -> bool:
        """Whether the role is for that purpose."""
        return includes(self.purposes, purpose.chain)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PartyEntry:
    """A party: it and each above it with their periods, its roles, the duties towards it.

    `roles` is None for the controller and the person, who need none.
    """

    chain: tuple[str, ...]
    spans: tuple[Span, ...]
    roles: tuple[RoleEntry, ...] | None
    duties: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FlowEntry:
    """A flow. `senders` and `subjects` are named ones; `data` is None when it is the ceiling."""

    id: str
    senders: frozenset[str]
    subjects: frozenset[str] | None
    data: int | None
    excluded: int
    demands: Demands
    logs: bool
    needs_reference: bool
    duties: frozenset[str]
    span: Span
    clauses: tuple[str, ...]
    place: Place

    def would_grant(self, ceiling: int) -> int:
        """What it grants for a purpose of that ceiling, before the cut to it."""
        return (ceiling if self.data is None else self.data) & ~self.excluded


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProhibitionEntry:
    """A prohibition; `unless` is None when there is no exception."""

    id: str
    data: int
    unless: Demands | None
    span: Span
    clauses: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Concern:
    """Which prohibitions concern an id: those that name what it touches, and those for any."""

    named: Mapping[str, int]
    any: int

    def of(self, identifier: str) -> int:
        """The prohibitions, as a set."""
        return self.named.get(identifier, self.any)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prohibitions:
    """All prohibitions by id, and which of them concern a sender, recipient, purpose, subject."""

    entries: tuple[ProhibitionEntry, ...]
    senders: Concern
    recipients: Concern
    purposes: Concern
    subjects: Concern

    def concerning(self, sender: str, recipient: str, purpose: str) -> int:
        """Those about transfers between these for that purpose, whoever the data are about."""
        concerned = self.recipients.of(recipient) & self.purposes.of(purpose)
        return concerned and concerned & self.senders.of(sender)

    def between(
        self, sender: str, recipient: str, purpose: str, subject: str, at: int
    ) -> list[ProhibitionEntry]:
        """Those in force about transfers between these, by id (section 4, step 6)."""
        concerned = self.concerning(sender, recipient, purpose)
        if not concerned:
            return []
        concerned &= self.subjects.of(subject)
        found = [self.entries[place] for place in bits(concerned)]
        return [each for each in found if in_force(each.span, at)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Index:
    """A policy ready to decide.

    `subjects` are the chains of each; `flows` are found by recipient and purpose as flows name
    them; `moments` are the instants at which anything in the policy begins or ends, sorted;
    `enforcement` is kept for the gate: no decision reads it.
    """

    policy: PolicyIdentity
    timezone: str
    controller: str
    default_subject: str
    categories: tuple[str, ...]
    expansions: Mapping[str, int]
    subjects: Mapping[str, tuple[str, ...]]
    purposes: Mapping[str, PurposeEntry]
    parties: Mapping[str, PartyEntry]
    flows: Mapping[tuple[str, str], tuple[FlowEntry, ...]]
    prohibitions: Prohibitions
    facts: tuple[str, ...]
    fact_bits: Mapping[str, int]
    moments: tuple[int, ...]
    enforcement: Enforcement

    def candidates(self, sender: str, recipient: str, purpose: str) -> list[FlowEntry]:
        """The flows between these for that purpose, by id (section 4, step 3)."""
        chain = self.purposes[purpose].chain
        named: list[tuple[FlowEntry, ...]] = []
        for to in self.parties[recipient].chain:
            for what_for in chain:
                flows = self.flows.get((to, what_for))
                if flows is not None:
                    named.append(flows)
        senders = self.parties[sender].chain
        if len(named) < 2:  # then each stands once, by id
            return [each for each in (named[0] if named else ()) if includes(each.senders, senders)]
        found = {flow.id: flow for flows in named for flow in flows}
        ordered = [found[each] for each in sorted(found)]
        return [each for each in ordered if includes(each.senders, senders)]

    def epoch(self, at: int) -> Span:
        """The longest span around an instant in which nothing begins or ends."""
        place = bisect_right(self.moments, at)
        begin = self.moments[place - 1] if place else ALWAYS
        return begin, self.moments[place] if place < len(self.moments) else NEVER

    def named(self, categories: int) -> tuple[str, ...]:
        """The ids of a set of categories, sorted."""
        return tuple([self.categories[place] for place in bits(categories)])

    def states(self, known: Demand) -> dict[str, bool]:
        """The facts of which the state is known."""
        return dict(self._literals(known))

    def terms(self, demands: Demands) -> list[Term]:
        """The same as facts by their ids with the states demanded."""
        return [frozenset(self._literals(demand)) for demand in demands]

    def _literals(self, demand: Demand) -> Iterator[tuple[str, bool]]:
        for facts, state in zip(demand, (True, False), strict=True):
            yield from ((self.facts[place], state) for place in bits(facts))

    def known(self, facts: Mapping[str, bool | None]) -> Demand:
        """Declared facts as the sets of those known true and those known false."""
        true = false = 0
        for fact, state in facts.items():
            if state:
                true |= self.fact_bits[fact]
            elif state is not None:
                false |= self.fact_bits[fact]
        return true, false


def bits(members: int) -> Iterator[int]:
    """The places of the bits of a set, lowest first."""
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest


def includes(named: frozenset[str] | None, chain: tuple[str, ...]) -> bool:
    """Whether an id, given with each above it, is within a named one (None: any)."""
    return named is None or not named.isdisjoint(chain)


def in_force(span: Span, at: int) -> bool:
    """Whether an instant is within a span."""
    return span[0] <= at < span[1]


def all_in_force(spans: tuple[Span, ...], at: int) -> bool:
    """Whether an instant is within every span."""
    for begin, end in spans:  # noqa: SIM110 - asked four times for each cell, and mostly of none
        if not begin <= at < end:
            return False
    return True
