"""The conditions of a draft, with their places."""

from collections.abc import Iterator
from typing import NamedTuple

from doelbinding.model.condition import Condition, Term
from doelbinding.validator.draft import Draft, Path


class Placed(NamedTuple):
    """A condition, where it stands, and its minimal terms unless it is too large."""

    path: Path
    condition: Condition
    terms: tuple[Term, ...] | None


def conditions(draft: Draft) -> Iterator[Placed]:
    """Each `when` of a flow and each `unless` of a prohibition."""
    declared = draft.declarations
    for identifier, flow in declared.flows.items():
        if flow.when is not None:
            terms = declared.flow_terms.get(identifier)
            yield Placed(("flows", identifier, "when"), flow.when, terms)
    for identifier, prohibition in declared.prohibitions.items():
        if prohibition.unless is not None:
            terms = declared.exception_terms.get(identifier)
            yield Placed(("prohibitions", identifier, "unless"), prohibition.unless, terms)
