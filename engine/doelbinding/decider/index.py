"""What a decision needs to know of a policy, laid out for look-up; the compiler fills it.

Sets of categories are integers, a bit for each category in the order of `categories`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from doelbinding.model.condition import Term
from doelbinding.model.decision import PolicyIdentity
from doelbinding.model.period import Span
from doelbinding.source import Place

Terms = tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PurposeEntry:
    """A purpose with what it inherits.

    `chain` is the purpose and each above it, and `spans` are their periods; `refusable_until`
    is the instant before which the time for refusal runs, or None.
    """

    chain: tuple[str, ...]
    ceiling: int
    subjects: frozenset[str] | None
    spans: tuple[Span, ...]
    refusable_until: int | None
    needs_consent: bool
    heeds_objection: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RoleEntry:
    """A role: the purposes it covers (None: all), the periods of its papers, whom it works for."""

    purposes: frozenset[str] | None
    spans: tuple[Span, ...]
    works_for: str | None
    is_processor: bool
    is_sub_processor: bool

    def covers(self, purpose: str) -> bool:
        """Whether the role is for that purpose."""
        return self.purposes is None or purpose in self.purposes


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
    """A flow. `data` is None when it grants up to the ceiling."""

    id: str
    senders: frozenset[str]
    subjects: frozenset[str] | None
    data: int | None
    excluded: int
    terms: Terms
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
    """A prohibition; the sets hold every id that touches what it names (None: any).

    `unless` is None when there is no exception.
    """

    id: str
    senders: frozenset[str] | None
    recipients: frozenset[str] | None
    purposes: frozenset[str] | None
    subjects: frozenset[str] | None
    data: int
    unless: Terms | None
    span: Span
    clauses: tuple[str, ...]
    place: Place

    def concerns(self, sender: str, recipient: str, purpose: str, subject: str) -> bool:
        """Whether it is about transfers between these."""
        return (
            (self.senders is None or sender in self.senders)
            and (self.recipients is None or recipient in self.recipients)
            and (self.purposes is None or purpose in self.purposes)
            and (self.subjects is None or subject in self.subjects)
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Index:
    """A policy ready to decide.

    `flows` are found by recipient and purpose as flows name them. `moments` are the instants at
    which anything in the policy begins or ends, sorted.
    """

    policy: PolicyIdentity
    controller: str
    default_subject: str
    categories: tuple[str, ...]
    expansions: Mapping[str, int]
    subjects: frozenset[str]
    purposes: Mapping[str, PurposeEntry]
    parties: Mapping[str, PartyEntry]
    flows: Mapping[tuple[str, str], tuple[FlowEntry, ...]]
    prohibitions: tuple[ProhibitionEntry, ...]
    facts: frozenset[str]
    moments: tuple[int, ...]

    def candidates(self, sender: str, recipient: str, purpose: str) -> list[FlowEntry]:
        """The flows between these for that purpose, by id (policy language, section 4, step 3)."""
        found = {
            flow.id: flow
            for to in self.parties[recipient].chain
            for what_for in self.purposes[purpose].chain
            for flow in self.flows.get((to, what_for), ())
            if sender in flow.senders
        }
        return [found[each] for each in sorted(found)]

    def named(self, categories: int) -> tuple[str, ...]:
        """The ids of a set of categories, sorted."""
        return tuple(self._each(categories))

    def _each(self, categories: int) -> Iterator[str]:
        while categories:
            lowest = categories & -categories
            yield self.categories[lowest.bit_length() - 1]
            categories ^= lowest
