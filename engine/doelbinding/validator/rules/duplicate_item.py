"""A list that names the same thing twice."""

from collections.abc import Iterable, Iterator

from doelbinding.diagnostics import Severity
from doelbinding.model.invariants import Always
from doelbinding.validator.draft import MANIFEST, Draft, Path
from doelbinding.validator.references import references
from doelbinding.validator.rule import Issue, rule


@rule(Severity.WARNING, "Name it once, or name what was meant instead.")
def duplicate_item(draft: Draft) -> Iterator[Issue]:
    """A list of ids, duties, addresses or languages names each of them once."""
    seen: set[tuple[Path, str]] = set()
    for path, item in _items(draft):
        key = (path[:-1], item)
        if key in seen:
            yield Issue(path, f"`{item}` stands twice in this list")
        seen.add(key)


def _items(draft: Draft) -> Iterator[tuple[Path, str]]:
    for reference in references(draft):
        if isinstance(reference.path[-1], int):
            yield reference.path, reference.id
    declared = draft.declarations
    yield from _listed(declared.manifest.languages, (MANIFEST, "languages"))
    for identifier, recipient in declared.recipients.items():
        yield from _listed(recipient.endpoints or (), ("recipients", identifier, "endpoints"))
        yield from _listed(recipient.duties, ("recipients", identifier, "duties"))
    for identifier, flow in declared.flows.items():
        yield from _listed(flow.duties, ("flows", identifier, "duties"))
    for identifier, invariant in declared.invariants.items():
        if isinstance(invariant.claim, Always):
            yield from _listed(
                invariant.claim.duties, ("invariants", identifier, "always", "duties")
            )


def _listed(items: Iterable[str], path: Path) -> Iterator[tuple[Path, str]]:
    for index, item in enumerate(items):
        yield (*path, index), item
