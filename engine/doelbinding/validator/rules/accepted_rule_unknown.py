"""A warning is accepted under a name that no rule has."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.suggest import nearest
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Write the id that stands in brackets before the warning.")
def accepted_rule_unknown(draft: Draft) -> Iterator[Issue]:
    """The rule whose warning is accepted exists."""
    from doelbinding.validator.rules import RULES  # this rule is one of them

    known = {each.id for each in RULES}
    for path, acceptance in draft.acceptances:
        if acceptance.rule not in known:
            close = nearest(acceptance.rule, known)
            yield Issue(
                (*path, "rule"),
                f"there is no rule `{acceptance.rule}`",
                f"Did you mean `{close}`?" if close else "",
            )
