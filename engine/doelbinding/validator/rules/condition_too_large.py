"""A condition that is too large to be reasoned about exactly."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.condition import MOST_FACTS, MOST_TERMS, facts_of
from doelbinding.validator.conditions import conditions
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule


@rule(Severity.ERROR, "Split the declaration in two, or declare one fact that stands for several.")
def condition_too_large(draft: Draft) -> Iterator[Issue]:
    """A condition names at most 12 facts and has at most 64 minimal terms."""
    for path, condition, terms in conditions(draft):
        if terms is None:
            yield Issue(path, f"the condition {_excess(len(facts_of(condition)))}")


def _excess(facts: int) -> str:
    if facts > MOST_FACTS:
        return f"names {facts} different facts, more than {MOST_FACTS}"
    return f"has more than {MOST_TERMS} minimal terms"
