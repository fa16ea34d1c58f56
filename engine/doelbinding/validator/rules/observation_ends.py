"""Transfers that are merely observed, and soon will be enforced."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.periods import days_until
from doelbinding.validator.rule import Issue, rule

_NOTICE_DAYS = 30


@rule(
    Severity.WARNING,
    "After that day the gate enforces: mend what it would stop, or remove the entry.",
)
def observation_ends(draft: Draft) -> Iterator[Issue]:
    """An observation lasts for 30 days to come."""
    for index, observation in enumerate(draft.declarations.manifest.enforcement):
        days = days_until(draft, observation.until)
        if days is not None and days < _NOTICE_DAYS:
            when = f"ends within {_NOTICE_DAYS} days" if days >= 0 else "has ended"
            path = ("policy", "enforcement", index, "until")
            yield Issue(path, f"the observation until {observation.until} {when}")
