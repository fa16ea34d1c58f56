"""A purpose allows more than the purpose above it."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.ids import Hierarchy, above
from doelbinding.validator.draft import Draft
from doelbinding.validator.rule import Issue, rule

_Named = tuple[str, ...] | None


@rule(Severity.ERROR, "Narrow it, or widen the purpose above.")
def wider_than_above(draft: Draft) -> Iterator[Issue]:
    """A ceiling and its subjects lie within those of the purpose above."""
    declared = draft.declarations
    for identifier, purpose in declared.purposes.items():
        parent = next(iter(above(identifier)), "")
        if parent in declared.purposes:
            wider = declared.purpose(parent)
            yield from _wider(
                declared.category_tree, identifier, parent, "data", purpose.data, wider.data
            )
            yield from _wider(
                declared.subject_tree,
                identifier,
                parent,
                "subjects",
                purpose.subjects,
                wider.subjects,
            )


def _wider(
    tree: Hierarchy, purpose: str, parent: str, key: str, own: _Named, limit: _Named
) -> Iterator[Issue]:
    if own is None or limit is None:
        return
    allowed = tree.expand(limit)
    for index, each in enumerate(own):
        if not tree.below(each) <= allowed:
            message = f"`{each}` is not within the {key} of the purpose `{parent}` above"
            related = (("the purpose above", ("purposes", parent)),)
            yield Issue(("purposes", purpose, key, index), message, related=related)
