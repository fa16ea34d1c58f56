"""A flow that another flow makes superfluous."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.overlap import Covering
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Remove it, or let it differ from the other.", needs_sound_policy=True)
def flow_adds_nothing(draft: Draft) -> Iterator[Issue]:
    """A flow grants something, or on some terms, that no other flow does."""
    covering = Covering(draft.declarations)
    for flow in sorted(draft.declarations.flows.values(), key=lambda each: each.recipients):
        other = covering.of(flow)  # where recipients come in turn, the same flows are looked at
        if other:
            message = f"`{flow.id}` adds nothing to `{other}`"
            related = (("the flow that grants it all", ("flows", other)),)
            yield Issue(("flows", flow.id), message, related=related, at_key=True)
