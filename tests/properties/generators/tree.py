"""Ids whose dots are a hierarchy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random


def lineage(identifier: str) -> list[str]:
    """The id itself and every id above it, nearest first."""
    found = [identifier]
    while "." in identifier:
        identifier = identifier.rpartition(".")[0]
        found.append(identifier)
    return found


def is_within(identifier: str, upper: str) -> bool:
    """Whether the id is the upper one or lies below it."""
    return identifier == upper or identifier.startswith(upper + ".")


def is_within_any(identifier: str, uppers: Iterable[str]) -> bool:
    """Whether the id is within one of the uppers."""
    return any(is_within(identifier, upper) for upper in uppers)


@dataclass(frozen=True)
class Tree:
    """Ids, parents before children, and for each all that is within it."""

    ids: tuple[str, ...]
    below: dict[str, frozenset[str]]

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Tree":
        """The tree of these ids, of which every prefix is there too."""
        ordered = tuple(sorted(ids, key=lambda identifier: (identifier.count("."), identifier)))
        below: dict[str, set[str]] = {identifier: set() for identifier in ordered}
        for identifier in ordered:
            for upper in lineage(identifier):
                below.setdefault(upper, set()).add(identifier)
        return cls(ordered, {upper: frozenset(ids) for upper, ids in below.items()})

    def expand(self, names: Iterable[str]) -> set[str]:
        """All that is within one of the names."""
        return {identifier for name in names for identifier in self.below[name]}

    def inside(self, names: Iterable[str]) -> list[str]:
        """The expansion of the names, in the order of the tree."""
        expansion = self.expand(names)
        return [identifier for identifier in self.ids if identifier in expansion]


def grow(random: Random, words: Sequence[str], roots: int, total: int) -> Tree:
    """A tree of one to three levels with so many roots and ids."""
    ids = random.sample(words, min(roots, len(words)))
    taken = set(ids)
    parents = list(ids)
    while len(ids) < total and parents:
        parent = random.choice(parents)
        free = [word for word in words if f"{parent}.{word}" not in taken]
        if not free:
            parents.remove(parent)
            continue
        child = f"{parent}.{random.choice(free)}"
        ids.append(child)
        taken.add(child)
        if child.count(".") < 2:
            parents.append(child)
    return Tree.of(ids)
