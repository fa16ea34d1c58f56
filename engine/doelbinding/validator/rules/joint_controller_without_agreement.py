"""Joint controllers without an arrangement."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.recipients import RoleKind
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Add the `agreement` in which the two lay down who answers for what (GDPR Art. 26(1)).",
)
def joint_controller_without_agreement(draft: Draft) -> Iterator[Issue]:
    """The role of joint controller names its arrangement."""
    for party, recipient in draft.declarations.recipients.items():
        for index, role in enumerate(recipient.roles or ()):
            if role.kind is RoleKind.JOINT_CONTROLLER and role.agreement is None:
                message = f"`{party}` is a joint controller without `agreement`"
                yield Issue(("recipients", party, "roles", index), message)
