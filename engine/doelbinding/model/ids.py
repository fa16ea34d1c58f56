"""Dotted ids and the hierarchy that their dots make (policy language, section 1)."""

from collections.abc import Collection, Iterable, Iterator

DATA_SUBJECT = "data-subject"
"""The party that is the person; built in."""

CONSENT = "consent"
"""The built-in fact: a consent stands for the transfer's own purpose and person."""

OBJECTION = "objection"
"""The built-in fact: an objection stands, made and not overridden."""

BUILT_IN_FACTS = frozenset({CONSENT, OBJECTION})

_NOTHING = frozenset[str]()


def chain(identifier: str) -> Iterator[str]:
    """The id itself, then each id above it, nearest first."""
    while identifier:
        yield identifier
        identifier = identifier.rpartition(".")[0]


def above(identifier: str) -> Iterator[str]:
    """Each id above this one, nearest first."""
    return chain(identifier.rpartition(".")[0])


def is_within(identifier: str, other: str) -> bool:
    """Whether the first is the second or lies below it."""
    return identifier == other or identifier.startswith(other + ".")


def touches(identifier: str, other: str) -> bool:
    """Whether one of the two is within the other."""
    return is_within(identifier, other) or is_within(other, identifier)


def within_any(identifier: str, others: Iterable[str]) -> bool:
    """Whether the id is within one of the others."""
    return any(is_within(identifier, other) for other in others)


def touches_any(identifier: str, others: Iterable[str]) -> bool:
    """Whether the id touches one of the others."""
    return any(touches(identifier, other) for other in others)


class Hierarchy:
    """Declared ids with what lies below each of them; `flat` ones have nothing above or below."""

    def __init__(self, ids: Iterable[str], flat: Iterable[str] = ()) -> None:
        self.flat = frozenset(flat)
        self._ids = self.flat.union(ids)
        self._chains: dict[str, tuple[str, ...]] = {each: (each,) for each in self.flat}
        below: dict[str, set[str]] = {each: {each} for each in self.flat}
        for each in self._ids - self.flat:
            upwards = tuple(self._upwards(each))
            self._chains[each] = tuple(higher for higher in upwards if higher in self._ids)
            for higher in upwards:
                below.setdefault(higher, set()).add(each)
        self._below = {each: frozenset(lower) for each, lower in below.items()}

    def chain(self, identifier: str) -> tuple[str, ...]:
        """The id itself, then each declared id above it, nearest first."""
        found = self._chains.get(identifier)
        if found is None:
            return tuple(each for each in self._upwards(identifier) if each in self._ids)
        return found

    def below(self, identifier: str) -> frozenset[str]:
        """The declared ids within that one; none if nothing there is declared."""
        return self._below.get(identifier, _NOTHING)

    def expand(self, named: Collection[str]) -> frozenset[str]:
        """The declared ids that are within one of the named ones."""
        if len(named) == 1:
            (only,) = named
            return self._below.get(only, _NOTHING)
        return _NOTHING.union(*map(self.below, named))

    def touching(self, named: Iterable[str]) -> frozenset[str]:
        """The declared ids of which one is within the other."""
        listed = tuple(named)
        return self.expand(listed).union(*map(self.chain, listed))

    def _upwards(self, identifier: str) -> Iterator[str]:
        return (each for each in chain(identifier) if each not in self.flat)
