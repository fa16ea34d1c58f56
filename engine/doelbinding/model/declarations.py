"""All declarations of one policy, and what they come to once inheritance is followed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from doelbinding.model.categories import Category, Protection, Subject
from doelbinding.model.condition import Condition, Term, TooLarge, minimal_terms
from doelbinding.model.flows import Circumstance, Flow, Prohibition
from doelbinding.model.ids import BUILT_IN_FACTS, DATA_SUBJECT, Hierarchy, above
from doelbinding.model.invariants import Invariant
from doelbinding.model.manifest import Manifest
from doelbinding.model.purposes import Purpose
from doelbinding.model.recipients import Recipient
from doelbinding.model.statement import Clause, Statement, StatementFinding

_PURPOSE_KEYS = (
    "lawful_basis",
    "law",
    "objection",
    "direct_marketing",
    "explicit_consent",
    "special_category_condition",
    "subjects",
    "data",
    "retention",
    "announcement",
)
_RECIPIENT_KEYS = ("country", "roles", "legal_name", "endpoints")
_CATEGORY_KEYS = ("protection", "anonymous")

_Inheriting = TypeVar("_Inheriting", Purpose, Recipient, Category)


@dataclass(frozen=True)
class Declarations:
    """What a policy declares, by section and id.

    `purposes`, `recipients` and `categories` hold what was written; `purpose(id)` and its like
    hold what that comes to, each key taken from the nearest declaration above that states it
    (policy language, section 2).
    """

    manifest: Manifest
    categories: Mapping[str, Category] = field(default_factory=dict[str, Category])
    subjects: Mapping[str, Subject] = field(default_factory=dict[str, Subject])
    purposes: Mapping[str, Purpose] = field(default_factory=dict[str, Purpose])
    recipients: Mapping[str, Recipient] = field(default_factory=dict[str, Recipient])
    flows: Mapping[str, Flow] = field(default_factory=dict[str, Flow])
    prohibitions: Mapping[str, Prohibition] = field(default_factory=dict[str, Prohibition])
    facts: Mapping[str, Circumstance] = field(default_factory=dict[str, Circumstance])
    statement: Statement | None = None
    clauses: Mapping[str, Clause] = field(default_factory=dict[str, Clause])
    findings: Mapping[str, StatementFinding] = field(default_factory=dict[str, StatementFinding])
    invariants: Mapping[str, Invariant] = field(default_factory=dict[str, Invariant])

    @property
    def controller(self) -> str:
        """The id of the controller."""
        return self.manifest.controller.id

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The controller, the person and the recipients, sorted."""
        return tuple(sorted({self.controller, DATA_SUBJECT, *self.recipients}))

    @cached_property
    def category_tree(self) -> Hierarchy:
        """The hierarchy of categories."""
        return Hierarchy(self.categories)

    @cached_property
    def subject_tree(self) -> Hierarchy:
        """The hierarchy of data subjects."""
        return Hierarchy(self.subjects)

    @cached_property
    def purpose_tree(self) -> Hierarchy:
        """The hierarchy of purposes."""
        return Hierarchy(self.purposes)

    @cached_property
    def party_tree(self) -> Hierarchy:
        """The hierarchy of parties."""
        return Hierarchy(self.recipients, flat=(self.controller, DATA_SUBJECT))

    @cached_property
    def fact_ids(self) -> frozenset[str]:
        """The facts that conditions may speak of, built-in ones included."""
        return BUILT_IN_FACTS | self.facts.keys()

    @cached_property
    def effective_purposes(self) -> Mapping[str, Purpose]:
        """The purposes with their inherited keys."""
        return _inherit(self.purposes, _PURPOSE_KEYS)

    @cached_property
    def effective_recipients(self) -> Mapping[str, Recipient]:
        """The recipients with their inherited keys."""
        return _inherit(self.recipients, _RECIPIENT_KEYS)

    @cached_property
    def effective_categories(self) -> Mapping[str, Category]:
        """The categories with their inherited keys."""
        return _inherit(self.categories, _CATEGORY_KEYS)

    @cached_property
    def served(self) -> Mapping[str, tuple[str, ...]]:
        """For each purpose that flows serve, their ids: its processing activities (Art. 30)."""
        serving: dict[str, list[str]] = {}
        for flow in sorted(self.flows):
            for purpose in self.purpose_tree.expand(self.flows[flow].purposes):
                serving.setdefault(purpose, []).append(flow)
        return MappingProxyType({each: tuple(serving[each]) for each in sorted(serving)})

    @cached_property
    def flow_terms(self) -> Mapping[str, tuple[Term, ...]]:
        """For each flow the minimal terms of its condition; a condition too large has none."""
        return _terms((each, flow.when) for each, flow in self.flows.items())

    @cached_property
    def exception_terms(self) -> Mapping[str, tuple[Term, ...]]:
        """The same for each prohibition that knows an exception."""
        bans = self.prohibitions.items()
        return _terms((each, ban.unless) for each, ban in bans if ban.unless is not None)

    def purpose(self, identifier: str) -> Purpose:
        """A purpose with its inherited keys."""
        return self.effective_purposes[identifier]

    def recipient(self, identifier: str) -> Recipient:
        """A recipient with its inherited keys."""
        return self.effective_recipients[identifier]

    def mandate(self, party: str) -> frozenset[str] | None:
        """The purposes for which a party has a role; None: whatever for, or it is not declared."""
        if party in self.party_tree.flat or party not in self.recipients:
            return None
        roles = self.recipient(party).roles or ()
        if any(role.purposes is None for role in roles):
            return None
        return self.purpose_tree.expand([each for role in roles for each in role.purposes or ()])

    def protection(self, category: str) -> Protection:
        """How specially a category is protected."""
        return self.effective_categories[category].protection or Protection.NONE

    def expanded(self, categories: tuple[str, ...]) -> frozenset[str]:
        """The named categories and all that lie below them."""
        return self.category_tree.expand(categories)

    def ceiling(self, purpose: str) -> frozenset[str]:
        """The expanded ceiling of a purpose; empty when none is stated or inherited."""
        return self.expanded(self.purpose(purpose).data or ())

    def sent_by(self, flow: Flow, purpose: str) -> frozenset[str]:
        """What a flow would grant for a purpose, before the cut to the ceiling."""
        named = self.ceiling(purpose) if flow.data is None else self.expanded(flow.data)
        return named - self.expanded(flow.excluded)

    def duties_of(self, party: str) -> frozenset[str]:
        """The duties of a party and of every party above it."""
        chained = (self.recipients.get(each) for each in self.party_tree.chain(party))
        return frozenset(duty for each in chained if each for duty in each.duties)


def _terms(conditions: Iterable[tuple[str, Condition | None]]) -> Mapping[str, tuple[Term, ...]]:
    known: dict[Condition | None, tuple[Term, ...] | None] = {}
    found: dict[str, tuple[Term, ...]] = {}
    for identifier, condition in conditions:
        if condition not in known:
            known[condition] = _terms_or_none(condition)
        terms = known[condition]
        if terms is not None:
            found[identifier] = terms
    return MappingProxyType(found)


def _terms_or_none(condition: Condition | None) -> tuple[Term, ...] | None:
    try:
        return minimal_terms(condition)
    except TooLarge:
        return None


def _inherit(
    declared: Mapping[str, _Inheriting], keys: tuple[str, ...]
) -> Mapping[str, _Inheriting]:
    return MappingProxyType({each: _filled(declared, each, keys) for each in declared})


def _filled(
    declared: Mapping[str, _Inheriting], identifier: str, keys: tuple[str, ...]
) -> _Inheriting:
    own = declared[identifier]
    taken: dict[str, Any] = {}
    for key in keys:
        if getattr(own, key) is None:
            stated = (getattr(declared.get(each), key, None) for each in above(identifier))
            taken[key] = next((value for value in stated if value is not None), None)
    return replace(own, **taken) if taken else own
