"""An id without the id above it."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import DATA_SUBJECT, above
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule

_HIERARCHIES = ("categories", "subjects", "purposes", "recipients")


@rule(
    Severity.ERROR, "Declare it too, with a label: the dots are the hierarchy.", minds_damage=False
)
def undeclared_prefix(draft: Draft) -> Iterator[Issue]:
    """Every prefix of an id in a hierarchy is declared as well."""
    for section in _HIERARCHIES:
        if section in draft.cut:
            continue
        declared = getattr(draft.declarations, section)
        built_in = (draft.declarations.controller, DATA_SUBJECT) if section == "recipients" else ()
        for identifier in declared:
            for prefix in above(identifier):
                if prefix not in declared and prefix not in built_in:
                    message = f"`{identifier}` lies below `{prefix}`, which is not declared"
                    yield Issue((section, identifier), message, at_key=True)
