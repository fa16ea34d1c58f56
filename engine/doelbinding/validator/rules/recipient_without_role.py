"""A flow goes to a party that has no role for its purpose."""

from collections.abc import Iterator
from functools import cache

from doelbinding.diagnostics import Severity
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
    mandate_of = cache(declared.mandate)
    for identifier, flow in declared.flows.items():
        for index, party in enumerate(flow.recipients):
            mandate = mandate_of(party)
            if mandate is None or mandate.issuperset(flow.purposes):
                continue
            lacking = [
                each for each in flow.purposes if each in declared.purposes and each not in mandate
            ]
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
