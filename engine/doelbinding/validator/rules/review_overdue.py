"""A policy whose review date is past."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.periods import days_until
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Review the policy, then set `review-by` to the next date.")
def review_overdue(draft: Draft) -> Iterator[Issue]:
    """The day by which the policy was to be reviewed is not past."""
    review_by = draft.declarations.manifest.review_by
    days = days_until(draft, review_by)
    if days is not None and days < 0:
        yield Issue(("policy", "review-by"), f"the policy was to be reviewed by {review_by}")
