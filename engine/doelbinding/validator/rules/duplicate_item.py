"""A list that names the same thing twice."""

from collections.abc import Iterator

from doelbinding.diagnostics import Severity
from doelbinding.validator.draft import Draft, Path
from doelbinding.validator.references import references
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Name it once, or name what was meant instead.")
def duplicate_item(draft: Draft) -> Iterator[Issue]:
    """A list of ids names each of them once."""
    seen: set[tuple[Path, str]] = set()
    for reference in references(draft):
        *before, last = reference.path
        if not isinstance(last, int):
            continue
        item = (tuple(before), reference.id)
        if item in seen:
            yield Issue(reference.path, f"`{reference.id}` stands twice in this list")
        seen.add(item)
