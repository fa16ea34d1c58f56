"""A flow goes to a party that has no role for its purpose."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import DATA_SUBJECT
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Give the recipient a role that covers the purpose (GDPR Art. 26, 28), or leave the purpose "
    "out of the flow.",
)
def recipient_without_role(draft: Draft) -> Iterator[Issue]:
    """Whoever a flow names as recipient has a role for each of its purposes."""
    declared = draft.declarations
    for identifier, flow in declared.flows.items():
        for index, party in enumerate(flow.recipients):
            if party in (declared.controller, DATA_SUBJECT) or party not in declared.recipients:
                continue
            roles = declared.recipient(party).roles or ()
            known = [purpose for purpose in flow.purposes if purpose in declared.purposes]
            lacking = [each for each in known if not any(role.covers(each) for role in roles)]
            if lacking:
                yield _issue(identifier, index, party, lacking)


def _issue(flow: str, index: int, party: str, purposes: list[str]) -> Issue:
    more = f" and {len(purposes) - 1} more" if len(purposes) > 1 else ""
    return Issue(
        ("flows", flow, "to", index),
        f"`{party}` has no role for the purpose `{purposes[0]}`{more}",
        related=(("the recipient", ("recipients", party)),),
        about=(("recipients", party),),
    )
