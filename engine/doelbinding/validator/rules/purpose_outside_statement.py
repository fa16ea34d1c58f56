"""A purpose that the published statement does not know."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import chain
from doelbinding.model.purposes import LawfulBasis
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Name the statement's clause; or add an `announcement` (people are told and may refuse first), "
    "or rest it on consent.",
)
def purpose_outside_statement(draft: Draft) -> Iterator[Issue]:
    """A purpose that a flow serves has a clause, an announcement, or consent."""
    declared = draft.declarations
    for identifier, flows in declared.served.items():
        purpose = declared.purpose(identifier)
        has_clause = any(
            declared.purposes[each].clauses
            for each in chain(identifier)
            if each in declared.purposes
        )
        on_consent = purpose.lawful_basis is LawfulBasis.CONSENT
        if not (has_clause or on_consent or purpose.announcement):
            message = (
                f"the flow `{flows[0]}` serves `{identifier}`, of which the statement says nothing"
            )
            related = (("the flow that serves it", ("flows", flows[0])),)
            yield Issue(("purposes", identifier), message, related=related, at_key=True)
