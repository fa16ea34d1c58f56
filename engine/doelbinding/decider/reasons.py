"""Why a category is withheld, found in the evaluation itself (policy language, section 4)."""

from dataclasses import replace
from types import MappingProxyType

from doelbinding.decider.evaluate import Candidate, Evaluation, evaluate
from doelbinding.decider.index import Index
from doelbinding.decider.requirements import Unmet
from doelbinding.model.decision import NO_REMEDY, Reason, Remedy, Withheld
from doelbinding.model.transfer import Transfer


def reason_for(index: Index, transfer: Transfer, evaluation: Evaluation, category: str) -> Withheld:
    """The one reason for which a declared category is withheld."""
    expansion = index.expansions[category]
    forbidden = expansion & evaluation.forbidden
    if forbidden:
        prohibition = next(each for each in evaluation.prohibitions if each.data & expansion)
        return Withheld(
            category,
            Reason.PROHIBITED,
            index.named(forbidden),
            prohibition.id,
            prohibition.clauses,
            prohibition.place,
        )
    missing = expansion & ~evaluation.granted
    parts = index.named(missing)
    nearest = _nearest(evaluation.candidates, missing)
    if nearest is None:
        nothing = Reason.CATEGORY_NOT_DECLARED if evaluation.candidates else Reason.NO_FLOW
        return Withheld(category, nothing, parts)
    first = nearest.unmet[0] if nearest.unmet else Unmet(Reason.OVER_CEILING)
    remedy = _remedy(index, transfer, nearest, missing, expansion)
    flow = nearest.flow
    return Withheld(
        category,
        first.reason,
        parts,
        flow.id,
        flow.clauses,
        flow.place,
        remedy,
        first.fact,
        first.state,
    )


def _nearest(candidates: list[Candidate], missing: int) -> Candidate | None:
    granting_all = [each for each in candidates if not missing & ~each.would_grant]
    granting_some = granting_all or [each for each in candidates if missing & each.would_grant]
    return min(granting_some, key=lambda each: len(each.unmet), default=None)


def _remedy(
    index: Index, transfer: Transfer, nearest: Candidate, missing: int, expansion: int
) -> Remedy:
    if missing & ~nearest.would_grant or not nearest.unmet:
        return NO_REMEDY
    remedy = _mending(nearest.unmet)
    if remedy and evaluate(index, _mended(transfer, remedy)).permits(expansion):
        return remedy
    return NO_REMEDY


def _mending(unmet: list[Unmet]) -> Remedy:
    if not all(each.is_mendable for each in unmet):
        return NO_REMEDY
    facts: dict[str, bool] = {}
    for each in unmet:
        if each.fact is None or each.state is None:
            continue
        if facts.setdefault(each.fact, each.state) is not each.state:
            return NO_REMEDY
    in_order = MappingProxyType({fact: facts[fact] for fact in sorted(facts)})
    return Remedy(in_order, any(each.fact is None for each in unmet))


def _mended(transfer: Transfer, remedy: Remedy) -> Transfer:
    facts = {**transfer.facts, **remedy.facts}
    return replace(transfer, facts=facts, has_reference=transfer.has_reference or remedy.reference)
