"""The person must be told and must not be told of one transfer."""

from collections.abc import Iterator
from itertools import product

from doelbinding.diagnostics import Severity
from doelbinding.model.flows import Flow
from doelbinding.validator.draft import Draft
from doelbinding.validator.overlap import can_grant_together
from doelbinding.validator.rule import Issue, rule

_TELL, _KEEP_SILENT = "inform-subject", "withhold-notice"


@rule(Severity.ERROR, "Let a fact decide between the two, or leave one of them out.")
def duties_contradict(draft: Draft) -> Iterator[Issue]:
    """inform-subject and withhold-notice are never both granted to one transfer."""
    telling = _flows_with(draft, _TELL)
    silent = _flows_with(draft, _KEEP_SILENT)
    for one, other in product(telling, silent):
        party = can_grant_together(draft.declarations, one, other, _contradicts)
        if party:
            message = f"a transfer to `{party}` can carry both `{_TELL}` and `{_KEEP_SILENT}`"
            related = (("the other flow", ("flows", other.id)),) if other is not one else ()
            yield Issue(
                ("flows", one.id, "duties"), message, related=related, about=(("flows", other.id),)
            )


def _contradicts(duties: frozenset[str]) -> bool:
    return {_TELL, _KEEP_SILENT} <= duties


def _flows_with(draft: Draft, duty: str) -> list[Flow]:
    declared = draft.declarations
    carrying = {party for party in declared.recipients if duty in declared.duties_of(party)}
    return [
        flow
        for _, flow in sorted(declared.flows.items())
        if duty in flow.duties or carrying & declared.party_tree.expand(flow.recipients)
    ]
