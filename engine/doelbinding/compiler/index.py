"""Declarations to the index that decisions are made from."""

from collections.abc import Iterable
from itertools import product

from doelbinding.decider.index import (
    FlowEntry,
    Index,
    PartyEntry,
    ProhibitionEntry,
    PurposeEntry,
    RoleEntry,
)
from doelbinding.model.condition import minimal_terms
from doelbinding.model.decision import Effect, PolicyIdentity
from doelbinding.model.declarations import Declarations
from doelbinding.model.flows import Flow, Prohibition
from doelbinding.model.ids import DATA_SUBJECT, Hierarchy
from doelbinding.model.period import ALWAYS, NEVER, Period, Span, end_instant
from doelbinding.model.recipients import PROCESSORS, Role, RoleKind

_EVERY_MOMENT: Span = (ALWAYS, NEVER)


def build_index(declared: Declarations, identity: PolicyIdentity) -> Index:
    """The index of a policy."""
    return _IndexBuilder(declared).build(identity)


class _IndexBuilder:
    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._zone = declared.manifest.zone
        self._categories = tuple(sorted(declared.categories))
        self._bits = {each: 1 << place for place, each in enumerate(self._categories)}
        self._moments: set[int] = set()

    def build(self, identity: PolicyIdentity) -> Index:
        declared = self._declared
        tree = declared.category_tree
        return Index(
            policy=identity,
            controller=declared.controller,
            default_subject=declared.manifest.default_subject,
            categories=self._categories,
            expansions={each: self._set(tree.below(each)) for each in self._categories},
            subjects=frozenset(declared.subjects),
            purposes={each: self._purpose(each) for each in sorted(declared.purposes)},
            parties={each: self._party(each) for each in declared.parties},
            flows=self._flows(),
            prohibitions=tuple(
                self._prohibition(declared.prohibitions[each])
                for each in sorted(declared.prohibitions)
            ),
            facts=declared.fact_ids,
            moments=tuple(sorted(self._moments - {ALWAYS, NEVER})),
        )

    def _set(self, categories: Iterable[str]) -> int:
        return sum(self._bits[each] for each in categories)

    def _span(self, period: Period | None) -> Span:
        if period is None:
            return _EVERY_MOMENT
        span = period.span(self._zone)
        self._moments.update(span)
        return span

    def _spans(self, periods: Iterable[Period | None]) -> tuple[Span, ...]:
        return tuple(self._span(period) for period in periods if period is not None)

    def _purpose(self, identifier: str) -> PurposeEntry:
        declared = self._declared
        purpose = declared.purpose(identifier)
        chain = declared.purpose_tree.chain(identifier)
        refusable_until = None
        if purpose.announcement is not None:
            refusable_until = end_instant(purpose.announcement.refusal_until, self._zone)
            self._moments.add(refusable_until)
        return PurposeEntry(
            chain=chain,
            ceiling=self._set(declared.ceiling(identifier)),
            subjects=self._within(declared.subject_tree, purpose.subjects),
            spans=self._spans(declared.purposes[each].valid for each in chain),
            refusable_until=refusable_until,
            needs_consent=purpose.demands_consent,
            heeds_objection=purpose.heeds_objection,
        )

    def _party(self, identifier: str) -> PartyEntry:
        declared = self._declared
        if identifier in (declared.controller, DATA_SUBJECT):
            return PartyEntry((identifier,), (), None, frozenset())
        chain = declared.party_tree.chain(identifier)
        return PartyEntry(
            chain=chain,
            spans=self._spans(declared.recipients[each].valid for each in chain),
            roles=tuple(map(self._role, declared.recipient(identifier).roles or ())),
            duties=declared.duties_of(identifier),
        )

    def _role(self, role: Role) -> RoleEntry:
        papers = (role.agreement, role.safeguard)
        return RoleEntry(
            purposes=self._within(self._declared.purpose_tree, role.purposes),
            spans=self._spans(paper.valid for paper in papers if paper is not None),
            works_for=role.works_for,
            is_processor=role.kind in PROCESSORS,
            is_sub_processor=role.kind is RoleKind.SUB_PROCESSOR,
        )

    def _flows(self) -> dict[tuple[str, str], tuple[FlowEntry, ...]]:
        found: dict[tuple[str, str], list[FlowEntry]] = {}
        for _, flow in sorted(self._declared.flows.items()):
            entry = self._flow(flow)
            for target in product(flow.recipients, flow.purposes):
                found.setdefault(target, []).append(entry)
        return {target: tuple(entries) for target, entries in found.items()}

    def _flow(self, flow: Flow) -> FlowEntry:
        declared = self._declared
        return FlowEntry(
            id=flow.id,
            senders=declared.party_tree.expand(flow.senders),
            subjects=self._within(declared.subject_tree, flow.subjects),
            data=None if flow.data is None else self._set(declared.expanded(flow.data)),
            excluded=self._set(declared.expanded(flow.excluded)),
            terms=minimal_terms(flow.when),
            logs=flow.effect is Effect.LOG,
            needs_reference=flow.needs_reference,
            duties=frozenset(flow.duties),
            span=self._span(flow.valid),
            clauses=tuple(sorted(flow.clauses)),
            place=flow.place,
        )

    def _prohibition(self, prohibition: Prohibition) -> ProhibitionEntry:
        declared = self._declared
        data = prohibition.data
        every = self._set(self._categories)
        unless = prohibition.unless
        return ProhibitionEntry(
            id=prohibition.id,
            senders=self._touching(declared.party_tree, prohibition.senders),
            recipients=self._touching(declared.party_tree, prohibition.recipients),
            purposes=self._touching(declared.purpose_tree, prohibition.purposes),
            subjects=self._touching(declared.subject_tree, prohibition.subjects),
            data=every if data is None else self._set(declared.expanded(data)),
            unless=None if unless is None else minimal_terms(unless),
            span=self._span(prohibition.valid),
            clauses=tuple(sorted(prohibition.clauses)),
            place=prohibition.place,
        )

    def _within(self, tree: Hierarchy, named: tuple[str, ...] | None) -> frozenset[str] | None:
        return None if named is None else tree.expand(named)

    def _touching(self, tree: Hierarchy, named: tuple[str, ...] | None) -> frozenset[str] | None:
        return None if named is None else tree.touching(named)
