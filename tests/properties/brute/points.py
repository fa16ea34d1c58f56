"""Every state of the facts, without and with a reference: the points at which an answer is seen.

Sets of points are integers, a bit for each, the smallest point first (section 6: fewest known
facts, then by ids, then without a reference).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

BUILT_IN = frozenset({"consent", "objection"})


class Point(NamedTuple):
    """What is known of the facts, by id, and whether there is a reference."""

    literals: tuple[tuple[str, bool], ...]
    reference: bool

    @property
    def facts(self) -> dict[str, bool]:
        return dict(self.literals)

    def rank(self) -> tuple[Any, ...]:
        """Smallest first; of one fact, known false goes before known true."""
        return len(self.literals), self.literals, self.reference


class Points:
    """All points of so many facts."""

    def __init__(self, facts: Iterable[str]) -> None:
        self.facts = tuple(sorted(BUILT_IN.union(facts)))
        self.all = tuple(sorted(_points(self.facts), key=Point.rank))
        self.every = (1 << len(self.all)) - 1
        self._literals = {
            (fact, state): self._set(each for each in self.all if (fact, state) in each.literals)
            for fact, state in product(self.facts, (True, False))
        }

    @cached_property
    def places(self) -> dict[Point, int]:
        """The place of each point."""
        return {each: place for place, each in enumerate(self.all)}

    @cached_property
    def referenced(self) -> int:
        """The points with a reference."""
        return self._set(each for each in self.all if each.reference)

    def known(self, fact: str, state: bool) -> int:
        """The points at which the fact is known to be so."""
        return self._literals[fact, state]

    def all_known(self, facts: Mapping[str, bool]) -> int:
        """The points at which all these facts are known to be so."""
        found = self.every
        for fact, state in facts.items():
            found &= self.known(fact, state)
        return found

    def where(self, condition: Any, demanded: bool = True) -> int:
        """The points at which a condition holds, `not` pushed down to the facts (section 2)."""
        if isinstance(condition, str):
            return self.known(condition, demanded)
        [(operator, operand)] = condition.items()
        if operator == "not":
            return self.where(operand, not demanded)
        parts = [self.where(part, demanded) for part in operand]
        found = 0 if (operator == "any") is demanded else self.every
        for part in parts:
            found = found | part if (operator == "any") is demanded else found & part
        return found

    def first(self, points: int) -> Point:
        """The smallest of some points."""
        return self.all[(points & -points).bit_length() - 1]

    def among(self, points: int) -> Iterator[Point]:
        """The points of a set, the smallest first."""
        for place in bits(points):
            yield self.all[place]

    def minimal(self, points: int) -> set[Point]:
        """The points of which none is in the set with less known."""
        return {
            each
            for each in self.among(points)
            if not any(points >> self.places[less] & 1 for less in _less(each))
        }

    def above(self, points: Iterable[Point]) -> int:
        """All points at which at least as much is known as at one of these."""
        found = 0
        for each in points:
            known = self.all_known(each.facts)
            found |= known & self.referenced if each.reference else known
        return found

    def _set(self, points: Iterable[Point]) -> int:
        places = {each: place for place, each in enumerate(self.all)}
        return sum(1 << places[each] for each in points)


def bits(members: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while members:
        low = members & -members
        yield low.bit_length() - 1
        members ^= low


def _points(facts: tuple[str, ...]) -> Iterator[Point]:
    for states in product((None, False, True), repeat=len(facts)):
        known = tuple((fact, it) for fact, it in zip(facts, states, strict=True) if it is not None)
        yield Point(known, reference=False)
        yield Point(known, reference=True)


def _less(point: Point) -> Iterator[Point]:
    """The points at which one thing less is known."""
    for place in range(len(point.literals)):
        rest = point.literals[:place] + point.literals[place + 1 :]
        yield Point(rest, point.reference)
    if point.reference:
        yield Point(point.literals, reference=False)
