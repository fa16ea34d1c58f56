"""Clauses against declarations, and what the policy tests exercise (section 6, coverage)."""

from collections.abc import Iterable
from dataclasses import dataclass

from doelbinding.analysis.coverage.clauses import Carried, Founded, carried_clauses, foundations
from doelbinding.analysis.coverage.exercise import exercised
from doelbinding.analysis.coverage.items import Item, items
from doelbinding.compiler import CompiledPolicy
from doelbinding.model.transfer import Transfer

__all__ = ["Carried", "Coverage", "Founded", "Item", "cover"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What carries each clause, what each declaration rests on, what the tests exercise.

    `items` are all that tests can exercise, each once, in the order of the policy; `exercised`
    are those that some test does.
    """

    clauses: tuple[Carried, ...]
    declarations: tuple[Founded, ...]
    items: tuple[Item, ...]
    exercised: frozenset[Item]

    @property
    def percent(self) -> float:
        """How much of it is exercised; all of nothing."""
        return 100 * len(self.exercised) / len(self.items) if self.items else 100.0

    @property
    def untouched(self) -> tuple[Item, ...]:
        """What no test touches."""
        return tuple(item for item in self.items if item not in self.exercised)


def cover(compiled: CompiledPolicy, transfers: Iterable[Transfer]) -> Coverage:
    """What those transfers, which tests have asked about, exercise of a policy."""
    declared = compiled.declared.declarations
    listed = items(declared, compiled.index)
    return Coverage(
        carried_clauses(declared),
        foundations(declared),
        listed,
        exercised(declared, compiled.index, transfers).intersection(listed),
    )
