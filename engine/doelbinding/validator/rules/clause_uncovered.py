"""A clause of the published statement that nothing in the policy answers."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(
    Severity.ERROR,
    "Name it under `clauses` of the declarations that carry it out; or add `held-by`, or "
    "`informative` with the reason why it binds no flow.",
)
def clause_uncovered(draft: Draft) -> Iterator[Issue]:
    """Each clause is covered by a declaration, held, or informative."""
    if draft.may_name_more_clauses:
        return
    for identifier, clause in draft.declarations.clauses.items():
        is_answered = clause.informative is not None or clause.held_by
        if not is_answered and identifier not in draft.answered_clauses:
            message = f"nothing in the policy covers the clause `{identifier}`"
            yield Issue(("clauses", identifier), message, at_key=True)
