"""Declarations to the index that decisions are made from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from itertools import product

from doelbinding.decider.index import (
    Concern,
    Demand,
    Demands,
    FlowEntry,
    Index,
    PartyEntry,
    ProhibitionEntry,
    Prohibitions,
    PurposeEntry,
    RoleEntry,
)
from doelbinding.model.condition import Condition, Term, minimal_terms
from doelbinding.model.decision import Effect, PolicyIdentity
from doelbinding.model.declarations import Declarations
from doelbinding.model.enforcement import Enforcement, Observed
from doelbinding.model.flows import Flow, Prohibition
from doelbinding.model.ids import CONSENT, DATA_SUBJECT, OBJECTION, Hierarchy
from doelbinding.model.manifest import DURABLE, Observation
from doelbinding.model.period import ALWAYS, NEVER, Period, Span, end_instant
from doelbinding.model.purposes import Purpose
from doelbinding.model.recipients import PROCESSORS, Recipient, Role, RoleKind
from doelbinding.source import Place, SourceFile

_EVERY_MOMENT: Span = (ALWAYS, NEVER)


def build_index(declared: Declarations, identity: PolicyIdentity) -> Index:
    """The index of a policy."""
    return _IndexBuilder(declared).build(identity)


class _IndexBuilder:
    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._zone = declared.manifest.zone
        self._categories = tuple(sorted(declared.categories))
        self._expansions = _expansions(declared.category_tree, self._categories)
        self._facts = tuple(sorted(declared.fact_ids))
        self._fact_bits = _bits(self._facts)
        self._moments: set[int] = set()
        self._known_demands: dict[Condition | None, Demands] = {}
        self._files: dict[str, SourceFile] = {}
        self._known_names: dict[tuple[str, ...], frozenset[str]] = {}

    def build(self, identity: PolicyIdentity) -> Index:
        declared = self._declared
        return Index(
            policy=identity,
            timezone=self._zone.key,
            controller=declared.controller,
            default_subject=declared.manifest.default_subject,
            categories=self._categories,
            expansions=self._expansions,
            subjects={each: declared.subject_tree.chain(each) for each in declared.subjects},
            purposes={each: self._purpose(each) for each in sorted(declared.purposes)},
            parties={each: self._party(each) for each in declared.parties},
            flows=self._flows(),
            prohibitions=self._prohibitions(),
            facts=self._facts,
            fact_bits=self._fact_bits,
            moments=tuple(sorted(self._moments - {ALWAYS, NEVER})),
            enforcement=_enforcement(declared),
        )

    def _set(self, named: Iterable[str]) -> int:
        """The named categories with all that lie below them."""
        expanded = 0
        for each in named:
            expanded |= self._expansions[each]
        return expanded

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
            ceiling=self._set(purpose.data or ()),
            subjects=self._named(purpose.subjects),
            spans=self._spans(declared.purposes[each].valid for each in chain),
            refusable_until=refusable_until,
            demand=(
                self._fact_bits[CONSENT] if purpose.demands_consent else 0,
                self._fact_bits[OBJECTION] if purpose.heeds_objection else 0,
            ),
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
            purposes=self._named(role.purposes),
            spans=self._spans(paper.valid for paper in papers if paper is not None),
            works_for=role.works_for,
            is_processor=role.kind in PROCESSORS,
            is_sub_processor=role.kind is RoleKind.SUB_PROCESSOR,
        )

    def _flows(self) -> dict[tuple[str, str], tuple[FlowEntry, ...]]:
        found: dict[tuple[str, str], list[FlowEntry]] = {}
        for _, flow in sorted(self._declared.flows.items()):
            entry = self._flow(flow)
            for target in dict.fromkeys(product(flow.recipients, flow.purposes)):
                found.setdefault(target, []).append(entry)
        return {target: tuple(entries) for target, entries in found.items()}

    def _flow(self, flow: Flow) -> FlowEntry:
        return FlowEntry(
            id=flow.id,
            senders=self._names(flow.senders),
            subjects=self._named(flow.subjects),
            data=None if flow.data is None else self._set(flow.data),
            excluded=self._set(flow.excluded),
            demands=self._demands(flow.when),
            logs=flow.effect is Effect.LOG,
            needs_reference=flow.needs_reference,
            duties=self._names(flow.duties),
            span=self._span(flow.valid),
            clauses=tuple(sorted(flow.clauses)),
            place=self._place(flow.place),
        )

    def _prohibitions(self) -> Prohibitions:
        declared = self._declared
        standing = [declared.prohibitions[each] for each in sorted(declared.prohibitions)]
        parties = declared.party_tree
        return Prohibitions(
            tuple(map(self._prohibition, standing)),
            _concern(parties, [each.senders for each in standing]),
            _concern(parties, [each.recipients for each in standing]),
            _concern(declared.purpose_tree, [each.purposes for each in standing]),
            _concern(declared.subject_tree, [each.subjects for each in standing]),
        )

    def _prohibition(self, prohibition: Prohibition) -> ProhibitionEntry:
        data, unless = prohibition.data, prohibition.unless
        return ProhibitionEntry(
            id=prohibition.id,
            data=self._set(self._categories if data is None else data),
            unless=None if unless is None else self._demands(unless),
            span=self._span(prohibition.valid),
            clauses=tuple(sorted(prohibition.clauses)),
            place=self._place(prohibition.place),
        )

    def _place(self, place: Place) -> Place:
        """The place without the text: a decision tells where, and must not carry a policy along."""
        file = self._files.get(place.path)
        if file is None:
            file = self._files[place.path] = SourceFile(place.path, "")
        return Place(file, place.line, place.column, place.end_line, place.end_column)

    def _names(self, named: tuple[str, ...]) -> frozenset[str]:
        """The same set for the same names: flows name few senders, subjects and duties."""
        known = self._known_names.get(named)
        if known is None:
            known = self._known_names[named] = frozenset(named)
        return known

    def _named(self, named: tuple[str, ...] | None) -> frozenset[str] | None:
        return None if named is None else self._names(named)

    def _demands(self, condition: Condition | None) -> Demands:
        known = self._known_demands.get(condition)
        if known is None:
            known = tuple(map(self._demand, minimal_terms(condition)))
            self._known_demands[condition] = known
        return known

    def _demand(self, term: Term) -> Demand:
        true = sum(self._fact_bits[fact] for fact, state in term if state)
        return true, sum(self._fact_bits[fact] for fact, state in term if not state)


def _enforcement(declared: Declarations) -> Enforcement:
    manifest, recipients = declared.manifest, declared.recipients
    return Enforcement(
        observed=tuple(_observed(each, manifest.zone) for each in manifest.enforcement),
        classes=frozenset(each for each in recipients if recipients[each].is_class),
        enforced_purposes=_always(declared.purposes),
        enforced_parties=_always(recipients),
        enforced_prohibitions=_always(declared.prohibitions),
        retention=manifest.records.retention,
        allow_waits=manifest.records.allow == DURABLE,
    )


def _observed(observation: Observation, zone: tzinfo) -> Observed:
    return Observed(
        observation.purposes,
        observation.senders,
        observation.recipients,
        observation.until,
        end_instant(observation.until, zone),
    )


def _always(declared: Mapping[str, Purpose | Recipient | Prohibition]) -> frozenset[str]:
    return frozenset(each for each, one in declared.items() if one.always_enforced)


def _expansions(tree: Hierarchy, ids: Sequence[str]) -> dict[str, int]:
    bits = _bits(ids)
    return {each: sum(bits[lower] for lower in tree.below(each)) for each in ids}


def _bits(ids: Iterable[str]) -> dict[str, int]:
    return {each: 1 << place for place, each in enumerate(ids)}


def _concern(tree: Hierarchy, named: Sequence[tuple[str, ...] | None]) -> Concern:
    """What each prohibition names of one kind, in their order, as a look-up by id."""
    for_any = sum(1 << place for place, ids in enumerate(named) if ids is None)
    concerned: dict[str, int] = {}
    for place, ids in enumerate(named):
        for each in tree.touching(ids or ()):
            concerned[each] = concerned.get(each, for_any) | 1 << place
    return Concern(concerned, for_any)
