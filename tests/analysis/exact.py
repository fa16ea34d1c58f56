"""Exact questions about tiny policies, and their answers in plain words."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from doelbinding.analysis.coverage import cover
from doelbinding.analysis.diff import Change, Comparison, compare
from doelbinding.analysis.prove import Proof, prove
from doelbinding.analysis.reach import Reached, reach
from doelbinding.analysis.space import Space, Witness
from doelbinding.analysis.terms import FactStates
from doelbinding.decider.index import Index
from doelbinding.model.transfer import Transfer
from doelbinding.policy import Policy
from tests.policies import MOMENT, policy

Plain = Mapping[str, Any]


def proved(claim: Plain, at: str = MOMENT, **changes: Any) -> tuple[Policy, Proof]:
    """What comes of an invariant of the base policy with these changes."""
    of = policy(**changes, invariants={"claim": claim})
    [proof] = prove(Space(of.compiled.index), of.declarations.invariants.values(), of.instant(at))
    return of, proof


def broken(claim: Plain, at: str = MOMENT, **changes: Any) -> list[dict[str, Any]]:
    """The transfers that break it, in words; none if it holds."""
    of, proof = proved(claim, at, **changes)
    return [in_words(of.compiled.index, each) for each in proof.broken_by]


def compared(old: Policy, new: Policy, at: str = MOMENT) -> Comparison:
    """Two policies, from a moment on."""
    return compare(old.compiled.index, new.compiled.index, new.instant(at))


def the_change(old: Policy, new: Policy, at: str = MOMENT) -> tuple[str, str]:
    """Kind and verdict of the only change."""
    [change] = compared(old, new, at).changes
    return str(change.kind), str(change.verdict)


def cells(change: Change) -> set[tuple[str, ...]]:
    """Its cells."""
    return {each for box in change.boxes for each in product(*box)}


def reached(of: Policy, category: str, start: str = "library", at: str = MOMENT) -> list[Reached]:
    """Where a category can come."""
    return [*reach(Space(of.compiled.index), category, start, of.instant(at))]


def in_words(index: Index, witness: Witness) -> dict[str, Any]:
    """A transfer that shows something, with what is known of it, as a caller would ask it."""
    facts = FactStates(index.facts)
    return {
        "sender": witness.sender,
        "recipient": witness.recipient,
        "purpose": witness.purpose,
        "subject": witness.subject,
        "data": witness.category,
        "facts": facts.states(witness.known),
        "reference": facts.has_reference(witness.known),
        "at": witness.at,
    }


def exercised(of: Policy, *transfers: Plain) -> set[tuple[object, ...]]:
    """What transfers, given by what is unusual in them, exercise: id, kind, and what else."""
    asked = [_transfer(of, **each) for each in transfers]
    return {
        (item.id, str(item.kind), *(each for each in (item.fact, item.day) if each))
        for item in cover(of.compiled, asked).exercised
    }


def _transfer(of: Policy, **fields: Any) -> Transfer:
    return Transfer(
        fields.get("sender", "library"),
        fields.get("recipient", "mailer"),
        fields.get("purpose", "news"),
        fields.get("subject", "member"),
        tuple(fields.get("data", ["contact"])),
        fields.get("facts", {}),
        fields.get("reference", False),
        of.instant(fields.get("at", MOMENT)),
    )
