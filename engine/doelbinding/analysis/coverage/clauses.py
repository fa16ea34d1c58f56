"""Clauses of the statement against declarations, both ways."""

from collections.abc import Iterator
from typing import NamedTuple

from doelbinding.model.declaration import Declaration
from doelbinding.model.declarations import Declarations
from doelbinding.model.ids import above
from doelbinding.model.statement import Clause

SECTIONS = ("categories", "subjects", "purposes", "recipients", "flows", "prohibitions", "facts")
"""The sections of which each declaration rests on a clause or an assumption."""

_SPEAKING_FOR_BELOW = frozenset({"categories", "purposes", "recipients"})
_NAMING = (*SECTIONS, "invariants")


class Carried(NamedTuple):
    """A clause and the declarations that name it, as section and id."""

    clause: Clause
    carriers: tuple[tuple[str, str], ...]

    @property
    def is_covered(self) -> bool:
        """Whether anything answers it."""
        clause = self.clause
        return bool(self.carriers or clause.held_by or clause.informative is not None)


class Founded(NamedTuple):
    """A declaration, the clauses that it rests on, and the one above it that speaks for it."""

    section: str
    declaration: Declaration
    clauses: tuple[str, ...]
    is_assumed: bool
    spoken_for_by: str | None

    @property
    def is_founded(self) -> bool:
        """Whether it rests on anything."""
        return bool(self.clauses or self.is_assumed)


def carried_clauses(declared: Declarations) -> tuple[Carried, ...]:
    """What carries each clause, by its id."""
    carriers: dict[str, list[tuple[str, str]]] = {}
    for section in _NAMING:
        for identifier, declaration in sorted(getattr(declared, section).items()):
            for clause in declaration.clauses:
                carriers.setdefault(clause, []).append((section, identifier))
    return tuple(
        Carried(clause, tuple(carriers.get(identifier, ())))
        for identifier, clause in sorted(declared.clauses.items())
    )


def foundations(declared: Declarations) -> tuple[Founded, ...]:
    """What each declaration rests on, by section and id."""
    return tuple(
        _founded(declared, section, declaration)
        for section in SECTIONS
        for _, declaration in sorted(getattr(declared, section).items())
    )


def _founded(declared: Declarations, section: str, declaration: Declaration) -> Founded:
    for speaking in _speaking(declared, section, declaration):
        if speaking.clauses or speaking.assumption:
            other = None if speaking is declaration else speaking.id
            is_assumed = speaking.assumption is not None
            return Founded(section, declaration, speaking.clauses, is_assumed, other)
    return Founded(section, declaration, (), is_assumed=False, spoken_for_by=None)


def _speaking(
    declared: Declarations, section: str, declaration: Declaration
) -> Iterator[Declaration]:
    """The declaration, and those above it that speak for it."""
    yield declaration
    if section in _SPEAKING_FOR_BELOW:
        others = getattr(declared, section)
        yield from (others[each] for each in above(declaration.id) if each in others)
