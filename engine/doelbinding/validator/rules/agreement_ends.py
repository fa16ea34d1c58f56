"""An agreement that has ended, or ends within 90 days."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.recipients import Role
from doelbinding.validator.draft import Draft, Path
from doelbinding.validator.periods import days_until
from doelbinding.validator.rule import Issue, rule

_NOTICE_DAYS = 90


@rule(Severity.WARNING, "Renew it in time: after its last day the engine denies what rests on it.")
def agreement_ends(draft: Draft) -> Iterator[Issue]:
    """An agreement or safeguard is in force for 90 days to come."""
    for party, recipient in draft.declarations.recipients.items():
        for index, role in enumerate(recipient.roles or ()):
            yield from _ending(draft, party, role, ("recipients", party, "roles", index))


def _ending(draft: Draft, party: str, role: Role, path: Path) -> Iterator[Issue]:
    for key, paper in (("agreement", role.agreement), ("safeguard", role.safeguard)):
        end = paper.valid.end if paper else None
        days = days_until(draft, end)
        if days is not None and days < _NOTICE_DAYS:
            when = f"ends on {end}, within {_NOTICE_DAYS} days" if days >= 0 else f"ended on {end}"
            yield Issue((*path, key, "until"), f"the {key} with `{party}` {when}")
