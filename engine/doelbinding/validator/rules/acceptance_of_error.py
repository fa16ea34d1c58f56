"""An error is accepted, as only a warning can be."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Remove the acceptance: what is an error is mended.")
def acceptance_of_error(draft: Draft) -> Iterator[Issue]:
    """The rule whose warning is accepted gives warnings."""
    from doelbinding.validator.rules import RULES, WARNINGS  # this rule is one of them

    refused = {each.id for each in RULES} - WARNINGS
    for path, acceptance in draft.acceptances:
        if acceptance.rule in refused:
            message = f"`{acceptance.rule}` finds errors, and an error cannot be accepted"
            yield Issue((*path, "rule"), message)
