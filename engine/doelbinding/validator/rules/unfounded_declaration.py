"""A declaration that says neither where it comes from nor what was assumed."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import above
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule

_SECTIONS = ("categories", "subjects", "purposes", "recipients", "flows", "prohibitions", "facts")
_SPEAKING_FOR_BELOW = frozenset({"categories", "purposes", "recipients"})


@rule(
    Severity.WARNING,
    "Name the statement's `clauses` on which it rests, or say under `assumption` what the "
    "statement leaves open.",
)
def unfounded_declaration(draft: Draft) -> Iterator[Issue]:
    """A declaration names a clause or an assumption, its own or from above."""
    for section in _SECTIONS:
        declared = getattr(draft.declarations, section)
        for identifier, declaration in declared.items():
            if declaration.clauses or declaration.assumption:
                continue
            lines = above(identifier) if section in _SPEAKING_FOR_BELOW else ()
            speaking = [declared[each] for each in lines if each in declared]
            if not any(each.clauses or each.assumption for each in speaking):
                message = f"`{identifier}` names neither a clause nor an assumption"
                yield Issue((section, identifier), message, at_key=True)
