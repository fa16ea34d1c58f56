"""A purpose that flows serve sets no limit to the data."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Add `data` here or on a purpose above: never more than this is used for the purpose "
    "(GDPR Art. 5(1)(c)).",
)
def purpose_without_ceiling(draft: Draft) -> Iterator[Issue]:
    """Every purpose that a flow serves states its data, or inherits them."""
    for purpose, flows in draft.declarations.served.items():
        if draft.declarations.purpose(purpose).data is None:
            message = f"the flow `{flows[0]}` serves `{purpose}`, which names no data"
            related = (("the flow that serves it", ("flows", flows[0])),)
            yield Issue(("purposes", purpose), message, related=related, at_key=True)
