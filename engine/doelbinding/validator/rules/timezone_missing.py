"""Days without a time zone in which they begin and end."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.periods import first_date
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Add `timezone` to the manifest, such as Europe/Amsterdam.")
def timezone_missing(draft: Draft) -> Iterator[Issue]:
    """A policy that names days says by which clocks they begin."""
    dated = first_date(draft)
    if dated is not None and "timezone" not in draft.manifest:
        message = "the policy names days, but no time zone in which they begin"
        yield Issue(
            ("policy", "policy"), message, related=(("a day that it names", dated),), at_key=True
        )
