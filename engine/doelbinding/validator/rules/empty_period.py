"""A period that ends before it begins."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.periods import periods
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Let `until` be the day of `from`, or a later one.")
def empty_period(draft: Draft) -> Iterator[Issue]:
    """A period has at least one day."""
    for path, period in periods(draft):
        if period.is_empty:
            message = f"the period ends on {period.end}, before it begins on {period.start}"
            yield Issue((*path, "until"), message)
