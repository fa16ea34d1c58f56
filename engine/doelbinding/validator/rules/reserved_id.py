"""An id that the language keeps for itself."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import BUILT_IN_FACTS, DATA_SUBJECT, is_within
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule

_BUILT_IN = "Remove the declaration: the name can be used without it."


@rule(
    Severity.ERROR,
    "Choose an id that does not lie within the controller's, or name the controller itself: a "
    "branch of the same body is no recipient.",
    minds_damage=False,
)
def reserved_id(draft: Draft) -> Iterator[Issue]:
    """A recipient within the controller or named as the person; a fact that is built in."""
    controller = draft.declarations.controller
    if is_within(controller, DATA_SUBJECT):
        message = f"the controller `{controller}` lies within `{DATA_SUBJECT}`, the person"
        yield Issue(
            ("policy", "controller", "id"), message, "Give the controller an id of its own."
        )
    for recipient in draft.declarations.recipients:
        if recipient == controller or is_within(recipient, controller):
            message = f"`{recipient}` lies within the controller `{controller}`, which is one party"
            yield Issue(("recipients", recipient), message, at_key=True)
        elif is_within(recipient, DATA_SUBJECT):
            message = f"`{recipient}` lies within `{DATA_SUBJECT}`, the person, who is built in"
            yield Issue(("recipients", recipient), message, _BUILT_IN, at_key=True)
    for fact in sorted(BUILT_IN_FACTS & draft.declarations.facts.keys()):
        yield Issue(("facts", fact), f"the fact `{fact}` is built in", _BUILT_IN, at_key=True)
