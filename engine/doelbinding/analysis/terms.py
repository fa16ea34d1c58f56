"""Conditions as sets of terms, and the smallest states of the facts that meet several of them.

Whatever is known opens more and never less: what a flow asks for, and what lifts a prohibition,
is that something is known. So each condition is a set of minimal terms, and of all states that
meet some conditions and escape others, the smallest are found among the unions of their terms.
A reference is one more thing that can be known; it stands behind the facts, as a bit of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from heapq import heappop, heappush
from itertools import islice, product
from typing import NamedTuple

from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Demand, Demands, bits

NOTHING_KNOWN: Demand = (0, 0)

ALWAYS_MET: Demands = (NOTHING_KNOWN,)
"""A condition that asks for nothing."""

MOST_LISTED = 64
"""So many states are listed where there can be any number."""

_EVERY = -1
"""All facts, as a set."""

Conjuncts = tuple[Demands, ...]
"""Conditions that must all hold."""

Order = tuple[int, tuple[tuple[int, bool], ...], bool]
"""How states are ranked: fewest known facts, then by facts, then without a reference."""


def minimal(terms: Iterable[Demand]) -> Demands:
    """The terms that can hold and that no other makes superfluous, sorted."""
    kept: list[Demand] = []
    for true, false in sorted({*terms}, key=_size):
        if not true & false and not hold(kept, (true, false)):
            kept.append((true, false))
    return tuple(sorted(kept))


def either(conditions: Iterable[Demands]) -> Demands:
    """What holds when one of the conditions does."""
    listed = tuple({*conditions})
    if len(listed) == 1:
        return listed[0]
    return minimal(term for terms in listed for term in terms)


def needed(conditions: Iterable[Demands]) -> Conjuncts:
    """The conditions without those that hold whenever another does, sorted."""
    kept: list[Demands] = []
    for terms in sorted({*conditions} - {ALWAYS_MET}, key=lambda terms: (len(terms), terms)):
        if not any(_implies(each, terms) for each in kept):
            kept = [each for each in kept if not _implies(terms, each)]
            kept.append(terms)
    return tuple(sorted(kept))


def _implies(one: Demands, other: Demands) -> bool:
    """Whether the other condition holds whenever the one does."""
    return all(hold(other, term) for term in one)


def both(first: Demand, second: Demand) -> Demand:
    """All that either term demands."""
    return first[0] | second[0], first[1] | second[1]


def all_hold(conjuncts: Conjuncts, known: Demand) -> bool:
    """Whether every one of the conditions holds when that is known."""
    return all(hold(terms, known) for terms in conjuncts)


class FactStates:
    """The facts of a policy by their bits, with the bit that stands for a reference."""

    def __init__(self, facts: Sequence[str]) -> None:
        self.ids = tuple(facts)
        self.reference = 1 << len(self.ids)

    def order(self, known: Demand) -> Order:
        """The rank of a state among others."""
        true, false = known
        facts = true & ~self.reference
        literals = [(place, True) for place in bits(facts)]
        literals += [(place, False) for place in bits(false)]
        return len(literals), tuple(sorted(literals)), facts != true

    def states(self, known: Demand) -> dict[str, bool]:
        """The facts of which the state is known, sorted."""
        _, literals, _ = self.order(known)
        return {self.ids[place]: state for place, state in literals}

    def has_reference(self, known: Demand) -> bool:
        """Whether there is a reference."""
        return bool(known[0] & self.reference)

    def smallest(
        self,
        conjuncts: Conjuncts,
        fails: Conjuncts | None = None,
        start: Demand = NOTHING_KNOWN,
    ) -> Demand | None:
        """The first state, by rank, that meets all conditions; None if there is none.

        It fails at least one of the conditions in `fails` (None: nothing is asked to fail), and
        knows at least what `start` does.
        """
        if fails is None:
            return self._smallest(conjuncts, None, start)
        found = (self._smallest(conjuncts, each, start) for each in fails)
        return min((each for each in found if each is not None), key=self.order, default=None)

    def minimal_states(self, conjuncts: Conjuncts, most: int = MOST_LISTED) -> "States":
        """The states that meet all conditions and would not if any less were known, by rank.

        Of more than `most`, so many are listed.
        """
        parts = [[*islice(self._minimal(group), most + 1)] for group in _groups(conjuncts)]
        found = [reduce(both, each, NOTHING_KNOWN) for each in islice(product(*parts), most + 1)]
        is_all = len(found) <= most and all(len(each) <= most for each in parts)
        return States(tuple(sorted(found, key=self.order)[:most]), is_all)

    def _smallest(
        self, conjuncts: Conjuncts, fails: Demands | None, start: Demand
    ) -> Demand | None:
        """Met apart is what shares no fact, and what shares one with what must fail, together."""
        free = ~(start[0] | start[1])
        touched, rest = _sharing(conjuncts, _facts_in(fails or ()) & free, free)
        known = start
        for number, group in enumerate([touched, *_groups(rest, free)]):
            found = next(self._meeting(group, None if number else fails, start), None)
            if found is None:
                return None
            known = both(known, found)
        return known

    def _minimal(self, conjuncts: Conjuncts) -> Iterator[Demand]:
        """The minimal states that meet all conditions, by rank."""
        found: list[Demand] = []
        for known in self._meeting(conjuncts):
            if not hold(found, known):
                found.append(known)
                yield known

    def _meeting(
        self, conjuncts: Conjuncts, fails: Demands | None = None, start: Demand = NOTHING_KNOWN
    ) -> Iterator[Demand]:
        """Every minimal state that meets all conditions and fails one, by rank; others between."""
        waiting: list[tuple[Order, Demand]] = [(self.order(start), start)]
        seen = {start}
        while waiting:
            _, known = heappop(waiting)
            if fails is not None and hold(fails, known):
                continue  # and so it does whatever more is known
            unmet = next((terms for terms in conjuncts if not hold(terms, known)), None)
            if unmet is None:
                yield known
                continue
            for term in unmet:
                more = both(known, term)
                if not more[0] & more[1] and more not in seen:
                    seen.add(more)
                    heappush(waiting, (self.order(more), more))


class States(NamedTuple):
    """Minimal states, by rank; whether they are all there are."""

    listed: tuple[Demand, ...]
    is_all: bool


def _groups(conjuncts: Conjuncts, free: int = _EVERY) -> Iterator[Conjuncts]:
    """The conditions, in groups that share none of the free facts."""
    while conjuncts:
        first, rest = conjuncts[:1], conjuncts[1:]
        group, conjuncts = _sharing(rest, _facts_in(first[0]) & free, free, first)
        yield group


def _sharing(
    conjuncts: Conjuncts, facts: int, free: int, group: Conjuncts = ()
) -> tuple[Conjuncts, Conjuncts]:
    """Those that share a free fact with these, or with one that does; and the others."""
    rest = conjuncts
    while True:
        touched = tuple(terms for terms in rest if _facts_in(terms) & facts & free)
        if not touched:
            return group, rest
        group += touched
        rest = tuple(terms for terms in rest if terms not in touched)
        for terms in touched:
            facts |= _facts_in(terms)


def _facts_in(terms: Demands) -> int:
    """The facts of which the terms speak, as a set."""
    found = 0
    for true, false in terms:
        found |= true | false
    return found


def _size(term: Demand) -> int:
    return term[0].bit_count() + term[1].bit_count()
