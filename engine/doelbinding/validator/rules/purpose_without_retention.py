"""A purpose that says not how long data are kept."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.WARNING,
    "Add `retention` here or on a purpose above, such as P2Y (GDPR Art. 5(1)(e), 30(1)(f)).",
)
def purpose_without_retention(draft: Draft) -> Iterator[Issue]:
    """Each purpose that a flow serves has a retention period."""
    for identifier in draft.declarations.served:
        if draft.declarations.purpose(identifier).retention is None:
            message = f"`{identifier}` does not say how long data are kept"
            yield Issue(("purposes", identifier), message, at_key=True)
