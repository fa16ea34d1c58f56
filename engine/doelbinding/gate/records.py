"""A decided transfer to the entries of the log."""

from collections.abc import Callable

from doelbinding.audit.entries import (
    Asked,
    Decided,
    Lack,
    Outcome,
    OutcomeKind,
    Remedy,
    Trace,
    policy_of,
)
from doelbinding.audit.log import AuditLog
from doelbinding.audit.pending import Pending
from doelbinding.decider.index import Index
from doelbinding.gate.facts import KnownFacts
from doelbinding.gate.request import Request, question_of
from doelbinding.gate.verdict import Verdict
from doelbinding.model.decision import Withheld
from doelbinding.model.flows import DUTIES

Keyed = Callable[[str, str], str]


def record_decided(
    log: AuditLog,
    index: Index,
    request: Request,
    known: KnownFacts,
    names: tuple[str, ...],
    verdict: Verdict,
    id: str,  # noqa: A002 - the field's name everywhere
    trace: Trace,
    at: int,
) -> Pending:
    """Hand the decision to the log. Raises `SourceError` when it does not take it.

    It waits for what may not go unrecorded, and for an id that the caller chose: only the log
    knows whether it was given to another question.
    """

    def keyed(kind: str, text: str) -> str:
        if kind == "unknown":
            return log.unknown(text, at)
        return log.keys.pseudonym(kind, text, at)

    question = question_of(request, index, known, names, keyed)
    decision, observed = verdict.decision, verdict.observed
    body = Decided(
        id=id,
        question=question,
        effect=decision.effect.value,
        action=verdict.action,
        permitted=decision.permitted,
        withheld=[_lack(each, index, keyed) for each in decision.withheld],
        rules=decision.rules,
        duties=decision.duties,
        fulfilled=sorted(DUTIES.intersection(request.fulfils)),
        unknown_facts=[keyed("unknown", each) for each in decision.unknown_facts],
        gate=verdict.stopped,
        stripped=verdict.stripped,
        observed_until=None if observed is None else observed.until.isoformat(),
        policy=policy_of(decision.policy),
        trace=trace,
    )
    enforcement = index.enforcement
    waits = verdict.waits or (verdict.goes and enforcement.allow_waits)
    is_chosen = id == request.decision_id
    return log.record(
        body,
        at,
        retention=enforcement.retention,
        id=id,
        subject=question.subject_id,
        asked=Asked(question, verdict.action) if is_chosen else None,
        waits=waits or is_chosen,
    )


def record_outcome(
    log: AuditLog,
    index: Index,
    id: str,  # noqa: A002 - the field's name everywhere
    outcome: OutcomeKind,
    because: str | None,
    at: int,
) -> None:
    """Hand the outcome to the log. Raises `StoreError` when it does not take it."""
    body = Outcome(id, outcome, because)
    log.record(body, at, retention=index.enforcement.retention, id=id, must=True)


def _lack(withheld: Withheld, index: Index, keyed: Keyed) -> Lack:
    category = withheld.category
    if category is not None and category not in index.expansions:
        category = keyed("unknown", category)
    known = {
        each if each in index.expansions else keyed("unknown", each) for each in withheld.parts
    }
    remedy = Remedy(dict(withheld.remedy.facts), withheld.remedy.reference)
    return Lack(category, withheld.reason.value, sorted(known), withheld.rule, remedy)
