"""The conditions of a draft, with their places."""

from collections.abc import Iterator, Mapping

from doelbinding.model.condition import (
    MOST_FACTS,
    Condition,
    Term,
    TooManyTerms,
    facts_of,
    minimal_terms,
)
from doelbinding.model.declarations import Declarations
from doelbinding.validator.draft import Draft, Path


def conditions(draft: Draft) -> Iterator[tuple[Path, Condition]]:
    """Each `when` of a flow and each `unless` of a prohibition."""
    for identifier, flow in draft.declarations.flows.items():
        if flow.when is not None:
            yield ("flows", identifier, "when"), flow.when
    for identifier, prohibition in draft.declarations.prohibitions.items():
        if prohibition.unless is not None:
            yield ("prohibitions", identifier, "unless"), prohibition.unless


def terms_or_none(condition: Condition | None) -> tuple[Term, ...] | None:
    """The minimal terms, or None of a condition that is too large."""
    if condition is not None and len(facts_of(condition)) > MOST_FACTS:
        return None
    try:
        return minimal_terms(condition)
    except TooManyTerms:
        return None


def terms_of_flows(declared: Declarations) -> Mapping[str, tuple[Term, ...]]:
    """The minimal terms of each flow's condition; none of one that is too large."""
    return {each: terms_or_none(flow.when) or () for each, flow in declared.flows.items()}
