"""Why a category is withheld, found in the evaluation itself (policy language, section 4)."""

from collections.abc import Iterator
from typing import NamedTuple

from doelbinding.decider.cell import Candidate, Cell
from doelbinding.decider.evaluate import evaluate, hold
from doelbinding.decider.index import Demand, Index
from doelbinding.decider.requirements import Unmet, unmet_requirements
from doelbinding.model.decision import NO_REMEDY, Reason, Remedy, Withheld
from doelbinding.model.facts import Facts
from doelbinding.suggest import nearest

_MOST_SUGGESTED = 64
"""Of a longer list, no names near to unknown ones are sought: that would take long."""


class Considered(NamedTuple):
    """A candidate with its unmet requirements."""

    candidate: Candidate
    unmet: list[Unmet]

    @property
    def would_grant(self) -> int:
        """What it would grant, before the cut to the ceiling."""
        return self.candidate.would_grant


class Question(NamedTuple):
    """A transfer of a cell: what is asked for, sorted, and what is known."""

    policy: Index
    cell: Cell
    asked: tuple[str, ...]
    known: Demand
    has_reference: bool


def reasons_for(
    index: Index, cell: Cell, asked: tuple[str, ...], known: Demand, has_reference: bool
) -> tuple[Withheld, ...]:
    """The one reason for each category that is withheld, in the order of `asked`."""
    question = Question(index, cell, asked, known, has_reference)
    if not asked:
        return (Withheld(None, Reason.NO_DATA),)
    if cell.stranger is not None:
        return _unknown_id(question, cell.stranger)
    return tuple(_reasons(question))


def _unknown_id(question: Question, stranger: Reason) -> tuple[Withheld, ...]:
    index, cell = question.policy, question.cell
    name, known = {
        Reason.UNKNOWN_SENDER: (cell.sender, index.parties),
        Reason.UNKNOWN_RECIPIENT: (cell.recipient, index.parties),
        Reason.UNKNOWN_PURPOSE: (cell.purpose, index.purposes),
    }.get(stranger, (cell.subject, index.subjects))
    close = nearest(name, known)
    return tuple([Withheld(each, stranger, nearest=close) for each in question.asked])


def _reasons(question: Question) -> Iterator[Withheld]:
    index = question.policy
    _, granted, forbidden = evaluate(question.cell, question.known, question.has_reference)
    considered = _considered(question)
    is_short = len(question.asked) <= _MOST_SUGGESTED
    for category in question.asked:
        expansion = index.expansions.get(category)
        if expansion is None:
            close = nearest(category, index.categories) if is_short else None
            yield Withheld(category, Reason.UNKNOWN_CATEGORY, nearest=close)
        elif expansion & forbidden:
            yield _prohibited(question, category, expansion & forbidden)
        elif expansion & ~granted:
            yield _not_granted(question, considered, category, expansion & ~granted)


def _prohibited(question: Question, category: str, forbidden: int) -> Withheld:
    standing = (
        each
        for each in question.cell.prohibitions
        if each.unless is None or not hold(each.unless, question.known)
    )
    first = next(each for each in standing if each.data & forbidden)
    parts = question.policy.named(forbidden)
    return Withheld(category, Reason.PROHIBITED, parts, first.id, first.clauses, first.place)


def _not_granted(
    question: Question, considered: list[Considered], category: str, missing: int
) -> Withheld:
    parts = question.policy.named(missing)
    closest = _nearest(considered, missing)
    if closest is None:
        nothing = Reason.CATEGORY_NOT_DECLARED if considered else Reason.NO_FLOW
        return Withheld(category, nothing, parts)
    first = closest.unmet[0] if closest.unmet else Unmet(Reason.OVER_CEILING)
    flow = closest.candidate.flow
    return Withheld(
        category,
        first.reason,
        parts,
        flow.id,
        flow.clauses,
        flow.place,
        _remedy(question, closest, category, missing),
        first.fact,
        first.state,
    )


def _considered(question: Question) -> list[Considered]:
    index, cell = question.policy, question.cell
    purpose, facts = index.purposes[cell.purpose], index.states(question.known)
    return [
        Considered(
            each,
            unmet_requirements(
                index,
                each.flow,
                each.faults,
                purpose,
                facts,
                has_reference=question.has_reference,
            ),
        )
        for each in cell.candidates
    ]


def _nearest(considered: list[Considered], missing: int) -> Considered | None:
    granting_all = [each for each in considered if not missing & ~each.would_grant]
    granting_some = granting_all or [each for each in considered if missing & each.would_grant]
    return min(granting_some, key=lambda each: len(each.unmet), default=None)


def _remedy(question: Question, closest: Considered, category: str, missing: int) -> Remedy:
    if missing & ~closest.would_grant or not closest.unmet:
        return NO_REMEDY
    remedy = _mending(closest.unmet)
    if remedy and not question.policy.expansions[category] & ~_free_once(question, remedy):
        return remedy
    return NO_REMEDY


def _mending(unmet: list[Unmet]) -> Remedy:
    if not all(each.is_mendable for each in unmet):
        return NO_REMEDY
    facts: dict[str, bool | None] = {}
    for each in unmet:
        if each.fact is None or each.state is None:
            continue
        if facts.setdefault(each.fact, each.state) is not each.state:
            return NO_REMEDY
    in_order = Facts({fact: facts[fact] for fact in sorted(facts)})
    return Remedy(in_order, any(each.fact is None for each in unmet))


def _free_once(question: Question, remedy: Remedy) -> int:
    """What may go when it is asked again with the remedy applied."""
    index = question.policy
    facts = {**index.states(question.known), **remedy.facts}
    known = index.known({fact: state for fact, state in facts.items() if state is not None})
    has_reference = question.has_reference or remedy.reference
    _, granted, forbidden = evaluate(question.cell, known, has_reference)
    return granted & ~forbidden
