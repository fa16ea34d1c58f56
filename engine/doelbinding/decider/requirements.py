"""What a candidate flow requires of a transfer (policy language, section 4, step 4)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from doelbinding.decider.index import FlowEntry, Index, PurposeEntry, RoleEntry
from doelbinding.model.condition import nearest_unmet
from doelbinding.model.decision import Reason
from doelbinding.model.ids import CONSENT, OBJECTION
from doelbinding.model.period import Span
from doelbinding.model.transfer import Transfer


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


def unmet_requirements(index: Index, flow: FlowEntry, transfer: Transfer) -> list[Unmet]:
    """The requirements of a candidate that are not met, in the language's order."""
    purpose = index.purposes[transfer.purpose]
    return [
        *map(Unmet, _standing(index, flow, purpose, transfer)),
        *_of_the_person(purpose, transfer.facts),
        *(
            Unmet(_fact_reason(fact, transfer.facts), fact, state)
            for fact, state in nearest_unmet(flow.terms, transfer.facts)
        ),
        *_of_the_reference(flow, transfer),
    ]


def _standing(
    index: Index, flow: FlowEntry, purpose: PurposeEntry, transfer: Transfer
) -> Iterator[Reason]:
    at = transfer.at
    if not (_includes(purpose.subjects, transfer) and _includes(flow.subjects, transfer)):
        yield Reason.SUBJECT_NOT_COVERED
    yield from _of_the_role(index, transfer)
    sender, recipient = index.parties[transfer.sender], index.parties[transfer.recipient]
    if not (_all_in_force(sender.spans, at) and _all_in_force(recipient.spans, at)):
        yield Reason.PARTY_NOT_IN_FORCE
    if not _all_in_force(purpose.spans, at):
        yield Reason.PURPOSE_NOT_IN_FORCE
    if purpose.refusable_until is not None and at < purpose.refusable_until:
        yield Reason.REFUSAL_PERIOD
    if not _in_force(flow.span, at):
        yield Reason.FLOW_NOT_IN_FORCE


def _includes(subjects: frozenset[str] | None, transfer: Transfer) -> bool:
    return subjects is None or transfer.subject in subjects


def _of_the_role(index: Index, transfer: Transfer) -> Iterator[Reason]:
    roles = index.parties[transfer.recipient].roles
    if roles is None:
        return
    covering = [role for role in roles if role.covers(transfer.purpose)]
    if not covering:
        yield Reason.ROLE_MISSING
    elif not any(_role_in_force(index, role, transfer) for role in covering):
        yield Reason.AGREEMENT_NOT_IN_FORCE


def _role_in_force(index: Index, role: RoleEntry, transfer: Transfer) -> bool:
    """Whether the role is in force, by some chain of those that it works for; each asked once."""
    waiting, asked = [role], set[str]()
    while waiting:
        each = waiting.pop()
        if not _all_in_force(each.spans, transfer.at):
            continue
        if not each.is_sub_processor:
            return True
        engaging = each.works_for or ""
        if engaging not in asked and engaging in index.parties:
            asked.add(engaging)
            roles = index.parties[engaging].roles or ()
            waiting += [it for it in roles if it.is_processor and it.covers(transfer.purpose)]
    return False


def _of_the_person(purpose: PurposeEntry, facts: Mapping[str, bool]) -> Iterator[Unmet]:
    if purpose.heeds_objection and facts.get(OBJECTION) is not False:
        raised = OBJECTION in facts
        yield Unmet(Reason.OBJECTION_RAISED if raised else Reason.FACT_MISSING, OBJECTION, False)
    if purpose.needs_consent and facts.get(CONSENT) is not True:
        yield Unmet(Reason.CONSENT_MISSING, CONSENT, True)


def _fact_reason(fact: str, facts: Mapping[str, bool]) -> Reason:
    return Reason.CONDITION_NOT_MET if fact in facts else Reason.FACT_MISSING


def _of_the_reference(flow: FlowEntry, transfer: Transfer) -> Iterator[Unmet]:
    if flow.needs_reference and not transfer.has_reference:
        yield Unmet(Reason.REFERENCE_MISSING)


def _in_force(span: Span, at: int) -> bool:
    return span[0] <= at < span[1]


def _all_in_force(spans: tuple[Span, ...], at: int) -> bool:
    return all(_in_force(span, at) for span in spans)
