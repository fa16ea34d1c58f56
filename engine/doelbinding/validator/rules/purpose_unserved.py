"""A purpose for which nothing is sent."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Remove the purpose, or declare the flow.", needs_sound_policy=True)
def purpose_unserved(draft: Draft) -> Iterator[Issue]:
    """A flow serves each purpose, or one below it."""
    declared = draft.declarations
    for identifier in declared.purposes:
        if declared.purpose_tree.below(identifier).isdisjoint(declared.served):
            yield Issue(("purposes", identifier), f"no flow serves `{identifier}`", at_key=True)
