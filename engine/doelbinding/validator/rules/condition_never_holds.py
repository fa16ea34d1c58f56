"""A condition that no state of the facts can satisfy."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.condition import Condition, Term, can_hold_together, facts_of
from doelbinding.validator.conditions import conditions, terms_or_none
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Mend the condition, or remove the declaration: as it is it has no effect.")
def condition_never_holds(draft: Draft) -> Iterator[Issue]:
    """A condition can hold, and together with what the purpose demands."""
    for path, condition in conditions(draft):
        terms = terms_or_none(condition)
        if terms is None:
            continue
        if not terms:
            yield Issue(path, f"the condition can never hold: {_contradiction(condition)}")
        elif path[0] == "flows":
            yield from _against_purposes(draft, str(path[1]), terms)


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
