"""A basis in law that names no law."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.purposes import NEEDS_LAW
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Add `law` with the act and article that lay it down (GDPR Art. 6(3)).")
def law_missing(draft: Draft) -> Iterator[Issue]:
    """The bases public-task and legal-obligation name the law."""
    declared = draft.declarations
    for identifier, written in declared.purposes.items():
        purpose = declared.purpose(identifier)
        if written.lawful_basis in NEEDS_LAW and purpose.law is None:
            message = f"`{identifier}` rests on {written.lawful_basis} and names no law"
            yield Issue(("purposes", identifier, "lawful-basis"), message)
