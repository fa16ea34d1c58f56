"""Index and transfer to a decision: pure, total, without a clock (policy language, section 4)."""

from collections.abc import Iterable

from doelbinding.decider.evaluate import Evaluation, evaluate
from doelbinding.decider.index import FlowEntry, Index
from doelbinding.decider.reasons import reason_for
from doelbinding.model.decision import Decision, Effect, Reason, Withheld
from doelbinding.model.transfer import Transfer
from doelbinding.suggest import nearest

_MOST_SUGGESTED = 64
"""Of a longer list, no names near to unknown ones are sought: that would take long."""


def decide(index: Index, transfer: Transfer, unknown_facts: tuple[str, ...] = ()) -> Decision:
    """Decide one transfer.

    `transfer.facts` hold declared facts alone; `unknown_facts` are the names, sorted, that the
    caller gave besides, and come back in the answer.
    """
    asked = sorted(set(transfer.data))
    stranger = _unknown_id(index, transfer)
    if not asked:
        return _denial(index, [Withheld(None, Reason.NO_DATA)], unknown_facts)
    if stranger:
        reason, close = stranger
        withheld = [Withheld(each, reason, nearest=close) for each in asked]
        return _denial(index, withheld, unknown_facts)
    return _decision(index, transfer, asked, unknown_facts)


def _decision(
    index: Index, transfer: Transfer, asked: list[str], unknown_facts: tuple[str, ...]
) -> Decision:
    evaluation = evaluate(index, transfer)
    permitted: list[str] = []
    withheld: list[Withheld] = []
    going = 0
    is_short = len(asked) <= _MOST_SUGGESTED
    for category in asked:
        expansion = index.expansions.get(category)
        if expansion is None:
            close = nearest(category, index.categories) if is_short else None
            withheld.append(Withheld(category, Reason.UNKNOWN_CATEGORY, nearest=close))
        elif evaluation.permits(expansion):
            permitted.append(category)
            going |= expansion
        else:
            withheld.append(reason_for(index, transfer, evaluation, category))
    flows = _granting(evaluation, going)
    rules = tuple(flow.id for flow in flows)
    if withheld:
        return _denial(index, withheld, unknown_facts, tuple(permitted), rules)
    effect = Effect.LOG if any(flow.logs for flow in flows) else Effect.ALLOW
    duties = _duties(flows, index.parties[transfer.recipient].duties)
    return Decision(effect, tuple(permitted), (), rules, duties, unknown_facts, index.policy)


def _unknown_id(index: Index, transfer: Transfer) -> tuple[Reason, str | None] | None:
    parties, purposes, subjects = index.parties, index.purposes, index.subjects
    if transfer.sender not in parties:
        return Reason.UNKNOWN_SENDER, nearest(transfer.sender, parties)
    if transfer.recipient not in parties:
        return Reason.UNKNOWN_RECIPIENT, nearest(transfer.recipient, parties)
    if transfer.purpose not in purposes:
        return Reason.UNKNOWN_PURPOSE, nearest(transfer.purpose, purposes)
    if transfer.subject not in subjects:
        return Reason.UNKNOWN_SUBJECT, nearest(transfer.subject, subjects)
    return None


def _granting(evaluation: Evaluation, going: int) -> list[FlowEntry]:
    return [each.flow for each in evaluation.candidates if each.grants & going]


def _duties(flows: Iterable[FlowEntry], of_recipient: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(of_recipient.union(*(flow.duties for flow in flows))))


def _denial(
    index: Index,
    withheld: list[Withheld],
    unknown_facts: tuple[str, ...],
    permitted: tuple[str, ...] = (),
    rules: tuple[str, ...] = (),
) -> Decision:
    return Decision(Effect.DENY, permitted, tuple(withheld), rules, (), unknown_facts, index.policy)
