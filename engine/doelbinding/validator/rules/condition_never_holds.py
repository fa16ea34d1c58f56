"""A condition that no state of the facts can satisfy."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.condition import Condition, Term, can_hold_together, facts_of
from doelbinding.model.ids import BUILT_IN_FACTS
from doelbinding.validator.conditions import conditions
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule

_BUILT_IN = frozenset((fact, state) for fact in BUILT_IN_FACTS for state in (True, False))


@rule(Severity.ERROR, "Mend the condition, or remove the declaration: as it is it has no effect.")
def condition_never_holds(draft: Draft) -> Iterator[Issue]:
    """A condition can hold, and together with what the purpose demands."""
    for path, condition, terms in conditions(draft):
        if terms == ():
            yield Issue(path, f"the condition can never hold: {_contradiction(condition)}")
        elif terms and path[0] == "flows" and _names_built_in(terms):
            yield from _against_purposes(draft, str(path[1]), terms)


def _names_built_in(terms: tuple[Term, ...]) -> bool:
    """Whether purposes may demand otherwise: they speak of built-in facts alone."""
    return not all(map(_BUILT_IN.isdisjoint, terms))


def _contradiction(condition: Condition) -> str:
    facts = facts_of(condition)
    which = f"`{min(facts)}`" if len(facts) == 1 else "some fact"
    return f"it demands {which} to be known both true and false"


def _against_purposes(draft: Draft, flow: str, terms: tuple[Term, ...]) -> Iterator[Issue]:
    declared = draft.declarations
    served = sorted(declared.purpose_tree.expand(declared.flows[flow].purposes))
    demands = [declared.purpose(purpose).demands for purpose in served]
    if demands and not any(can_hold_together(terms, [demand]) for demand in demands):
        purpose = served[0]
        wanted = " and ".join(
            f"`{fact}` to be known {'true' if state else 'false'}"
            for fact, state in sorted(demands[0])
        )
        message = f"the condition can never hold: the purpose `{purpose}` demands {wanted}"
        related = (("the purpose", ("purposes", purpose)),)
        about = (("purposes", purpose),)
        yield Issue(("flows", flow, "when"), message, related=related, about=about)
