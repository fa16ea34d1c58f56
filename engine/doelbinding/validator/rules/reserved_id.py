"""An id that the language keeps for itself."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import BUILT_IN_FACTS, DATA_SUBJECT, is_within
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Choose another id.", minds_damage=False)
def reserved_id(draft: Draft) -> Iterator[Issue]:
    """A recipient within the controller or named as the person; a fact that is built in."""
    controller = draft.declarations.controller
    for recipient in draft.declarations.recipients:
        if recipient == controller or is_within(recipient, controller):
            message = f"`{recipient}` lies within the controller `{controller}`, which is one party"
            yield Issue(("recipients", recipient), message, at_key=True)
        elif is_within(recipient, DATA_SUBJECT):
            message = f"`{recipient}` is the person, who is built in"
            yield Issue(("recipients", recipient), message, at_key=True)
    for fact in sorted(BUILT_IN_FACTS & draft.declarations.facts.keys()):
        yield Issue(("facts", fact), f"the fact `{fact}` is built in", at_key=True)
