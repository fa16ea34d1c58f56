"""A prohibition that hits the default subject only by a narrower one."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import touches_any, within_any
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.WARNING,
    "Name the default subject if all of it is meant; else see that transfers name their subject.",
)
def prohibition_beside_default_subject(draft: Draft) -> Iterator[Issue]:
    """A prohibition names the default subject, one above it, or one apart from it."""
    default = draft.declarations.manifest.default_subject
    for identifier, prohibition in draft.declarations.prohibitions.items():
        named = prohibition.subjects
        if named and touches_any(default, named) and not within_any(default, named):
            message = (
                f"`{identifier}` names a part of the default subject `{default}`, and so stops "
                "also what names no subject"
            )
            yield Issue(("prohibitions", identifier, "subjects"), message)
