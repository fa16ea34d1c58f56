"""A party outside the EEA without a safeguard."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.recipients import EEA
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Add a `safeguard` to the role: adequacy, standard-clauses, binding-rules or derogation "
    "(GDPR Art. 45 to 49).",
)
def third_country_without_safeguard(draft: Draft) -> Iterator[Issue]:
    """Every role of a party outside the EEA has a safeguard."""
    declared = draft.declarations
    for party, written in declared.recipients.items():
        recipient = declared.recipient(party)
        if recipient.country is None or recipient.country in EEA:
            continue
        if written.roles is None and written.country is None:
            continue
        for index, role in enumerate(recipient.roles or ()):
            if role.safeguard is None:
                key = ("roles", index) if written.roles is not None else ("country",)
                where = f"`{recipient.country}`, outside the EEA"
                message = f"`{party}` is in {where}, and its role has no `safeguard`"
                yield Issue(("recipients", party, *key), message)
