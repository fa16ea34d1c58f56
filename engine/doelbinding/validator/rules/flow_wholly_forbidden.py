"""A flow of which prohibitions leave nothing."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.overlap import Forbidding
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Remove the flow, or narrow the prohibition.", needs_sound_policy=True)
def flow_wholly_forbidden(draft: Draft) -> Iterator[Issue]:
    """Something of what a flow grants is not forbidden."""
    forbidding = Forbidding(draft.declarations)
    for identifier, flow in draft.declarations.flows.items():
        prohibition = forbidding.wholly(flow)
        if prohibition:
            message = f"all that `{identifier}` grants is forbidden"
            related = ((f"forbidden by `{prohibition}`", ("prohibitions", prohibition)),)
            yield Issue(("flows", identifier), message, related=related, at_key=True)
