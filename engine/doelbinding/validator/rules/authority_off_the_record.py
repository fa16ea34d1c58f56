"""A flow to an authority that leaves no record."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.decision import Effect
from doelbinding.model.flows import Flow
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
    for identifier, flow in draft.declarations.flows.items():
        authority = _authority_in(draft, flow)
        if authority is None:
            continue
        wanted = [] if flow.effect is Effect.LOG else ["effect: log"]
        wanted += [] if flow.needs_reference else ["reference: required"]
        if wanted:
            lacking = " and ".join(f"`{each}`" for each in wanted)
            message = f"data go to the authority `{authority}` without {lacking}"
            yield Issue(("flows", identifier, wanted[0].partition(":")[0]), message)


def _authority_in(draft: Draft, flow: Flow) -> str | None:
    declared = draft.declarations
    for party in sorted(declared.party_tree.expand(flow.recipients)):
        recipient = declared.effective_recipients.get(party)
        roles = recipient.roles if recipient else None
        if any(role.kind is RoleKind.AUTHORITY for role in roles or ()):
            return party
    return None
