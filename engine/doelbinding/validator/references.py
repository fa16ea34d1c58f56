"""Every place at which a declaration names another by its id."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from doelbinding.model.condition import All, Any, Condition, Fact, Not, facts_in
from doelbinding.model.invariants import Always, Match, Only, Selection
from doelbinding.validator.conditions import conditions
from doelbinding.validator.draft import MANIFEST, Draft, Path
from doelbinding.validator.schemas import SECTIONS

Named = Iterable[str] | None


class Reference(NamedTuple):
    """An id of some kind that is named somewhere."""

    kind: str
    id: str
    path: Path


class Column(NamedTuple):
    """A key under which all declarations of a section list ids of some kind."""

    kind: str
    section: str
    key: str
    attribute: str

    def with_doubles(self, draft: Draft) -> list[tuple[Path, tuple[str, ...]]]:
        """What is listed, and where, if something stands there twice."""
        declared = getattr(draft.declarations, self.section)
        listed = map(attrgetter(self.attribute), declared.values())
        return [
            ((self.section, identifier, self.key), names)
            for identifier, names in zip(declared, listed, strict=True)
            if names and len(names) > 1 and len({*names}) < len(names)
        ]

    def ids(self, draft: Draft) -> set[str]:
        """All that they list."""
        declared = getattr(draft.declarations, self.section).values()
        return set(chain.from_iterable(filter(None, map(attrgetter(self.attribute), declared))))


_COLUMNS_OF_PURPOSES = (
    Column("category", "purposes", "data", "data"),
    Column("subject", "purposes", "subjects", "subjects"),
)
_COLUMNS_OF_FLOWS = (
    Column("party", "flows", "from", "senders"),
    Column("party", "flows", "to", "recipients"),
    Column("purpose", "flows", "purpose", "purposes"),
    Column("subject", "flows", "subjects", "subjects"),
    Column("category", "flows", "data", "data"),
    Column("category", "flows", "except", "excluded"),
)
_COLUMNS_OF_PROHIBITIONS = (
    Column("party", "prohibitions", "from", "senders"),
    Column("party", "prohibitions", "to", "recipients"),
    Column("purpose", "prohibitions", "purpose", "purposes"),
    Column("subject", "prohibitions", "subjects", "subjects"),
    Column("category", "prohibitions", "data", "data"),
)
_COLUMNS_OF_CLAUSES = tuple(Column("clause", each, "clauses", "clauses") for each in SECTIONS)

COLUMNS = (
    *_COLUMNS_OF_PURPOSES,
    *_COLUMNS_OF_FLOWS,
    *_COLUMNS_OF_PROHIBITIONS,
    *_COLUMNS_OF_CLAUSES,
)
"""Nearly all references of a large policy stand in these."""

_KINDS = ("category", "subject", "purpose", "party", "recipient", "fact", "clause", "holder")


def references(draft: Draft) -> Iterator[Reference]:
    """All of them, section by section."""
    yield from _from_manifest(draft)
    yield from _from_columns(draft, *_COLUMNS_OF_PURPOSES)
    yield from _from_recipients(draft)
    yield from _from_columns(draft, *_COLUMNS_OF_FLOWS)
    yield from _from_columns(draft, *_COLUMNS_OF_PROHIBITIONS)
    for placed in conditions(draft):
        yield from _from_condition(placed.condition, placed.path)
    yield from _from_invariants(draft)
    for column in _COLUMNS_OF_CLAUSES:
        yield from _from_columns(draft, column)
    yield from _from_clauses(draft)


def apart(draft: Draft) -> Iterator[Reference]:
    """Those that stand neither in a column nor in a condition."""
    yield from _from_manifest(draft)
    yield from _from_recipients(draft)
    yield from _from_invariants(draft)
    yield from _from_clauses(draft)


def named(draft: Draft) -> Mapping[str, set[str]]:
    """The ids of each kind that something names."""
    found: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for column in COLUMNS:
        found[column.kind] |= column.ids(draft)
    for placed in conditions(draft):
        found["fact"].update(facts_in(placed.condition))
    for reference in apart(draft):
        found[reference.kind].add(reference.id)
    return found


def _from_columns(draft: Draft, *columns: Column) -> Iterator[Reference]:
    """The references in columns of one section, one declaration after the other."""
    section = columns[0].section
    for identifier, declaration in getattr(draft.declarations, section).items():
        for column in columns:
            path = (section, identifier, column.key)
            yield from _listed(column.kind, getattr(declaration, column.attribute), path)


def _listed(kind: str, named: Named, path: Path) -> Iterator[Reference]:
    for index, identifier in enumerate(named or ()):
        yield Reference(kind, identifier, (*path, index))


def _from_manifest(draft: Draft) -> Iterator[Reference]:
    manifest = draft.declarations.manifest
    yield Reference("subject", manifest.default_subject, (MANIFEST, "default-subject"))
    for index, observation in enumerate(manifest.enforcement):
        path: Path = (MANIFEST, "enforcement", index, "observe")
        yield from _listed("purpose", observation.purposes, (*path, "purpose"))
        yield from _listed("party", observation.senders, (*path, "from"))
        yield from _listed("party", observation.recipients, (*path, "to"))


def _from_recipients(draft: Draft) -> Iterator[Reference]:
    for identifier, recipient in draft.declarations.recipients.items():
        for index, role in enumerate(recipient.roles or ()):
            path: Path = ("recipients", identifier, "roles", index)
            yield from _listed("purpose", role.purposes, (*path, "purposes"))
            if role.works_for is not None:
                yield Reference("recipient", role.works_for, (*path, "of"))


def _from_condition(condition: Condition, path: Path) -> Iterator[Reference]:
    match condition:
        case Fact(identifier):
            yield Reference("fact", identifier, path)
        case Not(inner):
            yield from _from_condition(inner, (*path, "not"))
        case All(parts) | Any(parts):
            key = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield from _from_condition(part, (*path, key, index))


def _from_invariants(draft: Draft) -> Iterator[Reference]:
    for identifier, invariant in draft.declarations.invariants.items():
        claim = invariant.claim
        path: Path = ("invariants", identifier, _KEYS[type(claim).__name__])
        has_more = isinstance(claim, Always | Only)
        yield from _from_match(claim.match, (*path, "match") if has_more else path)
        if isinstance(claim, Always):
            yield from _facts(claim.facts, (*path, "facts"))
        if isinstance(claim, Only):
            yield from _listed("party", claim.senders, (*path, "from"))
            yield from _listed("party", claim.recipients, (*path, "to"))
            yield from _listed("purpose", claim.purposes, (*path, "purpose"))


def _from_match(match: Match, path: Path) -> Iterator[Reference]:
    yield from _selected("party", match.senders, (*path, "from"))
    yield from _selected("party", match.recipients, (*path, "to"))
    yield from _selected("purpose", match.purposes, (*path, "purpose"))
    yield from _selected("subject", match.subjects, (*path, "subjects"))
    yield from _selected("category", match.data, (*path, "data"))
    yield from _facts(match.given, (*path, "given"))


def _selected(kind: str, selection: Selection | None, path: Path) -> Iterator[Reference]:
    if selection is not None:
        yield from _listed(kind, selection.ids, (*path, "not") if selection.negated else path)


def _facts(facts: Mapping[str, bool], path: Path) -> Iterator[Reference]:
    for fact in facts:
        yield Reference("fact", fact, (*path, fact))


def _from_clauses(draft: Draft) -> Iterator[Reference]:
    for identifier, clause in draft.declarations.clauses.items():
        yield from _listed("holder", clause.held_by, ("clauses", identifier, "held-by"))


_KEYS = {"Never": "never", "Always": "always", "Only": "only", "NoPath": "no-path"}
