"""A purpose that flows serve rests on no ground of Art. 6(1)."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Add `lawful-basis` here or on a purpose above (GDPR Art. 6(1)), with an `assumption` if "
    "the statement does not say it.",
)
def purpose_without_basis(draft: Draft) -> Iterator[Issue]:
    """Every purpose that a flow serves has a lawful basis."""
    for purpose, flows in draft.declarations.served.items():
        if draft.declarations.purpose(purpose).lawful_basis is None:
            message = f"the flow `{flows[0]}` serves `{purpose}`, which has no lawful basis"
            related = (("the flow that serves it", ("flows", flows[0])),)
            yield Issue(("purposes", purpose), message, related=related, at_key=True)
