"""What a candidate flow requires of a transfer (policy language, section 4, step 4)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from doelbinding.decider.index import (
    FlowEntry,
    Index,
    PartyEntry,
    PurposeEntry,
    RoleEntry,
    all_in_force,
    in_force,
    includes,
)
from doelbinding.model.condition import nearest_unmet
from doelbinding.model.decision import Reason
from doelbinding.model.ids import CONSENT, OBJECTION


class Unmet(NamedTuple):
    """A requirement that is not met, with what would meet it if the caller can.

    `fact` is to be known as `state`; a missing reference and what nobody can mend have none.
    """

    reason: Reason
    fact: str | None = None
    state: bool | None = None

    @property
    def is_mendable(self) -> bool:
        """Whether the caller can mend it."""
        return self.fact is not None or self.reason is Reason.REFERENCE_MISSING


def shared_faults(
    index: Index, sender: PartyEntry, recipient: PartyEntry, purpose: PurposeEntry, at: int
) -> tuple[Reason, ...]:
    """The unmet requirements that every candidate between these shares (2 to 6)."""
    faults: list[Reason] = []
    if recipient.roles is not None:
        covering = [role for role in recipient.roles if role.covers(purpose)]
        if not covering:
            faults.append(Reason.ROLE_MISSING)
        elif not _some_in_force(index, covering, purpose, at):
            faults.append(Reason.AGREEMENT_NOT_IN_FORCE)
    if not (all_in_force(sender.spans, at) and all_in_force(recipient.spans, at)):
        faults.append(Reason.PARTY_NOT_IN_FORCE)
    if not all_in_force(purpose.spans, at):
        faults.append(Reason.PURPOSE_NOT_IN_FORCE)
    if purpose.refusable_until is not None and at < purpose.refusable_until:
        faults.append(Reason.REFUSAL_PERIOD)
    return tuple(faults)


def faults_of_flow(
    flow: FlowEntry,
    purpose: PurposeEntry,
    subject: tuple[str, ...],
    shared: tuple[Reason, ...],
    at: int,
) -> tuple[Reason, ...]:
    """A candidate's unmet requirements that ask for no fact or reference (1 to 7), in order."""
    faults = shared
    if not (includes(purpose.subjects, subject) and includes(flow.subjects, subject)):
        faults = (Reason.SUBJECT_NOT_COVERED, *faults)
    if not in_force(flow.span, at):
        faults = (*faults, Reason.FLOW_NOT_IN_FORCE)
    return faults


def _some_in_force(index: Index, roles: list[RoleEntry], purpose: PurposeEntry, at: int) -> bool:
    """Whether one of the roles is in force, by some chain of those that it works for."""
    for role in roles:
        if not role.is_sub_processor and all_in_force(role.spans, at):
            return True
    waiting, asked = [*roles], set[str]()
    while waiting:
        role = waiting.pop()
        if not all_in_force(role.spans, at):
            continue
        if not role.is_sub_processor:
            return True
        engaging = role.works_for or ""
        if engaging not in asked and engaging in index.parties:
            asked.add(engaging)
            others = index.parties[engaging].roles or ()
            waiting += [it for it in others if it.is_processor and it.covers(purpose)]
    return False


def unmet_requirements(
    index: Index,
    flow: FlowEntry,
    faults: tuple[Reason, ...],
    purpose: PurposeEntry,
    facts: Mapping[str, bool],
    *,
    has_reference: bool,
) -> list[Unmet]:
    """All requirements of a candidate that are not met, in the language's order."""
    return [
        *map(Unmet, faults),
        *_of_the_person(index, purpose, facts),
        *(
            Unmet(_fact_reason(fact, facts), fact, state)
            for fact, state in nearest_unmet(index.terms(flow.demands), facts)
        ),
        *_of_the_reference(flow, has_reference=has_reference),
    ]


def _of_the_person(
    index: Index, purpose: PurposeEntry, facts: Mapping[str, bool]
) -> Iterator[Unmet]:
    needs_true, needs_false = purpose.demand
    if needs_false & index.fact_bits[OBJECTION] and facts.get(OBJECTION) is not False:
        raised = OBJECTION in facts
        yield Unmet(Reason.OBJECTION_RAISED if raised else Reason.FACT_MISSING, OBJECTION, False)
    if needs_true & index.fact_bits[CONSENT] and facts.get(CONSENT) is not True:
        yield Unmet(Reason.CONSENT_MISSING, CONSENT, True)


def _fact_reason(fact: str, facts: Mapping[str, bool]) -> Reason:
    return Reason.CONDITION_NOT_MET if fact in facts else Reason.FACT_MISSING


def _of_the_reference(flow: FlowEntry, *, has_reference: bool) -> Iterator[Unmet]:
    if flow.needs_reference and not has_reference:
        yield Unmet(Reason.REFERENCE_MISSING)
