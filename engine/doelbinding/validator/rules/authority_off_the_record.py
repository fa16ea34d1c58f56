"""A flow to an authority that leaves no record."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.decision import Effect
from doelbinding.model.recipients import RoleKind
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Write `effect: log` and `reference: required`: what an authority gets is recorded with its "
    "demand.",
)
def authority_off_the_record(draft: Draft) -> Iterator[Issue]:
    """Every flow to an authority is recorded, under the reference of the demand."""
    declared = draft.declarations
    authorities = {party for party in declared.recipients if _is_authority(draft, party)}
    for identifier, flow in declared.flows.items():
        wanted = [] if flow.effect is Effect.LOG else ["effect: log"]
        wanted += [] if flow.needs_reference else ["reference: required"]
        reached = authorities & declared.party_tree.expand(flow.recipients) if wanted else ()
        if reached:
            lacking = " and ".join(f"`{each}`" for each in wanted)
            message = f"data go to the authority `{min(reached)}` without {lacking}"
            yield Issue(("flows", identifier, wanted[0].partition(":")[0]), message)


def _is_authority(draft: Draft, party: str) -> bool:
    roles = draft.declarations.recipient(party).roles or ()
    return any(role.kind is RoleKind.AUTHORITY for role in roles)
