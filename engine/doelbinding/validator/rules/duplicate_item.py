"""A list that names the same thing twice."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from doelbinding.diagnostics import Severity
from doelbinding.model.condition import All, Any, Condition, Fact, Not, facts_in
from doelbinding.model.invariants import Always
from doelbinding.validator.conditions import conditions
from doelbinding.validator.draft import MANIFEST, Draft, Path
from doelbinding.validator.references import COLUMNS, Column, apart
from doelbinding.validator.rule import Issue, rule

_OF_OTHER_NAMES = (
    Column("", "recipients", "endpoints", "endpoints"),
    Column("", "recipients", "duties", "duties"),
    Column("", "flows", "duties", "duties"),
)


@rule(Severity.WARNING, "Name it once, or name what was meant instead.")
def duplicate_item(draft: Draft) -> Iterator[Issue]:
    """A list of ids, duties, addresses or languages names each of them once."""
    for path, items in _lists(draft):
        seen: set[str] = set()
        for index, item in items:
            if item in seen:
                yield Issue((*path, index), f"`{item}` stands twice in this list")
            seen.add(item)


_Items = Iterable[tuple[int, str]]
"""What a list names, and at which positions."""


def _lists(draft: Draft) -> Iterator[tuple[Path, _Items]]:
    """Each list that may name something twice."""
    for column in (*COLUMNS, *_OF_OTHER_NAMES):
        for path, names in column.with_doubles(draft):
            yield path, enumerate(names)
    for path, condition, _ in conditions(draft):
        facts = facts_in(condition)
        if len({*facts}) < len(facts):
            yield from _within(condition, path)
    for path, group in groupby(_items(draft), lambda item: item[0][:-1]):
        yield path, [(int(place[-1]), name) for place, name in group]


def _within(condition: Condition, path: Path) -> Iterator[tuple[Path, _Items]]:
    """The lists of facts in a condition."""
    if isinstance(condition, Not):
        yield from _within(condition.condition, (*path, "not"))
    elif isinstance(condition, All | Any):
        listed = (*path, "all" if isinstance(condition, All) else "any")
        parts = list(enumerate(condition.conditions))
        yield listed, [(index, part.id) for index, part in parts if isinstance(part, Fact)]
        for index, part in parts:
            yield from _within(part, (*listed, index))


def _items(draft: Draft) -> Iterator[tuple[Path, str]]:
    """The items of the lists that stand elsewhere, list by list."""
    for reference in apart(draft):
        if isinstance(reference.path[-1], int):
            yield reference.path, reference.id
    declared = draft.declarations
    yield from _listed(declared.manifest.languages, (MANIFEST, "languages"))
    for identifier, invariant in declared.invariants.items():
        if isinstance(invariant.claim, Always):
            yield from _listed(
                invariant.claim.duties, ("invariants", identifier, "always", "duties")
            )


def _listed(items: Iterable[str], path: Path) -> Iterator[tuple[Path, str]]:
    for index, item in enumerate(items):
        yield (*path, index), item
