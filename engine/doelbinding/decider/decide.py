"""Index and transfer to a decision: pure, total, without a clock (policy language, section 4)."""

from doelbinding.decider.cell import Candidate, Cell, settle
from doelbinding.decider.evaluate import evaluate
from doelbinding.decider.index import Demand, Index
from doelbinding.decider.reasons import reasons_for
from doelbinding.model.decision import Decision, DecisionDraft, Effect
from doelbinding.model.transfer import Transfer

_EVERYTHING = -1
"""Stands for what an undeclared category comes to: never is all of it granted."""


def decide(index: Index, transfer: Transfer, unknown_facts: tuple[str, ...] = ()) -> Decision:
    """Decide one transfer.

    `transfer.facts` hold declared facts alone; `unknown_facts` are the names, sorted, that the
    caller gave besides, and come back in the answer.
    """
    cell = settle(
        index,
        transfer.sender,
        transfer.recipient,
        transfer.purpose,
        transfer.subject,
        index.epoch(transfer.at),
    )
    known = index.known(transfer.facts)
    return answer(index, cell, transfer.data, known, transfer.has_reference, unknown_facts)


def answer(
    index: Index,
    cell: Cell,
    data: tuple[str, ...],
    known: Demand,
    has_reference: bool,
    unknown_facts: tuple[str, ...],
) -> Decision:
    """Decide one transfer of a cell; reasons are made when they are looked at."""
    asked = data if len(data) == 1 else tuple(sorted({*data}))
    met, granted, forbidden = evaluate(cell, known, has_reference)
    held, going, expansions = ~granted | forbidden, 0, index.expansions
    permitted: list[str] = []
    for category in asked:
        expansion = expansions.get(category, _EVERYTHING)
        if not expansion & held:
            going |= expansion
            permitted.append(category)
    granting = [each for each in met if each.grants & going] if going else []
    decision = DecisionDraft()
    decision.permitted = asked if len(permitted) == len(asked) else tuple(permitted)
    decision.rules = tuple([each.flow.id for each in granting])
    decision.unknown_facts = unknown_facts
    decision.policy = index.policy
    if permitted and len(permitted) == len(asked):
        decision.effect = Effect.ALLOW
        for each in granting:
            if each.flow.logs:
                decision.effect = Effect.LOG
        decision.duties = _duties(granting)
        decision.withheld = ()
    else:
        decision.effect = Effect.DENY
        decision.duties = ()
        decision.withheld_by = reasons_for, index, cell, asked, known, has_reference
    return decision.made()


def _duties(granting: list[Candidate]) -> tuple[str, ...]:
    if len(granting) == 1:
        return granting[0].duties
    return tuple(sorted({duty for each in granting for duty in each.duties}))
