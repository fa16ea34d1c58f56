"""Conditions as sets of terms, and the smallest states of the facts that meet several of them.

Whatever is known opens more and never less: what a flow asks for, and what lifts a prohibition,
is that something is known. So each condition is a set of minimal terms, and of all states that
meet some conditions and escape others, the smallest are found among the unions of their terms.
A reference is one more thing that can be known; it stands behind the facts, as a bit of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush

from doelbinding.decider.evaluate import hold
from doelbinding.decider.index import Demand, Demands, bits

NOTHING_KNOWN: Demand = (0, 0)

ALWAYS_MET: Demands = (NOTHING_KNOWN,)
"""A condition that asks for nothing."""

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
        escapes: Callable[[Demand], bool] | None = None,
        start: Demand = NOTHING_KNOWN,
    ) -> Demand | None:
        """The first state, by rank, that meets all conditions and escapes; None if there is none.

        `escapes` must be such that what escapes still does so when less is known. The state
        knows at least what `start` does.
        """
        return next(self.states_that_meet(conjuncts, escapes, start), None)

    def states_that_meet(
        self,
        conjuncts: Conjuncts,
        escapes: Callable[[Demand], bool] | None = None,
        start: Demand = NOTHING_KNOWN,
    ) -> Iterator[Demand]:
        """Every minimal state that meets all conditions and escapes, by rank; others between."""
        waiting: list[tuple[Order, Demand]] = [(self.order(start), start)]
        seen = {start}
        while waiting:
            _, known = heappop(waiting)
            if escapes is not None and not escapes(known):
                continue
            unmet = next((terms for terms in conjuncts if not hold(terms, known)), None)
            if unmet is None:
                yield known
                continue
            for term in unmet:
                more = both(known, term)
                if not more[0] & more[1] and more not in seen:
                    seen.add(more)
                    heappush(waiting, (self.order(more), more))

    def minimal_states(self, conjuncts: Conjuncts) -> tuple[Demand, ...]:
        """The states that meet all conditions and would not if any less were known, by rank."""
        found: list[Demand] = []

        def is_new(known: Demand) -> bool:
            return not hold(found, known)

        states = self.states_that_meet(conjuncts, is_new)
        while (known := next(states, None)) is not None:
            found.append(known)
        return tuple(found)


def _size(term: Demand) -> int:
    return term[0].bit_count() + term[1].bit_count()
