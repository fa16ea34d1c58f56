"""A warning was accepted until a day that is past."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.WARNING,
    "Mend what the warning speaks of and remove the acceptance, or accept it until a later day.",
)
def acceptance_ended(draft: Draft) -> Iterator[Issue]:
    """The last day of an acceptance is not past."""
    from doelbinding.validator.rules import WARNINGS  # this rule's are among them

    for path, acceptance in draft.acceptances:
        if acceptance.rule in WARNINGS and draft.has_ended(acceptance):
            message = f"the acceptance of `{acceptance.rule}` ended on {acceptance.until}"
            yield Issue((*path, "until"), message)
