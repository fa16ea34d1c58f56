"""A processor without purposes, or without an agreement."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.recipients import RoleKind
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "A processor acts on documented instructions under a contract (GDPR Art. 28(3)): name its "
    "`purposes` and the `agreement`.",
)
def processor_without_mandate(draft: Draft) -> Iterator[Issue]:
    """The role of processor names its purposes and its agreement."""
    for party, recipient in draft.declarations.recipients.items():
        for index, role in enumerate(recipient.roles or ()):
            if role.kind is not RoleKind.PROCESSOR:
                continue
            stated = {"purposes": role.purposes, "agreement": role.agreement}
            missing = [f"`{key}`" for key, value in stated.items() if value is None]
            if missing:
                message = f"`{party}` is a processor without {' and '.join(missing)}"
                yield Issue(("recipients", party, "roles", index), message)
